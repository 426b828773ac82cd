"""An office that is lost while it works goes on from its backup, and tells nobody twice."""

import secrets

import pytest

from tests.drills.campaign import campaign, table_of


@pytest.mark.both_databases
@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_office_that_is_lost_at_work_goes_on_from_its_backup(database: str) -> None:
    seed = secrets.randbelow(1_000_000)
    figures = campaign(database, 1, seed)
    shown = f"seed {seed}\n{table_of([figures])}"
    assert not figures.faults, "\n".join([shown, *figures.faults])
    assert figures.documents > 0, shown
    assert figures.told_before > 0, shown
    assert figures.told_after > 0, shown
    assert figures.sent_while_held == figures.told_twice == 0, shown
