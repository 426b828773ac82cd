"""Another system's endpoint on a real socket: says what it is told to say, and keeps what it got."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """A request."""

    headers: dict[str, str]
    body: bytes

    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Said(NamedTuple):
    """An answer."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    body: bytes | None = None


class Receiver:
    """Repeats challenges; answers events from `say`, and with 200 when that is empty."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.say: list[Said] = []
        self.always: Said | None = None
        self.repeats = True
        self.hold: Callable[[], object] = lambda: None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def url(self, path: str = "/nhan") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def events(self) -> list[dict[str, Any]]:
        """Return what it was told, without challenges."""
        return [each for each in (got.event() for got in self.got) if each["type"] != "webhook.challenge.v1"]

    def answer(self, got: Got) -> Said:
        event = got.event()
        if event["type"] == "webhook.challenge.v1" and self.repeats:
            return Said(200, {}, json.dumps({"challenge": event["data"]["challenge"]}).encode())
        self.hold()
        return self.say.pop(0) if self.say else self.always or Said()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got = Got({name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(got)
                said = receiver.answer(got)
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(said.body or b"")))
                self.end_headers()
                self.wfile.write(said.body or b"")

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Give a receiver for the length of the block."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
