"""What a later document does to duties that come again: from a period on, another rule or none (R14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.assignments import AssignmentOrder, add_assignments
from service.domain.calendar import office_day
from service.domain.changes import Basis, close, in_force, record, withdraw_open
from service.domain.errors import InvalidValue, ItemsWithoutLead, NotFound, SeriesEnded, require_current
from service.domain.escalation import WatchKind
from service.domain.events.series import PeriodMoved, SeriesChanged, SeriesStopped
from service.domain.expansion import units_of
from service.domain.ids import NIL
from service.domain.lifecycle import WORKING
from service.domain.outbox import emit_many
from service.domain.people import Actor
from service.domain.periods import OF_PERIOD, UNDECIDED, follow_period, history
from service.domain.permissions import Action
from service.domain.reckoning import with_facts
from service.domain.recurrence import periods
from service.domain.series import (
    begin,
    give,
    go_on,
    held_still,
    make_ahead,
    open_given,
    rule_in_force,
)
from service.domain.sql import insert_from, instant
from service.domain.tables import (
    AssignmentRole,
    ChangeKind,
    Directive,
    DirectiveChange,
    Item,
    Obligation,
    Register,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Term,
    table,
)
from service.domain.watching import begin_round

NAMED_MAX = 400
"""How many periods ahead one may name."""

obligation, series, member, period = table(Obligation), table(Series), table(SeriesUnit), table(SeriesPeriod)
term = table(Term)


@dataclass(frozen=True, slots=True)
class SeriesOrder:
    """What is other from a period on; None stays: the rule, its words, the units that lead."""

    from_period: str
    rule: Mapping[str, Any] | None
    text: str | None
    assignments: Sequence[AssignmentOrder] | None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a change rests on: the recorded change of a directive, its item, the basis and its name."""

    directive: Directive
    item: Item
    change: DirectiveChange
    basis: Basis
    named: str


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """What a change did to the duties of a series: how many it gave, moved to another day and withdrew."""

    series: Series
    obligations: int
    moved: int
    withdrawn: int


def stop(
    session: Session,
    actor: Actor,
    series_id: UUID,
    basis: Basis,
    *,
    from_period: str,
    version: int | None,
    now: datetime,
) -> SeriesChange:
    """Let the duties of a series come no more from a period on; those of earlier periods stay.

    Raises:
        NotFound: There is no such series.
        SeriesEnded: It was stopped or changed before.
        InvalidValue: It has no such period.
        DirectiveNotInForce: The directive was replaced or revoked.
    """
    directive, row = _find(session, actor, series_id, version=version, now=now)
    start_on = _start_of(session, row, from_period)
    ground = _record(session, actor, (directive, row), basis, from_period=from_period, now=now)
    gone = _end(session, row, start_on, ground.change)
    withdrawn = withdraw_open(session, actor, gone, basis, ground.named, now=now)
    fact = SeriesStopped(
        subject_id=directive.id,
        change_id=ground.change.id,
        series_id=row.id,
        basis=ground.named,
        item=ground.item.locator,
        from_period=from_period,
        withdrawn=withdrawn,
    )
    close(session, actor, directive, fact, withdrawn, now=now)
    return SeriesChange(row, 0, 0, withdrawn)


