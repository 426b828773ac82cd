"""What the README promises is there, and what is there is in the README."""

from pathlib import Path

import pytest

from service.domain.lifecycle import State
from service.settings import PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in README


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_in_the_readme(state: State) -> None:
    assert state in README


def test_a_paper_that_is_linked_exists() -> None:
    root = Path(__file__).parents[2]
    for path in ("service/domain/lifecycle.py", "service/notify/channel.py", "compose.yaml"):
        assert f"]({path})" in README
        assert (root / path).exists()
