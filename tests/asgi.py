"""The service without a network: a request in, an answer out, in the same process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message

SECONDS_MAX = 60.0
"""A call that takes longer is a fault of its own."""

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Call:
    """One request as bytes; `path` as it stands in the request line, without the query."""

    method: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def as_curl(self) -> str:
        """Return the call as somebody would type it, shortened."""
        asked = f"{self.path}?{self.query}" if self.query else self.path
        shown = " ".join(
            f"-H '{name.decode('latin-1')}: {value.decode('latin-1')}'" for name, value in self.headers
        )
        return f"{self.method} {asked} {shown} {self.body[:1500]!r}"


@dataclass(slots=True)
class Answer:
    """What came back: status, headers in lower case, the whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Service:
    """An application that is spoken to as a server would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the application, and stop it at the end of the block."""
        told: asyncio.Queue[Message] = asyncio.Queue()
        said: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.4"}, "state": {}}
        task = asyncio.ensure_future(self._app(scope, told.get, said.put))
        for word in ("startup", "shutdown"):
            await told.put({"type": f"lifespan.{word}"})
            message = await asyncio.wait_for(said.get(), SECONDS_MAX)
            if message["type"] != f"lifespan.{word}.complete":
                raise RuntimeError(f"the service does not do its {word}: {message}")
            if word == "startup":
                yield
        await task

    async def answer(self, call: Call) -> Answer:
        """Return what the service answers.

        Raises:
            TimeoutError: It answers nothing for a minute.
        """
        exchange = _Exchange(call.body)
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": call.method,
            "scheme": "http",
            "path": unquote_to_bytes(call.path).decode("utf-8", "replace"),
            "raw_path": call.path.encode("latin-1", "replace"),
            "root_path": "",
            "query_string": call.query.encode("latin-1", "replace"),
            "headers": [
                *call.headers,
                (b"host", b"calls.test"),
                (b"content-length", str(len(call.body)).encode()),
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        await asyncio.wait_for(self._app(scope, exchange.receive, exchange.send), SECONDS_MAX)
        return exchange.answer()


class _Exchange:
    """The two ends of one call; a stream of events is left by the client after its first piece."""

    def __init__(self, body: bytes) -> None:
        self._waiting = [{"type": "http.request", "body": body, "more_body": False}]
        self._left = asyncio.Event()
        self._status = 0
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []

    async def receive(self) -> Message:
        """Return the whole body, then nothing until the client leaves."""
        if self._waiting:
            return self._waiting.pop()
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in message["headers"]}
            return
        self._pieces.append(message.get("body", b""))
        if not message.get("more_body") or self._headers.get("content-type", "").startswith(
            "text/event-stream"
        ):
            self._left.set()

    def answer(self) -> Answer:
        """Return what was sent."""
        return Answer(self._status, self._headers, b"".join(self._pieces))
