"""Events as they come, over a real connection: what was missed comes first, and nobody waits at the end."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from service.api.app import create_app
from service.database import Database
from service.settings import Settings
from tests.api.test_events import follow, place
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

Block = dict[str, str]


class Served:
    """A server on a port of its own."""

    def __init__(self, app: Any, port: int, headers: dict[str, str]) -> None:
        self.app, self.base, self.headers = app, f"http://127.0.0.1:{port}", headers

    @contextmanager
    def stream(self, **asked: Any) -> Iterator[Iterator[Block]]:
        headers = self.headers | asked.pop("headers", {})
        path = f"{self.base}/v1/events/stream"
        with (
            httpx.Client(trust_env=False, timeout=30) as client,
            client.stream("GET", path, headers=headers, params=asked) as response,
        ):
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield blocks(response.iter_lines())


def blocks(lines: Iterator[str]) -> Iterator[Block]:
    block: Block = {}
    for line in lines:
        if not line:
            yield block
            block = {}
        else:
            name, _, value = line.partition(": ")
            block[name] = value


@pytest.fixture
def served(database: Database, tmp_path: Path, clock: SettableClock, api: Api) -> Iterator[Served]:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=SecretStr(url), files=tmp_path, streams_max=2)
    app = create_app(settings, Database(url), clock)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=20))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield Served(app, listening.getsockname()[1], {"authorization": api.headers["authorization"]})
    app.state.streams.close()
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive(), "an open stream kept the server from ending"


def test_a_stream_begins_where_the_reader_left_off_and_goes_on(
    api: Api, served: Served, database: Database
) -> None:
    issue(api)
    place(database)
    all_so_far = [each["id"] for each in follow(api)]
    obligation = obligation_of(api, "xa-a")["id"]
    beginning = api.ok("GET", "/v1/events", params={"limit": 1})["next"]
    with served.stream(headers={"last-event-id": beginning}) as arriving:
        assert next(arriving)["retry"] == "2000"
        missed = [next(arriving) for _ in all_so_far[1:]]
        assert [id_of(block) for block in missed] == all_so_far[1:]
        api.ok("POST", f"/v1/obligations/{obligation}/acknowledge")
        place(database)
        assert next(arriving)["event"] == "obligation.acknowledged.v1"
    with served.stream(headers={"last-event-id": missed[-1]["id"]}, type="obligation.*") as arriving:
        next(arriving)
        assert next(arriving)["event"] == "obligation.acknowledged.v1"


def id_of(block: Block) -> str:
    return str(json.loads(block["data"])["id"])


def test_streams_are_bounded_show_a_unit_its_own_and_end_with_the_server(
    api: Api, served: Served, database: Database
) -> None:
    issue(api)
    place(database)
    own = {block["subject"] for block in follow(api.speak_for("officer_b"))}
    stranger = {"authorization": f"Bearer {api.tokens['stranger']}"}
    with served.stream(headers=stranger) as of_stranger, served.stream(after=start(api)) as of_clerk:
        next(of_stranger), next(of_clerk)
        full = httpx.get(f"{served.base}/v1/events/stream", headers=served.headers, trust_env=False)
        assert (full.status_code, full.headers["retry-after"]) == (503, "15")
        told = [json.loads(next(of_clerk)["data"]) for _ in follow(api, after=start(api))]
        served.app.state.streams.close()
        assert [block for block in of_stranger if "data" in block] == []
        assert [block for block in of_clerk if "data" in block] == []
        assert own <= {each["subject"] for each in told}
    writer = {"authorization": f"Bearer {api.tokens['writer_a']}"}
    refused = httpx.get(f"{served.base}/v1/events/stream", headers=writer, trust_env=False)
    assert refused.status_code == 403


def start(api: Api) -> str:
    """Return the cursor after the first event."""
    return str(api.speak_for("clerk").ok("GET", "/v1/events", params={"limit": 1})["next"])
