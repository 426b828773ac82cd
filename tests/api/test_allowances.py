"""One program in a loop must not keep a province's officers waiting."""

import random
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from anyio import run
from fastapi import FastAPI, Request

from service.api.app import create_app, share_counts
from service.database import Database
from service.domain.tables import RequestCount, table
from service.edge.allowances import Allowances, Asker
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.edge.refusals import TooManyRequests
from service.settings import Settings
from tests.api.world import Api
from tests.conftest import MONDAY, SettableClock

LEFT = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


def allowing(settings: Settings, **quotas: int) -> Settings:
    return settings.model_copy(update={f"requests_per_{asker}": quota for asker, quota in quotas.items()})


def limited(
    app: FastAPI, settings: Settings, database: Database, clock: SettableClock, **quotas: int
) -> None:
    own = allowing(settings, **quotas)
    app.state.context = Context(own, database, clock, ReadingRoom(own))


def left(response: Any) -> dict[str, int]:
    return {name: int(left) for name, left, _ in LEFT.findall(response.headers["ratelimit"])}


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, key=3)
    assert [left(api.get("/v1/me"))["key"] for _ in range(3)] == [2, 1, 0]
    turned_away = api.get("/v1/me")
    assert turned_away.json() | {"request_id": ""} == {
        "type": "/problems/too-many-requests",
        "title": "Too many requests in a minute",
        "status": 429,
        "instance": "/v1/me",
        "request_id": "",
        "limit": "key",
        "quota": 3,
        "retry_after": 80,
    }
    assert turned_away.headers["ratelimit-policy"].endswith('"key";q=3;w=60')
    assert turned_away.headers["ratelimit"].endswith('"key";r=0;t=80')
    assert api.speak_for("officer_a").get("/v1/me").status_code == 200
    api.speak_for("clerk")
    clock.advance(seconds=79)
    assert api.get("/v1/me").status_code == 429
    clock.advance(seconds=1)
    assert api.get("/v1/me").status_code == 200


def test_a_change_that_is_turned_away_was_not_made(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, key=1)
    unit = {"code": "xa-moi", "name": "Xã Mới", "kind": "xa"}
    sent: dict[str, Any] = {"json": unit, "headers": {"Idempotency-Key": "k"}}
    api.get("/v1/me")
    api.refused("too-many-requests", 429, "POST", "/v1/units", **sent)
    clock.advance(minutes=2)
    created = api.post("/v1/units", **sent)
    assert created.status_code == 201
    assert "idempotent-replayed" not in created.headers


def test_the_programs_of_one_unit_share_what_the_unit_may(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    key = {"name": "Hệ thống văn bản", "role": "reader", "unit_code": "van-phong"}
    second = api.speak_for("admin").ok("POST", "/v1/api-keys", json=key)["api_key"]
    limited(app, settings, database, clock, unit=4)
    other = {"Authorization": f"Bearer {second}"}
    api.speak_for("clerk")
    answers = [api.get("/v1/me", headers=headers) for headers in ({}, other) * 3]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert answers[-1].json()["limit"] == "unit"
    assert api.speak_for("officer_a").get("/v1/me").status_code == 200


def test_an_address_is_turned_away_before_anybody_looks_for_its_key(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, address=2)
    wrong = {"headers": {"Authorization": "Bearer dondoc_0123456789_x"}}
    answers = [api.get("/v1/me", **wrong).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert api.get("/no/such/path").status_code == 429
    for path in ("/healthz", "/readyz"):
        assert api.get(path).status_code == 200


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_customer_with_more_addresses_than_anybody_counts_has_one_quota(
    app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, address=2)
    answers = []
    for client in ("2001:db8::1", "2001:db8::2", "2001:db8::3:4", "2001:db8:0:1::1", "192.0.2.1"):
        with Api(app, client=(client, 1)) as api:
            answers.append(api.get("/problems").status_code)
    assert answers == [200, 200, 429, 200, 200]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_proxy_that_names_no_address_breaks_nothing_and_counts_as_one(
    app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, address=3)
    answers = []
    for client in ("unknown", "_hidden:x:y", "[2001:db8::1", "", "192.0.2.1"):
        with Api(app, client=(client, 1)) as api:
            answers.append(api.get("/problems").status_code)
    assert answers == [200, 200, 200, 429, 200]


def test_two_processes_count_together(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    own = allowing(settings, key=6, unit=0, address=0)
    first = Context(own, database, clock, ReadingRoom(own))
    app.state.context = first
    assert [api.get("/v1/me").status_code for _ in range(4)] == [200] * 4
    run(share_counts, first)
    with Api(create_app(own, database, clock)) as beside:
        beside.tokens = api.tokens
        beside.speak_for("clerk")
        assert left(beside.get("/v1/me"))["key"] == 5
        run(share_counts, beside.app.state.context)  # type: ignore[attr-defined]
        assert [beside.get("/v1/me").status_code for _ in range(2)] == [200, 429]


def test_counts_are_kept_for_two_minutes(
    api: Api, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    limited(app, settings, database, clock, key=50)
    context: Context = app.state.context
    for _ in range(4):
        api.get("/v1/me")
        run(share_counts, context)
        clock.advance(minutes=1)
    with database.read() as connection:
        kept = connection.execute(sa.select(table(RequestCount).c.minute)).scalars().all()
    newest = int(MONDAY.timestamp() // 60) + 3
    assert sorted(kept) == [newest - 1, newest]


def test_whoever_waits_as_told_is_let_in_and_a_second_earlier_is_not() -> None:
    drawn = random.Random(7)  # noqa: S311 - no secret
    request = Request({"type": "http"})
    waits = 0
    for _ in range(300):
        allowances = Allowances({Asker.KEY: drawn.randint(1, 40)})
        now = MONDAY
        for _ in range(drawn.randint(20, 120)):
            now += timedelta(seconds=drawn.choice([0, 0, 0, 1, 7, 23]))
            try:
                allowances.take(request, Asker.KEY, "k", now)
            except TooManyRequests as refused:
                waits += 1
                early = now + timedelta(seconds=refused.retry_after - 1)
                with pytest.raises(TooManyRequests):
                    allowances.take(request, Asker.KEY, "k", early)
                now += timedelta(seconds=refused.retry_after)
                allowances.take(request, Asker.KEY, "k", now)
    assert waits > 1000
