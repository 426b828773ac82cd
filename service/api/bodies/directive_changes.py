"""Bodies about what a later document does to an issued directive."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from service.api.bodies.base import Body, Day, FilledText, Word
from service.api.bodies.directives import AssignmentBody
from service.domain.changes import Basis, Correction, Removal


class LegalBasis(Body):
    """A directive of the register, or a document outside it by number or symbol, and day; exactly one."""

    directive_id: UUID | None = None
    number: Annotated[Word, Field(max_length=40)] = ""
    symbol: Annotated[Word, Field(max_length=80)] = ""
    issued_on: Day | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        outside = bool(self.number or self.symbol) and self.issued_on is not None
        named = bool(self.number or self.symbol or self.issued_on)
        if outside == (self.directive_id is not None) or (self.directive_id is not None and named):
            raise ValueError("names a directive_id, or a number or symbol with its issued_on")
        return self


class ChangeBody(Body):
    """Why a directive changes, and since when."""

    basis: LegalBasis
    effective_on: Day = Field(description="The day since which it holds; not in the future.")
    reason: FilledText

    def to_basis(self) -> Basis:
        """Return the basis as the domain knows it."""
        named = self.basis
        return Basis(
            named.directive_id, named.number, named.symbol, named.issued_on, self.effective_on, self.reason
        )


class LateAssignmentBody(ChangeBody):
    """Units that were forgotten. Without any, a forgotten item goes to the units that its parent has."""

    assignments: tuple[AssignmentBody, ...] = Field((), max_length=1_000)


class CorrectionBody(Body):
    """A slip of the pen; `item` is a locator, absent for the directive itself."""

    item: Word | None = None
    wrong: FilledText
    right: FilledText

    def to_correction(self) -> Correction:
        """Return it as the domain knows it."""
        return Correction(self.item, self.wrong, self.right)


class CorrectBody(ChangeBody):
    """Corrections that stand beside the text (đính chính)."""

    corrections: tuple[CorrectionBody, ...] = Field(min_length=1, max_length=100)


class RemovalBody(Body):
    """An item that is taken out, by locator, and the item of the basis directive that stands for it."""

    item: Word
    superseded_by: Word | None = None

    def to_removal(self) -> Removal:
        """Return it as the domain knows it."""
        return Removal(self.item, self.superseded_by)


class AmendBody(ChangeBody):
    """Items that are taken out (bãi bỏ, thay thế mục); what is added is an item of the basis directive."""

    take_out: tuple[RemovalBody, ...] = Field(min_length=1, max_length=500)
