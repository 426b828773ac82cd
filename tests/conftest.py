"""Databases, a clock and a client for every folder of tests; fresh for each test, made ready once."""

import gc
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog

from service.database import Database
from tests.databases import Templates, never_waits
from tests.plays import Plays
from tests.postgresql import server
from tests.turns import take_turns

MONDAY = datetime(2024, 4, 15, 2, 0, tzinfo=UTC)
"""Nine in the morning in the office."""

NO_QUOTAS = {f"requests_per_{asker}": 0 for asker in ("key", "unit", "address")}
"""For whoever asks thousands of times while the clock stands still."""

gc.set_threshold(10_000, 20, 20)  # most of what a run makes stays: looking at it often finds nothing


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice that `make test-both` makes."""
    help_ = "let tests that are made for both databases take turns (the default), or run them on both"
    parser.addoption("--databases", choices=["turns", "both"], default="turns", help=help_)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is another database's turn."""
    if config.getoption("databases") == "turns":
        items[:], left_out = take_turns(items)
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every search for garbage from now on."""
    gc.freeze()


class SettableClock:
    """A clock that shows what it is set to."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it is set to."""
        return self.at

    def set(self, day: str) -> None:
        """Set it to nine in the morning of a day."""
        self.at = datetime.fromisoformat(f"{day}T02:00:00+00:00")

    def advance(self, **by: float) -> None:
        """Move it on."""
        self.at += timedelta(**by)


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """Keep log lines short and out of the way; a test that wants them captures them."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(io.StringIO()),
    )


@pytest.fixture(scope="session")
def templates() -> Iterator[Templates]:
    """Return a migrated database of each kind, to copy from."""
    with TemporaryDirectory(prefix="dondoc-test-", dir=never_waits()) as folder, server() as url:
        yield Templates(Path(folder), url)


@pytest.fixture(scope="session")
def plays(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Plays:
    """Return the stories that were played, to begin where one ended."""
    return Plays(templates, tmp_path_factory.mktemp("plays"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Database]:
    """Return an empty migrated database of either kind."""
    with templates.copy(request.param) as copied:
        yield copied


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock that only moves when told to."""
    return SettableClock()
