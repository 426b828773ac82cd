"""Questions put to the service without a network between, and writes that are taken back."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
from fastapi import FastAPI
from sqlalchemy.engine import Engine
from sqlmodel import Session

from service.database import Database, Standpoint


class Undone(Database):
    """A database in which every write is carried out, checked, and taken back at its end.

    So a question changes nothing for the next one, whoever asked it and whatever came of it.
    """

    @property
    def readers(self) -> Engine:
        """Return the engine that reads go through."""
        return self._reader

    @contextmanager
    def write(self, standpoint: Standpoint | None = None) -> Iterator[Session]:
        """Open a transaction that never commits."""
        with super().write(standpoint) as session:
            yield session
            session.flush()
            session.rollback()


class Question(NamedTuple):
    """A request, ready to be sent by anybody."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    content: bytes


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes

    def problem(self) -> str:
        """Return the type of the problem; an empty text for a good answer."""
        return str(json.loads(self.content)["type"]) if self.status >= 400 else ""


def question(method: str, path: str, sent: dict[str, Any]) -> Question:
    """Return a request with its body; the version that it changes is whichever there is."""
    made = httpx.Request(method, f"http://test{path}", **sent)
    headers = [(name, value) for name, value in made.headers.raw if name.lower() != b"host"]
    if method != "GET":
        headers.append((b"if-match", b"*"))
    headers = [(name.lower(), value) for name, value in headers]
    return Question(method, made.url.path, made.url.query, headers, made.read())


async def ask(app: FastAPI, asked: Question, token: str) -> Answer:
    """Put a question as the holder of a key; what never ends is left once it has begun."""
    path = asked.path
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": asked.query,
        "root_path": "",
        "headers": [*asked.headers, (b"host", b"test"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "state": {},
    }
    waiting = [{"type": "http.request", "body": asked.content, "more_body": False}]
    got: list[dict[str, Any]] = []
    begun = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        got.append(message)
        if any(value.startswith(b"text/event-stream") for _, value in message.get("headers", ())):
            begun.set()

    if not path.endswith("/stream"):
        await app(scope, receive, send)
    else:
        answering = asyncio.create_task(app(scope, receive, send))
        await asyncio.wait(
            [answering, started := asyncio.create_task(begun.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        started.cancel()
        answering.cancel()
        await asyncio.gather(answering, started, return_exceptions=True)
    content = b"".join(message.get("body", b"") for message in got[1:])
    return Answer(got[0]["status"], list(got[0]["headers"]), content)
