"""From due reminders and events to messages: one message a person and occasion (R23, R24).

Everything is a handful of statements, however many duties there are.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.escalation import Outcome
from service.domain.ids import first_id
from service.domain.locks import Lock, steady, try_lock
from service.domain.reading.recipient_choices import (
    UNWANTED,
    anybody_at_once,
    as_chosen,
    channel_rank,
    digest_at,
    has_own_order,
    is_unwanted,
)
from service.domain.reading.recipients import (
    causes,
    early_causes,
    holders,
    is_due,
    last_opening,
    ripe,
    ripe_since,
    tells_of,
)
from service.domain.reading.untold import clock_runs
from service.domain.sql import Instant, insert_from, instant, new_ids
from service.domain.tables import (
    REAUTH_REQUIRED,
    Address,
    ChannelAccount,
    Delivery,
    DeliveryState,
    Event,
    Message,
    MessageLine,
    NotificationPreference,
    Obligation,
    Occasion,
    Outbox,
    Register,
    Reminder,
    Route,
    table,
)
from service.domain.untold import anything_to_look_for, look_again
from service.notify.timing import after_quiet_hours
from service.notify.untold import list_untold

reminder, event, outbox = table(Reminder), table(Event), table(Outbox)
obligation, address, register = table(Obligation), table(Address), table(Register)
message, line, delivery = table(Message), table(MessageLine), table(Delivery)
preference, account = table(NotificationPreference), table(ChannelAccount)

_told = sa.exists().where(outbox.c.seq == event.c.seq, ripe_since(sa.bindparam("opened", type_=Instant)))
WAITS = sa.select(sa.literal(1)).where(
    sa.or_(sa.exists().where(is_due(reminder, sa.bindparam("now", type_=Instant))), _told)
)
"""A step is due, or an event ripe."""

LOST = sa.and_(account.c.is_enabled, account.c.health == sa.literal_column(f"'{REAUTH_REQUIRED}'"))
"""The condition that nothing leaves by an account until it is authorised anew."""


def plan(session: Session, *, now: datetime) -> int:
    """Make the messages and first deliveries for what is due; return how many messages were made.

    Runs in one snapshot: what arrives meanwhile is planned next time. Another planner at work makes this
    one return 0.
    """
    connection = steady(session)
    if not try_lock(connection, Lock.PLAN):
        return 0
    made = 0
    look_again(connection, now=now)
    if _anybody_waits_for_news(connection):
        made += _tell(connection, early_causes(now), now, early=True)
        connection.execute(sa.update(outbox).where(outbox.c.looked_at.is_(None)).values(looked_at=now))
    if not _anything_waits(connection, now):
        return made
    _drop_settled(connection, now)
    _merge_overtaken(connection, now)
    made += _tell(connection, causes(now), now, early=False)
    list_untold(connection, now)
    _settle_causes(connection, now)
    return made


def anything_to_plan(connection: sa.Connection, *, now: datetime) -> bool:
    """Return if a plan would find anything; asked often, and without taking the writers' turn."""
    return (
        _anybody_waits_for_news(connection)
        or _anything_waits(connection, now)
        or anything_to_look_for(connection, now=now)
    )


def _tell(connection: sa.Connection, found: sa.CTE, now: datetime, *, early: bool) -> int:
    """Make the messages of some causes, as their readers chose; return how many were made."""
    told = as_chosen(holders(found, now).cte("held"), early=early).cte("told")
    made = _write_messages(connection, told, now, early=early)
    if made:
        _write_lines(connection, told, now)
        _write_deliveries(connection, now)
    return made


def _anybody_waits_for_news(connection: sa.Connection) -> bool:
    """Return if an event was not looked at yet, and somebody wants to know some of them at once."""
    fresh = sa.select(outbox.c.seq).where(outbox.c.looked_at.is_(None)).limit(1)
    return anybody_at_once(connection) and connection.execute(fresh).first() is not None


def _anything_waits(connection: sa.Connection, now: datetime) -> bool:
    asked = {"now": now, "opened": last_opening(now)}
    return connection.execute(WAITS, asked).first() is not None


def _drop_settled(connection: sa.Connection, now: datetime) -> None:
    """Tell no step that was put off once its clock was stopped or began anew."""
    told_before = sa.exists().where(line.c.reminder_id == reminder.c.id)
    connection.execute(
        sa.update(reminder)
        .where(is_due(reminder, instant(now)), told_before, ~clock_runs(reminder))
        .values(outcome=Outcome.NOT_NEEDED.value)
    )


def _merge_overtaken(connection: sa.Connection, now: datetime) -> None:
    """Of several due steps of one clock for one role, tell the last: the others are merged into it (R22)."""
    later = reminder.alias()
    overtaken = sa.exists().where(
        later.c.watch_id == reminder.c.watch_id,
        later.c.rank == reminder.c.rank,
        is_due(later, instant(now)),
        sa.tuple_(later.c.round, later.c.occurrence, later.c.step)
        > sa.tuple_(reminder.c.round, reminder.c.occurrence, reminder.c.step),
    )
    connection.execute(
        sa.update(reminder)
        .where(is_due(reminder, instant(now)), overtaken)
        .values(outcome=Outcome.MERGED.value)
    )


