"""Criteria that duties serve, what was measured of them, and the matrix that follows from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.criteria import Bound, Fulfilment
from tests.district import MONDAY
from tests.model.book import HELD, WORKING, Refused
from tests.model.figures import Moment
from tests.model.work import Work

SET_CODE = "huyen"
YEAR, ZONE_UNIT, ZONE_SINCE = 2024, "xa-c", date(2024, 3, 4)
INDICATORS: Mapping[str, Sequence[str]] = {"2": ("2.1", "2.2"), "11": ("11",)}
"""Criterion → what is measured of it; what has other indicators than itself is not measured."""

Limit = tuple[Bound, int]
LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "first": {"2.1": (Bound.AT_LEAST, 80), "2.2": (Bound.AT_LEAST, 65), "11": (Bound.AT_MOST, 13)},
    "stricter": {"2.1": (Bound.AT_LEAST, 90), "2.2": (Bound.AT_LEAST, 75), "11": (Bound.AT_MOST, 10)},
}
ZONE: Limit = (Bound.AT_LEAST, 50)
"""What both versions of the set ask of "2.2" in the poor commune."""


@dataclass
class Goal:
    """A criterion of a unit that a duty serves, with a target of its own or the set's."""

    duty: int
    criterion: str
    unit: str
    target: Limit | None
    made_at: datetime
    ended_at: datetime | None = None

    def held(self, at: datetime) -> bool:
        """Return if it was asked for at a moment."""
        return self.made_at <= at and (self.ended_at is None or self.ended_at > at)


@dataclass
class Value:
    """What was measured on a day, as it was told."""

    duty: int
    unit: str
    criterion: str
    amount: int
    on: date
    told_at: datetime
    corrected_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return if it was known and not corrected at a moment."""
        return self.told_at <= at and (self.corrected_at is None or self.corrected_at > at)


class Measured(Work):
    """Goals, values and the matrix."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.sets = [(MONDAY, "first")]
        self.goals: list[Goal] = []
        self.values: list[Value] = []

    def decide(self, which: str) -> None:
        self.sets.append((self.now, which))

    def serve(self, number: int, criterion: str, target: Limit | None, unit: str) -> None:
        duty = self.duties[number]
        if duty.parent is not None:
            raise Refused("NotAllowed")
        if duty.state not in HELD:
            raise Refused("NotUnderWay")
        self._require_measured(criterion, target)
        self._set(number, criterion, target, unit)

    def serve_item(self, letter: int, item: str, criterion: str, target: Limit | None) -> None:
        self._require_measured(criterion, target)
        for duty in self._of_item(letter, item):
            if duty.parent is None and duty.state in HELD:
                self._set(duty.number, criterion, target, duty.unit)

    def _require_measured(self, criterion: str, target: Limit | None) -> None:
        if target is not None and INDICATORS.get(criterion, (criterion,)) != (criterion,):
            raise Refused("InvalidValue")

    def _set(self, number: int, criterion: str, target: Limit | None, unit: str) -> None:
        before = self.goal(number, criterion, unit)
        if before is not None and before.ended_at is None:
            before.ended_at = self.now
        self.goals.append(Goal(number, criterion, unit, target, self.now))

    def goal(self, number: int, criterion: str, unit: str) -> Goal | None:
        """Return what a duty was last asked for a criterion of a unit."""
        same = [g for g in self.goals if (g.duty, g.criterion, g.unit) == (number, criterion, unit)]
        return same[-1] if same else None

    def end_goal(self, number: int, criterion: str, unit: str) -> None:
        goal = self.goal(number, criterion, unit)
        assert goal is not None
        if goal.ended_at is not None:
            raise Refused("RequestEnded")
        goal.ended_at = self.now

    def measure(self, number: int, of: str, unit: str, criterion: str, amount: int, on: date) -> None:
        goal = self.goal(number, of, unit)
        assert goal is not None
        self._in(number, *WORKING)
        if goal.ended_at is not None or criterion not in (of, *INDICATORS.get(of, ())):
            raise Refused("UnknownReference")
        self._require_measured(criterion, ZONE)
        self._require_day(on)
        self.values.append(Value(number, unit, criterion, amount, on, self.now))
        self.report(number, 50)

    def correct(self, value: int, amount: int, on: date | None) -> None:
        wrong = self.values[value]
        if wrong.corrected_at is not None:
            raise Refused("AlreadyExists")
        self._require_day(on or wrong.on)
        wrong.corrected_at = self.now
        right = Value(wrong.duty, wrong.unit, wrong.criterion, amount, on or wrong.on, self.now)
        self.values.append(right)

    def _require_day(self, on: date) -> None:
        if on > self.today or on.year < YEAR:
            raise Refused("InvalidValue")

    # --- what can be seen -----------------------------------------------------------------------------

    def matrix(self, cut_off: date, moment: Moment | None) -> Mapping[str, Mapping[str, Fulfilment]]:
        """Return what each unit that is served or was measured reaches of each criterion."""
        at = moment.at if moment else self.now
        limits = LIMITS[[which for made_at, which in self.sets if made_at <= at][-1]]
        held = [goal for goal in self.goals if goal.held(at)]
        told = [value for value in self.values if value.told_at <= at and value.on <= cut_off]
        shown: dict[str, dict[str, Fulfilment]] = defaultdict(dict)
        for unit in {each.unit for each in (*held, *told)}:
            for criterion, indicators in INDICATORS.items():
                met = []
                for code in indicators:
                    values = [v for v in told if (v.unit, v.criterion) == (unit, code) and v.holds(at)]
                    own = [g.target for g in held if (g.unit, g.criterion) == (unit, code) and g.target]
                    in_zone = (unit, code) == (ZONE_UNIT, "2.2") and cut_off >= ZONE_SINCE
                    bound, amount = own[-1] if own else ZONE if in_zone else limits[code]
                    last = max(values, key=lambda value: (value.on, value.told_at), default=None)
                    if last is None:
                        met.append(Fulfilment.NO_DATA)
                    else:
                        reached = last.amount >= amount if bound is Bound.AT_LEAST else last.amount <= amount
                        met.append(Fulfilment.MET if reached else Fulfilment.NOT_MET)
                worst = (Fulfilment.NOT_MET, Fulfilment.NO_DATA, Fulfilment.MET)
                shown[unit][criterion] = min(met, key=worst.index)
        return shown
