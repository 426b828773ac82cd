"""Zalo was dead for a week and nobody in the office knew; then the clerk was told of it forty times."""

import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain import webhook_queue
from service.domain.calendar import ZONE
from service.domain.channels import set_channel
from service.domain.consents import CUT_OFF_AFTER, answer_consent, ask_consent, take_answered
from service.domain.deliveries import tell_by_hand
from service.domain.people_registry import AddressOrder, PostOrder, register_person
from service.domain.tables import (
    ChannelAccount,
    Delivery,
    Event,
    Means,
    Message,
    Person,
    WebhookEndpoint,
    table,
)
from service.domain.webhook_queue import Claim, Landed
from service.domain.webhook_rules import Answer
from service.domain.webhooks import disable_endpoint, enable_endpoint, register_endpoint
from service.fakes.smtp import FakeSmtp
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from tests.district import District

account, delivery, message = table(ChannelAccount), table(Delivery), table(Message)
event, person, endpoint = table(Event), table(Person), table(WebhookEndpoint)
CLERK = "van-phong.clerk"
TODAY = "2024-03-04"


@pytest.fixture(scope="module")
def zalo() -> Iterator[FakeZalo]:
    with FakeZalo() as running:
        yield running


@pytest.fixture
def with_zalo(office: District, zalo: FakeZalo) -> District:
    """A district that tells its clerk and two communes by Zalo first, and by mail second."""
    zalo.forget()
    zalo.world.everyone_reachable = True
    zalo.world.clock = office.clock.now
    authorise(office, zalo)
    hire(office, "van-phong", "clerk", "uid:9001")
    for number, unit in enumerate(("xa-a", "xa-b"), start=1):
        office.dismiss(unit, "officer")
        hire(office, unit, "officer", f"uid:{number}")
    return office


def hire(office: District, unit: str, role: str, zalo: str, *, has_mail: bool = True) -> None:
    code = f"{unit}.{role}.zalo"
    held = PostOrder(unit_code=unit, role=role, field="", valid_from=date(2024, 1, 1), valid_to=None)
    mail = [AddressOrder(channel="email", address=f"{unit}.{role}.zalo@cao-loc.test", position=1)]
    with office.database.write() as session:
        register_person(
            session, office.chair, code=code, name=code,
            posts=[held],
            addresses=[AddressOrder(channel="zalo", address=zalo, position=0), *(mail if has_mail else [])],
            now=office.now(),
        )  # fmt: skip


def authorise(office: District, zalo: FakeZalo) -> None:
    """Let Zalo give a new pair of tokens, and enter it."""
    zalo.world.issue_tokens()
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    set_up(office, "zalo", zalo.settings(ask_first=False), {"app_secret": APP_SECRET, **tokens})


def set_up(office: District, channel: str, settings: dict[str, Any], secrets: dict[str, str]) -> UUID:
    with office.database.write() as session:
        return set_channel(
            session, office.chair, channel, is_enabled=True, settings=settings,
            secrets_sealed=office.vault.seal(secrets), version=None, now=office.now(),
        ).id  # fmt: skip


def somebody_else_uses_the_tokens(zalo: FakeZalo) -> None:
    zalo.world.issue_tokens()


def give(office: District, *units: str) -> None:
    """Give a duty, and let the worker do what it does within a minute."""
    office.give(due="2024-03-29", units=units)
    for _ in range(2):
        office.worker.round()


def mails_to(office: District, who: str) -> list[str]:
    return [mail["sent_on"][:10] for mail in office.mails() if mail["to"].startswith(who)]


def ways(office: District, who: str = CLERK) -> list[tuple[str, str, str]]:
    """Return (channel, state, route) of every delivery to somebody."""
    query = (
        sa.select(delivery.c.channel, delivery.c.state, delivery.c.route)
        .join(message, message.c.id == delivery.c.message_id)
        .join(person, person.c.id == message.c.person_id)
        .where(person.c.code.startswith(who))
        .order_by(delivery.c.id)
    )
    with office.database.read() as connection:
        return [(str(a), str(b), str(c)) for a, b, c in connection.execute(query)]


def facts(office: District, kind: str) -> list[dict[str, Any]]:
    query = sa.select(event.c.payload).where(event.c.kind == kind).order_by(event.c.seq)
    with office.database.read() as connection:
        return list(connection.execute(query).scalars())


def amiss(office: District) -> set[str]:
    return {found.check for found in office.examine()}


