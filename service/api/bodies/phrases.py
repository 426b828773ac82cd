"""Bodies and questions about what phrases mean."""

from pydantic import Field

from service.api.bodies.base import Body, Code, FilledLine, Line, PageQuery


class MeaningBody(Body):
    """A phrase of documents and the unit or group (exactly one) that it means."""

    phrase: FilledLine
    unit_code: Code | None = None
    group_code: Code | None = None


class MeaningQuery(PageQuery):
    """Which meanings."""

    q: Line | None = Field(None, description="In phrases, accents and case ignored.")
    revoked: bool = Field(False, description="Show those that hold no longer as well.")
