"""Commands about criteria: sets decided, goals set and ended, values told and corrected."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from service.domain.criteria import Bound
from tests.model.measured import INDICATORS, LIMITS, Limit
from tests.model.playing import CUT_OFFS, PICK, Playing

CODES = st.sampled_from(sorted({*INDICATORS, *(code for codes in INDICATORS.values() for code in codes)}))
AMOUNTS = st.sampled_from([8, 10, 11, 13, 14, 49, 50, 65, 74, 75, 80, 89, 90])
TARGETS = st.one_of(st.none(), st.none(), st.tuples(st.sampled_from(Bound), AMOUNTS))


class Criteria(Playing):
    """What communes are to reach, and reach."""

    @rule(which=st.sampled_from(sorted(LIMITS)))
    def decide(self, which: str) -> None:
        if self.goes_on():
            self.play("decide", which)

    @rule(pick=PICK, criterion=CODES, wanted=TARGETS, to=st.one_of(st.none(), PICK))
    def serve(self, pick: int, criterion: str, wanted: Limit | None, to: int | None) -> None:
        living = self.reference.units
        duty = self.duty(pick)
        unit = duty.unit if to is None and duty.unit in living else living[(to or 0) % len(living)]
        if self.goes_on():
            self.play("serve", duty.number, criterion, wanted, unit)

    @rule(pick=PICK, criterion=CODES, wanted=TARGETS)
    def serve_item(self, pick: int, criterion: str, wanted: Limit | None) -> None:
        if self.goes_on():
            self.play("serve_item", *self.item(pick), criterion, wanted)

    @precondition(lambda self: self.reference.goals)
    @rule(pick=PICK)
    def end_goal(self, pick: int) -> None:
        goal = self.reference.goals[pick % len(self.reference.goals)]
        if self.goes_on():
            self.play("end_goal", goal.duty, goal.criterion, goal.unit)

    @precondition(lambda self: self.reference.goals)
    @rule(pick=PICK, criterion=st.one_of(st.none(), CODES), amount=AMOUNTS, ago=st.integers(-1, 12))
    def measure(self, pick: int, criterion: str | None, amount: int, ago: int) -> None:
        goal = self.reference.goals[pick % len(self.reference.goals)]
        code = criterion or INDICATORS.get(goal.criterion, (goal.criterion,))[pick % 2 - 1]
        if self.goes_on():
            self.play("measure", goal.duty, goal.criterion, goal.unit, code, amount, self.at(-ago))

    @precondition(lambda self: self.reference.values)
    @rule(pick=PICK, amount=AMOUNTS, ago=st.one_of(st.none(), st.integers(-1, 80)))
    def correct(self, pick: int, amount: int, ago: int | None) -> None:
        on = None if ago is None else self.at(-ago)
        if self.goes_on():
            self.play("correct", pick % len(self.reference.values), amount, on)

    @precondition(lambda self: self.reference.goals)
    @rule(ahead=CUT_OFFS, pick=st.one_of(st.none(), PICK))
    def look_at_the_matrix(self, ahead: int, pick: int | None) -> None:
        moments = self.reference.moments
        self.judge(self.at(ahead), moments[pick % len(moments)] if moments and pick is not None else None)
