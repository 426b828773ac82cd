"""Registers, channels, keys and what was told, as they go out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.proof import ProofView, proof_view
from service.api.views.references import UnitReference
from service.domain.escalation import Condition, Pace, Role, WatchKind
from service.domain.permissions import KeyRole
from service.domain.reading.delivery_health import Traffic
from service.domain.reading.registers import KeyRow, PolicyWhole, RegisterRow
from service.domain.reading.telling import (
    AttemptRow,
    ChannelRow,
    DeliveryRow,
    MessageRow,
    RelayRow,
    TemplateRow,
    WordingUsed,
)
from service.domain.tables import USABLE_TEMPLATE, DeliveryState, Means, Occasion, Route, Silence
from service.domain.wording import WordingKind


class RulesView(TypedDict):
    """A register's rules for requests; see `PUT /v1/registers/{register_code}/rules`."""

    return_days: int
    silent_return: Silence
    extensions_max: int


class RegisterView(TypedDict):
    """A register, and the unit that keeps it today."""

    id: UUID
    version: int
    code: str
    name: str
    keeper: UnitReference | None
    keeper_from: date | None
    rules: RulesView


class RegisterList(TypedDict):
    """The registers that the key opens."""

    items: list[RegisterView]


class MeView(TypedDict):
    """Who asks, and as what."""

    principal_id: UUID
    name: str
    role: KeyRole
    scopes: list[str]
    unit_code: str | None
    is_keeper: bool
    register: RegisterView


class StepView(TypedDict):
    """One rung: after `offset` from the anchor day (negative: before), tell whoever holds the role."""

    step: int
    role: Role
    at_keeper: bool
    offset: int
    pace: Pace
    condition: Condition
    is_urgent: bool


class PolicyView(TypedDict):
    """An escalation policy in force; after the last rung it repeats every `repeat_days`, if not 0."""

    id: UUID
    kind: WatchKind
    urgency: str
    version: int
    repeat_days: int
    steps: list[StepView]


class PolicyList(TypedDict):
    """The policies in force in the register."""

    items: list[PolicyView]


class TrafficView(TypedDict):
    """What a channel has to do and did: what should have been tried by now, and the tries of the last hour.

    `last_hour` counts tries by how they ended: `sent`, `retry`, `refused`, `unknown`, … `needs_person` counts
    the messages that no channel could deliver and that nobody has told by hand yet.
    """

    due: int
    needs_person: int
    oldest_due_at: datetime | None
    last_hour: dict[str, int]


class TemplateView(TypedDict):
    """A template of the provider, as it said at `fetched_at`; one that is not usable is not sent with."""

    template_id: str
    name: str
    status: str
    reason: str
    is_usable: bool
    fetched_at: datetime


class RelayView(TypedDict):
    """A relay of an e-mail channel; while it `is_ill` until `ill_until`, others are used.

    `last_minute` is how many messages it took in the minute that began last, where the channel limits it.
    """

    name: str
    is_ill: bool
    ill_until: datetime | None
    detail: str
    last_minute: int


class ChannelView(TypedDict):
    """A channel of the register; version 0 was never set up. `is_paused` until `paused_until`.

    `templates` are those that messages were to go by, once the provider was asked about them.
    """

    channel: str
    version: int
    is_enabled: bool
    settings: dict[str, Any]
    has_secrets: bool
    health: str
    health_detail: str
    is_paused: bool
    paused_until: datetime | None
    tokens_expire_at: datetime | None
    templates: list[TemplateView]
    traffic: TrafficView
    relays: list[RelayView]


class ConsentView(TypedDict):
    """Where the account's administrator says yes, until `expires_at`; then the provider calls `callback`.

    `url` is shown once (null in the answer to a repeated request).
    """

    id: UUID
    url: str | None
    callback: str
    expires_at: datetime


class ChannelList(TypedDict):
    """Every channel that this installation has."""

    items: list[ChannelView]


class KeyView(TypedDict):
    """A key without its secret."""

    id: UUID
    version: int
    name: str
    role: KeyRole
    scopes: list[str]
    register: str | None
    unit_code: str | None
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewKeyView(KeyView):
    """A key just made. `api_key` is shown this once; a repeat of the request gets null."""

    api_key: str | None


class KeyList(TypedDict):
    """The keys that you may administer."""

    items: list[KeyView]


class PersonReference(TypedDict):
    """A person by name."""

    id: UUID
    code: str
    name: str


class MessageView(TypedDict):
    """What one person was told on one occasion."""

    id: UUID
    person: PersonReference
    occasion: Occasion
    made_at: datetime
    not_before: datetime
    obligation_ids: list[UUID]


class MessagePage(TypedDict):
    """Some messages, the oldest first."""

    items: list[MessageView]
    next: str | None


class ByHandView(TypedDict):
    """How somebody told the person by other means."""

    means: Means
    told_on: date
    note: str


class DeliveryView(TypedDict):
    """One message on one channel. *Sent* means accepted by the provider, not read by the person.

    It `needs_person` once no channel is left; then `POST …/tell-by-hand` says how the person was told.
    """

    id: UUID
    version: int
    message_id: UUID
    person: PersonReference
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
    by_hand: ByHandView | None
    proof: ProofView


