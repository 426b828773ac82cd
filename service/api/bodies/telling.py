"""Bodies and questions about how people are told, and whether it arrived."""

from typing import Annotated

from pydantic import Field, StrictInt

from service.api.bodies.base import Body, Code, Day, Id, PageQuery, Text
from service.domain.tables import Means


class DeliveryReportQuery(Body):
    """Which directive's delivery report."""

    directive_id: Id
    register_code: str | None = Field(None, alias="register", exclude=True)


class TellingByHandBody(Body):
    """How a person was told what no channel could deliver."""

    means: Means
    told_on: Day | None = Field(None, description="Today where absent.")
    note: Text = ""


class UntoldQuery(PageQuery):
    """Which of what nobody could be told."""

    is_open: bool = Field(True, description="False: what was told since, or needs nobody any more.")
    unit: Code | None = Field(None, description="Where somebody was looked for.")
    obligation_id: Id | None = None
    directive_id: Id | None = None


Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class TellingRulesBody(Body):
    """When the register sends what can wait, and how much it sends."""

    quiet_from: Clock = Field(
        "21:00", description="From then on only what is urgent, or too late otherwise, goes."
    )
    quiet_until: Clock = Field("06:00", description="The same as `quiet_from`: it is never quiet.")
    messages_per_minute: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = Field(
        None, description="Messages tried in a minute, at most; absent: as many as go."
    )
