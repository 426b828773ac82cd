"""After any edits of calendars and receipts: what is stored is what the rule gives in its calendar."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.demo.office import SetClock, settings_for
from service.domain.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    DayChange,
    days,
    national_changes,
    office_day,
)
from service.domain.errors import InvalidValue
from tests.databases import Templates
from tests.deadlines import (
    DAY,
    DUTY,
    RECKONING,
    announce,
    calendars_in_use,
    counted_from_scratch,
    give,
    happen,
    receive_duty,
)
from tests.district import MONDAY, District, district

FIRST = date(2024, 3, 1)
DAYS = st.integers(0, 45).map(lambda count: FIRST + timedelta(days=count))
EDITS = st.lists(
    st.one_of(
        st.tuples(
            st.just("calendar"),
            st.dictionaries(DAYS, st.booleans(), max_size=8),
            st.sampled_from(["register", "national"]),
        ),
        st.tuples(st.just("receipt"), st.sampled_from(["xa-a", "xa-b"]), st.integers(0, 6)),
        st.tuples(st.just("event"), st.integers(0, 4), st.just("")),
        st.tuples(st.just("wait"), st.integers(1, 3), st.just("")),
    ),
    min_size=1,
    max_size=4,
)
TERMS = (
    {"kind": "relative_working_days", "days": 5, "from": "receipt", "text": "x"},
    {"kind": "relative_days", "days": 10, "from": "receipt", "text": "x"},
    {"kind": "relative_working_days", "days": 0, "from": "issue", "text": "x"},
    {"kind": "event", "days": 7, "pace": "working_days", "text": "x"},
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_what_is_stored_is_what_the_rule_gives_in_its_calendar(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory, kind: str, edits: list[tuple[Any, ...]]
) -> None:
    with templates.copy(kind, district) as database:
        folder = tmp_path_factory.mktemp("edits")
        office = District(database, settings_for(folder, str(database.url)), SetClock(MONDAY))
        office.act_for("van-phong")
        letters = [give(office, term, "xa-a", "xa-b") for term in TERMS]
        for what, *rest in edits:
            play(office, letters[-1], what, rest)
            assert all(stored == again for stored, again in counted_from_scratch(office))
        present, _, running = calendars_in_use(office)
        assert running <= {present}
        office.close()


def play(office: District, waiting: UUID, what: str, rest: list[Any]) -> None:
    """Do one thing that somebody may do."""
    today = office_day(office.now())
    match what:
        case "calendar":
            changes = {day: DayChange(works, "theo thông báo") for day, works in rest[0].items()}
            announce(office, 2024, changes, scope=rest[1])
        case "receipt":
            on = min(date(2024, 3, 4) + timedelta(days=rest[1]), today)
            for duty_id in [duty_id for _, duty_id in office.duties(rest[0])]:
                receive_duty(office, duty_id, on, reason="theo dấu đến")
        case "event":
            with suppress(InvalidValue):
                happen(office, waiting, "đã có", min(date(2024, 3, 4) + timedelta(days=rest[0]), today))
        case "wait":
            office.clock.at += timedelta(days=rest[0])


def test_the_doctor_finds_a_day_that_was_written_past_its_rule(office: District) -> None:
    give(office, TERMS[0], "xa-a", "xa-b")
    office.worker.round()
    for written_in, names, expected in (
        (RECKONING, ("due_on",), {"due-day-astray": 2, "due-day-miscounted": 2}),
        (DUTY, ("due_on", "original_due_on"), {"due-day-astray": 2, "history-broken": 2}),
    ):
        for day, found in ((date(2024, 3, 20), expected), (RIGHT, {})):
            with office.database.write() as session:
                session.connection().execute(sa.update(written_in).values(dict.fromkeys(names, day)))
            assert {violation.check: violation.count for violation in office.examine()} == found


RIGHT = date(2024, 3, 13)
"""Five working days from the 6th, on which the letter counts as received."""


def test_every_day_of_a_changed_calendar_is_counted_as_on_paper(office: District) -> None:
    saturday, friday = date(2024, 5, 11), date(2024, 5, 17)
    nation = {saturday: DayChange(True, "làm bù"), friday: DayChange(False, "nghỉ cả nước")}
    own = {friday: DayChange(True, "huyện vẫn làm"), date(2024, 12, 31): DayChange(False, "nghỉ ở huyện")}
    announce(office, 2024, own)
    announce(office, 2024, nation, scope="national")
    others = {on: said for on, said in national_changes(FIRST_YEAR, LAST_YEAR).items() if on.year != 2024}
    present, _, _ = calendars_in_use(office)
    query = sa.select(DAY).where(DAY.c.calendar_id == present).order_by(DAY.c.day)
    with office.database.read() as connection:
        stored = connection.execute(query).all()
    on_paper = list(days(FIRST_YEAR, LAST_YEAR, {**others, **nation, **own}))
    assert [(r.day, r.day_no, r.is_working, r.ordinal, r.opens_at, r.note) for r in stored] == [
        (d.day, d.day_no, d.is_working, d.ordinal, d.opens_at, d.note) for d in on_paper
    ]
