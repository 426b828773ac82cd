"""What was forgotten at the issue, a unit or a whole item, is given later on a named basis (R4)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.assignments import AssignmentOrder, add_assignments
from service.domain.changes import Basis, close, in_force, record, taken_out
from service.domain.deadline_changes import days_given_later
from service.domain.directives import find_item
from service.domain.errors import DueBeforeAssigned, InvalidValue, ItemsWithoutLead
from service.domain.events.directives import DirectiveExtended
from service.domain.expansion import units_of
from service.domain.ids import NIL
from service.domain.issue import oblige
from service.domain.items import Tree
from service.domain.opening import open_duties
from service.domain.people import Actor
from service.domain.readiness import load_tree
from service.domain.reckoning import OWN_DAY
from service.domain.series import begin, comes_again, give_periods, open_given
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    ChangeKind,
    Coordination,
    Directive,
    Item,
    Obligation,
    ObligationSource,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Term,
    Unit,
    table,
)

ROLES = frozenset({AssignmentRole.LEAD, AssignmentRole.COORDINATE})

item, assignment, unit = table(Item), table(Assignment), table(Unit)
obligation, source, coordination = table(Obligation), table(ObligationSource), table(Coordination)
term = table(Term)
member, period = table(SeriesUnit), table(SeriesPeriod)


def assign_late(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    locator: str,
    basis: Basis,
    *,
    orders: Sequence[AssignmentOrder],
    version: int | None,
    now: datetime,
) -> int:
    """Give an item of an issued directive to units that were forgotten; return how many duties that made.

    An item that was not tracked is from now on; without units of its own it goes to those it inherits. Who
    has the item already keeps it as it is.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        InvalidValue: A unit has or had the item already, the item's units are named at another item, or it
            was taken out.
        ItemsWithoutLead: A forgotten item would have nobody who answers for it (R1).
        DueBeforeAssigned: The item's deadline lies before the day of the change; give another.
        UnknownReference: A unit, a group or the basis is not registered.
    """
    directive = in_force(session, actor, directive_id, version=version)
    row = find_item(session, directive, locator)
    moved = days_given_later(session, directive.id)
    ahead = None if session.get(Term, row.id) else row.due_on
    _require_sense(row, orders, basis.effective_on, due_on=moved.get(row.locator, ahead))
    tree = load_tree(session, directive)
    _require_in(session, directive, tree, row)
    told = [{"role": str(order.role), "code": order.code} for order in orders]
    details = [{"item": row.locator, "assignments": told}]
    change, named = record(session, actor, directive, ChangeKind.ASSIGN, basis, details=details, now=now)
    new = add_assignments(session, actor, directive, row, orders, now=now) if orders else []
    given: sa.ColumnElement[bool] = assignment.c.id.in_(new)
    begun = _begun_by(new)
    below = sa.select(item.c.id).where(item.c.units_from_id == row.id)
    periods: sa.ColumnElement[bool] = period.c.item_id.in_(below)
    joining: sa.ColumnElement[bool] = member.c.assignment_id.in_(new)
    series: list[Series] = []
    if row.is_tracked:
        _refuse_known(session, directive, row, new, basis.effective_on)
    else:
        _track(row, orders)
        given, begun = item.c.id == row.id, obligation.c.item_id == row.id
        periods, joining = period.c.item_id == row.id, sa.true()
        series = begin(session, actor, row, comes_again(tree, row), on=basis.effective_on, now=now)
    session.flush()
    count = oblige(session, directive, basis.effective_on, given=given, now=now)
    count += give_periods(session, series, sa.and_(periods, joining), now=now)
    if not count and (not orders or any(order.role is AssignmentRole.LEAD for order in orders)):
        raise ItemsWithoutLead(items=[row.locator])
    once = sa.and_(begun, obligation.c.period == "")
    _open(session, actor, directive, once, moved, on=basis.effective_on, now=now)
    open_given(session, actor, periods, now=now)
    fact = DirectiveExtended(
        subject_id=directive.id, change_id=change.id, basis=named, item=row.locator, obligations=count
    )
    return close(session, actor, directive, fact, count, now=now)


def _require_sense(row: Item, orders: Sequence[AssignmentOrder], day: date, *, due_on: date | None) -> None:
    if any(order.role not in ROLES for order in orders):
        raise InvalidValue(field="assignments", detail="only lead and coordinate can be given later")
    if row.is_closing:
        raise InvalidValue(field="item", detail="a closing demand repeats the items and is not tracked")
    if row.is_tracked and not orders:
        raise InvalidValue(field="assignments", detail="the item is tracked already; name who was forgotten")
    if row.is_tracked and row.units_from_id != row.id:
        raise InvalidValue(field="item", detail="its units are named at an item above; give that one")
    dated = [order.due_on for order in orders if order.role is AssignmentRole.LEAD] or [None]
    due = [given or due_on for given in dated]
    if any(last is not None and last < day for last in due):
        raise DueBeforeAssigned(items=[row.locator], issued_on=day)


def _require_in(session: Session, directive: Directive, tree: Tree, row: Item) -> None:
    out = taken_out(session, directive)
    if any(step.locator in out for step in tree.lineage(row)):
        raise InvalidValue(field="item", detail="it was taken out")


def _follow_changes(
    session: Session, directive: Directive, begun: sa.ColumnElement[bool], moved: Mapping[str, date]
) -> None:
    """Give the new duties the day that a later directive gave everybody, unless they have their own."""
    for locator, due_on in moved.items():
        same = item.c.locator == locator, item.c.directive_id == directive.id
        these = sa.and_(begun, ~OWN_DAY, obligation.c.item_id.in_(sa.select(item.c.id).where(*same)))
        changed = sa.update(obligation).where(these)
        session.connection().execute(changed.values(due_on=due_on, original_due_on=due_on))


def _open(
    session: Session,
    actor: Actor,
    directive: Directive,
    begun: sa.ColumnElement[bool],
    moved: Mapping[str, date],
    *,
    on: date,
    now: datetime,
) -> None:
    """Begin duties that do not come again; none whose counted day had passed when its unit got it."""
    counted = sa.and_(~OWN_DAY, _counted(directive, moved))
    _follow_changes(session, directive, begun, moved)
    open_duties(session, actor, begun, reckoned=counted, effective_on=on, now=now)
    _refuse_passed(session, sa.and_(begun, counted), on)


def _counted(directive: Directive, moved: Mapping[str, date]) -> sa.ColumnElement[bool]:
    """Return the condition of duties whose day is counted for each unit: no later directive gave another."""
    own = sa.select(term.c.item_id).join(item, item.c.id == term.c.item_id)
    return obligation.c.item_id.in_(
        own.where(term.c.directive_id == directive.id, item.c.locator.not_in(sorted(moved)))
    )


def _refuse_passed(session: Session, begun: sa.ColumnElement[bool], day: date) -> None:
    """Refuse duties whose counted day had passed when their unit got them."""
    passed = sa.select(item.c.locator).join(obligation, obligation.c.item_id == item.c.id)
    found = passed.where(begun, obligation.c.due_on < day).distinct().order_by(item.c.locator)
    locators = list(session.connection().execute(found).scalars())
    if locators:
        raise DueBeforeAssigned(items=locators, issued_on=day)


def _begun_by(assignments: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Return the condition of the duties that assignments made; none of these units had the item before."""
    made = sa.select(source.c.obligation_id).where(source.c.assignment_id.in_(assignments))
    return obligation.c.id.in_(made)


def _track(row: Item, orders: Sequence[AssignmentOrder]) -> None:
    row.is_tracked = True
    if any(order.role is AssignmentRole.LEAD for order in orders):
        row.units_from_id = row.id


def _refuse_known(session: Session, directive: Directive, row: Item, new: Sequence[UUID], day: date) -> None:
    """Refuse units that lead, led or coordinate the item, or one that takes its units from it."""
    pairs = units_of(session, directive.id, day)
    below = sa.select(item.c.id).where(item.c.units_from_id == row.id)
    known = sa.union(
        sa.select(obligation.c.unit_id).where(obligation.c.item_id.in_(below), obligation.c.parent_id == NIL),
        sa.select(coordination.c.unit_id).where(coordination.c.item_id.in_(below)),
    )
    query = (
        sa.select(unit.c.code)
        .join(pairs, pairs.c.unit_id == unit.c.id)
        .where(pairs.c.assignment_id.in_(new), unit.c.id.in_(known))
        .distinct()
        .order_by(unit.c.code)
    )
    codes = session.connection().execute(query).scalars().all()
    if codes:
        raise InvalidValue(field="assignments", detail=f"have the item already: {', '.join(codes)}")
