"""Who was told what of a directive, as it goes out."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.deliveries import PersonReference
from service.api.views.implementing import CitedDirective
from service.api.views.proof import ProofView, proof_view
from service.api.views.references import UnitReference
from service.domain.calendar import clock_words
from service.domain.escalation import WatchKind
from service.domain.reading.delivery_report import Reach, ReportedDirective, Told, UnitLine
from service.domain.reading.registers import TellingRulesRow
from service.domain.tables import DeliveryState, Occasion, Register, Route


class UnitReach(TypedDict):
    """How far the news came with a unit; `messages` were made for people at the unit itself.

    `untold` steps and events found nobody there and wait in `GET /v1/untold`.
    """

    unit: UnitReference
    reach: Reach
    reached_at: datetime | None
    messages: int
    untold: int


class ReachSummary(TypedDict):
    """How many units were reached, and which were not; `untold` is of all units, reached ones included."""

    units: int
    reached: int
    untold: int
    unreached: list[UnitReach]


class SendingView(TypedDict):
    """The message on one channel. `route` says why on this one: it is the registry's first, the first in the
    person's own order, or the next one after another failed. `sent_at` is when the provider took it,
    `told_on` when somebody told it.
    """

    delivery_id: UUID
    channel: str
    route: Route
    state: DeliveryState
    attempts: int
    sent_at: datetime | None
    told_on: date | None
    reference: str
    reason: str
    proof: ProofView


class ToldView(TypedDict):
    """One duty in one message to one person; of `reminder_of` (a clock) and `event` one says why."""

    message_id: UUID
    obligation_id: UUID
    item: str
    unit: UnitReference
    person: PersonReference
    occasion: Occasion
    made_at: datetime
    reminder_of: WatchKind | None
    event: str | None
    deliveries: list[SendingView]


class DeliveryReport(TypedDict):
    """Who was told what of a directive, the oldest first; the summary is of the whole."""

    directive: CitedDirective
    as_of: datetime
    summary: ReachSummary
    items: list[ToldView]
    next: str | None


def reported_view(row: ReportedDirective) -> CitedDirective:
    """Return the directive of a report."""
    return {
        "id": row.id,
        "doc_type": row.doc_type,
        "number": row.number,
        "symbol": row.symbol,
        "issued_on": row.issued_on,
        "subject": row.subject,
    }


def reach_summary(lines: Sequence[UnitLine]) -> ReachSummary:
    """Return how many units were reached, and name the others."""
    unreached = [line for line in lines if line.is_unreached]
    return {
        "units": len(lines),
        "reached": sum(line.reach is Reach.REACHED for line in lines),
        "untold": sum(line.untold for line in lines),
        "unreached": [
            {
                "unit": {"id": line.id, "code": line.code, "name": line.name},
                "reach": line.reach,
                "reached_at": line.reached_at,
                "messages": line.messages,
                "untold": line.untold,
            }
            for line in unreached
        ],
    }


def told_view(told: Told) -> ToldView:
    """Return what one person was told of one duty."""
    row = told.row
    return {
        "message_id": row.message_id,
        "obligation_id": row.obligation_id,
        "item": row.locator,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "person": {"id": row.person_id, "code": row.person_code, "name": row.person_name},
        "occasion": row.occasion,
        "made_at": row.made_at,
        "reminder_of": row.watch,
        "event": row.event,
        "deliveries": [
            {
                "delivery_id": each.id,
                "channel": each.channel,
                "route": each.route,
                "state": each.state,
                "attempts": each.attempts,
                "sent_at": each.sent_at,
                "told_on": each.told_on,
                "reference": each.reference,
                "reason": each.reason,
                "proof": proof_view(each.proof),
            }
            for each in told.sendings
        ],
    }


class TellingRulesView(TypedDict):
    """When the register sends what can wait, and how much it sends; hours are HH:MM."""

    version: int
    quiet_from: str
    quiet_until: str
    messages_per_minute: int | None


def telling_rules_view(row: TellingRulesRow | Register) -> TellingRulesView:
    """Return the rules."""
    return {
        "version": row.version,
        "quiet_from": clock_words(row.quiet_from),
        "quiet_until": clock_words(row.quiet_until),
        "messages_per_minute": row.messages_per_minute,
    }
