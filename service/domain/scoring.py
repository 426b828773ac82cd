"""How units are ranked: a published sum of parts over the cells, each part a row of a versioned policy.

Source: Nghị định 335/2025/NĐ-CP takes 25 % of a product's progress points for a late delivery and draws its
bands at 90 and 50 points (rule D-5). Offices differ, so every number is data.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeVar

from service.domain.errors import InvalidValue
from service.domain.figures import Cell, Denominator, Figures

T = TypeVar("T", bound=Hashable)

BOUNDS_MAX = 5
PARTS_MAX = 10


class PartKind(StrEnum):
    """What a part of the sum looks at.

    `timeliness`: points × (on time + excused + (100 − cost) % of the other late and overdue) ÷ fell due; a
    delay whose objective cause was confirmed is excused.
    `completion`: points × done ÷ all.
    `overdue`: minus points for each duty overdue by more than `beyond_days`.
    """

    TIMELINESS = "timeliness"
    COMPLETION = "completion"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the sum. `cost_percent` belongs to `timeliness`, `beyond_days` to `overdue`."""

    kind: PartKind
    points: int
    cost_percent: int = 0
    beyond_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one register counts and ranks.

    Attributes:
        overdue_days: Bounds of the buckets of lateness, in days, ascending.
        silent_days: An undated duty not heard of for longer is listed by name.
        counted_min: A unit with fewer duties that fell due is shown and not ranked.
        commend_from: From so many points on a unit is proposed for praise.
        criticise_below: Below so many points a unit is proposed for criticism.
        basis: The decision that the numbers come from.
        parts: What the points are the sum of.
    """

    overdue_days: Sequence[int]
    silent_days: int
    counted_min: int
    commend_from: int
    criticise_below: int
    basis: str
    parts: Sequence[Part]


DEFAULT = Policy(
    overdue_days=(30, 120),
    silent_days=90,
    counted_min=5,
    commend_from=90,
    criticise_below=50,
    basis="Nghị định 335/2025/NĐ-CP",
    parts=(Part(kind=PartKind.TIMELINESS, points=100, cost_percent=25),),
)


def check(policy: Policy) -> None:
    """Return if a policy can be worked out.

    Raises:
        InvalidValue: Its bounds do not rise, a part counts beyond a bound that there is not, or praise
            would begin below criticism.
    """
    if list(policy.overdue_days) != sorted(set(policy.overdue_days)):
        raise InvalidValue(field="overdue_days", detail="the bounds rise")
    if policy.commend_from < policy.criticise_below:
        raise InvalidValue(field="commend_from", detail="praise begins where criticism ends")
    for part in policy.parts:
        if (part.kind is PartKind.OVERDUE) != (part.beyond_days is not None):
            raise InvalidValue(field="parts", detail="beyond_days belongs to the kind overdue")
        if part.beyond_days is not None and part.beyond_days not in policy.overdue_days:
            raise InvalidValue(field="parts", detail="beyond_days is one of overdue_days")
        if part.cost_percent and part.kind is not PartKind.TIMELINESS:
            raise InvalidValue(field="parts", detail="cost_percent belongs to the kind timeliness")


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's points: the sum, and what each part of the policy gave, in the policy's order."""

    points: Decimal
    parts: Sequence[Decimal]


def score(figures: Figures, policy: Policy, *, excused: int) -> Score | None:
    """Return a unit's points, rounded half up to two places; None where too few of its duties fell due.

    Args:
        figures: The unit's counts.
        policy: The arithmetic.
        excused: How many of the late and overdue have a confirmed objective cause.
    """
    counted = figures.base(Denominator.FELL_DUE)
    if counted < max(policy.counted_min, 1):
        return None
    exact = [_points(part, figures, policy, excused) for part in policy.parts]
    parts = [each.quantize(Decimal("0.01"), ROUND_HALF_UP) for each in exact]
    return Score(sum(parts, Decimal("0.00")), parts)


def _points(part: Part, figures: Figures, policy: Policy, excused: int) -> Decimal:
    match part.kind:
        case PartKind.TIMELINESS:
            late = figures.sum_of((Cell.DONE_LATE, Cell.OPEN_OVERDUE)) - excused
            worth = 100 * (figures.cells[Cell.DONE_ON_TIME] + excused) + (100 - part.cost_percent) * late
            return Decimal(part.points * worth) / (100 * figures.base(Denominator.FELL_DUE))
        case PartKind.COMPLETION:
            done = figures.sum_of((Cell.DONE_ON_TIME, Cell.DONE_LATE, Cell.UNDATED_DONE))
            return Decimal(part.points * done) / figures.total()
        case PartKind.OVERDUE:
            assert part.beyond_days is not None  # noqa: S101 - held by `check`
            beyond = figures.overdue_beyond[list(policy.overdue_days).index(part.beyond_days)]
            return Decimal(-part.points * beyond)


def places(points: Iterable[T]) -> list[int]:
    """Return the rank of each, given the most points first; equal points share one."""
    first: dict[T, int] = {}
    return [first.setdefault(each, position) for position, each in enumerate(points, start=1)]


class Proposal(StrEnum):
    """What the points suggest; a person decides."""

    COMMEND = "commend"
    CRITICISE = "criticise"


def proposal(points: Decimal, policy: Policy) -> Proposal | None:
    """Return what a score suggests."""
    if points >= policy.commend_from:
        return Proposal.COMMEND
    return Proposal.CRITICISE if points < policy.criticise_below else None
