"""The life of an obligation: what may follow what (R7), and how it stands in time (R8, R9)."""

from datetime import date
from enum import StrEnum

from service.domain.errors import MoveNotAllowed


class State(StrEnum):
    """Where an obligation is."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What somebody may do to an obligation."""

    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    SUBMIT = "submit"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


class Timeliness(StrEnum):
    """How an obligation stands at a cut-off day; never stored."""

    UNDATED = "undated"
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_UNDATED = "done_undated"


WORKING = frozenset({State.ASSIGNED, State.ACKNOWLEDGED, State.IN_PROGRESS})
OPEN = WORKING | {State.SUBMITTED}

LAW: dict[Move, tuple[frozenset[State], State]] = {
    Move.ACKNOWLEDGE: (frozenset({State.ASSIGNED}), State.ACKNOWLEDGED),
    Move.REPORT: (WORKING, State.IN_PROGRESS),
    Move.SUBMIT: (WORKING, State.SUBMITTED),
    Move.ACCEPT: (frozenset({State.SUBMITTED}), State.ACCEPTED),
    Move.SEND_BACK: (frozenset({State.SUBMITTED}), State.IN_PROGRESS),
    Move.REOPEN: (frozenset({State.ACCEPTED}), State.IN_PROGRESS),
    Move.WITHDRAW: (OPEN, State.WITHDRAWN),
}


def allowed_moves(state: State) -> list[Move]:
    """Return what may be done in a state, in the order of a duty's life."""
    return [move for move, (sources, _) in LAW.items() if state in sources]


def after(state: State, move: Move) -> State:
    """Return the state that a move leads to.

    Raises:
        MoveNotAllowed: The state does not allow it; carries the moves that it does.
    """
    sources, target = LAW[move]
    if state not in sources:
        raise MoveNotAllowed(state=state, move=move, allowed=[str(m) for m in allowed_moves(state)])
    return target


def timeliness(
    state: State, *, due_on: date | None, done_on: date | None, cut_off: date, soon_on: date
) -> Timeliness | None:
    """Judge an obligation at a cut-off.

    Args:
        state: Its state.
        due_on: Last day on which it is on time; None for an undated duty, which is an ordinary one.
        done_on: Day of the submission that waits for acceptance or was accepted.
        cut_off: The day judged; what was done later is not yet done.
        soon_on: A deadline up to this day is near; see `calendar.soon_on`.

    Returns:
        None for what was withdrawn: it is in no cell of any table.
    """
    if state is State.WITHDRAWN:
        return None
    handed_in = done_on is not None and done_on <= cut_off
    if state is State.ACCEPTED and handed_in:
        if due_on is None:
            return Timeliness.DONE_UNDATED
        return Timeliness.DONE_ON_TIME if done_on <= due_on else Timeliness.DONE_LATE  # type: ignore[operator]
    if due_on is None:
        return Timeliness.UNDATED
    judged_on = done_on if handed_in and done_on is not None else cut_off
    if judged_on > due_on:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due_on <= soon_on and not handed_in else Timeliness.ON_TRACK
