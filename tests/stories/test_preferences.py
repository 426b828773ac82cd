"""Officers muted the whole system because of mails they did not need, and then missed a deadline."""

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain.calendar import ZONE
from service.domain.errors import InvalidValue
from service.domain.preferences import Wishes, set_preferences
from service.domain.reading import delivery_report
from service.domain.tables import Delivery, Route, table
from service.domain.telling_choices import Choice, Matter
from service.notify.delivery import Settlement, claim, settle
from tests.district import District
from tests.notify.test_dispatch import LEASE, DeliveryState

delivery = table(Delivery)
OFFICER, CHIEF_OFFICER = "xa-a.officer.20240101", "van-phong.officer.20240101"
EVERYTHING_OFF = {Matter.REMINDERS: Choice.NEVER, Matter.RESULTS: Choice.NEVER, Matter.REPORTS: Choice.NEVER}


def wish(
    office: District,
    person: str,
    choices: Mapping[Matter, Choice] | None = None,
    *,
    channels: tuple[str, ...] = (),
    digest: int | None = None,
) -> None:
    with office.database.write() as session:
        wishes = Wishes(channels, digest, choices or {})
        set_preferences(session, office.chair, person, wishes, version=None, now=office.now())


def days_told(office: District, who: str) -> list[str]:
    return [day for day, whom in office.inbox() if whom == who]


def sendings(office: District, directive_id: UUID) -> list[tuple[str | None, str, str]]:
    """Return (what was told, state, reason) as the delivery report has it."""
    with office.database.read() as connection:
        told, _ = delivery_report.page(connection, office.chair, directive_id, after=None, limit=50)
    return [
        (each.row.event or each.row.watch, str(sending.state), sending.reason)
        for each in told
        for sending in each.sendings
    ]


def test_early_reminders_can_be_left_out_and_the_report_says_that_it_was_the_persons_wish(
    office: District,
) -> None:
    wish(office, OFFICER, EVERYTHING_OFF)
    directive_id = office.give(due="2024-03-29", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 22))
    assert days_told(office, "xa-a.officer") == ["2024-03-04"], "the duty itself and nothing early"
    told = sendings(office, directive_id)
    assert [each for each in told if each[1] != "sent"] == [
        ("deadline", "superseded", "the person has chosen not to be told of this")
    ]
    assert office.outcomes("xa-a")["not_needed"] == 1
    assert office.examine() == []


def test_what_must_be_told_is_told_whatever_was_switched_off(office: District) -> None:
    for person in (OFFICER, "xa-a.head.20240101"):
        wish(office, person, EVERYTHING_OFF | {Matter.NEW_DUTIES: Choice.DIGEST})
    office.give(due="2024-03-06", units=["xa-a"])
    office.wait_until(date(2024, 3, 7))
    assert days_told(office, "xa-a.officer")[:2] == ["2024-03-04", "2024-03-05"]
    assert "hết hạn hôm nay" in office.told_of("2024-03-06", "xa-a.officer")
    assert "quá hạn từ 06/03/2024" in office.told_of("2024-03-07", "xa-a.head")


@pytest.mark.parametrize(
    ("matter", "choice"),
    [(Matter.NEW_DUTIES, Choice.NEVER), (Matter.REMINDERS, Choice.AT_ONCE)],
)
def test_a_choice_that_would_lose_a_duty_does_not_exist(
    office: District, matter: Matter, choice: Choice
) -> None:
    with pytest.raises(InvalidValue):
        wish(office, OFFICER, {matter: choice})


def test_new_duties_that_can_wait_come_together_in_the_morning_at_the_readers_hour(office: District) -> None:
    wish(office, OFFICER, {Matter.NEW_DUTIES: Choice.DIGEST}, digest=9 * 60)
    office.give(due="2024-03-29", units=["xa-a"])
    office.give(due="2024-03-28", units=["xa-a", "xa-b"])
    office.give(due="2024-03-06", units=["xa-a"])
    office.worker.round()
    assert office.inbox() == [("2024-03-04", "xa-a.officer"), ("2024-03-04", "xa-b.officer")]
    assert "hạn 06/03/2024" in office.told_of("2024-03-04", "xa-a.officer"), "that one could not wait"
    office.clock.at = datetime(2024, 3, 5, 8, 59, tzinfo=ZONE)
    office.worker.deliver()
    assert days_told(office, "xa-a.officer") == ["2024-03-04"]
    office.clock.at = datetime(2024, 3, 5, 9, 0, tzinfo=ZONE)
    office.worker.deliver()
    assert "Đồng chí có 2 việc" in office.told_of("2024-03-05", "xa-a.officer")


def test_the_digest_comes_at_the_readers_hour_and_others_get_theirs_when_the_office_opens(
    office: District,
) -> None:
    wish(office, OFFICER, digest=10 * 60)
    office.give(due=None, units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 6))
    assert [who for day, who in office.inbox() if day == "2024-03-06"] == ["xa-b.officer"]
    office.wait_until(date(2024, 3, 6), at=time(10, 0))
    assert [who for day, who in office.inbox() if day == "2024-03-06"] == ["xa-a.officer", "xa-b.officer"]


def test_reports_come_at_once_to_whoever_wants_them_and_once(office: District) -> None:
    office.hire("van-phong", "officer", since=date(2024, 2, 1))
    wish(office, CHIEF_OFFICER, {Matter.REPORTS: Choice.AT_ONCE})
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    office.submit("xa-a", "1", "Xong", "1")
    office.worker.round()
    office.worker.round()
    told = [mail["to"] for mail in office.mails() if mail["to"].startswith("van-phong")]
    assert told == [f"{CHIEF_OFFICER}@cao-loc.test"]
    office.wait_until(date(2024, 3, 5))
    told = [mail["to"] for mail in office.mails() if mail["to"].startswith("van-phong")]
    assert sorted(told) == [f"{CHIEF_OFFICER}@cao-loc.test", "van-phong.officer.20240201@cao-loc.test"]


def test_messages_go_by_the_persons_own_order_of_channels_and_fall_back_along_it(office: District) -> None:
    office.dismiss("xa-a", "officer")
    person = office.hire("xa-a", "officer", since=date(2024, 3, 4), zalo="uid:1001")
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.watch()
    wish(office, person, channels=("zalo",))
    office.give(due="2024-03-28", units=["xa-a"])
    office.worker.watch()
    with office.database.write() as session:
        claims = claim(session, batch=9, lease=LEASE, now=office.now())
    with office.database.write() as session:
        failed = [
            Settlement(each, "refused", "no", DeliveryState.FAILED, 1, falls_back=True) for each in claims
        ]
        settle(session, failed, now=office.now())
    with office.database.read() as connection:
        ways = connection.execute(sa.select(delivery.c.channel, delivery.c.route)).all()
    assert sorted((channel, str(route)) for channel, route in ways) == [
        ("email", Route.NEXT),
        ("email", Route.REGISTRY),
        ("zalo", Route.NEXT),
        ("zalo", Route.OWN_ORDER),
    ]
