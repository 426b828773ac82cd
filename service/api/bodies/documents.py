"""Questions about the documents that an office writes."""

from pydantic import Field

from service.api.bodies.base import Body, Day


class DocumentQuery(Body):
    """As of which day."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)
