"""Facts about reorganisations of units."""

from dataclasses import dataclass
from datetime import date

from service.domain.events.base import Code, Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganisationDrafted(Event):
    """A reorganisation was entered; nothing has changed yet."""

    kind = "reorganisation.drafted.v1"
    basis: FreeText
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirsDecided(Event):
    """Somebody said who goes on with some duties, or that they lapse (`heirs` is empty)."""

    kind = "reorganisation.heirs_decided.v1"
    obligations: int
    heirs: list[Code]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganisationScheduled(Event):
    """Everything is decided; the worker carries it out on its day."""

    kind = "reorganisation.scheduled.v1"
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganisationHeldUp(Event):
    """Its day has come, and it waits: so many open duties, and these registers, would be nobody's."""

    kind = "reorganisation.held_up.v1"
    effective_on: date
    obligations: int
    registers: list[Code]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganisationUndone(Event):
    """It will not be carried out."""

    kind = "reorganisation.undone.v1"
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganisationCarriedOut(Event):
    """Units ended and their duties passed on or lapsed."""

    kind = "reorganisation.carried_out.v1"
    effective_on: date
    passed_on: int
    lapsed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEnded(Event):
    """A unit ceased to exist on a day."""

    kind = "unit.ended.v1"
    basis: FreeText
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationLapsed(Event):
    """A duty is void because of a reorganisation."""

    kind = "obligation.lapsed.v1"
    basis: FreeText
