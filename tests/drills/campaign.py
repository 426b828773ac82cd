"""Drills on one database: loaded, backed up, lost, restored, held, released."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import sqlalchemy as sa

from service.backup.drill import scratch
from service.backup.making import make
from service.backup.manifest import Manifest
from service.backup.restoring import Restored, restore
from service.demo.office import Office, SetClock, settings_for
from service.domain import holds
from service.domain.checks import examine
from service.domain.reading import waiting
from service.domain.tables import Ledger, Unsent, table
from service.notify.worker import Worker
from tests.chaos.campaign import Theatre, theatre_of
from tests.chaos.clocks import ClockAhead
from tests.chaos.cycle import Stage
from tests.chaos.evidence import Accepted
from tests.chaos.nursery import settings_of
from tests.chaos.processes import WAIT_SECONDS, Child, port_of
from tests.chaos.world import BEFORE, FIRST_AFTERNOON, KEEPER, UNITS, World
from tests.drills.load import Load
from tests.drills.told import causes_of
from tests.postgresql import server

ledger = table(Ledger)

LATER = timedelta(minutes=20)
"""Between two rounds of the copy: leases run out, pauses end, tokens grow old."""


@dataclass
class Figures:
    """What the drills on one database came to; seconds are those of the slowest."""

    database: str
    drills: int = 0
    actions: int = 0
    documents: int = 0
    told_before: int = 0
    told_twice: int = 0
    sent_while_held: int = 0
    listed: int = 0
    told_after: int = 0
    called_after: int = 0
    backup_seconds: float = 0.0
    restore_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def campaign(database: str, times: int, seed: int) -> Figures:
    """Play drills; the same seed draws the same ones, but for the machine's own timing."""
    figures = Figures(database)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-drills-")))
        url = stack.enter_context(server()) if database == "postgresql" else None
        theatre = stack.enter_context(theatre_of(folder, url, steps=False))
        for number in range(times):
            chance = random.Random(f"{seed}:{number}")  # noqa: S311 - a seed makes it repeatable
            at = FIRST_AFTERNOON + timedelta(days=number)
            room = folder / f"drill-{number}"
            room.mkdir()
            played = _Drill(theatre, at, room, figures)
            played.play(chance)
            figures.faults += [f"drill {number}: {fault}" for fault in played.faults]
            figures.drills += 1
    return figures


