"""What nobody could be told, as it goes out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.deliveries import ByHandView, by_hand_view
from service.api.views.implementing import CitedDirective
from service.api.views.references import UnitReference
from service.domain.escalation import ROLE_WORDS, Role, WatchKind
from service.domain.lifecycle import State
from service.domain.reading.untold import UntoldRow
from service.domain.tables import UntoldEnding


class UntoldDuty(TypedDict):
    """The duty that it is about; `unit` has it."""

    id: UUID
    item: str
    unit: UnitReference
    state: State
    due_on: date | None
    directive: CitedDirective


class UntoldView(TypedDict):
    """A step or an event that nobody could be told of; of `reminder_of` (a clock) and `event` one says which.

    At `unit` somebody with `role` (`role_words` is what the office calls it) or a higher one was looked for.
    It `is_open` until it was told, or the matter was settled: then `ending` stays null.
    """

    id: UUID
    found_at: datetime
    unit: UnitReference
    role: Role
    role_words: str
    duty: UntoldDuty
    reminder_of: WatchKind | None
    event: str | None
    is_open: bool
    ending: UntoldEnding | None
    ended_at: datetime | None
    by_hand: ByHandView | None


class UntoldPage(TypedDict):
    """Some of what nobody could be told, the oldest first."""

    items: list[UntoldView]
    next: str | None


def untold_view(row: UntoldRow) -> UntoldView:
    """Return one step or event that nobody could be told of."""
    return {
        "id": row.id,
        "found_at": row.found_at,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "role": row.role,
        "role_words": ROLE_WORDS[row.role],
        "duty": _duty(row),
        "reminder_of": row.watch,
        "event": row.event,
        "is_open": bool(row.is_open),
        "ending": row.ending,
        "ended_at": row.ended_at,
        "by_hand": by_hand_view(row.means, row.told_on, row.note),
    }


def _duty(row: UntoldRow) -> UntoldDuty:
    return {
        "id": row.obligation_id,
        "item": row.locator,
        "unit": {"id": row.lead_id, "code": row.lead_code, "name": row.lead_name},
        "state": row.state,
        "due_on": row.due_on,
        "directive": {
            "id": row.directive_id,
            "doc_type": row.doc_type,
            "number": row.number,
            "symbol": row.symbol,
            "issued_on": row.issued_on,
            "subject": row.subject,
        },
    }
