"""Questions about how the news of a directive came along."""

from uuid import UUID

from pydantic import Field

from service.api.bodies.base import Body


class DeliveryReportQuery(Body):
    """Which directive's delivery report."""

    directive_id: UUID
    register_code: str | None = Field(None, alias="register", exclude=True)