def change(
    session: Session,
    actor: Actor,
    series_id: UUID,
    order: SeriesOrder,
    basis: Basis,
    *,
    version: int | None,
    now: datetime,
) -> SeriesChange:
    """Let another series take the place of one from a period on; those of earlier periods stay.

    A duty of a later period that was made already keeps its history and gets the new day; where the new
    rule has no such period, or its unit no part in it, it is withdrawn.

    Raises:
        NotFound: There is no such series.
        SeriesEnded: It was stopped or changed before.
        InvalidValue: It has no such period, the new day of that period has passed, or a rule or assignment
            makes no sense.
        ItemsWithoutLead: No unit would have the duties (R1).
        UnknownReference: A unit or group is not registered.
        DirectiveNotInForce: The directive was replaced or revoked.
    """
    directive, row = _find(session, actor, series_id, version=version, now=now)
    start_on = _start_of(session, row, order.from_period)
    ground = _record(session, actor, (directive, row), basis, from_period=order.from_period, now=now)
    gone = _end(session, row, start_on, ground.change)
    new = _succeed(session, actor, ground.item, row, order, start_on=start_on, now=now)
    _join(session, actor, ground, new, order.assignments, now=now)
    make_ahead(session, [new], session.get_one(Register, new.register_id), now=now)
    _refuse_passed(session, new, today=office_day(now))
    kept = sa.and_(
        OF_PERIOD,
        period.c.series_id == new.id,
        member.c.series_id == new.id,
        member.c.unit_id == obligation.c.unit_id,
    )
    gone = sa.and_(gone, obligation.c.parent_id == NIL, ~sa.exists().where(kept))
    withdrawn = withdraw_open(session, actor, gone, basis, ground.named, now=now)
    moved = _move(session, actor, ground, new, now=now)
    given = give(session, period.c.series_id == new.id, now=now)
    open_given(session, actor, period.c.series_id == new.id, now=now)
    fact = SeriesChanged(
        subject_id=directive.id,
        change_id=ground.change.id,
        series_id=new.id,
        basis=ground.named,
        item=ground.item.locator,
        from_period=order.from_period,
        obligations=given,
        moved=moved,
        withdrawn=withdrawn,
    )
    close(session, actor, directive, fact, given, now=now)
    return SeriesChange(new, given, moved, withdrawn)


def _find(
    session: Session, actor: Actor, series_id: UUID, *, version: int | None, now: datetime
) -> tuple[Directive, Series]:
    """Return a series that goes on, locked with its directive, and made up to today."""
    actor.require(Action.CHANGE_ISSUED)
    row = session.get(Series, series_id)
    if row is None or row.register_id != actor.register_id:
        raise NotFound(what="series")
    directive = in_force(session, actor, row.directive_id, version=None)
    held_still(session, row.register_id)
    session.refresh(row, with_for_update=True)
    require_current(version, row.version)
    if row.until_on is not None:
        raise SeriesEnded(until_on=row.until_on)
    go_on(session, [row], actor, now=now)
    return directive, row


def _start_of(session: Session, row: Series, key: str) -> date:
    """Return the first day of a period of a series, made or to come."""
    made = session.get(SeriesPeriod, (row.id, key))
    if made is not None:
        return made.start_on
    if row.next_on is not None:
        coming = periods(rule_in_force(row), row.from_on, since=row.next_on)
        for each in islice(coming, NAMED_MAX):
            if each.key + row.mark == key:
                return each.start_on
    raise InvalidValue(field="from_period", detail=f"{key} is no period of the series")


def _record(
    session: Session,
    actor: Actor,
    found: tuple[Directive, Series],
    basis: Basis,
    *,
    from_period: str,
    now: datetime,
) -> _Ground:
    directive, row = found
    item = session.get_one(Item, row.item_id)
    details = [{"item": item.locator, "series_id": str(row.id), "from_period": from_period}]
    made, named = record(session, actor, directive, ChangeKind.SERIES, basis, details=details, now=now)
    return _Ground(directive, item, made, basis, named)


def _succeed(
    session: Session,
    actor: Actor,
    item: Item,
    row: Series,
    order: SeriesOrder,
    *,
    start_on: date,
    now: datetime,
) -> Series:
    """Return the series that takes the place of one from a day on."""
    reading = {
        "rule": row.rule if order.rule is None else dict(order.rule),
        "text": row.text if order.text is None else order.text,
    }
    (new,) = begin(session, actor, item, [reading], on=start_on, now=now)
    new.from_on = new.next_on = start_on
    new.predecessor_id = row.id
    session.flush()
    return new


def _end(session: Session, row: Series, start_on: date, made: DirectiveChange) -> sa.ColumnElement[bool]:
    """End a series before a day; return the condition of the duties of its periods from that day on."""
    row.until_on, row.ended_by = start_on - timedelta(days=1), made.id
    row.version += 1
    if row.next_on is not None and row.next_on >= start_on:
        row.next_on = row.make_on = None
    session.flush()
    later = sa.and_(period.c.series_id == row.id, period.c.start_on >= start_on)
    session.connection().execute(sa.update(period).where(later).values(holds=False))
    keys = sa.select(period.c.period).where(later)
    return sa.and_(obligation.c.item_id == row.item_id, obligation.c.period.in_(keys))


