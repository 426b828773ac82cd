"""What people and providers send back: kept first, applied once, in the order in which it came."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.errors import DomainError
from service.domain.escalation import Role
from service.domain.events.obligations import AnsweredByMessage
from service.domain.ids import new_id
from service.domain.lifecycle import State
from service.domain.link_rules import hashed
from service.domain.linking import account_in, address_of, holder_of, link
from service.domain.obligations import acknowledge
from service.domain.outbox import emit
from service.domain.people import Actor, away_on, lives_on
from service.domain.permissions import KeyRole
from service.domain.reading.waiting import CAME_BACK
from service.domain.replies import Reply, read_reply
from service.domain.sql import insert_or
from service.domain.tables import (
    INBOUND_FAULT,
    Absence,
    ActionLink,
    ChannelAccount,
    ChannelContact,
    ChannelTemplate,
    Delivery,
    DeliveryReceipt,
    DeliveryState,
    Inbound,
    InboundEvent,
    Message,
    MessageLine,
    Obligation,
    Post,
    ReceiptKind,
    table,
)

inbound, contacts = table(InboundEvent), table(ChannelContact)
delivery, message = table(Delivery), table(Message)
line, obligation, post = table(MessageLine), table(Obligation), table(Post)
absence, receipt = table(Absence), table(DeliveryReceipt)
action_link, account, template = table(ActionLink), table(ChannelAccount), table(ChannelTemplate)

ANSWERS_WITHIN = timedelta(days=7)
"""A bare "Đã nhận" answers the newest message, if it is not older."""

LINK_PATH = re.compile(
    r"/m/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|/l/([A-Za-z0-9_-]{24})(?![A-Za-z0-9_-])"
)
"""Of a message, or of one duty in it: a message about one duty has no other."""

KEY_ROLES = {Role.OFFICER: KeyRole.OFFICER, Role.CLERK: KeyRole.CLERK, Role.HEAD: KeyRole.HEAD}
REACHED = (DeliveryState.SENT.value, DeliveryState.UNKNOWN.value, DeliveryState.SENDING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An event as a channel's edge reads it.

    Attributes:
        dedupe_key: The same for every repetition of one event.
        sender: The account that acted; empty where it does not matter.
        content: `text`, `quoted` (provider's id of the message answered), `tracking_id`, `references`.
        proof: How the sender was known to be the provider.
    """

    dedupe_key: str
    kind: Inbound
    happened_at: datetime
    proof: str
    sender: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


def keep(session: Session, register_id: UUID, channel: str, arrived: Arrived, *, now: datetime) -> bool:
    """Keep an event; return False for one that is known already."""
    connection = session.connection()
    row = {
        "id": new_id(now),
        "register_id": register_id,
        "channel": channel,
        "dedupe_key": arrived.dedupe_key,
        "kind": arrived.kind.value,
        "sender": arrived.sender,
        "content": dict(arrived.content),
        "proof": arrived.proof,
        "happened_at": arrived.happened_at,
        "received_at": now,
        "outcome": "",
    }
    written = insert_or(connection, inbound).values(row).on_conflict_do_nothing().returning(inbound.c.id)
    return connection.execute(written).first() is not None