class _Drill:
    def __init__(self, theatre: Theatre, at: datetime, room: Path, figures: Figures) -> None:
        self._theatre, self._room, self._figures = theatre, room, figures
        self._stage: Stage = theatre.stage()
        self._world = self._stage.world
        self._at, self._ahead = at, at - datetime.now(UTC)
        self._bodies: dict[str, set[bytes]] = {}
        self.faults: list[str] = []

    def play(self, chance: random.Random) -> None:
        """Let the office work, back it up meanwhile, lose it, and go on with the copy."""
        units = [f"xa-{number}" for number in sorted(chance.sample(range(1, UNITS + 1), 3))]
        self._world.issue(units, ["1"], self._at - BEFORE)
        with self._at_work(units) as load:
            self._wait_for_the_worker()
            load.wait_for(chance.randint(0, 12))
            manifest = self._back_up()
            load.wait_for(chance.randint(4, 12))
        self._figures.actions += load.done
        self.faults += load.faults
        self._stage.seen.read()
        told = causes_of(self._world.database, self._stage.seen.copies)
        self._figures.told_before += sum(told.values())
        self._calls()
        self._ahead += timedelta(minutes=chance.randint(5, 300))
        with scratch(self._world.database, self._room) as place:
            begun = time.monotonic()
            restored = restore(self._room / "backup", place, self._room / "files", now=self._clock().now())
            self._slowest("restore_seconds", begun)
            self._judge_restored(restored, manifest)
            self._take_over(World(place, self._room, self._world.ways), units, told)

    @contextmanager
    def _at_work(self, units: list[str]) -> Iterator[Load]:
        """Run a worker and a site, and act on it."""
        office = self._office(self._world)
        token = office.make_key()
        office.close()
        nursery, port_file = self._theatre.nurseries[0], self._room / "port"
        worker = Child(nursery, self._room / "worker.log", self._ahead)
        site = Child(nursery, self._room / "site.log", self._ahead, port_file=port_file)
        try:
            base = f"http://127.0.0.1:{port_of(port_file, site)}"
            with Load(base, token, units, self._at) as load:
                yield load
            self.faults += [*worker.end(), *site.faults()]
        finally:
            worker.discard()
            site.discard()

    def _wait_for_the_worker(self) -> None:
        """Wait until it has taken the steps that were due before it began: the doctor would miss them."""
        ends_at = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends_at:
            with self._world.database.read() as connection:
                if not waiting.any_waits(connection, waiting.CLOCKS, now=self._clock().now()):
                    return
            time.sleep(0.02)
        raise TimeoutError("the worker takes no steps")

    def _back_up(self) -> Manifest:
        begun = time.monotonic()
        files = self._theatre.folder / "files"
        manifest = make(self._world.database, files, self._room / "backup", now=self._clock().now)
        self._slowest("backup_seconds", begun)
        self._figures.documents += manifest.documents
        return manifest

    def _judge_restored(self, restored: Restored, manifest: Manifest) -> None:
        self.faults += [*restored.differences, *(f"{v.check}: {v.rows}" for v in restored.violations)]
        self.faults += [f"document {digest} is lost" for digest in manifest.lost]
        at = sa.select(ledger.c.chain).where(ledger.c.position == manifest.position)
        with self._world.database.read() as connection:
            if connection.execute(at).scalar() != manifest.chain:
                self.faults.append("the copy's ledger is no beginning of the original's")

    def _take_over(self, copy: World, units: list[str], told: Counter[tuple[object, ...]]) -> None:
        """Let a worker do what it may on the copy, release it, and hold what it tells against `told`."""
        tokens = httpx.get(self._stage.zalo_state).json()
        copy.age_tokens(self._clock().now())
        seen = Accepted(copy, self._theatre.fakes["smtp"].ledger, self._theatre.fakes["zalo"].ledger)
        copy.issue(units[:2], ["2"], self._clock().now() - timedelta(minutes=1), number="2")
        self._rounds(copy, 3)
        seen.read()
        sent = sum(map(len, seen.copies.values())) + len(seen.strangers) + self._calls()
        self._figures.sent_while_held += sent
        if sent or httpx.get(self._stage.zalo_state).json() != tokens:
            self.faults.append(
                f"{sent} times something left the copy while it was held, or a token was renewed"
            )
        with copy.database.write() as session:
            released = holds.release(session, unsent=Unsent.LIST, now=self._clock().now())
        self._figures.listed += released.listed if released else 0
        self._rounds(copy, 3)
        seen.read()
        after = causes_of(copy.database, seen.copies)
        self._figures.told_after += sum(after.values())
        self._figures.called_after += self._calls()
        self._judge_told(told, after)
        with copy.database.read() as connection:
            found = examine(connection, now=self._clock().now())
        self.faults += [f"after the release, {v.check}: {v.rows}" for v in found]

    def _judge_told(self, told: Counter[tuple[object, ...]], after: Counter[tuple[object, ...]]) -> None:
        again = [cause for cause in after if cause in told or after[cause] > 1]
        self._figures.told_twice += len(again)
        self.faults += [f"told twice: {cause}" for cause in again]
        if not after:
            self.faults.append("the copy told nobody of what happened in it")
        self.faults += [
            f"event {name} says two things" for name, bodies in self._bodies.items() if len(bodies) > 1
        ]

    def _rounds(self, copy: World, times: int) -> None:
        """Let a worker do everything that is due, again and again; time passes between."""
        given = settings_of(self._room, copy.database.url.render_as_string(hide_password=False), copy.ways)
        clock = self._clock()
        worker = Worker(given, copy.database, clock)
        try:
            for _ in range(times):
                self._ahead += LATER
                clock.ahead = self._ahead
                worker.round()
        finally:
            worker.close()

    def _calls(self) -> int:
        """Return how often the receiver was called since the last time; the same event must read the same."""
        new = self._theatre.fakes["receiver"].ledger.new()
        for entry in new:
            self._bodies.setdefault(entry["headers"]["webhook-id"], set()).add(entry["body"])
        return len(new)

    def _office(self, world: World) -> Office:
        url = world.database.url.render_as_string(hide_password=False)
        office = Office(world.database, settings_for(self._room, url, world.ways.key), SetClock(self._at))
        office.act_for(KEEPER)
        return office

    def _clock(self) -> ClockAhead:
        return ClockAhead(self._ahead)

    def _slowest(self, name: str, begun: float) -> None:
        took = time.monotonic() - begun
        setattr(self._figures, name, max(took, getattr(self._figures, name)))


def table_of(figures: list[Figures]) -> str:
    """Return the figures as a table."""
    names = [name for name in vars(figures[0]) if name not in ("database", "faults")]
    rows: list[tuple[str, list[Any]]] = [("", [each.database for each in figures])]
    rows += [(name.replace("_", " "), [getattr(each, name) for each in figures]) for name in names]
    rows.append(("violations", [len(each.faults) for each in figures]))
    shown = [[f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells] for _, cells in rows]
    return "\n".join(
        f"{name:20}" + "".join(f"{cell:>14}" for cell in cells)
        for (name, _), cells in zip(rows, shown, strict=True)
    )
