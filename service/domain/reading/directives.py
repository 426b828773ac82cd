"""Directives: one with its tree of items and who answers for them, and pages, the newest first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import directive_changes, visibility
from service.domain.reading.search import ESCAPE, pattern
from service.domain.tables import (
    Assignment,
    AssignmentException,
    AssignmentRole,
    Directive,
    DirectiveState,
    Item,
    Unit,
    UnitGroup,
    table,
)

directive, item, unit, group = table(Directive), table(Item), table(Unit), table(UnitGroup)
assignment, exception = table(Assignment), table(AssignmentException)
left_out = unit.alias("left_out")

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=directive.c.id.type)


class DirectiveLine(NamedTuple):
    """A directive as a list shows it."""

    id: UUID
    version: int
    state: DirectiveState
    doc_type: str
    number: str | None
    symbol: str | None
    issuing_body: str
    subject: str
    signed_on: date | None
    issued_on: date | None
    urgency: str
    made_at: datetime


class ItemRow(NamedTuple):
    """One item of a tree."""

    id: UUID
    parent_id: UUID | None
    locator: str
    label: str
    text: str
    is_task: bool
    is_tracked: bool
    is_closing: bool
    text_alone: bool
    key_task: bool
    field: str
    deadline: dict[str, Any]
    more_deadlines: list[dict[str, Any]]
    due_on: date | None
    mentions: list[dict[str, Any]]
    units_undecided: bool
    deadline_choices: list[dict[str, Any]]


class AssignmentRow(NamedTuple):
    """A unit or group for an item, or one more exception of the same."""

    id: UUID
    item_id: UUID
    role: AssignmentRole
    due_on: date | None
    unit_code: str | None
    group_code: str | None
    name: str
    left_out: str | None


@dataclass(slots=True)
class Whole:
    """A directive with its items, the changes that touch it, and the assignments of each item."""

    row: Any
    items: list[ItemRow]
    changes: list[directive_changes.ChangeRow]
    assignments: dict[UUID, list[AssignmentRow]] = field(default_factory=lambda: defaultdict(list))


ONE = {
    everything: sa.select(directive, unit.c.code.label("issuer_code"), unit.c.name.label("issuer_name"))
    .outerjoin(unit, unit.c.id == directive.c.issuer_id)
    .where(directive.c.id == _ID, visibility.directives(everything))
    for everything in (True, False)
}
ITEMS = sa.select(*(item.c[name] for name in ItemRow._fields)).where(item.c.directive_id == _ID)
ITEMS = ITEMS.order_by(item.c.position)
ASSIGNMENTS = (
    sa.select(
        assignment.c.id,
        assignment.c.item_id,
        assignment.c.role,
        assignment.c.due_on,
        unit.c.code,
        group.c.code,
        sa.func.coalesce(unit.c.name, group.c.name),
        left_out.c.code,
    )
    .select_from(
        assignment.join(item, item.c.id == assignment.c.item_id)
        .outerjoin(unit, unit.c.id == assignment.c.unit_id)
        .outerjoin(group, group.c.id == assignment.c.group_id)
        .outerjoin(exception, exception.c.assignment_id == assignment.c.id)
        .outerjoin(left_out, left_out.c.id == exception.c.unit_id)
    )
    .where(item.c.directive_id == _ID)
    .order_by(assignment.c.id, left_out.c.code)
)


def one(connection: Connection, actor: Actor, directive_id: UUID) -> Whole:
    """Return one directive with its items in the order of the document.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = visibility.names(actor) | {"id": directive_id}
    row = connection.execute(ONE[visibility.sees_everything(actor)], names).first()
    if row is None:
        raise NotFound(what="directive")
    items = [ItemRow._make(each) for each in connection.execute(ITEMS, {"id": directive_id})]
    whole = Whole(row, items, directive_changes.touching(connection, directive_id))
    for each in connection.execute(ASSIGNMENTS, {"id": directive_id}):
        order = AssignmentRow._make(each)
        whole.assignments[order.item_id].append(order)
    return whole


_PATTERN: sa.BindParameter[str] = sa.bindparam("pattern", type_=sa.Text())
_in_items = sa.select(item.c.directive_id).where(
    item.c.register_id == visibility.REGISTER, item.c.folded.like(_PATTERN, escape=ESCAPE)
)
FILTERS: dict[str, sa.ColumnElement[bool]] = {
    "pattern": sa.or_(directive.c.folded.like(_PATTERN, escape=ESCAPE), directive.c.id.in_(_in_items)),
    "state": directive.c.state == sa.bindparam("state"),
    "issuer": directive.c.issuer_id.in_(sa.select(unit.c.id).where(unit.c.code == sa.bindparam("issuer"))),
    "after_id": directive.c.id < sa.bindparam("after_id"),
}


def page(
    connection: Connection,
    actor: Actor,
    *,
    q: str | None,
    state: DirectiveState | None,
    issuer: str | None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[DirectiveLine], UUID | None]:
    """Return some directives, the newest first, and the id after which the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {"pattern": pattern(q) if q else None, "state": state, "issuer": issuer, "after_id": after}
    asked = frozenset(name for name, value in given.items() if value is not None)
    statement = _statement(visibility.sees_everything(actor), asked)
    names = visibility.names(actor) | given | {"limit": limit + 1}
    rows = [DirectiveLine._make(row) for row in connection.execute(statement, names)]
    return (rows[:limit], rows[limit - 1].id) if len(rows) > limit else (rows, None)


@lru_cache(maxsize=64)
def _statement(everything: bool, asked: frozenset[str]) -> sa.Select[*tuple[Any, ...]]:
    where = [FILTERS[name] for name in sorted(asked)]
    statement = sa.select(*(directive.c[name] for name in DirectiveLine._fields))
    statement = statement.where(visibility.directives(everything), *where)
    return statement.order_by(directive.c.id.desc()).limit(sa.bindparam("limit", type_=sa.Integer()))
