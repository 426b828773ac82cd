"""`read`: one obligation and a page of 50 out of all, over HTTP, beside a bare ASGI and driver program."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import sqlalchemy as sa

from service.clock import SystemClock
from service.database import Database
from service.domain.key_rules import LIFE_MAX
from service.domain.keys import KeyTerms, make_key
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.tables import Obligation, Register, Unit, table
from tests.bench.cpu import cpu_seconds
from tests.bench.measure import say

SECONDS = 2.0
obligation, unit, register = table(Obligation), table(Unit), table(Register)


@dataclass
class Server:
    """One process that answers, and the paths to ask it for."""

    name: str
    port: int
    pid: int
    token: str
    paths: Mapping[str, Path]


def run(database: Database, times: int) -> None:
    """Measure reads at 16 connections beside the limit, and the product alone at 256."""
    with TemporaryDirectory(prefix="dondoc-read-") as folder, ExitStack() as stack:
        paths, token = _prepare(database, Path(folder))
        url = database.url.render_as_string(hide_password=False)
        environment = {**os.environ, "DONDOC_DATABASE_URL": url, "DONDOC_FILES": f"{folder}/files"}
        environment |= {f"DONDOC_REQUESTS_PER_{asker}": "1000000000" for asker in ("KEY", "UNIT", "ADDRESS")}
        product = [sys.executable, "-m", "service", "serve", "--no-worker"]
        bare = [sys.executable, "-m", "tests.bench.bare", "--url", url]
        servers = [
            stack.enter_context(_serving("product", product, environment, token, paths["product"])),
            stack.enter_context(_serving("bare ASGI + driver", bare, environment, "", paths["bare"])),
        ]
        say(f"\nreads, {database.dialect}\n{'':34}{'req/s':>8} {'CPU ms':>8} {'p50':>7} {'p99':>7}  statuses")
        for kind in ("one", "page"):
            _compare(database, servers, kind, times)


def _compare(database: Database, servers: list[Server], kind: str, times: int) -> None:
    """Print each server at 16 connections, in turn, and the product at 256."""
    found: dict[str, list[dict[str, Any]]] = {}
    for round_number in range(times + 1):
        rounds = [(server, 16) for server in servers] + [(servers[0], 256)]
        for server, connections in rounds if round_number % 2 else reversed(rounds):
            tally = _storm(database, server, kind, connections)
            if round_number:
                found.setdefault(f"{kind}, {server.name}, {connections}", []).append(tally)
    for name, tallies in found.items():
        statuses: dict[str, int] = {}
        for tally in tallies:
            for status, count in tally["statuses"].items():
                statuses[status] = statuses.get(status, 0) + count
        middle = {
            key: statistics.median(t[key] for t in tallies)
            for key in ("per_second", "cpu_ms", "p50_ms", "p99_ms")
        }
        say(
            f"{name:34}{middle['per_second']:8.0f} {middle['cpu_ms']:8.2f} {middle['p50_ms']:7.1f}"
            f" {middle['p99_ms']:7.1f}  {statuses}"
        )


def _storm(database: Database, server: Server, kind: str, connections: int) -> dict[str, Any]:
    """Ask for a while; return the tally with the CPU of server and database a request."""
    before = cpu_seconds(database, server.pid)
    load = [sys.executable, "-m", "tests.bench.load", "--port", str(server.port), "--token", server.token]
    told = subprocess.run(
        [*load, "--paths", server.paths[kind], "--connections", str(connections), "--seconds", str(SECONDS)],
        check=True,
        capture_output=True,
    )
    tally: dict[str, Any] = json.loads(told.stdout)
    tally["cpu_ms"] = (cpu_seconds(database, server.pid) - before) * 1000 / tally["done"]
    return tally


def _prepare(database: Database, folder: Path) -> tuple[dict[str, dict[str, Path]], str]:
    """Make a key and the lists of paths: a thousand obligations by chance, and every unit's page."""
    with database.write() as session:
        connection = session.connection()
        book = connection.execute(sa.select(register.c.id)).scalar_one()
        now = SystemClock().now()
        scopes = frozenset({"read"})
        terms = KeyTerms(
            name="bench",
            role=KeyRole.ADMINISTRATOR,
            scopes=scopes,
            register_id=book,
            unit_id=None,
            expires_at=now + LIFE_MAX,
        )
        made = make_key(session, Actor.machine(book), terms, now=now)
        ids = (
            connection.execute(sa.select(obligation.c.id).order_by(sa.func.random()).limit(1000))
            .scalars()
            .all()
        )
        units = connection.execute(sa.select(unit.c.id, unit.c.code)).all()
    asked = {
        "product": {
            "one": [f"/v1/obligations/{key}" for key in ids],
            "page": [f"/v1/obligations?unit={row.code}&state=assigned&limit=50" for row in units],
        },
        "bare": {"one": [f"/one/{key}" for key in ids], "page": [f"/page/{row.id}" for row in units]},
    }
    written: dict[str, dict[str, Path]] = {}
    for server, kinds in asked.items():
        written[server] = {kind: folder / f"{server}-{kind}.txt" for kind in kinds}
        for kind, lines in kinds.items():
            written[server][kind].write_text("\n".join(lines))
    return written, made.token


@contextmanager
def _serving(
    name: str, command: list[str], environment: dict[str, str], token: str, paths: Mapping[str, Path]
) -> Iterator[Server]:
    """Run a server process for the length of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    path = paths["one"].read_text().split()[0]
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    try:
        yield Server(name, port, process.pid, token, paths)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
