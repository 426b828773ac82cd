"""A fake as a process of its own: says in one line where it is, and ends when it is asked to."""

import json
import signal
import sys
import threading
from typing import Any


def announce(facts: dict[str, Any]) -> None:
    """Print the first line, from which whoever started the process learns the rest."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def wait_for_signal() -> None:
    """Block the main thread until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
