"""A clock and the steps that it takes, worked out from the ladder alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from service.domain.escalation import (
    DEFAULTS,
    FROM_DUE_DAY,
    Condition,
    Outcome,
    Pace,
    Policy,
    Step,
    WatchKind,
)
from tests.model.days import Days, closes, opens


@dataclass
class Taken:
    """A step that was taken: which one, for when, what became of it, and who was told in whose place."""

    round: int
    step: int
    occurrence: int
    due_at: datetime
    outcome: Outcome
    told: list[tuple[str, str]] = field(default_factory=list)


def ladder(kind: WatchKind, urgency: str) -> Policy:
    """Return the steps that a register starts with."""
    return next(policy for policy in DEFAULTS[urgency] if policy.kind == kind)


class Clock:
    """Waits for one thing about one duty, round after round."""

    def __init__(self, kind: WatchKind, urgency: str, anchor_on: date, now: datetime) -> None:
        self.kind, self._policy = kind, ladder(kind, urgency)
        self.round, self.taken, self.is_running = 0, 0, False
        self.begin(anchor_on, now)
        self.history: list[Taken] = []

    def begin(self, anchor_on: date, now: datetime) -> None:
        """Begin a round."""
        self.anchor_on, self.entered_at, self.is_running = anchor_on, now, True
        self.anchor_at = closes(anchor_on) if self.kind in FROM_DUE_DAY else now
        self.round += 1
        self.taken = 0

    def move(self, anchor_on: date) -> None:
        """Count to another day; the round goes on."""
        self.anchor_on, self.anchor_at = anchor_on, closes(anchor_on)

    def stop(self) -> None:
        """Take no further step."""
        self.is_running = False

    def place(self) -> tuple[int, int]:
        """Return the number of the step that comes next, and how often the last ones came round."""
        count, last = len(self._policy.steps), self._policy.repeat_last
        if self.taken < count:
            return self.taken + 1, 0
        if not last:
            return count, 0
        again = self.taken - count
        return count - last + 1 + again % last, 1 + again // last

    def next_at(self, days: Days) -> datetime | None:
        """Return when the next step is due; None where none will come."""
        exhausted = self.taken >= len(self._policy.steps) and not self._policy.repeat_last
        if not self.is_running or exhausted:
            return None
        number, occurrence = self.place()
        step, shift = self.rung(number), occurrence * self._policy.repeat_days
        return self._at(step, shift, days)

    def _at(self, step: Step, shift: int, days: Days) -> datetime:
        if step.pace is Pace.MINUTES:
            return self.anchor_at + timedelta(minutes=step.offset, days=shift)
        if step.pace is Pace.DAYS:
            return opens(days.on_or_after(self.anchor_on + timedelta(days=step.offset + shift)))
        reached = days.step_from(self.anchor_on, step.offset)
        return opens(days.on_or_after(reached + timedelta(days=shift)))

    def rung(self, number: int) -> Step:
        """Return a step of the ladder, counted from 1."""
        return self._policy.steps[number - 1]

    def tick(self, days: Days, now: datetime, *, has_reported: bool) -> list[Taken]:
        """Take every step that is due, and return them."""
        taken = []
        while (due_at := self.next_at(days)) is not None and due_at <= now:
            number, occurrence = self.place()
            needless = self.rung(number).condition is Condition.UNREPORTED and has_reported
            outcome = Outcome.NOT_NEEDED if needless else Outcome.DUE
            outcome = Outcome.SKIPPED if due_at < self.entered_at else outcome
            taken.append(Taken(self.round, number, occurrence, due_at, outcome))
            self.taken += 1
        self.history += taken
        return taken
