"""`feed`: 10,000 events get their place in the ledger; a page of the feed at its end."""

from collections.abc import Callable

import sqlalchemy as sa

from service.database import Database
from service.domain import ledger
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import feed
from service.domain.tables import Event, Ledger, Register, table
from tests.bench.data import NOW
from tests.bench.measure import alternate, compare

PLACED = 10_000
PAGE = 100

event, places, register = table(Event), table(Ledger), table(Register)


def run(database: Database, times: int) -> None:
    """Measure the sequencer beside reading the same events, and a page beside its bare rows."""
    _place(database)

    def product() -> Callable[[], None]:
        _write(database)
        return lambda: _place(database)

    def limit() -> Callable[[], None]:
        return lambda: _read(database)

    compare(
        f"{PLACED:,} events get a place", alternate([("sequencer", product), ("read", limit)], times=times)
    )
    with database.read() as connection:
        end = feed.last_position(connection) - PAGE
        register_id = connection.execute(sa.select(register.c.id).limit(1)).scalar_one()
    actor = Actor(NIL, register_id, None, KeyRole.ADMINISTRATOR, frozenset({"read"}), is_keeper=True)
    rows = sa.select(places.c.position).where(places.c.position > end).limit(PAGE)

    def page() -> None:
        with database.read() as connection:
            feed.page(connection, actor, after=end, limit=PAGE)

    def bare() -> None:
        with database.read() as connection:
            connection.execute(rows).all()

    pairs = [("page of 100", lambda: page), ("100 positions", lambda: bare)]
    compare("the feed at its end", alternate(pairs, times=times))


def _write(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        row = {
            "register_id": connection.execute(sa.select(register.c.id).limit(1)).scalar_one(),
            "kind": "obligation.acknowledged.v1",
            "subject_id": NIL,
            "payload": {},
            "actor_id": NIL,
            "recorded_at": NOW,
        }
        connection.execute(sa.insert(event), [row] * PLACED)


def _place(database: Database) -> None:
    placed = 1
    while placed:
        with database.write() as session:
            placed = ledger.sequence(session, now=NOW)


def _read(database: Database) -> None:
    facts = sa.select(*ledger.FACTS).order_by(event.c.seq.desc()).limit(PLACED)
    with database.read() as connection:
        connection.execute(facts).all()
