"""What all bodies share, and the values they are made of."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
)

from service.api.strict import ID
from service.domain.criteria import AMOUNT_MAX, thousandths
from service.domain.errors import InvalidValue

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
WHOLE = re.compile(r"-?[0-9]{1,19}")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Body(BaseModel):
    """A body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(value: str) -> str:
    if CONTROL.search(value):
        raise ValueError("text holds control characters")
    return unicodedata.normalize("NFC", value).strip()


def _filled(value: str) -> str:
    if not value:
        raise ValueError("text is empty")
    return value


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError("text has more than one line")
    return value


def _written_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


def _known_day(value: date) -> date:
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"a day lies between {FIRST_DAY} and {LAST_DAY}")
    return value


def _written_instant(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and INSTANT.fullmatch(value)):
        return value
    raise ValueError("an instant is written as RFC 3339 text with an offset")


def _written_id(value: Any) -> Any:
    if isinstance(value, UUID) or (isinstance(value, str) and ID.fullmatch(value)):
        return value
    raise ValueError("an id is a UUID in its usual form")


def _written_whole(value: Any) -> Any:
    if isinstance(value, int) or (isinstance(value, str) and WHOLE.fullmatch(value)):
        return value
    raise ValueError("a whole number is written in digits")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant has an offset")
    _known_day(value.date())
    return value


Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_known_day)]
Id = Annotated[UUID, BeforeValidator(_written_id)]
IN_DIGITS = BeforeValidator(_written_whole)
"""Stands last at an `int` of a path or a query, where everything is text; bodies take `StrictInt`."""

Instant = Annotated[datetime, BeforeValidator(_written_instant), AfterValidator(_aware)]
Text = Annotated[str, StringConstraints(strict=True, max_length=20_000), AfterValidator(_text)]
"""Anything a person writes, lines included; stored in the Unicode form NFC."""
Line = Annotated[
    str, StringConstraints(strict=True, max_length=300), AfterValidator(_text), AfterValidator(_one_line)
]
FilledText = Annotated[Text, Field(min_length=1), AfterValidator(_filled)]
FilledLine = Annotated[Line, Field(min_length=1), AfterValidator(_filled)]
Word = Annotated[
    str, StringConstraints(strict=True, max_length=100), AfterValidator(_text), AfterValidator(_one_line)
]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
"""How people and programs name a thing: letters without accents, digits, dots and dashes."""
CodeInPath = Annotated[Code, Path()]
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Limit = Annotated[int, Field(ge=1, le=200, description="Most items of one page."), IN_DIGITS]


def _three_decimals(value: float) -> float:
    try:
        thousandths(value)
    except InvalidValue:
        raise ValueError("an amount has at most three decimals") from None
    return value


Amount = Annotated[
    float,
    Field(strict=True, ge=-AMOUNT_MAX, le=AMOUNT_MAX, allow_inf_nan=False),
    AfterValidator(_three_decimals),
]
"""A number with at most three decimals, in the measure of its criterion."""


class PageQuery(Body):
    """What every list may be asked."""

    after: Annotated[str, Field(max_length=300)] | None = Field(
        None, description="`next` of the page before."
    )
    limit: Limit = 50
    register_code: str | None = Field(None, alias="register", exclude=True)
