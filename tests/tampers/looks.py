"""What lets the verifier look at what was tampered with, and values that are others."""

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from service.domain import audit_file
from service.domain.commitments import Beside
from service.domain.notes import Ring
from service.domain.reading import audit
from tests.tampers.played import PUBLIC, Ledger

Look = Callable[[], Any]
"""Lets the verifier look at what was tampered with."""

Tamper = Callable[[Random, Ledger], tuple[Look, int | None]]
"""Makes one change; returns the look, and the position that has to be named if there is only one."""


def export(lines: list[bytes], ring: Ring = PUBLIC, kept: tuple[str, ...] = ()) -> Look:
    return lambda: audit_file.verify_export(lines, ring, anchors=kept)


def database(
    rows: list[Any], texts: dict[str, Beside], checkpoints: list[Any], kept: tuple[str, ...] = ()
) -> Look:
    def look() -> Any:
        entries = (audit.entry_of(row, texts) for row in rows)
        return audit.verify_rows(entries, checkpoints, PUBLIC, kept)

    return look


def document(given: dict[str, Any], ring: Ring = PUBLIC) -> Look:
    return lambda: audit_file.verify_document(json.dumps(given), ring)


def another(draw: Random, value: Any) -> Any:
    """Return another value of the same kind, never the same."""
    match value:
        case bool():
            return not value
        case int():
            return value + draw.choice([-1, 1, draw.randrange(2, 1000)])
        case UUID():
            return UUID(int=value.int ^ 1 << draw.randrange(128))
        case str() if value:
            at = draw.randrange(len(value))
            return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        case dict() if value:
            name = draw.choice(list(value))
            return value | {name: another(draw, value[name])}
        case list() if value:
            at = draw.randrange(len(value))
            return [*value[:at], another(draw, value[at]), *value[at + 1 :]]
        case dict():
            return {"more": 1}
        case list():
            return [1]
        case str():
            return "x"
        case None:
            return "x"
        case _:
            return value + timedelta(microseconds=draw.randrange(1, 10**9))


def row_of(values: dict[str, Any]) -> Any:
    """Return values as a row of the database."""
    return SimpleNamespace(**values, _mapping=values)


def sizes(ledger: Ledger) -> list[int]:
    """Return how many entries there were at each checkpoint."""
    return [row.size for row in ledger.checkpoints]


def line(given: dict[str, Any]) -> bytes:
    """Return a line as an export writes it."""
    return (json.dumps(given, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