def test_a_dead_zalo_account_is_told_once_by_mail_without_waiting_for_zalo(
    with_zalo: District, zalo: FakeZalo
) -> None:
    somebody_else_uses_the_tokens(zalo)
    give(with_zalo, "xa-a", "xa-b")
    assert mails_to(with_zalo, CLERK) == [TODAY]
    assert ways(with_zalo) == [("email", "sent", "next")], "nobody tried Zalo to say that Zalo is dead"
    told = with_zalo.told_of(TODAY, CLERK)
    assert told.startswith("Hệ thống theo dõi nhiệm vụ của van-phong có sự cố cần người xử lý ngay:")
    assert "1. Kênh Zalo (từ 08:00 ngày 04/03/2024): tài khoản cần được cấp quyền lại, tin qua kênh" in told
    assert "POST /v1/channels/zalo/consents" in told
    assert "Tin nhắn tự động của hệ thống" in told
    assert facts(with_zalo, "channel.reauthorisation_needed.v1") == [{"channel": "zalo"}]


def test_every_further_message_that_zalo_refuses_tells_nobody_again(
    with_zalo: District, zalo: FakeZalo
) -> None:
    somebody_else_uses_the_tokens(zalo)
    for _ in range(3):
        give(with_zalo, "xa-a", "xa-b")
        with_zalo.clock.at += timedelta(minutes=20)
    with_zalo.worker.round()
    assert mails_to(with_zalo, CLERK) == [TODAY]
    assert len(mails_to(with_zalo, "xa-a.officer")) == 3, "what Zalo refused goes by mail"
    assert amiss(with_zalo) == {"tokens-not-renewed"}


def test_whoever_mended_it_is_told_when_it_breaks_anew(with_zalo: District, zalo: FakeZalo) -> None:
    somebody_else_uses_the_tokens(zalo)
    give(with_zalo, "xa-a")
    authorise(with_zalo, zalo)
    with_zalo.clock.at += timedelta(days=1)
    give(with_zalo, "xa-a")
    assert ways(with_zalo, "xa-a.officer.zalo")[-1] == ("zalo", "sent", "registry")
    assert mails_to(with_zalo, CLERK) == [TODAY]
    somebody_else_uses_the_tokens(zalo)
    give(with_zalo, "xa-a")
    assert mails_to(with_zalo, CLERK) == [TODAY, "2024-03-05"]
    assert len(facts(with_zalo, "channel.reauthorisation_needed.v1")) == 2


def test_nobody_is_told_of_what_was_mended_before_the_message_could_leave(
    with_zalo: District, zalo: FakeZalo
) -> None:
    hire(with_zalo, "van-phong", "clerk", "uid:9001", has_mail=False)
    somebody_else_uses_the_tokens(zalo)
    give(with_zalo, "xa-a")
    assert [state for _, state, _ in ways(with_zalo)] == ["queued"], "there is no other way to the clerk"
    authorise(with_zalo, zalo)
    with_zalo.clock.at += timedelta(minutes=20)
    with_zalo.worker.round()
    assert [state for _, state, _ in ways(with_zalo)] == ["superseded"]
    with with_zalo.database.read() as connection:
        reasons = connection.execute(sa.select(delivery.c.reason).where(delivery.c.state == "superseded"))
        assert reasons.scalars().all() == ["mended, or told anew, meanwhile"]


def endpoint_of(office: District, description: str = "") -> UUID:
    """Register another system's endpoint, as if it had answered its challenge."""
    with office.database.write() as session:
        made = register_endpoint(
            session, office.chair, url="https://nhan.example.vn/hook?key=rieng", types=["*"],
            description=description, sealed="x", public_key="x", now=office.now(),
        ).id  # fmt: skip
        session.connection().execute(sa.update(endpoint).where(endpoint.c.id == made).values(state="active"))
        return made


def gone(office: District, endpoint_id: UUID) -> None:
    """Let an endpoint answer that it is there no more."""
    with office.database.write() as session:
        claims = webhook_queue.claim(session, batch=9, lease=timedelta(minutes=2), now=office.now())
    mine = [each for each in claims if each.endpoint_id == endpoint_id]
    with office.database.write() as session:
        webhook_queue.settle(session, [_gone(each) for each in mine], now=office.now())


def _gone(taken: Claim) -> Landed:
    return Landed(taken, Answer(status=410), 0.0)


def test_an_endpoint_that_was_disabled_is_one_message_that_shows_no_key(office: District) -> None:
    office.hire("van-phong", "clerk")
    gone(office, endpoint_of(office))
    for _ in range(2):
        office.worker.round()
    assert mails_to(office, CLERK) == [TODAY]
    told = office.told_of(TODAY, CLERK)
    assert "1. Nơi nhận thông báo tự động nhan.example.vn (từ 08:00 ngày 04/03/2024): đã ngừng gửi" in told
    assert "/v1/webhook-endpoints" in told
    assert "rieng" not in told
    assert amiss(office) == set()


def test_it_is_told_at_night_and_to_the_office_chief_where_there_is_no_clerk(office: District) -> None:
    office.clock.at = datetime(2024, 3, 4, 23, 15, tzinfo=ZONE)
    gone(office, endpoint_of(office))
    office.worker.round()
    assert office.inbox() == [(TODAY, "van-phong.office_chief")]


