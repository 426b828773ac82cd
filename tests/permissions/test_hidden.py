"""Who may not see a thing cannot tell it from one that is not there: the same words, the same work."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from tests.asgi import Answer, Call
from tests.permissions.cells import asks, cells
from tests.permissions.driver import Undone, ask
from tests.permissions.evaluator import Outcome, rules
from tests.permissions.offices import Office
from tests.permissions.world import Holder

pytestmark = pytest.mark.turn("sqlite")
"""PostgreSQL is seen from behind its walls, in any case."""

ALL = Holder("A", "rw")
OWN_WORDS = {"instance", "request_id"}
"""What names the request itself."""


class Seen(NamedTuple):
    """What somebody can learn from an answer: what it says, and what it took."""

    status: int
    headers: dict[str, str]
    problem: dict[str, Any]
    statements: tuple[str, ...]


@contextmanager
def statements(database: Undone) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    for engine in (database.engine, database.readers):
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in (database.engine, database.readers):
            sa.event.remove(engine, "before_cursor_execute", note)


def learnt(answer: Answer, sent: list[str]) -> Seen:
    """Return what an answer tells, without what names the request itself, so its length, and its count."""
    own = ("x-request-id", "content-length", "ratelimit")
    said = {key: value for key, value in json.loads(answer.body).items() if key not in OWN_WORDS}
    return Seen(
        answer.status,
        {name: value for name, value in answer.headers.items() if name not in own},
        said,
        tuple(sent),
    )


def test_what_is_hidden_answers_as_what_is_absent(office: Office, pytestconfig: pytest.Config) -> None:
    """Every second relation asks on SQLite, the others from behind the walls; at night all ask on both."""
    takes_turns = pytestconfig.getoption("databases") == "turns"
    those = slice(int(office.database.row_security), None, 2) if takes_turns else slice(None)
    known, present, absent = rules(), dict[str, list[tuple[str, str, Call]]](), dict[str, Call]()
    for each in asks(office.app, office.place):
        if each.subject == "absent":
            absent[each.route] = each.question
            continue
        hidden_from = {
            cell.actor
            for cell in cells(each, known[each.route])
            if cell.expected is Outcome.HIDDEN and cell.holder == ALL
        }
        found = [(each.subject, actor, each.question) for actor in sorted(hidden_from)]
        present.setdefault(each.route, []).extend(found[those])

    async def asked(put: Call, actor: str) -> Seen:
        token = office.place.tokens[actor, ALL]
        office.app.state.context.keys.forget()  # so that finding out who asks takes the same each time
        with statements(office.database) as sent:
            return learnt(await ask(office.app, put, token), sent)

    async def compared() -> list[str]:
        differing, count = [], 0
        for route in present.keys() & absent.keys():
            questions = present[route]
            gone = {actor: await asked(absent[route], actor) for actor in {each[1] for each in questions}}
            for subject, actor, put in questions:
                count += 1
                there = await asked(put, actor)
                assert there.status == 404
                if there != gone[actor]:
                    differing.append(f"{route} of {subject} by {actor}: {there} != {gone[actor]}")
        assert count > 250
        return differing

    differing = asyncio.run(compared())
    assert not differing, "\n".join(differing)
