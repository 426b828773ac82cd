"""Cursors: where a page ended, opaque to clients, the same as long as the contract lives."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from service.edge.refusals import InvalidRequest

LENGTH_MAX = 300


def encode(*position: UUID | date | int | str | None) -> str:
    """Return a position as a cursor."""
    text = json.dumps([part if isinstance(part, int) or part is None else str(part) for part in position])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(
    cursor: str, kinds: Sequence[type], *, holes: bool = False
) -> list[UUID | date | int | str | None]:
    """Return the position that a cursor stands for; `kinds` says what its parts are, `holes` if one may lack.

    Raises:
        InvalidRequest: It is no cursor of this list.
    """
    try:
        if len(cursor) > LENGTH_MAX:
            raise ValueError
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise ValueError
        return [
            None if part is None and holes else _part(part, kind)
            for part, kind in zip(parts, kinds, strict=True)
        ]
    except (ValueError, TypeError, RecursionError):
        detail = "not a cursor of this list"
        raise InvalidRequest(errors=[{"in": "query", "pointer": "/after", "detail": detail}]) from None


def _part(part: object, kind: type) -> UUID | date | int | str:
    if kind is UUID:
        return UUID(str(part))
    if kind is date:
        return date.fromisoformat(str(part))
    if not isinstance(part, kind) or isinstance(part, bool) or (isinstance(part, int) and abs(part) >= 2**63):
        raise ValueError
    if isinstance(part, str) and not part.isprintable():
        raise ValueError
    assert isinstance(part, int | str)  # noqa: S101
    return part


def day_and_id(cursor: str | None) -> tuple[date | None, UUID | None] | None:
    """Return the position of a list by day and id; None where it begins."""
    if cursor is None:
        return None
    day, last = decode(cursor, (date, UUID), holes=True)
    assert day is None or isinstance(day, date)  # noqa: S101
    assert last is None or isinstance(last, UUID)  # noqa: S101
    return day, last


def just_id(cursor: str | None) -> UUID | None:
    """Return the position of a list by id; None where it begins."""
    if cursor is None:
        return None
    (last,) = decode(cursor, (UUID,))
    assert isinstance(last, UUID)  # noqa: S101
    return last


def just_text(cursor: str | None) -> str | None:
    """Return the position of a list by code; None where it begins."""
    if cursor is None:
        return None
    (last,) = decode(cursor, (str,))
    assert isinstance(last, str)  # noqa: S101
    return last


def text_and_id(cursor: str | None) -> tuple[str, UUID] | None:
    """Return the position of a list by name and id; None where it begins."""
    if cursor is None:
        return None
    text, last = decode(cursor, (str, UUID))
    assert isinstance(text, str)  # noqa: S101
    assert isinstance(last, UUID)  # noqa: S101
    return text, last


def just_number(cursor: str | None) -> int | None:
    """Return the position of a list in the order of a document; None where it begins."""
    if cursor is None:
        return None
    (last,) = decode(cursor, (int,))
    assert isinstance(last, int)  # noqa: S101
    return last


def two_numbers(cursor: str | None) -> tuple[int, int] | None:
    """Return the position of a list by two numbers; None where it begins."""
    if cursor is None:
        return None
    first, second = decode(cursor, (int, int))
    assert isinstance(first, int)  # noqa: S101
    assert isinstance(second, int)  # noqa: S101
    return first, second
