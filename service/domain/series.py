"""Duties that come again: their periods are made ahead of time, each its own obligation (R14)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import LAST_YEAR, office_day
from service.domain.deadlines import SETS_DAY, OffDays
from service.domain.events.obligations import ObligationAssigned
from service.domain.events.series import PeriodGiven
from service.domain.ids import NIL, new_id
from service.domain.items import Tree
from service.domain.lifecycle import State
from service.domain.opening import open_duties
from service.domain.outbox import emit_many
from service.domain.people import Actor
from service.domain.periods import OF_PERIOD, count_days
from service.domain.permissions import KeyRole
from service.domain.reading import waiting
from service.domain.recurrence import Freq, Period, Recurrence, begin_of, is_settled, periods, recurrence_of
from service.domain.series_heirs import follow_heirs
from service.domain.sql import insert_from, json_string, new_ids
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    Directive,
    Event,
    Item,
    Obligation,
    ObligationSource,
    Register,
    Series,
    SeriesPeriod,
    SeriesUnit,
    table,
)

MADE_MAX = 200
"""Series that one round of the worker goes on with; the rest waits for the next."""

series, member, period = table(Series), table(SeriesUnit), table(SeriesPeriod)
obligation, source, assignment, item = (
    *(table(Obligation), table(ObligationSource)),
    *(table(Assignment), table(Item)),
)
event = table(Event)

EVERYTHING: sa.ColumnElement[bool] = sa.true()


def come_again(row: Item) -> list[Mapping[str, Any]]:
    """Return the readings by which the duties of an item come again."""
    return [reading for reading in (row.deadline, *row.more_deadlines) if is_settled(reading)]


def sets_deadline(row: Item) -> bool:
    """Return if an item has a deadline of its own, so that it inherits none (R2)."""
    return row.deadline.get("kind") in SETS_DAY or bool(come_again(row))


def comes_again(tree: Tree, row: Item) -> list[Mapping[str, Any]]:
    """Return the readings by which an item comes again: its own, or of the item whose deadline it has."""
    return tree.nearest(row, {each.id: come_again(each) for each in tree.items if sets_deadline(each)}) or []


def begin_all(session: Session, actor: Actor, tree: Tree, *, on: date, now: datetime) -> list[Series]:
    """Let every tracked item that comes again do so from a day on (see `begin`)."""
    return [
        one
        for row in tree.tracked()
        for one in begin(session, actor, row, comes_again(tree, row), on=on, now=now)
    ]


def begin(
    session: Session,
    actor: Actor,
    row: Item,
    readings: Sequence[Mapping[str, Any]],
    *,
    on: date,
    now: datetime,
) -> list[Series]:
    """Let the duties of an item come again by some readings, from a day on; no unit has them yet.

    Raises:
        InvalidValue: A reading's rule is not of a known form.
    """
    register = session.get_one(Register, row.register_id)
    held = session.exec(select(Series).where(Series.item_id == row.id, goes_on(on)))
    marks = [f"{one.rule['freq']}{one.mark}" for one in held]
    made = []
    for reading in readings:
        rule = recurrence_of(reading.get("rule"))
        first = max(on, rule.start_on or on)
        made.append(
            Series(
                id=new_id(now),
                register_id=row.register_id,
                directive_id=row.directive_id,
                item_id=row.id,
                text=str(reading.get("text") or ""),
                rule=dict(reading["rule"]),
                rolls=register.off_days is OffDays.ALWAYS,
                mark=_free_mark(rule.freq, marks),
                from_on=begin_of(rule, first),
                next_on=begin_of(rule, first),
                made_by=actor.principal_id,
                made_at=now,
            )
        )
    session.add_all(made)
    session.flush()
    return made


def goes_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a series did not end before a day."""
    return sa.or_(series.c.until_on.is_(None), series.c.until_on >= day)


def _free_mark(freq: Freq, taken: list[str]) -> str:
    """Return what tells the periods of a further series of one frequency apart, and remember it."""
    number = 1
    while freq + (mark := f"/{number}" if number > 1 else "") in taken:
        number += 1
    taken.append(freq + mark)
    return mark


def give_to_leads(
    session: Session,
    directive: Directive,
    pairs: sa.CTE,
    on: date,
    *,
    given: sa.ColumnElement[bool] = EVERYTHING,
) -> None:
    """Let the leads of a directive's items have the duties of their series that are due from a day on.

    A lead whose assignment names a day of its own has one duty by that day instead. A worker that makes a
    period at this moment is waited for.

    Args:
        session: The caller's transaction.
        directive: The directive.
        pairs: Its assignments and their units; see `expansion.units_of`.
        on: The day from which they have them.
        given: A condition on item and assignment that leaves out who has them already.
    """
    mine = sa.select(series.c.id).where(series.c.directive_id == directive.id)
    session.connection().execute(mine.with_for_update()).all()
    has = sa.exists().where(
        member.c.series_id == series.c.id,
        member.c.unit_id == pairs.c.unit_id,
        member.c.assignment_id == assignment.c.id,
    )
    values = {
        "series_id": series.c.id,
        "unit_id": pairs.c.unit_id,
        "assignment_id": assignment.c.id,
        "from_on": sa.literal(on, sa.Date()),
    }
    rows = (
        sa.select(*values.values())
        .select_from(series)
        .join(item, item.c.id == series.c.item_id)
        .join(assignment, assignment.c.item_id == item.c.units_from_id)
        .join(pairs, pairs.c.assignment_id == assignment.c.id)
        .where(
            series.c.directive_id == directive.id,
            goes_on(on),
            assignment.c.role == AssignmentRole.LEAD,
            assignment.c.due_on.is_(None),
            given,
            ~has,
        )
    )
    insert_from(session.connection(), member, values, rows)


