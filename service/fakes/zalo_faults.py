"""How the fake Zalo answers, and the ways in which it fails to."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from service.fakes.zalo_world import failure

JSON_TYPE = (b"content-type", b"application/json;charset=utf-8")

Api = Literal[
    "oauth",
    "cs",
    "group",
    "template_by_uid",
    "template",
    "bot",
    "status",
    "getoa",
    "quota",
    "user",
    "message_quota",
    "templates",
    "template_info",
    "any",
]
LOOKUPS = frozenset({"status", "getoa", "quota", "user", "message_quota", "templates", "template_info"})
"""Questions that change nothing."""

Kind = Literal["ok", "error", "bot_error", "status", "hang", "reset", "truncated", "html", "not_json", "slow"]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    Attributes:
        kind: `ok` behaves (and uses up its turn); `error` answers `code`, `bot_error` as bots do; `status`
            answers HTTP `code` with JSON; `html` HTTP `code` with a page; `not_json` HTTP 200 with text;
            `slow` one byte at a time; `hang` nothing; `reset` a torn connection; `truncated` half a body.
        on: Only a request of this kind takes it; `any` is any that is no mere question.
        accepts: The request takes effect before it goes wrong (a message is accepted, a refresh token spent).
    """

    kind: Kind
    code: int = 0
    on: Api = "any"
    accepts: bool = False
    seconds_per_byte: float = 0.05


async def respond(
    send: Send,
    status: int,
    answer: dict[str, Any] | str,
    headers: list[tuple[bytes, bytes]] | None = None,
) -> None:
    content = answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()
    kind = (b"content-type", b"text/html") if isinstance(answer, str) else JSON_TYPE
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [kind, length, *(headers or [])]})
    await send({"type": "http.response.body", "body": content})


async def misbehave(
    fault: Fault,
    answer: dict[str, Any],
    transport: asyncio.Transport,
    receive: Receive,
    send: Send,
) -> None:
    match fault.kind:
        case "error":
            await respond(send, 200, failure(fault.code, "asked to fail"))
        case "bot_error":
            refused = {"ok": False, "error_code": fault.code, "description": "asked to fail"}
            await respond(send, fault.code, refused)
        case "status":
            await respond(send, fault.code, failure(-1, "asked to fail"))
        case "html":
            elsewhere = [(b"location", b"/elsewhere")] if fault.code // 100 == 3 else []
            await respond(send, fault.code or 502, "<html><body>Bad Gateway</body></html>", elsewhere)
        case "not_json":
            await respond(send, 200, "OK")
        case "slow":
            await _drip(answer, fault.seconds_per_byte, send)
        case "truncated":
            transport.write(b'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"error": 0, "mess')
            transport.close()
            await receive()
        case "reset":
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            transport.abort()
            await receive()
        case _:
            await receive()  # hang: returns only when the client has gone


async def _drip(answer: dict[str, Any], seconds: float, send: Send) -> None:
    content = json.dumps(answer).encode()
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [JSON_TYPE, length]})
    for byte in content:
        await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        await asyncio.sleep(seconds)
    await send({"type": "http.response.body", "body": b""})
