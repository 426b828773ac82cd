"""Who was told what of one directive, when and by which channel, and which units nobody ever reached."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.escalation import WatchKind
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.message_lines import LINES_OF_DUTIES
from service.domain.reading.proof import PROOF, Proof
from service.domain.reading.untold import IS_OPEN
from service.domain.tables import (
    Absence,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Directive,
    DirectiveState,
    Event,
    Item,
    Message,
    MessageLine,
    Obligation,
    Occasion,
    Person,
    Post,
    Route,
    TellingByHand,
    Unit,
    Untold,
    UntoldEnding,
    Watch,
    table,
)

message, line, delivery = table(Message), table(MessageLine), table(Delivery)
attempt, person, post, absence = table(DeliveryAttempt), table(Person), table(Post), table(Absence)
obligation, item, directive, unit = table(Obligation), table(Item), table(Directive), table(Unit)
watch, event, by_hand = table(Watch), table(Event), table(TellingByHand)
untold = table(Untold)

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=directive.c.id.type)
_AFTER: sa.BindParameter[Any] = sa.bindparam("after", type_=line.c.id.type)
_LIMIT: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer())
_MESSAGES: sa.BindParameter[Any] = sa.bindparam("messages", expanding=True)


class Reach(StrEnum):
    """How far the news of a directive came with a unit; it is `not_needed` once the matter was settled."""

    REACHED = "reached"
    ON_ITS_WAY = "on_its_way"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    NOBODY = "nobody"
    NOT_NEEDED = "not_needed"


class ReportedDirective(NamedTuple):
    """The directive that a report is about."""

    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str


class UnitLine(NamedTuple):
    """A unit that has or had a duty by the directive.

    `reached_at` is when a message about one of its duties was first taken for somebody at the unit, or it was
    recorded that somebody told it by hand. `untold` counts the steps and events that found nobody there.
    """

    id: UUID
    code: str
    name: str
    messages: int
    reached_at: datetime | None
    pending: int
    uncertain: int
    superseded: int
    untold: int

    @property
    def reach(self) -> Reach:
        """Return how far the news came."""
        if self.reached_at is not None:
            return Reach.REACHED
        if self.pending:
            return Reach.ON_ITS_WAY
        if self.uncertain:
            return Reach.UNCERTAIN
        if self.untold:
            return Reach.NOBODY
        if self.superseded:
            return Reach.NOT_NEEDED
        return Reach.FAILED if self.messages else Reach.NOBODY

    @property
    def is_unreached(self) -> bool:
        """Return if somebody should still see to it that the unit gets it."""
        return self.reach not in (Reach.REACHED, Reach.NOT_NEEDED)


class Sending(NamedTuple):
    """A message on one channel; `sent_at` is when the provider took it, `told_on` when somebody told it."""

    id: UUID
    message_id: UUID
    channel: str
    route: Route
    state: DeliveryState
    attempts: int
    sent_at: datetime | None
    reference: str
    reason: str
    told_on: date | None
    delivered_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None

    @property
    def proof(self) -> Proof:
        """What proves that it came to its reader."""
        return Proof._make(self[-3:])


class ToldRow(NamedTuple):
    """One duty in one message to one person; of `watch` and `event` one says why."""

    id: UUID
    message_id: UUID
    obligation_id: UUID
    locator: str
    unit_id: UUID
    unit_code: str
    unit_name: str
    person_id: UUID
    person_code: str
    person_name: str
    occasion: Occasion
    made_at: datetime
    watch: WatchKind | None
    event: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What one person was told of one duty, and how it went."""

    row: ToldRow
    sendings: Sequence[Sending] = field(default_factory=list)


