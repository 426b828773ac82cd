"""Facts as they are shown: with the free texts that stand beside the ledger, in one query for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import commitments
from service.domain.commitments import Beside
from service.domain.tables import FactText, table

fact_text = table(FactText)

NAMED = sa.select(fact_text.c.sha256, fact_text.c.salt, fact_text.c.text).where(
    fact_text.c.sha256.in_(sa.bindparam("digests", expanding=True))
)
STRETCH = 5000
"""Texts that are asked for at a time: a statement has room for so many names."""


def opened(connection: Connection, payloads: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the values of events as they are shown; of what was erased a mark stands in its place."""
    found = beside(connection, payloads)
    texts = {digest: each.text for digest, each in found.items()}
    return [commitments.opened(payload, texts) for payload in payloads]


def beside(connection: Connection, payloads: Iterable[Mapping[str, Any]]) -> dict[str, Beside]:
    """Return what stands beside events, by commitment."""
    named = {digest for payload in payloads for _, digest in commitments.commitments(payload)}
    digests, found = sorted(named), dict[str, Beside]()
    for first in range(0, len(digests), STRETCH):
        rows = connection.execute(NAMED, {"digests": digests[first : first + STRETCH]})
        found.update((row.sha256, Beside._make(row)) for row in rows)
    return found