def test_where_nobody_at_the_keeper_has_an_address_the_doctor_says_so(office: District) -> None:
    for role in ("officer", "office_chief", "vice_chair", "chair"):
        office.dismiss("van-phong", role)
    made = endpoint_of(office)
    gone(office, made)
    office.worker.round()
    assert office.inbox() == []
    assert amiss(office) == {"trouble-untold"}
    with office.database.write() as session:
        enable_endpoint(session, office.chair, made, version=None, now=office.now())
    assert amiss(office) == set()


def test_who_disabled_an_endpoint_himself_knows_it(office: District) -> None:
    office.hire("van-phong", "clerk")
    made = endpoint_of(office)
    with office.database.write() as session:
        disable_endpoint(session, office.chair, made, version=None, reason="Bảo trì", now=office.now())
    office.worker.round()
    assert mails_to(office, CLERK) == []
    with office.database.write() as session:
        enable_endpoint(session, office.chair, made, version=None, now=office.now())
    gone(office, made)
    office.worker.round()
    assert mails_to(office, CLERK) == [TODAY]


def consent(office: District, state: str) -> UUID:
    """Let a consent come back from Zalo; return the account that it is for."""
    with office.database.write() as session:
        made = session.connection().execute(sa.select(account.c.id)).scalar_one()
        ask_consent(
            session, office.chair, made, state=state, sealed=office.vault.seal({"verifier": "v"}),
            now=office.now(),
        )  # fmt: skip
        code = office.vault.seal({"code": f"code-{state}"})
        assert answer_consent(session, made, state=state, sealed=code, now=office.now())
        return UUID(str(made))


def test_a_consent_that_came_to_nothing_is_told(with_zalo: District) -> None:
    consent(with_zalo, "s")
    with_zalo.worker.round()
    assert ways(with_zalo) == [("zalo", "sent", "registry")], "the tokens from before still work"
    (fact,) = facts(with_zalo, "channel.connect_failed.v1")
    assert (fact["channel"], fact["failure"]) == ("zalo", "refused")


def test_a_worker_that_died_over_a_consent_leaves_it_to_be_told(with_zalo: District) -> None:
    consent(with_zalo, "s")
    with with_zalo.database.write() as session:
        assert take_answered(session, now=with_zalo.now()) is not None
    with_zalo.worker.round()
    assert facts(with_zalo, "channel.connect_failed.v1") == [], "another worker may be at it"
    with_zalo.clock.at += CUT_OFF_AFTER
    for _ in range(2):
        with_zalo.worker.round()
    (fact,) = facts(with_zalo, "channel.connect_failed.v1")
    assert fact["failure"] == "no_answer"
    assert ways(with_zalo) == [("zalo", "sent", "registry")]


def test_what_an_outage_held_up_is_one_message_of_the_machinery_and_of_duties(office: District) -> None:
    office.hire("van-phong", "clerk")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "nhacviec@dondoc.example.vn"}
    with office.database.write() as session:
        set_channel(
            session, office.chair, "email", is_enabled=True, settings=settings, secrets_sealed=None,
            version=None, now=office.now(),
        )  # fmt: skip
    for name in ("Trục liên thông", "Một cửa", "Báo cáo"):
        gone(office, endpoint_of(office, name))
    office.worker.watch()
    office.worker.deliver()
    office.clock.at += timedelta(hours=5)
    with FakeSmtp(port=port) as relay:
        office.worker.deliver()
    (told,) = [mail.message.get_body(("plain",)).get_content() for mail in relay.messages]
    assert "Nay gửi gộp 3 việc" in told
    for name in ("Trục liên thông", "Một cửa", "Báo cáo"):
        assert f"Nơi nhận thông báo tự động {name} (từ 08:00 ngày 04/03/2024)" in told
    assert sorted(state for _, state, _ in ways(office)) == ["sent", *["superseded"] * 3]
    assert amiss(office) == set()


def test_a_clerk_whom_no_message_reaches_is_told_by_hand_and_the_journal_says_so(office: District) -> None:
    office.hire("van-phong", "clerk")
    gone(office, endpoint_of(office))
    office.worker.watch()
    with office.database.write() as session:
        query = sa.select(delivery.c.id, delivery.c.message_id)
        found = session.connection().execute(query).one()
        session.connection().execute(
            sa.update(delivery).values(state="failed", next_attempt_at=None, needs_person=True)
        )
        tell_by_hand(
            session, office.chair, found.id, means=Means.PHONE, told_on=None, note="", version=None,
            now=office.now(),
        )  # fmt: skip
        about = sa.select(event.c.subject_id).where(event.c.kind == "message.told_by_hand.v1")
        assert session.connection().execute(about).scalar_one() == found.message_id
