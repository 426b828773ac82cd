"""What a directive carries out, as it goes out."""

from datetime import date
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.implementing import LinkRow, Proposal


class CitedDirective(TypedDict):
    """Another directive, in whatever register, in short."""

    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str


class LinkView(TypedDict):
    """An item (by locator) that carries out an item above; `due_on` is the day of the latter."""

    item: str
    directive: CitedDirective
    origin: str
    text: str
    due_on: date | None


class ProposalView(TypedDict):
    """A directive that the basis names and a register holds; `date_differs`: but with another day."""

    directive: CitedDirective
    basis: dict[str, Any]
    date_differs: bool


class LinksView(TypedDict):
    """What a directive carries out, and what its basis lets suppose that it does; a person decides."""

    version: int
    links: list[LinkView]
    proposals: list[ProposalView]


def link_view(row: LinkRow) -> LinkView:
    """Return a link."""
    return {
        "item": row.locator,
        "directive": {
            "id": row.directive_id,
            "doc_type": row.doc_type,
            "number": row.number,
            "symbol": row.symbol,
            "issued_on": row.issued_on,
            "subject": row.subject,
        },
        "origin": row.origin_locator,
        "text": row.origin_text,
        "due_on": row.origin_due_on,
    }


def proposal_view(found: Proposal) -> ProposalView:
    """Return a proposal."""
    row = found.directive
    return {
        "directive": {
            "id": row.id,
            "doc_type": row.doc_type,
            "number": row.number,
            "symbol": row.symbol,
            "issued_on": row.issued_on,
            "subject": row.subject,
        },
        "basis": dict(found.basis),
        "date_differs": found.date_differs(),
    }
