"""Days that are counted: from the receipt of a letter, deemed or shown, or from its issue."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.model.book import WORKING, Duty, Letter, Refused, S, W
from tests.model.letters import Letters

TERMS: Mapping[str, Mapping[str, Any]] = {
    "5 working days from receipt": {"kind": "relative_working_days", "days": 5, "from": "receipt"},
    "10 days from receipt": {"kind": "relative_days", "days": 10, "from": "receipt"},
    "8 working days from issue": {"kind": "relative_working_days", "days": 8, "from": "issue"},
}
"""What a letter may say, and the reading that the product has of it."""

DEEMED_DAYS, ITEM = 2, "1"


class Counted(Letters):
    """Letters with one item whose day is counted for each unit."""

    def issue_counted(self, term: str, units: Sequence[str]) -> None:
        is_deemed = TERMS[term]["from"] == "receipt"
        start = self._deemed(self.today) if is_deemed else self.today
        due = self._day(term, start)
        self.letters.append(Letter("thường", {ITEM: due}, term=term, issued_on=self.today))
        for unit in sorted(units):
            duty = self._open(len(self.letters) - 1, ITEM, unit, due, due)
            duty.counts_from, duty.is_deemed = start, is_deemed

    def enter_receipt(self, number: int, on: date, reason: str) -> None:
        duty = self.duties[number]
        letter = self.letters[duty.letter]
        if on < letter.issued_on or on > self.today or (duty.unit in letter.receipts and not reason):
            raise Refused("InvalidValue")
        self._receive(duty, on, since=date.min)

    def _day_of(self, letter: int, item: str, unit: str) -> date | None:
        start = self._start_of(letter, unit)
        return super()._day_of(letter, item, unit) if start is None else self._day(self._term(letter), start)

    def _open_late(self, letter: int, item: str, unit: str, due: date | None) -> None:
        duty = self._open(letter, item, unit, due, due)
        duty.counts_from = self._start_of(letter, unit)
        given = self.letters[letter]
        is_silent = self._is_from_receipt(given) and unit not in given.receipts
        duty.is_deemed = duty.counts_from is not None and is_silent

    def _start_of(self, letter: int, unit: str) -> date | None:
        """Return the day from which a unit counts that gets the item today; None where no day is counted."""
        given = self.letters[letter]
        if given.term is None or given.is_overruled:
            return None
        if not self._is_from_receipt(given):
            return given.issued_on
        return given.receipts.get(unit) or self._deemed(self.today)

    def _received(self, duty: Duty) -> None:
        letter = self.letters[duty.letter]
        if duty.state is S.ASSIGNED and self._is_from_receipt(letter) and duty.unit not in letter.receipts:
            self._receive(duty, self.today, since=self.today)
        super()._received(duty)

    def _receive(self, shown_by: Duty, on: date, *, since: date) -> None:
        letter = self.letters[shown_by.letter]
        letter.receipts[shown_by.unit] = on
        for duty in self._undecided():
            same = (duty.letter, duty.unit) == (shown_by.letter, shown_by.unit)
            if same and self._is_from_receipt(letter) and duty.due is not None and duty.due >= since:
                duty.counts_from, duty.is_deemed = on, False
                if self._count_day_again(duty) and duty.state in WORKING:
                    self._begin(duty, W.DEADLINE)

    def count_days_again(self) -> None:
        """Another calendar: what is to come is counted anew, and running clocks follow."""
        for duty in self._undecided():
            if duty.due is not None and duty.due >= self.today:
                if duty.is_deemed:
                    duty.counts_from = self._deemed(duty.assigned_on)
                if self._count_day_again(duty) and duty.clocks[W.DEADLINE, ""].is_running:
                    duty.clocks[W.DEADLINE, ""].move(duty.due)

    def _undecided(self) -> list[Duty]:
        still = (*WORKING, S.RETURNED, S.SUSPENDED)
        return [
            duty
            for duty in self.duties
            if duty.counts_from is not None and duty.state in still and duty.due == duty.original
        ]

    def _count_day_again(self, duty: Duty) -> bool:
        assert duty.counts_from is not None
        due = self._day(self._term(duty.letter), duty.counts_from)
        if due == duty.due:
            return False
        duty.due = duty.original = due
        duty.version += 1
        return True

    def _term(self, letter: int) -> str:
        term = self.letters[letter].term
        assert term is not None
        return term

    def _deemed(self, given_on: date) -> date:
        return self.days.count_on(given_on, DEEMED_DAYS)

    def _day(self, term: str, start: date) -> date:
        days = TERMS[term]["days"]
        if TERMS[term]["kind"] == "relative_days":
            return self.days.on_or_after(start + timedelta(days=days))
        return self.days.count_on(start, days)

    @staticmethod
    def _is_from_receipt(letter: Letter) -> bool:
        return letter.term is not None and TERMS[letter.term]["from"] == "receipt"
