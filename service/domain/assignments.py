"""Which units answer for an item, as a person confirms it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.directives import find_directive, find_item, require_draft
from service.domain.errors import InvalidValue, UnknownReference
from service.domain.events.directives import ItemAssigned
from service.domain.ids import new_id
from service.domain.mapping import load_registry
from service.domain.mentions import read_mention
from service.domain.outbox import emit
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.phrases import remember
from service.domain.tables import (
    Assignment,
    AssignmentException,
    AssignmentRole,
    Directive,
    Item,
    PhraseMeaning,
    Unit,
    UnitGroup,
    table,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A unit or a group (exactly one), by its code."""

    unit_code: str | None = None
    group_code: str | None = None

    @property
    def code(self) -> str:
        """The code given."""
        return self.unit_code or self.group_code or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentOrder(Target):
    """A unit or a group for an item, as a person confirms it.

    `remember` is the phrase of the document that means this unit or group from now on.
    """

    role: AssignmentRole
    exceptions: tuple[str, ...] = ()
    due_on: date | None = None
    remember: str | None = None


def assign(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    item: str,
    orders: Sequence[AssignmentOrder],
    *,
    version: int | None,
    now: datetime,
) -> Directive:
    """Say which units answer for an item; replaces what was said before, an empty list clears it.

    Raises:
        UnknownReference: A code that no unit living today, or no group of the register, has.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    row = find_item(session, directive, item)
    _replace_assignments(session, actor, directive, row, orders, now=now)
    row.units_undecided = False
    directive.version += 1
    session.flush()
    return directive


def confirm_proposals(
    session: Session, actor: Actor, directive_id: UUID, *, version: int | None, now: datetime
) -> Directive:
    """Confirm, for every item without assignments, the mentions that can mean only one unit or group.

    The registry is asked anew, so that units entered after the intake count. An item with a doubtful
    mention is left alone as a whole: half a mapping looks like a whole one. So is one that was split or
    joined and waits for a decision.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    registry = load_registry(session, actor.register_id, office_day(now))
    items = session.exec(select(Item).where(Item.directive_id == directive.id)).all()
    assigned = set(
        session.exec(select(Assignment.item_id).where(col(Assignment.item_id).in_([i.id for i in items])))
    )
    for item in items:
        item.mentions = [read_mention(registry, mention) for mention in item.mentions]
        if item.id in assigned or item.is_closing or item.units_undecided or not item.mentions:
            continue
        if all(mention["certain"] for mention in item.mentions):
            orders = list(dict.fromkeys(order_of(mention) for mention in item.mentions))
            _replace_assignments(session, actor, directive, item, orders, now=now)
    directive.version += 1
    session.flush()
    return directive


def order_of(mention: Mapping[str, Any]) -> AssignmentOrder:
    """Return the assignment that a mention with one candidate proposes."""
    (candidate,) = mention["candidates"]
    return AssignmentOrder(
        role=AssignmentRole(mention["role"]), **{f"{candidate['kind']}_code": candidate["code"]}
    )


def _replace_assignments(
    session: Session,
    actor: Actor,
    directive: Directive,
    item: Item,
    orders: Sequence[AssignmentOrder],
    *,
    now: datetime,
) -> None:
    old = select(Assignment.id).where(Assignment.item_id == item.id)
    exceptions, assignments = table(AssignmentException), table(Assignment)
    session.connection().execute(sa.delete(exceptions).where(exceptions.c.assignment_id.in_(old)))
    session.connection().execute(sa.delete(assignments).where(assignments.c.item_id == item.id))
    add_assignments(session, actor, directive, item, orders, now=now)


def add_assignments(
    session: Session,
    actor: Actor,
    directive: Directive,
    item: Item,
    orders: Sequence[AssignmentOrder],
    *,
    now: datetime,
) -> list[UUID]:
    """Add units and groups to those of an item; return the ids of the assignments.

    Raises:
        UnknownReference: A unit or group has no such code today.
        InvalidValue: An order has not exactly one of both.
    """
    left_out = {code for order in orders for code in order.exceptions}
    units, groups = _targets(session, actor, orders, office_day(now), others=left_out)
    made = []
    for order in orders:
        row = Assignment(
            id=new_id(now),
            item_id=item.id,
            role=order.role,
            unit_id=units[order.unit_code] if order.unit_code else None,
            group_id=groups[order.group_code] if order.group_code else None,
            due_on=checked(order.due_on) if order.due_on else None,
        )
        session.add(row)
        session.flush()
        made.append(row.id)
        for code in order.exceptions:
            session.add(AssignmentException(assignment_id=row.id, unit_id=units[code]))
        if order.remember:
            ids = {"unit_id": row.unit_id, "group_id": row.group_id}
            remember(session, actor, order.remember, **ids, code=order.code, now=now)
    told = [{"role": str(order.role), "code": order.code} for order in orders]
    fact = ItemAssigned(subject_id=item.id, directive_id=directive.id, locator=item.locator, assignments=told)
    emit(session, fact, actor=actor, at=now)
    return made


def confirm_meaning(
    session: Session, actor: Actor, phrase: str, target: Target, *, now: datetime
) -> PhraseMeaning:
    """Say what a phrase of documents means; what it meant before is revoked.

    Raises:
        InvalidValue: The phrase has no letter, or the target not exactly one code.
        UnknownReference: Nothing bears the code.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    units, groups = _targets(session, actor, [target], office_day(now))
    ids = {"unit_id": units.get(target.code), "group_id": groups.get(target.code)}
    return remember(session, actor, phrase, **ids, code=target.code, now=now)


def _targets(
    session: Session, actor: Actor, targets: Sequence[Target], day: date, *, others: Set[str] = frozenset()
) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """Return the ids behind the codes of units and groups; `others` are codes of further units."""
    if any((target.unit_code is None) == (target.group_code is None) for target in targets):
        raise InvalidValue(field="assignments", detail="each needs a unit_code or a group_code, not both")
    unit_codes = {target.unit_code for target in targets if target.unit_code} | others
    group_codes = {target.group_code for target in targets if target.group_code}
    unit, group = table(Unit), table(UnitGroup)
    rows = session.connection().execute(
        sa.select(unit.c.code, unit.c.id).where(unit.c.code.in_(unit_codes), lives_on(day))
    )
    units = {row.code: row.id for row in rows}
    rows = session.connection().execute(
        sa.select(group.c.code, group.c.id).where(
            group.c.code.in_(group_codes), group.c.register_id == actor.register_id
        )
    )
    groups = {row.code: row.id for row in rows}
    missing = sorted((unit_codes - set(units)) | (group_codes - set(groups)))
    if missing:
        raise UnknownReference(field="assignments", codes=missing)
    return units, groups
