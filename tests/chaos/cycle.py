"""One cycle: something is due, workers are hit while they do it, and in the end all must be well."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from service.trust import authorities
from tests.chaos.answers import Sent, answer, count_events, judge_answers
from tests.chaos.blows import (
    FAILPOINTS,
    FROZEN,
    LOOK_SECONDS,
    OF_TOKENS,
    STEPPED,
    Blow,
    Scene,
    strike,
)
from tests.chaos.clocks import SteppedClock
from tests.chaos.evidence import (
    Accepted,
    Verdict,
    is_over,
    is_quiet,
    is_told,
    judge,
    overtaken,
    settled,
    uncalled,
    unsettled,
)
from tests.chaos.feed import Follower
from tests.chaos.processes import WAIT_SECONDS, Child, Nursery, port_of
from tests.chaos.proxy import Proxy
from tests.chaos.world import BEFORE, World

LATER = timedelta(minutes=16)
"""Nobody waits for a lease, a doubt or a pause: whoever comes after a blow lives so much later."""
AFTER_A_STEP = 3
"""So many times later still: what was made by a clock that ran ahead is due when that time comes."""


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a cycle.

    Attributes:
        blows: To workers, while people are told.
        site: To the site, while people answer; empty for none.
        later: To workers, when people have answered.
        answers: Whether people answer at all.
        finishers: How many workers do the rest, unharmed.
        units, labels: Who gets a duty, and from which items.
        batch, threads: Settings of the workers.
    """

    blows: tuple[Blow, ...]
    site: str
    later: tuple[Blow, ...]
    answers: bool
    finishers: int
    units: tuple[str, ...]
    labels: tuple[str, ...]
    batch: int
    threads: int


@dataclass
class Told:
    """What happened in it."""

    points: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    authorised: int = 0
    verdict: Verdict = field(default_factory=Verdict)


@dataclass
class Stage:
    """What every cycle of a campaign is played with; the last nursery lives by the stepped clock."""

    world: World
    seen: Accepted
    follower: Follower
    nurseries: Sequence[Nursery]
    proxy: Proxy
    clock: SteppedClock
    zalo_state: str


def play(stage: Stage, script: Script, at: datetime, chance: random.Random, logs: Path) -> Told:
    """Play a cycle that begins at an instant of the office's time, and judge it."""
    return _Cycle(stage, script, at, logs).play(chance)


