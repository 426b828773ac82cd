"""Both databases have their turn, and a page is seen on both."""

from collections import Counter

import pytest

from tests.turns import DATABASES, take_turns, whose_turn

NAMES = [f"tests/web/test_duty.py::test_{number}[]" for number in range(1_000)]


def test_half_of_the_tests_run_on_each_database() -> None:
    turns = Counter(map(whose_turn, NAMES))
    assert set(turns) == set(DATABASES)
    assert min(turns.values()) > 400


@pytest.mark.parametrize("name", NAMES[:20])
def test_a_page_is_seen_at_a_desk_on_one_database_and_on_a_phone_on_the_other(name: str) -> None:
    sizes = (whose_turn(name.replace("[]", f"[-{size}]")) for size in ("desktop", "phone"))
    assert set(sizes) == set(DATABASES)


@pytest.mark.parametrize("database", DATABASES)
def test_what_is_made_for_both_runs_on_one_and_alone_runs_where_it_is_asked_for(
    request: pytest.FixtureRequest, database: str
) -> None:
    """Pytest has asked this module already which of these two it runs."""
    assert database in request.node.name
    assert take_turns([request.node]) == ([request.node], [])
    again = [item for item in request.session.items if item.name.startswith(request.node.originalname)]
    if request.config.getoption("databases") == "turns":
        assert again == [request.node]
    else:
        assert len(again) == len(DATABASES)
