"""An empty register on both databases; what a test writes into it is rolled back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session

from service.database import Database
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.registers import create_register
from tests.databases import Templates

NOW = datetime(2024, 4, 17, 2, 0, tzinfo=UTC)
LATER = datetime(2024, 9, 2, 2, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "service" / "demo"


@dataclass(frozen=True)
class Book:
    """A database with one register, and somebody who may do everything in it."""

    database: Database
    actor: Actor

    @property
    def register_id(self) -> UUID:
        return self.actor.register_id


def open_book(database: Database) -> Book:
    with database.write() as session:
        register_id = create_register(session, code="CL", name="Sổ theo dõi", now=NOW).id
    scopes = frozenset({"read", "write"})
    return Book(database, Actor(NIL, register_id, None, KeyRole.ADMINISTRATOR, scopes, is_keeper=False))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Book]:
    with templates.copy(request.param) as database:
        yield open_book(database)


@pytest.fixture
def session(book: Book) -> Iterator[Session]:
    with Session(book.database.engine, expire_on_commit=False, autoflush=False) as opened:
        yield opened
        opened.rollback()
