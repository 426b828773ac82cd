"""Many cycles on one database, and the figures that come of it."""

import random
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.blows import FROZEN, MISSED, PLANNING, POINTS, draw
from tests.chaos.cycle import Script, Told, play
from tests.chaos.evidence import Accepted
from tests.chaos.processes import fake
from tests.chaos.world import FIRST_AFTERNOON, Ways, postgresql_worlds, sqlite_worlds
from tests.postgresql import server

CYCLES_A_WORLD = 10
"""After so many cycles the next one begins on a fresh database."""


@dataclass
class Figures:
    """What the cycles on one database came to."""

    database: str
    cycles: int = 0
    messages: int = 0
    accepted: int = 0
    duplicates: int = 0
    in_flight: int = 0
    lost: int = 0
    points: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, told: Told) -> None:
        """Count a cycle."""
        self.cycles += 1
        self.messages += told.verdict.messages
        self.accepted += told.verdict.accepted
        self.duplicates += told.verdict.duplicates
        self.lost += told.verdict.lost
        self.in_flight += told.in_flight
        self.points += told.points
        self.faults += [f"cycle {self.cycles}: {fault}" for fault in told.verdict.faults]


def campaign(database: str, cycles: int, seed: int) -> Figures:
    """Play so many cycles; the same seed draws the same ones (the machine's own timing is not drawn)."""
    figures = Figures(database)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-chaos-")))
        relay = stack.enter_context(fake("smtp", folder, "--delay-ms", "8"))
        zalo = stack.enter_context(fake("zalo", folder, "--delay-ms", "8", "--everyone"))
        ways = Ways(relay, zalo)
        if database == "sqlite":
            worlds = stack.enter_context(sqlite_worlds(folder, ways))
        else:
            worlds = stack.enter_context(postgresql_worlds(folder, ways, stack.enter_context(server())))
        for number in range(cycles):
            if number % CYCLES_A_WORLD == 0:
                world = stack.enter_context(closing(next(worlds)))
                seen = Accepted(world)
            chance = random.Random(f"{seed}:{number}")  # noqa: S311 - a seed makes it repeatable
            logs = folder / str(number)
            logs.mkdir()
            at = FIRST_AFTERNOON + timedelta(days=number)
            figures.add(play(world, seen, _script(number, chance), at, chance, logs))
    return figures


def _script(number: int, chance: random.Random) -> Script:
    """Write a cycle: each point in turn first, then perhaps more blows while the rest is caught up."""
    points = [POINTS[number % len(POINTS)]]
    later = [point for point in POINTS if point not in {PLANNING, FROZEN}]
    points += chance.choices(later, k=chance.choice((0, 0, 1, 2)))
    return Script(
        blows=tuple(draw(chance, point) for point in points),
        finishers=chance.choice((1, 1, 2)),
        batch=chance.randint(6, 30),
        threads=chance.randint(2, 8),
    )


def table_of(figures: list[Figures]) -> str:
    """Return the figures as a table."""
    names = (*POINTS, MISSED)
    rows = [("", *(f.database for f in figures))]
    for name in ("cycles", "messages", "accepted", "duplicates", "in_flight", "lost"):
        rows.append((name.replace("_", " "), *(str(getattr(f, name)) for f in figures)))
    for name in names:
        rows.append((f"hit: {name}", *(str(f.points[name]) for f in figures)))
    rows.append(("violations", *(str(len(f.faults)) for f in figures)))
    return "\n".join(f"{first:28}" + "".join(f"{cell:>14}" for cell in rest) for first, *rest in rows)
