"""One obligation with all that a reader needs beside it; pages are in `obligation_pages`."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.lifecycle import Move, State, allowed_moves
from service.domain.people import Actor
from service.domain.permissions import POLICY, Action, KeyRole, Relation
from service.domain.reading import visibility
from service.domain.reading.near import SOON_ON
from service.domain.tables import Directive, Item, Obligation, Unit, table

obligation, item = table(Obligation), table(Item)
directive, unit = table(Directive), table(Unit)

WIDE = (
    obligation.join(item, item.c.id == obligation.c.item_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
)


class ObligationRow(NamedTuple):
    """An obligation with its unit, item and directive; `soon_on` tells which deadlines are near."""

    id: UUID
    version: int
    state: State
    period: str
    assigned_on: date
    original_due_on: date | None
    due_on: date | None
    done_on: date | None
    percent: int | None
    reported_on: date | None
    unit_id: UUID
    unit_code: str
    unit_name: str
    item_id: UUID
    locator: str
    label: str
    text: str
    key_task: bool
    directive_id: UUID
    number: str | None
    symbol: str | None
    subject: str
    urgency: str
    soon_on: date | None


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "unit_code": unit.c.code,
    "unit_name": unit.c.name,
    "locator": item.c.locator,
    "label": item.c.label,
    "text": item.c.text,
    "key_task": item.c.key_task,
    "number": directive.c.number,
    "symbol": directive.c.symbol,
    "subject": directive.c.subject,
    "urgency": directive.c.urgency,
    "soon_on": SOON_ON,
}
COLUMNS = tuple(
    OTHERS[name].label(name) if name in OTHERS else obligation.c[name] for name in ObligationRow._fields
)
_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=obligation.c.id.type)
ONE = {
    everything: sa.select(*COLUMNS)
    .select_from(WIDE)
    .where(obligation.c.id == _ID, visibility.one_obligation(everything))
    for everything in (True, False)
}


def one(connection: Connection, actor: Actor, obligation_id: UUID, *, cut_off: date) -> ObligationRow:
    """Return one obligation.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    visibility.require_reading(actor)
    names = visibility.names(actor) | {"id": obligation_id, "cut_off": cut_off}
    row = connection.execute(ONE[visibility.sees_everything(actor)], names).first()
    if row is None:
        raise NotFound(what="obligation")
    return ObligationRow._make(row)


MOVES: dict[Move, Action] = {
    Move.ACKNOWLEDGE: Action.ACKNOWLEDGE,
    Move.REPORT: Action.REPORT_PROGRESS,
    Move.SUBMIT: Action.SUBMIT,
    Move.ACCEPT: Action.ACCEPT,
    Move.SEND_BACK: Action.SEND_BACK,
    Move.REOPEN: Action.REOPEN,
    Move.WITHDRAW: Action.WITHDRAW,
}
"""Moves that somebody may ask for by themselves; the others are part of a larger act."""


class Moves:
    """What an actor may do to obligations now: the state allows it and so does the table of permissions."""

    __slots__ = ("_as_lead", "_as_other", "_unit_id")

    def __init__(self, actor: Actor) -> None:
        writes = "write" in actor.scopes
        self._unit_id = actor.unit_id
        self._as_lead = _by_state(actor.role, actor.is_keeper, True, writes)
        self._as_other = _by_state(actor.role, actor.is_keeper, False, writes)

    def of(self, row: ObligationRow) -> list[Move]:
        """Return what the actor may do to one obligation."""
        by_state = self._as_lead if row.unit_id == self._unit_id else self._as_other
        return by_state[row.state]


@lru_cache(maxsize=64)
def _by_state(role: KeyRole, is_keeper: bool, is_lead: bool, writes: bool) -> dict[State, list[Move]]:
    held = ((Relation.KEEPER, is_keeper), (Relation.LEAD, is_lead))
    relations = [relation for relation, holds in held if holds and writes]
    return {state: [move for move in allowed_moves(state) if _may(move, relations, role)] for state in State}


def _may(move: Move, relations: list[Relation], role: KeyRole) -> bool:
    allowed = POLICY[MOVES[move]] if move in MOVES else {}
    return any(role in allowed.get(relation, frozenset()) for relation in relations)
