"""Somebody imported a big file, and the worker's log filled with "database is locked"."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from service.database import Database
from service.notify.worker import OVERTAKEN_MAX, Worker
from tests.district import District

pytestmark = pytest.mark.parametrize("office", ["sqlite"], indirect=True)
"""PostgreSQL has no single writer to wait for."""


@pytest.fixture
def impatient(office: District) -> Iterator[Worker]:
    """A worker that does not wait for another's turn."""
    database = Database(str(office.database.url))

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    sa.event.listen(database.engine, "connect", hurry)
    worker = Worker(office.settings, database, office.clock)
    yield worker
    worker.close()
    database.dispose()


@contextmanager
def somebody_writes(office: District) -> Iterator[None]:
    """Hold the only writer's turn."""
    with office.database.write() as session:
        session.connection()
        yield


def test_a_worker_with_nothing_to_do_takes_nobodys_turn(office: District, impatient: Worker) -> None:
    with somebody_writes(office), capture_logs() as logs:
        assert (impatient.watch(), impatient.listen(), impatient.deliver(), impatient.call()) == (0, 0, 0, 0)
    assert [entry for entry in logs if entry["event"] == "worker.overtaken"] == []


def test_a_busy_database_is_counted_and_what_is_due_goes_at_the_next_round(
    office: District, impatient: Worker
) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    with somebody_writes(office), capture_logs() as logs:
        assert impatient.watch() == 0
    overtaken = [entry["work"] for entry in logs if entry["event"] == "worker.overtaken"]
    assert overtaken == ["plan"] * OVERTAKEN_MAX
    assert impatient.watch() > 0
    with somebody_writes(office), capture_logs() as logs:
        assert impatient.deliver() == 0
    assert [entry["work"] for entry in logs if entry["event"] == "worker.overtaken"] == ["drain"]
    assert impatient.deliver() > 0


def test_a_fault_of_the_database_is_no_busy_database(office: District) -> None:
    with office.database.read() as connection, pytest.raises(sa.exc.DBAPIError) as fault:
        connection.exec_driver_sql("SELECT * FROM nothing_of_that_name")
    assert not office.database.overtaken(fault.value)
