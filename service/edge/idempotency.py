"""A POST with an Idempotency-Key takes effect once; repeats get the first answer (kept with the effect)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request, Response
from pydantic_core import to_json
from sqlmodel import Session

from service.domain.errors import KeyReused, RequestInProgress
from service.domain.tables import Idempotency, table
from service.edge.answers import JSON
from service.edge.refusals import InvalidRequest

KEY_LENGTH_MAX = 200

row = table(Idempotency)
STORED = sa.select(row.c.request_sha256, row.c.status, row.c.body, row.c.etag).where(
    row.c.principal_id == sa.bindparam("principal_id"),
    row.c.route == sa.bindparam("route"),
    row.c.key == sa.bindparam("key"),
)
LOCK = sa.text("SELECT pg_try_advisory_xact_lock(:number)")


class Replay(Exception):
    """The request was carried out before; `response` is what it was told then."""

    def __init__(self, response: Response) -> None:
        super().__init__("replayed")
        self.response = response


@dataclass(frozen=True, slots=True)
class Once:
    """One request that must take effect once: whose it is, where it goes, its key and what it asks."""

    principal_id: UUID
    route: str
    key: str
    request_sha256: str
    at: datetime

    def begin(self, session: Session) -> None:
        """Return if this is the first time.

        Raises:
            Replay: It was carried out; carries the answer.
            KeyReused: The key came with another request.
            RequestInProgress: The same request is at work at this moment (PostgreSQL; SQLite waits).
        """
        connection = session.connection()
        names = {"principal_id": self.principal_id, "route": self.route, "key": self.key}
        if connection.dialect.name == "postgresql":
            digest = sha256(f"{self.principal_id} {self.route} {self.key}".encode()).digest()
            number = int.from_bytes(digest[:8], "big", signed=True)
            if not connection.execute(LOCK, {"number": number}).scalar_one():
                raise RequestInProgress
        found = connection.execute(STORED, names).first()
        if found is None:
            return
        if found.request_sha256 != self.request_sha256:
            raise KeyReused
        headers = {"Idempotent-Replayed": "true"} | ({"ETag": found.etag} if found.etag else {})
        raise Replay(Response(found.body, found.status, headers, JSON))

    def remember(self, session: Session, response: Response, secrets: Sequence[str]) -> None:
        """Store the answer beside the effect, without its secrets."""
        body = bytes(response.body)
        if secrets:
            body = to_json(json.loads(body) | dict.fromkeys(secrets))
        session.connection().execute(
            sa.insert(row).values(
                principal_id=self.principal_id,
                route=self.route,
                key=self.key,
                request_sha256=self.request_sha256,
                status=response.status_code,
                body=body.decode(),
                etag=response.headers.get("etag"),
                made_at=self.at,
            )
        )


def key_of(request: Request) -> str | None:
    """Return the Idempotency-Key of a request, if it sent one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_LENGTH_MAX or not key.isprintable():
        detail = f"1 to {KEY_LENGTH_MAX} printable characters"
        raise InvalidRequest(errors=[{"in": "header", "pointer": "/Idempotency-Key", "detail": detail}])
    return key


def route_of(request: Request) -> str:
    """Return the method and the path's template: one key, one route, whatever the ids in the path."""
    return f"{request.method} {getattr(request.scope.get('route'), 'path', request.url.path)}"[:200]


def fingerprint(request: Request, content: bytes) -> str:
    """Return the hash of what a request asks: path, query, version and content."""
    version = request.headers.get("if-match", "")
    asked = f"{request.url.path}?{request.url.query}\n{version}\n".encode("utf-8", "surrogatepass")
    return sha256(asked + content).hexdigest()
