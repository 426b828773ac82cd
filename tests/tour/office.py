"""An office that begins with nothing but its administrator's key, and how it is spoken to."""

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from service.api.app import create_app
from service.api.contract import operations
from service.database import Database
from service.domain import keys, registers
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.settings import Settings
from tests.api.conftest import SECRET
from tests.asgi import Answer, Call, Service
from tests.conftest import MONDAY, NO_QUOTAS, SettableClock
from tests.permissions.driver import question
from tests.tour.steps import Step

REFERENCE = re.compile(r"\$([a-z_0-9]+(?:\.[a-z_0-9]+)*)")
BETWEEN = timedelta(minutes=1)
"""Time from one step to the next."""


@dataclass
class Office:
    """The service, its clock, and every answer it gave, by the name of the step."""

    app: FastAPI
    database: Database
    clock: SettableClock
    answers: dict[str, Any] = field(default_factory=dict)
    cookie: str = ""
    csrf: str = ""

    def __post_init__(self) -> None:
        """Know the routes by name."""
        self.routes: dict[str, tuple[str, APIRoute]] = {
            route.name: (method, route) for method, route in operations(self.app)
        }
        self._service = Service(self.app)

    def call(self, step: Step) -> Call:
        """Return a step as it is sent."""
        method, route = self.routes[step.operation]
        sent = step.sent(self) if callable(step.sent) else self.filled(step.sent)
        named = {name: quote(self.filled(value), safe="") for name, value in step.at.items()}
        query = "&".join(f"{name}={quote(self.filled(value), safe='')}" for name, value in step.query.items())
        asked = question(method, route.path.format(**named) + (f"?{query}" if query else ""), sent)
        headers = [*asked.headers, *self._shown(step.who)]
        if method == "POST":
            headers.append((b"idempotency-key", step.label.encode()))
        return replace(asked, headers=headers)

    async def answer(self, call: Call) -> Answer:
        """Return what the service answers, and keep the cookie that it sets."""
        answer = await self._service.answer(call)
        cookies: SimpleCookie = SimpleCookie(answer.headers.get("set-cookie", ""))
        if "dondoc" in cookies:
            self.cookie = cookies["dondoc"].value
        return answer

    async def carry_out(self, step: Step) -> Answer:
        """Make the call of a step and remember the answer, which must be a good one."""
        call = self.call(step)
        answer = await self.answer(call)
        assert 200 <= answer.status < 400, f"{step.label}: {call.as_curl()}\n{answer.status} {answer.body!r}"
        if answer.headers.get("content-type") == "application/json":
            told = self.answers[step.label] = json.loads(answer.body)
            self.csrf = told.get("csrf_token", self.csrf) if isinstance(told, dict) else self.csrf
        return answer

    def told(self, reference: str) -> Any:
        """Return what an earlier answer said: a step's name, then names and places in its body."""
        name, *path = reference.split(".")
        found = self.answers[name]
        for part in path:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found

    def filled(self, value: Any) -> Any:
        """Return what is sent, with what earlier answers said in its places."""
        if isinstance(value, str):
            return REFERENCE.sub(lambda found: str(self.told(found[1])), value)
        if isinstance(value, dict):
            return {name: self.filled(part) for name, part in value.items()}
        return [self.filled(part) for part in value] if isinstance(value, list) else value

    def _shown(self, who: str) -> list[tuple[bytes, bytes]]:
        if who == "session":
            return [(b"cookie", f"dondoc={self.cookie}".encode()), (b"x-csrf-token", self.csrf.encode())]
        key = self.answers[who]["api_key"] if who else ""
        return [(b"authorization", f"Bearer {key}".encode())] if key else []


def founded(database: Database, folder: Path) -> Office:
    """Return an office with a register and its administrator's key, as `dondoc init` makes them."""
    settings = Settings(
        files=folder / "files",
        mail_folder=folder / "mail",
        secret_key=SecretStr(SECRET),
        **NO_QUOTAS,
    )
    clock = SettableClock()
    with database.write() as session:
        register = registers.create_register(session, code="chinh", name="Sổ theo dõi", now=MONDAY)
        terms = keys.KeyTerms(
            name="quản trị",
            role=KeyRole.ADMINISTRATOR,
            scopes=frozenset({"read", "write"}),
            register_id=None,
            unit_id=None,
            expires_at=MONDAY + timedelta(days=360),
        )
        made = keys.make_key(session, Actor.machine(register.id), terms, now=MONDAY)
    return Office(create_app(settings, database, clock), database, clock, {"admin": {"api_key": made.token}})


class Dice:
    """Random bytes that are the same in every performance; what nobody may guess here, nobody has to."""

    def __init__(self) -> None:
        self.cast("")

    def cast(self, scene: str) -> None:
        """Begin a scene: what it draws does not depend on how much was drawn before."""
        self._scene, self._count = scene, 0

    def draw(self, length: int) -> bytes:
        """Return the next bytes."""
        drawn = b""
        while len(drawn) < length:
            self._count += 1
            drawn += sha256(f"{self._scene} {self._count}".encode()).digest()
        return drawn[:length]


@contextmanager
def same_dice() -> Iterator[Dice]:
    """Let every id and every secret be drawn from the same dice until the end of the block."""
    dice, drawn = Dice(), (os.urandom, random._urandom)  # type: ignore[attr-defined]
    os.urandom = random._urandom = dice.draw  # type: ignore[attr-defined,assignment]
    try:
        yield dice
    finally:
        os.urandom, random._urandom = drawn  # type: ignore[attr-defined]


def advance(office: Office) -> None:
    """Let a minute pass."""
    office.clock.advance(seconds=BETWEEN.total_seconds())


def on(day: str) -> Callable[[Office], None]:
    """Return a deed: it is nine in the morning of a day."""
    return lambda office: office.clock.set(day)