def make_ahead(session: Session, rows: Sequence[Series], register: Register, *, now: datetime) -> UUID:
    """Make the periods of some series up to those that the register wants ahead; twice makes none twice.

    What was missed since the last time is made too: an outage loses no period.

    Returns:
        The cause by which the periods that were made are found.
    """
    today, cause_id = office_day(now), new_id(now)
    made = [
        _row(one, each, register, cause_id)
        for one in rows
        for each in _wanted(one, register.periods_ahead, today)
    ]
    session.flush()
    if made:
        session.connection().execute(sa.insert(period), made)
        mine = period.c.cause_id == cause_id
        count_days(session, mine, calendar_id=register.calendar_id, cause_id=cause_id)
    return cause_id


def _wanted(row: Series, ahead: int, today: date) -> Iterator[Period]:
    """Give the periods of a series that are wanted by now; at the end it knows when the next one will be."""
    if row.next_on is None:
        return
    rule = rule_in_force(row)
    near = list(islice(_near(row, rule, today), ahead + 2))
    horizon = near[ahead].start_on if len(near) > ahead else date.max
    for each in periods(rule, row.from_on, since=row.next_on):
        if each.start_on > horizon:
            row.next_on, row.make_on = each.start_on, near[1].start_on
            return
        if each.named is not None and each.named.last_on.year < LAST_YEAR:
            yield each
    row.next_on = row.make_on = None


def _near(row: Series, rule: Recurrence, today: date) -> Iterator[Period]:
    """Give the period of today and those after it.

    A series that takes another's place waits for its turn; any other that begins later has its first one now.
    """
    if today < row.from_on and row.predecessor_id is not None:
        return periods(rule, begin_of(rule, today))
    return periods(rule, row.from_on, since=max(today, row.from_on))


def rule_in_force(row: Series) -> Recurrence:
    """Return the rule of a series, until the day on which it ends."""
    rule = recurrence_of(row.rule)
    if row.until_on is None or (rule.until_on is not None and rule.until_on < row.until_on):
        return rule
    return replace(rule, until_on=row.until_on)


def _row(row: Series, made: Period, register: Register, cause_id: UUID) -> dict[str, Any]:
    assert made.named is not None  # noqa: S101 - `_wanted` gives no other
    return {
        "series_id": row.id,
        "period": made.key + row.mark,
        "item_id": row.item_id,
        "register_id": row.register_id,
        "start_on": made.start_on,
        "end_on": made.end_on,
        **made.named._asdict(),
        "rolls": row.rolls,
        "due_minute": recurrence_of(row.rule).minute,
        "calendar_id": register.calendar_id,
        "cause_id": cause_id,
        "holds": True,
    }


