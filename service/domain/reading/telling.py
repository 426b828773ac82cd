"""Who was told what, on which channel, with what result; and how the channels are."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.ids import first_id
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.reading.proof import PROOF, Proof
from service.domain.tables import (
    ChannelAccount,
    ChannelTemplate,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Event,
    MailRelay,
    Means,
    Message,
    MessageLine,
    Obligation,
    Occasion,
    Person,
    Route,
    TellingByHand,
    Unit,
    Wording,
    table,
)
from service.domain.wording import WordingKind

message, line, delivery = table(Message), table(MessageLine), table(Delivery)
obligation, unit, by_hand = table(Obligation), table(Unit), table(TellingByHand)
attempt, person, account = table(DeliveryAttempt), table(Person), table(ChannelAccount)
wording, template, relay = table(Wording), table(ChannelTemplate), table(MailRelay)
event = table(Event)

_OBLIGATION: sa.BindParameter[Any] = sa.bindparam("obligation_id", type_=message.c.id.type)
_about = sa.select(line.c.message_id).where(line.c.obligation_id == _OBLIGATION)
_of_duties = sa.select(line.c.message_id).join(obligation, obligation.c.id == line.c.obligation_id)
_of_directive = _of_duties.where(obligation.c.directive_id == sa.bindparam("directive_id"))
_of_unit = _of_duties.join(unit, unit.c.id == obligation.c.unit_id).where(
    obligation.c.register_id == visibility.REGISTER, unit.c.code == sa.bindparam("unit")
)


class MessageRow(NamedTuple):
    """A message to one person."""

    id: UUID
    person_id: UUID
    person_code: str
    person_name: str
    occasion: Occasion
    made_at: datetime
    not_before: datetime


class NoticeRow(NamedTuple):
    """A fact about the machinery that a message tells: its kind, the account or endpoint, and when."""

    kind: str
    subject_id: UUID
    recorded_at: datetime


class About(NamedTuple):
    """What a message speaks of."""

    duties: list[UUID]
    notices: list[NoticeRow]


class DeliveryRow(NamedTuple):
    """A message on one channel."""

    id: UUID
    version: int
    message_id: UUID
    person_id: UUID
    person_code: str
    person_name: str
    occasion: Occasion
    made_at: datetime
    channel: str
    route: Route
    address: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    reference: str
    reason: str
    needs_person: bool
    means: Means | None
    told_on: date | None
    note: str | None
    delivered_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None

    @property
    def proof(self) -> Proof:
        """What proves that it came to its reader."""
        return Proof._make(self[-3:])


class Which(NamedTuple):
    """What deliveries are narrowed by. A delivery is made from `made_from` on and before `made_until`."""

    message_id: UUID | None = None
    obligation_id: UUID | None = None
    directive_id: UUID | None = None
    unit: str | None = None
    person: str | None = None
    made_from: datetime | None = None
    made_until: datetime | None = None
    state: DeliveryState | None = None
    channel: str | None = None
    needs_person: bool | None = None


class WordingUsed(NamedTuple):
    """A version of an office's texts."""

    kind: WordingKind
    version: int


class AttemptRow(NamedTuple):
    """One try."""

    fence: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    reason: str