class AttemptView(TypedDict):
    """One try; without an end it was cut off and nobody knows what became of it."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    reason: str


class WordingReference(TypedDict):
    """A version of an office's texts."""

    kind: WordingKind
    version: int


class DeliveryDetail(DeliveryView):
    """A delivery with every try; `wording` is null where it was worded by built-in texts."""

    wording: WordingReference | None
    tries: list[AttemptView]


class DeliveryPage(TypedDict):
    """Some deliveries, the oldest first."""

    items: list[DeliveryView]
    next: str | None


def register_view(row: RegisterRow) -> RegisterView:
    """Return one register."""
    keeper: UnitReference | None = None
    if row.keeper_id is not None and row.keeper_code is not None and row.keeper_name is not None:
        keeper = {"id": row.keeper_id, "code": row.keeper_code, "name": row.keeper_name}
    return {
        "id": row.id,
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "keeper": keeper,
        "keeper_from": row.keeper_from,
        "rules": {
            "return_days": row.return_days,
            "silent_return": row.silent_return,
            "extensions_max": row.extensions_max,
        },
    }


def policy_view(whole: PolicyWhole) -> PolicyView:
    """Return one policy."""
    return {
        "id": whole.id,
        "kind": whole.kind,
        "urgency": whole.urgency,
        "version": whole.version,
        "repeat_days": whole.repeat_days,
        "steps": [
            {
                "step": rung.step,
                "role": rung.role,
                "at_keeper": rung.at_keeper,
                "offset": rung.offset,
                "pace": rung.pace,
                "condition": rung.condition,
                "is_urgent": rung.is_urgent,
            }
            for rung in whole.steps
        ],
    }


def channel_view(
    row: ChannelRow,
    templates: Sequence[TemplateRow],
    traffic: Traffic | None,
    relays: Sequence[RelayRow],
    now: datetime,
) -> ChannelView:
    """Return one channel; without traffic nothing ever went by it lately, without relays none was ill."""
    traffic = traffic or Traffic()
    return {
        "channel": row.channel,
        "version": row.version,
        "is_enabled": row.is_enabled,
        "settings": row.settings,
        "has_secrets": row.has_secrets,
        "health": row.health,
        "health_detail": row.health_detail,
        "is_paused": row.paused_until is not None and row.paused_until > now,
        "paused_until": row.paused_until,
        "tokens_expire_at": row.tokens_expire_at,
        "templates": [
            {
                "template_id": each.template_id,
                "name": each.name,
                "status": each.status,
                "reason": each.reason,
                "is_usable": each.status == USABLE_TEMPLATE,
                "fetched_at": each.fetched_at,
            }
            for each in templates
        ],
        "traffic": {
            "due": traffic.due,
            "needs_person": traffic.needs_person,
            "oldest_due_at": traffic.oldest_due_at,
            "last_hour": traffic.tries,
        },
        "relays": [
            {
                "name": each.name,
                "is_ill": each.ill_until is not None and each.ill_until > now,
                "ill_until": each.ill_until,
                "detail": each.detail,
                "last_minute": each.minute_count,
            }
            for each in relays
        ],
    }


def key_view(row: KeyRow) -> KeyView:
    """Return one key. Its version is 1 while it opens something and 2 once it is revoked."""
    return {
        "id": row.id,
        "version": 1 if row.revoked_at is None else 2,
        "name": row.name,
        "role": row.role,
        "scopes": row.scopes,
        "register": row.register_code,
        "unit_code": row.unit_code,
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }


def message_view(row: MessageRow, obligation_ids: list[UUID]) -> MessageView:
    """Return one message."""
    return {
        "id": row.id,
        "person": {"id": row.person_id, "code": row.person_code, "name": row.person_name},
        "occasion": row.occasion,
        "made_at": row.made_at,
        "not_before": row.not_before,
        "obligation_ids": obligation_ids,
    }


def delivery_view(row: DeliveryRow) -> DeliveryView:
    """Return one delivery."""
    by_hand: ByHandView | None = None
    if row.means is not None and row.told_on is not None:
        by_hand = {"means": row.means, "told_on": row.told_on, "note": row.note or ""}
    return {
        "id": row.id,
        "version": row.version,
        "message_id": row.message_id,
        "person": {"id": row.person_id, "code": row.person_code, "name": row.person_name},
        "occasion": row.occasion,
        "made_at": row.made_at,
        "channel": row.channel,
        "route": row.route,
        "address": row.address,
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt_at": row.next_attempt_at,
        "reference": row.reference,
        "reason": row.reason,
        "needs_person": row.needs_person,
        "by_hand": by_hand,
        "proof": proof_view(row.proof),
    }


def delivery_detail(row: DeliveryRow, wording: WordingUsed | None, tries: list[AttemptRow]) -> DeliveryDetail:
    """Return one delivery with every try."""
    return {
        **delivery_view(row),
        "wording": {"kind": wording.kind, "version": wording.version} if wording else None,
        "tries": [
            {
                "number": each.fence,
                "began_at": each.began_at,
                "ended_at": each.ended_at,
                "outcome": each.outcome,
                "reason": each.reason,
            }
            for each in tries
        ],
    }
