"""What an issue or a later deed gives whom, and who would be told how: read where it is rehearsed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.reading.recipient_choices import channel_rank
from service.domain.reading.recipients import AT_KEEPER, causes_of_issue, ranked
from service.domain.tables import (
    Address,
    Coordination,
    Event,
    Item,
    NotificationChoice,
    Obligation,
    Person,
    Unit,
    table,
)
from service.domain.telling_choices import Choice

obligation, unit, person = table(Obligation), table(Unit), table(Person)
address, choice = table(Address), table(NotificationChoice)
coordination, item, event = table(Coordination), table(Item), table(Event)

_ID: sa.BindParameter[UUID] = sa.bindparam("id", type_=sa.Uuid())
_SINCE: sa.BindParameter[int] = sa.bindparam("since", type_=sa.BigInteger())


def _by_unit(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return duties of conditions, by the unit that leads."""
    return (
        sa.select(
            unit.c.id,
            unit.c.code,
            unit.c.name,
            sa.func.count(),
            sa.func.count(obligation.c.due_on),
            sa.func.min(obligation.c.due_on),
            sa.func.max(obligation.c.due_on),
        )
        .select_from(obligation.join(unit, unit.c.id == obligation.c.unit_id))
        .where(*which)
        .group_by(unit.c.id, unit.c.code, unit.c.name)
        .order_by(unit.c.name, unit.c.code)
    )


DUTIES = _by_unit(obligation.c.directive_id == _ID)
TOUCHED = _by_unit(
    obligation.c.directive_id == _ID,
    obligation.c.id.in_(sa.select(event.c.subject_id).where(event.c.seq > _SINCE)),
)
LAST_FACT = sa.select(sa.func.coalesce(sa.func.max(event.c.seq), 0))
COORDINATORS = (
    sa.select(sa.func.count(sa.distinct(coordination.c.unit_id)))
    .select_from(coordination.join(item, item.c.id == coordination.c.item_id))
    .where(item.c.directive_id == _ID)
)


class Recipient(NamedTuple):
    """A person who would be told of the duties of a unit.

    `channel` is the first that a message would take. `postponed` of the duties are told the next morning, as
    the person chose. `in_its_place`: nobody at the unit can be told, and this person of the keeper's is.
    """

    person_id: UUID
    person_code: str
    person_name: str
    channel: str
    obligations: int
    postponed: int
    in_its_place: bool


@dataclass(frozen=True, slots=True)
class UnitShare:
    """What one unit would get; nobody would be told where `recipients` is empty."""

    unit_id: UUID
    code: str
    name: str
    obligations: int
    dated: int
    first_due_on: date | None
    last_due_on: date | None
    recipients: list[Recipient] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an issue would do: by unit that leads, in the order of names, and how many units coordinate."""

    units: list[UnitShare]
    coordinators: int


def expected(connection: Connection, directive_id: UUID, *, now: datetime) -> Expected:
    """Return what the issue of a directive does, before the planner has told anybody.

    Args:
        connection: The transaction in which the directive was issued.
        directive_id: The directive.
        now: The instant of the issue.
    """
    shares = {row[0]: UnitShare(*row) for row in connection.execute(DUTIES, {"id": directive_id})}
    for unit_id, *told in connection.execute(_told(directive_id, now)):
        shares[unit_id].recipients.append(Recipient._make(told))
    coordinators = connection.execute(COORDINATORS, {"id": directive_id}).scalar_one()
    return Expected(list(shares.values()), coordinators)


def last_fact(connection: Connection) -> int:
    """Return the number of the last fact that there is."""
    return int(connection.execute(LAST_FACT).scalar_one())


def touched(connection: Connection, directive_id: UUID, *, since: int) -> list[UnitShare]:
    """Return, by unit, the duties of a directive of which facts were recorded, as they stand now.

    Args:
        connection: The transaction that recorded them; it holds the directive, so nobody else does.
        directive_id: The directive.
        since: The number of the last fact before.
    """
    names = {"id": directive_id, "since": since}
    return [UnitShare(*row) for row in connection.execute(TOUCHED, names)]


def _told(directive_id: UUID, now: datetime) -> sa.Select[*tuple[object, ...]]:
    """Return who is told of the duties of which unit, as the planner will find them."""
    held = ranked(causes_of_issue(directive_id, now), now)
    channel = (
        sa.select(address.c.channel)
        .where(address.c.person_id == person.c.id, address.c.invalid_at.is_(None))
        .order_by(channel_rank(address), address.c.channel)
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
    puts_off = sa.and_(
        choice.c.person_id == held.c.person_id,
        sa.type_coerce(choice.c.matter, sa.String()) == held.c.matter,
        choice.c.choice == Choice.DIGEST,
    )
    named = (held.c.unit_id, person.c.id, person.c.code, person.c.name)
    return (
        sa.select(
            *named,
            channel,
            sa.func.count(sa.distinct(held.c.obligation_id)),
            sa.func.count(sa.distinct(sa.case((choice.c.person_id.is_not(None), held.c.obligation_id)))),
            held.c.arm == AT_KEEPER,
        )
        .select_from(held.join(person, person.c.id == held.c.person_id).outerjoin(choice, puts_off))
        .where(held.c.place == 1)
        .group_by(*named, held.c.arm)
        .order_by(held.c.unit_id, person.c.code)
    )
