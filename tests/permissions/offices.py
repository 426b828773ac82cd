"""An office of everybody on each kind of database, in which nothing that is asked leaves a trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI

from service.api.app import create_app
from service.database import Database
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.permissions.driver import Undone
from tests.permissions.walled import walled
from tests.permissions.world import Place, build, settings_in

KINDS = ("sqlite", "postgresql", "walled")
"""`walled`: PostgreSQL with row-level security."""


class Office(NamedTuple):
    """The service, where things are, and the database."""

    app: FastAPI
    place: Place
    database: Undone


@contextmanager
def office_on(kind: str, templates: Templates, folder: Path) -> Iterator[Office]:
    """Give a service that answers everybody and keeps nothing of it."""
    settings = settings_in(folder)
    with _databases(templates, kind) as (owned, service):
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
