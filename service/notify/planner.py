"""From due reminders and events to messages: who must know, one message a person and occasion (R23, R24).

Everything is a handful of statements, however many duties there are.
"""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day, opening
from service.domain.escalation import KEEPER_RANK, RANKS, Outcome, Role
from service.domain.events.audience import AUDIENCE
from service.domain.ids import first_id, milliseconds, new_salt
from service.domain.locks import Lock, steady, try_lock
from service.domain.people import away_on, lives_on
from service.domain.sql import insert_from, instant, new_ids
from service.domain.tables import (
    Absence,
    Address,
    Delivery,
    DeliveryState,
    Directive,
    Event,
    Message,
    MessageLine,
    Obligation,
    Occasion,
    Outbox,
    Post,
    Register,
    RegisterKeeper,
    Reminder,
    Watch,
    table,
)
from service.notify.timing import after_quiet_hours

reminder, event, outbox = table(Reminder), table(Event), table(Outbox)
obligation, directive, keeper = table(Obligation), table(Directive), table(RegisterKeeper)
post, address, absence = table(Post), table(Address), table(Absence)
register, watch = table(Register), table(Watch)
message, line, delivery = table(Message), table(MessageLine), table(Delivery)

HEAD = RANKS[Role.HEAD]
TOLD = (
    *("reminder_id", "event_seq", "obligation_id", "register_id"),
    *("person_id", "occasion", "occasion_key", "anchor_on"),
)
WAITS = frozenset(kind for kind, (_, _, occasion) in AUDIENCE.items() if occasion == Occasion.DIGEST)


def plan(session: Session, *, now: datetime) -> int:
    """Make the messages and first deliveries for what is due; return how many messages were made.

    Runs in one snapshot: what arrives meanwhile is planned next time. Another planner at work makes this
    one return 0.
    """
    connection = steady(session)
    if not try_lock(connection, Lock.PLAN) or not _anything_waits(connection, now):
        return 0
    _drop_settled(connection, now)
    _merge_overtaken(connection, now)
    causes = _causes(now)
    told = _holders(causes, now).cte("told")
    made = _write_messages(connection, told, now)
    if made:
        _write_lines(connection, told, now)
        _write_deliveries(connection, now)
    _settle_causes(connection, now)
    return made


def last_opening(now: datetime) -> datetime:
    """Return when the office opened last: what can wait since then is told at the next opening."""
    today = opening(office_day(now))
    return today if today <= now else opening(office_day(now) - timedelta(days=1))


