"""How a fake that speaks no HTTP is arranged and looked at: `/__fake__/seed` and `/__fake__/state`."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Order = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def controlled(carry_out: Order) -> Iterator[str]:
    """Serve the orders of a fake on a loopback port; give the base address.

    Args:
        carry_out: Takes what was posted (nothing, for a look) and returns how the fake is.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(carry_out))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/__fake__/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(carry_out: Order) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, order: dict[str, Any]) -> None:
            known = self.path in {"/__fake__/seed", "/__fake__/state"}
            content = json.dumps(carry_out(order) if known else {}, ensure_ascii=False).encode()
            self.send_response(200 if known else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
