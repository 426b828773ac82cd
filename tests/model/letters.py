"""What a letter makes binding, and what later letters change of it."""

from collections.abc import Sequence
from datetime import date

from tests.model.again import Again
from tests.model.book import HELD, WORKING, Duty, Letter, Refused, S, W


class Letters(Again):
    """Letters and their items."""

    def issue(self, urgency: str, due: date | None, items: int, units: Sequence[str]) -> None:
        self.letters.append(Letter(urgency, {str(n): due for n in range(1, items + 1)}, issued_on=self.today))
        for item in self.letters[-1].items:
            for unit in sorted(units):
                self._open(len(self.letters) - 1, item, unit, due, due)

    def change_deadline(self, letter: int, item: str, due: date) -> None:
        if any(not one.is_ended for one in self._series_of(letter)):
            raise Refused("InvalidValue")
        self.letters[letter].items[item] = due
        self.letters[letter].is_overruled = True
        for duty in self._of_item(letter, item):
            if duty.parent is not None or duty.state not in (*WORKING, S.RETURNED, S.SUSPENDED):
                continue
            duty.due = due
            duty.is_counted = False
            duty.version += 1
            self._stop(duty, W.SILENCE)
            if duty.state in WORKING:
                self._begin(duty, W.DEADLINE)

    def take_out(self, letter: int, item: str) -> None:
        self._in_force(letter)
        if item in self.letters[letter].taken_out:
            raise Refused("InvalidValue")
        self.letters[letter].taken_out.add(item)
        self._end_all_series(letter)
        self._withdraw_all(self._of_item(letter, item))

    def revoke(self, letter: int) -> None:
        self._in_force(letter)
        self.letters[letter].is_over = True
        self._end_all_series(letter)
        self._withdraw_all([duty for duty in self.duties if duty.letter == letter])

    def _end_all_series(self, letter: int) -> None:
        for one in self._series_of(letter):
            if one.until is None or one.until >= self.today:
                self._end_series(one, self.today)

    def _in_force(self, letter: int) -> None:
        if self.letters[letter].is_over:
            raise Refused("DirectiveNotInForce")

    def _withdraw_all(self, duties: Sequence[Duty]) -> None:
        for duty in duties:
            if duty.state in HELD:
                self._close(duty, S.WITHDRAWN)

    def assign_late(self, letter: int, item: str, unit: str) -> None:
        self._in_force(letter)
        due = self._day_of(letter, item, unit)
        if not self._is_counted(letter):
            self._require_ahead(due)
        if item in self.letters[letter].taken_out:
            raise Refused("InvalidValue")
        has = any(duty.unit == unit and duty.parent is None for duty in self._of_item(letter, item))
        if has or (letter, item, unit) in self.helpers:
            raise Refused("InvalidValue")
        self._require_ahead(due)
        for one in self._series_of(letter):
            self._join(one, unit)
        if not self._series_of(letter):
            self._open_late(letter, item, unit, due)

    def _is_counted(self, letter: int) -> bool:
        """Return if each unit has a day of its own."""
        return False

    def _require_ahead(self, due: date | None) -> None:
        if due is not None and due < self.today:
            raise Refused("DueBeforeAssigned")

    def _day_of(self, letter: int, item: str, _unit: str) -> date | None:
        """Return the day by which a unit has to do an item that it gets today."""
        return self.letters[letter].items[item]

    def _open_late(self, letter: int, item: str, unit: str, due: date | None) -> None:
        self._open(letter, item, unit, due, due)
