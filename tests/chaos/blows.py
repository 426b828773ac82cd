"""What can hit a worker, and when."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.failpoints import POINTS as FAILPOINTS
from tests.chaos.clocks import SteppedClock
from tests.chaos.evidence import is_sending
from tests.chaos.processes import POLL_SECONDS, WAIT_SECONDS, Child
from tests.chaos.proxy import Proxy
from tests.chaos.world import World

MOMENT = "moment"
"""SIGKILL at any moment."""
FROZEN = "frozen"
"""SIGSTOP until somebody else has done its work, then SIGCONT."""
CUT = ("cut.zalo", "cut.relay", "cut.receiver", "cut.token")
"""The connection breaks after the other side has accepted, before its answer arrives."""
HELD = ("held.zalo", "held.relay", "held.receiver")
"""The answer to what was accepted is held, and SIGKILL comes while it is waited for."""
STEPPED = ("step.back", "step.ahead")
"""The wall clock of every worker is moved by most of an hour, and moved back a little later."""
POINTS = (*FAILPOINTS, MOMENT, FROZEN, *CUT, *HELD, *STEPPED)
MISSED = "missed"
"""There was nothing left that a worker can do before it could be hit; it is killed all the same."""

OF_SITE = tuple(point for point in FAILPOINTS if point.startswith(("hook.", "link.")))
OF_ANSWERS = tuple(point for point in FAILPOINTS if point.startswith("apply_next."))
OF_FEED = tuple(point for point in FAILPOINTS if point.startswith(("sequence.", "fan_out.", "webhook.")))
OF_TOKENS = (*(point for point in FAILPOINTS if point.startswith("token.")), "cut.token")
ORDER = ("sweep", "plan", "token", "delivery", "apply_next", "sequence", "fan_out", "webhook")
"""A worker that dies late in this order has left nothing to those who should die earlier in it."""

STEP = timedelta(minutes=50)
LOOK_SECONDS = 0.03
STEPPED_SECONDS = 0.3
SENT_BEFORE_SECONDS = 0.05
"""So long a server may take to begin with what a worker has sent before it was stopped."""
MOMENT_SECONDS = 0.5
SOME, MANY = 2, 8
PASSAGES_MAX = {
    "sweep.before_commit": 3,
    "sweep.after_commit": 3,
    "delivery.before_send": MANY,
    "delivery.after_send": MANY,
    "webhook.before_call": MANY,
    "webhook.after_call": MANY,
    **dict.fromkeys(("delivery.in_claim", "delivery.after_claim", "delivery.in_settle"), SOME),
    **dict.fromkeys(("webhook.in_claim", "webhook.after_claim", "webhook.in_settle"), SOME),
    **dict.fromkeys(OF_SITE, SOME),
}
ANSWERS_TO = {
    "zalo": ("zalo", b"/message/"),
    "token": ("zalo", b"/oauth/"),
    "relay": ("relay", b"\r\n.\r\n"),
    "receiver": ("receiver", b"POST /"),
}
"""Before which fake the proxy stands, and the words of a question after whose answer something is done."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What becomes of one worker; `beside` others work unharmed at the same time."""

    point: str
    passage: int
    delay: float
    beside: int

    def failpoint(self) -> str:
        """Return the setting that makes the process kill itself, if that is how it dies."""
        return f"{self.point}:{self.passage}" if self.point in FAILPOINTS else ""


def draw(chance: random.Random, point: str, beside: int = 0) -> Blow:
    """Draw the particulars of a blow."""
    passage = chance.randint(1, PASSAGES_MAX.get(point, 1))
    if point in STEPPED:
        beside = max(beside, 1)
    return Blow(point, passage, chance.random(), 0 if point == FROZEN else beside)


def in_order(points: Sequence[str]) -> list[str]:
    """Return points so that each can be reached after those before it."""
    return sorted(
        points, key=lambda p: ORDER.index(p.partition(".")[0]) if p.partition(".")[0] in ORDER else 0
    )


@dataclass
class Scene:
    """Where a blow falls.

    Attributes:
        workers: The one that is hit, then those beside it.
        done: Tells if there is nothing left that a worker can do.
        quiet: Tells if nothing is due or under way at this moment.
    """

    world: World
    workers: list[Child]
    proxy: Proxy
    clock: SteppedClock
    done: Callable[[], bool]
    quiet: Callable[[], bool]


def strike(scene: Scene, blow: Blow) -> str:
    """Let a worker run into its fate; return at which point it was hit in fact.

    Raises:
        TimeoutError: It neither reached the point nor finished.
    """
    area, _, name = blow.point.partition(".")
    worker = scene.workers[0]
    if blow.point in FAILPOINTS:
        hit = _until(worker.died, scene.done)
    elif area == "cut":
        fake, after = ANSWERS_TO[name]
        scene.proxy.cut(fake, after, 1 + round(blow.delay))
        return blow.point if _until(lambda: scene.proxy.withheld[fake] > 0, scene.done) else MISSED
    elif area == "held":
        fake, after = ANSWERS_TO[name]
        scene.proxy.hold(fake, after, 1 + round(blow.delay * 3))
        hit = _until(lambda: scene.proxy.withheld[fake] > 0, scene.done)
    elif area == "step":
        return blow.point if _stepped(scene, -STEP if name == "back" else STEP) else MISSED
    elif blow.point == FROZEN:
        hit = _until(
            lambda: is_sending(scene.world) and _stopped(scene.world, [worker], is_sending), scene.done
        )
    else:
        time.sleep(blow.delay * MOMENT_SECONDS)
        hit = True
    if not worker.frozen:
        worker.discard()
        scene.world.forget(worker.name)
    return blow.point if hit else MISSED


def _stepped(scene: Scene, by: timedelta) -> bool:
    """Step every worker's wall clock and step it back: they must do everything all the same."""
    if not _until(lambda: is_sending(scene.world), scene.done):
        return False
    for step in (by, timedelta()):
        _until(lambda: _stopped(scene.world, scene.workers), lambda: False)
        scene.clock.step(step)
        for worker in scene.workers:
            worker.thaw()
        time.sleep(STEPPED_SECONDS)
    _until(lambda: False, scene.quiet)
    return True


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


def _stopped(world: World, workers: Sequence[Child], holds: Callable[[World], bool] = lambda _: True) -> bool:
    """Stop workers while none holds a transaction and something holds; let them go on if that is not so.

    A database would rightly wait for whoever stands still in one, and what it is about to claim is not seen.
    """
    for worker in workers:
        worker.freeze()
    time.sleep(SENT_BEFORE_SECONDS)
    if all(world.is_free(worker.name) for worker in workers) and holds(world):
        return True
    for worker in workers:
        worker.thaw()
    time.sleep(LOOK_SECONDS)
    return False
