"""Messages and their deliveries, as they go out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.proof import ProofView, proof_view
from service.domain.reading.telling import (
    About,
    AttemptRow,
    DeliveryRow,
    MessageRow,
    WordingUsed,
)
from service.domain.tables import DeliveryState, Means, Occasion, Route
from service.domain.wording import WordingKind


class PersonReference(TypedDict):
    """A person by name."""

    id: UUID
    code: str
    name: str


class NoticeReference(TypedDict):
    """A fact about the machinery, as in `/v1/events`; its subject is a channel's account or an endpoint."""

    type: str
    subject: UUID
    time: datetime


class MessageView(TypedDict):
    """What one person was told on one occasion: of duties, or that the machinery needs a person."""

    id: UUID
    person: PersonReference
    occasion: Occasion
    made_at: datetime
    not_before: datetime
    obligation_ids: list[UUID]
    notices: list[NoticeReference]


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


def message_view(row: MessageRow, about: About) -> MessageView:
    """Return one message."""
    return {
        "id": row.id,
        "person": {"id": row.person_id, "code": row.person_code, "name": row.person_name},
        "occasion": row.occasion,
        "made_at": row.made_at,
        "not_before": row.not_before,
        "obligation_ids": about.duties,
        "notices": [
            {"type": each.kind, "subject": each.subject_id, "time": each.recorded_at}
            for each in about.notices
        ],
    }


def by_hand_view(means: Means | None, told_on: date | None, note: str | None) -> ByHandView | None:
    """Return how somebody told it by other means, if anybody did."""
    if means is None or told_on is None:
        return None
    return {"means": means, "told_on": told_on, "note": note or ""}


def delivery_view(row: DeliveryRow) -> DeliveryView:
    """Return one delivery."""
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
        "by_hand": by_hand_view(row.means, row.told_on, row.note),
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