MESSAGES = List(
    sa.select(
        message.c.id,
        message.c.person_id,
        person.c.code,
        person.c.name,
        message.c.occasion,
        message.c.made_at,
        message.c.not_before,
    )
    .join(person, person.c.id == message.c.person_id)
    .where(message.c.register_id == visibility.REGISTER),
    {
        "obligation_id": message.c.id.in_(_about),
        "person": person.c.code == sa.bindparam("person"),
        "after_id": message.c.id > sa.bindparam("after_id"),
    },
    [message.c.id],
)
_deliveries = (
    sa.select(
        *(delivery.c[name] for name in ("id", "version", "message_id")),
        person.c.id,
        person.c.code,
        person.c.name,
        *(message.c[name] for name in ("occasion", "made_at")),
        *(delivery.c[name] for name in DeliveryRow._fields[8:-6]),
        *(by_hand.c[name] for name in DeliveryRow._fields[-6:-3]),
        *PROOF,
    )
    .join(message, message.c.id == delivery.c.message_id)
    .join(person, person.c.id == message.c.person_id)
    .outerjoin(by_hand, by_hand.c.delivery_id == delivery.c.id)
    .where(delivery.c.register_id == visibility.REGISTER)
)
DELIVERIES = List(
    _deliveries,
    {
        "message_id": delivery.c.message_id == sa.bindparam("message_id"),
        "obligation_id": delivery.c.message_id.in_(_about),
        "directive_id": delivery.c.message_id.in_(_of_directive),
        "unit": delivery.c.message_id.in_(_of_unit),
        "person": person.c.code == sa.bindparam("person"),
        "from_id": delivery.c.id >= sa.bindparam("from_id"),
        "until_id": delivery.c.id < sa.bindparam("until_id"),
        "state": delivery.c.state == sa.bindparam("state"),
        "channel": delivery.c.channel == sa.bindparam("channel"),
        "needs_person": delivery.c.needs_person == sa.bindparam("needs_person", type_=sa.Boolean()),
        "after_id": delivery.c.id > sa.bindparam("after_id"),
    },
    [delivery.c.id],
)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
LINES = (
    sa.select(line.c.message_id, line.c.obligation_id, event.c.kind, event.c.subject_id, event.c.recorded_at)
    .outerjoin(event, sa.and_(event.c.seq == line.c.event_seq, line.c.obligation_id.is_(None)))
    .where(line.c.message_id.in_(_IDS))
    .distinct()
    .order_by(line.c.obligation_id, event.c.recorded_at)
)
WORDING = (
    sa.select(wording.c.kind, wording.c.version)
    .join(delivery, delivery.c.wording_id == wording.c.id)
    .where(delivery.c.id == sa.bindparam("id"))
)
ONE = _deliveries.where(delivery.c.id == sa.bindparam("id"))
ATTEMPTS = (
    sa.select(*(attempt.c[name] for name in AttemptRow._fields))
    .where(attempt.c.delivery_id == sa.bindparam("id"))
    .order_by(attempt.c.fence)
)


def messages(
    connection: Connection,
    actor: Actor,
    *,
    obligation_id: UUID | None,
    person_code: str | None,
    after: UUID | None,
    limit: int,
) -> tuple[list[tuple[MessageRow, About]], UUID | None]:
    """Return some messages with what they speak of, and where the next ones begin."""
    actor.require(Action.VIEW_DELIVERIES)
    given = {"obligation_id": obligation_id, "person": person_code, "after_id": after}
    rows, last = MESSAGES.page(connection, given, {"register_id": actor.register_id}, limit)
    about = {row.id: About([], []) for row in rows}
    for message_id, duty_id, *fact in connection.execute(LINES, {"ids": list(about)}):
        if duty_id is None:
            about[message_id].notices.append(NoticeRow._make(fact))
        else:
            about[message_id].duties.append(duty_id)
    return [(MessageRow._make(row), about[row.id]) for row in rows], last.id if last else None


def deliveries(
    connection: Connection,
    actor: Actor,
    asked: Which,
    *,
    after: UUID | None,
    limit: int,
) -> tuple[list[DeliveryRow], UUID | None]:
    """Return some deliveries, the oldest first, and where the next ones begin."""
    actor.require(Action.VIEW_DELIVERIES)
    given = {
        "message_id": asked.message_id,
        "obligation_id": asked.obligation_id,
        "directive_id": asked.directive_id,
        "unit": asked.unit,
        "person": asked.person,
        "from_id": first_id(asked.made_from) if asked.made_from else None,
        "until_id": first_id(asked.made_until) if asked.made_until else None,
        "state": asked.state,
        "channel": asked.channel,
        "needs_person": asked.needs_person,
        "after_id": after,
    }
    rows, last = DELIVERIES.page(connection, given, {"register_id": actor.register_id}, limit)
    return [DeliveryRow._make(row) for row in rows], last.id if last else None


