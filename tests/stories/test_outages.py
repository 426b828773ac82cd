"""The relay was down for a day; then everybody got nine messages at once, some with the wrong deadline."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.domain.calendar import ZONE, DayChange
from service.domain.channels import set_channel
from service.domain.obligations import withdraw
from service.domain.reading import delivery_report
from service.domain.tables import Delivery, Message, table
from service.fakes.smtp import FakeSmtp
from tests.deadlines import announce, give
from tests.district import District

delivery, message = table(Delivery), table(Message)
TEN_DAYS = {"kind": "relative_working_days", "days": 10, "from": "issue", "text": "10 ngày làm việc"}
"""Of a letter of Monday the 4th: due on Monday the 18th."""
BRIDGE = DayChange(False, "nghỉ bù")


@pytest.fixture
def port() -> int:
    """Return a port at which nobody listens yet."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture
def posted(office: District, port: int) -> District:
    """A district whose mail relay is down."""
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "nhacviec@dondoc.example.vn"}
    with office.database.write() as session:
        set_channel(
            session, office.chair, "email", is_enabled=True, settings=settings, secrets_sealed=None,
            version=None, now=office.now(),
        )  # fmt: skip
    return office


def delivered(office: District, port: int) -> FakeSmtp:
    """Let the relay be up while what is due is sent; return it with what it took."""
    with FakeSmtp(port=port) as relay:
        office.worker.deliver()
        return relay


def states(office: District) -> list[tuple[str, str]]:
    """Return (occasion, state) of every delivery, oldest first."""
    query = sa.select(message.c.occasion, delivery.c.state).join(
        message, message.c.id == delivery.c.message_id
    )
    with office.database.read() as connection:
        rows = connection.execute(query.order_by(delivery.c.id))
        return [(str(occasion), str(state)) for occasion, state in rows]


def bodies(relay: FakeSmtp, who: str) -> list[str]:
    """Return the words of every mail that the relay took for somebody."""
    mails = [mail.message for mail in relay.messages if str(mail.message["To"]).startswith(who)]
    return [mail.get_body(("plain",)).get_content() for mail in mails]


def held_up(office: District, letters: int, hours: int, *, unit: str = "xa-a") -> None:
    """Issue letters while nobody answers at the relay's door, and let hours pass."""
    for _ in range(letters):
        office.give(due="2024-03-29", units=[unit])
        office.worker.watch()
        office.worker.deliver()
    office.clock.at += timedelta(hours=hours)


def test_what_an_outage_held_up_comes_as_one_message_that_says_what_was_missed(
    posted: District, port: int
) -> None:
    held_up(posted, 4, 5)
    relay = delivered(posted, port)
    (told,) = bodies(relay, "xa-a.officer")
    assert told.startswith("Do kênh gửi tin bị gián đoạn, các tin trước chưa đến được đồng chí.")
    assert "Nay gửi gộp 4 việc" in told
    assert told.count("việc mới, hạn 29/03/2024") == 4
    assert states(posted) == [("issue", "superseded")] * 4 + [("missed", "sent")]
    assert posted.examine() == []


def test_a_short_pause_or_two_messages_are_no_storm(posted: District, port: int) -> None:
    held_up(posted, 4, 1)
    delivered(posted, port)
    assert states(posted) == [("issue", "sent")] * 4
    held_up(posted, 2, 5, unit="xa-b")
    relay = delivered(posted, port)
    assert set(states(posted)) == {("issue", "sent")}
    assert len(bodies(relay, "xa-b.officer")) == 2


def test_everybody_gets_what_he_missed_himself(posted: District, port: int) -> None:
    for unit in ("xa-a", "xa-b"):
        held_up(posted, 3, 0, unit=unit)
    posted.clock.at += timedelta(hours=5)
    relay = delivered(posted, port)
    for unit in ("xa-a", "xa-b"):
        (told,) = bodies(relay, f"{unit}.officer")
        assert told.count(f" – {unit} – ") == 3


@pytest.mark.both_databases
def test_two_workers_that_come_back_together_send_one_message(posted: District, port: int) -> None:
    held_up(posted, 6, 5)
    with FakeSmtp(port=port) as relay:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda worker: worker.deliver(), [posted.worker, *posted.more_workers(2)]))
        posted.worker.deliver()
    assert len(bodies(relay, "xa-a.officer")) == 1


