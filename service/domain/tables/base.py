"""What all tables share: names, constraints, column types."""

import json
import re
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata


class Json(sa.types.TypeDecorator[Any]):
    """A value as JSON text, readable in both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON with Vietnamese letters as they are."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


class Word(sa.types.TypeDecorator[StrEnum]):
    """A member of an enumeration as its word; no database enumeration stands behind it."""

    impl = sa.String
    cache_ok = True

    def __init__(self, values: type[StrEnum]) -> None:
        super().__init__(20)
        self.values = values

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the word."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Read the member."""
        return None if value is None else self.values(value)


def word(values: type[StrEnum]) -> Any:
    """Return the column type of an enumeration."""
    return Word(values)


class Table(SQLModel):
    """A row of ours; its table is named after it in snake case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        """Return the table's name."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def table(model: type[Table]) -> sa.Table:
    """Return the table behind a class, for statements on many rows."""
    return cast("sa.Table", model.__table__)  # type: ignore[attr-defined]


def free_columns(rows: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table that hold what somebody typed: texts that have no greatest length."""
    texts = [each for each in rows.c if not isinstance(each.type, Json | Word) and not each.foreign_keys]
    types = {each.name: getattr(each.type, "impl", each.type) for each in texts}
    return [
        each
        for each in texts
        if isinstance(types[each.name], sa.String) and not getattr(each.type, "length", 0)
    ]


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """Return a constraint that a text column holds a member of an enumeration."""
    members = ", ".join(f"'{member.value}'" for member in values)
    return sa.CheckConstraint(f"{column} IN ({members})", name=column)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """Return an index of the rows that a condition holds for, the same on both databases."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)
