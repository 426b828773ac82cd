"""Questions about statistics, and what publishes them."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, StrictInt

from service.api.bodies.base import IN_DIGITS, Body, Code, Day, FilledText, Id, Instant, Limit, Word
from service.domain.figures import Cell, Denominator
from service.domain.reading.funding import FundingBy
from service.domain.reading.statistics import By
from service.domain.scoring import BOUNDS_MAX, PARTS_MAX, Part, PartKind, Policy

DAYS_MAX = 3_650


class WhichDuties(Body):
    """The day judged, what was known by when, and which duties."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    as_of: Instant | None = Field(None, description="Only what was known by then; all where absent.")
    unit: Code | None = Field(None, description="Code of the unit that answers for them.")
    directive_id: Id | None = None
    issuer: Code | None = Field(None, description="Code of the issuing unit.")
    source: Word | None = Field(None, description="Layer that the task comes from.")
    field: Word | None = Field(None, description="Field of work of the item, or else of its directive.")
    key_task: bool | None = None
    register_code: str | None = Field(None, alias="register", exclude=True)


class StatisticsQuery(WhichDuties):
    """Which table."""

    by: By = By.UNIT
    denominator: Denominator = Field(Denominator.ALL, description="What rates are a share of.")


class FundingQuery(WhichDuties):
    """Which sums of money."""

    by: FundingBy = FundingBy.UNIT


class CellQuery(WhichDuties):
    """Which duties of which cell, a page at a time."""

    cell: Cell
    beyond: Annotated[int, Field(ge=0, le=BOUNDS_MAX), IN_DIGITS] = Field(
        0,
        description="How many bounds of lateness they lie beyond at least; 1 in `undated_open`: the silent.",
    )
    after: str | None = Field(None, max_length=300, description="`next` of the page before.")
    limit: Limit = 50


class PublicationBody(Body):
    """What to publish."""

    cut_off: Day
    as_of: Instant | None = None
    by: By = By.UNIT


class PublicationQuery(Body):
    """How a published table is shown."""

    denominator: Denominator = Denominator.ALL
    compare: bool = Field(False, description="Show beside it what the same question is answered now.")
    register_code: str | None = Field(None, alias="register", exclude=True)


class ScorecardQuery(Body):
    """Which ranking."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    as_of: Instant | None = Field(None, description="Only what was known by then; all where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)


class PartBody(Body):
    """One part of the sum; see `kind`."""

    kind: PartKind
    points: StrictInt = Field(ge=0, le=1_000)
    cost_percent: StrictInt = Field(0, ge=0, le=100, description="`timeliness`: what a late duty costs.")
    beyond_days: StrictInt | None = Field(
        None, ge=0, le=DAYS_MAX, description="`overdue`: one of `overdue_days`."
    )


class ScoringBody(Body):
    """How the register counts and ranks from now on."""

    overdue_days: tuple[StrictInt, ...] = Field(
        max_length=BOUNDS_MAX, description="Bounds of lateness, rising."
    )
    silent_days: StrictInt = Field(ge=1, le=DAYS_MAX)
    counted_min: StrictInt = Field(ge=1, le=10_000, description="Fewer that fell due: shown, not ranked.")
    commend_from: StrictInt = Field(ge=-10_000, le=10_000)
    criticise_below: StrictInt = Field(ge=-10_000, le=10_000)
    basis: FilledText
    parts: tuple[PartBody, ...] = Field(min_length=1, max_length=PARTS_MAX)

    def policy(self) -> Policy:
        """Return it as a rule."""
        return Policy(
            overdue_days=self.overdue_days,
            silent_days=self.silent_days,
            counted_min=self.counted_min,
            commend_from=self.commend_from,
            criticise_below=self.criticise_below,
            basis=self.basis,
            parts=[Part(**part.model_dump()) for part in self.parts],
        )


def known_by(asked: datetime | None, now: datetime) -> datetime | None:
    """Return an instant of the past as it is, and None where everything known now is asked for."""
    return asked.astimezone(UTC) if asked is not None and asked < now else None
