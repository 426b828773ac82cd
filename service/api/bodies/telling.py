"""Bodies and questions about how people are told, and whether it arrived."""

from uuid import UUID

from pydantic import Field

from service.api.bodies.base import Body, Day, Text
from service.domain.tables import Means


class DeliveryReportQuery(Body):
    """Which directive's delivery report."""

    directive_id: UUID
    register_code: str | None = Field(None, alias="register", exclude=True)


class TellingByHandBody(Body):
    """How a person was told what no channel could deliver."""

    means: Means
    told_on: Day | None = Field(None, description="Today where absent.")
    note: Text = ""
