"""Facts about duties that pass from one unit to another."""

from dataclasses import dataclass

from service.domain.events.base import Event, FreeText, Official


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationTransferred(Event):
    """A unit has a duty no longer: `unit` has it, on that basis. One fact for each unit that has it now."""

    kind = "obligation.transferred.v1"
    unit: Official
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReplaced(Event):
    """A duty goes on under an item of the directive that replaced its own; `unit` has it there."""

    kind = "obligation.replaced.v1"
    unit: Official
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationCarriedOver(Event):
    """A duty goes on with one of a directive that was replaced; `unit` had that one."""

    kind = "obligation.carried_over.v1"
    unit: Official
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationInherited(Event):
    """A unit goes on with a duty that `unit` had. One fact for each unit that had it."""

    kind = "obligation.inherited.v1"
    unit: Official
    basis: FreeText
