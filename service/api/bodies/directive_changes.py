"""Bodies about what a later document does to an issued directive."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from service.api.bodies.base import Body, Code, Day, FilledText, Id, Word
from service.api.bodies.directives import AssignmentBody, WaiverBody
from service.domain.changes import Basis, Correction, Removal
from service.domain.replacing import Amendment, ItemDecision, Replacement
from service.domain.tables import ItemOutcome


class LegalBasis(Body):
    """A directive of the register, or a document outside it by number or symbol, and day; exactly one."""

    directive_id: Id | None = None
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


class ItemDecisionBody(Body):
    """What becomes of the open duties of an item and of all below it.

    `into` is the item of the new directive under which they go on when they are carried over.
    """

    item: Word
    outcome: ItemOutcome
    into: Word | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if (self.outcome is ItemOutcome.CARRY_OVER) != (self.into is not None):
            raise ValueError("carry_over, and it alone, names the item that duties go on under")
        return self

    def to_decision(self) -> ItemDecision:
        """Return it as the domain knows it."""
        return ItemDecision(self.item, self.outcome, self.into)


Decisions = Annotated[tuple[ItemDecisionBody, ...], Field(max_length=2_000)]


class ReplaceBody(ChangeBody):
    """A replacement; the duties of items that it does not name end."""

    items: Decisions = ()


class ReplacementBody(Body):
    """A directive that the one being issued replaces; the duties of items that are not named end."""

    directive_id: Id
    reason: FilledText
    items: Decisions = ()

    def to_replacement(self) -> Replacement:
        """Return it as the domain knows it."""
        return Replacement(self.directive_id, self.reason, [each.to_decision() for each in self.items])


class AmendmentBody(Body):
    """A directive that the one being issued takes items out of."""

    directive_id: Id
    reason: FilledText
    take_out: tuple[RemovalBody, ...] = Field(min_length=1, max_length=500)

    def to_amendment(self) -> Amendment:
        """Return it as the domain knows it."""
        return Amendment(self.directive_id, self.reason, [each.to_removal() for each in self.take_out])


class AmendBody(ChangeBody):
    """Items that are taken out (bãi bỏ, thay thế mục); what is added is an item of the basis directive."""

    take_out: tuple[RemovalBody, ...] = Field(min_length=1, max_length=500)


class IssueBody(Body):
    """Issue: by whom and when, and which directives it replaces or takes items out of in the same act."""

    issuer_code: Code
    issued_on: Day
    number: Annotated[Word, Field(max_length=40)] | None = None
    waive: tuple[WaiverBody, ...] = Field((), max_length=100)
    replaces: tuple[ReplacementBody, ...] = Field((), max_length=20)
    amends: tuple[AmendmentBody, ...] = Field((), max_length=20)
