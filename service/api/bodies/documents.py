"""Questions about the documents that an office writes."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from service.api.bodies.base import IN_DIGITS, Body, Code, Day, PageQuery, Word
from service.domain.letter_rules import LetterKind

UNITS_MAX = 500
FilledWord = Annotated[Word, Field(min_length=1)]


class DocumentFormat(StrEnum):
    """What a document is written as; `pdf` where LibreOffice is on the machine."""

    DOCX = "docx"
    PDF = "pdf"


class FormatQuery(Body):
    """Written as what."""

    format: DocumentFormat = DocumentFormat.DOCX
    register_code: str | None = Field(None, alias="register", exclude=True)


class DocumentQuery(FormatQuery):
    """As of which day, and written as what."""

    cut_off: Day | None = Field(None, description="The day judged; today where absent.")


class TemplateFileQuery(Body):
    """Which version of a template."""

    version: Annotated[int, Field(ge=0, le=1_000_000), IN_DIGITS] | None = Field(
        None, description="Absent: the one that holds; 0: the form that comes with the service."
    )
    register_code: str | None = Field(None, alias="register", exclude=True)


class TemplateHistoryQuery(PageQuery):
    """Which part of the history."""


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
