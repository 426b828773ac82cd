"""A hundred lives of a register, drawn anew each time: the rules and both databases agree on every step."""

import secrets
from pathlib import Path

import pytest

from tests.databases import Templates
from tests.model.campaign import Plan, play

EXAMPLES, STEPS = 25, 20


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(4))
def test_what_an_office_does_comes_to_what_the_rules_say(
    templates: Templates, tmp_path: Path, part: int
) -> None:
    seed = secrets.randbelow(1_000_000)
    plan = Plan(("sqlite", "postgresql"), EXAMPLES, STEPS, seed, shortened=False)
    try:
        world = play(templates, tmp_path, plan)
    except AssertionError as fault:
        fault.add_note(f"python -m tests.model --examples {EXAMPLES} --steps {STEPS} --seed {seed}")
        raise
    assert world.examples >= EXAMPLES
