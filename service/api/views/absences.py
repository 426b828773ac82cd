"""Who is away, as it goes out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.references import UnitReference
from service.domain.reading.absences import AbsenceRow


class AbsenceView(TypedDict):
    """An absence; `ended_on` is the day from which it holds no longer, where somebody ended it."""

    id: UUID
    version: int
    unit: UnitReference
    deputy_code: str | None
    from_on: date
    until_on: date | None
    reason: str
    recorded_by: UUID
    recorded_at: datetime
    ended_on: date | None
    ended_by: UUID | None
    ended_at: datetime | None


class AbsencePage(TypedDict):
    """Some absences, as they were recorded."""

    items: list[AbsenceView]
    next: str | None


def absence_view(row: AbsenceRow) -> AbsenceView:
    """Return one row of `reading.absences` as a view."""
    return {
        "id": row.id,
        "version": row.version,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "deputy_code": row.deputy_code,
        "from_on": row.from_on,
        "until_on": row.until_on,
        "reason": row.reason,
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at,
        "ended_on": row.ended_on,
        "ended_by": row.ended_by,
        "ended_at": row.ended_at,
    }
