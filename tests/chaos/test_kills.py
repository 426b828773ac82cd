"""A worker may die at any point: nothing is lost, and nothing doubles beyond what it held in its hands."""

import secrets

import pytest

from tests.chaos.campaign import campaign, table_of

CYCLES = 10


@pytest.mark.chaos
@pytest.mark.timeout(240)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_workers_lose_nothing(database: str) -> None:
    seed = secrets.randbelow(1_000_000)
    figures = campaign(database, CYCLES, seed)
    shown = f"seed {seed}\n{table_of([figures])}"
    assert not figures.faults, "\n".join([shown, *figures.faults])
    assert figures.lost == 0, shown
    assert figures.accepted == figures.messages + figures.duplicates, shown
