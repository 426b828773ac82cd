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
    "10 days after the event": {"kind": "event", "days": 10, "pace": "days"},
}
"""What a letter may say, and the reading that the product has of it."""

DEEMED_DAYS, ITEM, EVENT = 2, "1", "10 days after the event"


class Counted(Letters):
    """Letters with one item whose day is counted for each unit."""

    def issue_counted(self, term: str, units: Sequence[str]) -> None:
        letter = Letter("thường", {ITEM: None}, term=term, issued_on=self.today)
        start = self._deemed(self.today) if self._is_from_receipt(letter) else self.today
        due = letter.items[ITEM] = None if term == EVENT else self._day(term, start)
        self.letters.append(letter)
        for unit in sorted(units):
            duty = self._open(len(self.letters) - 1, ITEM, unit, due, due)
            self._count(duty, None if term == EVENT else start)

    def happen(self, letter: int, on: date) -> None:
        given = self.letters[letter]
        if on > self.today or given.happened_on is not None:
            raise Refused("InvalidValue")
        given.happened_on = on
        for duty in self._undecided():
            if duty.letter == letter:
                duty.counts_from = on
                duty.due = duty.original = self._day(EVENT, on)
                duty.version += 1
                self._stop(duty, W.SILENCE)
                if duty.state in WORKING:
                    self._begin(duty, W.DEADLINE)

    def _open(self, letter: int, item: str, unit: str, due: date | None, *given: Any, **more: Any) -> Duty:
        """Whoever goes on with a duty whose day comes with an event waits for it too, or has that day."""
        of = self.letters[letter]
        by_event = of.term == EVENT and due is None and more.get("parent") is None
        if by_event and of.happened_on is not None:
            due = self._day(EVENT, of.happened_on)
            given = (due,)
        duty = super()._open(letter, item, unit, due, *given, **more)
        if by_event:
            duty.is_counted, duty.counts_from = True, of.happened_on
        return duty

    def _count(self, duty: Duty, start: date | None) -> None:
        given = self.letters[duty.letter]
        duty.is_counted, duty.counts_from = True, start
        duty.is_deemed = self._is_from_receipt(given) and duty.unit not in given.receipts

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
        if self._is_counted(letter):
            self._count(duty, self._start_of(letter, unit))

    def _is_counted(self, letter: int) -> bool:
        return self.letters[letter].term is not None and not self.letters[letter].is_overruled

    def _start_of(self, letter: int, unit: str) -> date | None:
        """Return the day from which a unit counts that gets the item today; None where no day is counted."""
        given = self.letters[letter]
        if not self._is_counted(letter):
            return None
        if not self._is_from_receipt(given):
            return given.happened_on if given.term == EVENT else given.issued_on
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
            if duty.is_counted and duty.state in still and duty.due == duty.original
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
        if TERMS[term]["kind"] != "relative_working_days":
            return self.days.on_or_after(start + timedelta(days=days))
        return self.days.count_on(start, days)

    @staticmethod
    def _is_from_receipt(letter: Letter) -> bool:
        return letter.term is not None and TERMS[letter.term].get("from") == "receipt"
