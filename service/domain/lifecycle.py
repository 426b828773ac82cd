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
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


class Move(StrEnum):
    """What somebody may do to an obligation."""

    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    SUBMIT = "submit"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    RETURN = "return"
    REFUSE_RETURN = "refuse_return"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    TRANSFER = "transfer"


class Timeliness(StrEnum):
    """How an obligation stands at a cut-off day; never stored.

    `paused`: its clock stands, because the unit gave it back or the office suspended it.
    """

    UNDATED = "undated"
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_UNDATED = "done_undated"
    PAUSED = "paused"


WORKING = frozenset({State.ASSIGNED, State.ACKNOWLEDGED, State.IN_PROGRESS})
OPEN = WORKING | {State.SUBMITTED}
PAUSED = frozenset({State.RETURNED, State.SUSPENDED})
HELD = OPEN | PAUSED
"""Some unit has the duty and has not brought it to an end."""

CLOSED = frozenset({State.WITHDRAWN, State.TRANSFERRED})
"""In no cell of any table: nobody has the duty any more, or somebody else has it."""

LAW: dict[Move, tuple[frozenset[State], frozenset[State]]] = {
    Move.ACKNOWLEDGE: (frozenset({State.ASSIGNED}), frozenset({State.ACKNOWLEDGED})),
    Move.REPORT: (WORKING, frozenset({State.IN_PROGRESS})),
    Move.SUBMIT: (WORKING, frozenset({State.SUBMITTED})),
    Move.ACCEPT: (frozenset({State.SUBMITTED}), frozenset({State.ACCEPTED})),
    Move.SEND_BACK: (frozenset({State.SUBMITTED}), frozenset({State.IN_PROGRESS})),
    Move.REOPEN: (frozenset({State.ACCEPTED}), frozenset({State.IN_PROGRESS})),
    Move.RETURN: (frozenset({State.ASSIGNED, State.ACKNOWLEDGED}), frozenset({State.RETURNED})),
    Move.REFUSE_RETURN: (frozenset({State.RETURNED}), frozenset({State.ACKNOWLEDGED})),
    Move.SUSPEND: (WORKING, frozenset({State.SUSPENDED})),
    Move.RESUME: (frozenset({State.SUSPENDED}), WORKING),
    Move.WITHDRAW: (HELD, frozenset({State.WITHDRAWN})),
    Move.TRANSFER: (HELD, frozenset({State.TRANSFERRED})),
}
"""Move → (states it starts from, states it may lead to). Only a resumption has a choice: it goes back to
where the duty stood when it was suspended."""


def allowed_moves(state: State) -> list[Move]:
    """Return what may be done in a state, in the order of a duty's life."""
    return [move for move, (sources, _) in LAW.items() if state in sources]


def after(state: State, move: Move, *, back_to: State | None = None) -> State:
    """Return the state that a move leads to.

    Args:
        state: Where the duty is.
        move: What is to be done.
        back_to: Where a move with a choice leads.

    Raises:
        MoveNotAllowed: The state does not allow it; carries the moves that it does.
    """
    sources, targets = LAW[move]
    if state not in sources:
        raise MoveNotAllowed(state=state, move=move, allowed=[str(m) for m in allowed_moves(state)])
    if back_to is None:
        (target,) = targets
        return target
    if back_to not in targets:
        raise ValueError(f"{move} does not lead to {back_to}")
    return back_to


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
        None for what was withdrawn or passed on: it is in no cell of any table.
    """
    if state in CLOSED:
        return None
    if state in PAUSED:
        return Timeliness.PAUSED
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
