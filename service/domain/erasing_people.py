"""Erasing a person: the name, the addresses and the traces go; that somebody in a post was told stays."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.commitments import ERASED
from service.domain.erasing import AGAIN, TELLING_MIN, erase_again, forget_answers, mark_to_be_scrubbed
from service.domain.erasure_refusals import PersonErasedAlready, PersonHoldsKeys, PersonHoldsPosts
from service.domain.errors import require_current
from service.domain.events.erasures import FactTextErased, PersonErased
from service.domain.outbox import emit, emit_of_installation
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.preferences import permitted
from service.domain.reading.personal_data import ACCOUNTS, DELIVERIES, LINKS, MESSAGES, PERSON, SAID
from service.domain.sql import Instant
from service.domain.tables import (
    Absence,
    Account,
    AccountSession,
    ActionLink,
    Address,
    ApiKey,
    CalendarFeed,
    ChannelContact,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Event,
    InboundEvent,
    LinkCode,
    LinkUse,
    NotificationChoice,
    NotificationPreference,
    Person,
    Post,
    PreferredChannel,
    SavedView,
    TellingByHand,
    Unit,
    table,
)

person, post, unit, api_key, address = (table(each) for each in (Person, Post, Unit, ApiKey, Address))
delivery, attempt, contact, inbound = (
    table(each) for each in (Delivery, DeliveryAttempt, ChannelContact, InboundEvent)
)
absence, use, by_hand, event = (table(each) for each in (Absence, LinkUse, TellingByHand, Event))
link, account, signed_in = table(ActionLink), table(Account), table(AccountSession)
saved_view = table(SavedView)

ERASED_PERSON = "the person was erased"
"""Why a message is not sent any more."""

_DELETED = (CalendarFeed, NotificationChoice, PreferredChannel, NotificationPreference, LinkCode, Address)
_mine = delivery.c.message_id.in_(MESSAGES)
_waiting = delivery.c.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING))
NOW: sa.BindParameter[datetime] = sa.bindparam("erased_now", type_=Instant)
BLANK: tuple[sa.Update | sa.Delete, ...] = (
    sa.update(delivery)
    .where(_mine, _waiting)
    .values(
        state=DeliveryState.SUPERSEDED,
        fence=delivery.c.fence + 1,
        next_attempt_at=None,
        needs_person=False,
        reason=ERASED_PERSON,
        version=delivery.c.version + 1,
    ),
    sa.update(delivery).where(_mine).values(address=ERASED, reference="", needs_person=False),
    sa.update(by_hand).where(by_hand.c.delivery_id.in_(DELIVERIES), by_hand.c.note != "").values(note=ERASED),
    sa.update(use).where(use.c.link_id.in_(LINKS)).values(user_agent="", network=""),
    sa.update(absence).where(absence.c.person_id == PERSON).values(reason=""),
    sa.update(link).where(link.c.person_id == PERSON, link.c.expires_at > NOW).values(expires_at=NOW),
    sa.update(signed_in).where(signed_in.c.account_id.in_(ACCOUNTS)).values(user_agent=""),
    sa.delete(saved_view).where(saved_view.c.account_id.in_(ACCOUNTS)),
    sa.update(account)
    .where(account.c.person_id == PERSON)
    .values(login=None, subject=None, password_hash=None, code_sha256=None, version=account.c.version + 1),
    sa.update(inbound)
    .where(SAID, inbound.c.applied_at.is_(None))
    .values(applied_at=inbound.c.received_at, outcome="erased"),
    sa.update(inbound).where(SAID).values(sender="", content={}),
    sa.delete(contact).where(contact.c.person_id == PERSON),
    *(sa.delete(table(each)).where(table(each).c.person_id == PERSON) for each in _DELETED),
)
"""What goes of a person besides the name, in the order in which rows need each other."""


def erase_person(
    session: Session, actor: Actor, code: str, *, basis: str, version: int | None, now: datetime
) -> Person:
    """Take a person's name, code, addresses and traces away; posts held, messages and links stay as ids.

    Args:
        session: The caller's transaction.
        actor: An administrator of the installation or of the register's keeper.
        code: The person's; afterwards another one leads to what is left.
        basis: On which ground: a request's number, a decision. It names no person.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor is no such administrator.
        PersonHoldsPosts: Whoever holds a post has to be told of duties; posts to come count.
        PersonHoldsKeys: A key or an account of the person still opens something.
        PersonErasedAlready, StaleVersion.
    """
    person_id, _ = permitted(session.connection(), actor, code, Action.ERASE_PERSONAL_DATA, now=now)
    found = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    require_current(version, found.version)
    _require_free(session, found, now=now)
    _erase(session, found, now=now)
    emit(session, PersonErased(subject_id=person_id, basis=basis), actor=actor, at=now)
    return found


def _require_free(session: Session, found: Person, *, now: datetime) -> None:
    if found.erased_at is not None:
        raise PersonErasedAlready(code=found.code)
    lasting = sa.or_(post.c.valid_to.is_(None), post.c.valid_to > office_day(now))
    held = sa.select(unit.c.code).join(post, post.c.unit_id == unit.c.id)
    units = held.where(post.c.person_id == found.id, lasting).distinct().order_by(unit.c.code)
    if codes := session.connection().execute(units).scalars().all():
        raise PersonHoldsPosts(units=list(codes))
    works = sa.and_(
        api_key.c.revoked_at.is_(None), sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now)
    )
    keys = sa.select(api_key.c.id).where(api_key.c.person_id == found.id, works)
    opens = sa.select(account.c.id).where(account.c.person_id == found.id, account.c.disabled_at.is_(None))
    ids = session.connection().execute(keys.union_all(opens)).scalars().all()
    if ids:
        raise PersonHoldsKeys(keys=[str(each) for each in ids])


def _erase(session: Session, found: Person, *, now: datetime) -> None:
    """Blank everything that is held about a person."""
    connection, given = session.connection(), {"about_id": found.id}
    words = _words(connection, found)
    _forget_words(connection, words, given)
    for statement in BLANK:
        connection.execute(statement, {**given, "erased_now": now})
    name = f"(đã xóa) #{found.id.hex[-8:]}"
    for named in (api_key, account):
        connection.execute(sa.update(named).where(named.c.person_id == found.id).values(name=name))
    found.name, found.code = name, f"da-xoa-{found.id.hex}"
    found.erased_at = now
    found.version += 1
    session.add(found)
    session.flush()
    mark_to_be_scrubbed(session)


def _words(connection: Connection, found: Person) -> list[str]:
    """Return the words by which a person is known: name, code, every address that messages went to."""
    given = {"about_id": found.id}
    places = sa.union(
        sa.select(address.c.address).where(address.c.person_id == PERSON),
        sa.select(delivery.c.address).where(delivery.c.message_id.in_(MESSAGES)),
        sa.select(contact.c.sender).where(contact.c.person_id == PERSON),
        sa.select(account.c.login).where(account.c.person_id == PERSON, account.c.login.is_not(None)),
        sa.select(account.c.subject).where(account.c.person_id == PERSON, account.c.subject.is_not(None)),
    )
    known = [found.name, found.code]
    for written in connection.execute(places, given).scalars():
        known += [part.strip().rpartition(":")[2] for part in written.split(";")]
    return sorted({each for each in known if len(each) >= TELLING_MIN and each != ERASED})


def _forget_words(connection: Connection, words: list[str], given: dict[str, Any]) -> None:
    """Take words out of what providers said of messages, and forget answers to requests that have them."""
    if not words:
        return
    tells = sa.or_(*(delivery.c.reason.contains(each, autoescape=True) for each in words))
    connection.execute(sa.update(delivery).where(_mine, tells).values(reason=ERASED), given)
    tells = sa.or_(*(attempt.c.reason.contains(each, autoescape=True) for each in words))
    tries = sa.update(attempt).where(attempt.c.delivery_id.in_(DELIVERIES), tells)
    connection.execute(tries.values(reason=ERASED), given)
    forget_answers(connection, words)


def erasures(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give what was erased, in its order, without personal data: ("person", id) and ("text", commitment)."""
    kinds = (PersonErased.kind, FactTextErased.kind)
    found = sa.select(event.c.kind, event.c.subject_id, event.c.payload).where(event.c.kind.in_(kinds))
    for row in connection.execute(found.order_by(event.c.seq)):
        if row.kind == PersonErased.kind:
            yield "person", str(row.subject_id)
        else:
            yield from (("text", digest) for digest in row.payload["commitments"])


def apply_again(session: Session, listed: Iterable[tuple[str, str]], *, now: datetime) -> tuple[int, int]:
    """Erase what was erased before and came back with a backup; return how many people and texts.

    Posts and keys hinder nobody here: what holds them was decided before.
    """
    wanted = list(listed)
    people = 0
    for what, name in wanted:
        found = session.get(Person, UUID(name), with_for_update=True) if what == "person" else None
        if found is not None and found.erased_at is None:
            _erase(session, found, now=now)
            emit_of_installation(session, PersonErased(subject_id=found.id, basis=AGAIN), at=now)
            people += 1
    texts = erase_again(session, [name for what, name in wanted if what == "text"], now=now)
    return people, texts
