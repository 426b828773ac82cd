"""How a directive is carried out, item by item, as it goes out."""

from datetime import date
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.cells import CellsView, cells_view
from service.api.views.implementing import CitedDirective
from service.api.views.references import UnitReference
from service.domain.figures import Denominator, Figures
from service.domain.lifecycle import State, Timeliness
from service.domain.reading.overseen_duties import DutyLine
from service.domain.reading.oversight import Document, Overseen, Result, Rolled

LATER = "lower-deadline-later"


class RolledFigures(CellsView):
    """Duties by cell, as in the month-end table: `total` is the sum of `done_on_time` to `paused`.

    `done_percent` is the share of those that are done, null where there are none.
    """

    done_percent: float | None


class CarryingDocument(CitedDirective):
    """An issued directive that carries an item out, and who issued it."""

    issuing_body: str
    issuer: UnitReference | None


class ResultView(TypedDict):
    """The last result that was accepted, and of which duty."""

    obligation_id: UUID
    unit: UnitReference
    text: str
    document: dict[str, Any] | None
    submitted_on: date


class OversightFinding(TypedDict):
    """What looks wrong: `lower-deadline-later` counts duties that are due after the item itself."""

    code: str
    count: int


class OverseenDuty(TypedDict):
    """A duty that belongs to an item; `links`: through how many documents, 0 for the directive's own.

    `result` is what the issuing side accepted.
    """

    id: UUID
    links: int
    unit: UnitReference
    directive_id: UUID
    number: str | None
    symbol: str | None
    locator: str
    state: State
    timeliness: Timeliness | None
    original_due_on: date | None
    due_on: date | None
    done_on: date | None
    reported_on: date | None
    percent: int | None
    days_late: int | None
    result: str | None
    result_document: dict[str, Any] | None
    result_on: date | None


class OverseenItem(TypedDict):
    """An item and what belongs to it, through any depth.

    `own` are the duties that the directive itself gave by it, `below` those of the documents that carry it
    out; `latest_due_on` is the last day of the latter. `duties` are the first twenty of all: late ones first,
    then open ones, then those that are done; the item's own page has them all.
    """

    id: UUID
    locator: str
    label: str
    text: str
    task: bool
    tracked: bool
    due_on: date | None
    own: RolledFigures
    below: RolledFigures
    latest_due_on: date | None
    findings: list[OversightFinding]
    documents: list[CarryingDocument]
    documents_count: int
    duties: list[OverseenDuty]
    last_result: ResultView | None


class OversightPage(TypedDict):
    """A directive and some of its items, in the order of the document."""

    directive: CitedDirective
    cut_off: date
    items: list[OverseenItem]
    next: str | None


class ItemOversight(TypedDict):
    """One item with some of the duties that belong to it."""

    directive: CitedDirective
    cut_off: date
    item: OverseenItem
    items: list[OverseenDuty]
    next: str | None


def figures_view(figures: Figures) -> RolledFigures:
    """Return counts by cell, and the share of those that are done."""
    return {**cells_view(figures), "done_percent": figures.rates(Denominator.ALL)["done"]}


def overseen_view(found: Overseen) -> CitedDirective:
    """Return the directive in short."""
    return {
        "id": found.id,
        "doc_type": found.doc_type,
        "number": found.number,
        "symbol": found.symbol,
        "issued_on": found.issued_on,
        "subject": found.subject,
    }


def item_line(rolled: Rolled) -> OverseenItem:
    """Return an item with what belongs to it."""
    return {
        "id": rolled.item.id,
        "locator": rolled.item.locator,
        "label": rolled.item.label,
        "text": rolled.item.text,
        "task": rolled.item.is_task,
        "tracked": rolled.item.is_tracked,
        "due_on": rolled.item.due_on,
        "own": figures_view(rolled.own),
        "below": figures_view(rolled.below),
        "latest_due_on": rolled.latest_due_on,
        "findings": [{"code": LATER, "count": rolled.later}] if rolled.later else [],
        "documents": [_document_view(each) for each in rolled.documents],
        "documents_count": rolled.documents[0].of if rolled.documents else 0,
        "duties": [overseen_duty(each) for each in rolled.duties],
        "last_result": _result_view(rolled.result) if rolled.result else None,
    }


def _document_view(row: Document) -> CarryingDocument:
    issuer: UnitReference | None = None
    if row.issuer_id is not None:
        issuer = {"id": row.issuer_id, "code": row.issuer_code or "", "name": row.issuer_name or ""}
    return {
        "id": row.id,
        "doc_type": row.doc_type,
        "number": row.number,
        "symbol": row.symbol,
        "issued_on": row.issued_on,
        "subject": row.subject,
        "issuing_body": row.issuing_body,
        "issuer": issuer,
    }


def _result_view(row: Result) -> ResultView:
    return {
        "obligation_id": row.obligation_id,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "text": row.text,
        "document": row.document,
        "submitted_on": row.submitted_on,
    }


def overseen_duty(row: DutyLine) -> OverseenDuty:
    """Return a duty."""
    return {
        "id": row.id,
        "links": row.links,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "directive_id": row.directive_id,
        "number": row.number,
        "symbol": row.symbol,
        "locator": row.locator,
        "state": row.state,
        "timeliness": row.timeliness,
        "original_due_on": row.original_due_on,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "reported_on": row.reported_on,
        "percent": row.percent,
        "days_late": row.days_late,
        "result": row.result,
        "result_document": row.result_document,
        "result_on": row.result_on,
    }
