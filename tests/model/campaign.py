"""Many examples with one seed, and what they came to."""

import io
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Templates, never_waits
from tests.model.acting import with_hamlets
from tests.model.machine import Office
from tests.model.world import Say, World
from tests.postgresql import server


class Plan(NamedTuple):
    """How much to play, on which kinds of databases, from which seed."""

    kinds: Sequence[str]
    examples: int
    steps: int
    seed: int
    shortened: bool = True


def play(templates: Templates, folder: Path, plan: Plan, *, say: Say | None = None) -> World:
    """Play so many examples; a failure names the steps that lead to it, shortened as far as they go.

    Args:
        templates: Where filled databases come from.
        folder: Where the office keeps its files.
        plan: What to play.
        say: Told once a minute how far it is.
    """
    with ExitStack() as stack:
        databases = [stack.enter_context(templates.copy(kind, with_hamlets)) for kind in plan.kinds]
        world = World(templates, folder, databases)
        world.say = say
        machine = seeded(plan.seed)(type("Office", (Office,), {"world": world}))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=plan.examples,
                stateful_step_count=plan.steps,
                deadline=None,
                database=None,
                phases=[Phase.generate, *([Phase.shrink] if plan.shortened else [])],
                suppress_health_check=list(HealthCheck),
                print_blob=False,
            ),
        )
    return world


def campaign(plan: Plan, *, say: Say | None = None) -> World:
    """Play on databases of our own, thrown away afterwards."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-model-", dir=never_waits())))
        templates = Templates(folder, stack.enter_context(server()))
        return play(templates, folder, plan, say=say)
