"""Figures, lists and the past agree, whatever happens to the duties."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.demo.office import SetClock, settings_for
from service.domain import obligations as actions
from service.domain.errors import MoveNotAllowed
from service.domain.figures import CELL_OF, Cell, Denominator, total_of
from service.domain.ids import new_id
from service.domain.lifecycle import CLOSED, Move, Timeliness
from service.domain.moves import move, remember
from service.domain.reading import lateness, obligation_pages, scoring, statistics
from service.domain.reading.obligation_pages import Filter
from service.domain.reading.statistics import By, Question
from service.domain.tables import Obligation, table
from tests.databases import Templates
from tests.district import MONDAY, District, district

obligation = table(Obligation)
DOCUMENT = {"number": "1", "symbol": "BC", "issued_on": "2024-03-04"}
DUTIES = 9
DAYS = st.dates(date(2024, 2, 1), date(2024, 9, 1))
WHAT = (
    *("acknowledge", "report", "submit", "submit", "accept", "accept", "send_back", "reopen", "withdraw"),
    *("suspend", "return", "transfer", "due", "undate"),
)
STEP = st.tuples(st.integers(0, DUTIES - 1), st.sampled_from(WHAT), st.integers(1, 100))
STEPS = st.lists(STEP, max_size=25)


class Book(District):
    """A district whose duties one test changes and puts back."""

    def play(self, session: Session, step: tuple[int, str, int]) -> None:
        """Let days pass, then let something happen to a duty if the law allows it."""
        number, what, days = step
        self.clock.at += timedelta(days=days % 9, minutes=days)
        duty_id, rest = self.all_duties[number], {"version": None, "now": self.now()}
        with suppress(MoveNotAllowed):
            match what:
                case "acknowledge":
                    actions.acknowledge(session, self.chair, duty_id, **rest)
                case "report":
                    actions.report_progress(
                        session, self.chair, duty_id, percent=None, text="x", difficulties="", document=None,
                        **rest,
                    )  # fmt: skip
                case "submit":
                    actions.submit(
                        session, self.chair, duty_id, text="x", document=DOCUMENT, file_ids=[], **rest
                    )
                case "accept":
                    actions.accept(session, self.chair, duty_id, comment="", **rest)
                case "send_back" | "reopen" | "withdraw":
                    getattr(actions, what)(session, self.chair, duty_id, reason="x", **rest)
                case "suspend" | "return" | "transfer":
                    move(session, session.get_one(Obligation, duty_id), Move(what), now=self.now())
                case _:
                    duty = session.get_one(Obligation, duty_id)
                    duty.due_on = None if what == "undate" else duty.assigned_on + timedelta(days=days * 2)
                    remember(session, duty, now=self.now())
        session.flush()

    all_duties: list[UUID]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: Any) -> Iterator[Book]:
    """Return a district with nine duties, a third of them undated."""
    with templates.copy(request.param, district) as database:
        opened = Book(database, settings_for(tmp_path_factory.mktemp("book")), SetClock(MONDAY))
        opened.act_for("van-phong")
        opened.give(due="2024-03-20", groups=["cac-xa"])
        opened.give(due="2024-05-31", groups=["cac-xa"], field="Y tế")
        opened.give(due=None, groups=["cac-xa"])
        with database.read() as connection:
            opened.all_duties = list(connection.execute(sa.select(obligation.c.id)).scalars())
        assert len(opened.all_duties) == DUTIES
        yield opened
        opened.close()


def unhurried(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


@given(steps=STEPS, cut_off=DAYS)
@unhurried(25)
def test_tables_lists_and_filters_never_disagree(
    book: Book, steps: list[tuple[int, str, int]], cut_off: date
) -> None:
    book.clock.at = MONDAY
    with Session(book.database.engine, autoflush=False) as session:
        for step in steps:
            book.play(session, step)
        connection, asked = session.connection(), Question(cut_off=cut_off)
        policy = scoring.current(connection, book.chair).policy
        totals = {}
        for by in By:
            lines = statistics.table_by(connection, book.chair, asked, policy, by)
            totals[by] = total_of((line.figures for line in lines), bounds=2)
        whole = totals[By.UNIT]
        assert all(total == whole for total in totals.values()), "every way of cutting counts the same"
        state_of = connection.execute(sa.select(obligation.c.state, obligation.c.assigned_on)).all()
        (late,) = lateness.overdue_on(connection, book.chair, asked, [cut_off])
        assert late.value == whole.cells[Cell.OPEN_OVERDUE]
        assert whole.total() == sum(
            state not in CLOSED and assigned_on <= cut_off for state, assigned_on in state_of
        )
        for cell in Cell:
            rows, _ = statistics.duties(connection, book.chair, asked, policy, cell=cell)
            assert len(rows) == whole.cells[cell]
            filtered = {
                row.id
                for judged, own in CELL_OF.items()
                if own is cell
                for row in obligation_pages.page(
                    connection, book.chair, Filter(timeliness=judged), cut_off=cut_off
                ).rows
                if row.assigned_on <= cut_off
            }
            assert {row.id for row in rows} == filtered, "the list of obligations says the same"
        for beyond in (1, 2):
            rows, _ = statistics.duties(
                connection, book.chair, asked, policy, cell=Cell.OPEN_OVERDUE, beyond=beyond
            )
            assert len(rows) == whole.overdue_beyond[beyond - 1]
            assert all((row.days_late or 0) > policy.overdue_days[beyond - 1] for row in rows)
        silent, _ = statistics.duties(connection, book.chair, asked, policy, cell=Cell.UNDATED_OPEN, beyond=1)
        assert len(silent) == whole.silent
        session.rollback()


@given(before=STEPS, after=STEPS, cut_off=DAYS, by=st.sampled_from([*By]))
@unhurried(25)
def test_what_was_known_stays_whatever_happens_later(
    book: Book, before: list[tuple[int, str, int]], after: list[tuple[int, str, int]], cut_off: date, by: By
) -> None:
    book.clock.at = MONDAY
    with Session(book.database.engine, autoflush=False) as session:
        for step in before:
            book.play(session, step)
        connection, then = session.connection(), book.now()
        policy = scoring.current(connection, book.chair).policy

        def seen(as_of: datetime | None) -> Any:
            asked = Question(cut_off=cut_off, as_of=as_of)
            lines = statistics.table_by(connection, book.chair, asked, policy, by)
            named = [statistics.duties(connection, book.chair, asked, policy, cell=cell) for cell in Cell]
            return lines, named

        first = seen(None)
        assert seen(then) == first, "at that moment, what was known by then is what is known"
        book.clock.at += timedelta(seconds=1)
        for step in after:
            book.play(session, step)
        assert seen(then) == first
        assert seen(MONDAY - timedelta(seconds=1)) == ([], [([], None)] * len(Cell)), "nothing was given yet"
        session.rollback()


def test_a_delegated_part_is_not_counted_beside_the_whole(book: Book) -> None:
    with Session(book.database.engine, autoflush=False) as session:
        connection, asked = session.connection(), Question(cut_off=date(2024, 3, 10))
        policy = scoring.current(connection, book.chair).policy
        whole = connection.execute(sa.select(obligation).limit(1)).one()._asdict()
        part = whole | {"id": new_id(book.now()), "parent_id": whole["id"]}
        connection.execute(sa.insert(obligation).values(part))
        lines = statistics.table_by(connection, book.chair, asked, policy, By.UNIT)
        assert sum(line.figures.total() for line in lines) == DUTIES
        session.rollback()


def test_rates_name_what_they_are_a_share_of(book: Book) -> None:
    with book.database.snapshot() as connection:
        policy = scoring.current(connection, book.chair).policy
        asked = Question(cut_off=date(2024, 3, 21))
        lines = statistics.table_by(connection, book.chair, asked, policy, By.UNIT)
    whole = total_of((line.figures for line in lines), bounds=2)
    assert {name: whole.base(name) for name in Denominator} == {"all": 9, "dated": 6, "fell_due": 3}
    assert whole.rates(Denominator.FELL_DUE)["overdue"] == 100.0
    assert whole.cells[CELL_OF[Timeliness.UNDATED]] == 3


def test_a_snapshot_lets_others_write(book: Book) -> None:
    with book.database.snapshot() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(obligation)).scalar_one()
        with book.database.write() as session:
            row = session.connection().execute(sa.select(obligation).limit(1)).one()._asdict()
            session.connection().execute(
                sa.insert(obligation).values(row | {"id": new_id(book.now()), "period": "x"})
            )
        assert connection.execute(sa.select(sa.func.count()).select_from(obligation)).scalar_one() == before
    with book.database.write() as session:
        session.connection().execute(sa.delete(obligation).where(obligation.c.period == "x"))
