"""Why nothing can be proved of the ledger; see `domain/errors.py`."""

from dataclasses import dataclass

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class NotUnderCheckpoint(DomainError):
    """No checkpoint was made since the entry was: a worker with the audit key makes one within a minute."""

    slug = "not-under-checkpoint"
    title = "The entry is under no checkpoint yet"
    position: int


@dataclass(kw_only=True, eq=False)
class LedgerBroken(DomainError):
    """What is stored is not what was signed, at `position` or after it; `dondoc audit verify` says more."""

    slug = "ledger-broken"
    title = "The ledger is not what was signed"
    position: int
