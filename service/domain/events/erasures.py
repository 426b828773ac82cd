"""Facts about what was erased on request. What was erased is not in them."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTextErased(Event):
    """Texts beside the fact at a position of the ledger were erased; whoever verifies looks for this fact."""

    kind = "fact.text_erased.v1"
    position: int
    names: list[Code]
    commitments: list[Code]
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """A person's name, addresses and traces were erased; the subject goes on as an id without a name."""

    kind = "person.erased.v1"
    basis: FreeText
