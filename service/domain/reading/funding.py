"""Money by source: of the updates of a page, and summed over duties at a cut-off."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.funding import FundingSource
from service.domain.lifecycle import CLOSED
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.known import AS_OF, counted, directive, item, known, unit
from service.domain.reading.near import CUT_OFF
from service.domain.reading.statistics import Question, names_of
from service.domain.tables import Funding, table

funding = table(Funding)

_ids: sa.BindParameter[Any] = sa.bindparam("update_ids", expanding=True)
OF_UPDATES = sa.select(funding.c.update_id, funding.c.source, funding.c.amount).where(
    funding.c.update_id.in_(_ids)
)


class FundingBy(StrEnum):
    """What a line stands for."""

    UNIT = "unit"
    DIRECTIVE = "directive"
    ITEM = "item"


class FundingLine(NamedTuple):
    """What each source has given, in đồng; `key` is the code of a unit, a directive's number, a locator."""

    id: UUID
    key: str
    name: str
    amounts: Mapping[FundingSource, int]


def of_updates(connection: Connection, update_ids: Sequence[UUID]) -> dict[UUID, dict[FundingSource, int]]:
    """Return what some progress updates told, by update."""
    found: dict[UUID, dict[FundingSource, int]] = {}
    for update_id, source, amount in connection.execute(OF_UPDATES, {"update_ids": list(update_ids)}):
        found.setdefault(update_id, {})[source] = amount
    return found


def sums(connection: Connection, actor: Actor, asked: Question, by: FundingBy) -> list[FundingLine]:
    """Return the sums over the counted duties: of each duty and source the newest word by the cut-off."""
    visibility.require_reading(actor)
    statement = _sums(visibility.sees_everything(actor), asked.given(), asked.as_of is not None, by)
    lines: dict[tuple[Any, ...], dict[FundingSource, int]] = {}
    for *whose, source, amount in connection.execute(statement, names_of(actor, asked)):
        lines.setdefault(tuple(whose), {})[source] = int(amount)
    return [FundingLine._make((*whose, amounts)) for whose, amounts in lines.items()]


_WHOSE: dict[FundingBy, tuple[sa.ColumnElement[Any], ...]] = {
    FundingBy.UNIT: (unit.c.id, unit.c.code, unit.c.name),
    FundingBy.DIRECTIVE: (directive.c.id, sa.func.coalesce(directive.c.number, ""), directive.c.subject),
    FundingBy.ITEM: (item.c.id, item.c.locator, item.c.text),
}


def newest(*, past: bool) -> sa.Subquery:
    """Return the newest word of each duty and source by the cut-off; `past`: of what was known by `AS_OF`."""
    newest_first = (funding.c.recorded_at.desc(), funding.c.update_id.desc())
    place = sa.func.row_number().over(
        partition_by=(funding.c.obligation_id, funding.c.source), order_by=newest_first
    )
    by_then = [funding.c.told_on <= CUT_OFF]
    if past:
        by_then.append(funding.c.recorded_at <= AS_OF)
    told = sa.select(funding, place.label("place")).where(*by_then).subquery()
    return sa.select(told).where(told.c.place == 1).subquery("told")


@lru_cache(maxsize=100)
def _sums(everything: bool, given: frozenset[str], past: bool, by: FundingBy) -> sa.Select[Any]:
    duty = known(counted(everything, given), past=past)
    told = newest(past=past)
    wide = (
        duty.join(told, told.c.obligation_id == duty.c.id)
        .join(unit, unit.c.id == duty.c.unit_id)
        .join(item, item.c.id == duty.c.item_id)
        .join(directive, directive.c.id == duty.c.directive_id)
    )
    whose = _WHOSE[by]
    lines = sa.select(*whose, told.c.source, sa.func.sum(told.c.amount)).select_from(wide)
    counts = duty.c.state.not_in(sorted(CLOSED))
    return lines.where(counts).group_by(*whose, told.c.source).order_by(whose[2], whose[1], whose[0])
