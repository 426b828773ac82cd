"""The schema goes up, down and up again on both databases, and is what the tables say."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from service.database import Database
from service.domain import ledger
from service.domain.history import FIXED
from service.domain.ids import NIL
from service.domain.tables import (
    CalendarChange,
    ChangeKind,
    DirectiveChange,
    EscalationPolicy,
    Event,
    Obligation,
    ObligationVersion,
    Reckoning,
    Register,
    Reminder,
    ScoringPart,
    ScoringPolicy,
    Untold,
    Watch,
    table,
)
from service.migrate import config, upgrade
from tests.databases import Templates

pytestmark = pytest.mark.both_databases

NOW = datetime(2024, 3, 4, tzinfo=UTC)
SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "schema.sql"


def dump(database: Database) -> str:
    """Return the schema as SQLite holds it, by name; a copied table shuffles its constraints."""
    query = sa.text(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' ORDER BY name"
    )
    with database.read() as connection:
        return "\n\n".join(_in_order(made) for made in connection.execute(query).scalars()) + "\n"


def _in_order(made: str) -> str:
    """Return a statement with one part a line: columns as they are, then constraints by name."""
    parts = [line.strip().rstrip(",") for line in made.splitlines()]
    constraints = sorted(part for part in parts if part.startswith("CONSTRAINT"))
    return "\n".join([part for part in parts if part not in constraints] + constraints).replace('"', "")


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


def test_an_older_database_keeps_its_clocks(database: Database) -> None:
    """What ran before the upgrade runs after it: every clock and reminder knows its unit."""
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240502_01")
        unit, duty, still = (uuid4() for _ in range(3))
        a_row(connection, "register", code="chinh")
        a_row(connection, "obligation", id=duty, unit_id=a_row(connection, "unit", id=unit), state="assigned")
        a_row(connection, "watch", id=still, obligation_id=duty, kind="silence")
        a_row(connection, "reminder", watch_id=still, obligation_id=duty, outcome="told", role="head")
        connection.commit()
    upgrade(database)
    with database.read() as connection:
        clock = connection.execute(sa.select(table(Watch))).one()
        reminded = connection.execute(sa.select(table(Reminder))).one()
        kinds = set(connection.execute(sa.select(table(EscalationPolicy).c.kind)).scalars())
    assert (clock.subject_id, clock.unit_id, reminded.unit_id) == (duty, unit, unit)
    assert clock.stopped_at == clock.entered_at
    assert {"return", "extension", "explanation", "coordination"} <= kinds


def test_an_older_database_keeps_its_calendar_and_its_items(database: Database) -> None:
    """The days that a calendar named say so themselves; what was counted stays as it was."""
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240602_04")
        calendar = a_row(connection, "calendar", id=uuid4(), code="VN")
        for day_no, note in ((1, "Quốc khánh"), (2, "")):
            named = {"day": date(2024, 9, 1 + day_no), "day_no": day_no, "note": note}
            a_row(connection, "calendar_day", calendar_id=calendar, **named)
        a_row(connection, "register", code="chinh", calendar_id=calendar)
        a_row(connection, "item", deadline="{}")
        connection.commit()
    upgrade(database)
    with database.read() as connection:
        (said,) = connection.execute(sa.select(table(CalendarChange))).all()
        rules = connection.execute(sa.select(table(Register))).all()
        reckoned = connection.execute(sa.select(table(Reckoning))).all()
    assert (said.calendar_id, said.day, said.note) == (calendar, date(2024, 9, 2), "Quốc khánh")
    assert (said.is_working, said.is_confirmed) == (False, True)
    assert {(row.receipt_deemed_days, row.off_days) for row in rules} == {(2, "relative")}
    assert reckoned == []


def test_an_older_history_says_of_each_version_whose_it_is(database: Database) -> None:
    duty = uuid4()
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240607_01")
        a_row(connection, "obligation", id=duty, state="assigned", assigned_on=date(2024, 3, 1))
        for number, recorded_to in ((1, NOW), (2, None)):
            a_row(connection, "obligation_version", obligation_id=duty, state="assigned",
                  version=number, recorded_to=recorded_to)  # fmt: skip
        connection.commit()
    upgrade(database)
    head, version = table(Obligation), table(ObligationVersion)
    with database.read() as connection:
        (said,) = connection.execute(sa.select(*(head.c[name] for name in FIXED))).all()
        known = connection.execute(sa.select(*(version.c[name] for name in FIXED))).all()
    assert known == [said, said]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_migration_of_many_rows_takes_the_time_that_it_needs(database: Database) -> None:
    """The limit of a statement is for requests; a book of a million duties takes minutes to change."""
    seen: list[str] = []
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240607_01")
        connection.commit()

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def limit(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE obligation_version"):
            asked = connection.connection.cursor()
            seen.append(asked.execute("SHOW statement_timeout").fetchone()[0])

    upgrade(database)
    with database.engine.connect() as connection:
        after = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
    assert (seen, after) == (["0"], "1min")


def test_an_older_database_gets_a_way_to_count_and_knows_who_was_heard_of(database: Database) -> None:
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240602_09")
        heard, silent = uuid4(), uuid4()
        a_row(connection, "register", code="chinh")
        for duty, reported_on in ((heard, "2024-03-01"), (silent, None)):
            a_row(connection, "obligation", id=duty, state="assigned", reported_on=reported_on)
            for version, recorded_to in ((1, NOW), (2, None)):
                a_row(connection, "obligation_version", obligation_id=duty, state="assigned",
                      version=version, recorded_to=recorded_to)  # fmt: skip
        registers = connection.execute(sa.text("SELECT count(*) FROM register")).scalar_one()
        connection.commit()
    upgrade(database)
    history, policy = table(ObligationVersion), table(ScoringPolicy)
    with database.read() as connection:
        known = connection.execute(sa.select(history).order_by(history.c.version)).all()
        policies = connection.execute(sa.select(policy)).all()
        parts = connection.execute(sa.select(table(ScoringPart))).all()
    days = {(row.obligation_id, row.version): row.reported_on for row in known}
    assert days == {(heard, 1): None, (heard, 2): date(2024, 3, 1), (silent, 1): None, (silent, 2): None}
    assert len(policies) == len(parts) == registers
    assert {tuple(row.overdue_days) for row in policies} == {(30, 120)}


def test_an_older_database_keeps_what_was_done_to_its_directives(database: Database) -> None:
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240603_02")
        for kind in ("correct", "assign"):
            a_row(connection, "directive_change", id=uuid4(), kind=kind, document='{"number":"1"}')
        connection.commit()
    upgrade(database)
    with database.write() as session:
        change = table(DirectiveChange)
        kinds = session.connection().execute(sa.select(change.c.kind).order_by(change.c.kind)).scalars().all()
        session.connection().execute(sa.update(change).values(kind=ChangeKind.PUT_IN_WRITING))
    assert kinds == [ChangeKind.ASSIGN, ChangeKind.CORRECT]


def test_an_older_database_lists_the_steps_that_found_nobody_while_their_clocks_run(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240607_42")
        register, office, commune = (uuid4() for _ in range(3))
        a_row(connection, "register", id=register, code="chinh")
        a_row(
            connection, "register_keeper", register_id=register, unit_id=a_row(connection, "unit", id=office)
        )
        a_row(connection, "unit", id=commune)
        duty = a_row(connection, "obligation", id=uuid4(), unit_id=commune, state="assigned")
        of_duty = {"register_id": register, "obligation_id": duty, "unit_id": commune}
        for stopped_at in (None, NOW):
            clock = a_row(connection, "watch", id=uuid4(), kind="deadline", stopped_at=stopped_at, **of_duty)
            for number, (role, rank) in enumerate((("officer", 10), ("chair", 50)), start=1):
                a_row(connection, "reminder", id=uuid4(), watch_id=clock, step=number, outcome="nobody",
                      role=role, rank=rank, **of_duty)  # fmt: skip
        connection.commit()
    upgrade(database)
    with database.read() as connection:
        rows = connection.execute(sa.select(table(Untold)).order_by(table(Untold).c.role)).all()
    assert [(row.role, row.unit_id, row.ended_at) for row in rows] == [
        ("chair", office, None),
        ("officer", commune, None),
    ]


def test_an_older_journal_gets_its_places_in_the_ledger(database: Database) -> None:
    with database.engine.connect() as connection:
        command.downgrade(config(connection), "20240605_01")
        for seq in (3, 7):
            a_row(connection, "event", seq=seq, kind="unit.changed.v1", payload="{}")
        connection.commit()
    upgrade(database)
    with database.write() as session:
        assert ledger.sequence(session, now=NOW) == 2
    with database.read() as connection:
        places = connection.execute(sa.text("SELECT position, seq FROM ledger ORDER BY position")).all()
    assert [tuple(place) for place in places] == [(1, 3), (2, 7)]


def test_postgresql_knows_what_a_new_column_holds(templates: Templates) -> None:
    """Without that it read a million duties to find that one of them has no parts."""
    with templates.copy("postgresql") as database:
        with database.engine.connect() as connection:
            command.downgrade(config(connection), "20240602_03")
            a_row(connection, "obligation", state="assigned")
            connection.commit()
        upgrade(database)
        asked = sa.text(
            "SELECT null_frac FROM pg_stats WHERE tablename = 'obligation' AND attname = 'delegator_id'"
        )
        with database.read() as connection:
            assert connection.execute(asked).scalar() == 1


def a_row(connection: sa.Connection, name: str, **given: Any) -> UUID:
    """Insert a row as an older version did; what is not given is made up, with the rows it refers to."""
    made = sa.Table(name, sa.MetaData(), autoload_with=connection)
    for column in made.columns:
        if not column.nullable and column.name not in given:
            parents = [key.target_fullname.partition(".")[0] for key in column.foreign_keys]
            given[column.name] = a_row(connection, parents[0]) if parents else _anything(column)
    columns = [sa.column(key, sa.Uuid() if isinstance(value, UUID) else None) for key, value in given.items()]
    connection.execute(sa.insert(sa.table(name, *columns)).values(given))
    return UUID(str(given.get("id", NIL)))


def _anything(column: sa.Column[Any]) -> Any:
    match column.type:
        case sa.Uuid() | sa.CHAR():
            return uuid4()
        case sa.Integer():
            return 1
        case sa.Boolean():
            return False
        case sa.DateTime():
            return NOW
        case sa.Date():
            return NOW.date()
    checked = [
        str(check.sqltext) for check in column.table.constraints if isinstance(check, sa.CheckConstraint)
    ]
    words = [sql for sql in checked if column.name in sql]
    return re.findall(r"'(\w+)'", words[0])[0] if words else uuid4().hex[:20]
