"""Duties that come again: which periods there are, when each is due, and who has it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.model.book import HELD, WORKING, Book, Duty, Letter, Period, Refused, S, Series, W
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
        begins = stretch(rule, self.today)[1]
        one = Series(len(self.letters) - 1, rule, dict.fromkeys(units, self.today), begins, self.today)
        self.series.append(one)
        self._make(one)

    def stop_series(self, number: int, key: str) -> None:
        one, start = self._going_on(number, key)
        for period in self._end_series(one, start):
            for duty in self._of_period(one, period):
                if duty.state in HELD:
                    self._close(duty, S.WITHDRAWN)

    def change_series(self, number: int, key: str, rule: str | None, units: Sequence[str] | None) -> None:
        one, start = self._going_on(number, key)
        later = max(start, self.today)
        have = list(one.units) if units is None else units
        since = {unit: start if unit in one.units else later for unit in have}
        new = Series(one.letter, rule or one.rule, since, start, self.today)
        self._lay_out(new)
        if any(period.due < self.today for period in new.periods):
            raise Refused("InvalidValue")
        self.series.append(new)
        ended = {period.key: period for period in self._end_series(one, start)}
        ahead = {period.key: period for period in new.periods}
        for duty in self._of_item(one.letter, ITEM):
            is_kept = duty.period in ahead and duty.unit in new.units
            if duty.period in ended and duty.parent is None and duty.state in HELD and not is_kept:
                self._close(duty, S.WITHDRAWN)
        for same in ended.keys() & ahead.keys():
            self._move_period(new, ended[same].due, ahead[same])
        self._give_all(new, new.periods)

    def _going_on(self, number: int, key: str) -> tuple[Series, date]:
        """Return a series that a later document may end or change, and a period's first day."""
        one = self.series[number]
        if self.letters[one.letter].is_over:
            raise Refused("DirectiveNotInForce")
        if one.is_ended:
            raise Refused("SeriesEnded")
        self._follow_heirs(one)
        return one, next(period.start for period in one.periods if period.key == key)

    def _of_period(self, one: Series, period: Period) -> list[Duty]:
        return [duty for duty in self._of_item(one.letter, ITEM) if duty.period == period.key]

    def _move_period(self, one: Series, before: date, period: Period) -> None:
        """Give the open duties of a period, made before, the day that the new rule names."""
        for duty in self._of_period(one, period):
            is_open = duty.state in (*WORKING, S.RETURNED, S.SUSPENDED) and duty.parent is None
            if not is_open or {duty.due, duty.original} != {before} or before == period.due:
                continue
            duty.due = duty.original = period.due
            duty.version += 1
            if duty.state in WORKING:
                self._begin(duty, W.DEADLINE)

    def _end_series(self, one: Series, on: date) -> list[Period]:
        """Let nothing come from a day on; return the periods that do not hold any more."""
        one.until = on - ONE
        gone = [period for period in one.periods if period.start >= on and period.holds]
        for period in gone:
            period.holds = False
        return gone

    def _series_of(self, letter: int) -> list[Series]:
        return [one for one in self.series if one.letter == letter]

    def _make(self, one: Series) -> None:
        """Make the periods up to the one after today's, and give each to the units of the series."""
        if not one.is_ended:
            self._give_all(one, self._lay_out(one))

    def _lay_out(self, one: Series) -> list[Period]:
        """Add the periods that are wanted by now, and return them."""
        one.make_on = stretch(one.rule, stretch(one.rule, self.today)[2] + ONE)[1]
        made: list[Period] = []
        begins = one.periods[-1].end + ONE if one.periods else one.begins
        while begins <= one.make_on:
            key, _, end = stretch(one.rule, begins)
            made.append(Period(key, begins, end, due_of(one.rule, end, self.days)))
            begins = end + ONE
        one.periods += made
        return made

    def _give_all(self, one: Series, periods: Sequence[Period]) -> None:
        for period in periods:
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
            if not one.is_ended and one.make_on <= self.today:
                self._follow_heirs(one)
                self._make(one)

    def count_periods_again(self) -> None:
        """Another calendar: what is to come gets the day that it names now, and its open duties with it."""
        for one in self.series:
            for period in one.periods:
                if period.holds and period.due >= self.today:
                    self._count_again(one, period)

    def _count_again(self, one: Series, period: Period) -> None:
        due = due_of(one.rule, period.end, self.days)
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


def due_of(rule: str, end: date, days: Days) -> date:
    """Return the day that a rule names in the period that ends on a day, whenever that began."""
    start = stretch(rule, end)[1]
    if rule == "the 20th":
        return start.replace(day=20)
    if rule == "Wednesday":
        return start + ONE * 2
    worked = [start + ONE * n for n in range(7) if days.is_worked(start + ONE * n)]
    return worked[-1] if worked else days.on_or_after(end)