def _ripe(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an event need not wait for the next morning's digest."""
    return sa.or_(event.c.kind.not_in(sorted(WAITS)), event.c.recorded_at < instant(last_opening(now)))


def _anything_waits(connection: sa.Connection, now: datetime) -> bool:
    due = sa.select(sa.literal(1)).where(sa.exists().where(_due(reminder, now)))
    told = (
        sa.select(sa.literal(1))
        .select_from(outbox.join(event, event.c.seq == outbox.c.seq))
        .where(_ripe(now))
        .limit(1)
    )
    return connection.execute(due).first() is not None or connection.execute(told).first() is not None


def _due(rows: sa.FromClause, now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a step is to be told now; one that was put off waits for its new day."""
    return sa.and_(rows.c.outcome == sa.literal_column("'due'"), rows.c.due_at <= instant(now))


def _drop_settled(connection: sa.Connection, now: datetime) -> None:
    """Tell no step that was put off once its clock was stopped or began anew."""
    goes_on = sa.exists().where(
        watch.c.id == reminder.c.watch_id,
        watch.c.round == reminder.c.round,
        watch.c.stopped_at.is_(None),
    )
    told_before = sa.exists().where(line.c.reminder_id == reminder.c.id)
    connection.execute(
        sa.update(reminder)
        .where(_due(reminder, now), told_before, ~goes_on)
        .values(outcome=Outcome.NOT_NEEDED.value)
    )


def _merge_overtaken(connection: sa.Connection, now: datetime) -> None:
    """Of several due steps of one clock for one role, tell the last: the others are merged into it (R22)."""
    later = reminder.alias()
    overtaken = sa.exists().where(
        later.c.watch_id == reminder.c.watch_id,
        later.c.rank == reminder.c.rank,
        _due(later, now),
        sa.tuple_(later.c.round, later.c.occurrence, later.c.step)
        > sa.tuple_(reminder.c.round, reminder.c.occurrence, reminder.c.step),
    )
    connection.execute(
        sa.update(reminder).where(_due(reminder, now), overtaken).values(outcome=Outcome.MERGED.value)
    )


def _causes(now: datetime) -> sa.CTE:
    """Return what somebody must be told of: due reminders, and events in the outbox."""
    stamp = f":{milliseconds(now)}:{new_salt()[:8]}"
    occasion = sa.case(
        (reminder.c.is_urgent, Occasion.URGENT.value),
        else_=Occasion.DIGEST.value,
    )
    by_clock = sa.select(
        reminder.c.id.label("reminder_id"),
        sa.cast(sa.null(), event.c.seq.type).label("event_seq"),
        reminder.c.obligation_id,
        reminder.c.unit_id,
        reminder.c.rank,
        reminder.c.at_keeper,
        reminder.c.anchor_on,
        occasion.label("occasion"),
    ).where(_due(reminder, now))
    by_event = (
        sa.select(
            sa.cast(sa.null(), sa.Uuid()),
            event.c.seq,
            event.c.subject_id,
            outbox.c.unit_id,
            _by_kind({kind: RANKS[Role(role)] for kind, (role, _, _) in AUDIENCE.items()}),
            _by_kind({kind: at_keeper for kind, (_, at_keeper, _) in AUDIENCE.items()}),
            sa.cast(sa.null(), sa.Date()),
            _by_kind({kind: occasion for kind, (_, _, occasion) in AUDIENCE.items()}),
        )
        .select_from(outbox.join(event, event.c.seq == outbox.c.seq))
        .where(_ripe(now))
    )
    cause = by_clock.union_all(by_event).subquery("cause")
    register_id = sa.cast(obligation.c.register_id, sa.String)
    key = sa.case(
        (cause.c.occasion == Occasion.ISSUE.value, sa.cast(obligation.c.directive_id, sa.String)),
        (cause.c.occasion == Occasion.URGENT.value, sa.cast(obligation.c.id, sa.String)),
        else_=register_id,
    )
    handed_on = obligation.c.delegator_id.is_not(None)
    of_its_unit = sa.func.coalesce(cause.c.unit_id, obligation.c.unit_id) == obligation.c.unit_id
    return (
        sa.select(
            *(column for column in cause.c if column.key not in ("unit_id", "rank")),
            obligation.c.register_id,
            sa.func.coalesce(cause.c.unit_id, obligation.c.unit_id).label("unit_id"),
            sa.case((handed_on & (cause.c.rank >= KEEPER_RANK), HEAD), else_=cause.c.rank).label("rank"),
            obligation.c.delegator_id,
            sa.case((of_its_unit, obligation.c.assignee_id)).label("assignee_id"),
            directive.c.field,
            (cause.c.occasion + sa.literal(":") + key + sa.literal(stamp)).label("occasion_key"),
        )
        .select_from(cause)
        .join(obligation, obligation.c.id == cause.c.obligation_id)
        .join(directive, directive.c.id == obligation.c.directive_id)
        .cte("causes")
    )


def _by_kind(values: dict[str, Any]) -> sa.ColumnElement[Any]:
    return sa.case(*((event.c.kind == kind, sa.literal(value)) for kind, value in values.items()))


def _holders(causes: sa.CTE, now: datetime) -> sa.Select[Any]:
    """Return who is told of each cause: the holders of the role, or of the next higher role that is held.

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
        _told_at(0, causes, causes, assigned, away),
        _told_at(1, causes, causes, at_unit, away),
        _told_at(2, causes, causes.join(keeper, kept), at_keeper, away),
    ).subquery("found")
    order = sa.func.rank().over(
        partition_by=(found.c.reminder_id, found.c.event_seq),
        order_by=(found.c.arm, found.c.held_rank, sa.case((found.c.held_field == "", 1), else_=0)),
    )
    ranked = sa.select(*found.c, order.label("place")).subquery("ranked")
    told = [ranked.c[name] for name in TOLD]
    always = sa.func.count(ranked.c.in_place_of) == sa.func.count()
    in_place_of = sa.case((always, sa.func.min(ranked.c.in_place_of)))
    return (
        sa.select(*told, sa.type_coerce(in_place_of, line.c.in_place_of.type).label("in_place_of"))
        .where(ranked.c.place == 1)
        .group_by(*told)
    )


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


def _write_messages(connection: sa.Connection, told: sa.CTE, now: datetime) -> int:
    urgent = told.c.occasion == Occasion.URGENT.value
    values = {
        "id": new_ids(now, told.c.person_id, told.c.occasion_key),
        "register_id": told.c.register_id,
        "person_id": told.c.person_id,
        "occasion": told.c.occasion,
        "occasion_key": told.c.occasion_key,
        "made_at": instant(now),
        "not_before": sa.case((urgent, instant(now)), else_=after_quiet_hours(connection, now)),
    }
    of_register, of_duty = register.c.id == told.c.register_id, obligation.c.id == told.c.obligation_id
    rows = (
        sa.select(*values.values())
        .select_from(told.join(register, of_register).join(obligation, of_duty))
        .group_by(
            *(told.c.person_id, told.c.occasion_key, told.c.register_id, told.c.occasion),
            *(register.c.quiet_from, register.c.quiet_until),
        )
    )
    return insert_from(connection, message, values, rows)


def _write_lines(connection: sa.Connection, told: sa.CTE, now: datetime) -> None:
    cause = sa.func.coalesce(sa.cast(told.c.reminder_id, sa.String), sa.cast(told.c.event_seq, sa.String))
    values = {
        "id": new_ids(now, message.c.id, cause),
        "message_id": message.c.id,
        "obligation_id": told.c.obligation_id,
        "reminder_id": told.c.reminder_id,
        "event_seq": told.c.event_seq,
        "anchor_on": told.c.anchor_on,
        "in_place_of": told.c.in_place_of,
    }
    rows = (
        sa.select(*values.values())
        .select_from(told)
        .join(
            message,
            sa.and_(message.c.person_id == told.c.person_id, message.c.occasion_key == told.c.occasion_key),
        )
    )
    connection.execute(sa.insert(line).from_select(list(values), rows))


def _write_deliveries(connection: sa.Connection, now: datetime) -> None:
    """Give every message just made its person's first channel."""
    better = address.alias()
    first = ~sa.exists().where(
        better.c.person_id == address.c.person_id,
        better.c.invalid_at.is_(None),
        sa.tuple_(better.c.position, better.c.channel) < sa.tuple_(address.c.position, address.c.channel),
    )
    queued = sa.exists().where(delivery.c.message_id == message.c.id)
    rows = (
        sa.select(*delivery_values(now, message.c.not_before).values())
        .select_from(message)
        .join(address, address.c.person_id == message.c.person_id)
        .where(_made_at(now), address.c.invalid_at.is_(None), first, ~queued)
    )
    connection.execute(
        sa.insert(delivery).from_select(list(delivery_values(now, message.c.not_before)), rows)
    )


def delivery_values(now: datetime, not_before: sa.ColumnElement[Any]) -> dict[str, sa.ColumnElement[Any]]:
    """Return the values of a new delivery of a message to one of its person's addresses."""
    return {
        "id": new_ids(now, message.c.id, address.c.channel),
        "register_id": message.c.register_id,
        "message_id": message.c.id,
        "channel": address.c.channel,
        "address": address.c.address,
        "position": address.c.position,
        "state": sa.literal(DeliveryState.QUEUED.value),
        "attempts": sa.literal(0),
        "doubts": sa.literal(0),
        "fence": sa.literal(0),
        "next_attempt_at": not_before,
        "reference": sa.literal(""),
        "reason": sa.literal(""),
        "needs_person": sa.false(),
        "precedence": sa.case((message.c.occasion == Occasion.URGENT.value, 0), else_=1),
        "version": sa.literal(1),
    }


def _made_at(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a message was made by this plan, found by the time in its key."""
    later = now + timedelta(milliseconds=1)
    in_time = sa.and_(message.c.id >= first_id(now), message.c.id < first_id(later))
    return sa.and_(in_time, message.c.made_at == instant(now))


def _settle_causes(connection: sa.Connection, now: datetime) -> None:
    """Mark what was told, name what nobody could be told, and empty the outbox of it."""
    has_line = sa.exists().where(line.c.reminder_id == reminder.c.id)
    connection.execute(
        sa.update(reminder)
        .where(_due(reminder, now))
        .values(outcome=sa.case((has_line, Outcome.TOLD.value), else_=Outcome.NOBODY.value))
    )
    ripe = sa.select(event.c.seq).join(outbox, outbox.c.seq == event.c.seq).where(_ripe(now))
    connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(ripe)))
