"""Statistics as they go out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.cells import CellsView, cells_view
from service.api.views.funding import FundingView, funding_view
from service.api.views.references import UnitReference
from service.domain.figures import CELL_OF, Cell, Denominator, Figures, total_of
from service.domain.funding import FundingSource
from service.domain.lifecycle import State, Timeliness
from service.domain.reading.funding import FundingBy, FundingLine
from service.domain.reading.scoring import PolicyVersion
from service.domain.reading.statistics import By, DutyRow, Line, verdict_of
from service.domain.scoring import PartKind, Proposal, places, proposal, score


class BeyondView(TypedDict):
    """How many are overdue by more than so many days."""

    days: int
    count: int


class RatesView(TypedDict):
    """Shares of the denominator in percent, to two places; null where it is 0."""

    done: float | None
    on_time: float | None
    overdue: float | None


class FiguresView(CellsView):
    """One line: `total` is the sum of `done_on_time` to `paused`; the rest are parts of those cells."""

    due_soon: int
    overdue_beyond: list[BeyondView]
    silent: int
    counted: int
    rates: RatesView


class LineView(TypedDict):
    """One line of the table, and whose it is; `subordinate` is told of units only.

    `key` is the code of a unit, the number and symbol of a directive, the locator of an item.
    """

    id: UUID | None
    key: str
    name: str
    subordinate: bool | None
    figures: FiguresView


class StatisticsView(TypedDict):
    """A table; `counted` of each line is the denominator of its rates."""

    cut_off: date
    as_of: datetime
    by: By
    denominator: Denominator
    scoring_version: int
    overdue_days: list[int]
    silent_days: int
    total: FiguresView
    items: list[LineView]


class DutyView(TypedDict):
    """One duty in a cell, as it was known."""

    id: UUID
    state: State
    timeliness: Timeliness
    cell: Cell
    assigned_on: date
    original_due_on: date | None
    due_on: date | None
    done_on: date | None
    reported_on: date | None
    days_late: int | None
    unit: UnitReference
    item_id: UUID
    locator: str
    text: str
    directive_id: UUID
    number: str | None
    symbol: str | None
    subject: str


class DutyPage(TypedDict):
    """Some duties of a cell."""

    items: list[DutyView]
    next: str | None
    cut_off: date
    as_of: datetime


class FundingLineView(TypedDict):
    """What each source has given, and all together, in đồng."""

    id: UUID
    key: str
    name: str
    amounts: list[FundingView]
    total: int


class FundingSums(TypedDict):
    """Money by source, summed; `key` is a unit's code, a directive's number or an item's locator."""

    cut_off: date
    as_of: datetime
    by: FundingBy
    amounts: list[FundingView]
    total: int
    items: list[FundingLineView]


class PublicationReference(TypedDict):
    """A published table by its day."""

    id: UUID
    cut_off: date
    as_of: datetime
    by: By
    published_by: UUID
    published_at: datetime


class PublicationView(PublicationReference):
    """A published table as it was, and beside it, where asked for, the answer of now."""

    published: StatisticsView
    now: StatisticsView | None


class PublicationPage(TypedDict):
    """Published tables, the newest first."""

    items: list[PublicationReference]
    next: str | None


class PartView(TypedDict):
    """One part of the sum."""

    kind: PartKind
    points: int
    cost_percent: int
    beyond_days: int | None


class ScoringView(TypedDict):
    """How the register counts and ranks."""

    version: int
    made_at: datetime
    overdue_days: list[int]
    silent_days: int
    counted_min: int
    commend_from: int
    criticise_below: int
    basis: str
    parts: list[PartView]


class CardView(TypedDict):
    """A unit's scorecard: `n` fell due. No rank and no points where `n` is too small.

    `excused`: how many of the late and overdue have a confirmed objective cause.
    """

    rank: int | None
    unit: UnitReference
    n: int
    excused: int
    points: float | None
    parts: list[float]
    proposal: Proposal | None
    figures: FiguresView


class ScorecardView(TypedDict):
    """A ranking with its arithmetic; `others` are not subordinate, or have too few that fell due."""

    cut_off: date
    as_of: datetime
    scoring: ScoringView
    items: list[CardView]
    others: list[CardView]


def figures_view(figures: Figures, overdue_days: Sequence[int], denominator: Denominator) -> FiguresView:
    """Return one line's counts."""
    rates = figures.rates(denominator)
    beyond: list[BeyondView] = [
        {"days": days, "count": count}
        for days, count in zip(overdue_days, figures.overdue_beyond, strict=True)
    ]
    return {
        **cells_view(figures),
        "due_soon": figures.due_soon,
        "overdue_beyond": beyond,
        "silent": figures.silent,
        "counted": figures.base(denominator),
        "rates": {"done": rates["done"], "on_time": rates["on_time"], "overdue": rates["overdue"]},
    }


def figures_of(view: FiguresView) -> Figures:
    """Return the counts of a published line."""
    given: dict[str, int] = {cell: view[cell] for cell in Cell}  # type: ignore[literal-required]
    beyond = [each["count"] for each in view["overdue_beyond"]]
    return Figures({cell: given[cell] for cell in Cell}, view["due_soon"], beyond, view["silent"])