def _join(
    session: Session,
    actor: Actor,
    ground: _Ground,
    new: Series,
    orders: Sequence[AssignmentOrder] | None,
    *,
    now: datetime,
) -> None:
    """Let the named units have the new series, or those that have the old one."""
    item, today = ground.item, office_day(now)
    first_on = sa.literal(new.from_on, sa.Date())
    series_id = sa.literal(new.id, sa.Uuid())
    if orders is None:
        kept = (member.c.unit_id, member.c.assignment_id)
        rows = sa.select(series_id, *kept, first_on).where(
            member.c.series_id == new.predecessor_id, member.c.until_on.is_(None)
        )
    else:
        if any(order.role is not AssignmentRole.LEAD or order.due_on for order in orders):
            raise InvalidValue(field="assignments", detail="leads only, without days of their own")
        ids = add_assignments(session, actor, ground.directive, item, orders, now=now)
        pairs = units_of(session, ground.directive.id, max(today, new.from_on))
        had = sa.exists().where(member.c.series_id == new.predecessor_id, member.c.unit_id == pairs.c.unit_id)
        later_on = sa.literal(max(today, new.from_on), sa.Date())
        since = sa.case((had, first_on), else_=later_on)
        rows = sa.select(series_id, pairs.c.unit_id, pairs.c.assignment_id, since).where(
            pairs.c.assignment_id.in_(ids)
        )
    columns = ("series_id", "unit_id", "assignment_id", "from_on")
    if not insert_from(session.connection(), member, dict.fromkeys(columns), rows):
        raise ItemsWithoutLead(items=[item.locator])


def _refuse_passed(session: Session, new: Series, *, today: date) -> None:
    """Refuse a change that would make a unit late on the day on which it is decided."""
    passed = sa.select(period.c.period).where(period.c.series_id == new.id, period.c.due_on < today)
    key = session.connection().execute(passed.order_by(period.c.due_on).limit(1)).scalar()
    if key is not None:
        raise InvalidValue(field="from_period", detail=f"the new day of {key} has passed; begin later")


def _move(
    session: Session,
    actor: Actor,
    ground: _Ground,
    new: Series,
    *,
    now: datetime,
) -> int:
    """Move open duties that were made before to the day that the new rule gives their period.

    A duty that the office gave another day than that of its period keeps it.
    """
    connection = session.connection()
    mine, old = period.c.series_id == new.id, period.alias("old")
    at_its_day = sa.and_(
        UNDECIDED,
        sa.exists().where(
            old.c.series_id == sa.literal(new.predecessor_id, sa.Uuid()),
            old.c.period == obligation.c.period,
            old.c.due_on == obligation.c.due_on,
        ),
    )
    found = sa.select(period.c.period, period.c.due_on).where(mine).order_by(period.c.start_on)
    for key, due_on in connection.execute(found).all():
        moves = sa.and_(
            obligation.c.item_id == new.item_id,
            obligation.c.period == key,
            at_its_day,
            obligation.c.due_on.is_distinct_from(due_on),
        )
        fact = PeriodMoved(
            subject_id=new.id,
            change_id=ground.change.id,
            period=key,
            due_on=due_on,
            basis=ground.named,
            reason=ground.basis.reason,
        )
        emit_many(session, PeriodMoved, with_facts(session, moves, fact), actor=actor, at=now)
    moved = follow_period(session, mine, at_its_day, now=now)
    if moved:
        just_now = sa.exists().where(
            history.c.obligation_id == obligation.c.id,
            history.c.version == obligation.c.version,
            history.c.version > 1,
            history.c.recorded_from >= instant(now),
        )
        of_item = obligation.c.item_id == new.item_id
        of_series = sa.exists().where(OF_PERIOD, mine)
        these = sa.and_(of_item, of_series, just_now, obligation.c.state.in_(WORKING))
        begin_round(session, WatchKind.DEADLINE, these, now=now)
    return moved