DIRECTIVE = sa.select(*(directive.c[name] for name in ReportedDirective._fields)).where(
    directive.c.id == _ID,
    directive.c.register_id == visibility.REGISTER,
    directive.c.state != DirectiveState.DRAFT,
)
_holds_post = sa.exists().where(
    post.c.person_id == message.c.person_id, post.c.unit_id == obligation.c.unit_id
)
_stands_in = sa.exists().where(
    absence.c.deputy_id == message.c.person_id, absence.c.unit_id == obligation.c.unit_id
)
_of_directive = sa.and_(obligation.c.directive_id == _ID, obligation.c.register_id == visibility.REGISTER)
_taken_at = (
    sa.select(sa.func.max(attempt.c.ended_at))
    .where(attempt.c.delivery_id == delivery.c.id, attempt.c.outcome == DeliveryState.SENT.value)
    .scalar_subquery()
)
_sent = delivery.c.state == DeliveryState.SENT.value
_at_unit = (
    sa.select(
        obligation.c.unit_id,
        sa.func.count(message.c.id.distinct()).label("messages"),
        sa.func.min(sa.case((_sent, attempt.c.ended_at), else_=by_hand.c.recorded_at)).label("reached_at"),
        sa.func.count(sa.case((delivery.c.next_attempt_at.is_not(None), 1))).label("pending"),
        sa.func.count(sa.case((delivery.c.state == DeliveryState.UNKNOWN.value, 1))).label("uncertain"),
        sa.func.count(sa.case((delivery.c.state == DeliveryState.SUPERSEDED.value, 1))).label("superseded"),
    )
    .select_from(obligation)
    .join(line, line.c.obligation_id == obligation.c.id)
    .join(message, message.c.id == line.c.message_id)
    .outerjoin(delivery, delivery.c.message_id == message.c.id)
    .outerjoin(
        attempt,
        sa.and_(attempt.c.delivery_id == delivery.c.id, attempt.c.outcome == DeliveryState.SENT.value),
    )
    .outerjoin(by_hand, by_hand.c.delivery_id == delivery.c.id)
    .where(_of_directive, sa.or_(_holds_post, _stands_in))
    .group_by(obligation.c.unit_id)
    .subquery("at_unit")
)
_nobody_at = (
    sa.select(
        untold.c.unit_id,
        sa.func.count(sa.case((IS_OPEN, 1))).label("untold"),
        sa.func.min(sa.case((untold.c.ending == UntoldEnding.TOLD_BY_HAND, untold.c.ended_at))).label(
            "told_at"
        ),
    )
    .join(obligation, obligation.c.id == untold.c.obligation_id)
    .where(_of_directive, untold.c.unit_id == obligation.c.unit_id)
    .group_by(untold.c.unit_id)
    .subquery("nobody_at")
)
_reached_at, _told_at = _at_unit.c.reached_at, _nobody_at.c.told_at
_reached_first = sa.or_(_told_at.is_(None), _reached_at <= _told_at)
_named = sa.select(obligation.c.unit_id).where(_of_directive).distinct().subquery("named")
UNITS = (
    sa.select(
        unit.c.id,
        unit.c.code,
        unit.c.name,
        sa.func.coalesce(_at_unit.c.messages, 0),
        sa.case((_reached_first, _reached_at), else_=_told_at),
        sa.func.coalesce(_at_unit.c.pending, 0),
        sa.func.coalesce(_at_unit.c.uncertain, 0),
        sa.func.coalesce(_at_unit.c.superseded, 0),
        sa.func.coalesce(_nobody_at.c.untold, 0),
    )
    .select_from(_named)
    .join(unit, unit.c.id == _named.c.unit_id)
    .outerjoin(_at_unit, _at_unit.c.unit_id == _named.c.unit_id)
    .outerjoin(_nobody_at, _nobody_at.c.unit_id == _named.c.unit_id)
    .order_by(unit.c.code, unit.c.id)
)
TOLD = (
    sa.select(
        *(line.c[name] for name in ("id", "message_id", "obligation_id")),
        item.c.locator,
        *(unit.c[name] for name in ("id", "code", "name")),
        *(person.c[name] for name in ("id", "code", "name")),
        message.c.occasion,
        message.c.made_at,
        watch.c.kind.label("watch"),
        event.c.kind.label("event"),
    )
    .select_from(LINES_OF_DUTIES.join(person, person.c.id == message.c.person_id))
    .where(_of_directive, line.c.id > _AFTER)
    .order_by(line.c.id)
    .limit(_LIMIT)
)
SENDINGS = (
    sa.select(
        *(delivery.c[name] for name in ("id", "message_id", "channel", "route", "state", "attempts")),
        sa.case((_sent, _taken_at)),
        *(delivery.c[name] for name in ("reference", "reason")),
        by_hand.c.told_on,
        *PROOF,
    )
    .outerjoin(by_hand, by_hand.c.delivery_id == delivery.c.id)
    .where(delivery.c.message_id.in_(_MESSAGES))
    .order_by(delivery.c.position, delivery.c.id)
)

