"""Directives as they go out: a line of a list, and the whole with its tree of items."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.directive_changes import ChangeView, change_view
from service.api.views.expected import ExpectedView, expected_view
from service.api.views.references import UnitReference
from service.domain.issue import Issued
from service.domain.readiness import Readiness
from service.domain.reading.directives import AssignmentRow, DirectiveLine, ItemRow, Whole
from service.domain.reading.expected import Expected
from service.domain.replacing import Replaced
from service.domain.tables import AssignmentRole, DirectiveState


class DirectiveLineView(TypedDict):
    """A directive as a list shows it."""

    id: UUID
    version: int
    state: DirectiveState
    doc_type: str
    number: str | None
    symbol: str | None
    issuing_body: str
    subject: str
    signed_on: date | None
    issued_on: date | None
    urgency: str
    made_at: datetime


class DirectivePage(TypedDict):
    """Some directives, the newest first."""

    items: list[DirectiveLineView]
    next: str | None


AssignmentView = TypedDict(
    "AssignmentView",
    {
        "role": AssignmentRole,
        "unit_code": str | None,
        "group_code": str | None,
        "name": str,
        "except": list[str],
        "due_on": date | None,
    },
)
AssignmentView.__doc__ = "A unit or a group that answers for an item, confirmed by a person."


class ItemView(TypedDict):
    """One item of the tree. `mentions` are the units that its text names, with what they may be.

    After a split or a join a person may have to say who answers (`units_undecided`: assigning does), and
    which of `deadline_choices` holds (setting the deadline does); until then nothing can be issued.
    """

    id: UUID
    locator: str
    label: str
    text: str
    task: bool
    tracked: bool
    closing: bool
    text_alone: bool
    key_task: bool
    field: str
    deadline: dict[str, Any]
    more_deadlines: list[dict[str, Any]]
    due_on: date | None
    mentions: list[dict[str, Any]]
    units_undecided: bool
    deadline_choices: list[dict[str, Any]]
    assignments: list[AssignmentView]
    items: list["ItemView"]


class SplitView(TypedDict):
    """Both parts of an item that was split."""

    first: ItemView
    second: ItemView


class DirectiveView(TypedDict):
    """A directive with its tree of items.

    `document_id` and `envelope` say which message of the document exchange it came in: sender, receivers with
    their days, and the documents that it answers (`response_for`).
    """

    id: UUID
    version: int
    state: DirectiveState
    doc_type: str
    number: str | None
    symbol: str | None
    issuing_body: str
    parent_body: str
    subject: str
    place: str
    signed_on: date | None
    signed_partial: str | None
    issued_on: date | None
    issuer: UnitReference | None
    urgency: str
    field: str
    source: str
    addressees: list[str]
    basis: list[dict[str, Any]]
    recipients: list[str]
    signer: dict[str, Any]
    findings: list[dict[str, Any]]
    text: str
    file_id: UUID | None
    document_id: str | None
    envelope: dict[str, Any] | None
    made_at: datetime
    issued_at: datetime | None
    changes: list[ChangeView]
    items: list[ItemView]


class BlockerView(TypedDict):
    """Why a directive cannot be issued; `item` is a locator, absent for the directive itself."""

    code: str
    item: str | None
    detail: str


class WarningView(TypedDict):
    """What looks wrong; a person may wave it through with a reason."""

    code: str
    item: str | None
    detail: str
    waived: bool


class ReadinessView(TypedDict):
    """Whether a directive can be issued."""

    ready: bool
    blockers: list[BlockerView]
    warnings: list[WarningView]


class ReplacedCounts(TypedDict):
    """How many open duties a replacement withdrew, carried over and kept.

    `waiting` of the first two had been handed in and were not answered.
    """

    withdrawn: int
    carried_over: int
    kept: int
    waiting: int


class SupersededView(ReplacedCounts):
    """A directive that was replaced by the one issued."""

    directive_id: UUID


class AmendedView(TypedDict):
    """A directive that lost items to the one issued, and how many open duties that withdrew."""

    directive_id: UUID
    withdrawn: int


class IssuedView(TypedDict):
    """An issued directive: how many obligations it made, how many are dated, how many are to be told.

    `replaced` and `amended` are in the order in which they were named. `expected` says by unit who gets what
    and who would be told, in a rehearsal (`dry_run`) only: once issued, obligations and messages say it.
    """

    directive: DirectiveView
    obligations: int
    dated: int
    told: int
    replaced: list[SupersededView]
    amended: list[AmendedView]
    expected: ExpectedView | None


class ReplacedDirectiveView(ReplacedCounts):
    """A directive after it was replaced."""

    directive: DirectiveView


class ChangedDirectiveView(TypedDict):
    """A directive after a change, and how many open duties the change withdrew."""

    directive: DirectiveView
    withdrawn: int


class ExtendedView(TypedDict):
    """A directive after something forgotten was given, and how many obligations that made."""

    directive: DirectiveView
    obligations: int


def replaced_view(done: Replaced) -> ReplacedCounts:
    """Return what a replacement did."""
    return {
        "withdrawn": done.withdrawn,
        "carried_over": done.carried_over,
        "kept": done.kept,
        "waiting": done.waiting,
    }


def issued_view(
    directive: DirectiveView,
    issued: Issued,
    *,
    replaced: Sequence[SupersededView] = (),
    amended: Sequence[AmendedView] = (),
    foreseen: Expected | None = None,
) -> IssuedView:
    """Return what an issue did."""
    return {
        "directive": directive,
        "obligations": issued.obligations,
        "dated": issued.dated,
        "told": issued.told,
        "replaced": list(replaced),
        "amended": list(amended),
        "expected": expected_view(foreseen) if foreseen else None,
    }


def superseded_views(ids: Sequence[UUID], done: Sequence[Replaced]) -> list[SupersededView]:
    """Return what each replacement did, and to which directive."""
    return [{"directive_id": id_, **replaced_view(each)} for id_, each in zip(ids, done, strict=True)]


def amended_views(ids: Sequence[UUID], withdrawn: Sequence[int]) -> list[AmendedView]:
    """Return how many duties each amendment withdrew, and of which directive."""
    return [{"directive_id": id_, "withdrawn": n} for id_, n in zip(ids, withdrawn, strict=True)]


def line_view(row: DirectiveLine) -> DirectiveLineView:
    """Return a line of a list."""
    return {
        "id": row.id,
        "version": row.version,
        "state": row.state,
        "doc_type": row.doc_type,
        "number": row.number,
        "symbol": row.symbol,
        "issuing_body": row.issuing_body,
        "subject": row.subject,
        "signed_on": row.signed_on,
        "issued_on": row.issued_on,
        "urgency": row.urgency,
        "made_at": row.made_at,
    }


def directive_view(whole: Whole) -> DirectiveView:
    """Return a directive with its tree."""
    row = whole.row
    issuer: UnitReference | None = None
    if row.issuer_id is not None:
        issuer = {"id": row.issuer_id, "code": row.issuer_code, "name": row.issuer_name}
    return {
        "id": row.id,
        "version": row.version,
        "state": row.state,
        "doc_type": row.doc_type,
        "number": row.number,
        "symbol": row.symbol,
        "issuing_body": row.issuing_body,
        "parent_body": row.parent_body,
        "subject": row.subject,
        "place": row.place,
        "signed_on": row.signed_on,
        "signed_partial": row.signed_partial,
        "issued_on": row.issued_on,
        "issuer": issuer,
        "urgency": row.urgency,
        "field": row.field,
        "source": row.source,
        "addressees": row.addressees,
        "basis": row.basis,
        "recipients": row.recipients,
        "signer": row.signer,
        "findings": row.findings,
        "text": row.text,
        "file_id": row.file_id,
        "document_id": row.document_id,
        "envelope": row.envelope,
        "made_at": row.made_at,
        "issued_at": row.issued_at,
        "changes": [change_view(change) for change in whole.changes],
        "items": tree_view(whole),
    }


def tree_view(whole: Whole) -> list[ItemView]:
    """Return the items at the top, each with those below it."""
    nodes = {row.id: _item_view(row, whole.assignments.get(row.id, [])) for row in whole.items}
    tops: list[ItemView] = []
    for row in whole.items:
        siblings = nodes[row.parent_id]["items"] if row.parent_id else tops
        siblings.append(nodes[row.id])
    return tops


def item_view(whole: Whole, item_id: UUID) -> ItemView:
    """Return one item with those below it."""
    waiting = tree_view(whole)
    while waiting:
        node = waiting.pop()
        if node["id"] == item_id:
            return node
        waiting += node["items"]
    raise KeyError(item_id)


def readiness_view(found: Readiness) -> ReadinessView:
    """Return a readiness report."""
    return {
        "ready": found.ready,
        "blockers": [{"code": b.code, "item": b.item, "detail": b.detail} for b in found.blockers],
        "warnings": [
            {"code": w.code, "item": w.item, "detail": w.detail, "waived": w.waived} for w in found.warnings
        ],
    }


def _item_view(row: ItemRow, orders: list[AssignmentRow]) -> ItemView:
    return {
        "id": row.id,
        "locator": row.locator,
        "label": row.label,
        "text": row.text,
        "task": row.is_task,
        "tracked": row.is_tracked,
        "closing": row.is_closing,
        "text_alone": row.text_alone,
        "key_task": row.key_task,
        "field": row.field,
        "deadline": row.deadline,
        "more_deadlines": row.more_deadlines,
        "due_on": row.due_on,
        "mentions": row.mentions,
        "units_undecided": row.units_undecided,
        "deadline_choices": row.deadline_choices,
        "assignments": _assignment_views(orders),
        "items": [],
    }


def _assignment_views(orders: list[AssignmentRow]) -> list[AssignmentView]:
    exceptions: dict[UUID, list[str]] = defaultdict(list)
    for order in orders:
        exceptions[order.id] += [order.left_out] if order.left_out else []
    first = {order.id: order for order in reversed(orders)}
    return [
        {
            "role": first[id_].role,
            "unit_code": first[id_].unit_code,
            "group_code": first[id_].group_code,
            "name": first[id_].name,
            "except": codes,
            "due_on": first[id_].due_on,
        }
        for id_, codes in exceptions.items()
    ]
