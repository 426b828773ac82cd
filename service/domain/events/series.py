"""Facts about duties that come again."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Code, Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBegan(Event):
    """After the issue, an item got a rule by which its duties come again."""

    kind = "directive.series_began.v1"
    change_id: UUID
    series_id: UUID
    basis: FreeText
    item: Code
    from_on: date
    obligations: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChanged(Event):
    """From a period on, duties come again by another rule or at other units; earlier ones stay."""

    kind = "directive.series_changed.v1"
    change_id: UUID
    series_id: UUID
    basis: FreeText
    item: Code
    from_period: Code
    obligations: int
    moved: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStopped(Event):
    """From a period on, duties come no more; earlier ones stay."""

    kind = "directive.series_stopped.v1"
    change_id: UUID
    series_id: UUID
    basis: FreeText
    item: Code
    from_period: Code
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodGiven(Event):
    """A duty is for a period: the rule of its series has come to it."""

    kind = "obligation.period_given.v1"
    period: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodMoved(Event):
    """A duty of a period got another day, because its series goes by another rule."""

    kind = "obligation.period_moved.v1"
    change_id: UUID
    period: Code
    due_on: date
    basis: FreeText
    reason: FreeText
