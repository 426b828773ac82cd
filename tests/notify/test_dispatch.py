"""Between the claim and the settlement: what must hold when a provider or a worker misbehaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from service.database import Database
from service.domain.calendar import ZONE
from service.domain.channels import set_channel
from service.domain.deliveries import tell_by_hand
from service.domain.reading import telling, timeline
from service.domain.reading.sentences import sentence
from service.domain.tables import (
    Address,
    ChannelAccount,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Means,
    table,
)
from service.fakes.smtp import FakeSmtp, SmtpFault
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from service.notify.accounts import Accounts
from service.notify.delivery import Settlement, claim, settle
from service.notify.open_channels import OpenChannels
from tests.district import District

delivery, attempt, account, address = (
    table(model) for model in (Delivery, DeliveryAttempt, ChannelAccount, Address)
)
LEASE = timedelta(minutes=3)


@pytest.fixture(scope="module")
def relay() -> Iterator[FakeSmtp]:
    with FakeSmtp() as server:
        yield server


@pytest.fixture
def posted(office: District, relay: FakeSmtp, zalo: FakeZalo) -> District:
    """A district with a mail relay and Zalo, and one duty to tell of."""
    relay.messages.clear()
    zalo.forget()
    zalo.world.everyone_reachable = True
    zalo.world.clock = office.clock.now
    zalo.world.issue_tokens()
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    sealed = office.vault.seal({"app_secret": APP_SECRET, **tokens})
    set_up(office, "email", relay.settings(), None)
    set_up(office, "zalo", zalo.settings(), sealed)
    office.dismiss("xa-a", "officer")
    office.hire("xa-a", "officer", since=datetime(2024, 3, 4).date(), zalo="uid:1001")  # noqa: DTZ001
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.watch()
    return office


def only_by_mail(office: District) -> None:
    with office.database.write() as session:
        session.connection().execute(sa.delete(address).where(address.c.channel == "zalo"))


def set_up(
    office: District, channel: str, settings: dict[str, Any], sealed: str | None, *, is_enabled: bool = True
) -> None:
    with office.database.write() as session:
        set_channel(
            session, office.chair, channel, is_enabled=is_enabled, settings=settings, secrets_sealed=sealed,
            version=None, now=office.now(),
        )  # fmt: skip


def deliveries(database: Database) -> list[tuple[str, str, int]]:
    """Return (channel, state, attempts) of every delivery, oldest first."""
    query = sa.select(delivery.c.channel, delivery.c.state, delivery.c.attempts)
    with database.read() as connection:
        rows = connection.execute(query.order_by(delivery.c.position))
        return [(channel, str(state), attempts) for channel, state, attempts in rows]


def later(office: District, **time: int) -> None:
    office.clock.at += timedelta(**time)
    office.worker.deliver()


def test_a_message_goes_by_the_first_channel_and_no_other(
    posted: District, relay: FakeSmtp, zalo: FakeZalo
) -> None:
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "sent", 1)]
    assert (len(relay.messages), len(zalo.accepted)) == (1, 0)


def test_an_address_that_does_not_exist_is_marked_and_zalo_takes_over(
    posted: District, relay: FakeSmtp, zalo: FakeZalo
) -> None:
    relay.fail(SmtpFault("rcpt", "550 5.1.1 no such user"))
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "failed", 1), ("zalo", "sent", 1)]
    assert len(zalo.accepted) == 1
    with posted.database.read() as connection:
        invalid = connection.execute(sa.select(address.c.channel).where(address.c.invalid_at.is_not(None)))
        assert invalid.scalars().all() == ["email"]


def left_to_people(office: District) -> list[tuple[str, str]]:
    """Return (channel, reason) of what somebody must tell by hand."""
    with office.database.read() as connection:
        rows, _ = telling.deliveries(
            connection, office.chair, telling.Which(needs_person=True), after=None, limit=10
        )
        return [(row.channel, row.reason) for row in rows]


def test_mail_bounces_for_good_and_zalo_refuses_so_a_person_is_asked_and_says_how_it_was_told(
    posted: District, relay: FakeSmtp, zalo: FakeZalo
) -> None:
    zalo.world.everyone_reachable = False
    relay.fail(SmtpFault("rcpt", "550 5.1.1 no such user"))
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "failed", 1), ("zalo", "failed", 1)]
    ((channel, reason),) = left_to_people(posted)
    assert channel == "zalo", "the last way that was tried stands for the message"
    assert reason
    query = sa.select(delivery.c.id).where(delivery.c.needs_person)
    with posted.database.write() as session:
        left = session.connection().execute(query).scalar_one()
        tell_by_hand(
            session, posted.chair, left, means=Means.PHONE, told_on=None, note="văn thư nghe máy",
            version=None, now=posted.now(),
        )  # fmt: skip
    assert left_to_people(posted) == []
    duty = posted.duty("xa-a", "1")
    with posted.database.read() as connection:
        lines = timeline.of_obligation(connection, duty.id).lines
    assert "Tin nhắn không gửi được; đã báo qua điện thoại ngày 04/03/2024" in [
        sentence(line.kind, line.facts) for line in lines
    ]
    assert [found for found in posted.examine() if found.check == "message-undelivered"] == []


def test_what_a_second_channel_delivers_is_nobodys_work(posted: District, relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("rcpt", "550 5.1.1 no such user"))
    posted.worker.deliver()
    assert left_to_people(posted) == []


def test_a_doubt_that_no_channel_ends_is_left_to_a_person(posted: District, relay: FakeSmtp) -> None:
    with posted.database.write() as session:
        session.connection().execute(sa.delete(address).where(address.c.channel == "zalo"))
        (taken,) = claim(session, batch=10, lease=LEASE, now=posted.now())
        doubt = Settlement(taken, "unknown", "no answer", DeliveryState.UNKNOWN, 2, 2, falls_back=True)
        settle(session, [doubt], now=posted.now())
    assert left_to_people(posted) == [("email", "no answer")]


def test_a_busy_relay_is_asked_again_later_and_not_before(posted: District, relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("rcpt", "450 4.2.1 mailbox busy"))
    posted.worker.deliver()
    later(posted, seconds=10)
    assert deliveries(posted.database) == [("email", "queued", 1)]
    later(posted, hours=3)
    assert deliveries(posted.database) == [("email", "sent", 2)]
    assert len(relay.messages) == 1


def test_silence_after_the_last_byte_is_a_doubt_and_is_sent_once_more_with_the_same_id(
    posted: District, relay: FakeSmtp
) -> None:
    set_up(posted, "email", relay.settings(whole_seconds=2), None)
    relay.fail(SmtpFault("body", then="hang"))
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "unknown", 1)]
    later(posted, minutes=10)
    assert deliveries(posted.database) == [("email", "unknown", 1)], "never at once"
    later(posted, minutes=6)
    assert deliveries(posted.database) == [("email", "sent", 2)]
    ids = {received.message["Message-ID"] for received in relay.messages}
    assert len(ids) == 1


def test_a_second_doubt_goes_to_the_other_channel(posted: District, relay: FakeSmtp, zalo: FakeZalo) -> None:
    set_up(posted, "email", relay.settings(whole_seconds=2), None)
    relay.fail(SmtpFault("body", then="hang"), SmtpFault("body", then="hang"))
    posted.worker.deliver()
    later(posted, minutes=16)
    assert deliveries(posted.database) == [("email", "unknown", 2), ("zalo", "sent", 1)]


def test_a_channel_with_wrong_settings_is_paused_and_the_other_one_speaks(
    posted: District, zalo: FakeZalo
) -> None:
    set_up(posted, "email", {"host": "127.0.0.1"}, None)
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "failed", 1), ("zalo", "sent", 1)]
    with posted.database.read() as connection:
        row = connection.execute(sa.select(account).where(account.c.channel == "email")).one()
    assert row.paused_until > posted.now()
    assert "sender" in row.health_detail


def test_with_no_other_channel_a_sick_one_is_waited_for(posted: District, relay: FakeSmtp) -> None:
    only_by_mail(posted)
    set_up(posted, "email", {"host": "127.0.0.1"}, None)
    posted.worker.deliver()
    assert deliveries(posted.database) == [("email", "queued", 0)]
    set_up(posted, "email", relay.settings(), None)
    later(posted, minutes=16)
    assert deliveries(posted.database) == [("email", "sent", 1)]


def test_the_office_corrects_the_password_and_the_next_message_goes_without_a_restart(
    posted: District,
) -> None:
    with FakeSmtp(login=True, security="starttls") as relay:
        settings = {**relay.settings(), "ca_file": str(relay.ca_file)}
        set_up(posted, "email", settings, posted.vault.seal({"password": "mistyped"}))
        only_by_mail(posted)
        posted.worker.deliver()
        assert deliveries(posted.database) == [("email", "queued", 0)]
        set_up(posted, "email", settings, posted.vault.seal(relay.secrets()))
        later(posted, minutes=16)
    assert deliveries(posted.database) == [("email", "sent", 1)]


def test_a_sender_that_was_corrected_is_the_sender_of_the_next_message(
    posted: District, relay: FakeSmtp
) -> None:
    posted.worker.deliver()
    set_up(posted, "email", relay.settings(sender="vanphong@dondoc.example.vn"), None)
    posted.give(due="2024-03-29", units=["xa-a"])
    posted.worker.round()
    assert [mail.sender for mail in relay.messages] == [
        "nhacviec@dondoc.example.vn",
        "vanphong@dondoc.example.vn",
    ]


def test_a_channel_that_is_switched_off_sends_nothing_more(posted: District, relay: FakeSmtp) -> None:
    only_by_mail(posted)
    posted.worker.deliver()
    set_up(posted, "email", relay.settings(), None, is_enabled=False)
    posted.give(due="2024-03-29", units=["xa-a"])
    posted.worker.round()
    assert len(relay.messages) == 1


def test_what_a_thread_that_has_nothing_to_do_keeps_open_is_closed_too(
    posted: District, relay: FakeSmtp
) -> None:
    channels = OpenChannels(Accounts(posted.database, posted.vault, posted.mailbox, posted.now))
    key = (posted.register_id, "email")
    with ThreadPoolExecutor(1) as idle:
        kept = idle.submit(channels.of, key, 1).result()
        assert channels.of(key, 1) is not kept, "every thread has its own"
        assert idle.submit(channels.of, key, 1).result() is kept
        channels.retire({key: 2})
        assert idle.submit(channels.of, key, 1).result() is not kept
        assert channels.of(key, 2) is channels.of(key, 2)
    channels.close()


def test_an_abandoned_claim_is_due_again_when_its_lease_ends(posted: District, relay: FakeSmtp) -> None:
    with posted.database.write() as session:
        assert len(claim(session, batch=10, lease=LEASE, now=posted.now())) == 1
    later(posted, minutes=2)
    assert relay.messages == []
    later(posted, minutes=2)
    assert deliveries(posted.database) == [("email", "sent", 2)]


def test_a_worker_that_comes_back_from_the_dead_settles_nothing(posted: District) -> None:
    now = posted.now()
    with posted.database.write() as session:
        (zombie,) = claim(session, batch=10, lease=LEASE, now=now)
    with posted.database.write() as session:
        (heir,) = claim(session, batch=10, lease=LEASE, now=now + LEASE)
    assert heir.fence == zombie.fence + 1
    verdict = Settlement(zombie, "refused", "", DeliveryState.FAILED, 1, falls_back=True)
    with posted.database.write() as session:
        settle(session, [verdict], now=now + LEASE)
    assert deliveries(posted.database) == [("email", "sending", 2)]


def test_a_delivery_that_nobody_ever_finishes_does_not_go_round_for_ever(posted: District) -> None:
    posted.clock.at = datetime(2024, 3, 4, 9, 0, tzinfo=ZONE)
    for _ in range(9):
        posted.clock.at += LEASE
        with posted.database.write() as session:
            claim(session, batch=10, lease=LEASE, now=posted.now())
    later(posted, minutes=3)
    assert deliveries(posted.database) == [("email", "failed", 10), ("zalo", "sent", 1)]


def test_every_attempt_is_on_record(posted: District, relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("rcpt", "450 4.2.1 mailbox busy"))
    posted.worker.deliver()
    later(posted, hours=3)
    with posted.database.read() as connection:
        rows = connection.execute(
            sa.select(attempt.c.fence, attempt.c.outcome, attempt.c.ended_at.is_not(None)).order_by(
                attempt.c.fence
            )
        )
        assert [tuple(row) for row in rows] == [(1, "retry", True), (2, "sent", True)]


def test_a_channel_that_stays_ill_is_told_to_the_operator_once_in_a_while(posted: District) -> None:
    set_up(posted, "email", {"host": "127.0.0.1"}, None)
    set_up(posted, "zalo", {"host": "127.0.0.1"}, None)
    posted.worker.deliver()
    with capture_logs() as logs:
        for _ in range(4):
            later(posted, minutes=10)
    alarms = [entry for entry in logs if entry["event"] == "deliveries.late"]
    assert alarms == [], "it is asked again every quarter of an hour and does not wait unseen"
    with posted.database.write() as session:
        pause = posted.now() + timedelta(days=1)
        session.connection().execute(sa.update(account).values(paused_until=pause))
    with capture_logs() as logs:
        for _ in range(6):
            later(posted, minutes=10)
    alarms = [entry for entry in logs if entry["event"] == "deliveries.late"]
    assert len(alarms) == 2
