"""The service on a real socket: conflicting edits, one key many times, connections that are cut."""

import json
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uvicorn

from service.domain.tables import Directive, DirectiveState, Event, Unit, table
from service.files import INCOMING
from tests.calls.drawing import BOUNDARY, framed
from tests.calls.office import Office

AT_ONCE = 32
"""Clients that speak at the same time; the service has four connections for them."""

RESET = struct.pack("ii", 1, 0)
"""For `SO_LINGER`: closing sends RST, whatever is still on its way."""

directive, event, unit = table(Directive), table(Event), table(Unit)


@contextmanager
def served(office: Office) -> Iterator[tuple[str, int]]:
    """Serve an office for the length of the block; give where."""
    server = uvicorn.Server(uvicorn.Config(office.app, port=0, log_config=None, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            threading.Event().wait(0.02)
        yield server.servers[0].sockets[0].getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join()


class Client:
    """One connection that stays open, and somebody's key."""

    def __init__(self, where: tuple[str, int], token: str) -> None:
        self._connection = HTTPConnection(*where, timeout=60)
        self._headers = {"authorization": f"Bearer {token}"}

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of an answer."""
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["content-type"] = "application/json"
        self._connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        response = self._connection.getresponse()
        content = response.read()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, json.loads(content)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(slots=True)
class Edited:
    """What came of conflicting edits of one document."""

    statuses: Counter[int] = field(default_factory=Counter)
    versions: set[str] = field(default_factory=set)
    """The ETags that those who were obeyed were told."""

    grown: int = 0
    """By how much the document's version has grown."""

    told: int = 0
    """How many events say that it was changed."""


def edit_at_once(office: Office, edits: int) -> Edited:
    """Let many change one draft at the same time, each deciding on the version it has just read."""
    found, lock, numbers = Edited(), threading.Lock(), iter(range(edits))
    directive_id = _draft_of(office)
    path = f"/v1/directives/{directive_id}"

    def edit() -> None:
        client = Client(where, office.tokens["clerk"])
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                client.close()
                return
            _, read, _ = client.ask("GET", path)
            status, told, _ = client.ask("PATCH", path, {"place": f"Nơi {number}"}, if_match=read["etag"])
            with lock:
                found.statuses[status] += 1
                if status == 200:
                    found.versions.add(told["etag"])

    changes = sa.select(sa.func.count()).where(event.c.subject_id == UUID(directive_id))
    with served(office) as where:
        reader = Client(where, office.tokens["clerk"])
        _, _, before = reader.ask("GET", path)
        reader.close()
        with office.database.read() as connection:
            events = connection.execute(changes).scalar_one()
        _all_at_once(edit, AT_ONCE)
        reader = Client(where, office.tokens["clerk"])
        _, _, after = reader.ask("GET", path)
        reader.close()
        with office.database.read() as connection:
            found.told = connection.execute(changes).scalar_one() - events
    found.grown = after["version"] - before["version"]
    return found


def post_at_once(office: Office, posts: int) -> tuple[Counter[int], int, int]:
    """Send one request with one key many times at the same time; repeat where told to come back.

    Returns:
        Statuses in the end, how many different bodies were answered, and how many units there are of it.
    """
    statuses: Counter[int] = Counter()
    bodies, lock = set(), threading.Lock()

    def post() -> None:
        client = Client(where, office.tokens["clerk"])
        for _ in count():
            sent = {"code": "mot-lan", "name": "Xã Một Lần", "kind": "xa"}
            status, headers, body = client.ask("POST", "/v1/units", sent, idempotency_key="mot-lan")
            if status not in (409, 503) or "retry-after" not in headers:
                break
            threading.Event().wait(0.05)
        client.close()
        with lock:
            statuses[status] += 1
            bodies.add(json.dumps(body))

    with served(office) as where:
        _all_at_once(post, posts)
    with office.database.read() as connection:
        made = sa.select(sa.func.count()).select_from(unit).where(unit.c.code == "mot-lan")
        return statuses, len(bodies), connection.execute(made).scalar_one()


@dataclass(slots=True)
class Cut:
    """What came of connections that were cut."""

    cuts: int = 0
    whole: int = 0
    """Requests that had arrived whole before the cut."""

    failures: int = 0
    """Answers of 500 and above, seen or not."""

    again: Counter[int] = field(default_factory=Counter)
    """What those heard who came back with the same key."""

    effects: int = 0
    in_use: int = 0
    """Connections of the pool that somebody still holds."""

    torn: int = 0
    """Files that nobody wants any more."""


def cut_at_random(office: Office, cuts: int, chance: random.Random) -> Cut:
    """Cut requests at random bytes, by FIN or RST; then come back with each of them."""
    found = Cut()
    failures = _failures(office)
    with served(office) as where:
        for number in range(cuts):
            whole = _upload(office, number) if number % 4 == 0 else _registration(office, number)
            sent = whole[: chance.randint(0, len(whole))]
            found.cuts += 1
            found.whole += len(sent) == len(whole)
            with socket.create_connection(where, timeout=60) as connection:
                if chance.random() < 0.5:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                connection.sendall(sent)
        client = Client(where, office.tokens["clerk"])
        for number in range(cuts):
            if number % 4:
                body, key = _unit(number), f"cat-{number}"
                status, _, _ = client.ask("POST", "/v1/units", body, idempotency_key=key)
                found.again[status] += 1
        client.close()
        found.failures = _failures(office) - failures
        found.in_use = office.database.engine.pool.checkedout()  # type: ignore[attr-defined]
    folder = office.app.state.context.settings.files / INCOMING
    found.torn = len(list(folder.glob("*"))) if folder.is_dir() else 0
    with office.database.read() as connection:
        made = sa.select(sa.func.count()).select_from(unit).where(unit.c.code.like("cat-%"))
        found.effects = connection.execute(made).scalar_one()
    return found


def _draft_of(office: Office) -> str:
    """Return a draft of the office."""
    with office.database.read() as connection:
        drafts = sa.select(directive.c.id).where(directive.c.state == DirectiveState.DRAFT)
        return str(connection.execute(drafts.limit(1)).scalar_one())


def _unit(number: int) -> dict[str, Any]:
    return {"code": f"cat-{number}", "name": f"Xã Cắt {number}", "kind": "xa"}


def _registration(office: Office, number: int) -> bytes:
    body = json.dumps(_unit(number)).encode()
    return _head(office, "/v1/units", number, "application/json", body)


def _upload(office: Office, number: int) -> bytes:
    body = framed(f"{number}.txt", b"x" * 50_000)
    return _head(office, "/v1/files", number, f"multipart/form-data; boundary={BOUNDARY.decode()}", body)


def _head(office: Office, path: str, number: int, kind: str, body: bytes) -> bytes:
    lines: Sequence[str] = (
        f"POST {path} HTTP/1.1",
        "host: calls.test",
        f"authorization: Bearer {office.tokens['clerk']}",
        f"idempotency-key: cat-{number}",
        f"content-type: {kind}",
        f"content-length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _failures(office: Office) -> int:
    samples = office.app.state.metrics.requests.collect()[0].samples
    counted = [each for each in samples if each.name.endswith("_total")]
    return int(sum(each.value for each in counted if int(each.labels["status"]) >= 500))


def _all_at_once(act: Any, times: int) -> None:
    with ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(act) for _ in range(times)]:
            done.result()
