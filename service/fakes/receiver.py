"""Another system's endpoint on a real socket: says what it is told to say, and keeps what it got.

`with receiving() as receiver:` runs it in a thread. It repeats challenges, and checks signatures of Standard
Webhooks by the text of the standard, not with the code that made them. As a process:
`python -m service.fakes.receiver`.
"""

import argparse
import hashlib
import hmac
import json
import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from service.fakes.process import announce, wait_for_signal

CONTROL = "/__fake__/"
CHALLENGE = "webhook.challenge.v1"
SHOWN = 1000


class Got(NamedTuple):
    """A request; `proven` when a signature of it fits one of the receiver's secrets."""

    headers: dict[str, str]
    body: bytes
    proven: bool = False

    def event(self) -> dict[str, Any]:
        """Return what it told."""
        return dict(json.loads(self.body))


class Said(NamedTuple):
    """An answer; `seconds` it is held back, and `filler` bytes follow the body."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    body: bytes | None = None
    seconds: float = 0.0
    filler: int = 0


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Return whether one of a request's signatures is the HMAC of `id.timestamp.body`."""
    signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode() + body
    made = b64encode(hmac.new(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest())
    shown = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(each.encode(), b"v1," + made) for each in shown)


class Receiver:
    """Repeats challenges; answers events from `say`, and with 200 when that is empty.

    While it has `secrets`, a request that none of them signed is answered with 401. What it got is in its
    ledger, if it has one, before the answer leaves.
    """

    def __init__(self, port: int = 0, ledger: Path | None = None) -> None:
        self._ledger = ledger.open("ab", buffering=0) if ledger else None
        self.got: list[Got] = []
        self.say: list[Said] = []
        self.always: Said | None = None
        self.repeats = True
        self.secrets: list[str] = []
        self.hold: Callable[[], object] = lambda: None
        self.ended = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server.server_address[1])

    def url(self, path: str = "/nhan") -> str:
        """Return the address of an endpoint."""
        return f"http://127.0.0.1:{self.port}{path}"

    def events(self) -> list[dict[str, Any]]:
        """Return what it was told, without challenges."""
        return [each for each in (got.event() for got in self.got) if each.get("type") != CHALLENGE]

    def take(self, headers: dict[str, str], body: bytes) -> Said:
        """Keep a request and decide its answer."""
        proven = any(is_signed(headers, body, secret) for secret in self.secrets)
        got = Got(headers, body, proven)
        self.got.append(got)
        if self._ledger is not None:
            entry = {"headers": headers, "body": body.decode()}
            self._ledger.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            os.fsync(self._ledger.fileno())
        event = got.event()
        if event.get("type") == CHALLENGE and self.repeats:
            return Said(200, {}, json.dumps({"challenge": event["data"]["challenge"]}).encode())
        if self.secrets and not proven:
            return Said(401)
        self.hold()
        return self.say.pop(0) if self.say else self.always or Said()

    def control(self, order: dict[str, Any]) -> dict[str, Any]:
        """Arrange from another process: POST `/__fake__/seed`; see what came: GET `/__fake__/state`.

        `say` and `always` are answers (`status`, `headers`, `body` as text, `seconds`, `filler`), `secrets`
        those of the endpoint, `repeats` whether challenges are repeated.
        """
        self.say += [_said(each) for each in order.get("say", [])]
        if "always" in order:
            self.always = _said(order["always"]) if order["always"] else None
        self.secrets = order.get("secrets", self.secrets)
        self.repeats = order.get("repeats", self.repeats)
        told = [
            {"id": got.headers.get("webhook-id", ""), "proven": got.proven, "event": got.event()}
            for got in self.got[-SHOWN:]
        ]
        return {"url": self.url(), "answers_waiting": len(self.say), "got": told}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.path == f"{CONTROL}state"
                self._answer(_as_json(receiver.control({})) if known else Said(404))

            def do_OPTIONS(self) -> None:
                """Allow whoever asks, as the webhooks of CloudEvents have it."""
                asked = self.headers.get("webhook-request-origin", "*")
                self._answer(
                    Said(200, {"WebHook-Allowed-Origin": asked, "WebHook-Allowed-Rate": "*", "Allow": "POST"})
                )

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:  # its sender died: nothing was told
                    self.close_connection = True
                    return None
                if self.path == f"{CONTROL}seed":
                    return self._answer(_as_json(receiver.control(json.loads(body))))
                headers = {name.lower(): value for name, value in self.headers.items()}
                return self._answer(receiver.take(headers, body))

            def _answer(self, said: Said) -> None:
                receiver.ended.wait(said.seconds)
                content = (said.body or b"") + b" " * said.filler
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def _said(order: dict[str, Any]) -> Said:
    body = order.get("body")
    return Said(**{**order, "body": body.encode() if body is not None else None})


def _as_json(facts: dict[str, Any]) -> Said:
    return Said(200, {"content-type": "application/json"}, json.dumps(facts, ensure_ascii=False).encode())


@contextmanager
def receiving(port: int = 0, ledger: Path | None = None) -> Iterator[Receiver]:
    """Give a receiver for the length of the block."""
    receiver = Receiver(port, ledger)
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


def run(*, port: int, secrets: list[str], ledger: Path | None = None) -> None:
    """Be a receiver until the process is asked to end; the first line printed says where."""
    with receiving(port, ledger) as receiver:
        receiver.secrets = secrets
        announce({"url": receiver.url(), "control": receiver.url(CONTROL)})
        wait_for_signal()


def main() -> None:
    """Run as a process until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A fake receiver of webhooks on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", action="append", default=[])
    parser.add_argument("--ledger", type=Path)
    given = parser.parse_args()
    run(port=given.port, secrets=given.secret, ledger=given.ledger)


if __name__ == "__main__":
    main()
