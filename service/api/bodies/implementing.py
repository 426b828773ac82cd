"""Bodies and questions about what a directive carries out, and how it is carried out."""

from pydantic import Field

from service.api.bodies.base import Body, Day, FilledLine, Id, PageQuery
from service.domain.implementing import Origin


class OriginBody(Body):
    """An item of a higher directive, by id or locator."""

    directive_id: Id
    item: FilledLine

    def to_origin(self) -> Origin:
        """Return it as the domain knows it."""
        return Origin(self.directive_id, self.item)


class OversightQuery(PageQuery):
    """Which day is judged, and which page."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")


class OversightReportQuery(Body):
    """Which directive's table, and which day is judged."""

    directive_id: Id
    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)
