"""Letters to units that are late, as they go out."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.letter_rules import LetterKind
from service.domain.reading.letters import LetterRow, NamedDuty, UnitOfLetter


class UnitOfLetterView(TypedDict):
    """A unit that the letter goes to, and how many of its duties it names."""

    id: UUID
    code: str
    name: str
    duties: int


class LetterView(TypedDict):
    """A letter about late duties; `number`, `symbol` and `issued_on` are null until it was signed."""

    id: UUID
    version: int
    kind: LetterKind
    cut_off: date
    number: str | None
    symbol: str | None
    issued_on: date | None
    made_by: UUID
    made_at: datetime
    units: list[UnitOfLetterView]


class LetterPage(TypedDict):
    """Some letters, the oldest first."""

    items: list[LetterView]
    next: str | None


class NamedDutyView(TypedDict):
    """A duty that the letter names, as late as it was at the cut-off."""

    obligation_id: UUID
    unit_code: str
    locator: str
    text: str
    due_on: date
    days_late: int


class LetterDetail(LetterView):
    """A letter with the duties that it names."""

    duties: list[NamedDutyView]


def letter_view(row: LetterRow, units: Sequence[UnitOfLetter]) -> LetterView:
    """Return a letter as it goes out."""
    return {
        "id": row.id,
        "version": row.version,
        "kind": row.kind,
        "cut_off": row.cut_off,
        "number": row.number,
        "symbol": row.symbol,
        "issued_on": row.issued_on,
        "made_by": row.made_by,
        "made_at": row.made_at,
        "units": [
            {"id": each.id, "code": each.code, "name": each.name, "duties": each.duties} for each in units
        ],
    }


def letter_detail(row: LetterRow, units: Sequence[UnitOfLetter], duties: Sequence[NamedDuty]) -> LetterDetail:
    """Return a letter with what it names."""
    return {
        **letter_view(row, units),
        "duties": [
            {
                "obligation_id": each.obligation_id,
                "unit_code": each.unit_code,
                "locator": each.locator,
                "text": each.text,
                "due_on": each.due_on,
                "days_late": each.days_late,
            }
            for each in duties
        ],
    }
