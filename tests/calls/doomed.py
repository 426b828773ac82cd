"""Commits that fail for real: what was written is refused by the database itself, when it is too late.

On PostgreSQL a deferred trigger of every table says that the disk is full; on SQLite every change breaks a
foreign key that is looked at when the transaction ends. Nothing of the service is replaced.
"""

import sqlalchemy as sa

from service.database import Database

CHANGES = ("INSERT", "UPDATE", "DELETE")
SWITCH = ("CREATE TABLE doom_switch (is_armed INTEGER NOT NULL)", "INSERT INTO doom_switch VALUES (0)")
SQLITE = (
    "CREATE TABLE doom_nowhere (id INTEGER PRIMARY KEY)",
    "CREATE TABLE doom (id INTEGER REFERENCES doom_nowhere (id) DEFERRABLE INITIALLY DEFERRED)",
)
SQLITE_TRIGGER = """
    CREATE TRIGGER doom_{table}_{change} AFTER {change} ON "{table}"
    WHEN (SELECT is_armed FROM doom_switch) BEGIN INSERT INTO doom VALUES (1); END"""
POSTGRESQL = """
    CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT is_armed FROM doom_switch) = 1 THEN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
      END IF;
      RETURN NULL;
    END $$"""
POSTGRESQL_TRIGGER = """
    CREATE CONSTRAINT TRIGGER doom AFTER INSERT OR UPDATE OR DELETE ON "{table}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doom()"""

POSTGRESQL_ROWS = 'SELECT count(*) AS rows, max(xmin::text::bigint) AS newest FROM "{table}"'
"""A row that is inserted or changed is newer than all; one that is deleted is one less."""


class Doom:
    """What makes the commits of a database fail while it is armed; tells if anybody else has committed."""

    def __init__(self, database: Database) -> None:
        """Put the triggers in; they do nothing yet."""
        tables = sorted(sa.inspect(database.engine).get_table_names())
        if database.dialect == "sqlite":
            self._look = "PRAGMA data_version"
            statements = [*SWITCH, *SQLITE]
            for table in tables:
                statements += [SQLITE_TRIGGER.format(table=table, change=change) for change in CHANGES]
        else:
            parts = " UNION ALL ".join(POSTGRESQL_ROWS.format(table=table) for table in tables)
            self._look = f"SELECT sum(rows), max(newest) FROM ({parts}) AS everything"
            statements = [*SWITCH, POSTGRESQL]
            statements += [POSTGRESQL_TRIGGER.format(table=table) for table in tables]
        with database.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        self._engine = sa.create_engine(database.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        self._connection = self._engine.connect()

    def arm(self, *, yes: bool = True) -> None:
        """Let commits fail from now on, or succeed again."""
        self._connection.exec_driver_sql(f"UPDATE doom_switch SET is_armed = {int(yes)}")

    def state(self) -> str:
        """Return a text that is another one after anybody else has committed a change."""
        return str(self._connection.exec_driver_sql(self._look).one())

    def close(self) -> None:
        """Let the database be dropped."""
        self._connection.close()