def statistics_view(
    lines: Sequence[Line],
    scoring: PolicyVersion,
    *,
    cut_off: date,
    as_of: datetime,
    by: By,
    denominator: Denominator,
) -> StatisticsView:
    """Return a table with its line of totals."""
    days = list(scoring.policy.overdue_days)
    total = total_of((line.figures for line in lines), bounds=len(days))
    return {
        "cut_off": cut_off,
        "as_of": as_of,
        "by": by,
        "denominator": denominator,
        "scoring_version": scoring.version,
        "overdue_days": days,
        "silent_days": scoring.policy.silent_days,
        "total": figures_view(total, days, denominator),
        "items": [
            {
                "id": line.id,
                "key": line.key,
                "name": line.name,
                "subordinate": line.subordinate,
                "figures": figures_view(line.figures, days, denominator),
            }
            for line in lines
        ],
    }


def funding_sums(
    lines: Sequence[FundingLine], *, cut_off: date, as_of: datetime, by: FundingBy
) -> FundingSums:
    """Return sums of money with their totals."""
    whole = {source: sum(line.amounts.get(source, 0) for line in lines) for source in FundingSource}
    return {
        "cut_off": cut_off,
        "as_of": as_of,
        "by": by,
        "amounts": funding_view(whole),
        "total": sum(whole.values()),
        "items": [
            {
                "id": line.id,
                "key": line.key,
                "name": line.name,
                "amounts": funding_view(line.amounts),
                "total": sum(line.amounts.values()),
            }
            for line in lines
        ],
    }


def shown_with(view: StatisticsView, denominator: Denominator) -> StatisticsView:
    """Return a published table with its rates as shares of another denominator; its counts stay."""
    days = view["overdue_days"]
    items: list[LineView] = [
        {**line, "figures": figures_view(figures_of(line["figures"]), days, denominator)}
        for line in view["items"]
    ]
    total = figures_view(figures_of(view["total"]), days, denominator)
    return {**view, "denominator": denominator, "total": total, "items": items}


def duty_view(row: DutyRow) -> DutyView:
    """Return one row of `reading.statistics` as a view."""
    judged = verdict_of(row)
    return {
        "id": row.id,
        "state": row.state,
        "timeliness": judged,
        "cell": CELL_OF[judged],
        "assigned_on": row.assigned_on,
        "original_due_on": row.original_due_on,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "reported_on": row.reported_on,
        "days_late": row.days_late,
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "item_id": row.item_id,
        "locator": row.locator,
        "text": row.text,
        "directive_id": row.directive_id,
        "number": row.number,
        "symbol": row.symbol,
        "subject": row.subject,
    }


def scoring_view(scoring: PolicyVersion) -> ScoringView:
    """Return how a register counts and ranks."""
    policy = scoring.policy
    return {
        "version": scoring.version,
        "made_at": scoring.made_at,
        "overdue_days": list(policy.overdue_days),
        "silent_days": policy.silent_days,
        "counted_min": policy.counted_min,
        "commend_from": policy.commend_from,
        "criticise_below": policy.criticise_below,
        "basis": policy.basis,
        "parts": [
            {
                "kind": part.kind,
                "points": part.points,
                "cost_percent": part.cost_percent,
                "beyond_days": part.beyond_days,
            }
            for part in policy.parts
        ],
    }


def scorecard_view(
    lines: Sequence[Line],
    excused: Mapping[UUID, int],
    scoring: PolicyVersion,
    *,
    cut_off: date,
    as_of: datetime,
) -> ScorecardView:
    """Return a ranking: the most points first, equal points one rank; names decide only the order shown."""
    ranked: list[CardView] = []
    others: list[CardView] = []
    for line in lines:
        card = _card(line, excused, scoring)
        (ranked if line.subordinate and card["points"] is not None else others).append(card)
    ranked.sort(key=lambda card: -(card["points"] or 0))
    for card, place in zip(ranked, places([card["points"] for card in ranked]), strict=True):
        card["rank"] = place
    return {
        "cut_off": cut_off,
        "as_of": as_of,
        "scoring": scoring_view(scoring),
        "items": ranked,
        "others": others,
    }


def _card(line: Line, excused: Mapping[UUID, int], scoring: PolicyVersion) -> CardView:
    assert line.id is not None  # noqa: S101 - a line by unit has one
    made = score(line.figures, scoring.policy, excused=excused.get(line.id, 0))
    judged = proposal(made.points, scoring.policy) if made and line.subordinate else None
    denominator = Denominator.FELL_DUE
    return {
        "rank": None,
        "unit": {"id": line.id, "code": line.key, "name": line.name},
        "excused": excused.get(line.id, 0),
        "n": line.figures.base(denominator),
        "points": float(made.points) if made else None,
        "parts": [float(part) for part in made.parts] if made else [],
        "proposal": judged,
        "figures": figures_view(line.figures, scoring.policy.overdue_days, denominator),
    }
