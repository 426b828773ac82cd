"""Bodies and questions about criteria, goals and measured values."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt

from service.api.bodies.base import IN_DIGITS, Amount, Body, Code, Day, FilledLine, FilledText, Instant, Word
from service.api.bodies.obligations import ValueBody, plain
from service.domain.criteria import (
    CRITERIA_MAX,
    THRESHOLDS_MAX,
    Bound,
    CriterionSet,
    thousandths,
)
from service.domain.goals import GoalOrder, Target

FIRST_YEAR, LAST_YEAR = 2000, 2100
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
Zone = Annotated[Word, Field(max_length=60)]
Measurement = Annotated[Word, Field(max_length=60)]


class ThresholdBody(Body):
    """What has to be reached by units that have an attribute, or by all others."""

    zone: Zone = Field("", description='Attribute of a unit, such as "xã nhóm 3"; empty: every other unit.')
    bound: Bound = Bound.AT_LEAST
    amount: Amount


class IndicatorBody(Body):
    """What is measured."""

    code: Code
    name: FilledText
    measure: Measurement = Field("", description='Unit of measure, such as "%"; "đạt": 1 is yes, 0 is no.')
    thresholds: tuple[ThresholdBody, ...] = Field((), max_length=THRESHOLDS_MAX)


class CriterionBody(IndicatorBody):
    """A criterion, judged by its indicators, or measured itself where it has none."""

    indicators: tuple[IndicatorBody, ...] = Field((), max_length=CRITERIA_MAX)


class CriterionSetBody(Body):
    """A set of criteria as it holds from now on."""

    name: FilledLine
    basis: FilledText = Field(description="The document that decides it.")
    first_year: Year
    last_year: Year
    indicators_stated: Annotated[StrictInt, Field(ge=0, le=CRITERIA_MAX)] | None = Field(
        None, description="How many indicators that document counts, entered here or not."
    )
    criteria: tuple[CriterionBody, ...] = Field(min_length=1, max_length=CRITERIA_MAX)

    def asked(self, code: str) -> CriterionSet:
        """Return it as a rule."""
        return CriterionSet.of(self.model_dump() | {"code": code})


class TargetBody(Body):
    """What a unit is to reach, instead of the threshold of the set."""

    bound: Bound = Bound.AT_LEAST
    amount: Amount


class GoalBody(Body):
    """One criterion or indicator to be served."""

    criterion: Code
    target: TargetBody | None = None


def _each_once(value: tuple[GoalBody, ...]) -> tuple[GoalBody, ...]:
    if len({each.criterion for each in value}) < len(value):
        raise ValueError("a criterion is named twice")
    return value


class GoalsBody(Body):
    """Criteria of a set in a year."""

    set_code: Code
    year: Year
    goals: Annotated[tuple[GoalBody, ...], AfterValidator(_each_once)] = Field(min_length=1, max_length=100)

    def order(self) -> GoalOrder:
        """Return it as an order."""
        targets = [
            Target(each.criterion, each.target.bound, thousandths(each.target.amount))
            if each.target
            else Target(each.criterion)
            for each in self.goals
        ]
        return GoalOrder(self.set_code, self.year, targets)


class DutyGoalsBody(GoalsBody):
    """Criteria of a set in a year, of the duty's own unit or of another."""

    unit_code: Code | None = None


class MeasureCorrectionBody(ValueBody):
    """The right value; what is left out stays as it was."""

    measured_on: Day | None = Field(None, description="As before where absent.")
    reason: FilledText

    def values(self) -> dict[str, Any]:
        """Return what `measures.correct_measure` takes."""
        return {
            "amount": thousandths(self.value),
            "measured_on": self.measured_on,
            "source": self.source,
            "document": plain(self.document),
            "reason": self.reason,
        }


class SetQuery(Body):
    """Which version of a set."""

    as_of: Instant | None = Field(None, description="As it held then; now where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)


class CellQuery(SetQuery):
    """Which year, the day judged and what was known by when."""

    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), IN_DIGITS]
    cut_off: Day | None = Field(None, description="Only what was measured by then; today where absent.")


class MatrixQuery(CellQuery):
    """Which matrix."""

    group: Code | None = Field(None, description="Code of a group of units: a row for each of its members.")


class MatrixFileQuery(MatrixQuery):
    """Which matrix, as a file."""

    set_code: Code
