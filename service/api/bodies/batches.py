"""Bodies that do the same to many obligations."""

from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, StrictInt

from service.api.bodies.base import Body, Text
from service.api.bodies.obligations import ProgressReport

ROWS_MAX = 200
VERSION = "The version it was decided on, as `ETag` names it; a stale one is refused with 412."


class ObligationRow(Body):
    """One obligation, and the version that was read of it."""

    obligation_id: UUID
    version: StrictInt | None = Field(None, ge=1, le=999_999_999, description=VERSION)


class ReportRow(ObligationRow, ProgressReport):
    """How far one unit is with one obligation."""


Row = TypeVar("Row", bound=ObligationRow)


def _each_once(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if len({row.obligation_id for row in rows}) < len(rows):
        raise ValueError("an obligation is named twice")
    return rows


Rows = Annotated[tuple[Row, ...], AfterValidator(_each_once), Field(min_length=1, max_length=ROWS_MAX)]


class AcknowledgementBatch(Body):
    """Obligations that units have received."""

    rows: Rows[ObligationRow]


class AcceptanceBatch(Body):
    """Obligations whose submission is agreed to."""

    rows: Rows[ObligationRow]
    comment: Text = ""


class ReportBatch(Body):
    """What units tell about many obligations, such as what another system knows at the end of a day."""

    rows: Rows[ReportRow]
