"""Facts about statistics."""

from dataclasses import dataclass
from datetime import date

from service.domain.events.base import Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsPublished(Event):
    """A table of statistics was published; it never changes."""

    kind = "statistics.published.v1"
    cut_off: date
    by: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringChanged(Event):
    """The register counts and ranks by other numbers from now on."""

    kind = "scoring.changed.v1"
    number: int
    basis: FreeText
