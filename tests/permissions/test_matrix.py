"""Every route × role × relation is asked for real, and compared with what the office expects."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from service.api.app import create_app
from service.settings import Settings
from tests.api.conftest import SECRET
from tests.api.test_strangers import OPEN
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.permissions.cells import Cell, asks, cells
from tests.permissions.driver import Answer, Undone, ask
from tests.permissions.evaluator import Outcome, rules
from tests.permissions.world import Place, build

REFUSALS = {403: Outcome.FORBIDDEN, 404: Outcome.HIDDEN}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, Place]]:
    """Return the service over a world in which nothing that is asked leaves a trace, and where things are."""
    folder = tmp_path_factory.mktemp("permissions")
    settings = Settings(
        files=Path(folder) / "files", mail_folder=Path(folder) / "mail", secret_key=SecretStr(SECRET)
    )
    with templates.copy(request.param) as database:
        place = build(create_app(settings, database, SettableClock()), database)
        undone = Undone(database.url.render_as_string(hide_password=False))
        yield create_app(settings, undone, SettableClock()), place
        undone.dispose()


def outcome(answer: Answer) -> Outcome:
    """Return how a question ended; one that was not understood proves nothing."""
    assert answer.status < 500, answer
    assert answer.status not in (400, 401, 405, 415, 428), answer
    assert answer.problem() != "/problems/invalid-request", answer
    return REFUSALS.get(answer.status, Outcome.ALLOWED)


def _line(cell: Cell, answer: Answer) -> str:
    came = f"{answer.status} {answer.problem()}".strip()
    return f"{cell.route} of {cell.subject} by {cell.actor}: {cell.expected} expected, {came} came"


def test_a_route_without_an_expectation_is_noticed(asked: tuple[FastAPI, Place]) -> None:
    app, place = asked
    assert {each.route for each in asks(app, place)} == rules().keys()
    assert not rules().keys() & OPEN


@pytest.mark.timeout(900)
def test_every_cell_is_as_the_office_expects(
    asked: tuple[FastAPI, Place], capsys: pytest.CaptureFixture[str]
) -> None:
    app, place = asked
    known, counted, wrong = rules(), Counter[Outcome](), defaultdict[str, list[str]](list)

    async def everything() -> None:
        for each in asks(app, place):
            for cell in cells(each, known[each.route]):
                query = b"register=chinh" if cell.actor == "installation" else b""
                put = each.question._replace(query=b"&".join(filter(None, (each.question.query, query))))
                answer = await ask(app, put, place.tokens[cell.actor, cell.holder])
                found = outcome(answer)
                counted[found] += 1
                if found is not cell.expected:
                    wrong[_line(cell, answer)].append("".join(cell.holder))

    asyncio.run(everything())
    with capsys.disabled():
        said = ", ".join(f"{count} {each}" for each, count in counted.items())
        print(f"\n{sum(counted.values())} cells: {said}, {sum(map(len, wrong.values()))} mismatches")  # noqa: T201 - the count is what is asked for
    assert not wrong, "\n".join(f"{line}: {' '.join(holders)}" for line, holders in wrong.items())
    assert min(counted.values()) > 1000
