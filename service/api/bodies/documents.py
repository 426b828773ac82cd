"""Questions about the documents that an office writes."""

from typing import Annotated

from pydantic import Field

from service.api.bodies.base import Body, Code, Day, Word
from service.domain.letter_rules import LetterKind

UNITS_MAX = 500
FilledWord = Annotated[Word, Field(min_length=1)]


class DocumentQuery(Body):
    """As of which day."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")
    register_code: str | None = Field(None, alias="register", exclude=True)


class LetterBody(Body):
    """Which letter to draft."""

    kind: LetterKind
    unit_codes: tuple[Code, ...] = Field(
        (), max_length=UNITS_MAX, description="The units that it goes to; none: every unit that is late."
    )
    cut_off: Day | None = Field(None, description="The day judged; today where absent.")


class NumberBody(Body):
    """The number that a signed letter bears."""

    number: FilledWord
    symbol: FilledWord
    issued_on: Day
