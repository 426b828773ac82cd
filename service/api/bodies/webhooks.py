"""Bodies and questions about endpoints of other systems."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from service.api.bodies.base import Body, FilledLine, Line, PageQuery
from service.api.bodies.events import Pattern
from service.domain.webhook_rules import CallState


def _printable(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("an address has printable ASCII letters only; write names of hosts in Punycode")
    return value


Url = Annotated[
    str,
    StringConstraints(strict=True, max_length=500, pattern=r"^https?://[^/?#@\\]+([/?][^#\\]*)?$"),
    AfterValidator(_printable),
]
"""`https://HOST[:PORT]/PATH`, without a user and without a fragment."""
Types = Annotated[tuple[Pattern, ...], Field(min_length=1, max_length=20)]


Sequence = Annotated[str, StringConstraints(strict=True, pattern=r"^00[0-9]{18}$")]
"""`sequence` of an event: twenty digits."""


class EndpointBody(Body):
    """An address to be told of events."""

    url: Url
    types: Types = Field(("*",), description="Kinds or patterns such as `obligation.*`.")
    description: Line = ""


class EndpointChange(Body):
    """What is to be different; what is absent stays. Another address is challenged again."""

    url: Url | None = None
    types: Types | None = None
    description: Line | None = None


class DisableBody(Body):
    """Why an endpoint is told nothing any more."""

    reason: FilledLine


class ReplayBody(Body):
    """What is told again: one event (`sequence`), all after a cursor (`after`), or what was never taken."""

    what: Literal["one", "since", "missing"]
    sequence: (
        Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{1,18}$|^0{2}[0-9]{18}$")] | None
    ) = None
    after: Annotated[str, Field(max_length=300)] | None = Field(None, description="A cursor of `/v1/events`.")

    @model_validator(mode="after")
    def _matches(self) -> Self:
        named = {"one": self.sequence, "since": self.after, "missing": ""}
        if named[self.what] is None:
            raise ValueError("`one` needs `sequence`, and `since` needs `after`")
        if (self.what != "one" and self.sequence) or (self.what != "since" and self.after):
            raise ValueError("`sequence` goes with `one`, and `after` with `since`")
        return self


class AttemptQuery(PageQuery):
    """Which tries."""

    state: CallState | None = Field(None, description="Where the call of the event is now.")
