"""Bodies and questions about how an office words its messages."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from service.api.bodies.base import IN_DIGITS, Body, FilledText, Id, PageQuery, Text
from service.domain.wording import Texts


class TextsBody(Body):
    """The texts of one kind of message; `GET /v1/wordings` lists the names that each may hold."""

    subject: FilledText = Field(description="Headline of a mail.")
    opening: FilledText = Field(description="First sentence, to units that the office commands.")
    request: FilledText = Field(description="First sentence, to units that it does not command.")
    duty: FilledText = Field(description="The line of one duty.")
    body: FilledText = Field(description="A mail.")
    zalo: FilledText = Field(description="A message on Zalo.")

    def texts(self) -> Texts:
        """Return the texts."""
        return Texts(**{name: getattr(self, name) for name in TextsBody.model_fields})


class WordingBody(TextsBody):
    """A new version of the texts of one kind of message."""

    reason: Text = Field("", description="Why; kept with the version.")


class WordingPreviewBody(Body):
    """What the texts are tried on (exactly one), and which texts: those that hold where none are given."""

    message_id: Id | None = None
    obligation_id: Id | None = Field(None, description="The latest message about this duty.")
    texts: TextsBody | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.message_id is None) == (self.obligation_id is None):
            raise ValueError("exactly one of message_id and obligation_id")
        return self


class WordingQuery(Body):
    """Which version."""

    version: Annotated[int, Field(ge=0, le=1_000_000), IN_DIGITS] | None = Field(
        None, description="Absent: the one that holds."
    )
    register_code: str | None = Field(None, alias="register", exclude=True)


class WordingHistoryQuery(PageQuery):
    """Which part of the history."""
