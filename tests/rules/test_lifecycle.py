"""The law of R7, R8 and R9, as the complaints that made it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MoveNotAllowed
from service.domain.lifecycle import LAW, OPEN, Move, State, Timeliness, after, allowed_moves, timeliness

DUE = date(2024, 5, 15)
days = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def judge(
    state: State, *, due: date | None = DUE, done: date | None = None, cut_off: date = DUE
) -> Timeliness | None:
    return timeliness(state, due_on=due, done_on=done, cut_off=cut_off, soon_on=cut_off + timedelta(days=3))


def test_handing_in_on_the_last_day_is_on_time() -> None:
    assert judge(State.ACCEPTED, done=DUE, cut_off=date(2024, 6, 30)) is Timeliness.DONE_ON_TIME


def test_a_late_confirmation_does_not_make_the_unit_late() -> None:
    # handed in on the 15th, confirmed by the office in June
    assert judge(State.SUBMITTED, done=DUE, cut_off=date(2024, 6, 20)) is Timeliness.ON_TRACK
    assert judge(State.ACCEPTED, done=DUE, cut_off=date(2024, 6, 20)) is Timeliness.DONE_ON_TIME


def test_a_duty_without_a_deadline_is_never_overdue() -> None:
    assert judge(State.IN_PROGRESS, due=None, cut_off=date(2030, 1, 1)) is Timeliness.UNDATED
    assert judge(State.ACCEPTED, due=None, done=DUE, cut_off=DUE) is Timeliness.DONE_UNDATED


def test_what_was_done_after_the_cut_off_was_not_done_then() -> None:
    assert judge(State.ACCEPTED, done=date(2024, 6, 3), cut_off=date(2024, 5, 31)) is Timeliness.OVERDUE


def test_what_was_withdrawn_is_in_no_cell_of_the_table() -> None:
    assert judge(State.WITHDRAWN, cut_off=date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    ("cut_off", "expected"),
    [
        (date(2024, 5, 10), Timeliness.ON_TRACK),
        (date(2024, 5, 12), Timeliness.DUE_SOON),
        (date(2024, 5, 15), Timeliness.DUE_SOON),
        (date(2024, 5, 16), Timeliness.OVERDUE),
    ],
)
def test_the_day_after_the_deadline_is_the_first_late_one(cut_off: date, expected: Timeliness) -> None:
    assert judge(State.IN_PROGRESS, cut_off=cut_off) is expected


def test_a_refusal_names_the_moves_that_are_left() -> None:
    with pytest.raises(MoveNotAllowed) as refused:
        after(State.ASSIGNED, Move.ACCEPT)
    assert refused.value.facts() == {
        "state": State.ASSIGNED,
        "move": Move.ACCEPT,
        "allowed": ["acknowledge", "report", "submit", "withdraw"],
    }


def test_nothing_leads_out_of_withdrawn() -> None:
    assert allowed_moves(State.WITHDRAWN) == []


@given(st.lists(st.sampled_from(list(Move)), max_size=12))
def test_every_path_stays_inside_the_law(moves: list[Move]) -> None:
    state = State.ASSIGNED
    for move in moves:
        if state in LAW[move][0]:
            state = after(state, move)
        else:
            with pytest.raises(MoveNotAllowed):
                after(state, move)
    assert state in State


@given(st.sampled_from(list(State)), st.none() | days, st.none() | days, days)
def test_every_duty_is_in_exactly_one_cell(
    state: State, due: date | None, done: date | None, cut_off: date
) -> None:
    cell = judge(state, due=due, done=done, cut_off=cut_off)
    assert (cell is None) == (state is State.WITHDRAWN)
    if state in OPEN - {State.SUBMITTED} and cell is not None:
        assert not cell.startswith("done") or (done is not None and done <= cut_off)
