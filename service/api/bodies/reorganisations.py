"""Bodies of reorganisations."""

from typing import Annotated

from pydantic import Field

from service.api.bodies.base import Body, Code, Day, FilledLine, Id, Line
from service.domain.reorganisations import HeirDecision, UnitChange
from service.domain.tables import SuccessionKind

Codes = Annotated[list[Code], Field(max_length=5000)]


class UnitChangeBody(Body):
    """What becomes of some units: each of `old` goes on in each of `new`; a rename has its new `name`."""

    kind: SuccessionKind
    old: Annotated[Codes, Field(min_length=1)]
    new: Codes = Field([])
    name: Line = ""

    def order(self) -> UnitChange:
        """Return it as the domain takes it."""
        return UnitChange(kind=self.kind, old=self.old, new=self.new, name=self.name)


class ReorganisationBody(Body):
    """A decision that changes units on a day. The new units are registered first, with their first day."""

    name: FilledLine
    basis: FilledLine
    effective_on: Day
    changes: Annotated[list[UnitChangeBody], Field(min_length=1, max_length=5000)]
    keeper_code: Code | None = Field(
        None, description="Takes over registers whose keeper ends without exactly one successor."
    )


class HeirDecisionBody(Body):
    """Who goes on with the open duties of a unit, or with some of them; without heirs they lapse."""

    unit_code: Code
    item_ids: list[Id] = Field([], max_length=1000)
    obligation_ids: list[Id] = Field([], max_length=1000)
    heirs: Annotated[list[Code], Field(max_length=50)]

    def order(self) -> HeirDecision:
        """Return it as the domain takes it."""
        return HeirDecision(
            unit_code=self.unit_code,
            item_ids=self.item_ids,
            obligation_ids=self.obligation_ids,
            heirs=list(dict.fromkeys(self.heirs)),
        )


class HeirsBody(Body):
    """Decisions, taken in their order; a later one about the same duty holds."""

    decisions: Annotated[list[HeirDecisionBody], Field(min_length=1, max_length=1000)]
