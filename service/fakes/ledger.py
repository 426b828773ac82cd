"""What a fake accepted, on disk before the answer leaves."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any


class Ledger:
    """An append-only file of JSON lines; `append` returns when its line is fsynced.

    Lines that arrive while the disk is busy share the next fsync, so a slow disk costs latency, not
    throughput. Used from one event loop.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def append(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((line, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await asyncio.get_running_loop().run_in_executor(None, self._write, [line for line, _ in batch])
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    def _write(self, lines: list[bytes]) -> None:
        self._file.write(b"".join(lines))
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a ledger, also while a fake is still writing it."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.splitlines()]
