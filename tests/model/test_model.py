"""A few lives of a register, drawn anew each time: the rules and both databases agree on every step."""

import pickle
import secrets
from pathlib import Path

import pytest

from tests.databases import Templates
from tests.model.campaign import Plan, play
from tests.model.shares import part, shares

EXAMPLES, STEPS = 3, 50


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(2))
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
    assert world.commands > EXAMPLES * STEPS / 2, "lives that end before anything happens prove nothing"


@pytest.mark.parametrize(("examples", "processes", "parts"), [(7, 3, [3, 2, 2]), (2, 3, [1, 1]), (5, 1, [5])])
def test_a_campaign_divided_over_processes_loses_no_example(
    examples: int, processes: int, parts: list[int]
) -> None:
    divided = shares(Plan(("sqlite",), examples, 50, 11), processes)
    assert [plan.examples for plan in divided] == parts
    assert divided[0].seed == 11
    assert len({plan.seed for plan in divided}) == len(divided), "no two play the same lives"
    assert pickle.loads(pickle.dumps(part)) is part, "a new process finds what it is to do"  # noqa: S301
