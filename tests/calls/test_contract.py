"""A slice of the calls that `python -m tests.calls` makes by the million, and the same on two databases."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.asgi import Answer, Call
from tests.calls.campaign import play
from tests.calls.drawing import Draft
from tests.calls.explored import explore_office
from tests.calls.known import told_apart
from tests.calls.office import Offices
from tests.calls.playing import Figures, play_round

SEED, CALLS = 73, 400
STATE = (
    "/v1/directives", "/v1/obligations", "/v1/units", "/v1/unit-groups", "/v1/people", "/v1/extensions",
    "/v1/returns", "/v1/explanations", "/v1/objective-causes", "/v1/coordination-requests", "/v1/series",
    "/v1/registers", "/v1/deadline-rules", "/v1/scoring-policy", "/v1/telling-rules", "/v1/wordings",
)  # fmt: skip
"""Where the final state is looked at."""


def test_every_drawn_call_is_answered_as_the_contract_says(offices: Offices, kind: str) -> None:
    figures = play(offices, kind, SEED, 0, CALLS)
    assert figures.calls == CALLS
    assert not figures.violations, "\n".join(figures.samples.values())
    good = sum(figures.obeyed.values())
    assert good > CALLS / 8, "the requests mean nothing to the office"


def test_the_same_seed_leaves_the_same_state_on_both_databases(offices: Offices) -> None:
    heard, left = {}, {}
    for kind in ("sqlite", "postgresql"):
        told: list[tuple[str, str, int]] = []
        with offices.opened(kind) as office:

            def shown(
                _step: int, draft: Draft, _call: Call, answer: Answer, told: list[tuple[str, str, int]] = told
            ) -> None:
                told.append((draft.operation.id, draft.spoilt, answer.status))

            play_round(office, SEED, 1, CALLS, Figures(), shown=shown)
            left[kind] = state(office.app, office.tokens["keeper_admin"])
        heard[kind] = told
    assert heard["sqlite"] == heard["postgresql"]
    assert left["sqlite"] == left["postgresql"]


def state(app: FastAPI, token: str) -> dict[str, list[str]]:
    """Return what the office looks like from outside, ids aside."""
    found = {}
    with TestClient(app) as client:
        client.headers["authorization"] = f"Bearer {token}"
        for path in STATE:
            content = client.get(path, params={"register": "chinh"}).json()
            rows = content.get("items", [content])
            found[path] = sorted(map(told_apart, rows))
    return found


def test_schemathesis_finds_nothing_in_a_few_operations(offices: Offices) -> None:
    with offices.opened("sqlite") as office:
        found = explore_office(office, seed=SEED, examples=2, paths="^/v1/(units|files|extensions)")
    assert found.cases >= 10
    assert not found.failures, "\n".join(found.failures)
