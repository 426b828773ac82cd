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
    parent_id: UUID
    delegator_id: UUID | None
    assignee_id: UUID | None


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


PARTS = (
    sa.select(*COLUMNS)
    .select_from(WIDE)
    .where(obligation.c.parent_id == _ID, obligation.c.delegator_id.is_not(None))
    .order_by(obligation.c.id)
)


def parts(connection: Connection, actor: Actor, obligation_id: UUID, *, cut_off: date) -> list[ObligationRow]:
    """Return what was handed on of a visible obligation, in that order."""
    names = visibility.names(actor) | {"id": obligation_id, "cut_off": cut_off}
    return [ObligationRow._make(row) for row in connection.execute(PARTS, names)]


MOVES: dict[Move, Action] = {
    Move.ACKNOWLEDGE: Action.ACKNOWLEDGE,
    Move.REPORT: Action.REPORT_PROGRESS,
    Move.SUBMIT: Action.SUBMIT,
    Move.ACCEPT: Action.ACCEPT,
    Move.SEND_BACK: Action.SEND_BACK,
    Move.REOPEN: Action.REOPEN,
    Move.RETURN: Action.RETURN,
    Move.REFUSE_RETURN: Action.DECIDE_RETURN,
    Move.SUSPEND: Action.SUSPEND,
    Move.RESUME: Action.SUSPEND,
    Move.WITHDRAW: Action.WITHDRAW,
}
"""Moves that somebody may ask for by themselves; the others are part of a larger act."""


LEADS, HANDED_ON = frozenset({Relation.LEAD}), frozenset({Relation.DELEGATOR})


class Moves:
    """What an actor may do to obligations now: the state allows it and so does the table of permissions."""

    __slots__ = ("_held", "_role", "_unit_id", "_writes")

    def __init__(self, actor: Actor) -> None:
        self._role, self._unit_id, self._writes = actor.role, actor.unit_id, "write" in actor.scopes
        self._held = frozenset({Relation.KEEPER} if actor.is_keeper else ())

    def of(self, row: ObligationRow) -> list[Move]:
        """Return what the actor may do to one obligation."""
        return _by_state(self._role, self.relations(row))[row.state] if self._writes else []

    def may(self, row: ObligationRow, action: Action) -> bool:
        """Return if the table of permissions allows something of one obligation, whatever its state."""
        return self._writes and _allows(action, self.relations(row), self._role)

    def relations(self, row: ObligationRow) -> frozenset[Relation]:
        """Return what the actor's unit is to one obligation, as far as changing it goes."""
        held = self._held if row.delegator_id is None else frozenset()
        if self._unit_id is not None:
            if row.unit_id == self._unit_id:
                held |= LEADS
            if row.delegator_id == self._unit_id:
                held |= HANDED_ON
        return held


@lru_cache(maxsize=64)
def _by_state(role: KeyRole, relations: frozenset[Relation]) -> dict[State, list[Move]]:
    return {state: [move for move in allowed_moves(state) if _may(move, relations, role)] for state in State}


def _may(move: Move, relations: frozenset[Relation], role: KeyRole) -> bool:
    return move in MOVES and _allows(MOVES[move], relations, role)


def _allows(action: Action, relations: frozenset[Relation], role: KeyRole) -> bool:
    allowed = POLICY[action]
    return any(role in allowed.get(relation, frozenset()) for relation in relations)
