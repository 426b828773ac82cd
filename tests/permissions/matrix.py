"""Every question is put and its outcome compared; what differs is named."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fastapi import FastAPI

from tests.asgi import Answer
from tests.permissions.cells import Cell, asks, cells
from tests.permissions.driver import ask, problem_of
from tests.permissions.evaluator import Outcome, rules
from tests.permissions.world import HOLDERS, Place

REFUSALS = {403: Outcome.FORBIDDEN, 404: Outcome.HIDDEN}


@dataclass
class Found:
    """How many questions ended how, and those that ended otherwise than the office expects."""

    counted: Counter[Outcome] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def sentence(self) -> str:
        """Return the figures in a line."""
        said = ", ".join(f"{count} {each}" for each, count in sorted(self.counted.items()))
        return f"{self.counted.total()} cells: {said}, {sum(map(len, self.wrong.values()))} mismatches"


async def run(
    app: FastAPI, place: Place, *, holders_of_each: int = len(HOLDERS), half: int | None = None
) -> Found:
    """Put every question, each by everybody; with fewer holders for each, they take turns.

    Args:
        app: The service.
        place: Where things are, and the keys of everybody.
        holders_of_each: How many roles of each relation ask.
        half: 0 or 1: only every second relation asks, of each question other ones than of the one before.
    """
    found, known, turn = Found(), rules(), 0
    for number, each in enumerate(asks(app, place)):
        put = cells(each, known[each.route])
        actors = list(zip(*[iter(put)] * len(HOLDERS), strict=True))
        for of_actor in actors if half is None else actors[(number + half) % 2 :: 2]:
            turn += holders_of_each
            for cell in _some(of_actor, turn, holders_of_each):
                named = "register=chinh" if cell.actor == "installation" else ""
                query = "&".join(filter(None, (each.question.query, named)))
                token = place.tokens[cell.actor, cell.holder]
                answer = await ask(app, replace(each.question, query=query), token)
                came = outcome(answer)
                found.counted[came] += 1
                if came is not cell.expected:
                    found.wrong[_line(cell, answer)].append("".join(cell.holder))
    return found


def outcome(answer: Answer) -> Outcome:
    """Return how a question ended; one that was not understood proves nothing."""
    assert answer.status < 500, answer
    assert answer.status not in (400, 401, 405, 415, 428), answer
    assert problem_of(answer) != "/problems/invalid-request", answer
    return REFUSALS.get(answer.status, Outcome.ALLOWED)


def _some(of_actor: Sequence[Cell], turn: int, count: int) -> list[Cell]:
    return [of_actor[(turn + each) % len(of_actor)] for each in range(count)]


def _line(cell: Cell, answer: Answer) -> str:
    came = f"{answer.status} {problem_of(answer)}".strip()
    return f"{cell.route} of {cell.subject} by {cell.actor}: {cell.expected} expected, {came} came"
