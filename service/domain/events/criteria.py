"""Facts about sets of criteria, and what duties reach of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Code, Event, FreeText, Official


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSetChanged(Event):
    """A register has a new version of a set of criteria; what was judged by an older one says so."""

    kind = "criterion_set.changed.v1"
    code: Code
    number: int
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSet(Event):
    """A duty serves a criterion of a unit in a year. Written set-based."""

    kind = "obligation.goal_set.v1"
    set_code: Code
    criterion: Code
    year: int
    target: Code
    unit: Official


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEnded(Event):
    """A duty does not serve a criterion any more; what was measured for it stays."""

    kind = "obligation.goal_ended.v1"
    goal_id: UUID
    set_code: Code
    criterion: Code
    year: int
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMeasured(Event):
    """The unit told a measured value; `value` as people write it."""

    kind = "obligation.value_measured.v1"
    measure_id: UUID
    set_code: Code
    criterion: Code
    year: int
    value: Code
    measured_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCorrected(Event):
    """A measured value was wrong; both the wrong and the right one stay."""

    kind = "obligation.value_corrected.v1"
    measure_id: UUID
    corrects_id: UUID
    set_code: Code
    criterion: Code
    year: int
    wrong: Code
    value: Code
    reason: FreeText
