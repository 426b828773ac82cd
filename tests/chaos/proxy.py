"""A TCP proxy before the fakes: it holds or cuts the answer to what they have just accepted."""

import asyncio
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

TAIL = 65_536
"""So much of a question is looked through for the words that mark it."""


@dataclass
class Order:
    """What to do with the next answers to questions that contain `after`."""

    after: bytes
    left: int
    holds: bool


class Proxy:
    """Runs in a thread of the campaign. An answer that is withheld never arrives; its connection ends."""

    def __init__(self) -> None:
        self.withheld: Counter[str] = Counter()
        self._orders: dict[str, Order] = {}
        self._loop = asyncio.new_event_loop()
        self._let_go = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    def before(self, name: str, port: int) -> int:
        """Stand before a server on this machine; return the port to be used instead."""
        return asyncio.run_coroutine_threadsafe(self._listen(name, port), self._loop).result(10)

    def cut(self, name: str, after: bytes, times: int) -> None:
        """Break the connection when the answer comes, so many times."""
        self.withheld[name] = 0
        self._orders[name] = Order(after, times, holds=False)

    def hold(self, name: str, after: bytes, times: int) -> None:
        """Keep the answer until `let_go`, so many times."""
        self.withheld[name] = 0
        self._let_go.clear()
        self._orders[name] = Order(after, times, holds=True)

    def let_go(self) -> None:
        """Withhold nothing more, and end the connections on which something was."""
        self._orders.clear()
        self._loop.call_soon_threadsafe(self._let_go.set)

    def close(self) -> None:
        """End every connection."""
        self.let_go()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self, name: str, port: int) -> int:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await self._carry(name, port, reader, writer)

        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _carry(
        self, name: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry a connection until either side ends it."""
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        asked = bytearray()
        up = asyncio.create_task(self._upwards(asked, reader, there_writer))
        down = asyncio.create_task(self._downwards(name, asked, there_reader, writer))
        try:
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            for end in (writer, there_writer):
                end.close()

    async def _upwards(
        self, asked: bytearray, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                asked += data
                del asked[:-TAIL]
                writer.write(data)
                await writer.drain()

    async def _downwards(
        self, name: str, asked: bytearray, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                order = self._orders.get(name)
                if order is not None and order.left > 0 and order.after in asked:
                    order.left -= 1
                    self.withheld[name] += 1
                    if order.holds:
                        await self._let_go.wait()
                    return
                asked.clear()
                writer.write(data)
                await writer.drain()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
