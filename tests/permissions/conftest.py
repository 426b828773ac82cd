"""A world of everybody for each kind of database, in which nothing that is asked leaves a trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI

from service.api.app import create_app
from service.database import Database
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.permissions.driver import Undone
from tests.permissions.walled import walled
from tests.permissions.world import Place, build, settings_in


class Office(NamedTuple):
    """The service, where things are, and the database."""

    app: FastAPI
    place: Place
    database: Undone


@pytest.fixture(scope="package", params=["sqlite", "postgresql", "walled"])
def office(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Return a service that answers everybody and keeps nothing of it; `walled` by row-level security."""
    folder = Path(tmp_path_factory.mktemp("permissions"))
    settings = settings_in(folder)
    with _databases(templates, request.param) as (owned, service):
        place = build(create_app(settings, owned, SettableClock()), owned)
        undone = Undone(service.url.render_as_string(hide_password=False), row_security=service.row_security)
        yield Office(create_app(settings, undone, SettableClock()), place, undone)
        undone.dispose()


@contextmanager
def _databases(templates: Templates, kind: str) -> Iterator[tuple[Database, Database]]:
    """Give a database as its owner has it, and as the service has it."""
    if kind == "walled":
        with walled(templates) as both:
            yield both
    else:
        with templates.copy(kind) as one:
            yield one, one