_arrived = sa.or_(_sent, by_hand.c.delivery_id.is_not(None))
_best_first = sa.case((_arrived, 0), else_=1), delivery.c.id.desc()
_queue = (
    sa.select(
        obligation.c.unit_id,
        delivery.c.id.label("delivery_id"),
        sa.func.row_number().over(partition_by=obligation.c.unit_id, order_by=_best_first).label("turn"),
    )
    .select_from(obligation)
    .join(line, line.c.obligation_id == obligation.c.id)
    .join(message, message.c.id == line.c.message_id)
    .join(delivery, delivery.c.message_id == message.c.id)
    .outerjoin(by_hand, by_hand.c.delivery_id == delivery.c.id)
    .where(
        _of_directive,
        obligation.c.unit_id.in_(sa.bindparam("units", expanding=True, type_=unit.c.id.type)),
        sa.or_(_holds_post, _stands_in),
    )
    .subquery("queue")
)
LAST_OF_UNITS = (
    sa.select(_queue.c.unit_id, *SENDINGS.selected_columns)
    .select_from(
        _queue.join(delivery, delivery.c.id == _queue.c.delivery_id).outerjoin(
            by_hand, by_hand.c.delivery_id == delivery.c.id
        )
    )
    .where(_queue.c.turn == 1)
)
"""Looked at in full only once it is known which ones they are."""


def reported(connection: Connection, actor: Actor, directive_id: UUID) -> ReportedDirective:
    """Return the directive that a report is asked about.

    Raises:
        NotFound: The register has none, or only a draft of it.
    """
    actor.require(Action.VIEW_DELIVERIES)
    row = connection.execute(DIRECTIVE, visibility.names(actor) | {"id": directive_id}).first()
    if row is None:
        raise NotFound(what="directive")
    return ReportedDirective._make(row)


def units(connection: Connection, actor: Actor, directive_id: UUID) -> list[UnitLine]:
    """Return every unit that has or had a duty by the directive, by code, and whether it was reached."""
    names = visibility.names(actor) | {"id": directive_id}
    return [UnitLine._make(row) for row in connection.execute(UNITS, names)]


def page(
    connection: Connection, actor: Actor, directive_id: UUID, *, after: UUID | None, limit: int
) -> tuple[list[Told], UUID | None]:
    """Return some of what was told, the oldest first, and where the next ones begin."""
    names = visibility.names(actor) | {"id": directive_id, "after": after or UUID(int=0), "limit": limit + 1}
    rows = [ToldRow._make(row) for row in connection.execute(TOLD, names)]
    shown = rows[:limit]
    sendings: dict[UUID, list[Sending]] = defaultdict(list)
    for each in connection.execute(SENDINGS, {"messages": list({row.message_id for row in shown})}):
        sending = Sending._make(each)
        sendings[sending.message_id].append(sending)
    told = [Told(row, sendings[row.message_id]) for row in shown]
    return told, shown[-1].id if len(rows) > limit else None


def last_of_units(
    connection: Connection, actor: Actor, directive_id: UUID, units: Sequence[UUID]
) -> dict[UUID, Sending]:
    """Return how each of some units was told of a directive last: what arrived there, else what was tried."""
    actor.require(Action.VIEW_DELIVERIES)
    names = visibility.names(actor) | {"id": directive_id, "units": units}
    return {unit_id: Sending._make(row) for unit_id, *row in connection.execute(LAST_OF_UNITS, names)}