def _write_messages(connection: sa.Connection, told: sa.CTE, now: datetime, *, early: bool) -> int:
    urgent = told.c.occasion == Occasion.URGENT.value
    values = {
        "id": new_ids(now, told.c.person_id, told.c.occasion_key),
        "register_id": told.c.register_id,
        "person_id": told.c.person_id,
        "occasion": told.c.occasion,
        "occasion_key": told.c.occasion_key,
        "made_at": instant(now),
        "not_before": sa.case(
            (urgent, instant(now)),
            else_=digest_at(told, after_quiet_hours(connection, now), now, early=early),
        ),
    }
    of_register, of_duty = register.c.id == told.c.register_id, obligation.c.id == told.c.obligation_id
    rows = (
        sa.select(*values.values())
        .select_from(
            told.join(register, of_register)
            .outerjoin(obligation, of_duty)
            .outerjoin(preference, preference.c.person_id == told.c.person_id)
        )
        .group_by(
            *(told.c.person_id, told.c.occasion_key, told.c.register_id, told.c.occasion),
            *(register.c.quiet_from, register.c.quiet_until, preference.c.digest_minute, told.c.choice),
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
    """Give every message just made its person's first channel; what the person does not want goes nowhere."""
    better = address.alias()
    is_better = sa.and_(
        better.c.person_id == address.c.person_id,
        better.c.invalid_at.is_(None),
        sa.tuple_(channel_rank(better), better.c.channel)
        < sa.tuple_(channel_rank(address), address.c.channel),
    )
    route: sa.ColumnElement[str] = sa.case(
        (has_own_order(address), Route.OWN_ORDER.value), else_=Route.REGISTRY.value
    )
    first: sa.ColumnElement[bool] = ~sa.exists().where(is_better)
    if connection.execute(sa.select(account.c.id).where(LOST).limit(1)).first() is not None:
        first, route = _past_what_is_lost(first, route, better, is_better)
    queued = sa.exists().where(delivery.c.message_id == message.c.id)
    values = delivery_values(now, message.c.not_before) | {
        "state": sa.case(
            (is_unwanted(message), DeliveryState.SUPERSEDED.value), else_=DeliveryState.QUEUED.value
        ),
        "next_attempt_at": sa.case((is_unwanted(message), None), else_=message.c.not_before),
        "reason": sa.case((is_unwanted(message), UNWANTED), else_=""),
        "route": route,
    }
    rows = (
        sa.select(*values.values())
        .select_from(message)
        .join(address, address.c.person_id == message.c.person_id)
        .where(_made_at(now), address.c.invalid_at.is_(None), first, ~queued)
    )
    connection.execute(sa.insert(delivery).from_select(list(values), rows))


def _past_what_is_lost(
    first: sa.ColumnElement[bool],
    route: sa.ColumnElement[str],
    better: sa.FromClause,
    is_better: sa.ColumnElement[bool],
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[str]]:
    """Let what is told of the machinery pass over channels that are lost, while there is another one.

    Everything else finds out by trying, and then pauses the channel: the news of it would wait for that.
    """

    def is_lost(rows: sa.FromClause) -> sa.ColumnElement[bool]:
        return (
            sa.exists()
            .where(account.c.register_id == message.c.register_id, account.c.channel == rows.c.channel, LOST)
            .correlate(message, rows)
        )

    other = address.alias("other")
    of_machinery = sa.exists().where(line.c.message_id == message.c.id, line.c.obligation_id.is_(None))
    has_other = sa.exists().where(
        other.c.person_id == address.c.person_id, other.c.invalid_at.is_(None), ~is_lost(other)
    )
    open_first = sa.and_(~is_lost(address), ~sa.exists().where(is_better, ~is_lost(better)))
    passes_over = sa.and_(of_machinery, has_other)
    return (
        sa.case((passes_over, open_first), else_=first),
        sa.case((sa.and_(passes_over, sa.exists().where(is_better)), Route.NEXT.value), else_=route),
    )


def delivery_values(now: datetime, not_before: sa.ColumnElement[Any]) -> dict[str, sa.ColumnElement[Any]]:
    """Return the values of a new delivery of a message to one of its person's addresses."""
    return {
        "id": new_ids(now, message.c.id, address.c.channel),
        "register_id": message.c.register_id,
        "message_id": message.c.id,
        "channel": address.c.channel,
        "address": address.c.address,
        "position": channel_rank(address),
        "state": sa.literal(DeliveryState.QUEUED.value),
        "attempts": sa.literal(0),
        "doubts": sa.literal(0),
        "fence": sa.literal(0),
        "next_attempt_at": not_before,
        "reference": sa.literal(""),
        "reason": sa.literal(""),
        "needs_person": sa.false(),
        "precedence": sa.case((message.c.occasion == Occasion.URGENT.value, 0), else_=1),
        "route": sa.literal(Route.NEXT.value),
        "version": sa.literal(1),
    }


def _made_at(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a message was made by this plan, found by the time in its key."""
    later = now + timedelta(milliseconds=1)
    in_time = sa.and_(message.c.id >= first_id(now), message.c.id < first_id(later))
    return sa.and_(in_time, message.c.made_at == instant(now))


def _settle_causes(connection: sa.Connection, now: datetime) -> None:
    """Mark what was told or is not wanted, name what nobody could be told, and empty the outbox of it.

    A step that was put off has a line for the due day that it was told of before.
    """
    of_step = tells_of(reminder, "id", "reminder_id")
    has_line = sa.exists().where(of_step)
    is_told = sa.exists().where(of_step, message.c.id == line.c.message_id, ~is_unwanted(message))
    outcome = sa.case(
        (is_told, Outcome.TOLD.value), (has_line, Outcome.NOT_NEEDED.value), else_=Outcome.NOBODY.value
    )
    connection.execute(sa.update(reminder).where(is_due(reminder, instant(now))).values(outcome=outcome))
    told = sa.select(event.c.seq).join(outbox, outbox.c.seq == event.c.seq).where(ripe(now))
    connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(told)))
