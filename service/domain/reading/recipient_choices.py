"""What people chose about their messages, applied to all of them at once."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service.domain.calendar import OPENS, midnight, office_day
from service.domain.sql import instant, plus_minutes
from service.domain.tables import (
    Message,
    MessageLine,
    NotificationChoice,
    NotificationPreference,
    Occasion,
    PreferredChannel,
    table,
)
from service.domain.telling_choices import UNWANTED_KEY, Choice

choice, preference = table(NotificationChoice), table(NotificationPreference)
preferred, message, line = table(PreferredChannel), table(Message), table(MessageLine)

UNWANTED = "the person has chosen not to be told of this"
OPENING_MINUTE = OPENS.hour * 60 + OPENS.minute
UNORDERED = 100
"""Channels that a person did not name come after those that the person did, in the order of the registry."""


def anybody_at_once(connection: sa.Connection) -> bool:
    """Return if anybody wants to be told at once of what others are told in the morning."""
    found = sa.select(choice.c.person_id).where(choice.c.choice == sa.literal_column("'at_once'")).limit(1)
    return connection.execute(found).first() is not None


def as_chosen(held: sa.CTE, *, early: bool) -> sa.Select[Any]:
    """Return who is told of what as each chose: now, with what waits for the morning, or not at all.

    `early` keeps those who want to know at once of what waits for the morning; later they are left out.
    """
    chosen = sa.func.coalesce(sa.type_coerce(choice.c.choice, sa.String()), "")
    puts_off = sa.and_(chosen == Choice.DIGEST.value, held.c.occasion == Occasion.ISSUE.value)
    unwanted = chosen == Choice.NEVER.value
    register_id = sa.cast(held.c.register_id, sa.String)
    own_key = sa.case((unwanted, UNWANTED_KEY), else_="later:") + register_id + held.c.stamp
    told_already = sa.exists().where(
        line.c.event_seq == held.c.event_seq,
        message.c.id == line.c.message_id,
        message.c.person_id == held.c.person_id,
    )
    at_once = chosen == Choice.AT_ONCE.value
    kept = ("occasion", "occasion_key")
    return (
        sa.select(
            *(column for column in held.c if column.key not in kept),
            sa.case((sa.or_(puts_off, unwanted), Occasion.DIGEST.value), else_=held.c.occasion).label(
                "occasion"
            ),
            sa.case((sa.or_(puts_off, unwanted), own_key), else_=held.c.occasion_key).label("occasion_key"),
            sa.case((sa.or_(puts_off, unwanted), chosen), else_="").label("choice"),
        )
        .select_from(
            held.outerjoin(
                choice,
                sa.and_(
                    choice.c.person_id == held.c.person_id,
                    sa.type_coerce(choice.c.matter, sa.String()) == held.c.matter,
                ),
            )
        )
        .where(at_once if early else sa.or_(~at_once, held.c.event_seq.is_(None), ~told_already))
    )


def is_unwanted(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that a message tells of what its reader does not want to be told."""
    return rows.c.occasion_key.startswith(UNWANTED_KEY)


def digest_at(
    told: sa.CTE, earliest: sa.ColumnElement[Any], now: datetime, *, early: bool
) -> sa.ColumnElement[Any]:
    """Return when a message that is not urgent may go: at the reader's own hour, if there is one.

    Args:
        told: Who is told, as chosen.
        earliest: When it may go at all.
        now: The present instant.
        early: It is wanted at once.
    """
    if early:
        return earliest
    own = plus_minutes(instant(midnight(office_day(now))), preference.c.digest_minute)
    tomorrow = instant(midnight(office_day(now) + timedelta(days=1)))
    next_morning = plus_minutes(tomorrow, sa.func.coalesce(preference.c.digest_minute, OPENING_MINUTE))
    return sa.case(
        (told.c.choice == Choice.DIGEST.value, next_morning),
        (sa.and_(told.c.occasion == Occasion.DIGEST.value, own > earliest), own),
        else_=earliest,
    )


def channel_rank(rows: sa.FromClause) -> sa.ColumnElement[Any]:
    """Return the place of an address in its person's order of channels; lower is tried first."""
    own = sa.select(preferred.c.position).where(
        preferred.c.person_id == rows.c.person_id, preferred.c.channel == rows.c.channel
    )
    return sa.func.coalesce(own.correlate(rows).scalar_subquery(), UNORDERED + rows.c.position)


def has_own_order(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that a person named the channel of an address."""
    return (
        sa.exists()
        .where(preferred.c.person_id == rows.c.person_id, preferred.c.channel == rows.c.channel)
        .correlate(rows)
    )
