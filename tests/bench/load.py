"""`python -m tests.bench.load`: many keep-alive connections that ask for paths; lighter than any server."""

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import uvloop


@dataclass
class Tally:
    """What came back."""

    statuses: dict[str, int] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def shown(self, seconds: float) -> dict[str, object]:
        """Return counts, rate and latencies."""
        ordered = sorted(self.milliseconds)
        return {
            "done": len(ordered),
            "per_second": len(ordered) / seconds,
            "p50_ms": ordered[len(ordered) // 2],
            "p99_ms": ordered[len(ordered) * 99 // 100],
            "statuses": self.statuses,
        }


async def ask(port: int, requests: list[bytes], until: float, tally: Tally) -> None:
    """Ask one after another on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        began = time.perf_counter()
        writer.write(random.choice(requests))  # noqa: S311
        head = await reader.readuntil(b"\r\n\r\n")
        fields = head.lower().split(b"content-length:", 1)
        await reader.readexactly(int(fields[1].split(b"\r\n", 1)[0]))
        tally.milliseconds.append((time.perf_counter() - began) * 1000)
        status = head[9:12].decode()
        tally.statuses[status] = tally.statuses.get(status, 0) + 1
    writer.close()


async def storm(port: int, requests: list[bytes], connections: int, seconds: float) -> Tally:
    """Ask on many connections at once."""
    tally, until = Tally(), time.monotonic() + seconds
    await asyncio.gather(*(ask(port, requests, until, tally) for _ in range(connections)))
    return tally


def main() -> None:
    """Read the paths, storm, print the tally as JSON."""
    parser = argparse.ArgumentParser(description="Ask a server on this machine.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--paths", type=Path, required=True, help="one path a line")
    parser.add_argument("--token", default="")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    head = f" HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {given.token}\r\n\r\n"
    requests = [f"GET {path}{head}".encode() for path in given.paths.read_text().split()]
    tally = uvloop.run(storm(given.port, requests, given.connections, given.seconds))
    json.dump(tally.shown(given.seconds), sys.stdout)


if __name__ == "__main__":
    main()
