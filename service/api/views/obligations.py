"""Obligations as they go out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.coordination import CoordinationView, coordination_view
from service.api.views.criteria import MeasureView, measure_view
from service.api.views.funding import FundingView, funding_view
from service.api.views.references import UnitReference
from service.api.views.timeline import TimelineLineView, timeline_view
from service.domain.funding import FundingSource
from service.domain.lifecycle import CLOSED, WORKING, Move, State, Timeliness
from service.domain.people import Actor
from service.domain.reading.beside import Beside
from service.domain.reading.criteria import MeasureRow
from service.domain.reading.obligations import Moves, ObligationRow
from service.domain.reading.progress import ProgressRow
from service.domain.reading.timeline import RelatedRow
from service.domain.reading.timeliness import standing


class ItemReference(TypedDict):
    """The item of the directive that the obligation comes from."""

    id: UUID
    locator: str
    label: str
    text: str
    key_task: bool


class DirectiveReference(TypedDict):
    """The directive that the obligation comes from."""

    id: UUID
    number: str | None
    symbol: str | None
    subject: str
    urgency: str


class ObligationView(TypedDict):
    """One duty of one unit. `moves` is what you may do to it now.

    `parent_id` is set where it is a part of another duty that was handed on, `assignee_id` where one of the
    unit's own people got it.
    """

    id: UUID
    version: int
    state: State
    timeliness: Timeliness | None
    moves: list[Move]
    period: str
    assigned_on: date
    due_on: date | None
    original_due_on: date | None
    done_on: date | None
    percent: int | None
    reported_on: date | None
    unit: UnitReference
    item: ItemReference
    directive: DirectiveReference
    parent_id: UUID | None
    assignee_id: UUID | None


ENDED = CLOSED | {State.ACCEPTED}


class RelatedObligation(TypedDict):
    """A duty of another unit that goes on in this one, or in which this one goes on.

    `joined`: the later unit had its duty already and took the earlier one into it.
    """

    id: UUID
    state: State
    due_on: date | None
    joined: bool
    unit: UnitReference


class DeadlineSet(TypedDict):
    """A deadline, and when it was set; null took it away."""

    due_on: date | None
    set_at: datetime


class ObligationDetail(ObligationView):
    """One duty with its history: every deadline that it had, whose it was before, whose it became, and which
    coordinating unit was asked what and answered late.

    `parts` are what the lead handed on; `closing_proposed`: they all ended and the duty itself is still open.
    """

    cut_off: date
    deadlines: list[DeadlineSet]
    predecessors: list[RelatedObligation]
    successors: list[RelatedObligation]
    coordination_requests: list[CoordinationView]
    parts: list[ObligationView]
    closing_proposed: bool
    timeline: list[TimelineLineView]


class ObligationPage(TypedDict):
    """Some obligations; `total` only where it was asked for."""

    items: list[ObligationView]
    next: str | None
    cut_off: date
    total: int | None
    total_capped: bool | None


class ProgressUpdateView(TypedDict):
    """What a unit told on its way."""

    id: UUID
    obligation_id: UUID
    percent: int | None
    text: str
    difficulties: str
    document: dict[str, Any] | None
    funding: list[FundingView]
    measures: list[MeasureView]
    reported_by: UUID
    reported_at: datetime


class ProgressUpdateRow(ProgressUpdateView):
    """What a unit told, in a list of many."""

    unit: UnitReference


class ProgressUpdatePage(TypedDict):
    """Some progress updates, the oldest first."""

    items: list[ProgressUpdateRow]
    next: str | None


class SubmissionView(TypedDict):
    """A unit's proposal that its duty is done."""

    id: UUID
    obligation_id: UUID
    text: str
    document: dict[str, Any] | None
    file_ids: list[UUID]
    submitted_on: date
    submitted_by: UUID
    submitted_at: datetime


def obligation_view(row: ObligationRow, moves: Moves, cut_off: date) -> ObligationView:
    """Return one row of `reading.obligations` as a view."""
    return {
        "id": row.id,
        "version": row.version,
        "state": row.state,
        "timeliness": standing(row, cut_off),
        "moves": moves.of(row),
        "period": row.period,
        "assigned_on": row.assigned_on,
        "due_on": row.due_on,
        "original_due_on": row.original_due_on,
        "done_on": row.done_on,
        "percent": row.percent,
        "reported_on": row.reported_on,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "item": {
            "id": row.item_id,
            "locator": row.locator,
            "label": row.label,
            "text": row.text,
            "key_task": row.key_task,
        },
        "directive": {
            "id": row.directive_id,
            "number": row.number,
            "symbol": row.symbol,
            "subject": row.subject,
            "urgency": row.urgency,
        },
        "parent_id": row.parent_id if row.delegator_id else None,
        "assignee_id": row.assignee_id,
    }


def obligation_detail(row: ObligationRow, beside: Beside, actor: Actor, cut_off: date) -> ObligationDetail:
    """Return one obligation with what stands beside it."""
    moves = Moves(actor)
    view = obligation_view(row, moves, cut_off)
    states = {part.state for part in beside.parts}
    return {
        **view,
        "cut_off": cut_off,
        "deadlines": [{"due_on": each.due_on, "set_at": each.set_at} for each in beside.history.deadlines],
        "predecessors": [_related(each) for each in beside.history.predecessors],
        "successors": [_related(each) for each in beside.history.successors],
        "coordination_requests": [
            coordination_view(asked, beside.request_files.get(asked.id, ()), cut_off)
            for asked in beside.requests
        ],
        "parts": [obligation_view(part, moves, cut_off) for part in beside.parts],
        "closing_proposed": row.state in WORKING and State.ACCEPTED in states <= ENDED,
        "timeline": [timeline_view(line) for line in beside.history.lines],
    }


def _related(row: RelatedRow) -> RelatedObligation:
    return {
        "id": row.id,
        "state": row.state,
        "due_on": row.due_on,
        "joined": row.joined,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
    }


def progress_row(
    row: ProgressRow, amounts: Mapping[FundingSource, int], measures: Sequence[MeasureRow]
) -> ProgressUpdateRow:
    """Return one row of `reading.progress` as a view."""
    return {
        "id": row.id,
        "obligation_id": row.obligation_id,
        "percent": row.percent,
        "text": row.text,
        "difficulties": row.difficulties,
        "document": row.document,
        "funding": funding_view(amounts),
        "measures": [measure_view(each) for each in measures],
        "reported_by": row.reported_by,
        "reported_at": row.reported_at,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
    }
