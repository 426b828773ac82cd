"""SQL that both databases understand, where SQLAlchemy has no word for it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel.sql.sqltypes import UTCDateTime

from service.domain.ids import milliseconds, new_salt

Instant = UTCDateTime()


class plus_minutes(GenericFunction[datetime]):  # noqa: N801 - read as a function
    """An instant so many minutes later: `plus_minutes(at, n)`."""

    type = Instant
    inherit_cache = True


@compiles(plus_minutes, "postgresql")
def _on_postgresql(element: plus_minutes, compiler: Any, **kw: Any) -> str:
    at, minutes = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({at} + ({minutes}) * interval '1 minute')"


@compiles(plus_minutes, "sqlite")
def _on_sqlite(element: plus_minutes, compiler: Any, **kw: Any) -> str:
    at, minutes = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {at}, ({minutes}) || ' minutes') || '000')"


class days_between(GenericFunction[int]):  # noqa: N801 - read as a function
    """Whole days from one day to a later one: `days_between(later, earlier)`."""

    type = sa.Integer()
    inherit_cache = True


@compiles(days_between, "postgresql")
def _days_on_postgresql(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({later} - {earlier})"


@compiles(days_between, "sqlite")
def _days_on_sqlite(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


class found_first(GenericFunction[bool]):  # noqa: N801 - read as a function
    """If a column is one of a few values that a query finds before the rest: `found_first(column, query)`.

    PostgreSQL takes what comes of a recursion for many rows, and would read a whole table to join them.
    """

    type = sa.Boolean()
    inherit_cache = True


@compiles(found_first, "postgresql")
def _found_on_postgresql(element: found_first, compiler: Any, **kw: Any) -> str:
    column, query = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} = ANY (ARRAY{query}))"


@compiles(found_first, "sqlite")
def _found_on_sqlite(element: found_first, compiler: Any, **kw: Any) -> str:
    column, query = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} IN {query})"


def new_ids(now: datetime, *natural_key: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the expression that gives every row of one statement a key of its own."""
    parts = [sa.func.replace(sa.cast(part, sa.String), "-", "") for part in natural_key]
    joined: sa.ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        joined = joined.concat(part)
    at = sa.literal(milliseconds(now), sa.BigInteger)
    return sa.func.dondoc_uuid7(at, sa.literal(new_salt(), sa.Text), joined, type_=sa.Uuid())


def json_string(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return a text as a JSON string, in SQL; for names, which have no control characters."""
    escaped = sa.func.replace(sa.func.replace(column, "\\", "\\\\"), '"', '\\"')
    return sa.literal('"').concat(escaped).concat(sa.literal('"'))


def json_text(column: sa.ColumnElement[str], name: str, rest: Mapping[str, Any]) -> sa.ColumnElement[str]:
    """Return an object with one text that differs from row to row, and others that do not, as JSON in SQL."""
    others = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    head = sa.literal(f'{others[:-1]},"{name}":')
    return head.concat(json_string(column)).concat(sa.literal("}"))


def instant(at: datetime) -> sa.BindParameter[datetime]:
    """Return an instant as a value in a statement."""
    return sa.literal(at, Instant)


def insert_from(
    connection: Connection, target: sa.Table, values: Mapping[str, Any], rows: sa.Select[Any]
) -> int:
    """Insert what a statement selects, in the order of `values`; return how many rows that were."""
    insert = sa.insert(target).from_select(list(values), rows)
    count = connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount
    if count < 0:  # Python's sqlite3 does not count an insert that begins with WITH
        return int(connection.exec_driver_sql("SELECT changes()").scalar_one())
    return count


def insert_or(connection: Connection, target: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that can say what becomes of a row that is there already (`on_conflict_do_…`)."""
    return postgresql.insert(target) if connection.dialect.name == "postgresql" else sqlite.insert(target)


def measure_anew(connection: Connection, *tables: sa.Table) -> None:
    """Let PostgreSQL know how many rows of its own a transaction has written, before it joins them."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(each.name for each in tables)}")
