"""Every route × role × relation is asked for real, and compared with what the office expects."""

import asyncio

import pytest

from tests.api.test_strangers import OPEN
from tests.permissions.cells import asks
from tests.permissions.evaluator import rules
from tests.permissions.matrix import run
from tests.permissions.offices import Office

pytestmark = pytest.mark.turn("sqlite")
"""PostgreSQL is seen from behind its walls, in any case."""


def test_a_route_without_an_expectation_is_noticed(office: Office) -> None:
    assert {each.route for each in asks(office.app, office.place)} == rules().keys()
    assert not rules().keys() & OPEN


@pytest.mark.timeout(900)
def test_every_cell_is_as_the_office_expects(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Each relation asks on SQLite or from behind the walls, in a role by turns; the command asks all."""
    half = int(office.database.row_security)
    found = asyncio.run(run(office.app, office.place, holders_of_each=1, half=half))
    with capsys.disabled():
        print(f"\n{found.sentence()}")  # noqa: T201 - the count is what is asked for
    assert not found.wrong, "\n".join(f"{line}: {' '.join(holders)}" for line, holders in found.wrong.items())
    assert found.counted.total() >= 1_500
