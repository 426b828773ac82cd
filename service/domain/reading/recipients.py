"""Who must know of what: the causes for telling somebody, and who holds the posts (R23).

Everything is a handful of statements, however many duties there are.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.calendar import office_day, opening
from service.domain.escalation import KEEPER_RANK, RANKS, Role
from service.domain.events.audience import AUDIENCE, OF_MACHINERY
from service.domain.events.obligations import ObligationAssigned
from service.domain.ids import milliseconds, new_salt
from service.domain.people import away_on, lives_on
from service.domain.sql import instant
from service.domain.tables import (
    Absence,
    Address,
    Directive,
    Event,
    MessageLine,
    Obligation,
    Occasion,
    Outbox,
    Post,
    RegisterKeeper,
    Reminder,
    Untold,
    table,
)
from service.domain.telling_choices import MATTERS, NEAR_DAYS, Matter

reminder, event, outbox = table(Reminder), table(Event), table(Outbox)
obligation, directive, keeper = table(Obligation), table(Directive), table(RegisterKeeper)
post, address, absence, line = table(Post), table(Address), table(Absence), table(MessageLine)
untold = table(Untold)

HEAD = RANKS[Role.HEAD]
ASSIGNED, AT_UNIT, AT_KEEPER = range(3)
"""Where somebody was found (`arm`): whom the duty was given to, at the unit, or above it."""

TOLD = (
    *("reminder_id", "event_seq", "obligation_id", "register_id"),
    *("person_id", "occasion", "occasion_key", "anchor_on", "matter", "stamp"),
)
ORDINARY = "thường"
"""The urgency of a letter that bears no mark (mức độ khẩn)."""

WAITS = frozenset(kind for kind, (_, _, occasion) in AUDIENCE.items() if occasion == Occasion.DIGEST)


def _by_kind(values: Mapping[str, Any], other: str | None = None) -> sa.ColumnElement[Any]:
    cases = ((event.c.kind == kind, sa.literal(value)) for kind, value in values.items())
    return sa.case(*cases, else_=other) if other is not None else sa.case(*cases)


_rank = _by_kind({kind: RANKS[Role(role)] for kind, (role, _, _) in AUDIENCE.items()})
_at_keeper = _by_kind({kind: at_keeper for kind, (_, at_keeper, _) in AUDIENCE.items()})
_occasion = _by_kind({kind: occasion for kind, (_, _, occasion) in AUDIENCE.items()})
_matter = _by_kind({kind: matter.value for kind, matter in MATTERS.items()}, other="")
"""Of an event: whom it is for, where, on which occasion, and what kind of matter it is."""


def is_due(rows: sa.FromClause, at: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Return the condition that a step is to be told by then; one that was put off waits for its new day."""
    return sa.and_(rows.c.outcome == sa.literal_column("'due'"), rows.c.due_at <= at)


def tells_of(rows: sa.FromClause, key: str, cause: str) -> sa.ColumnElement[bool]:
    """Return the condition that a line tells of causes: of a step that was put off, by its new due day.

    Args:
        rows: The causes, with the due day that they were planned for (`anchor_on`).
        key: The column of `rows` that names them.
        cause: The column of a line that does.
    """
    return sa.and_(line.c[cause] == rows.c[key], line.c.anchor_on.is_not_distinct_from(rows.c.anchor_on))


def last_opening(now: datetime) -> datetime:
    """Return when the office opened last: what can wait since then is told at the next opening."""
    today = opening(office_day(now))
    return today if today <= now else opening(office_day(now) - timedelta(days=1))


