"""The whole round on real sockets: the stand-in for Zalo tells the running service what a person did."""

import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from service.database import Database
from service.domain.tables import InboundEvent, table
from service.fakes.zalo import FakeZalo
from tests.api.test_hooks import set_up
from tests.api.world import Api
from tests.conftest import SettableClock

kept = table(InboundEvent)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Return where the service listens."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; the test's own limit ends a wait that is in vain."""
    while not holds():
        threading.Event().wait(0.02)


def test_what_a_person_does_on_zalo_is_kept_by_the_service_whatever_way_it_is_signed(
    address: str, api: Api, database: Database, clock: SettableClock
) -> None:
    set_up(api)

    def told() -> list[tuple[str, str]]:
        with database.read() as connection:
            rows = connection.execute(sa.select(kept.c.kind, kept.c.proof)).all()
        return sorted((str(kind), proof) for kind, proof in rows)

    with FakeZalo() as zalo:
        hook = {"url": f"{address}/v1/hooks/zalo/chinh", "times": 2}
        order = {
            "now": clock.now().isoformat(),
            "hook": hook,
            "say": [{"uid": "7001", "text": "Đã nhận"}],
            "follow": ["7002"],
        }
        httpx.post(f"{zalo.base_url}/__fake__/seed", json=order, trust_env=False)
        eventually(lambda: zalo.teller.waiting == 0)
        assert told() == [("followed", "app_id+body"), ("said", "app_id+body")], "told twice, kept once"
        assert {status for _, status in zalo.teller.told} == {200}
        other = {"hook": {"first": "oa_id", "times": 1}, "leave": ["7002"]}
        httpx.post(f"{zalo.base_url}/__fake__/seed", json=other, trust_env=False)
        eventually(lambda: zalo.teller.waiting == 0)
        assert ("unfollowed", "oa_id+body") in told()


def test_a_service_that_is_away_is_told_when_it_is_back(
    address: str, api: Api, database: Database, clock: SettableClock
) -> None:
    with FakeZalo() as zalo:
        hook = {"url": f"{address}/v1/hooks/zalo/chinh"}
        order = {
            "now": clock.now().isoformat(),
            "hook": hook,
            "say": [{"uid": "7001", "text": "Đã nhận"}],
        }
        httpx.post(f"{zalo.base_url}/__fake__/seed", json=order, trust_env=False)
        eventually(lambda: len(zalo.teller.told) == 1)
        assert zalo.teller.told[0][1] == 401, "nobody has set Zalo up here yet"
        set_up(api)
        httpx.post(f"{zalo.base_url}/__fake__/seed", json={"advance_seconds": 30}, trust_env=False)
        eventually(lambda: zalo.teller.waiting == 0)
        with database.read() as connection:
            assert connection.execute(sa.select(kept.c.content)).scalar_one()["text"] == "Đã nhận"
