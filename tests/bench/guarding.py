"""`guard`: a page of duties and a report of progress, with and without what stands before them."""

import asyncio
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from fastapi import FastAPI, Request
from pydantic import SecretStr

from service.api.app import create_app
from service.clock import SystemClock
from service.database import Database
from service.domain import moves, obligations
from service.domain.key_rules import LIFE_MAX
from service.domain.keys import KeyTerms, Recognised, make_key
from service.domain.lifecycle import WORKING
from service.domain.people import Actor
from service.domain.permissions import KeyRole, Relation
from service.domain.reading import visibility
from service.domain.tables import Obligation, table
from service.edge import actor
from service.settings import Settings
from tests.asgi import Call, Service
from tests.bench.cpu import cpu_seconds
from tests.bench.measure import say

CALLS = 300
SCOPES = frozenset({"read", "write"})
obligation = table(Obligation)


@dataclass(frozen=True)
class Caller:
    """An officer of one unit, its key, and paths of its duties."""

    actor: Actor
    token: str
    duties: list[str]


@dataclass(frozen=True)
class Asked:
    """One kind of request; `paths` are taken in turn."""

    name: str
    method: str
    paths: Sequence[str]
    body: bytes = b""


def run(database: Database, times: int) -> None:
    """Measure both, in turn with everything on and off; CPU of this process and of the database."""
    caller = _caller(database)
    page = Asked("page of 50", "GET", ["/v1/obligations?limit=50"])
    body = '{"text": "đang làm", "percent": 10}'.encode()
    report = Asked("progress update", "POST", [f"{path}/progress-updates" for path in caller.duties], body)
    say(f"\nguards, {database.dialect}\n{'CPU ms a request':30}{'on':>8} {'off':>8} {'overhead':>9}")
    for asked in (page, report):
        found: dict[bool, list[float]] = {True: [], False: []}
        for round_number in range(times + 1):
            for is_on in (True, False) if round_number % 2 else (False, True):
                with _site(database, caller, is_on=is_on) as site:
                    spent = asyncio.run(_spent(database, site, caller, asked, is_on=is_on))
                if round_number:
                    found[is_on].append(spent)
        on, off = statistics.median(found[True]), statistics.median(found[False])
        say(f"{asked.name:30}{on:8.2f} {off:8.2f} {on / off - 1:9.0%}")


async def _spent(database: Database, site: FastAPI, caller: Caller, asked: Asked, *, is_on: bool) -> float:
    """Return the CPU time of one request, in milliseconds."""
    paths = cycle(asked.paths)
    for _ in range(20):
        await _ask(site, caller, asked, next(paths), is_on=is_on)
    before = cpu_seconds(database, os.getpid())
    for _ in range(CALLS):
        await _ask(site, caller, asked, next(paths), is_on=is_on)
    return (cpu_seconds(database, os.getpid()) - before) * 1000 / CALLS


async def _ask(site: FastAPI, caller: Caller, asked: Asked, target: str, *, is_on: bool) -> None:
    """Ask the application itself: no server and no client are in the figure."""
    path, _, query = target.partition("?")
    headers = [(b"content-type", b"application/json")]
    if is_on:
        headers.append((b"authorization", f"Bearer {caller.token}".encode()))
    if is_on and asked.method == "POST":
        headers.append((b"idempotency-key", os.urandom(12).hex().encode()))
    answer = await Service(site).answer(Call(asked.method, path, query, headers, asked.body))
    if answer.status not in (200, 201):
        raise RuntimeError(f"{asked.method} {target}: {answer}")


@contextmanager
def _site(database: Database, caller: Caller, *, is_on: bool) -> Iterator[FastAPI]:
    """Give the service with every guard, or with nobody asking who calls, what he may see and do, whether he
    asked before and how often; and with nothing told to the journal."""
    with TemporaryDirectory(prefix="dondoc-guard-") as folder, ExitStack() as stack:
        quota = 10**9 if is_on else 0
        settings = Settings(
            database_url=SecretStr(database.url.render_as_string(hide_password=False)),
            files=Path(folder),
            requests_per_key=quota,
            requests_per_unit=quota,
            requests_per_address=quota,
        )
        site = create_app(settings, database, SystemClock())
        if not is_on:
            _without_guards(caller, stack.enter_context)
        yield site


def _without_guards(caller: Caller, enter: Callable[[Any], Any]) -> None:
    async def known(_request: Request) -> Recognised:
        return Recognised(caller.actor)

    def nothing(*_: Any, **__: Any) -> None:
        return None

    enter(patch.object(actor, "current_holder", known))
    enter(patch.object(visibility, "sight", lambda *_: visibility.Sight.REGISTER))
    enter(patch.object(visibility, "require_reading", nothing))
    enter(patch.object(moves, "relations", lambda *_: frozenset({Relation.LEAD})))
    enter(patch.object(moves, "require", nothing))
    for module in (moves, obligations):
        enter(patch.object(module, "emit", nothing))


def _caller(database: Database) -> Caller:
    """Make a key for an officer of a unit that has duties to report on."""
    now = SystemClock().now()
    with database.write() as session:
        connection = session.connection()
        some = connection.execute(sa.select(obligation.c.unit_id, obligation.c.register_id).limit(1)).one()
        ours = sa.select(obligation.c.id).where(
            obligation.c.unit_id == some.unit_id, obligation.c.state.in_(WORKING)
        )
        ids = connection.execute(ours.order_by(obligation.c.id).limit(1000)).scalars().all()
        terms = KeyTerms(
            name="bench",
            role=KeyRole.OFFICER,
            scopes=SCOPES,
            register_id=some.register_id,
            unit_id=some.unit_id,
            expires_at=now + LIFE_MAX,
        )
        made = make_key(session, Actor.machine(some.register_id), terms, now=now)
    actor = Actor(made.row.id, some.register_id, some.unit_id, KeyRole.OFFICER, SCOPES, is_keeper=False)
    return Caller(actor, made.token, [f"/v1/obligations/{each}" for each in ids])
