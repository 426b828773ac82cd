"""What coordinating units are asked and answer, as it goes out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.references import UnitReference
from service.domain.reading.coordination import CoordinatorRow, RequestRow
from service.domain.tables import RequestState


class CoordinationView(TypedDict):
    """A question to a coordinating unit.

    `is_late`: the answer came after `due_on`, or was missing at the cut-off although due.
    """

    id: UUID
    version: int
    obligation_id: UUID
    state: RequestState
    is_late: bool
    unit: UnitReference
    lead: UnitReference
    question: str
    due_on: date
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    reason: str
    ended_on: date | None
    ended_by: UUID | None
    ended_at: datetime | None


class CoordinationPage(TypedDict):
    """Some requests, the oldest first."""

    items: list[CoordinationView]
    next: str | None
    cut_off: date


class CoordinatorsView(TypedDict):
    """The units that coordinate an item."""

    items: list[UnitReference]


def coordination_view(row: RequestRow, file_ids: Sequence[UUID], cut_off: date) -> CoordinationView:
    """Return one row of `reading.coordination` as a view."""
    return {
        "id": row.id,
        "version": row.version,
        "obligation_id": row.obligation_id,
        "state": row.state,
        "is_late": row.is_late(cut_off),
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "lead": {"id": row.lead_id, "code": row.lead_code, "name": row.lead_name},
        "question": row.question,
        "due_on": row.due_on,
        "asked_on": row.asked_on,
        "asked_by": row.asked_by,
        "asked_at": row.asked_at,
        "answer": row.answer,
        "document": row.document,
        "file_ids": list(file_ids),
        "reason": row.reason,
        "ended_on": row.ended_on,
        "ended_by": row.ended_by,
        "ended_at": row.ended_at,
    }


def coordinators_view(rows: Sequence[CoordinatorRow]) -> CoordinatorsView:
    """Return the coordinating units as a view."""
    return {"items": [{"id": row.id, "code": row.code, "name": row.name} for row in rows]}
