"""Facts about the ledger itself."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointMade(Event):
    """The ledger was signed as it was at a size. The subject is the register whose endpoints are told.

    `note` is the checkpoint itself: whoever keeps it is a witness.
    """

    kind = "checkpoint.made.v1"
    number: int
    size: int
    note: Code
