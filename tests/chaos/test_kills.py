"""A worker may die at any point: nothing is lost, and nothing doubles beyond what it held in its hands."""

import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest

from tests.chaos.blows import FAILPOINTS, OF_SITE
from tests.chaos.campaign import Figures, campaign, script, table_of
from tests.chaos.cycle import Script
from tests.turns import DATABASES

AGAIN_MAX = 5
"""Cycles for points that were missed: a slow machine may have done everything before it could be hit."""


def small(points: Sequence[str], chance: random.Random) -> Script:
    """Write a cycle with as little in it as leaves every point something to do."""
    return replace(script(points, chance), finishers=1, units=("xa-1", "xa-2", "xa-3", "xa-4"), labels=("1",))


class EveryPoint:
    """Cycles that pass every failpoint, as many in each as leave something to do to those who come after."""

    def __init__(self, points: Sequence[str]) -> None:
        self._points = points
        self._reached = set[str]()

    def __call__(self, figures: Figures) -> None:
        """See how far it has come."""
        self._reached = set(figures.points)

    def __iter__(self) -> Iterator[Callable[[random.Random], Script]]:
        """Write cycles with one point of every kind, then others for what was missed."""
        kinds = defaultdict[str, list[str]](list)
        for point in self._points:
            kinds["site" if point in OF_SITE else point.partition(".")[0]].append(point)
        for number in range(max(map(len, kinds.values()))):
            yield partial(small, [points[number] for points in kinds.values() if number < len(points)])
        for _ in range(AGAIN_MAX):
            missed = [point for point in self._points if point not in self._reached]
            if missed:
                yield partial(small, missed[:1])


@pytest.mark.both_databases
@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", DATABASES)
def test_workers_and_sites_killed_at_every_point_lose_nothing(
    request: pytest.FixtureRequest, database: str
) -> None:
    """Where tests take turns, points do so too: every second one is passed on each database."""
    turns = request.config.getoption("databases") == "turns"
    points = FAILPOINTS[DATABASES.index(database) :: len(DATABASES)] if turns else FAILPOINTS
    seed, cycles = secrets.randbelow(1_000_000), EveryPoint(points)
    figures = campaign(database, cycles, seed, steps=False, report=cycles)
    shown = f"seed {seed}\n{table_of([figures])}"
    assert not figures.faults, "\n".join([shown, *figures.faults])
    assert figures.lost == 0, shown
    assert figures.accepted == figures.messages + figures.duplicates, shown
    assert set(points) <= set(figures.points), shown
