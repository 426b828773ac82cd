"""The journal of a register for people: what happened, who did it, in which order; either end first."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import fact_texts, visibility
from service.domain.reading.paging import List
from service.domain.tables import Account, ApiKey, Event, Ledger, Person, table

ledger, event = table(Ledger), table(Event)
api_key, account, person = table(ApiKey), table(Account), table(Person)

_end: sa.BindParameter[int] = sa.bindparam("end", type_=sa.BigInteger())
_lines = (
    sa.select(
        ledger.c.position,
        event.c.recorded_at,
        event.c.kind,
        event.c.subject_id,
        event.c.payload.label("facts"),
        sa.func.coalesce(api_key.c.name, account.c.name, person.c.name).label("actor_name"),
    )
    .join(event, event.c.seq == ledger.c.seq)
    .outerjoin(api_key, api_key.c.id == event.c.actor_id)
    .outerjoin(account, account.c.id == event.c.actor_id)
    .outerjoin(person, person.c.id == event.c.actor_id)
    .where(ledger.c.register_id == visibility.REGISTER)
)
NEWEST_FIRST = List(_lines, {"end": ledger.c.position < _end}, [ledger.c.position.desc()])
OLDEST_FIRST = List(_lines, {"end": ledger.c.position > _end}, [ledger.c.position])


class JournalRow(NamedTuple):
    """A fact with its place in the ledger; `actor_name` is None for what the machine did itself."""

    position: int
    recorded_at: datetime
    kind: str
    subject_id: UUID
    facts: dict[str, Any]
    actor_name: str | None


def page(
    connection: Connection, actor: Actor, *, newest_first: bool, end: int | None, limit: int
) -> tuple[list[JournalRow], int | None]:
    """Return some facts of the register beyond a place in the ledger, and where the next ones begin."""
    actor.require(Action.VIEW_AUDIT)
    fixed = {"register_id": actor.register_id}
    rows, last = (NEWEST_FIRST if newest_first else OLDEST_FIRST).page(connection, {"end": end}, fixed, limit)
    facts = fact_texts.opened(connection, [row.facts for row in rows])
    found = [JournalRow._make(row)._replace(facts=shown) for row, shown in zip(rows, facts, strict=True)]
    return found, last.position if last else None
