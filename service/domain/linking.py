"""Linking a person to an account of a channel: a code from the office, sent by the person's own hand."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.events.registry import AddressLinked
from service.domain.ids import new_id
from service.domain.outbox import emit_all
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action, Relation, require
from service.domain.replies import ALPHABET, CODE_LENGTH
from service.domain.tables import Address, ChannelContact, LinkCode, Person, Post, table
from service.domain.untold import tell_units_again

CODE_LIFE = timedelta(hours=24)
post = table(Post)


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code just made; `code` is never shown again."""

    row: LinkCode
    code: str


def make_code(session: Session, actor: Actor, person_code: str, *, channel: str, now: datetime) -> NewCode:
    """Make a one-time code with which a person shows which account of a channel is theirs.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor manages neither the register's people nor those of the person's unit.
    """
    person = session.exec(select(Person).where(Person.code == person_code)).first()
    held = _units(session, person.id, now) if person else set()
    mine = {Relation.MEMBER} if actor.unit_id in held else set()
    require(Action.LINK_ADDRESS, actor.relations() | mine, actor.role, actor.scopes)
    if person is None:
        raise NotFound(what="person")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    row = LinkCode(
        id=new_id(now),
        register_id=actor.register_id,
        channel=channel,
        sha256=_hash(code),
        person_id=person.id,
        made_by=actor.principal_id,
        made_at=now,
        expires_at=now + CODE_LIFE,
    )
    session.add(row)
    session.flush()
    return NewCode(row, code)


def link(session: Session, contact: ChannelContact, code: str, *, now: datetime) -> str:
    """Link whoever sent a code to the person it was made for; return what became of it."""
    query = select(LinkCode).where(
        LinkCode.register_id == contact.register_id,
        LinkCode.channel == contact.channel,
        LinkCode.sha256 == _hash(code),
    )
    found = session.exec(query.with_for_update()).first()
    if found is None:
        return "code_unknown"
    if found.used_at is not None:
        return "code_used"
    if found.expires_at < now:
        return "code_expired"
    holder = holder_of(session, contact)
    if holder is not None and holder != found.person_id:
        return "account_of_another"
    found.used_at = now
    contact.person_id = found.person_id
    session.add_all([found, contact])
    _write_address(session, contact, found.person_id, now=now)
    actor = Actor.by_message(found.person_id, contact.register_id)
    units = sorted(_units(session, found.person_id, now))
    facts = [AddressLinked(subject_id=unit_id, channel=contact.channel) for unit_id in units]
    emit_all(session, facts, actor=actor, at=now)
    tell_units_again(session, units, by=actor.principal_id, now=now)
    return "linked"


def holder_of(session: Session, contact: ChannelContact) -> UUID | None:
    """Return the person linked to an account, while their address still says so."""
    if contact.person_id is None:
        return None
    place = address_of(session, contact.person_id, contact.channel)
    stands = place is not None and place.verified_at is not None and account_in(place) == contact.sender
    return contact.person_id if stands else None


def address_of(session: Session, person_id: UUID, channel: str) -> Address | None:
    """Return where a person is reached on a channel."""
    query = select(Address).where(Address.person_id == person_id, Address.channel == channel)
    return session.exec(query.with_for_update()).first()


def account_in(place: Address) -> str | None:
    """Return the account that an address names besides a telephone number."""
    parts = dict(part.strip().partition(":")[::2] for part in place.address.split(";"))
    return parts.get("uid")


def _write_address(session: Session, contact: ChannelContact, person_id: UUID, *, now: datetime) -> None:
    place = address_of(session, person_id, contact.channel)
    account = f"uid:{contact.sender}"
    if place is None:
        last = select(sa.func.max(col(Address.position))).where(Address.person_id == person_id)
        position = session.exec(last).one()
        place = Address(
            id=new_id(now),
            person_id=person_id,
            channel=contact.channel,
            address=account,
            position=0 if position is None else position + 1,
        )
    else:
        others = [p.strip() for p in place.address.split(";") if not p.strip().startswith("uid:")]
        place.address = ";".join([account, *others])
    place.verified_at, place.invalid_at = now, None
    session.add(place)
    session.flush()


def _units(session: Session, person_id: UUID, now: datetime) -> set[UUID]:
    held = sa.select(post.c.unit_id).where(post.c.person_id == person_id, lives_on(office_day(now), post))
    return set(session.connection().execute(held).scalars())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