def test_an_outage_that_ends_at_night_wakes_nobody(posted: District, port: int) -> None:
    held_up(posted, 4, 0)
    posted.clock.at = datetime(2024, 3, 4, 22, 30, tzinfo=ZONE)
    assert bodies(delivered(posted, port), "xa-a.officer") == []
    assert states(posted)[-1] == ("missed", "queued")
    posted.clock.at = datetime(2024, 3, 5, 6, 1, tzinfo=ZONE)
    assert len(bodies(delivered(posted, port), "xa-a.officer")) == 1


def test_what_was_done_meanwhile_is_not_in_it(posted: District, port: int) -> None:
    held_up(posted, 4, 5)
    first, *_ = (duty_id for _, duty_id in posted.duties("xa-a"))
    with posted.database.write() as session:
        withdraw(session, posted.chair, first, reason="thôi", version=None, now=posted.now())
    relay = delivered(posted, port)
    (told,) = bodies(relay, "xa-a.officer")
    assert "Nay gửi gộp 3 việc" in told


def test_the_report_says_that_the_unit_was_reached_by_the_one_message(posted: District, port: int) -> None:
    for _ in range(3):
        directive_id = posted.give(due="2024-03-29", units=["xa-a"])
        posted.worker.watch()
    posted.clock.at += timedelta(hours=5)
    delivered(posted, port)
    with posted.database.read() as connection:
        (line,) = delivery_report.units(connection, posted.chair, directive_id)
        told, _ = delivery_report.page(connection, posted.chair, directive_id, after=None, limit=9)
    assert line.reach is delivery_report.Reach.REACHED
    assert sorted(
        sending.reason[:20] for each in told for sending in each.sendings if sending.state != "sent"
    ) == ["held up by an outage"]


def superseded(office: District) -> list[str]:
    """Return why deliveries were not sent."""
    query = sa.select(delivery.c.reason).where(delivery.c.state == "superseded").distinct()
    with office.database.read() as connection:
        return list(connection.execute(query).scalars())


def test_a_reminder_of_a_deadline_that_has_moved_is_not_sent_and_the_right_one_is(office: District) -> None:
    give(office, TEN_DAYS, "xa-a")
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 12))
    office.clock.at = datetime(2024, 3, 13, 7, 31, tzinfo=ZONE)
    office.worker.watch()  # three working days before: the officer, and the head, who has seen no report
    announce(office, 2024, {date(2024, 3, 15): BRIDGE})
    office.worker.deliver()
    assert office.told_of("2024-03-13", "xa-a") == ""
    assert superseded(office) == ["the deadline moved from 2024-03-18 to 2024-03-19"]
    office.worker.round()  # counted anew, it is still three working days
    for who in ("xa-a.officer", "xa-a.head"):
        assert "đến hạn 19/03/2024" in office.told_of("2024-03-13", who)
    office.wait_until(date(2024, 3, 14))
    assert "hạn được tính lại theo lịch làm việc mới" in office.told_of("2024-03-14", "xa-a.officer")
    assert office.examine() == []


@pytest.mark.parametrize("is_done", [False, True])
def test_a_step_that_is_not_due_any_more_is_told_on_its_new_day_if_there_is_still_need(
    office: District, is_done: bool
) -> None:
    give(office, TEN_DAYS, "xa-a", urgency="hỏa tốc")
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 15))
    office.clock.at = datetime(2024, 3, 17, 17, 5, tzinfo=ZONE)
    office.worker.watch()  # a day before
    announce(office, 2024, {date(2024, 3, 18): BRIDGE})
    office.worker.deliver()
    office.worker.round()
    assert office.told_of("2024-03-17", "xa-a") == ""
    assert superseded(office) == ["the deadline moved from 2024-03-18 to 2024-03-19"]
    if is_done:
        office.submit("xa-a", "1", "Xong", "1")
        office.accept("xa-a", "1")
    office.clock.at = datetime(2024, 3, 18, 17, 5, tzinfo=ZONE)
    office.worker.round()
    assert ("đến hạn 19/03/2024" in office.told_of("2024-03-18", "xa-a.officer")) is not is_done
    assert office.outcomes("xa-a").get("due") is None
    assert office.examine() == []
