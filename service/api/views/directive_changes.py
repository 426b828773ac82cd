"""What a caller sees of the changes of an issued directive."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.directive_changes import ChangeRow
from service.domain.reading.superseding import Superseding
from service.domain.tables import ChangeKind


class NamedDirective(TypedDict):
    """Another directive of the register, in short."""

    id: UUID
    number: str | None
    symbol: str | None
    issued_on: date | None


class ChangeView(TypedDict):
    """A change: of which directive, and on the basis of which one, or of which document outside."""

    id: UUID
    kind: ChangeKind
    directive: NamedDirective
    basis: NamedDirective | None
    document: dict[str, Any] | None
    effective_on: date
    reason: str
    details: list[dict[str, Any]]
    made_by: UUID
    made_at: datetime


class SupersedingView(TypedDict):
    """What a document says that it does to an earlier one, and which directives in force that may mean."""

    kind: ChangeKind
    number: str
    symbol: str
    said: str
    directives: list[NamedDirective]


class SupersedingsView(TypedDict):
    """All of a document, in the order of its text; a person names them when it is issued."""

    items: list[SupersedingView]


def superseding_view(found: Superseding) -> SupersedingView:
    """Return what a document says of an earlier one."""
    return {
        "kind": found.kind,
        "number": found.number,
        "symbol": found.symbol,
        "said": found.said,
        "directives": [
            {"id": row.id, "number": row.number, "symbol": row.symbol, "issued_on": row.issued_on}
            for row in found.directives
        ],
    }


def change_view(row: ChangeRow) -> ChangeView:
    """Return a change with links to both sides."""
    return {
        "id": row.id,
        "kind": row.kind,
        "directive": {
            "id": row.directive_id,
            "number": row.number,
            "symbol": row.symbol,
            "issued_on": row.issued_on,
        },
        "basis": {
            "id": row.basis_id,
            "number": row.basis_number,
            "symbol": row.basis_symbol,
            "issued_on": row.basis_issued_on,
        }
        if row.basis_id
        else None,
        "document": row.document,
        "effective_on": row.effective_on,
        "reason": row.reason,
        "details": row.details,
        "made_by": row.made_by,
        "made_at": row.made_at,
    }
