"""The law of R7, R8 and R9, as the complaints that made it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MoveNotAllowed
from service.domain.lifecycle import (
    CLOSED,
    LAW,
    OPEN,
    Move,
    State,
    Timeliness,
    after,
    allowed_moves,
    timeliness,
)

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


@pytest.mark.parametrize("gone", [State.WITHDRAWN, State.TRANSFERRED])
def test_what_was_withdrawn_or_passed_on_is_in_no_cell_of_the_table(gone: State) -> None:
    assert judge(gone, cut_off=date(2030, 1, 1)) is None


@pytest.mark.parametrize("paused", [State.RETURNED, State.SUSPENDED])
def test_nobody_is_late_while_the_clock_stands(paused: State) -> None:
    assert judge(paused, cut_off=date(2030, 1, 1)) is Timeliness.PAUSED


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
        "allowed": ["acknowledge", "report", "submit", "return", "suspend", "withdraw", "transfer"],
    }


@pytest.mark.parametrize("gone", [State.WITHDRAWN, State.TRANSFERRED])
def test_nothing_leads_back_from_what_is_gone(gone: State) -> None:
    assert allowed_moves(gone) == []


@pytest.mark.parametrize("before", [State.ASSIGNED, State.ACKNOWLEDGED, State.IN_PROGRESS])
def test_a_resumed_duty_stands_where_it_stood(before: State) -> None:
    assert after(after(before, Move.SUSPEND), Move.RESUME, back_to=before) is before


def test_a_duty_is_not_resumed_into_what_it_never_was() -> None:
    with pytest.raises(ValueError, match="does not lead to"):
        after(State.SUSPENDED, Move.RESUME, back_to=State.ACCEPTED)


@given(st.lists(st.sampled_from(list(Move)), max_size=12))
def test_every_path_stays_inside_the_law(moves: list[Move]) -> None:
    state = State.ASSIGNED
    for move in moves:
        sources, targets = LAW[move]
        if state in sources:
            state = after(state, move, back_to=min(targets))
            assert state in targets
        else:
            with pytest.raises(MoveNotAllowed):
                after(state, move)
    assert state in State


@given(st.sampled_from(list(State)), st.none() | days, st.none() | days, days)
def test_every_duty_is_in_exactly_one_cell(
    state: State, due: date | None, done: date | None, cut_off: date
) -> None:
    cell = judge(state, due=due, done=done, cut_off=cut_off)
    assert (cell is None) == (state in CLOSED)
    if state in OPEN - {State.SUBMITTED} and cell is not None:
        assert not cell.startswith("done") or (done is not None and done <= cut_off)
