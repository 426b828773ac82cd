"""Refusals about letters to units that are late."""

from dataclasses import dataclass
from datetime import date

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class NothingIsLate(DomainError):
    """No duty that such a letter could name is overdue at the cut-off; units that the office only asks are
    urged and never criticised."""

    slug = "nothing-is-late"
    title = "There is no late duty to write about"
    cut_off: date


@dataclass(kw_only=True, eq=False)
class TooManyLate(DomainError):
    """More duties are overdue than one letter names (`duties_max`): write to fewer units at a time."""

    slug = "too-many-late"
    title = "There are too many late duties for one letter"
    duties_max: int
