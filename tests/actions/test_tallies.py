"""A board with a tally says what counting anew would say, whatever happens after the counting."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain import scoring_policies, tallies
from service.domain.calendar import office_day
from service.domain.figures import Figures
from service.domain.reading import lateness, scoring, statistics, tallied, tallying
from service.domain.reading.lateness import OverdueOn
from service.domain.reading.statistics import By, Question
from service.domain.tables import Tally, TallyLine, table
from service.notify.tallies import tally_next
from tests.actions.test_statistics import STEPS, Book, book, unhurried
from tests.district import MONDAY, District

__all__ = ["book"]

tally, line = table(Tally), table(TallyLine)
Counted = tuple[dict[tuple[By, str | None, str], Figures], list[OverdueOn]]


def counted(connection: Connection, office: District) -> Counted:
    """Return every way of cutting the board of today, all and one field, and the curve of lateness."""
    policy, found = scoring.current(connection, office.chair).policy, {}
    today = Question(cut_off=office_day(office.now()))
    for by in By:
        for field in (None, "Y tế"):
            asked = replace(today, field=field)
            for each in statistics.table_by(connection, office.chair, asked, policy, by):
                found[by, field, f"{each.key} {each.id}"] = each.figures
    return found, lateness.overdue_by_month(connection, office.chair, today, policy)


@pytest.fixture
def tallied_office(office: District) -> District:
    """Return an office with a letter to three communes, whose duties were counted ahead on the day after."""
    office.give(due="2024-03-06", groups=["cac-xa"])
    office.clock.at += timedelta(days=1)
    assert tally_next(office.database, office.clock)
    return office


@pytest.mark.both_databases
@given(before=STEPS, after=STEPS)
@unhurried(15)
def test_a_tally_and_what_came_since_are_the_same_as_counting_anew(
    book: Book, before: list[Any], after: list[Any]
) -> None:
    book.clock.at = MONDAY
    with Session(book.database.engine, autoflush=False) as session:
        connection = session.connection()
        for step in before:
            book.play(session, step)
        register = tallying.next_due(connection, now=book.now())
        assert register is not None
        at = book.now()
        tallies.keep(session, tallying.count(connection, register, now=at), now=at)
        for step in after:
            book.play(session, step)
        book.clock.at = at
        with_it = counted(connection, book)
        connection.execute(sa.delete(line))
        connection.execute(sa.delete(tally))
        assert with_it == counted(connection, book)


def test_a_board_adds_up_a_tally_and_does_not_count_every_duty(tallied_office: District) -> None:
    with tallied_office.database.write() as session:
        session.connection().execute(sa.update(line).values(number=line.c.number + 100))
    with tallied_office.database.read() as connection:
        figures, months = counted(connection, tallied_office)
    assert (
        sum(each.total() for (by, field, _), each in figures.items() if (by, field) == (By.UNIT, None)) > 300
    )
    assert months[-1].value >= 100


def test_new_bounds_are_not_answered_by_a_tally_that_was_judged_by_the_old_ones(
    tallied_office: District,
) -> None:
    with tallied_office.database.write() as session:
        policy = scoring.current(session.connection(), tallied_office.chair).policy
        scoring_policies.set_scoring(
            session,
            tallied_office.chair,
            replace(policy, silent_days=7),
            version=None,
            now=tallied_office.now(),
        )
    with tallied_office.database.read() as connection:
        found = scoring.current(connection, tallied_office.chair).policy
        today = office_day(tallied_office.now())
        register_id = tallied_office.chair.register_id
        assert tallied.newest(connection, register_id, today, policy) is not None
        assert tallied.newest(connection, register_id, today, found) is None
    assert tally_next(tallied_office.database, tallied_office.clock), "it is counted again"
    assert not tally_next(tallied_office.database, tallied_office.clock), "once"


def test_every_day_is_counted_and_all_but_the_last_two_are_let_go(tallied_office: District) -> None:
    assert not tally_next(tallied_office.database, tallied_office.clock)
    for _ in range(2):
        tallied_office.clock.at += timedelta(days=1)
        assert tally_next(tallied_office.database, tallied_office.clock)
    today = office_day(tallied_office.now())
    with tallied_office.database.read() as connection:
        days = connection.execute(sa.select(tally.c.cut_off).order_by(tally.c.known_at)).scalars().all()
        of_lines = connection.execute(sa.select(line.c.tally_id).distinct()).scalars().all()
    assert days == [today - timedelta(days=1), today], "somebody may still read the one before"
    assert len(of_lines) == len(days)


def test_a_clock_that_ran_ahead_does_not_hide_what_comes_after_it_was_put_right(
    tallied_office: District,
) -> None:
    tallied_office.clock.at -= timedelta(hours=3)
    assert tally_next(tallied_office.database, tallied_office.clock)
    with tallied_office.database.read() as connection:
        known_at = connection.execute(sa.select(tally.c.known_at)).scalar_one()
    assert known_at == tallied_office.now() - tallying.MARGIN


def test_a_unit_is_not_shown_sums_of_the_whole_register(tallied_office: District) -> None:
    asked = Question(cut_off=office_day(tallied_office.now()))
    with tallied_office.database.read() as connection:
        policy = scoring.current(connection, tallied_office.chair).policy
        commune = tallied_office.officer("xa-a")
        seen = statistics.table_by(connection, commune, asked, policy, By.UNIT)
    assert [(each.key, each.figures.total()) for each in seen] == [("xa-a", 1)]
