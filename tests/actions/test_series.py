"""Whenever the worker comes round, and however often: the periods of a series are the same."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.demo.office import SetClock, settings_for
from service.domain.calendar import ZONE
from service.domain.deadlines import DeadlineRules
from service.domain.registers import set_deadline_rules
from service.domain.series import make_due
from service.domain.tables import ObligationVersion, SeriesPeriod, table
from tests.databases import Templates
from tests.district import MONDAY, District, district
from tests.recurring import DUTY, UNIT, give, series_of

PERIOD, VERSION = table(SeriesPeriod), table(ObligationVersion)
FIRST = date(2024, 3, 4)
LAST = FIRST + timedelta(days=140)
RULES: tuple[dict[str, Any], ...] = (
    {"freq": "daily", "by_weekday": ["MO", "TU", "WE", "TH", "FR"], "by_time": "15:00"},
    {"freq": "weekly", "by_weekday": ["MO", "TH"]},
    {"freq": "weekly", "interval": 2},
    {"freq": "monthly", "by_month_day": [15, 30]},
    {"freq": "monthly", "by_weekday": ["MO", "TU", "WE", "TH", "FR"], "by_set_pos": -1},
    {"freq": "monthly", "first_day": 15, "by_month_day": 20},
    {"freq": "monthly", "by_month_day": 5, "offset_months": 1},
    {"freq": "monthly", "until": "2024-05-31"},
    {"freq": "quarterly", "first_day": 15},
    {"freq": "half_yearly", "by_month": 6, "by_month_day": 10},
)


def at(day: date) -> datetime:
    """Return the morning of a day."""
    return datetime(day.year, day.month, day.day, 7, 31, tzinfo=ZONE)


def rows(office: District, unit: str) -> list[tuple[Any, ...]]:
    """Return what the duties of a unit are, but for their keys."""
    query = (
        sa.select(DUTY.c.period, DUTY.c.assigned_on, DUTY.c.due_on, DUTY.c.state, VERSION.c.effective_on)
        .join(UNIT, UNIT.c.id == DUTY.c.unit_id)
        .join(VERSION, VERSION.c.obligation_id == DUTY.c.id)
        .where(UNIT.c.code == unit)
        .order_by(DUTY.c.due_on, DUTY.c.period)
    )
    with office.database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def come_round(office: District, day: date) -> None:
    """Let two workers come round on a day."""
    office.clock.at = at(day)
    for _ in range(2):
        with office.database.write() as session:
            while make_due(session, now=office.now()):
                pass


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rule=st.sampled_from(RULES),
    ahead=st.integers(0, 3),
    visits=st.lists(st.integers(0, 139), max_size=8).map(sorted),
)
def test_it_does_not_matter_when_the_worker_came_round(
    templates: Templates,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    rule: dict[str, Any],
    ahead: int,
    visits: list[int],
) -> None:
    with templates.copy(kind, district) as database:
        folder = tmp_path_factory.mktemp("series")
        office = District(database, settings_for(folder, str(database.url)), SetClock(MONDAY))
        office.act_for("van-phong")
        with database.write() as session:
            wanted = DeadlineRules(periods_ahead=ahead)
            set_deadline_rules(session, office.chair, wanted, version=None, now=office.now())
        often = give(office, rule, units=["xa-a"])
        for days in visits:
            come_round(office, FIRST + timedelta(days=days))
        come_round(office, LAST)
        at_once = give(office, rule, units=["xa-b"], on=FIRST)
        assert rows(office, "xa-a") == rows(office, "xa-b")
        made = [made_periods(office, letter) for letter in (often, at_once)]
        assert made[0] == made[1]
        assert len(rows(office, "xa-a")) == len({row[0] for row in rows(office, "xa-a")})
        office.close()


def made_periods(office: District, letter: Any) -> list[tuple[Any, ...]]:
    """Return the periods that were made of a letter's only series."""
    (one,) = series_of(office, letter)
    names = ("period", "start_on", "end_on", "due_on", "holds")
    query = sa.select(*(PERIOD.c[name] for name in names)).where(PERIOD.c.series_id == one.id)
    with office.database.read() as connection:
        found = [tuple(row) for row in connection.execute(query.order_by(PERIOD.c.start_on))]
    return [*found, (one.next_on, one.make_on)]


def test_a_period_is_given_to_all_units_in_as_many_statements_as_to_one(office: District) -> None:
    counts = []
    for number, units in enumerate((["xa-a"], ["xa-a", "xa-b", "xa-c"])):
        give(office, {"freq": "monthly", "by_month_day": 20}, units=units)
        office.clock.at = at(date(2024, 4 + number, 1))
        statements: list[str] = []

        def count(*said: Any, kept: list[str] = statements) -> None:
            kept.append(said[2])

        sa.event.listen(office.database.engine, "before_cursor_execute", count)
        with office.database.write() as session:
            assert make_due(session, now=office.now()) == number + 1
        sa.event.remove(office.database.engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1], "the second time two series and four units cost no more"
