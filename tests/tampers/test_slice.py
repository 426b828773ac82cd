"""A thousand tampers in every test run; `python -m tests.tampers` makes as many as wanted."""

from pathlib import Path

import pytest

from tests.tampers.campaign import TAMPERS, Figures, campaign, clean
from tests.tampers.played import Ledger, an_office, ledger_of, play, play_on

SEED = 2024


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Return what an auditor gets of an office that was played."""
    folder: Path = tmp_path_factory.mktemp("tampers")
    with an_office(folder) as office:
        play(office)
        return ledger_of(office.database, play_on(office))


def test_the_office_has_lived_enough_to_be_tampered_with(ledger: Ledger) -> None:
    assert len(ledger.rows) >= 100
    assert len(ledger.checkpoints) == 7
    assert len(ledger.texts) == 4
    assert sum(each.text is None for each in ledger.texts.values()) == 1
    assert len({row.kind for row in ledger.rows}) >= 8


@pytest.mark.parametrize("first", range(0, 1000, 500))
def test_every_tamper_is_noticed_and_its_place_is_named(ledger: Ledger, first: int) -> None:
    figures = campaign(ledger, SEED, range(first, first + 500), Figures())
    assert (figures.missed, figures.misnamed) == ([], [])
    assert figures.tampers.keys() == {tamper.__name__ for tamper in TAMPERS}


def test_what_nobody_has_touched_raises_no_alarm(ledger: Ledger) -> None:
    figures = clean(ledger, 200, Figures())
    assert (figures.clean, figures.alarms) == (200, [])
