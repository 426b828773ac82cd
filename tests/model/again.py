"""Duties that come again: which periods there are, when each is due, and who has it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.model.book import HELD, WORKING, Book, Letter, Period, Refused, S, Series, W
from tests.model.days import ONE, Days

RULES: Mapping[str, Mapping[str, Any]] = {
    "last day of the week": {"freq": "weekly"},
    "Wednesday": {"freq": "weekly", "by_weekday": "WE"},
    "the 20th": {"freq": "monthly", "by_month_day": 20},
}
"""What a letter may say, and the rule that the product reads in it."""


ITEM = "1"


class Again(Book):
    """Letters with one item that comes again."""

    def issue_series(self, rule: str, units: Sequence[str]) -> None:
        self.letters.append(Letter("thường", {ITEM: None}, issued_on=self.today))
        one = Series(len(self.letters) - 1, rule, dict.fromkeys(units, self.today))
        self.series.append(one)
        self._make(one)

    def stop_series(self, number: int, key: str) -> None:
        one = self.series[number]
        if self.letters[one.letter].is_over:
            raise Refused("DirectiveNotInForce")
        if one.is_ended:
            raise Refused("SeriesEnded")
        start = next(period.start for period in one.periods if period.key == key)
        for period in self._end_series(one, start):
            for duty in self._of_item(one.letter, ITEM):
                if duty.period == period.key and duty.state in HELD:
                    self._close(duty, S.WITHDRAWN)

    def _end_series(self, one: Series, on: date) -> list[Period]:
        """Let nothing come from a day on; return the periods that do not hold any more."""
        one.is_ended = True
        gone = [period for period in one.periods if period.start >= on and period.holds]
        for period in gone:
            period.holds = False
        return gone

    def _series_of(self, letter: int) -> list[Series]:
        return [one for one in self.series if one.letter == letter]

    def _make(self, one: Series) -> None:
        """Make the periods up to the one after today's, and give each to the units of the series."""
        if one.is_ended:
            return
        last = stretch(one.rule, stretch(one.rule, self.today)[2] + ONE)[1]
        while not one.periods or one.periods[-1].start < last:
            following = one.periods[-1].end + ONE if one.periods else self.today
            key, start, end = stretch(one.rule, following)
            period = Period(key, start, end, due_of(one.rule, start, end, self.days))
            one.periods.append(period)
            for unit in one.units:
                self._give(one, period, unit, one.units[unit])

    def _give(self, one: Series, period: Period, unit: str, since: date) -> None:
        has = any(
            (duty.unit, duty.parent, duty.period) == (unit, None, period.key)
            and duty.state is not S.WITHDRAWN
            for duty in self._of_item(one.letter, ITEM)
        )
        if period.due >= since and not has:
            on = max(since, period.start)
            self._open(one.letter, ITEM, unit, period.due, period.due, period=period.key, on=on)

    def _join(self, one: Series, unit: str) -> None:
        one.units[unit] = min(one.units.get(unit, self.today), self.today)
        for period in one.periods:
            if period.holds:
                self._give(one, period, unit, self.today)

    def _follow_heirs(self, one: Series) -> None:
        for merger in self.mergers:
            for unit in merger.old if merger.state == "carried_out" else ():
                if unit in one.units:
                    since = one.units.pop(unit)
                    one.units[merger.new] = min(one.units.get(merger.new, since), since)

    def make_periods(self) -> None:
        """The worker makes what is wanted by now."""
        for one in self.series:
            if not one.is_ended and one.periods[-1].start <= self.today:
                self._follow_heirs(one)
                self._make(one)

    def count_periods_again(self) -> None:
        """Another calendar: what is to come gets the day that it names now, and its open duties with it."""
        for one in self.series:
            for period in one.periods:
                if period.holds and period.due >= self.today:
                    self._count_again(one, period)

    def _count_again(self, one: Series, period: Period) -> None:
        due = due_of(one.rule, period.start, period.end, self.days)
        before, period.due = period.due, due
        if due == before:
            return
        for duty in self._of_item(one.letter, ITEM):
            is_open = duty.state in (*WORKING, S.RETURNED, S.SUSPENDED) and duty.parent is None
            if duty.period != period.key or not is_open or {duty.due, duty.original} != {before}:
                continue
            duty.due = duty.original = due
            duty.version += 1
            if duty.clocks[W.DEADLINE, ""].is_running:
                duty.clocks[W.DEADLINE, ""].move(due)


def stretch(rule: str, day: date) -> tuple[str, date, date]:
    """Return the name, the first and the last day of the period in which a day lies."""
    if rule == "the 20th":
        start = day.replace(day=1)
        return f"{day:%Y-%m}", start, (start + timedelta(days=31)).replace(day=1) - ONE
    year, week, weekday = day.isocalendar()
    start = day - ONE * (weekday - 1)
    return f"{year}-W{week:02}", start, start + ONE * 6


def due_of(rule: str, start: date, end: date, days: Days) -> date:
    """Return the day that a rule names in a period."""
    if rule == "the 20th":
        return start.replace(day=20)
    if rule == "Wednesday":
        return start + ONE * 2
    worked = [start + ONE * n for n in range(7) if days.is_worked(start + ONE * n)]
    return worked[-1] if worked else days.on_or_after(end)
