"""`python -m tests.calls --calls 1000000 [--database sqlite|postgresql] [--seed N] [--processes 2]`."""

import argparse
import secrets
import sys
import time

from tests.asgi import Answer, Call
from tests.calls.campaign import campaign, offices
from tests.calls.contract import contract
from tests.calls.drawing import Draft
from tests.calls.explored import explore
from tests.calls.playing import ROUND, Figures, play_round

SAY_EVERY = 60.0
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SHOWN_LAST = 10


def main() -> int:
    """Make the calls, print the figures, return 1 on any violation."""
    parser = argparse.ArgumentParser(description="Prove the contract of the HTTP API by volume.")
    parser.add_argument("--calls", type=int, default=1_000_000, help="drawn calls on each database")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default=None, help="only this one")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--schemathesis-examples",
        type=int,
        default=20,
        help="examples of each operation, and half as many walks",
    )
    parser.add_argument("--round", type=int, default=None, help="play only this round, and show it")
    parser.add_argument("--upto", type=int, default=ROUND - 1, help="the last call of that round")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    say(f"seed {seed}")
    kinds = [given.database] if given.database else ["sqlite", "postgresql"]
    if given.round is not None:
        return again(kinds[0], seed, given.round, given.upto)
    broken = 0
    for kind in kinds:
        if given.calls:
            broken += drawn(kind, seed, given.calls, given.processes)
        if given.schemathesis_examples:
            broken += explored(kind, seed, given.schemathesis_examples)
    say(f"seed {seed}, {broken} violations")
    return int(broken > 0)


def drawn(kind: str, seed: int, calls: int, processes: int) -> int:
    """Make drawn calls; return how many violations there were."""
    figures, began, said = Figures(), time.monotonic(), time.monotonic()
    for one in campaign(kind, seed, calls, processes):
        figures.add(one)
        if time.monotonic() - said > SAY_EVERY:
            said = time.monotonic()
            say(f"{kind}: {figures.calls} calls, {sum(figures.violations.values())} violations")
    report(kind, figures, time.monotonic() - began)
    return sum(figures.violations.values())


def explored(kind: str, seed: int, examples: int) -> int:
    """Let Schemathesis try; return how many failures it found."""
    found = explore(kind, seed=seed, examples=examples)
    say(f"{kind}, Schemathesis: {found.cases} cases in {found.seconds:.0f} s, {len(found.failures)} failures")
    for failure in found.failures:
        say(failure)
    return len(found.failures)


def report(kind: str, figures: Figures, seconds: float) -> None:
    """Say what came of drawn calls."""
    for (violated, operation), count in sorted(figures.violations.items()):
        say(f"--- {violated}: {operation}, {count} times\n    {figures.samples[violated, operation]}")
    say(
        f"{kind}, drawn: {figures.calls} calls in {seconds:.0f} s, {figures.calls / seconds:.0f} a second;"
        f" {figures.calls / figures.seconds:.0f} a second of one process's CPU"
    )
    say(f"{'':8}{'right':>9}{'2xx':>7}{'wrong':>9}{'2xx':>7}")
    for method in METHODS:
        cells = []
        for is_spoilt in (False, True):
            counts = {k: n for k, n in figures.by_class.items() if k[0] == method and bool(k[1]) == is_spoilt}
            good = sum(n for (_, _, hundreds), n in counts.items() if hundreds == 2)
            cells += [sum(counts.values()), good / max(1, sum(counts.values()))]
        say(f"{method:8}{cells[0]:>9}{cells[1]:>7.0%}{cells[2]:>9}{cells[3]:>7.0%}")
    never = [each.id for each in contract().operations if each.id not in figures.obeyed]
    say(f"operations that never said yes: {', '.join(never) or 'none'}")
    for problem, count in figures.problems.most_common():
        say(f"{count:>9} {problem}")


def again(kind: str, seed: int, number: int, upto: int) -> int:
    """Play one round up to a call, and show the last ones."""

    def shown(step: int, draft: Draft, call: Call, answer: Answer) -> None:
        if step > upto - SHOWN_LAST:
            say(f"{step} {draft.operation.id} {draft.spoilt}\n    {call.as_curl()}")
            say(f"    {answer.status} {answer.headers}\n    {answer.body[:2000]!r}")

    figures = Figures()
    with offices(kind) as made, made.opened(kind) as office:
        play_round(office, seed, number, upto + 1, figures, shown=shown)
    for violated, sample in figures.samples.items():
        say(f"--- {violated[0]}: {violated[1]}\n    {sample}")
    return int(bool(figures.violations))


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
