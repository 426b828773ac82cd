"""Tokens that are nearly right open nothing, and all of them are told the same."""

import random

from fastapi.testclient import TestClient

from tests.calls.office import Offices
from tests.calls.tokens import nearly

COUNT = 260


def test_two_hundred_tokens_that_are_nearly_right_are_all_told_the_same(offices: Offices) -> None:
    with offices.opened("sqlite") as office, TestClient(office.app) as client:
        key = office.tokens["clerk"]
        token = access_token(client, key)
        assert ask(client, key)[0] == ask(client, token)[0] == 200
        chance = random.Random(73)  # noqa: S311  not for secrets
        tried = list(nearly(key, token, office.clock.at, chance, COUNT))
        assert len(tried) >= 200
        told = {ask(client, each): each for each in tried}
        assert ask(client, key)[0] == ask(client, token)[0] == 200
    assert len(told) == 1, told
    ((status, challenge, problem),) = told
    assert (status, challenge) == (401, 'Bearer realm="dondoc", error="invalid_token"')
    assert problem == ("/problems/unauthenticated", 401)


def access_token(client: TestClient, key: str) -> str:
    """Exchange a key for a token."""
    form = {"grant_type": "client_credentials", "client_secret": key}
    answer = client.post("/v1/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def ask(client: TestClient, token: str) -> tuple[int, str, tuple[str, int] | None]:
    """Return status, challenge and problem (without what is new each time)."""
    answer = client.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    problem = answer.json()
    known = {"type", "title", "status", "instance", "request_id"}
    assert answer.status_code == 200 or problem.keys() == known, problem
    shown = (problem["type"], problem["status"]) if answer.status_code >= 400 else None
    return answer.status_code, answer.headers.get("www-authenticate", ""), shown
