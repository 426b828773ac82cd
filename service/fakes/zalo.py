"""A fake Zalo: OAuth, OA and ZBS hosts under path prefixes of one real server.

`with FakeZalo() as zalo:` runs it in a thread. `zalo.world` holds the rules and what was accepted;
`zalo.fail(...)` queues faults, one consumed per request. As a process: `python -m service.fakes.zalo`.
"""

import argparse
import asyncio
import json
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import parse_qsl

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.fakes.ledger import Ledger
from service.fakes.process import announce, wait_for_signal
from service.fakes.zalo_events import OA_ID, OA_SECRET_KEY
from service.fakes.zalo_faults import Api, Fault, Receive, Send, misbehave, respond
from service.fakes.zalo_world import APP_ID, APP_SECRET, TEMPLATE_ID, World, failure

REQUESTS_KEPT = 10_000
CONTROL = ("/__fake__/seed", "/__fake__/state")


ROUTES: dict[str, Api] = {
    "/oauth/v4/oa/access_token": "oauth",
    "/openapi/v3.0/oa/message/cs": "cs",
    "/openapi/v3.0/oa/group/message": "group",
    "/openapi/v3.0/oa/message/template": "template_by_uid",
    "/business/message/template": "template",
    "/business/message/status": "status",
}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str]

    @property
    def json(self) -> dict[str, Any]:
        with suppress(ValueError):
            found = json.loads(self.body)
            if isinstance(found, dict):
                return found
        return {}


class _Protocol(HttpToolsProtocol):
    """uvicorn's, with the transport in the scope: only it can break a connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(dict[str, Any], self.scope)["transport"] = self.transport


class FakeZalo:
    """A fake Zalo on a loopback port, in a thread."""

    def __init__(self, *, port: int = 0, ledger: Path | None = None, delay_ms: float = 0) -> None:
        self._ledger = Ledger(ledger) if ledger else None
        self._socket = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self.forget(delay_ms=delay_ms)

    def forget(self, *, delay_ms: float = 0) -> None:
        """Begin anew: an empty world, nothing accepted, no faults waiting."""
        self.world = World()
        self.requests: deque[Asked] = deque(maxlen=REQUESTS_KEPT)
        self.delay_ms = delay_ms
        self._faults: list[Fault] = []

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.join(timeout=10)
        if self._ledger:
            self._ledger.close()

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True

    def join(self) -> None:
        self._thread.join()

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return channel settings that point here; the waits stay the product's own."""
        urls = {f"{name}_url": f"{self.base_url}/{name}" for name in ("openapi", "business", "oauth")}
        return {"app_id": APP_ID, "template_id": TEMPLATE_ID, **urls, **more}

    def _secrets(self) -> dict[str, str]:
        tokens = {"access_token": self.world.access_token, "refresh_token": self.world.refresh_token}
        return {"app_secret": APP_SECRET, "oa_secret_key": OA_SECRET_KEY, **tokens}

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return self.world.accepted

    def fail(self, *faults: Fault) -> None:
        """Queue faults; each is used up by the first request it applies to."""
        self._faults.extend(faults)

    # --- ASGI -----------------------------------------------------------------------------------------

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Receive,
        send: Send,
    ) -> None:
        answer_at = time.monotonic() + self.delay_ms / 1000
        asked = await _read(scope, receive)
        if asked.path in CONTROL:
            return await respond(send, 200, self._control(asked))
        self.requests.append(asked)
        fault = self._next_fault(ROUTES.get(asked.path, "any"))
        status = 200
        headers: list[tuple[bytes, bytes]] = []
        answer: dict[str, Any] = {}
        if fault is None or fault.kind in {"ok", "slow"} or fault.accepts:
            status, headers, answer = await self._carry_out(asked)
        if self.delay_ms:
            await asyncio.sleep(answer_at - time.monotonic())
        if fault is None or fault.kind == "ok":
            return await respond(send, status, answer, headers)
        return await misbehave(fault, answer, scope["transport"], receive, send)

    def _next_fault(self, api: Api) -> Fault | None:
        for fault in self._faults:
            if fault.on in {"any", api}:
                self._faults.remove(fault)
                return fault
        return None

    async def _carry_out(self, asked: Asked) -> tuple[int, list[tuple[bytes, bytes]], dict[str, Any]]:
        before = len(self.world.accepted)
        status, headers, answer = self._decide(asked)
        if self._ledger and len(self.world.accepted) > before:
            await self._ledger.append(self.world.accepted[-1])
        return status, headers, answer

    def _decide(self, asked: Asked) -> tuple[int, list[tuple[bytes, bytes]], dict[str, Any]]:
        world, api = self.world, ROUTES.get(asked.path)
        if api is None:
            return 404, [], failure(-1, "no such path")
        if api == "oauth":
            return 200, [], world.oauth(asked.headers, dict(parse_qsl(asked.body.decode("latin-1"))))
        refused = world.token_refused(asked.headers, business=asked.path.startswith("/business/"))
        if refused:
            return world.unauthorised_status, [], refused
        if api == "status":
            return 200, [], world.status(asked.query.get("message_id", ""))
        if api == "template":
            return 200, [], world.template(asked.json)
        left = world.rate_left()
        headers = [
            (b"x-ratelimit-limit", str(world.rate_limit).encode()),
            (b"x-ratelimit-remain", str(max(left, 0)).encode()),
        ]
        if left < 0:
            return 200, headers, failure(-32, "Call limit reached")
        answers = {"cs": world.cs, "group": world.group, "template_by_uid": world.template_by_uid}
        return 200, headers, answers[api](asked.json)

    def _control(self, asked: Asked) -> dict[str, Any]:
        """Arrange or look from another process: POST `/__fake__/seed`, GET `/__fake__/state`."""
        order = asked.json
        if "now" in order:
            instant = datetime.fromisoformat(order["now"])
            self.world.clock = lambda: instant
        self.world.everyone_reachable = order.get("everyone", self.world.everyone_reachable)
        self.delay_ms = order.get("delay_ms", self.delay_ms)
        for person in order.get("people", []):
            self.world.knows(**person)
        self.fail(*(Fault(**fault) for fault in order.get("faults", [])))
        return self.state()

    def state(self) -> dict[str, Any]:
        """Return where this fake is, what it accepted so far, and the pair of tokens that works now.

        `channel` is what `PUT /v1/channels/zalo` takes.
        """
        return {
            "base_url": self.base_url,
            "app_id": APP_ID,
            "app_secret": APP_SECRET,
            "template_id": TEMPLATE_ID,
            "access_token": self.world.access_token,
            "refresh_token": self.world.refresh_token,
            "accepted": len(self.world.accepted),
            "refreshes": self.world.refreshes,
            "channel": {"settings": self.settings(oa_id=OA_ID), "secrets": self._secrets()},
        }


async def _read(scope: dict[str, Any], receive: Receive) -> Asked:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    return Asked(scope["method"], scope["path"], headers, body, query)


def main() -> None:
    """Run as a process until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A fake Zalo on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--everyone", action="store_true", help="every uid and phone number can be reached")
    given = parser.parse_args()
    run(port=given.port, ledger=given.ledger, delay_ms=given.delay_ms, everyone=given.everyone)


def run(*, port: int, ledger: Path | None, delay_ms: float, everyone: bool) -> None:
    """Be a fake Zalo until the process is asked to end; the first line printed says where and with what."""
    fake = FakeZalo(port=port, ledger=ledger, delay_ms=delay_ms)
    fake.world.everyone_reachable = everyone
    with fake:
        announce(fake.state())
        wait_for_signal()


if __name__ == "__main__":
    main()
