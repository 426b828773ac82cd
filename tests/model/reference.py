"""What the rules say, in a few hundred plain lines: no database, no SQL, nothing of the product's code.

Only names and data are shared with the product: the words for states and clocks, and the ladder's steps.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tests.model.absent import Absent
from tests.model.asked import Asked
from tests.model.counted import Counted
from tests.model.figures import Figures
from tests.model.measured import Measured
from tests.model.reform import Reform
from tests.model.replaced import Replaced


class Reference(Measured, Asked, Replaced, Reform, Figures, Counted, Absent):
    """All duties of a register, moved by commands that the product has too."""

    # --- time -----------------------------------------------------------------------------------------

    def wait(self, until: datetime) -> None:
        """Let time pass; the worker comes round at its end."""
        self.now = until
        for merger in self.mergers:
            if merger.state == "scheduled" and merger.effective_on <= self.today:
                self._carry_out(merger)
        self.make_periods()
        for request in list(self.requests.values()):
            overdue = request.answer_by is not None and request.answer_by < self.today
            if request.kind == "return" and request.state == "waiting" and overdue:
                self.refuse_return(request.duty.number)
        for duty in self.duties:
            for (_, name), clock in duty.clocks.items():
                steps = clock.tick(self.days, self.now, has_reported=duty.reported is not None)
                self.tell(duty, name, clock, steps)

    def change_calendar(self, worked: Mapping[date, bool]) -> None:
        self.days.change(worked)
        self.count_days_again()
        self.count_periods_again()
        self.edits += 1

    # --- what can be seen -----------------------------------------------------------------------------

    def export(self) -> dict[str, list[Any]]:
        """Return the abstract state, in the order and the words of `export.of_database`."""
        return {
            "duties": [
                (
                    d.letter, d.item, d.unit, d.parent, d.period, d.generation, d.version, str(d.state),
                    d.assigned_on, d.original, d.due, d.done, d.percent, d.reported,
                )
                for d in self.duties
            ],
            "clocks": sorted(
                (d.number, str(kind), name, c.round, *c.place(), c.next_at(self.days), c.anchor_on)
                for d in self.duties
                for (kind, name), c in d.clocks.items()
            ),
            "periods": sorted(
                (one.letter, period.key, period.start, period.end, period.due, period.holds)
                for one in self.series
                for period in one.periods
            ),
            "helpers": sorted(self.helpers),
            "goals": sorted(
                (g.duty, g.criterion, g.unit, str(g.target), g.ended_at is not None) for g in self.goals
            ),
            "requests": sorted((n, r.kind, r.duty.number, r.state, r.unit) for n, r in self.requests.items()),
        }  # fmt: skip

    def steps(self) -> list[Any]:
        """Return every step that was taken, of every clock, and who was told of it."""
        return sorted(
            (
                d.number, str(kind), name, t.round, t.step, t.occurrence, t.due_at, str(t.outcome),
                sorted(t.told),
            )
            for d in self.duties
            for (kind, name), clock in d.clocks.items()
            for t in clock.history
        )  # fmt: skip
