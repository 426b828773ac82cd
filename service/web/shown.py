"""How values are written on pages: days as dd/mm/yyyy, instants on the office's clock, numbers with dots."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from service.domain.calendar import ZONE


def day(value: date | None) -> str:
    """Return a day as offices write it; an instant is the day it was there."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return value.strftime("%d/%m/%Y") if value is not None else ""


def written_day(value: str | None) -> str:
    """Return a day or month that was read ("2024-04") as offices write it; other words as they are."""
    parts = (value or "").split("-")
    return "/".join(reversed(parts)) if all(part.isdecimal() for part in parts) else value or ""


def moment(value: datetime | None) -> str:
    """Return an instant on the office's clock."""
    return value.astimezone(ZONE).strftime("%H:%M %d/%m/%Y") if value is not None else ""


def number(value: int | None) -> str:
    """Return a number with a dot between thousands."""
    return f"{value:,}".replace(",", ".") if value is not None else ""


FILTERS: dict[str, Callable[[Any], str]] = {
    "day": day,
    "written_day": written_day,
    "moment": moment,
    "number": number,
}
