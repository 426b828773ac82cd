"""Streams of events: one look at the ledger serves all of a process, and a stream holds no thread.

A stream is a coroutine. What it reads it reads through one thread that is no request's, one page at a time:
streams take no thread from requests, and after an event each of them costs that thread about a millisecond.
Between events only the ledger's last position is asked, twice a second, and nothing at all while nobody
listens. A reader that is slow holds its own coroutine and one page.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from types import FrameType
from typing import Any

import sqlalchemy as sa
import structlog
from anyio import CapacityLimiter, to_thread
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from service.database import Database
from service.domain.people import Actor
from service.domain.reading import feed
from service.edge import cursors
from service.edge.refusals import ServiceBusy
from service.edge.standpoint import seen_from

log = structlog.get_logger("dondoc.streams")

LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
"""Proxies close what is silent for half a minute or a minute."""

LIFETIME_SECONDS = 900.0
"""Then the client comes back with its last id: a revoked key reads no longer than this."""

PAGE = 100
RETRY_MILLISECONDS = 2000
LIVE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""No cache and no proxy holds events back."""


class EventStream(StreamingResponse):
    """The answer that a stream is; it gives its place back however it ends."""

    def __init__(self, streams: "Streams", frames: AsyncIterator[bytes]) -> None:
        super().__init__(frames, media_type="text/event-stream", headers=LIVE)
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until either side ends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.leave()


class Streams:
    """The streams of one process, in its event loop."""

    def __init__(self, streams_max: int) -> None:
        self._streams_max = self._free = streams_max
        self._closing = False
        self._position = -1
        self._reading: CapacityLimiter | None = None
        self._news = asyncio.Event()
        self._look: asyncio.Task[None] | None = None

    def admit(self) -> None:
        """Take one of the places; `EventStream` gives it back.

        Raises:
            ServiceBusy: There is none, or the process is ending.
        """
        if self._closing or self._free <= 0:
            raise ServiceBusy(retry_after=int(HEARTBEAT_SECONDS))
        self._free -= 1

    def leave(self) -> None:
        """Give a place back."""
        self._free += 1

    def close(self) -> None:
        """Let every stream end after the event it is at."""
        self._closing = True
        self._news.set()

    def close_on_signal(self) -> None:
        """End the streams when the process is asked to end: a server waits for open answers first."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, self._closing_before(before, loop))

    def _closing_before(
        self, before: Callable[[int, FrameType | None], Any], loop: asyncio.AbstractEventLoop
    ) -> Callable[[int, FrameType | None], None]:
        def closing(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.close)
            before(number, frame)

        return closing

    async def frames(
        self,
        database: Database,
        actor: Actor,
        *,
        after: int | None,
        kinds: Sequence[str] | None,
        origin: str,
        heartbeat: float = HEARTBEAT_SECONDS,
        lifetime: float = LIFETIME_SECONDS,
    ) -> AsyncIterator[bytes]:
        """Give the events after a position, and those to come, as text/event-stream.

        Args:
            database: Where to read.
            actor: Who reads.
            after: The position up to which the reader has everything; None for now.
            kinds: The kinds that are wanted; None for all.
            origin: Where the installation is reached.
            heartbeat: Seconds after which a sign of life is given.
            lifetime: Seconds after which the stream ends.
        """
        end = asyncio.get_running_loop().time() + lifetime
        position = after if after is not None else await self._read(_last, database)
        yield f"retry: {RETRY_MILLISECONDS}\nid: {cursors.encode(position)}\n\n".encode()
        while not self._closing and asyncio.get_running_loop().time() < end:
            news = self._listen(database)
            page = await self._read(_page, database, actor, position, kinds)
            position = page.position
            for row in page.rows:
                yield frame(row, origin)
            if not page.more and not await _heard(news, heartbeat):
                yield f": alive\nid: {cursors.encode(position)}\n\n".encode()

    def _listen(self, database: Database) -> asyncio.Event:
        """Return what is set at the next event, and see to it that somebody looks for one."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._keep_looking(database))
        return self._news

    async def _keep_looking(self, database: Database) -> None:
        """Look for new places while anybody waits for one."""
        while not self._closing and self._free < self._streams_max:
            try:
                position = await self._read(_last, database)
            except sa.exc.SQLAlchemyError:
                log.warning("streams.database_lost", exc_info=True)
                position = self._position
            if position != self._position:
                self._position = position
                heard, self._news = self._news, asyncio.Event()
                heard.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _read(self, work: Callable[..., Any], *given: Any) -> Any:
        if self._reading is None:
            self._reading = CapacityLimiter(1)
        return await to_thread.run_sync(work, *given, limiter=self._reading)


async def _heard(news: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True


def frame(row: feed.FeedRow, origin: str) -> bytes:
    """Return an event with its cursor as one block of an event stream."""
    head = f"id: {cursors.encode(row.position)}\nevent: {row.kind}\ndata: "
    return head.encode() + to_json(feed.cloud_event(row, origin)) + b"\n\n"


def _last(database: Database) -> int:
    with database.read() as connection:
        return feed.last_position(connection)


def _page(database: Database, actor: Actor, after: int, kinds: Sequence[str] | None) -> feed.FeedPage:
    with database.read(seen_from(actor)) as connection:
        return feed.page(connection, actor, after=after, kinds=kinds, limit=PAGE)
