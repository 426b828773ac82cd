"""Where documents are read: a few at a time, in threads of their own, with a short queue before the door."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter, to_thread

from service.edge.refusals import ServiceBusy
from service.intake import DEFAULT, read_safely
from service.settings import Settings

QUEUE_FACTOR = 4
BUSY_SECONDS = 15


class ReadingRoom:
    """At most `intake_processes` documents are read at once, and four times as many wait."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = CapacityLimiter(settings.intake_processes)
        self._waiting_max = QUEUE_FACTOR * settings.intake_processes
        self._limits = replace(DEFAULT, upload_bytes=settings.upload_bytes_max)

    async def read(self, path: Path, name: str) -> dict[str, Any]:
        """Return what a document proposes, without holding a thread that serves requests.

        Raises:
            ServiceBusy: Too many are waiting already.
            IntakeRefused: The document cannot or must not be read.
        """
        if self._limiter.statistics().tasks_waiting >= self._waiting_max:
            raise ServiceBusy(retry_after=BUSY_SECONDS)
        proposal = await to_thread.run_sync(read_safely, path, name, self._limits, limiter=self._limiter)
        return proposal.to_json()
