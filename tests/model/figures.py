"""The month-end table counted on fingers: in which cell each duty is, and what was known by when."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from tests.model.book import CLOSED, Book, Duty, S

BOUNDS, SILENT_DAYS, SOON_DAYS = (30, 120), 90, 3
"""Days of lateness that are told apart, days without a word, working days in which a deadline is near."""


class Known(NamedTuple):
    """What was known of a duty at a moment."""

    state: S
    due: date | None
    done: date | None
    reported: date | None


class Moment(NamedTuple):
    """What was known of every duty at a moment, by number, and whose delay was excused."""

    at: datetime
    duties: Sequence[Known]
    excused: frozenset[int]


class Figures(Book):
    """Counts of duties at a cut-off, by what is known now or was known at a moment."""

    def remember(self) -> None:
        """Keep what is known now.

        When the clock slipped back, the moments that it goes through again are no longer asked about.
        """
        self.moments = [moment for moment in self.moments if moment.at < self.now]
        if self.now > self.latest:
            self.moments.append(self._known_now())
        self.latest = max(self.latest, self.now)

    def _known_now(self) -> Moment:
        known = [Known(duty.state, duty.due, duty.done, duty.reported) for duty in self.duties]
        excused = {r.duty.number for r in self.requests.values() if (r.kind, r.state) == ("cause", "granted")}
        return Moment(self.now, known, frozenset(excused))

    def table(self, cut_off: date, moment: Moment | None) -> Mapping[str, Mapping[str, int]]:
        """Return what each unit has: how many duties in which cell, and which of them are marked how."""
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for duty, cell, marks in self._judged(cut_off, moment):
            counted[duty.unit].update([cell, *marks])
        return counted

    def listed(self, cut_off: date, moment: Moment | None, cell: str) -> list[int]:
        """Return the numbers of the duties in a cell."""
        return [duty.number for duty, own, _ in self._judged(cut_off, moment) if own == cell]

    def _judged(self, cut_off: date, moment: Moment | None) -> list[tuple[Duty, str, list[str]]]:
        then = moment or self._known_now()
        return [
            (duty, *found)
            for duty, known in zip(self.duties, then.duties, strict=False)
            if duty.parent is None and duty.assigned_on <= cut_off
            for found in self._cell(duty, known, cut_off, is_excused=duty.number in then.excused)
        ]

    def _cell(self, duty: Duty, known: Known, cut_off: date, *, is_excused: bool) -> list[Any]:
        done = known.done if known.done is not None and known.done <= cut_off else None
        if known.state in CLOSED:
            return []
        if known.state in (S.RETURNED, S.SUSPENDED):
            return [("paused", [])]
        is_over = known.state is S.ACCEPTED and done is not None
        if known.due is None:
            heard = known.reported or duty.assigned_on
            silent = not is_over and heard < cut_off - timedelta(days=SILENT_DAYS)
            return [("undated_done" if is_over else "undated_open", ["silent"] * silent)]
        late = ((done or cut_off) - known.due).days
        excused = ["excused"] if late > 0 and is_excused else []
        if is_over:
            return [("done_late" if late > 0 else "done_on_time", excused)]
        if late > 0:
            return [("open_overdue", [*excused, *(f"beyond {bound}" for bound in BOUNDS if late > bound)])]
        near = done is None and known.due <= self.days.count_on(cut_off, SOON_DAYS)
        return [("open_in_time", ["due soon"] * near)]
