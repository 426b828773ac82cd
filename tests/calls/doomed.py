"""Commits that fail for real: what was written is refused by the database itself, when it is too late.

On PostgreSQL a deferred trigger of every table says that the disk is full; on SQLite every change breaks a
foreign key that is looked at when the transaction ends. Nothing of the service is replaced.
"""

from hashlib import sha256

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


class Doom:
    """What makes the commits of a database fail while it is armed."""

    def __init__(self, database: Database) -> None:
        """Put the triggers in; they do nothing yet."""
        self._engine = database.engine
        self._tables = sorted(sa.inspect(self._engine).get_table_names())
        if database.dialect == "sqlite":
            statements = [*SWITCH, *SQLITE]
            for table in self._tables:
                statements += [SQLITE_TRIGGER.format(table=table, change=change) for change in CHANGES]
        else:
            statements = [*SWITCH, POSTGRESQL]
            statements += [POSTGRESQL_TRIGGER.format(table=table) for table in self._tables]
        with self._engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def arm(self, *, yes: bool = True) -> None:
        """Let commits fail from now on, or succeed again."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE doom_switch SET is_armed = {int(yes)}")

    def state(self) -> str:
        """Return a digest of everything that is stored."""
        digest = sha256()
        with self._engine.connect() as connection:
            for table in self._tables:
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                digest.update(f"{table} {sorted(map(repr, rows))}".encode())
        return digest.hexdigest()