def one_delivery(
    connection: Connection, actor: Actor, delivery_id: UUID
) -> tuple[DeliveryRow, WordingUsed | None, list[AttemptRow]]:
    """Return one delivery, the office's own texts that it was worded by, and its attempts.

    Raises:
        NotFound: The register has none.
    """
    actor.require(Action.VIEW_DELIVERIES)
    names = {"register_id": actor.register_id, "id": delivery_id}
    found = connection.execute(ONE, names).first()
    if found is None:
        raise NotFound(what="delivery")
    attempts = [AttemptRow._make(row) for row in connection.execute(ATTEMPTS, {"id": delivery_id})]
    used = connection.execute(WORDING, {"id": delivery_id}).first()
    return DeliveryRow._make(found), WordingUsed._make(used) if used else None, attempts


class RelayRow(NamedTuple):
    """How a relay of an e-mail channel is, and what it took in the minute that began at `minute_at`."""

    name: str
    ill_until: datetime | None
    detail: str
    minute_at: datetime | None
    minute_count: int


class ChannelRow(NamedTuple):
    """A channel of a register; whether it has secrets, never which."""

    channel: str
    version: int
    is_enabled: bool
    settings: dict[str, Any]
    has_secrets: bool
    health: str
    health_detail: str
    paused_until: datetime | None
    tokens_expire_at: datetime | None


CHANNELS = (
    sa.select(
        account.c.channel,
        account.c.version,
        account.c.is_enabled,
        account.c.settings,
        account.c.secrets != "",
        account.c.health,
        account.c.health_detail,
        account.c.paused_until,
        account.c.tokens_expire_at,
    )
    .where(account.c.register_id == visibility.REGISTER)
    .order_by(account.c.channel)
)


RELAYS = (
    sa.select(account.c.channel, *(relay.c[name] for name in RelayRow._fields))
    .join(account, account.c.id == relay.c.account_id)
    .where(account.c.register_id == visibility.REGISTER)
    .order_by(relay.c.name)
)


def relays(connection: Connection, actor: Actor) -> dict[str, list[RelayRow]]:
    """Return the relays of the register's channels that something is known of, by channel."""
    actor.require(Action.VIEW_DELIVERIES)
    found: dict[str, list[RelayRow]] = defaultdict(list)
    for channel, *rest in connection.execute(RELAYS, {"register_id": actor.register_id}):
        found[channel].append(RelayRow._make(rest))
    return found


def channels(connection: Connection, actor: Actor) -> dict[str, ChannelRow]:
    """Return the channels that the register has set up, by name."""
    actor.require(Action.VIEW_DELIVERIES)
    rows = connection.execute(CHANNELS, {"register_id": actor.register_id})
    return {row.channel: ChannelRow._make(row) for row in rows}


class TemplateRow(NamedTuple):
    """A template of a provider, as it was described or told of last."""

    channel: str
    template_id: str
    name: str
    status: str
    reason: str
    fetched_at: datetime


TEMPLATES = (
    sa.select(
        account.c.channel,
        template.c.template_id,
        template.c.name,
        template.c.status,
        template.c.reason,
        template.c.fetched_at,
    )
    .join(account, account.c.id == template.c.account_id)
    .where(account.c.register_id == visibility.REGISTER)
    .order_by(account.c.channel, template.c.template_id)
)


def templates(connection: Connection, actor: Actor) -> dict[str, list[TemplateRow]]:
    """Return the templates that the register's channels used, by channel."""
    actor.require(Action.VIEW_DELIVERIES)
    found: dict[str, list[TemplateRow]] = {}
    for row in connection.execute(TEMPLATES, {"register_id": actor.register_id}):
        found.setdefault(row.channel, []).append(TemplateRow._make(row))
    return found
