"""What the feed of events may be asked."""

from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.bodies.base import Body, Limit

Pattern = Annotated[
    str, StringConstraints(strict=True, pattern=r"^(\*|[a-z_]+(\.[a-z0-9_]+)*(\.\*)?)$", max_length=60)
]
"""A kind of event (`obligation.accepted.v1`) or several (`obligation.*`, `*`)."""


class StreamQuery(Body):
    """Which events."""

    after: Annotated[str, Field(max_length=300)] | None = Field(
        None, description="`next` of the page before, or the `id` of a streamed event."
    )
    type: Annotated[tuple[Pattern, ...], Field(max_length=20)] = Field(
        (), description="Kinds or patterns such as `obligation.*`; none: all."
    )
    register_code: str | None = Field(None, alias="register", exclude=True)


class FeedQuery(StreamQuery):
    """Which events, and how many at a time."""

    limit: Limit = 50
