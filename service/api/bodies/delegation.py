"""Bodies about what a lead hands on."""

from pydantic import Field, model_validator

from service.api.bodies.base import Body, Code, Day, FilledText


class Delegation(Body):
    """A part of a duty, for a unit below the lead or one of its own people (exactly one)."""

    unit_code: Code | None = None
    person_code: Code | None = None
    due_on: Day | None = Field(None, description="Absent: the day of the duty that is handed on.")
    instruction: FilledText

    @model_validator(mode="after")
    def _one_heir(self) -> "Delegation":
        if (self.unit_code is None) == (self.person_code is None):
            raise ValueError("name a unit or a person")
        return self