def give(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> int:
    """Give the duties of periods to the units of their series, all in one statement; return how many.

    A unit has the duty from the first day of the period, or from the day since which it is in the series;
    what was due before that day, or what the unit has or passed on already, it does not get.

    Args:
        session: The caller's transaction.
        which: A condition on periods and the units of their series.
        now: The present instant.
    """
    earlier = obligation.alias("earlier")
    same = (
        earlier.c.item_id == period.c.item_id,
        earlier.c.unit_id == member.c.unit_id,
        earlier.c.period == period.c.period,
        earlier.c.parent_id == NIL,
    )
    has = sa.exists().where(*same, earlier.c.state != State.WITHDRAWN)
    generation = sa.select(sa.func.coalesce(sa.func.max(earlier.c.generation) + 1, 0)).where(*same)
    since = sa.func.min(member.c.from_on)
    identity = (period.c.register_id, series.c.directive_id, period.c.item_id, member.c.unit_id)
    days = (period.c.period, period.c.start_on, period.c.due_on)
    values = {
        "id": new_ids(now, period.c.item_id, member.c.unit_id, period.c.period),
        **{column.key: column for column in identity},
        "period": period.c.period,
        "parent_id": sa.literal(NIL, sa.Uuid()),
        "generation": generation.scalar_subquery(),
        "version": sa.literal(1),
        "state": sa.literal(State.ASSIGNED.value),
        "assigned_on": sa.case((since > period.c.start_on, since), else_=period.c.start_on),
        "original_due_on": period.c.due_on,
        "due_on": period.c.due_on,
    }
    rows = (
        sa.select(*values.values())
        .select_from(period)
        .join(series, series.c.id == period.c.series_id)
        .join(member, member.c.series_id == period.c.series_id)
        .where(which, period.c.holds, member.c.until_on.is_(None), period.c.due_on >= member.c.from_on, ~has)
        .group_by(*identity, *days)
    )
    count = insert_from(session.connection(), obligation, values, rows)
    _name_sources(session, which)
    return count


def _name_sources(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Write which assignments the duties of periods came from."""
    unnamed = ~sa.exists().where(source.c.obligation_id == obligation.c.id)
    named = (
        sa.select(obligation.c.id, member.c.assignment_id)
        .select_from(period)
        .join(series, series.c.id == period.c.series_id)
        .join(member, member.c.series_id == period.c.series_id)
        .join(obligation, sa.and_(OF_PERIOD, obligation.c.unit_id == member.c.unit_id))
        .where(which, obligation.c.parent_id == NIL, member.c.until_on.is_(None), unnamed)
    )
    columns = ["obligation_id", "assignment_id"]
    session.connection().execute(sa.insert(source).from_select(columns, named))


def give_periods(
    session: Session, begun: Sequence[Series], which: sa.ColumnElement[bool], *, now: datetime
) -> int:
    """Make the first periods of series that have begun, and give the duties of a condition (see `give`)."""
    if begun:
        make_ahead(session, begun, session.get_one(Register, begun[0].register_id), now=now)
    return give(session, which, now=now)


def open_given(session: Session, actor: Actor, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Begin the life of the duties that were just given for periods of a condition, and of no other."""
    connection = session.connection()
    found = connection.execute(sa.select(period.c.item_id).where(which).distinct()).scalars().all()
    if not found:
        return
    untold = ~sa.exists().where(
        event.c.subject_id == obligation.c.id, event.c.kind == ObligationAssigned.kind
    )
    of_these = sa.exists().where(OF_PERIOD, which)
    fresh = sa.and_(obligation.c.item_id.in_(found), of_these, untold)
    said = sa.literal('{"period":').concat(json_string(obligation.c.period)).concat("}")
    emit_many(session, PeriodGiven, sa.select(obligation.c.id, said).where(fresh), actor=actor, at=now)
    days = sa.select(obligation.c.assigned_on).where(fresh).distinct().order_by(obligation.c.assigned_on)
    for day in connection.execute(days).scalars().all():
        begun = sa.and_(fresh, obligation.c.assigned_on == day)
        open_duties(session, actor, begun, effective_on=day, now=now)


def make_due(session: Session, *, now: datetime) -> int:
    """Make the periods whose time has come, of at most `MADE_MAX` series of one register; return how many.

    Call again until it returns 0. Another worker at work on a series leaves it to that one.
    """
    at = waiting.moments(now)
    due = select(Series).where(waiting.PERIOD_DUE).order_by(col(Series.make_on), col(Series.id))
    first = session.exec(due.limit(1), params=at).first()
    if first is None:
        return 0
    held_still(session, first.register_id)
    mine = due.where(Series.register_id == first.register_id).limit(MADE_MAX)
    rows = session.exec(mine.with_for_update(skip_locked=True), params=at).all()
    go_on(session, rows, _by_rule(first.register_id), now=now)
    return len(rows)


def held_still(session: Session, register_id: UUID) -> Register:
    """Return a register whose calendar and rules nobody changes before the end of the transaction."""
    return session.get_one(Register, register_id, with_for_update={"read": True})


def go_on(session: Session, rows: Sequence[Series], actor: Actor, *, now: datetime) -> int:
    """Make what is wanted by now of some locked series of the actor's register; return how many duties."""
    if not rows:
        return 0
    follow_heirs(session, [one.id for one in rows], office_day(now))
    register = session.get_one(Register, actor.register_id)
    cause_id = make_ahead(session, rows, register, now=now)
    count = give(session, period.c.cause_id == cause_id, now=now)
    open_given(session, actor, period.c.cause_id == cause_id, now=now)
    return count


def end_all(session: Session, which: sa.ColumnElement[bool], *, on: date, change_id: UUID) -> None:
    """End the series of a condition before a day, in two statements; their duties are left as they are."""
    connection = session.connection()
    ending = sa.and_(which, goes_on(on))
    later = period.c.series_id.in_(sa.select(series.c.id).where(ending))
    connection.execute(sa.update(period).where(later, period.c.start_on >= on).values(holds=False))
    ended = {"until_on": on - timedelta(days=1), "ended_by": change_id, "next_on": None, "make_on": None}
    connection.execute(sa.update(series).where(ending).values(version=series.c.version + 1, **ended))
    session.expire_all()


def _by_rule(register_id: UUID) -> Actor:
    """Return who acts when nobody does: the rule of the series."""
    return Actor(NIL, register_id, None, KeyRole.ADMINISTRATOR, frozenset({"read", "write"}), is_keeper=True)
