"""Bodies and questions about obligations."""

from dataclasses import fields
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictInt

from service.api.bodies.base import (
    Amount,
    Body,
    Code,
    Day,
    FilledText,
    Id,
    Line,
    PageQuery,
    Percent,
    Text,
    Word,
)
from service.api.strict import INTEGER_MAX
from service.domain.criteria import thousandths
from service.domain.funding import FundingSource
from service.domain.lifecycle import State, Timeliness
from service.domain.measures import MeasureOrder
from service.domain.permissions import Relation
from service.domain.reading.obligation_pages import Filter, Sort, Stage

MEASURES_MAX = 100


class DocumentReference(Body):
    """The document that proves or tells something: number, symbol and day as it bears them."""

    number: Word = ""
    symbol: Word = ""
    issued_on: Day | None = None


class FundingBody(Body):
    """What one source has given up to now (lũy kế), in đồng."""

    source: FundingSource
    amount: StrictInt = Field(ge=0, le=INTEGER_MAX)


def _each_source_once(value: tuple[FundingBody, ...]) -> tuple[FundingBody, ...]:
    if len({each.source for each in value}) < len(value):
        raise ValueError("a source is named twice")
    return value


def plain(document: DocumentReference | None) -> dict[str, Any] | None:
    """Return a reference as JSON values, if there is one."""
    return document.model_dump(mode="json") if document else None


class ValueBody(Body):
    """A measured value and where it comes from."""

    value: Amount
    measured_on: Day | None = Field(None, description="Today where absent.")
    source: Line = Field("", description="Who measured it, or the table that it stands in.")
    document: DocumentReference | None = None


class MeasureBody(ValueBody):
    """A value of a criterion that the duty serves."""

    goal_id: Id
    criterion: Code | None = Field(None, description="An indicator of the goal's criterion, if it has any.")

    def order(self) -> MeasureOrder:
        """Return it as an order."""
        return MeasureOrder(
            goal_id=self.goal_id,
            criterion=self.criterion,
            amount=thousandths(self.value),
            measured_on=self.measured_on,
            source=self.source,
            document=plain(self.document),
        )


class ProgressReport(Body):
    """How far the unit is."""

    percent: Percent | None = None
    text: FilledText
    difficulties: Text = ""
    document: DocumentReference | None = None
    funding: Annotated[tuple[FundingBody, ...], AfterValidator(_each_source_once)] = Field(
        (), max_length=len(FundingSource), description="A source left out keeps what was told before."
    )
    measures: tuple[MeasureBody, ...] = Field(
        (), max_length=MEASURES_MAX, description="Values of criteria that the duty serves."
    )

    def money(self) -> dict[FundingSource, int]:
        """Return what each source has given, in đồng."""
        return {each.source: each.amount for each in self.funding}


class SubmissionOfResult(Body):
    """The unit proposes that its duty is done; evidence is a document or files beside the text."""

    text: FilledText
    document: DocumentReference | None = None
    file_ids: tuple[Id, ...] = Field((), max_length=50)


class Acceptance(Body):
    """The issuing side agrees."""

    comment: Text = ""


class Reason(Body):
    """Why, as the journal will say it."""

    reason: FilledText


class WhichObligations(Body):
    """Which obligations, in which order."""

    directive_id: Id | None = None
    unit: Code | None = Field(None, description="Code of the unit that answers for them.")
    relation: Relation | None = Field(None, description="What your unit is to them.")
    state: State | None = None
    stage: Stage | None = Field(
        None, description="Whether the unit works on them, waits, or they have ended."
    )
    timeliness: Timeliness | None = Field(None, description="At the cut-off.")
    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    due_from: Day | None = None
    due_before: Day | None = None
    period: Line | None = Field(None, description="Of recurring duties: 2024-05, 2024-Q2, 2024-W18, 2024.")
    field: Line | None = Field(None, description="Of the item, or else of its directive.")
    source: Line | None = Field(None, description="Of the directive.")
    q: Line | None = Field(None, description="In items and directives, accents and case ignored.")
    sort: Sort = Field(Sort.ID, description="By `due_on`, the undated come last; `newest` is `id` backwards.")

    def filter(self) -> Filter:
        """Return it as the filter of a page."""
        names = (each.name for each in fields(Filter))
        return Filter(**{name: getattr(self, name) for name in names})


class ObligationQuery(WhichObligations, PageQuery):
    """Which obligations, a page at a time."""

    total: bool = Field(False, description="Count as well, up to 10,000.")


class RegisterReportQuery(WhichObligations):
    """Which duties a file holds, as of which day."""

    register_code: str | None = Field(None, alias="register", exclude=True)


class ProgressQuery(PageQuery):
    """Which progress updates."""

    obligation_id: Id | None = None
    unit: Code | None = None
    since: Day | None = Field(None, description="Told on this day or later.")
