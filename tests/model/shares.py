"""A campaign divided over processes; what they carry out must be found by its module's name."""

import sys
from collections.abc import Sequence
from traceback import format_exception

from tests.model.campaign import Plan, campaign

STRIDE = 1_000_003
"""Seeds of processes lie that far apart."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def shares(plan: Plan, processes: int) -> Sequence[Plan]:
    """Divide the examples of a plan over processes, each with a seed of its own."""
    whole, more = divmod(plan.examples, processes)
    counts = [whole + (number < more) for number in range(processes)]
    return [
        plan._replace(examples=count, seed=plan.seed + number * STRIDE)
        for number, count in enumerate(counts)
        if count
    ]


def part(plan: Plan) -> tuple[int, int]:
    """Play one share; return how many examples and commands it came to. What fails says so at once."""
    try:
        world = campaign(plan, say=lambda text: say(f"seed {plan.seed}: {text}"))
    except Exception as fault:
        say(f"seed {plan.seed}: failed\n{''.join(format_exception(fault))}")
        raise
    return world.examples, world.commands
