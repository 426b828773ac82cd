"""How a person wants to be told: the order of channels, the hour of the digest, what can be left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import OPENS, clock_words, office_day
from service.domain.errors import InvalidValue, NotFound, UnknownReference, require_current
from service.domain.events.registry import PreferencesChanged
from service.domain.outbox import emit_all
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action, Relation, require
from service.domain.tables import (
    Address,
    NotificationChoice,
    NotificationPreference,
    Person,
    Post,
    PreferredChannel,
    table,
)
from service.domain.telling_choices import CHOICES, Choice, Matter

post, address = table(Post), table(Address)
preferred, choice = table(PreferredChannel), table(NotificationChoice)

DIGEST_FROM, DIGEST_UNTIL = OPENS.hour * 60 + OPENS.minute, 17 * 60
"""Minutes of the day between which the digest may be wanted: it is made when the office opens."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants. Channels not named come last; matters not named are told as to everybody."""

    channels: Sequence[str]
    digest_minute: int | None
    choices: Mapping[Matter, Choice]


def set_preferences(
    session: Session, actor: Actor, person_code: str, wishes: Wishes, *, version: int | None, now: datetime
) -> NotificationPreference:
    """Let a person be told otherwise from now on; messages that were made go as they are.

    Args:
        session: The caller's transaction.
        actor: Somebody at the person's unit, or at the keeper's office.
        person_code: Who is told.
        wishes: Everything that is wanted; what was wanted before and is not named holds no longer.
        version: The version that the actor saw, 0 where nothing was chosen yet, or None.
        now: The present instant.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor manages neither the register's people nor belongs to the person's unit.
        UnknownReference: The person has no address on a channel.
        InvalidValue: A matter may not be put off or left out so, or the digest is not made yet at that hour.
        StaleVersion: `version` is given and is not the present one.
    """
    person_id, units = permitted(session.connection(), actor, person_code, Action.SET_PREFERENCES, now=now)
    query = select(NotificationPreference).where(NotificationPreference.person_id == person_id)
    row = session.exec(query.with_for_update()).first()
    present = row.version if row else 0
    require_current(version, present)
    _check(session, person_id, wishes)
    if row is None:
        row = NotificationPreference(person_id=person_id, version=0, made_by=actor.principal_id, made_at=now)
    row.version = present + 1
    row.digest_minute = wishes.digest_minute
    row.made_by, row.made_at = actor.principal_id, now
    session.add(row)
    session.flush()
    _write(session, person_id, wishes)
    facts = [PreferencesChanged(subject_id=unit_id, number=row.version) for unit_id in units]
    emit_all(session, facts, actor=actor, at=now)
    return row


def permitted(
    connection: sa.Connection, actor: Actor, person_code: str, action: Action, *, now: datetime
) -> tuple[UUID, list[UUID]]:
    """Return a person and the units at which the person holds a post today.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor manages neither the register's people nor belongs to the person's unit.
    """
    person = table(Person)
    person_id: UUID | None = connection.execute(
        sa.select(person.c.id).where(person.c.code == person_code)
    ).scalar()
    held = sa.select(post.c.unit_id).where(post.c.person_id == person_id, lives_on(office_day(now), post))
    units = sorted(set(connection.execute(held).scalars())) if person_id else []
    mine = {Relation.MEMBER} if actor.unit_id in units else set()
    require(action, actor.relations() | mine, actor.role, actor.scopes)
    if person_id is None:
        raise NotFound(what="person")
    return person_id, units


def _check(session: Session, person_id: UUID, wishes: Wishes) -> None:
    if len(set(wishes.channels)) < len(wishes.channels):
        raise InvalidValue(field="channels", detail="a channel is named twice")
    reached = sa.select(address.c.channel).where(address.c.person_id == person_id)
    missing = sorted(set(wishes.channels) - set(session.connection().execute(reached).scalars()))
    if missing:
        raise UnknownReference(field="channels", codes=missing)
    minute = wishes.digest_minute
    if minute is not None and not DIGEST_FROM <= minute <= DIGEST_UNTIL:
        between = f"{clock_words(DIGEST_FROM)} and {clock_words(DIGEST_UNTIL)}"
        raise InvalidValue(field="digest_at", detail=f"the digest goes between {between}")
    for matter, wanted in wishes.choices.items():
        if wanted not in CHOICES[matter]:
            allowed = ", ".join(CHOICES[matter])
            raise InvalidValue(field="choices", detail=f"{matter} may be {allowed}")


def _write(session: Session, person_id: UUID, wishes: Wishes) -> None:
    connection = session.connection()
    for rows in (preferred, choice):
        connection.execute(sa.delete(rows).where(rows.c.person_id == person_id))
    if wishes.channels:
        order = [
            {"person_id": person_id, "channel": channel, "position": position}
            for position, channel in enumerate(wishes.channels)
        ]
        connection.execute(sa.insert(preferred), order)
    own = {matter: wanted for matter, wanted in wishes.choices.items() if wanted is not CHOICES[matter][0]}
    if own:
        chosen = [
            {"person_id": person_id, "matter": matter, "choice": wanted} for matter, wanted in own.items()
        ]
        connection.execute(sa.insert(choice), chosen)
