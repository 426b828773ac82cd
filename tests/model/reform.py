"""Communes that become one."""

from collections.abc import Sequence
from datetime import date

from tests.model.book import HELD, Book, Duty, Merger, Refused, W


class Reform(Book):
    """Mergers, and who goes on with what is open."""

    def merge(self, old: Sequence[str], new: str, effective_on: date) -> None:
        self.mergers.append(Merger(old, new, effective_on))
        if effective_on <= self.today:
            self._carry_out(self.mergers[-1])

    def undo_merger(self, number: int) -> None:
        if self.mergers[number].state != "scheduled":
            raise Refused("ReorganisationNotOpen")
        self.mergers[number].state = "undone"

    def _carry_out(self, merger: Merger) -> None:
        merger.state = "carried_out"
        going: dict[tuple[int, str, int | None, str], list[Duty]] = {}
        for duty in self.duties:
            if duty.unit in merger.old and duty.state in HELD:
                going.setdefault((duty.letter, duty.item, duty.parent, duty.period), []).append(duty)
        for duties in going.values():
            self._pass_on(duties, merger.new, on=merger.effective_on, due=None, afresh=False)
        for letter, item, unit in sorted(self.helpers):
            same = self._of_item(letter, item)
            leads = any(duty.unit == merger.new for duty in same)
            if unit in merger.old and not leads and any(duty.state in HELD for duty in same):
                self.helpers.add((letter, item, merger.new))
        for name, request in self.requests.items():
            if request.kind == "help" and request.state == "waiting" and request.unit in merger.old:
                if request.duty.unit == merger.new:
                    request.state = "closed"
                    request.duty.clocks[W.COORDINATION, name].stop()
                else:
                    request.unit = merger.new
        self.units = [unit for unit in self.units if unit not in merger.old] + [merger.new]
        self.begun[merger.new] = merger.effective_on
