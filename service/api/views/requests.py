"""What was asked about obligations, as it goes out."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.requests import CauseRow, ExplanationRow, ExtensionRow, ReturnRow
from service.domain.tables import Verdict


class ReturnView(TypedDict):
    """A duty that its unit gave back, and the office's decision."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    reason: str
    proposed_unit_code: str | None
    returned_on: date
    answer_by: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    decided_by: UUID | None
    decided_at: datetime | None


class ReturnPage(TypedDict):
    """Some of them, the oldest first."""

    items: list[ReturnView]
    next: str | None


class ExtensionView(TypedDict):
    """A request for a later deadline, and the answer. `due_on` is the deadline that it asked to move."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    due_on: date
    wanted_on: date
    reason: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    is_late: bool
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    granted_on: date | None
    is_after_expiry: bool
    decided_by: UUID | None
    decided_at: datetime | None


class ExtensionPage(TypedDict):
    """Some of them, the oldest first."""

    items: list[ExtensionView]
    next: str | None


class CauseView(TypedDict):
    """A delay that the unit says it could not help, and the answer."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    reason: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    decided_by: UUID | None
    decided_at: datetime | None


class CausePage(TypedDict):
    """Some of them, the oldest first."""

    items: list[CauseView]
    next: str | None


class ExplanationView(TypedDict):
    """A question about a duty, and the unit's answer."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    question: str
    due_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    answered_on: date | None
    answered_by: UUID | None
    answered_at: datetime | None
    closed_at: datetime | None


class ExplanationPage(TypedDict):
    """Some of them, the oldest first."""

    items: list[ExplanationView]
    next: str | None


def return_view(row: ReturnRow) -> ReturnView:
    """Return one row of `reading.requests` as a view."""
    return cast("ReturnView", row._asdict())


def extension_view(row: ExtensionRow) -> ExtensionView:
    """Return one row of `reading.requests` as a view."""
    return cast("ExtensionView", row._asdict())


def cause_view(row: CauseRow) -> CauseView:
    """Return one row of `reading.requests` as a view."""
    return cast("CauseView", row._asdict())


def explanation_view(row: ExplanationRow) -> ExplanationView:
    """Return one row of `reading.requests` as a view."""
    return cast("ExplanationView", row._asdict())
