"""`statistics`: the month-end table of all there is, now and as of a month ago, beside a bare count."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.database import Database
from service.domain.figures import Cell
from service.domain.history import know
from service.domain.ids import NIL
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import scoring, statistics
from service.domain.reading.statistics import By, Question
from service.domain.tables import Item, Obligation, ObligationVersion, Register, Unit, table
from tests.bench.data import NOW, apart, last_digits
from tests.bench.measure import alternate, compare

CUT_OFF = date(2027, 6, 30)
"""A day on which some are overdue by little, some by much, and most are not due yet."""
A_MONTH_AGO = NOW + timedelta(days=30)
CHANGED = {State.ACCEPTED: "01234", State.SUSPENDED: "5", State.WITHDRAWN: "6"}
LATER = "9"
"""Last digits of keys: five in sixteen are done, one suspended, one withdrawn; one reported this month."""

obligation, item, unit = table(Obligation), table(Item), table(Unit)
history, register = table(ObligationVersion), table(Register)


def run(database: Database, times: int) -> None:
    """Measure tables and a list beside the count of duties by unit."""
    live(database)
    with database.read() as connection:
        book = connection.execute(sa.select(register.c.id)).scalar_one()
    actor = Actor(NIL, book, None, KeyRole.ADMINISTRATOR, frozenset({"read"}), is_keeper=True)
    now, then = Question(cut_off=CUT_OFF), Question(cut_off=CUT_OFF, as_of=A_MONTH_AGO)
    tables = [(f"by {by}", _table(database, actor, now, by)) for by in By]
    samples = alternate(
        [
            *tables,
            ("by unit, as of a month ago", _table(database, actor, then, By.UNIT)),
            ("page of a cell", _page(database, actor, now)),
            ("page of a cell, a month ago", _page(database, actor, then)),
            ("bare count by unit", _bare(database, book)),
        ],
        times=times,
    )
    compare(f"statistics, {database.dialect}", samples)


def live(database: Database) -> None:
    """Let a year pass over the duties, with the history of it; a sixteenth changes in the last month."""
    last_digit, server = last_digits(database, 1), database.dialect == "postgresql"
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0") if server else None
        for state, digits in CHANGED.items():
            done_on = CUT_OFF - timedelta(days=60) if state is State.ACCEPTED else None
            chosen = last_digit.in_(list(digits))
            changed = sa.update(obligation).where(chosen)
            connection.execute(changed.values(state=state, done_on=done_on, version=obligation.c.version + 1))
            _keep(connection, chosen, NOW)
            know(session, chosen, effective_on=done_on or CUT_OFF, now=NOW)
        _report(session, last_digit == LATER, A_MONTH_AGO + timedelta(days=1))
    if server:
        apart(
            database,
            "SET statement_timeout = 0",
            "VACUUM ANALYZE obligation",
            "VACUUM ANALYZE obligation_version",
        )


def report(database: Database, digits: str, now: datetime) -> None:
    """Let a unit report on every duty whose key ends like that: with two digits one in 256."""
    with database.write() as session:
        _report(session, last_digits(database, len(digits)) == digits, now)


def _report(session: Session, chosen: sa.ColumnElement[bool], now: datetime) -> None:
    connection = session.connection()
    reported = {"state": State.IN_PROGRESS, "reported_on": CUT_OFF}
    connection.execute(
        sa.update(obligation).where(chosen).values(version=obligation.c.version + 1, **reported)
    )
    _keep(connection, chosen, now)
    know(session, chosen, effective_on=CUT_OFF, now=now)


def _keep(connection: sa.Connection, chosen: sa.ColumnElement[bool], now: datetime) -> None:
    """End the versions of the duties that were changed."""
    ids = sa.select(obligation.c.id).where(chosen)
    ended = sa.update(history).where(history.c.obligation_id.in_(ids), history.c.recorded_to.is_(None))
    connection.execute(ended.values(recorded_to=now))


def _table(database: Database, actor: Actor, asked: Question, by: By) -> Callable[[], Callable[[], None]]:
    def once() -> None:
        with database.snapshot() as connection:
            policy = scoring.current(connection, actor).policy
            statistics.table_by(connection, actor, asked, policy, by)

    return lambda: once


def _page(database: Database, actor: Actor, asked: Question) -> Callable[[], Callable[[], None]]:
    def once() -> None:
        with database.snapshot() as connection:
            policy = scoring.current(connection, actor).policy
            statistics.duties(connection, actor, asked, policy, cell=Cell.OPEN_OVERDUE, beyond=1)

    return lambda: once


def _bare(database: Database, book: UUID) -> Callable[[], Callable[[], None]]:
    count = sa.select(obligation.c.unit_id, sa.func.count()).where(obligation.c.register_id == book)

    def once() -> None:
        with database.snapshot() as connection:
            connection.execute(count.group_by(obligation.c.unit_id)).all()

    return lambda: once
