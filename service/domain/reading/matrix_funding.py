"""Money beside the matrix: what the sources have given to the duties that serve its criteria.

A duty that serves several criteria stands in the sum of each, and once in that of its unit and of the whole.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.funding import FundingSource
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.criteria import criterion, goal, obligation
from service.domain.reading.funding import newest
from service.domain.reading.matrix import HELD, SET_ID, MatrixQuestion, Scope, names_of, of_year, rows_of

Amounts = Mapping[FundingSource, int]


class MatrixFunding(NamedTuple):
    """Sums in đồng, of the whole, by unit and by criterion."""

    whole: Amounts
    by_unit: Mapping[UUID, Amounts]
    by_criterion: Mapping[str, Amounts]


class _By(StrEnum):
    WHOLE = "whole"
    UNIT = "unit"
    CRITERION = "criterion"


def sums(connection: Connection, actor: Actor, asked: MatrixQuestion) -> MatrixFunding:
    """Return the sums over the duties that the actor is judged by or sees as the issuing side."""
    visibility.require_reading(actor)
    everything, names = visibility.sees_everything(actor), names_of(actor, asked)
    found: dict[_By, dict[Any, dict[FundingSource, int]]] = {}
    for by in _By:
        rows = connection.execute(_sums(everything, asked.scope(), by), names)
        lines = found.setdefault(by, {})
        for key, source, amount in rows:
            lines.setdefault(key, {})[source] = int(amount)
    return MatrixFunding(found[_By.WHOLE].get("", {}), found[_By.UNIT], found[_By.CRITERION])


@lru_cache(maxsize=24)
def _sums(everything: bool, scope: Scope, by: _By) -> sa.Select[Any]:
    top = sa.func.coalesce(sa.func.nullif(criterion.c.parent_code, ""), criterion.c.code)
    key: sa.ColumnElement[Any] = {_By.WHOLE: sa.literal(""), _By.UNIT: goal.c.unit_id, _By.CRITERION: top}[by]
    of_set = sa.and_(criterion.c.set_id == SET_ID, criterion.c.code == goal.c.criterion_code)
    whose = rows_of(everything, scope).cte("whose")
    serves = (
        sa.select(key.label("key"), goal.c.obligation_id)
        .join(obligation, obligation.c.id == goal.c.obligation_id)
        .join(criterion, of_set)
        .where(*of_year(goal), HELD, goal.c.unit_id.in_(sa.select(whose.c.id)))
        .where(visibility.branch(everything))
        .distinct()
        .subquery("serves")
    )
    told = newest(past=True)
    lines = sa.select(serves.c.key, told.c.source, sa.func.sum(told.c.amount))
    wide = lines.join(told, told.c.obligation_id == serves.c.obligation_id)
    return wide.group_by(serves.c.key, told.c.source)
