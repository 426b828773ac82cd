"""The service over HTTP, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from service.api.app import create_app
from service.database import Database
from service.edge.context import Context
from service.edge.passwords import Passwords
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.people import QUICK
from tests.api.world import Api, Worlds
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.plays import Stage

SECRET = "kXTtx1h5WqD0cSVP5m0RSkGVVXmzrBnrHy7LUTtDzDM="


@pytest.fixture(scope="session")
def worlds(templates: Templates) -> Worlds:
    """Return the district in a database of each kind."""
    return Worlds(templates)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    return str(request.param)


@pytest.fixture
def database(kind: str, worlds: Worlds) -> Iterator[Database]:
    """Return a copy of the district."""
    with worlds.copy(kind) as copied:
        yield copied


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with folders of this test."""
    return Settings(
        files=tmp_path / "files",
        mail_folder=tmp_path / "mail",
        secret_key=SecretStr(SECRET),
        upload_bytes_max=2_000_000,
    )


@pytest.fixture
def stage(database: Database, clock: SettableClock, tmp_path: Path) -> Stage:
    """Return what changes while the service is asked."""
    return Stage(database, clock, tmp_path)


@pytest.fixture(scope="session")
def routes() -> FastAPI:
    """Return the routes, made once; every test gives them a service of its own."""
    return create_app(Settings(), Database("sqlite://"), SettableClock())


@pytest.fixture
def app(routes: FastAPI, settings: Settings, database: Database, clock: SettableClock) -> FastAPI:
    """Return the service."""
    routes.state.context = Context(
        settings, database, clock, ReadingRoom(settings), passwords=Passwords(QUICK)
    )
    return routes


@pytest.fixture
def api(app: FastAPI, kind: str, worlds: Worlds) -> Iterator[Api]:
    """Return a client that speaks for the clerk until told otherwise."""
    with Api(app) as client:
        client.tokens = worlds.tokens[kind]
        yield client.speak_for("clerk")
