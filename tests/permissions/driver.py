"""Questions put to the service without a network between, and writes that are taken back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy.engine import Engine
from sqlmodel import Session

from service.database import Database, Standpoint
from tests.asgi import Answer, Call, Service

OF_THE_CALL = (b"host", b"content-length")
"""What is said of every call by whoever makes it."""


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


def question(method: str, path: str, sent: dict[str, Any]) -> Call:
    """Return a request that anybody can send; the version that it changes is whichever there is."""
    made = httpx.Request(method, f"http://test{path}", **sent)
    headers = [(name.lower(), value) for name, value in made.headers.raw if name.lower() not in OF_THE_CALL]
    if method != "GET":
        headers.append((b"if-match", b"*"))
    path, _, query = made.url.raw_path.decode().partition("?")
    return Call(method, path, query, headers, made.read())


async def ask(app: FastAPI, asked: Call, token: str) -> Answer:
    """Put a question as the holder of a key."""
    shown = (b"authorization", f"Bearer {token}".encode())
    return await Service(app).answer(replace(asked, headers=[*asked.headers, shown]))


def problem_of(answer: Answer) -> str:
    """Return the type of the problem; an empty text for a good answer."""
    return str(json.loads(answer.body)["type"]) if answer.status >= 400 else ""
