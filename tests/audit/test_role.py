"""The role that the README gives the service: it does all its work, and cannot alter what is final."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from service.database import Database
from service.domain import obligations
from service.domain.reading import audit
from service.notify.worker import Worker
from tests.databases import Templates
from tests.district import COMMUNES, District, district, opened
from tests.tampers.played import NEW, PUBLIC

README = Path(__file__).parents[2] / "README.md"
FINAL = {"event": "kind", "ledger": "leaf", "ledger_node": "digest", "checkpoint": "note"}
"""Table → a column of it."""

REFUSED, DENIED = sa.exc.ProgrammingError, r"permission denied|must be owner"


@pytest.fixture
def office(templates: Templates, tmp_path: Path) -> Iterator[District]:
    """An office whose service signs in as the application's role, on PostgreSQL."""
    grants = README.read_text(encoding="utf-8").partition("```sql\n")[2].partition("```")[0]
    with templates.copy("postgresql", district) as owned:
        with owned.write() as session:
            for statement in filter(None, map(str.strip, grants.split(";"))):
                session.connection().exec_driver_sql(statement)
        as_role = owned.url.set(username="dondoc_app").render_as_string(hide_password=False)
        database = Database(as_role)
        try:
            with opened(database, tmp_path) as people:
                yield people
        finally:
            database.dispose()
            with owned.write() as session:
                session.connection().exec_driver_sql("DROP OWNED BY dondoc_app")
                session.connection().exec_driver_sql("DROP ROLE dondoc_app")


def lived(office: District) -> None:
    """Let some days pass, with a key to sign by."""
    key = SecretStr(NEW.text())
    office.give(due="2024-03-12", items=2, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 6))
    office.acknowledge(COMMUNES[0])
    office.submit(COMMUNES[0], "1", "Đã xong", "7")
    settings = office.settings.model_copy(update={"audit_key": key})
    with closing(Worker(settings, office.database, office.clock)) as worker:
        office.clock.at += timedelta(minutes=1)
        worker.round()


def test_the_service_does_all_its_work_with_it(office: District) -> None:
    lived(office)
    with office.database.snapshot() as connection:
        found = audit.verify_stored(connection, PUBLIC, ())
    assert found.checkpoints == 1
    assert found.entries > 20
    assert office.inbox()
    assert office.examine() == []


@pytest.mark.parametrize("name", FINAL)
def test_what_is_final_cannot_be_altered_nor_its_triggers_switched_off(office: District, name: str) -> None:
    lived(office)
    harmless = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    for statement in (
        f"UPDATE {name} SET {FINAL[name]} = {FINAL[name]}",
        f"DELETE FROM {name}",
        f"TRUNCATE {name} CASCADE",
        f"ALTER TABLE {name} DISABLE TRIGGER ALL",
        f"DROP TRIGGER {name}_is_final ON {name}",
        f"DROP TABLE {name} CASCADE",
        "SET session_replication_role = replica",
        f"CREATE OR REPLACE FUNCTION dondoc_refuse() {harmless}",
    ):
        with pytest.raises(REFUSED, match=DENIED), office.database.write() as session:
            session.connection().exec_driver_sql(statement)


def test_a_text_beside_the_ledger_can_go_and_its_row_cannot(office: District) -> None:
    lived(office)
    duty = dict(office.duties(COMMUNES[0]))["1"]
    with office.database.write() as session:
        reason = {"reason": "Thiếu phụ lục", "version": None, "now": office.now()}
        obligations.send_back(session, office.chair, duty, **reason)
    for statement in (
        "DELETE FROM fact_text",
        "TRUNCATE fact_text",
        "ALTER TABLE fact_text DISABLE TRIGGER ALL",
    ):
        with pytest.raises(REFUSED, match=DENIED), office.database.write() as session:
            session.connection().exec_driver_sql(statement)
    with office.database.write() as session:
        gone = session.connection().exec_driver_sql("UPDATE fact_text SET salt = NULL, text = NULL")
    assert gone.rowcount == 1


def test_the_schema_is_not_its_own_to_change(office: District) -> None:
    for statement in ("CREATE TABLE mine (id int)", "DELETE FROM alembic_version"):
        with pytest.raises(REFUSED, match=DENIED), office.database.write() as session:
            session.connection().exec_driver_sql(statement)
