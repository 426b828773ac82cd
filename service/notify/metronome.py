"""A metronome that goes on when the wall clock is set back.

APScheduler keeps the time of a job's next run by the wall clock. After a step back it would stand still until
that time has come again, and even when the clock is right again soon after, because it sleeps until then.
"""

import time
from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler

from service.clock import Clock

TOLERANCE = timedelta(milliseconds=500)
"""What time servers correct by slewing is less in the second between two looks."""


class Steadiness:
    """Holds the wall clock against the monotonic one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = self._look()

    def was_set_back(self) -> bool:
        """Return if the wall clock was set back since the last look."""
        before, self._ahead = self._ahead, self._look()
        return before - self._ahead > TOLERANCE

    def _look(self) -> timedelta:
        return timedelta(seconds=self._clock.now().timestamp() - time.monotonic())


def tick_again(scheduler: BaseScheduler) -> None:
    """Let every job run one interval from now, whatever time it waited for."""
    for job in scheduler.get_jobs():
        job.reschedule("interval", seconds=job.trigger.interval_length)
