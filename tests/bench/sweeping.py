"""`sweep`: one clock on each obligation; 10,000 due, and none."""

from collections.abc import Callable
from itertools import count

import sqlalchemy as sa

from service.database import Database
from service.domain.ids import new_salt
from service.domain.sql import instant
from service.domain.sweep import sweep
from service.domain.tables import Watch, table
from tests.bench.data import NOW
from tests.bench.measure import alternate, compare

DUE = 10_000
IDLE_RUNS = 50

watch = table(Watch)
order = sa.Table(
    "bench_order",
    sa.MetaData(),
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("id", sa.Uuid()),
)


def run(database: Database, times: int) -> None:
    """Measure a sweep with much due and one with nothing due beside the least SQL for each."""
    _shuffle(database)
    window = count()

    def product() -> Callable[[], None]:
        _ripen(database, next(window))
        return lambda: _sweep(database)

    def limit() -> Callable[[], None]:
        _ripen(database, next(window))
        return lambda: _least(database)

    samples = alternate(
        [("service.domain.sweep.sweep", product), ("one insert, one update", limit)], times=times
    )
    compare(f"sweep, 10,000 due, {database.dialect}", samples)
    idle = alternate(
        [
            ("sweep", lambda: lambda: _sweep(database)),
            ("one look at the index", lambda: lambda: _look(database)),
        ],
        times=IDLE_RUNS,
    )
    compare(f"sweep, none due, {database.dialect}", idle)


def _shuffle(database: Database) -> None:
    """Number the clocks by chance, so that what is due lies all over the table."""
    numbered = sa.select(sa.func.row_number().over(order_by=sa.func.random()), watch.c.id)
    with database.write() as session:
        session.connection().exec_driver_sql("SET statement_timeout = 0") if _is_server(database) else None
        order.drop(session.connection(), checkfirst=True)
        order.create(session.connection())
        session.connection().execute(sa.insert(order).from_select(list(order.c), numbered))


def _ripen(database: Database, window: int) -> None:
    """Let the next 10,000 clocks be due at their first step."""
    first = window * DUE
    chosen = sa.select(order.c.id).where(order.c.number > first, order.c.number <= first + DUE)
    with database.write() as session:
        session.connection().execute(
            sa.update(watch).where(watch.c.id.in_(chosen)).values(next_action_at=NOW, next_step=1)
        )


def _sweep(database: Database) -> None:
    taken = 1
    while taken:
        with database.write() as session:
            taken = sweep(session, now=NOW)


def _look(database: Database) -> None:
    with database.write() as session:
        due = sa.select(watch.c.id).where(watch.c.next_action_at <= instant(NOW)).limit(1)
        session.connection().execute(due).first()


LEAST_INSERT = """
INSERT INTO reminder (id, register_id, watch_id, obligation_id, unit_id, round, step, occurrence, role, rank,
                      at_keeper, is_urgent, due_at, taken_at, outcome)
SELECT dondoc_uuid7({ms}, '{salt}', CAST(w.id AS VARCHAR)), w.register_id, w.id, w.obligation_id, w.unit_id,
       w.round, w.next_step, w.occurrence, s.role, s.rank, s.at_keeper, s.is_urgent, w.next_action_at, :now,
       'due'
FROM watch w JOIN escalation_step s ON s.policy_id = w.policy_id AND s.step = w.next_step
WHERE w.next_action_at <= :now"""
LEAST_UPDATE = """
UPDATE watch SET next_step = s.next_step, next_action_at = shown.opens_at
FROM escalation_step s, escalation_step f, calendar_day anchor, calendar_day shown
WHERE watch.next_action_at <= :now
  AND s.policy_id = watch.policy_id AND s.step = watch.next_step
  AND f.policy_id = watch.policy_id AND f.step = s.next_step
  AND anchor.calendar_id = watch.calendar_id AND anchor.day = watch.anchor_on
  AND shown.calendar_id = watch.calendar_id AND shown.ordinal = anchor.ordinal + f."offset"
  AND shown.is_working"""


def _least(database: Database) -> None:
    """Take the same steps with everything known beforehand: dated clocks that count working days."""
    ms = int(NOW.timestamp() * 1000)
    with database.write() as session:
        for statement in (LEAST_INSERT.format(ms=ms, salt=new_salt()), LEAST_UPDATE):
            text = sa.text(statement).bindparams(sa.bindparam("now", type_=watch.c.next_action_at.type))
            session.connection().execute(text, {"now": NOW})


def _is_server(database: Database) -> bool:
    return database.dialect == "postgresql"
