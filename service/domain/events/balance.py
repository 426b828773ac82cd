"""Facts about duties that were taken over from an older register."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBalanceEntered(Event):
    """A file of an older register was taken over; the subject is the import."""

    kind = "opening_balance.entered.v1"
    sha256: Code
    rows: int
    taken: int
    doubtful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveTakenOver(Event):
    """A document of an older register gave items that were taken over."""

    kind = "directive.taken_over.v1"
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationTakenOver(Event):
    """A unit goes on with a duty that an older register held; `row` is its row there. Written set-based."""

    kind = "obligation.taken_over.v1"
    row: int
    basis: FreeText
    standing: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationTakenOverDone(Event):
    """A duty that an older register held as done was taken over; nobody has to be told. Written set-based."""

    kind = "obligation.taken_over_done.v1"
    row: int
    basis: FreeText
    standing: FreeText
