"""A few visits of every kind on both databases; `python -m tests.scanners` makes ten thousand."""

from pathlib import Path

from tests.district import District, office
from tests.scanners.campaign import scan

__all__ = ["office"]


def test_scanners_change_nothing_and_a_person_afterwards_is_heard(office: District, tmp_path: Path) -> None:
    figures = scan(office, tmp_path, visits=60, seed=7)
    assert len(figures.visits) >= 8
    assert (figures.changes, figures.worked, figures.taps) == (0, 3, 3)