class _Cycle:
    def __init__(self, stage: Stage, script: Script, at: datetime, logs: Path) -> None:
        self.stage, self.script = stage, script
        self.world = stage.world
        self.told = Told()
        self._at = at
        self._ahead = at - datetime.now(UTC)
        self._logs = logs
        self._hits, self._calls = Counter[UUID](), Counter[int]()
        self._frozen: list[Child] = []
        self._running: list[Child] = []
        self._site: tuple[Child, httpx.Client] | None = None
        self._number = 0

    def play(self, chance: random.Random) -> Told:
        known = count_events(self.world)
        directive = self.world.issue(self.script.units, self.script.labels, self._at - BEFORE)
        if any(blow.point in OF_TOKENS for blow in self.script.blows):
            self.world.age_tokens(self._at)
        sent = Sent((), 0)
        try:
            for blow in self.script.blows:
                self._hit(blow)
            if self.script.answers:
                self._finish(is_told)
                if self.script.later:
                    self._end()
                sent = answer(self.world, directive, self._now(), chance, self._client)
                for blow in self.script.later:
                    self._hit(blow)
            self._finish(is_over)
            self._thaw()
            self._end()
        except TimeoutError as error:
            self.told.verdict.faults.append(str(error))
        finally:
            self._discard()
        self._judge(directive, sent, known)
        self.world.calm()
        return self.told

    def _judge(self, directive: UUID, sent: Sent, known: int) -> None:
        told, faults = self.told, self.told.verdict.faults
        lost = told.authorised > 0
        told.verdict = judge(self.world, directive, self.stage.seen, self._hits, tokens_lost=lost)
        faults += self.stage.follower.judge(self._calls)
        faults += judge_answers(self.world, directive, sent, known)
        if lost and not any(blow.point in OF_TOKENS for blow in self.script.blows):
            faults.append("tokens were lost although nobody was hit while renewing them")
        if told.verdict.duplicates > told.in_flight:
            faults.append(f"{told.verdict.duplicates} duplicates of {told.in_flight} in flight")
        told.verdict.faults += faults

    def _hit(self, blow: Blow) -> None:
        """Start workers, hit the first, and let the others end."""
        self._end()
        known = overtaken(self.world)
        nursery = self.stage.nurseries[-1 if blow.point in STEPPED else 0]
        workers = [self._start(f"{self._number}-struck", nursery, blow.failpoint())]
        workers += [self._start(f"{self._number}-beside-{n}", nursery) for n in range(blow.beside)]
        self._running = list(workers)
        scene = Scene(
            self.world, workers, self.stage.proxy, self.stage.clock,
            done=lambda: is_over(self.world, self._now()) or self.world.lost_its_tokens(),
            quiet=lambda: is_quiet(self.world, self._now()),
        )  # fmt: skip
        point = strike(scene, blow)
        if point in FAILPOINTS and workers[0].code != -signal.SIGKILL:
            self.told.verdict.faults.append(f"{workers[0].name} ended with {workers[0].code} by itself")
        if point == FROZEN:
            self._running.remove(workers[0])
            self._frozen.append(workers[0])
        self.stage.proxy.let_go()
        self._end()
        self.told.points[point] += 1
        if point in STEPPED:
            self._add(*(after - before for after, before in zip(overtaken(self.world), known, strict=True)))
        else:
            self._mark(doubtful=blow.point.startswith(("cut.", "held.")))
        self._number += 1 + AFTER_A_STEP * (point in STEPPED)

    def _mark(self, *, doubtful: bool = False) -> None:
        """Remember what is in flight: it may arrive twice."""
        self._add(
            Counter(unsettled(self.world, doubtful=doubtful)),
            Counter(uncalled(self.world, doubtful=doubtful)),
        )

    def _add(self, deliveries: Counter[UUID], calls: Counter[int]) -> None:
        self.told.in_flight += deliveries.total()
        self._hits += deliveries
        self._calls += calls

    def _finish(self, done: Callable[[World, datetime], bool]) -> None:
        """Let unharmed workers do what is left; an administrator helps who lost the tokens."""
        ends_at = time.monotonic() + WAIT_SECONDS
        while not done(self.world, self._now()):
            if time.monotonic() > ends_at:
                raise TimeoutError("something is still due")
            if self.world.lost_its_tokens():
                self._end()
                self.world.authorise(httpx.get(self.stage.zalo_state).json())
                self.told.authorised += 1
                self._number += 1
            if not self._running:
                self._running = [
                    self._start(f"{self._number}-finisher-{n}", self.stage.nurseries[0])
                    for n in range(self.script.finishers)
                ]
            time.sleep(LOOK_SECONDS)

    def _thaw(self) -> None:
        """Let frozen workers go on, which must change nothing."""
        before = settled(self.world)
        for worker in self._frozen:
            worker.thaw()
        self._running += self._frozen
        frozen, self._frozen = bool(self._frozen), []
        if frozen:
            self._end()
            if settled(self.world) != before:
                self.told.verdict.faults.append("a frozen worker settled what was no longer its own")

    def _end(self) -> None:
        """Ask whoever works to end, all at once."""
        for worker in self._running:
            worker.ask_to_end()
        for worker in self._running:
            if worker.code is None:
                self.told.verdict.faults += worker.end()
        self._running = []

    def _discard(self) -> None:
        for child in (*self._running, *self._frozen):
            child.discard()
        if self._site is not None:
            self._site[0].discard()
            self._site[1].close()

    def _client(self) -> httpx.Client:
        """Return a client of the site; the first site may be hit, and who comes after it is not."""
        first = self._site is None
        if self._site is not None and self._site[0].died():
            self.told.points[self.script.site.partition(":")[0]] += 1
            self._site[0].discard()
            self._site[1].close()
            self._site = None
        if self._site is None:
            port_file = self._logs / "port"
            name = f"{self._number}-site-{'struck' if first else 'after'}"
            armed = self.script.site if first else ""
            child = self._start(name, self.stage.nurseries[0], armed, port_file)
            base = f"http://127.0.0.1:{port_of(port_file, child)}"
            self._site = child, httpx.Client(base_url=base, verify=authorities(), trust_env=False, timeout=60)
        return self._site[1]

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._later()

    def _later(self) -> timedelta:
        return self._ahead + self._number * LATER

    def _start(
        self, name: str, nursery: Nursery, failpoint: str = "", port_file: Path | None = None
    ) -> Child:
        settings: dict[str, Any] = {
            "delivery_batch": self.script.batch,
            "delivery_threads": self.script.threads,
        }
        log = self._logs / f"{name}.log"
        return Child(nursery, log, self._later(), failpoint=failpoint, port_file=port_file, settings=settings)
