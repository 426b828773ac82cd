"""How a person wants to be told, beside what everybody is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.preferences import permitted
from service.domain.tables import (
    Address,
    NotificationChoice,
    NotificationPreference,
    PreferredChannel,
    table,
)
from service.domain.telling_choices import CHOICES, Choice, Matter

preference, preferred = table(NotificationPreference), table(PreferredChannel)
choice, address = table(NotificationChoice), table(Address)

_PERSON: sa.BindParameter[Any] = sa.bindparam("person_id", type_=preference.c.person_id.type)
HEAD = sa.select(preference.c.version, preference.c.digest_minute).where(preference.c.person_id == _PERSON)
CHANNELS = (
    sa.select(address.c.channel)
    .outerjoin(
        preferred,
        sa.and_(preferred.c.person_id == address.c.person_id, preferred.c.channel == address.c.channel),
    )
    .where(address.c.person_id == _PERSON)
    .order_by(preferred.c.position.is_(None), preferred.c.position, address.c.position, address.c.channel)
)
CHOSEN = sa.select(choice.c.matter, choice.c.choice).where(choice.c.person_id == _PERSON)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person is told: channels in the order in which they are tried, and every matter's choice."""

    version: int
    channels: Sequence[str]
    digest_minute: int | None
    choices: Mapping[Matter, Choice]


def of_person(connection: Connection, actor: Actor, person_code: str, *, now: datetime) -> Preferences:
    """Return how a person is told; version 0 where nothing was chosen.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor neither belongs to the keeper's office nor to the person's unit.
    """
    person_id, _ = permitted(connection, actor, person_code, Action.VIEW_PREFERENCES, now=now)
    name = {"person_id": person_id}
    head = connection.execute(HEAD, name).first()
    own = {Matter(row.matter): Choice(row.choice) for row in connection.execute(CHOSEN, name)}
    return Preferences(
        version=head.version if head else 0,
        channels=list(connection.execute(CHANNELS, name).scalars()),
        digest_minute=head.digest_minute if head else None,
        choices={matter: own.get(matter, allowed[0]) for matter, allowed in CHOICES.items()},
    )
