"""Many cycles on one database, and the figures that come of it."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet

from tests.chaos.blows import (
    CUT,
    FAILPOINTS,
    FROZEN,
    HELD,
    MISSED,
    MOMENT,
    OF_ANSWERS,
    OF_FEED,
    OF_SITE,
    OF_TOKENS,
    POINTS,
    STEPPED,
    draw,
    in_order,
)
from tests.chaos.clocks import SteppedClock
from tests.chaos.cycle import Script, Stage, Told, play
from tests.chaos.evidence import Accepted
from tests.chaos.feed import Follower
from tests.chaos.processes import Fake, Nursery, fake
from tests.chaos.proxy import Proxy
from tests.chaos.world import BEFORE, FIRST_AFTERNOON, UNITS, Ways, Worlds
from tests.postgresql import server

CYCLES_A_WORLD = 10
"""After so many cycles the next one begins on a fresh database."""

DAYS = 700
"""Each cycle is a day of the office, and after so many it begins anew: the fakes live today."""

ALONE = {MOMENT, FROZEN, *CUT, *HELD, *STEPPED, *OF_TOKENS, *OF_SITE, *OF_ANSWERS}
"""Not as a further blow of a cycle that is about another."""

FURTHER = tuple(point for point in FAILPOINTS if point not in ALONE)
CROWDS = (0, 0, 0, 0, 1, 1, 3, 7)
"""So many workers beside the one that is hit: 2, 4 or 8 work at once, each with its own metronome."""


@dataclass
class Figures:
    """What the cycles on one database came to; `first` is the number of the first of them."""

    database: str
    first: int = 0
    cycles: int = 0
    messages: int = 0
    accepted: int = 0
    duplicates: int = 0
    in_flight: int = 0
    lost: int = 0
    calls: int = 0
    calls_twice: int = 0
    authorised: int = 0
    points: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, told: Told) -> None:
        """Count a cycle."""
        number = self.first + self.cycles
        self.cycles += 1
        self.messages += told.verdict.messages
        self.accepted += told.verdict.accepted
        self.duplicates += told.verdict.duplicates
        self.lost += told.verdict.lost
        self.in_flight += told.in_flight
        self.authorised += told.authorised
        self.points += told.points
        self.faults += [f"cycle {number}: {fault}" for fault in told.verdict.faults]


def campaign(
    database: str,
    scripts: Iterable[Callable[[random.Random], Script]],
    seed: int,
    *,
    first: int = 0,
    steps: bool = True,
    report: Callable[[Figures], None] = lambda _: None,
) -> Figures:
    """Play cycles; the same seed draws the same ones (the machine's own timing is not drawn).

    Args:
        database: `sqlite` or `postgresql`.
        scripts: What writes each cycle.
        seed: What they are drawn by.
        first: The number of the first one; each is drawn by its number.
        steps: Whether any cycle steps clocks: that takes a nursery of its own.
        report: Is told the figures after each cycle.
    """
    figures = Figures(database, first)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-chaos-")))
        url = stack.enter_context(server()) if database == "postgresql" else None
        theatre = stack.enter_context(theatre_of(folder, url, steps=steps))
        for number, script in enumerate(scripts, start=first):
            if (number - first) % CYCLES_A_WORLD == 0 or number % DAYS == 0:
                stage = theatre.stage()
            chance = random.Random(f"{seed}:{number}")  # noqa: S311 - a seed makes it repeatable
            logs = folder / str(number)
            logs.mkdir()
            at = FIRST_AFTERNOON + timedelta(days=number % DAYS)
            told = play(stage, script(chance), at, chance, logs)
            figures.add(told)
            figures.calls += stage.follower.calls
            figures.calls_twice += stage.follower.duplicates
            stage.follower.calls = stage.follower.duplicates = 0
            if not told.verdict.faults:
                shutil.rmtree(logs)
            report(figures)
    return figures


@dataclass
class Theatre:
    """The fakes, the proxy before them, and the nurseries."""

    folder: Path
    worlds: Worlds
    fakes: dict[str, Fake]
    proxy: Proxy
    clock: SteppedClock
    nurseries: list[Nursery]

    def stage(self) -> Stage:
        """Begin on a fresh database, with the tokens that work now."""
        world = self.worlds.fresh()
        state = f"{self.fakes['zalo'].hello['base_url']}/__fake__/state"
        world.authorise(httpx.get(state).json())
        ledgers = {name: each.ledger for name, each in self.fakes.items()}
        seen = Accepted(world, ledgers["smtp"], ledgers["zalo"])
        follower = Follower(world, ledgers["receiver"])
        return Stage(world, seen, follower, self.nurseries, self.proxy, self.clock, state)


@contextmanager
def theatre_of(folder: Path, url: str | None, *, steps: bool) -> Iterator[Theatre]:
    with ExitStack() as stack:
        fakes = {
            "smtp": stack.enter_context(fake("smtp", folder, "--delay-ms", "4")),
            "zalo": stack.enter_context(fake("zalo", folder, "--delay-ms", "4", "--everyone")),
            "receiver": stack.enter_context(fake("receiver", folder)),
        }
        proxy = stack.enter_context(closing(Proxy()))
        ways = _ways(fakes, proxy)
        worlds = stack.enter_context(closing(Worlds(folder, ways, url)))
        clock = SteppedClock(folder)
        nurseries = []
        for more in ({}, clock.environment())[: 1 + steps]:
            worlds.fresh()
            told = {
                "url": worlds.url,
                "folder": str(folder),
                "ways": asdict(ways),
                "at": (FIRST_AFTERNOON - BEFORE).isoformat(),
            }
            nurseries.append(stack.enter_context(closing(Nursery(told, more))))
        yield Theatre(folder, worlds, fakes, proxy, clock, nurseries)


def _ways(fakes: dict[str, Fake], proxy: Proxy) -> Ways:
    """Return how the fakes are reached through the proxy."""
    zalo = fakes["zalo"].hello
    zalo_port = proxy.before("zalo", _port(zalo["base_url"]))
    before = proxy.before("receiver", _port(fakes["receiver"].hello["url"]))
    return Ways(
        relay={"host": "127.0.0.1", "port": proxy.before("relay", fakes["smtp"].hello["port"])},
        zalo={**zalo, "base_url": f"http://127.0.0.1:{zalo_port}"},
        receiver={"url": f"http://127.0.0.1:{before}/nhan", "port": before},
        key=Fernet.generate_key().decode(),
    )


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def drawn(number: int) -> Callable[[random.Random], Script]:
    """Return what writes the n-th cycle of a campaign: each point in turn, then perhaps more blows."""

    def write(chance: random.Random) -> Script:
        point = POINTS[number % len(POINTS)]
        further = chance.choices(FURTHER, k=chance.choice((0, 0, 1, 2)))
        return script([point, *further], chance, beside=chance.choice(CROWDS))

    return write


def script(points: Sequence[str], chance: random.Random, *, beside: int = 0) -> Script:
    """Write a cycle in which these points are to be hit.

    Who dies while telling people leaves nothing untold to other systems to whoever comes long after; so they
    are told of what is answered instead.
    """
    tells = any(point not in {*OF_SITE, *OF_ANSWERS, *OF_FEED} for point in points)
    after = {*OF_ANSWERS, *(OF_FEED if tells else ())}
    first = [point for point in points if point not in {*OF_SITE, *after}]
    site = [point for point in points if point in OF_SITE]
    later = in_order([point for point in points if point in after])
    units = sorted(chance.sample(range(1, UNITS + 1), chance.randint(3, UNITS)))
    return Script(
        blows=tuple(draw(chance, point, beside) for point in in_order(first)),
        site=draw(chance, site[0]).failpoint() if site else "",
        later=tuple(draw(chance, point, beside) for point in later),
        answers=bool(site or later) or chance.random() < 0.2,
        finishers=1 + chance.choice(CROWDS[:-1]),
        units=tuple(f"xa-{number}" for number in units),
        labels=tuple(str(number + 1) for number in range(chance.randint(1, 2))),
        batch=chance.randint(6, 30),
        threads=chance.randint(2, 8),
    )


def table_of(figures: list[Figures]) -> str:
    """Return the figures as a table."""
    rows = [("", *(f.database for f in figures))]
    names = ("cycles", "messages", "accepted", "duplicates", "in_flight", "lost", "calls", "calls_twice")
    for name in (*names, "authorised"):
        rows.append((name.replace("_", " "), *(str(getattr(f, name)) for f in figures)))
    for name in (*POINTS, MISSED):
        rows.append((f"hit: {name}", *(str(f.points[name]) for f in figures)))
    rows.append(("violations", *(str(len(f.faults)) for f in figures)))
    return "\n".join(f"{first:28}" + "".join(f"{cell:>14}" for cell in rest) for first, *rest in rows)
