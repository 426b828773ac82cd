"""What can hit a worker, and when."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.evidence import Progress, progress
from tests.chaos.processes import WAIT_SECONDS, WorkerProcess
from tests.chaos.world import World

FAILPOINTS = (
    "delivery.after_claim",
    "delivery.after_send",
    "delivery.before_settle",
    "delivery.after_settle",
)
PLANNING = "planning"
"""SIGKILL near the boundary between sweep and plan."""
MOMENT = "moment"
"""SIGKILL at any moment."""
FROZEN = "frozen"
"""SIGSTOP until somebody else has done its work, then SIGCONT."""
POINTS = (*FAILPOINTS, PLANNING, MOMENT, FROZEN)
MISSED = "missed"
"""It was done before it could be hit."""
POLL_SECONDS = 0.003
LOOK_SECONDS = 0.1
PASSAGES_MAX = {"delivery.after_claim": 2, "delivery.after_send": 12}


@dataclass(frozen=True, slots=True)
class Blow:
    """What becomes of one worker. `beside` runs a second one, unharmed, at the same time."""

    point: str
    passage: int
    delay: float
    beside: bool

    def failpoint(self) -> dict[str, str]:
        """Return the setting that makes the worker kill itself, if that is how it dies."""
        return {"DONDOC_FAILPOINT": f"{self.point}:{self.passage}"} if self.point in FAILPOINTS else {}


def draw(chance: random.Random, point: str) -> Blow:
    """Draw the particulars of a blow."""
    passage = chance.randint(1, PASSAGES_MAX.get(point, 3))
    return Blow(point, passage, chance.random(), beside=point != FROZEN and chance.random() < 0.3)


def strike(world: World, worker: WorkerProcess, blow: Blow, done: Callable[[], bool]) -> str:
    """Let the worker run into its fate; return at which point it was hit in fact.

    Args:
        world: Where it works.
        worker: A worker that has just begun.
        blow: What to do to it.
        done: Tells if there is nothing left to do.
    """
    if blow.point in FAILPOINTS:
        hit = _until(worker.died, done)
    elif blow.point == PLANNING:
        before = progress(world)
        hit = _until(lambda: _planning(before, progress(world), late=blow.delay > 0.5), done)
        time.sleep((blow.delay % 0.5) * 0.02)
    elif blow.point == FROZEN:
        hit = _until(lambda: progress(world).sending > 0 and _freeze(world, worker), done)
    else:
        time.sleep(blow.delay * 0.6)
        hit = True
    if not worker.frozen:
        worker.discard()
        world.forget(worker.name)
    return blow.point if hit else MISSED


def _planning(before: Progress, after: Progress, *, late: bool) -> bool:
    return after.messages > before.messages if late else after.reminders > before.reminders


def _until(happened: Callable[[], bool], done: Callable[[], bool]) -> bool:
    """Wait for something to happen; return False if everything was done without it."""
    begun_at = look_at = time.monotonic()
    while not happened():
        now = time.monotonic()
        if now > begun_at + WAIT_SECONDS:
            raise TimeoutError("the worker neither reached the point nor finished")
        if now > look_at:
            look_at = now + LOOK_SECONDS
            if done():
                return happened()
        time.sleep(POLL_SECONDS)
    return True


def _freeze(world: World, worker: WorkerProcess) -> bool:
    """Stop the worker while it holds no transaction: a database would rightly wait for that one."""
    worker.freeze()
    time.sleep(0.01)
    if world.is_free(worker.name) and progress(world).sending > 0:
        return True
    worker.thaw()
    time.sleep(0.02)
    return False
