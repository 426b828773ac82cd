"""The schema goes up, down and up again on both databases, and is what the tables say."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from service.database import Database
from service.domain.ids import NIL
from service.domain.tables import Event, table
from service.migrate import config
from tests.databases import Templates

NOW = datetime(2024, 3, 4, tzinfo=UTC)
SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "schema.sql"


def dump(database: Database) -> str:
    """Return the schema as SQLite holds it, in the order of names."""
    query = sa.text(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' ORDER BY name"
    )
    with database.read() as connection:
        return ";\n\n".join(connection.execute(query).scalars()) + ";\n"


def test_up_down_up_and_nothing_differs_from_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        settings = config(connection)
        command.check(settings)
        command.downgrade(settings, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(settings, "head")
        command.check(settings)
        connection.commit()


def test_the_committed_dump_is_the_schema(templates: Templates) -> None:
    """Delete the file and run this once to make it anew after a migration."""
    with templates.copy("sqlite") as database:
        made = dump(database)
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(made, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == made


def test_the_journal_cannot_be_rewritten(database: Database) -> None:
    fact = {"kind": "k", "subject_id": NIL, "payload": {}, "actor_id": NIL, "recorded_at": NOW}
    with database.write() as session:
        session.connection().execute(sa.insert(table(Event)).values(fact))
    for statement in ("UPDATE event SET kind = 'other'", "DELETE FROM event"):
        with pytest.raises(sa.exc.DBAPIError, match="never altered"), database.write() as session:
            session.connection().exec_driver_sql(statement)


def test_keys_made_in_sql_are_the_same_bytes_everywhere(database: Database) -> None:
    with database.read() as connection:
        made = connection.exec_driver_sql("SELECT dondoc_uuid7(1714521600123, 'salt', 'n1')").scalar_one()
    assert str(made).replace("-", "") == "018f3173707b7134bd461a01e138f550"
