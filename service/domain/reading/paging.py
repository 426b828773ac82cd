"""Pages of lists whose filters are few: one statement for each combination that is asked."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.reading import AnyRow

Record = TypeVar("Record")
LIMIT: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer())


class List:
    """A list: what it selects, what it may be narrowed by, and its order."""

    def __init__(
        self,
        select: sa.Select[*tuple[Any, ...]],
        filters: Mapping[str, sa.ColumnElement[bool]],
        order: Sequence[sa.ColumnElement[Any]],
    ) -> None:
        self._select, self._filters, self._order = select, filters, order
        self._statement = lru_cache(maxsize=256)(self._built)

    def _built(self, asked: frozenset[str]) -> sa.Select[*tuple[Any, ...]]:
        where = [self._filters[name] for name in sorted(asked)]
        return self._select.where(*where).order_by(*self._order).limit(LIMIT)

    def page(
        self, connection: Connection, given: Mapping[str, Any], fixed: Mapping[str, Any], limit: int
    ) -> tuple[list[AnyRow], AnyRow | None]:
        """Return some rows, and the last of them if more follow.

        Args:
            connection: Where to read.
            given: Filter → value; None asks for nothing. Filters bind a parameter of their own name.
            fixed: Parameters that every statement of the list has.
            limit: Most rows.
        """
        asked = frozenset(name for name, value in given.items() if value is not None)
        names = {**fixed, **given, "limit": limit + 1}
        rows = list(connection.execute(self._statement(asked), names))
        return (rows[:limit], rows[limit - 1]) if len(rows) > limit else (rows, None)
