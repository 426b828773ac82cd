"""People as stored, with their posts and addresses; read and written many at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.escalation import RANKS, Role
from service.domain.events.registry import UnitChanged
from service.domain.ids import new_id
from service.domain.outbox import emit_all
from service.domain.people import Actor
from service.domain.registry_file import Changed, ImportReport
from service.domain.tables import Address, Person, Post, Unit, table
from service.domain.unit_store import write_many
from service.domain.untold import tell_units_again

person, post, address, unit = table(Person), table(Post), table(Address), table(Unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOrder:
    """A post to be held: a role at a unit, perhaps for one field of work.

    `valid_from` None is today for a post that the person does not hold yet, else the day it has.
    """

    unit_code: str
    role: Role
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressOrder:
    """Where a person is reached on a channel, in the channel's own syntax; a lower `position` comes first."""

    channel: str
    address: str
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOrder:
    """Everything that is to hold of a person."""

    code: str
    name: str
    posts: Sequence[PostOrder]
    addresses: Sequence[AddressOrder]


class _Held(NamedTuple):
    """A post as stored."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    role: Role
    field: str
    valid_from: date
    valid_to: date | None


def apply(
    session: Session,
    actor: Actor,
    orders: Sequence[PersonOrder],
    unit_ids: Mapping[str, UUID],
    *,
    now: datetime,
) -> ImportReport:
    """Write sound orders, however many, in a fixed number of statements."""
    connection = session.connection()
    known = sa.select(person).where(person.c.code.in_([order.code for order in orders]))
    people = {row.code: row for row in connection.execute(known)}
    ids = [row.id for row in people.values()]
    held, reached = defaultdict(list), defaultdict(list)
    columns = [post.c[name] for name in _Held._fields]
    for row in connection.execute(sa.select(*columns).where(post.c.person_id.in_(ids))):
        held[row[1]].append(_Held(*row))
    for row in connection.execute(sa.select(address).where(address.c.person_id.in_(ids))):
        reached[row.person_id].append(row)
    writes, report = _Writes(office_day(now), now), ImportReport()
    for order in orders:
        stored = people.get(order.code)
        person_id = stored.id if stored else new_id(now)
        fields = []
        if stored is None:
            writes.new_people.append({"id": person_id, "code": order.code, "name": order.name})
        elif stored.name != order.name:
            writes.names.append({"key": person_id, "name": order.name})
            fields.append("name")
        if writes.posts(person_id, order, unit_ids, held[person_id]):
            fields.append("posts")
        if writes.addresses(person_id, order, unit_ids, reached[person_id]):
            fields.append("addresses")
        if stored is None:
            report.new.append(order.code)
        elif fields:
            report.changed.append(Changed(order.code, fields))
        else:
            report.unchanged += 1
    writes.write(session)
    if report.changed:
        changed = person.c.code.in_([each.code for each in report.changed])
        connection.execute(sa.update(person).where(changed).values(version=person.c.version + 1))
    _tell(session, actor, writes.touched, now=now)
    tell_units_again(session, writes.touched, by=actor.principal_id, now=now)
    return report


def _tell(session: Session, actor: Actor, touched: Mapping[UUID, set[str]], *, now: datetime) -> None:
    """Record which units got other people, without saying who."""
    codes = sa.select(unit.c.id, unit.c.code).where(unit.c.id.in_(list(touched)))
    facts = [
        UnitChanged(subject_id=unit_id, code=code, fields=sorted(touched[unit_id]))
        for unit_id, code in session.connection().execute(codes)
    ]
    emit_all(session, facts, actor=actor, at=now)


class _Writes:
    """Rows to be written for many people, and the units that they touch."""

    def __init__(self, day: date, now: datetime) -> None:
        self._day = day
        self._now = now
        self.new_people: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.touched: dict[UUID, set[str]] = defaultdict(set)
        self._new_posts: list[dict[str, Any]] = []
        self._dates: list[dict[str, Any]] = []
        self._new_addresses: list[dict[str, Any]] = []
        self._addresses: list[dict[str, Any]] = []
        self._erased: list[dict[str, Any]] = []

    def posts(
        self, person_id: UUID, order: PersonOrder, unit_ids: Mapping[str, UUID], held: Sequence[_Held]
    ) -> bool:
        """Begin, keep and end the posts of one person; return whether there was anything to do."""
        pairs, left = _pair(order.posts, unit_ids, held, self._day)
        touched = set()
        for wanted, found in pairs:
            unit_id = unit_ids[wanted.unit_code]
            dates = {
                "valid_from": wanted.valid_from or (found.valid_from if found else self._day),
                "valid_to": wanted.valid_to,
            }
            if found is None:
                what = {"unit_id": unit_id, "role": wanted.role, "field": wanted.field}
                row = {"id": new_id(self._now), "person_id": person_id, "rank": RANKS[wanted.role]}
                self._new_posts.append(row | what | dates)
                touched.add(unit_id)
            elif (found.valid_from, found.valid_to) != (dates["valid_from"], dates["valid_to"]):
                self._dates.append({"key": found.id} | dates)
                touched.add(unit_id)
        for ended in left:
            until = max(self._day, ended.valid_from)
            self._dates.append({"key": ended.id, "valid_from": ended.valid_from, "valid_to": until})
            touched.add(ended.unit_id)
        for unit_id in touched:
            self.touched[unit_id].add("posts")
        return bool(touched)

    def addresses(
        self, person_id: UUID, order: PersonOrder, unit_ids: Mapping[str, UUID], reached: Sequence[Any]
    ) -> bool:
        """Replace the addresses of one person; return whether there was anything to do."""
        by_channel = {row.channel: row for row in reached}
        before = len(self._new_addresses) + len(self._addresses) + len(self._erased)
        for wanted in order.addresses:
            written, row = wanted.address.strip(), by_channel.pop(wanted.channel, None)
            place = {"address": written, "position": wanted.position}
            if row is None:
                own = {"id": new_id(self._now), "person_id": person_id, "channel": wanted.channel}
                self._new_addresses.append(own | place)
            elif row.address != written:
                self._addresses.append({"key": row.id, "verified_at": None, "invalid_at": None} | place)
            elif row.position != wanted.position:
                checked = {"verified_at": row.verified_at, "invalid_at": row.invalid_at}
                self._addresses.append({"key": row.id} | checked | place)
        self._erased += [{"key": row.id} for row in by_channel.values()]
        changed = len(self._new_addresses) + len(self._addresses) + len(self._erased) > before
        for each in order.posts if changed else ():
            self.touched[unit_ids[each.unit_code]].add("addresses")
        return changed

    def write(self, session: Session) -> None:
        """Write everything, what others refer to first."""
        key: sa.BindParameter[UUID] = sa.bindparam("key")
        write_many(session, sa.insert(person), self.new_people)
        write_many(session, sa.update(person).where(person.c.id == key), self.names)
        write_many(session, sa.update(post).where(post.c.id == key), self._dates)
        write_many(session, sa.insert(post), self._new_posts)
        write_many(session, sa.delete(address).where(address.c.id == key), self._erased)
        write_many(session, sa.update(address).where(address.c.id == key), self._addresses)
        write_many(session, sa.insert(address), self._new_addresses)


def _pair(
    orders: Sequence[PostOrder], unit_ids: Mapping[str, UUID], held: Sequence[_Held], day: date
) -> tuple[list[tuple[PostOrder, _Held | None]], list[_Held]]:
    """Pair what is ordered with what is held; return the pairs, and the posts held that are to end.

    The same post from the same day is one; otherwise a post held today is the one that is ordered, with
    its first day corrected.
    """
    free = list(held)
    pairs: dict[int, _Held] = {}
    for by_day in (True, False):
        for place, wanted in enumerate(orders):
            what = (unit_ids[wanted.unit_code], wanted.role, wanted.field)
            for each in () if place in pairs else tuple(free):
                is_held = each.valid_to is None or each.valid_to > day
                same_day = each.valid_from == (wanted.valid_from or day)
                if (each.unit_id, each.role, each.field) == what and (same_day if by_day else is_held):
                    pairs[place] = each
                    free.remove(each)
                    break
    left = [each for each in free if each.valid_to is None or each.valid_to > day]
    return [(wanted, pairs.get(place)) for place, wanted in enumerate(orders)], left
