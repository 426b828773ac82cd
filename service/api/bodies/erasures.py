"""Bodies about what is to be erased."""

from pydantic import Field

from service.api.bodies.base import Body, FilledText, Word


class TextErasureBody(Body):
    """Which texts of a fact go, and on which ground."""

    names: list[Word] = Field(
        default_factory=list,
        max_length=200,
        description="As the entry's `texts` name them, such as `reason` or `waivers.0.reason`; none are all.",
    )
    basis: FilledText = Field(description="A request's number, a decision; it names no person.")


class PersonErasureBody(Body):
    """On which ground a person is erased."""

    basis: FilledText = Field(description="A request's number, a decision; it names no person.")
