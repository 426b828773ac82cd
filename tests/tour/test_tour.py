"""A commit that fails is a no on every route that writes, and what the contract shows was said like this."""

import asyncio
from pathlib import Path

import pytest

from service.api.app import create_app
from service.api.contract import operations
from service.clock import SystemClock
from service.database import Database
from service.settings import Settings
from tests.calls.contract import Operation, contract
from tests.databases import Templates
from tests.tour.office import same_dice
from tests.tour.performing import as_text, committed, perform, without_proofs
from tests.tour.story import STEPS

ELSEWHERE = {"begin_sign_in", "finish_sign_in"}
"""They lead a browser to another host and back; their answers have no body."""

SHOWN = {"application/json", "text/csv", "text/plain", "text/calendar", "text/event-stream"}
"""Media that are read by people who write programs; the others are files and pages."""


def test_the_story_carries_out_every_operation() -> None:
    routes = operations(create_app(Settings(), Database("sqlite://"), SystemClock()))
    assert {each.operation for each in STEPS} == {route.name for _, route in routes} - ELSEWHERE


@pytest.mark.turn("sqlite")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_failing_commit_is_a_no_and_the_same_request_succeeds_after_it(
    kind: str, templates: Templates, tmp_path: Path
) -> None:
    """On SQLite what is answered then is what the contract shows."""
    with same_dice() as dice, templates.copy(kind) as database:
        found = asyncio.run(perform(database, tmp_path, dice, doomed=True))
    if kind == "sqlite":
        said, shown = (without_proofs(as_text(each)) for each in (found, committed()))
        assert said == shown, "stale: run `python -m tests.tour` and `python -m service openapi`"


@pytest.mark.parametrize("operation", contract().operations, ids=lambda each: each.id)
def test_an_operation_shows_examples_that_its_schemas_allow(operation: Operation) -> None:
    described = contract().document["paths"][operation.path][operation.method.lower()]
    for content in described.get("requestBody", {}).get("content", {}).values():
        assert contract().compiled(content["schema"]).is_valid(content["example"])
    for status, answer in described["responses"].items():
        for media, content in answer.get("content", {}).items() if status.startswith("2") else ():
            if media.partition(";")[0] in SHOWN:
                schema = content.get("schema", {})
                assert contract().compiled(schema).is_valid(content["example"]), (status, media)
