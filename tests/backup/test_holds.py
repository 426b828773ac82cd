"""A restored office sends nothing until it is released, and then nothing that may have gone before."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.domain import holds, webhook_queue
from service.domain.consents import take_answered
from service.domain.deliveries import retry_delivery
from service.domain.holds import Head
from service.domain.ids import NIL, new_id
from service.domain.tables import (
    ChannelAccount,
    ChannelConsent,
    Delivery,
    DeliveryAttempt,
    Event,
    Hold,
    Unsent,
    WebhookAttempt,
    WebhookCall,
    WebhookEndpoint,
    table,
)
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from service.notify.accounts import DatabaseTokenStore
from service.notify.channels.zalo.tokens import TokensBusy
from service.notify.delivery import claim
from tests.backup.copies import back_up, second_life
from tests.district import District
from tests.notify.test_dispatch import set_up

delivery, attempt, event, hold = table(Delivery), table(DeliveryAttempt), table(Event), table(Hold)
account, call, tried = table(ChannelAccount), table(WebhookCall), table(WebhookAttempt)


@pytest.fixture(scope="module")
def zalo() -> Iterator[FakeZalo]:
    with FakeZalo() as running:
        yield running


def release(copy: District, unsent: Unsent = Unsent.LIST) -> int:
    with copy.database.write() as session:
        released = holds.release(session, unsent=unsent, now=copy.now())
    assert released is not None
    return released.listed


def rounds(copy: District, hours: int) -> None:
    for _ in range(hours):
        copy.clock.at += timedelta(hours=1)
        copy.worker.round()


def _endpoint(office: District) -> dict[str, Any]:
    """Return the row of an endpoint that is told of everything."""
    return {
        "id": new_id(office.now()), "register_id": office.chair.register_id, "version": 1, "description": "",
        "reason": "", "url": "https://partner.example.vn/", "types": ["*"], "state": "active",
        "challenge": "x", "secrets": "", "public_key": "", "position": 0, "kept_after": 0, "made_by": NIL,
        "made_at": office.now(),
    }  # fmt: skip


def listed(copy: District) -> int:
    query = sa.select(sa.func.count()).where(delivery.c.needs_person, delivery.c.state == "unknown")
    with copy.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def test_a_restored_office_sends_nothing_until_it_is_released(office: District, tmp_path: Path) -> None:
    office.give(due="2024-03-06", groups=["cac-xa"])
    office.worker.watch()
    back_up(office, tmp_path / "backup")
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        rounds(copy, 60)
        assert copy.mails() == []
        assert [found.check for found in copy.examine()] == []
        release(copy, Unsent.SEND)
        copy.worker.round()
        assert len(copy.mails()) >= 3


def test_what_may_have_gone_before_is_told_by_a_person_and_not_again(
    office: District, tmp_path: Path
) -> None:
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.watch()
    back_up(office, tmp_path / "backup")
    office.worker.deliver()
    assert len(office.mails()) == 3
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        assert release(copy) == listed(copy) == 3
        rounds(copy, 3)
        assert copy.mails() == []
        with copy.database.write() as session:
            one = session.connection().execute(sa.select(delivery.c.id)).scalars().first()
            retry_delivery(session, copy.chair, one, version=None, now=copy.now())
        rounds(copy, 3)
        assert len(copy.mails()) == 1, "who decides to send it again can"


def test_a_step_that_fell_due_after_the_backup_is_not_told_twice(office: District, tmp_path: Path) -> None:
    office.give(due="2024-03-15", units=["xa-a"])
    office.worker.round()
    back_up(office, tmp_path / "backup")
    office.wait_until(date(2024, 3, 13))
    before = len(office.mails())
    assert before > 1, "the original told steps that its backup does not know of"
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        release(copy)
        copy.worker.round()
        assert copy.mails() == []
        assert listed(copy) > 0
        copy.wait_until(date(2024, 3, 20))
        days = {day for day, _ in copy.inbox()}
        assert days, "what falls due from now on is told as always"
        assert min(days) > "2024-03-13"


def test_a_fact_of_after_the_restoring_is_told(office: District, tmp_path: Path) -> None:
    back_up(office, tmp_path / "backup")
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        copy.give(due="2024-03-29", groups=["cac-xa"])
        rounds(copy, 2)
        assert copy.mails() == []
        assert release(copy) == 0
        copy.worker.round()
        assert len(copy.mails()) == 3


def test_a_copy_does_not_use_up_the_tokens_of_the_original(
    office: District, tmp_path: Path, zalo: FakeZalo
) -> None:
    zalo.forget()
    zalo.world.clock = office.clock.now
    zalo.world.issue_tokens()
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    set_up(office, "zalo", zalo.settings(), office.vault.seal({"app_secret": APP_SECRET, **tokens}))
    back_up(office, tmp_path / "backup")
    asked, refreshes = len(zalo.requests), zalo.world.refreshes
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        rounds(copy, 30)
        with copy.database.read() as connection:
            which = connection.execute(sa.select(account.c.id)).scalar_one()
        store = DatabaseTokenStore(copy.database, copy.vault, which, copy.now)
        with pytest.raises(TokensBusy, match="restored copy"), store.lock():
            pass
        assert (len(zalo.requests), zalo.world.refreshes) == (asked, refreshes)
        assert office.worker.freshen() == 1, "the original's own still work"


def test_a_copy_calls_no_endpoint_before_it_is_released(office: District, tmp_path: Path) -> None:
    with office.database.write() as session:
        session.connection().execute(sa.insert(table(WebhookEndpoint)).values(_endpoint(office)))
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.sequence()
    back_up(office, tmp_path / "backup")
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        rounds(copy, 2)
        with copy.database.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(call)).scalar_one() > 0
            assert connection.execute(sa.select(sa.func.count()).select_from(tried)).scalar_one() == 0
        release(copy)
        copy.worker.call()
        with copy.database.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(tried)).scalar_one() > 0


def test_no_claim_is_granted_while_a_copy_is_held(office: District, tmp_path: Path) -> None:
    """Whoever does not look before claiming gets nothing all the same."""
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.watch()
    set_up(office, "zalo", {}, None)
    with office.database.write() as session:
        which = session.connection().execute(sa.select(account.c.id)).scalar_one()
        session.connection().execute(
            sa.insert(table(WebhookEndpoint)).values(_endpoint(office) | {"state": "unverified"})
        )
        probe = {"position": 0, "state": "queued", "attempts": 0, "fence": 0}
        endpoint_id = session.connection().execute(sa.select(table(WebhookEndpoint).c.id)).scalar_one()
        session.connection().execute(
            sa.insert(call).values(probe | {"endpoint_id": endpoint_id, "next_attempt_at": office.now()})
        )
        session.add(
            ChannelConsent(
                id=new_id(office.now()), account_id=which, state_sha256="0" * 64, sealed="", made_by=NIL,
                made_at=office.now(), expires_at=office.now(), came_at=office.now(),
            )
        )  # fmt: skip
    back_up(office, tmp_path / "backup")

    def claims(copy: District) -> list[int]:
        with copy.database.write() as session:
            taken = [
                len(claim(session, batch=9, lease=timedelta(minutes=1), now=copy.now())),
                len(webhook_queue.claim(session, batch=9, lease=timedelta(minutes=1), now=copy.now())),
                int(take_answered(session, now=copy.now()) is not None),
            ]
            session.rollback()
        return taken

    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        assert claims(copy) == [0, 0, 0]
        release(copy, Unsent.SEND)
        assert claims(copy) == [3, 1, 1]


def test_a_release_is_in_the_journal_and_happens_once(office: District, tmp_path: Path) -> None:
    back_up(office, tmp_path / "backup")
    with second_life(office, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        assert release(copy) == 0
        with copy.database.write() as session:
            assert holds.release(session, unsent=Unsent.SEND, now=copy.now()) is None
        with copy.database.read() as connection:
            kinds = sa.select(event.c.kind).where(event.c.kind.startswith("installation."))
            told = connection.execute(kinds.order_by(event.c.seq)).scalars().all()
        assert told == ["installation.restored.v1", "installation.released.v1"]


def test_the_doctor_finds_what_left_a_copy_too_early(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    assert office.examine() == []
    head = Head(office.now() - timedelta(days=1), 0, "")
    with office.database.write() as session:
        placed = holds.placing(new_id(office.now()), head, now=office.now() - timedelta(hours=1))
        session.connection().execute(placed)
    assert [found.check for found in office.examine()] == ["sent-while-held"]
