"""A letter that takes the place of another: what goes on under it, what stays, what ends."""

from collections.abc import Mapping

from tests.model.book import HELD, WORKING, Duty, W
from tests.model.counted import EVENT, Counted

KEEP = "keep"
"""The duties of an item stay as they are; other words name the new letter's item that takes them over."""


class Replaced(Counted):
    """Replacement, item by item."""

    def replace(self, old: int, new: int, fates: Mapping[str, str]) -> None:
        self._in_force(old)
        self.letters[old].is_over = True
        self._end_all_series(old)
        going: dict[tuple[str, str], list[Duty]] = {}
        for duty in self.duties:
            into = fates.get(duty.item)
            is_whole = duty.letter == old and duty.parent is None and duty.state in HELD
            if is_whole and into is not None and into != KEEP:
                going.setdefault((into, duty.unit), []).append(duty)
        for (into, unit), duties in going.items():
            self._carry_over(duties, unit, new, into)
        self._withdraw_all([d for d in self.duties if d.letter == old and fates.get(d.item) != KEEP])

    def _carry_over(self, duties: list[Duty], unit: str, new: int, into: str) -> None:
        given = self.letters[new]
        due = given.items[into]
        by_event = given.term == EVENT and due is None
        days = [duty.due for duty in duties if duty.due is not None]
        originals = [duty.original for duty in duties if duty.original is not None]
        joined = self._pass_on(
            duties, unit, on=self.today, due=due, afresh=True, into=(new, into), by_event=by_event
        )
        takes_day = not by_event and joined is not None and joined.state in WORKING and joined.due is None
        if joined is not None and takes_day and due is None and days:
            joined.due, joined.original = min(days), min(originals, default=None)
            joined.version += 1
            self._stop(joined, W.SILENCE)
            self._begin(joined, W.DEADLINE)
