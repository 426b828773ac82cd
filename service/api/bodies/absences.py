"""Bodies about who is away."""

from pydantic import Field

from service.api.bodies.base import Body, Code, Day, Text


class AbsenceBody(Body):
    """A person is away from the posts held at a unit."""

    unit_code: Code
    from_on: Day
    until_on: Day | None = Field(None, description="Last day; absent: until further notice.")
    deputy_code: Code | None = Field(None, description="Person who stands in; absent: the next rank is told.")
    reason: Text = ""