def apply_next(session: Session, *, now: datetime) -> int:
    """Apply the event that waits longest; return 0 if none does.

    A rule that refuses it is its outcome. What could not be applied at all is set aside as a fault, which the
    doctor names: those behind it do not wait for it.
    """
    oldest = (
        select(InboundEvent)
        .where(CAME_BACK)
        .order_by(col(InboundEvent.received_at), col(InboundEvent.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    event = session.exec(oldest).first()
    if event is None:
        return 0
    apply: Mapping[Inbound, Callable[[Session, InboundEvent, datetime], str]] = {
        Inbound.FOLLOWED: _followed,
        Inbound.UNFOLLOWED: _unfollowed,
        Inbound.SAID: _said,
        Inbound.DELIVERED: _confirmed,
        Inbound.SEEN: _confirmed,
        Inbound.ECHOED: _echoed,
    }
    try:
        with session.begin_nested():
            event.outcome = apply.get(event.kind, _other)(session, event, now)
            session.flush()
    except DomainError as error:
        event.outcome = error.slug
    except sa.exc.OperationalError:
        raise  # the database's own trouble, and another's turn: tried again
    except Exception as error:
        event.outcome = f"{INBOUND_FAULT}{type(error).__name__}"
    event.applied_at = now
    session.add(event)
    session.flush()
    return 1


def _other(session: Session, event: InboundEvent, _now: datetime) -> str:
    """Note what became of a template; nothing else is acted on."""
    named, status = event.content.get("template_id"), event.content.get("status")
    if not named or not status:
        return "no_action"
    of_account = sa.select(account.c.id).where(
        account.c.register_id == event.register_id, account.c.channel == event.channel
    )
    changed = session.connection().execute(
        sa.update(template)
        .where(template.c.template_id == named, template.c.account_id.in_(of_account))
        .values(status=str(status)[:40], reason=str(event.content.get("reason", "")))
    )
    return "template_noted" if changed.rowcount else "template_unknown"


def _contact(session: Session, event: InboundEvent) -> ChannelContact:
    """Return who sent an event, remembered from now on; two workers may meet somebody new at once."""
    key = {"register_id": event.register_id, "channel": event.channel, "sender": event.sender}
    connection = session.connection()
    connection.execute(insert_or(connection, contacts).values(key).on_conflict_do_nothing())
    return session.get_one(ChannelContact, tuple(key.values()), with_for_update=True)


def _touched(session: Session, event: InboundEvent) -> ChannelContact:
    """Remember when an account last spoke: messages that need a recent contact may go again."""
    contact = _contact(session, event)
    contact.last_contact_at = max(contact.last_contact_at or event.happened_at, event.happened_at)
    return contact


def _followed(session: Session, event: InboundEvent, _now: datetime) -> str:
    contact = _touched(session, event)
    return _follow(session, contact, event, follows=True)


def _unfollowed(session: Session, event: InboundEvent, _now: datetime) -> str:
    return _follow(session, _contact(session, event), event, follows=False)


def _follow(session: Session, contact: ChannelContact, event: InboundEvent, *, follows: bool) -> str:
    """Believe the newest event; an address that is nothing but the account is of no use without it."""
    if contact.follow_changed_at is not None and event.happened_at < contact.follow_changed_at:
        return "overtaken"
    contact.follows, contact.follow_changed_at = follows, event.happened_at
    session.add(contact)
    person_id = holder_of(session, contact)
    place = address_of(session, person_id, contact.channel) if person_id else None
    if place is not None and place.address == f"uid:{account_in(place)}":
        place.invalid_at = None if follows else event.happened_at
        session.add(place)
    return "follows" if follows else "left"


def _said(session: Session, event: InboundEvent, now: datetime) -> str:
    contact = _touched(session, event)
    reply = read_reply(str(event.content.get("text", "")))
    if reply.code is not None:
        return link(session, contact, reply.code, now=now)
    if not reply.received:
        return "no_action"
    person_id = holder_of(session, contact)
    if person_id is None:
        return "sender_unknown"
    meant = _message_meant(session, event, person_id, reply)
    return "message_unknown" if meant is None else _receive(session, event, person_id, meant, now)


def _message_meant(session: Session, event: InboundEvent, person_id: UUID, reply: Reply) -> UUID | None:
    """Return the message that an answer is about: named, quoted, or the newest that went this way."""
    sent = (
        sa.select(message.c.id)
        .join(delivery, delivery.c.message_id == message.c.id)
        .where(
            message.c.person_id == person_id,
            message.c.register_id == event.register_id,
            delivery.c.channel == event.channel,
            delivery.c.state.in_(REACHED),
        )
    )
    if reply.delivery_id is not None:
        sent = sent.where(delivery.c.id == reply.delivery_id)
    elif quoted := event.content.get("quoted"):
        sent = sent.where(delivery.c.reference == quoted)
    else:
        sent = sent.where(
            message.c.made_at <= event.happened_at, message.c.made_at >= event.happened_at - ANSWERS_WITHIN
        )
    newest = sent.order_by(message.c.made_at.desc(), message.c.id.desc()).limit(1)
    return session.connection().execute(newest).scalar_one_or_none()


def _receive(session: Session, event: InboundEvent, person_id: UUID, message_id: UUID, now: datetime) -> str:
    """Acknowledge the duties of a message that wait for it and are the person's unit's own."""
    roles = _roles(session, person_id, now)
    waiting = (
        sa.select(obligation.c.id, obligation.c.unit_id)
        .where(
            obligation.c.id.in_(sa.select(line.c.obligation_id).where(line.c.message_id == message_id)),
            obligation.c.state == State.ASSIGNED.value,
            obligation.c.unit_id.in_(roles),
        )
        .order_by(obligation.c.id)
    )
    duties = session.connection().execute(waiting).all()
    for duty in duties:
        actor = Actor.by_message(person_id, event.register_id, duty.unit_id, roles[duty.unit_id])
        fact = AnsweredByMessage(subject_id=duty.id, channel=event.channel, message_id=message_id)
        emit(session, fact, actor=actor, at=now)
        acknowledge(session, actor, duty.id, version=None, now=now)
    return f"acknowledged {len(duties)}"


def _roles(session: Session, person_id: UUID, now: datetime) -> dict[UUID, KeyRole]:
    """Return the units for which a person may speak today: by a post there, or in place of who is away."""
    today = office_day(now)
    held = sa.select(post.c.unit_id, post.c.role).where(post.c.person_id == person_id, lives_on(today, post))
    stands_in = sa.select(absence.c.unit_id).where(absence.c.deputy_id == person_id, away_on(today, absence))
    connection = session.connection()
    found = dict.fromkeys(connection.execute(stands_in).scalars(), KeyRole.OFFICER)
    for unit_id, role in connection.execute(held):
        found[unit_id] = KEY_ROLES.get(Role(role), KeyRole.LEADER)
    return found


def _confirmed(session: Session, event: InboundEvent, _now: datetime) -> str:
    """Keep a receipt with the delivery that it confirms."""
    kind = ReceiptKind.SEEN if event.kind is Inbound.SEEN else ReceiptKind.DELIVERED
    which = _named(event)
    found = _settle(session, event, which) if which is not None else []
    for delivery_id in found:
        if session.get(DeliveryReceipt, (delivery_id, kind)) is None:
            session.add(
                DeliveryReceipt(
                    delivery_id=delivery_id,
                    kind=kind,
                    inbound_event_id=event.id,
                    happened_at=event.happened_at,
                )
            )
    return kind.value if found else "delivery_unknown"


def _named(event: InboundEvent) -> sa.ColumnElement[bool] | None:
    tracking, references = event.content.get("tracking_id"), event.content.get("references")
    if tracking:
        try:
            return delivery.c.id == UUID(tracking)
        except ValueError:
            return None
    return delivery.c.reference.in_(references) if references else None


def _echoed(session: Session, event: InboundEvent, _now: datetime) -> str:
    """The provider shows a message of ours: one whose answer was lost did leave."""
    found = LINK_PATH.search(str(event.content.get("text", "")))
    if found is None:
        return "no_action"
    whole, token = found.groups()
    of_duty = sa.select(action_link.c.message_id).where(action_link.c.token_sha256 == hashed(token or ""))
    meant = delivery.c.message_id == UUID(whole) if whole else delivery.c.message_id.in_(of_duty)
    return "sent" if _settle(session, event, meant) else "delivery_unknown"


def _settle(session: Session, event: InboundEvent, which: sa.ColumnElement[bool]) -> list[UUID]:
    """Return the deliveries meant; one whose fate was unknown is sent, and is tried no more."""
    mine = sa.and_(which, delivery.c.register_id == event.register_id, delivery.c.channel == event.channel)
    connection = session.connection()
    found = list(connection.execute(sa.select(delivery.c.id).where(mine)).scalars())
    unsure = sa.and_(delivery.c.id.in_(found), delivery.c.state == DeliveryState.UNKNOWN.value)
    connection.execute(
        sa.update(delivery)
        .where(unsure)
        .values(
            state=DeliveryState.SENT.value,
            next_attempt_at=None,
            fence=delivery.c.fence + 1,
            version=delivery.c.version + 1,
        )
    )
    return found