def ripe(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an event need not wait for the next morning's digest."""
    return ripe_since(instant(last_opening(now)))


def ripe_since(opened: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Return the condition that an event need not wait for a later digest than one of this opening."""
    return sa.or_(event.c.kind.not_in(sorted(WAITS)), event.c.recorded_at < opened)


def causes(now: datetime) -> sa.CTE:
    """Return what somebody must be told of now: due reminders, and events that need wait no longer."""
    return _found(_by_clock(now).union_all(_by_event(ripe(now))).subquery("cause"), now)


def causes_by_clock(now: datetime) -> sa.CTE:
    """Return those of the causes that are due reminders."""
    return _found(_by_clock(now).subquery("cause"), now)


def causes_by_event(now: datetime) -> sa.CTE:
    """Return those of the causes that are events."""
    return _found(_by_event(ripe(now)).subquery("cause"), now)


def causes_of_issue(directive_id: UUID, now: datetime) -> sa.CTE:
    """Return the new duties of a directive that was issued and that nobody has been told of yet."""
    given = sa.select(obligation.c.id).where(obligation.c.directive_id == directive_id)
    is_new = sa.and_(event.c.kind == ObligationAssigned.kind, event.c.subject_id.in_(given))
    return _found(_by_event(is_new).subquery("cause"), now)


def early_causes(now: datetime) -> sa.CTE:
    """Return the events that wait for the morning and were not looked at yet for who wants them at once."""
    return _found(
        _by_event(sa.and_(~ripe(now), outbox.c.looked_at.is_(None))).subquery("cause"),
        now,
    )


def _by_clock(now: datetime) -> sa.Select[Any]:
    near = office_day(now) + timedelta(days=NEAR_DAYS)
    is_early = sa.and_(
        reminder.c.rank == RANKS[Role.OFFICER],
        ~reminder.c.at_keeper,
        ~reminder.c.is_urgent,
        reminder.c.anchor_on > near,
    )
    return sa.select(
        reminder.c.id.label("reminder_id"),
        sa.cast(sa.null(), event.c.seq.type).label("event_seq"),
        reminder.c.obligation_id.label("subject_id"),
        sa.cast(sa.null(), reminder.c.obligation_id.type).label("register_id"),
        reminder.c.unit_id.label("unit_id"),
        reminder.c.rank.label("rank"),
        reminder.c.at_keeper.label("at_keeper"),
        reminder.c.anchor_on.label("anchor_on"),
        sa.case((reminder.c.is_urgent, Occasion.URGENT.value), else_=Occasion.DIGEST.value).label("occasion"),
        sa.case((is_early, Matter.REMINDERS.value), else_="").label("matter"),
    ).where(is_due(reminder, instant(now)))


def _by_event(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return events as causes; a new duty that is told late goes with what else is told."""
    is_told_again = sa.exists().where(untold.c.event_seq == event.c.seq)
    is_late = sa.and_(_occasion == Occasion.ISSUE.value, is_told_again)
    return (
        sa.select(
            sa.cast(sa.null(), sa.Uuid()).label("reminder_id"),
            event.c.seq.label("event_seq"),
            event.c.subject_id,
            sa.case((event.c.kind.in_(sorted(OF_MACHINERY)), event.c.register_id)).label("register_id"),
            outbox.c.unit_id.label("unit_id"),
            _rank.label("rank"),
            _at_keeper.label("at_keeper"),
            sa.cast(sa.null(), sa.Date()).label("anchor_on"),
            sa.case((is_late, Occasion.DIGEST.value), else_=_occasion).label("occasion"),
            _matter.label("matter"),
        )
        .select_from(outbox.join(event, event.c.seq == outbox.c.seq))
        .where(which)
    )


def _found(cause: sa.Subquery, now: datetime) -> sa.CTE:
    """Return causes with their duties: whose they are, where somebody is looked for, what they are about.

    What is about the machinery has no duty and names its register itself.
    """
    stamp = f":{milliseconds(now)}:{new_salt()[:8]}"
    register_id = sa.func.coalesce(obligation.c.register_id, cause.c.register_id)
    key = sa.case(
        (cause.c.occasion == Occasion.ISSUE.value, sa.cast(obligation.c.directive_id, sa.String)),
        (cause.c.occasion == Occasion.URGENT.value, sa.cast(cause.c.subject_id, sa.String)),
        else_=sa.cast(register_id, sa.String),
    )
    handed_on = obligation.c.delegator_id.is_not(None)
    of_its_unit = sa.func.coalesce(cause.c.unit_id, obligation.c.unit_id) == obligation.c.unit_id
    is_pressing = sa.or_(
        obligation.c.due_on <= office_day(now) + timedelta(days=NEAR_DAYS), directive.c.urgency != ORDINARY
    )
    derived = ("subject_id", "register_id", "unit_id", "rank", "matter")
    return (
        sa.select(
            *(column for column in cause.c if column.key not in derived),
            obligation.c.id.label("obligation_id"),
            register_id.label("register_id"),
            sa.func.coalesce(cause.c.unit_id, obligation.c.unit_id).label("unit_id"),
            sa.case((handed_on & (cause.c.rank >= KEEPER_RANK), HEAD), else_=cause.c.rank).label("rank"),
            sa.case(
                (sa.and_(cause.c.matter == Matter.NEW_DUTIES.value, is_pressing), ""), else_=cause.c.matter
            ).label("matter"),
            obligation.c.delegator_id,
            sa.case((of_its_unit, obligation.c.assignee_id)).label("assignee_id"),
            directive.c.field,
            (cause.c.occasion + sa.literal(":") + key + sa.literal(stamp)).label("occasion_key"),
            sa.literal(stamp).label("stamp"),
        )
        .select_from(cause)
        .outerjoin(obligation, obligation.c.id == cause.c.subject_id)
        .outerjoin(directive, directive.c.id == obligation.c.directive_id)
        .where(register_id.is_not(None))
        .cte("causes")
    )


def holders(causes: sa.CTE, now: datetime) -> sa.Select[Any]:
    """Return who is told of each cause, once a person; see `ranked`."""
    found = ranked(causes, now)
    told = [found.c[name] for name in TOLD]
    always = sa.func.count(found.c.in_place_of) == sa.func.count()
    in_place_of = sa.case((always, sa.func.min(found.c.in_place_of)))
    return (
        sa.select(*told, sa.type_coerce(in_place_of, line.c.in_place_of.type).label("in_place_of"))
        .where(found.c.place == 1)
        .group_by(*told)
    )


def ranked(causes: sa.CTE, now: datetime) -> sa.Subquery:
    """Return who may be told of each cause; at `place` 1 stands who is.

    That are the holders of the role, or of the next higher role that is held.

    Below the office chief a role is looked for at the unit, from there on at the keeper of the register.
    Somebody in charge of the field comes before others. Of a part that was handed on to a person that person
    is told in the officer's place, and the head of the unit that handed it on stands where the keeper's
    leaders stand otherwise.
    """
    today = office_day(now)
    above = sa.func.coalesce(causes.c.delegator_id, keeper.c.unit_id)
    by_head = sa.and_(causes.c.delegator_id.is_not(None), post.c.rank >= HEAD)
    away = _away(today)
    in_field = post.c.field.in_(("", causes.c.field))
    kept = sa.and_(keeper.c.register_id == causes.c.register_id, lives_on(today, keeper))
    assigned = sa.and_(
        lives_on(today, post),
        post.c.person_id == causes.c.assignee_id,
        post.c.unit_id == causes.c.unit_id,
        causes.c.rank < HEAD,
        ~causes.c.at_keeper,
    )
    at_unit = sa.and_(
        lives_on(today, post),
        post.c.unit_id == causes.c.unit_id,
        post.c.rank >= causes.c.rank,
        post.c.rank < KEEPER_RANK,
        ~causes.c.at_keeper,
        in_field,
    )
    at_keeper = sa.and_(
        lives_on(today, post),
        post.c.unit_id == above,
        post.c.rank >= causes.c.rank,
        sa.or_(causes.c.at_keeper, post.c.rank >= KEEPER_RANK, by_head),
        in_field,
    )
    found = sa.union_all(
        _told_at(ASSIGNED, causes, causes, assigned, away),
        _told_at(AT_UNIT, causes, causes, at_unit, away),
        _told_at(AT_KEEPER, causes, causes.join(keeper, kept), at_keeper, away),
    ).subquery("found")
    order = sa.func.rank().over(
        partition_by=(found.c.reminder_id, found.c.event_seq),
        order_by=(found.c.arm, found.c.held_rank, sa.case((found.c.held_field == "", 1), else_=0)),
    )
    return sa.select(*found.c, order.label("place")).subquery("ranked")


def _told_at(
    place: int, causes: sa.CTE, wide: sa.FromClause, where: sa.ColumnElement[bool], away: sa.CTE
) -> sa.Select[Any]:
    """Return who holds the posts of a condition; a lower `place` is told before a higher one.

    A holder without any address is no holder; one who is away is told through the deputy, and without one is
    no holder either.
    """
    absent = sa.and_(away.c.person_id == post.c.person_id, away.c.unit_id == post.c.unit_id)
    present = sa.or_(away.c.person_id.is_(None), away.c.deputy_id.is_not(None))
    person_id = sa.func.coalesce(away.c.deputy_id, post.c.person_id)
    reachable = sa.exists().where(address.c.person_id == person_id, address.c.invalid_at.is_(None))
    return (
        sa.select(
            *causes.c,
            person_id.label("person_id"),
            post.c.rank.label("held_rank"),
            post.c.field.label("held_field"),
            sa.case((away.c.person_id.is_not(None), post.c.role)).label("in_place_of"),
            sa.literal(place).label("arm"),
        )
        .select_from(wide.join(post, where).outerjoin(away, absent))
        .where(present, reachable)
    )


def _away(today: date) -> sa.CTE:
    """Return who is away today, where, and who stands in; a deputy who is away stands in for nobody."""
    other = absence.alias("other")
    deputy_away = sa.exists().where(other.c.person_id == absence.c.deputy_id, away_on(today, other))
    return (
        sa.select(
            absence.c.person_id,
            absence.c.unit_id,
            sa.case((~deputy_away, absence.c.deputy_id)).label("deputy_id"),
        )
        .where(away_on(today, absence))
        .cte("away")
    )
