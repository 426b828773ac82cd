"""A fake Zalo: OAuth, OA, ZBS and bot hosts under path prefixes of one real server.

`with FakeZalo() as zalo:` runs it in a thread. `zalo.world` holds the rules and what was accepted;
`zalo.fail(...)` queues faults, one consumed per request; `zalo.teller` tells a webhook. As a process:
`python -m service.fakes.zalo`.
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

from service.fakes import zalo_events as events
from service.fakes.ledger import Ledger
from service.fakes.process import announce, wait_for_signal
from service.fakes.zalo_bot import BOT_TOKEN
from service.fakes.zalo_control import arrange
from service.fakes.zalo_events import OA_SECRET_KEY, Signed
from service.fakes.zalo_faults import LOOKUPS, Api, Fault, Receive, Send, misbehave, respond
from service.fakes.zalo_lookups import look_up
from service.fakes.zalo_webhooks import Teller
from service.fakes.zalo_world import APP_ID, APP_SECRET, OA_ID, TEMPLATE_ID, World, failure

REQUESTS_KEPT = 10_000
CONTROL = ("/__fake__/seed", "/__fake__/state")
ACCEPTED = "/__fake__/accepted"


ROUTES: dict[str, Api] = {
    "/oauth/v4/oa/access_token": "oauth",
    "/openapi/v3.0/oa/message/cs": "cs",
    "/openapi/v3.0/oa/group/message": "group",
    "/openapi/v3.0/oa/message/template": "template_by_uid",
    "/business/message/template": "template",
    "/business/message/status": "status",
    "/openapi/v2.0/oa/getoa": "getoa",
    "/openapi/v3.0/oa/quota/message": "quota",
    "/openapi/v3.0/oa/user/detail": "user",
    "/business/message/quota": "message_quota",
    "/business/template/all": "templates",
    "/business/template/info/v2": "template_info",
}
CONSENT = "/oauth/v4/oa/permission"
BOT = "/bot/bot"


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
        self.teller = Teller(self.now)
        self.forget(delay_ms=delay_ms)

    def forget(self, *, delay_ms: float = 0) -> None:
        """Begin anew: an empty world, nothing accepted, no faults waiting."""
        self.world = World()
        self.teller.forget()
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
        self.teller.close()
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

    def now(self) -> datetime:
        """Return the time in its world."""
        return self.world.clock()

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
        if asked is None:
            return None
        if asked.path in CONTROL:
            arrange(self, asked.json)
            return await respond(send, 200, self.state())
        if asked.path == ACCEPTED:
            return await respond(send, 200, {"accepted": self.world.accepted})
        self.requests.append(asked)
        fault = self._next_fault(_api_of(asked))
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
            if fault.on == api or (fault.on == "any" and api not in LOOKUPS):
                self._faults.remove(fault)
                return fault
        return None

    async def _carry_out(self, asked: Asked) -> tuple[int, list[tuple[bytes, bytes]], dict[str, Any]]:
        before = len(self.world.accepted)
        status, headers, answer = self._decide(asked)
        if len(self.world.accepted) > before:
            if self._ledger:
                await self._ledger.append(self.world.accepted[-1])
            self._tell(self.world.accepted[-1])
        return status, headers, answer

    def _decide(self, asked: Asked) -> tuple[int, list[tuple[bytes, bytes]], dict[str, Any]]:
        world, api = self.world, ROUTES.get(asked.path)
        if asked.path == CONSENT:
            answer = world.consent(asked.query)
            back = [(b"location", answer.encode())] if isinstance(answer, str) else []
            return (302, back, {}) if isinstance(answer, str) else (200, [], answer)
        if asked.path.startswith(BOT):
            token, _, method = asked.path.removeprefix(BOT).partition("/")
            status, answer = world.bot.answer(token, method, asked.json, world.clock(), world.accept)
            return status, [], answer
        if api is None:
            return 404, [], failure(-1, "no such path")
        if api == "oauth":
            return 200, [], world.oauth(asked.headers, dict(parse_qsl(asked.body.decode("latin-1"))))
        return self._decide_as_account(asked, api)

    def _decide_as_account(
        self, asked: Asked, api: Api
    ) -> tuple[int, list[tuple[bytes, bytes]], dict[str, Any]]:
        """Answer what needs the account's token; the OA host counts its requests a minute."""
        world, business = self.world, asked.path.startswith("/business/")
        refused = world.token_refused(asked.headers, business=business)
        if refused:
            return world.unauthorised_status, [], refused
        answers = {
            "cs": world.cs,
            "group": world.group,
            "template_by_uid": world.template_by_uid,
            "template": world.template,
        }
        headers = []
        if not business:
            left = world.rate_left()
            headers = [
                (b"x-ratelimit-limit", str(world.rate_limit).encode()),
                (b"x-ratelimit-remain", str(max(left, 0)).encode()),
            ]
            if left < 0:
                return 200, headers, failure(-32, "Call limit reached")
        if api in LOOKUPS:
            return 200, headers, look_up(world, api, asked.query, asked.json)
        return 200, headers, answers[api](asked.json)

    def _tell(self, accepted: dict[str, Any]) -> None:
        """Tell the webhook what Zalo tells of a message: its echo, and that it reached the device."""
        now, msg_id, to = self.world.clock(), accepted["message_id"], accepted["to"]
        if accepted["api"] == "cs":
            self.teller.tell(events.oa_sent(to, accepted["text"], now, msg_id=msg_id))
            self.teller.tell(events.received(to, now, msg_id=msg_id))
        if accepted["api"] == "template":
            self.world.delivered[msg_id] = now
            flat = len(self.world.delivered) % 2 == 0  # both shapes were seen
            tracking_id = accepted["tracking_id"]
            self.teller.tell(
                events.template_received(to, now, msg_id=msg_id, tracking_id=tracking_id, flat=flat)
            )

    def write_to_bot(self, chat_id: str, text: str) -> None:
        """Let a person write to the bot; its webhook is told, bare and wrapped by turns."""
        bot = self.world.bot
        update = bot.write(chat_id, text, self.world.clock())
        if bot.hook is None:
            return
        wrapped = len(bot.chats) % 2 == 0
        body = json.dumps({"ok": True, "result": update} if wrapped else update, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "x-bot-api-secret-token": bot.hook.secret}
        self.teller.send(bot.hook.url, lambda _: Signed(body, headers))

    def state(self) -> dict[str, Any]:
        """Return where this fake is, what it accepted so far, and the pair of tokens that works now.

        `channel` is what `PUT /v1/channels/zalo` takes, `bot_channel` what `PUT /v1/channels/zalo-bot` does.
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
            "bot_channel": {
                "settings": {"bot_url": f"{self.base_url}/bot"},
                "secrets": {"token": BOT_TOKEN, "webhook_secret": "fake-webhook-secret"},
            },
            "faults_waiting": len(self._faults),
            "events_waiting": self.teller.waiting,
            "webhook_is_disabled": self.teller.is_disabled,
        }


def _api_of(asked: Asked) -> Api:
    return "bot" if asked.path.startswith(BOT) else ROUTES.get(asked.path, "any")


async def _read(scope: dict[str, Any], receive: Receive) -> Asked | None:
    """Return a whole request, or None where its sender was gone before the end."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
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
    fake.world.everyone_reachable = fake.world.bot.everyone = everyone
    with fake:
        announce(fake.state())
        wait_for_signal()


if __name__ == "__main__":
    main()
