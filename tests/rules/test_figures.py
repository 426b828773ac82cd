"""Cells, denominators and points are plain arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidValue
from service.domain.figures import CELL_OF, Cell, Denominator, Figures, add_up, code, percent, total_of
from service.domain.lifecycle import Timeliness
from service.domain.scoring import DEFAULT, Part, PartKind, Policy, Proposal, check, proposal, score

pytestmark = pytest.mark.rules

COUNTED = st.lists(
    st.tuples(st.sampled_from([*Timeliness]), st.integers(0, 2), st.integers(1, 1_000)), max_size=30
)


def figures(*, beyond: tuple[int, ...] = (0, 0), **cells: int) -> Figures:
    return Figures(dict.fromkeys(Cell, 0) | {Cell(name): n for name, n in cells.items()}, 0, beyond, 0)


@given(COUNTED)
def test_every_duty_is_in_one_cell_and_the_cells_sum_to_the_total(
    counted: list[tuple[Timeliness, int, int]],
) -> None:
    found = add_up(((code(judged, degree), count) for judged, degree, count in counted), bounds=2)
    assert found.total() == sum(count for _, _, count in counted)
    for cell in Cell:
        assert found.cells[cell] == sum(n for judged, _, n in counted if CELL_OF[judged] is cell)
    overdue = [(degree, count) for judged, degree, count in counted if judged is Timeliness.OVERDUE]
    assert found.overdue_beyond == [sum(n for degree, n in overdue if degree >= bound) for bound in (1, 2)]
    twice = total_of([found, found], bounds=2)
    assert (twice.total(), twice.due_soon) == (2 * found.total(), 2 * found.due_soon)
    assert twice.overdue_beyond == [2 * count for count in found.overdue_beyond]


def test_the_published_rates_come_out() -> None:
    """The national figures of 2017 have what fell due as the denominator, those of October 2025 all tasks."""
    of_2017 = figures(done_on_time=14_068, done_late=1_983, open_in_time=5_640, open_overdue=223)
    assert of_2017.total() == 21_914
    assert of_2017.rates(Denominator.FELL_DUE) == {"done": 98.63, "on_time": 86.44, "overdue": 1.37}
    of_2025 = figures(done_on_time=7_892, open_in_time=1_620, open_overdue=319)
    assert of_2025.rates(Denominator.ALL) == {"done": 80.28, "on_time": 80.28, "overdue": 3.24}
    undated = figures(undated_done=3, done_on_time=1, paused=4)
    assert undated.base(Denominator.DATED) == 1
    assert undated.rates(Denominator.DATED)["done"] == 100.0


def test_nothing_has_no_share() -> None:
    assert percent(0, 0) is None
    assert percent(1, 3) == 33.33
    assert percent(1, 800) == 0.13, "half goes up"


def test_a_late_delivery_costs_a_quarter() -> None:
    made = score(figures(done_on_time=6, done_late=2, open_overdue=2, open_in_time=50), DEFAULT, excused=0)
    assert made is not None
    assert made.points == Decimal("90.00"), "(6 + 0.75 × 4) ÷ 10"
    assert proposal(made.points, DEFAULT) is Proposal.COMMEND
    assert proposal(Decimal("89.99"), DEFAULT) is None
    assert proposal(Decimal("49.99"), DEFAULT) is Proposal.CRITICISE


def test_a_delay_that_could_not_be_helped_costs_nothing() -> None:
    late = figures(done_on_time=6, done_late=2, open_overdue=2)
    plain, excused = (score(late, DEFAULT, excused=count) for count in (0, 3))
    assert plain is not None
    assert excused is not None
    assert (plain.points, excused.points) == (Decimal("90.00"), Decimal("97.50"))


def test_too_few_are_not_judged() -> None:
    assert score(figures(done_on_time=4, open_in_time=100), DEFAULT, excused=0) is None
    assert score(figures(done_on_time=5), DEFAULT, excused=0) is not None


def test_every_part_is_shown_and_the_points_are_their_sum() -> None:
    policy = written(
        parts=[
            Part(kind=PartKind.TIMELINESS, points=60, cost_percent=100),
            Part(kind=PartKind.COMPLETION, points=40),
            Part(kind=PartKind.OVERDUE, points=2, beyond_days=30),
            Part(kind=PartKind.OVERDUE, points=5, beyond_days=120),
        ]
    )
    check(policy)
    made = score(figures(done_on_time=6, open_overdue=4, undated_done=2, beyond=(3, 1)), policy, excused=0)
    assert made is not None
    assert made.parts == [Decimal(x) for x in ("36.00", "26.67", "-6.00", "-5.00")]
    assert made.points == sum(made.parts)


def written(**changes: object) -> Policy:
    values = {name: getattr(DEFAULT, name) for name in Policy.__slots__}
    return Policy(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"overdue_days": (120, 30)}, "overdue_days"),
        ({"overdue_days": (30, 30)}, "overdue_days"),
        ({"commend_from": 40}, "commend_from"),
        ({"parts": [Part(kind=PartKind.OVERDUE, points=1)]}, "parts"),
        ({"parts": [Part(kind=PartKind.OVERDUE, points=1, beyond_days=31)]}, "parts"),
        ({"parts": [Part(kind=PartKind.COMPLETION, points=1, beyond_days=30)]}, "parts"),
        ({"parts": [Part(kind=PartKind.COMPLETION, points=1, cost_percent=5)]}, "parts"),
    ],
)
def test_a_policy_that_cannot_be_worked_out_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check(written(**changes))
    assert refused.value.field == field
