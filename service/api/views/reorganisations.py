"""Reorganisations as they go out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.reorganisations import (
    ContactRow,
    Preview,
    ReorganisationRow,
    SuccessionRow,
    UndecidedRow,
)
from service.domain.tables import ReorganisationState, SuccessionKind


class ReorganisationView(TypedDict):
    """A decision that changes units on a day; `held_up_at` tells that on its day something was undecided."""

    id: UUID
    version: int
    state: ReorganisationState
    name: str
    basis: str
    effective_on: date
    keeper_code: str | None
    made_at: datetime
    carried_out_at: datetime | None
    held_up_at: datetime | None


class ReorganisationPage(TypedDict):
    """Some reorganisations, the oldest first."""

    items: list[ReorganisationView]
    next: str | None


class UnitChangeView(TypedDict):
    """What becomes of one unit; `name` is its new one where it is renamed."""

    kind: SuccessionKind
    old_code: str
    old_name: str
    new_code: str | None
    new_name: str | None
    name: str


class ContactView(TypedDict):
    """Somebody who held a post at an old unit: proposed, and told nothing until entered at the new one."""

    unit_code: str
    from_unit_code: str
    person_code: str
    role: str


class ReorganisationPreview(ReorganisationView):
    """A reorganisation and what it does to open duties.

    `messages` counts the letters that successors are told of. `nobody_to_tell` and `contacts` end after 200.
    """

    changes: list[UnitChangeView]
    obligations: int
    with_heir: int
    lapsing: int
    undecided: int
    messages: int
    registers_without_keeper: list[str]
    nobody_to_tell: list[str]
    contacts: list[ContactView]


class UndecidedView(TypedDict):
    """An open duty that nobody would go on with."""

    id: UUID
    unit_code: str
    unit_name: str
    item_id: UUID
    locator: str
    text: str
    number: str | None
    symbol: str | None
    due_on: date | None


class UndecidedPage(TypedDict):
    """Some of them."""

    items: list[UndecidedView]
    next: str | None


def reorganisation_view(row: ReorganisationRow) -> ReorganisationView:
    """Return one row of `reading.reorganisations` as a view."""
    return {
        "id": row.id,
        "version": row.version,
        "state": row.state,
        "name": row.name,
        "basis": row.basis,
        "effective_on": row.effective_on,
        "keeper_code": row.keeper_code,
        "made_at": row.made_at,
        "carried_out_at": row.carried_out_at,
        "held_up_at": row.held_up_at,
    }


def preview_view(preview: Preview) -> ReorganisationPreview:
    """Return a reorganisation with what it does."""
    return {
        **reorganisation_view(preview.row),
        "changes": [_change_view(each) for each in preview.changes],
        "obligations": preview.obligations,
        "with_heir": preview.with_heir,
        "lapsing": preview.lapsing,
        "undecided": preview.undecided,
        "messages": preview.messages,
        "registers_without_keeper": preview.registers_without_keeper,
        "nobody_to_tell": preview.nobody_to_tell,
        "contacts": [_contact_view(each) for each in preview.contacts],
    }


def _change_view(row: SuccessionRow) -> UnitChangeView:
    return {
        "kind": row.kind,
        "old_code": row.old_code,
        "old_name": row.old_name,
        "new_code": row.new_code,
        "new_name": row.new_name,
        "name": row.name,
    }


def _contact_view(row: ContactRow) -> ContactView:
    return {
        "unit_code": row.unit_code,
        "from_unit_code": row.from_unit_code,
        "person_code": row.person_code,
        "role": row.role,
    }


def undecided_view(row: UndecidedRow) -> UndecidedView:
    """Return one undecided duty as a view."""
    return {
        "id": row.id,
        "unit_code": row.unit_code,
        "unit_name": row.unit_name,
        "item_id": row.item_id,
        "locator": row.locator,
        "text": row.text,
        "number": row.number,
        "symbol": row.symbol,
        "due_on": row.due_on,
    }
