"""How the fake Zalo tells a webhook: within two seconds or again, along its ladder, by the fake's clock."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from service.fakes.zalo_events import LADDER, First, Signed, Stamp, sign

ANSWER_WITHIN_SECONDS = 2.0
LOOKS_EVERY_SECONDS = 0.05


@dataclass
class Telling:
    """One event on its way: what leaves the n-th time, and when next."""

    url: str
    made: Callable[[int], Signed]
    due_at: datetime
    tried: int = 0


class Teller:
    """Keeps what has to be told; a thread of its own tells what is due.

    Attributes:
        url: The product's hook; empty for none.
        first: Which id is signed first.
        stamp: Which time is signed.
        times: How often each event is told although it was answered (2 for at-least-once made visible).
        told: (address, status) of every try; status 0 where no answer came in time.
        is_disabled: The ladder ended without a 200: nothing is told any more.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._waiting: list[Telling] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.forget()

    def forget(self) -> None:
        """Begin anew: no hook, nothing to tell."""
        with self._lock:
            self.url = ""
            self.first: First = "app_id"
            self.stamp: Stamp = "body"
            self.times = 1
            self.told: list[tuple[str, int]] = []
            self.is_disabled = False
            self._waiting.clear()

    def tell(self, event: dict[str, Any]) -> None:
        """Tell the product's hook of an event, signed as it is told."""

        def made(tried: int) -> Signed:
            apart = self.clock() if self.stamp == "header" else None
            return sign(event, first=self.first, stamp=self.stamp, sent_at=apart, retry=tried)

        if self.url and not self.is_disabled:
            self.send(self.url, made)

    def send(self, url: str, made: Callable[[int], Signed]) -> None:
        """Queue a request; it leaves at once and again until it is answered with 200."""
        with self._lock:
            self._waiting += [Telling(url, made, self.clock()) for _ in range(self.times)]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    @property
    def waiting(self) -> int:
        """Return how many events have not been answered yet."""
        with self._lock:
            return len(self._waiting)

    def reverse(self) -> None:
        """Let what waits leave in the opposite order."""
        with self._lock:
            self._waiting.reverse()

    def close(self) -> None:
        """Tell nothing more."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        with httpx.Client(timeout=ANSWER_WITHIN_SECONDS, trust_env=False) as client:
            while not self._ended.wait(LOOKS_EVERY_SECONDS):
                for telling in self._due():
                    self._try(client, telling)

    def _due(self) -> list[Telling]:
        now = self.clock()
        with self._lock:
            return [each for each in self._waiting if each.due_at <= now]

    def _try(self, client: httpx.Client, telling: Telling) -> None:
        signed = telling.made(telling.tried)
        try:
            status = client.post(telling.url, content=signed.body, headers=signed.headers).status_code
        except httpx.HTTPError:
            status = 0
        with self._lock:
            self.told.append((telling.url, status))
            if status != 200 and telling.tried < len(LADDER):
                telling.due_at = self.clock() + LADDER[telling.tried]
                telling.tried += 1
                return
            if telling in self._waiting:
                self._waiting.remove(telling)
            if status != 200:
                self.is_disabled = True
                self._waiting.clear()
