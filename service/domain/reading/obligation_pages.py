"""Pages of obligations by keyset: filters in SQL, one query a page, one statement a kind of question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.lifecycle import PAUSED, WORKING, State, Timeliness
from service.domain.people import Actor
from service.domain.permissions import Relation
from service.domain.reading import visibility
from service.domain.reading.known import FIELD
from service.domain.reading.obligations import COLUMNS, WIDE, ObligationRow, directive, item, obligation, unit
from service.domain.reading.paging import LIMIT
from service.domain.reading.search import ESCAPE, pattern
from service.domain.reading.timeliness import CONDITIONS

TOTAL_MAX = 10_000


class Sort(StrEnum):
    """What a page is ordered by. By `due_on`, what has no deadline comes last; `newest` is `id` backwards."""

    ID = "id"
    DUE_ON = "due_on"
    NEWEST = "newest"


class Stage(StrEnum):
    """Who has the next word: the unit that works, or whoever it waits for; or nobody any more.

    `doing` is the part of `working` that the unit has received.
    """

    WORKING = "working"
    DOING = "doing"
    WAITING = "waiting"
    ENDED = "ended"


STAGES: dict[Stage, frozenset[State]] = {
    Stage.WORKING: WORKING,
    Stage.DOING: WORKING - {State.ASSIGNED},
    Stage.WAITING: PAUSED | {State.SUBMITTED},
    Stage.ENDED: frozenset(State) - WORKING - PAUSED - {State.SUBMITTED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a reader asks for; None asks for nothing."""

    directive_id: UUID | None = None
    unit: str | None = None
    relation: Relation | None = None
    state: State | None = None
    stage: Stage | None = None
    timeliness: Timeliness | None = None
    due_from: date | None = None
    due_before: date | None = None
    period: str | None = None
    field: str | None = None
    source: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin: (day, id), (None, id) among the undated, None at the end."""

    rows: Sequence[ObligationRow]
    next: tuple[date | None, UUID | None] | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement depends on; one is built for each shape that is asked for."""

    seen: visibility.Sight
    given: frozenset[str]
    relation: Relation | None
    timeliness: Timeliness | None
    sort: Sort
    after: str


def page(
    connection: Connection,
    actor: Actor,
    wanted: Filter,
    *,
    cut_off: date,
    sort: Sort = Sort.ID,
    after: tuple[date | None, UUID | None] | None = None,
    limit: int = 50,
) -> Page:
    """Return at most `limit` after a position; by due day, the undated come on pages of their own."""
    visibility.require_reading(actor)
    statement = _statement(_shape(visibility.sight(connection, actor), wanted, sort, after))
    if statement is None:
        return Page([], None)
    day, last = after or (None, None)
    names = _names(actor, wanted, cut_off) | {"after_id": last, "after_day": day, "limit": limit + 1}
    rows = [ObligationRow._make(row) for row in connection.execute(statement, names)]
    if len(rows) > limit:
        rows = rows[:limit]
        end = rows[-1]
        return Page(rows, (end.due_on if sort is Sort.DUE_ON else None, end.id))
    dated = sort is Sort.DUE_ON and (after is None or day is not None)
    bounded = wanted.due_before or wanted.due_from
    more = dated and bounded is None and wanted.timeliness not in DATED
    return Page(rows, (None, None) if more else None)


def total(
    connection: Connection, actor: Actor, wanted: Filter, *, cut_off: date, most: int | None = None
) -> tuple[int, bool]:
    """Return how many there are, and whether counting stopped at `most`, else at `TOTAL_MAX`."""
    most = most or TOTAL_MAX
    visibility.require_reading(actor)
    statement = _count(_shape(visibility.sight(connection, actor), wanted, Sort.ID, None))
    if statement is None:
        return 0, False
    names = _names(actor, wanted, cut_off) | {"limit": most + 1}
    counted: int = connection.execute(statement, names).scalar_one()
    return min(counted, most), counted > most


def units(connection: Connection, actor: Actor, wanted: Filter, *, cut_off: date) -> int:
    """Return how many units have them."""
    visibility.require_reading(actor)
    statement = _units(_shape(visibility.sight(connection, actor), wanted, Sort.ID, None))
    if statement is None:
        return 0
    counted: int = connection.execute(statement, _names(actor, wanted, cut_off)).scalar_one()
    return counted


DATED = frozenset({Timeliness.OVERDUE, Timeliness.DUE_SOON, Timeliness.ON_TRACK}) | {
    Timeliness.DONE_ON_TIME,
    Timeliness.DONE_LATE,
}


def _shape(
    seen: visibility.Sight, wanted: Filter, sort: Sort, after: tuple[date | None, UUID | None] | None
) -> _Shape:
    given = frozenset(f.name for f in fields(wanted) if getattr(wanted, f.name) is not None)
    if after is None:
        position = ""
    elif sort is not Sort.DUE_ON:
        position = "id"
    else:
        position = "day" if after[0] is not None else ("undated" if after[1] is None else "undated_id")
    return _Shape(seen, given, wanted.relation, wanted.timeliness, sort, position)


def _names(actor: Actor, wanted: Filter, cut_off: date) -> dict[str, Any]:
    return visibility.names(actor) | {
        "cut_off": cut_off,
        "directive_id": wanted.directive_id,
        "unit_code": wanted.unit,
        "state": wanted.state,
        "stage": sorted(STAGES[wanted.stage]) if wanted.stage else [],
        "due_from": wanted.due_from,
        "due_before": wanted.due_before,
        "period": wanted.period,
        "field": wanted.field,
        "source": wanted.source,
        "pattern": pattern(wanted.q),
    }


def _conditions(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    named = sa.select(_named.c.id).where(_named.c.code == sa.bindparam("unit_code"))
    newest = named.order_by(_named.c.valid_from.desc()).limit(1).scalar_subquery()
    found: Mapping[str, sa.ColumnElement[bool]] = {
        "directive_id": obligation.c.directive_id == sa.bindparam("directive_id"),
        "unit": obligation.c.unit_id == newest,
        "state": obligation.c.state == sa.bindparam("state"),
        "stage": obligation.c.state.in_(sa.bindparam("stage", expanding=True)),
        "due_from": obligation.c.due_on >= sa.bindparam("due_from"),
        "due_before": obligation.c.due_on < sa.bindparam("due_before"),
        "period": sa.and_(obligation.c.period != "", obligation.c.period == sa.bindparam("period")),
        "field": obligation.c.item_id.in_(_OF_FIELD),
        "source": obligation.c.directive_id.in_(_OF_SOURCE),
        "q": obligation.c.item_id.in_(_FOUND_ITEMS),
    }
    conditions = [condition for name, condition in found.items() if name in shape.given]
    if shape.timeliness is not None:
        conditions.append(CONDITIONS[shape.timeliness])
    return conditions


_named = unit.alias("named")
"""A code may have been another unit's before; an equation, not a set, lets the index give the order."""
_PATTERN: sa.BindParameter[str] = sa.bindparam("pattern", type_=sa.Text())
_FOUND_ITEMS = sa.union(
    sa.select(item.c.id).where(
        item.c.register_id == visibility.REGISTER, item.c.folded.like(_PATTERN, escape=ESCAPE)
    ),
    sa.select(item.c.id)
    .join(directive, directive.c.id == item.c.directive_id)
    .where(directive.c.register_id == visibility.REGISTER, directive.c.folded.like(_PATTERN, escape=ESCAPE)),
)

_OF_FIELD = (
    sa.select(item.c.id)
    .join(directive, directive.c.id == item.c.directive_id)
    .where(item.c.register_id == visibility.REGISTER, sa.bindparam("field") == FIELD)
)
_OF_SOURCE = sa.select(directive.c.id).where(
    directive.c.register_id == visibility.REGISTER, directive.c.source == sa.bindparam("source")
)


def _position(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    last: sa.BindParameter[Any] = sa.bindparam("after_id", type_=obligation.c.id.type)
    day: sa.BindParameter[Any] = sa.bindparam("after_day", type_=sa.Date())
    beyond = obligation.c.id > last
    undated = obligation.c.due_on.is_(None)
    dated = obligation.c.due_on.is_not(None)
    if shape.sort is Sort.ID:
        return [beyond] if shape.after else []
    if shape.sort is Sort.NEWEST:
        return [obligation.c.id < last] if shape.after else []
    where: dict[str, list[sa.ColumnElement[bool]]] = {
        "": [dated],
        "day": [sa.tuple_(obligation.c.due_on, obligation.c.id) > sa.tuple_(day, last)],
        "undated": [undated],
        "undated_id": [undated, beyond],
    }
    return where[shape.after]


def _order(shape: _Shape) -> list[sa.ColumnElement[Any]]:
    if shape.sort is Sort.NEWEST:
        return [obligation.c.id.desc()]
    by_day = shape.sort is Sort.DUE_ON and not shape.after.startswith("undated")
    return [obligation.c.due_on, obligation.c.id] if by_day else [obligation.c.id]


@lru_cache(maxsize=1_000)
def _statement(shape: _Shape) -> sa.Select[Any] | None:
    """Return the page's statement: the ids first, by the index of each arm, then what stands beside them."""
    arms = visibility.obligation_arms(shape.seen, shape.relation)
    if not arms:
        return None
    order, where = _order(shape), [*_conditions(shape), *_position(shape)]
    if len(arms) == 1:
        wide = sa.select(*COLUMNS).select_from(WIDE)
        return wide.where(arms[0], *where).order_by(*order).limit(LIMIT)
    chosen = [
        sa.select(sa.select(obligation.c.id).where(arm, *where).order_by(*order).limit(LIMIT).subquery())
        for arm in arms
    ]
    ids = sa.union(*chosen).subquery("chosen")
    wide = sa.select(*COLUMNS).select_from(WIDE.join(ids, ids.c.id == obligation.c.id))
    return wide.order_by(*order).limit(LIMIT)


@lru_cache(maxsize=1_000)
def _count(shape: _Shape) -> sa.Select[Any] | None:
    arms = visibility.obligation_arms(shape.seen, shape.relation)
    if not arms:
        return None
    chosen = [
        sa.select(sa.select(obligation.c.id).where(arm, *_conditions(shape)).limit(LIMIT).subquery())
        for arm in arms
    ]
    ids = sa.union(*chosen).subquery("chosen")
    return sa.select(sa.func.count()).select_from(sa.select(ids.c.id).limit(LIMIT).subquery())


@lru_cache(maxsize=1_000)
def _units(shape: _Shape) -> sa.Select[Any] | None:
    arms = visibility.obligation_arms(shape.seen, shape.relation)
    if not arms:
        return None
    chosen = [sa.select(obligation.c.unit_id).where(arm, *_conditions(shape)).distinct() for arm in arms]
    ids = (sa.union(*chosen) if len(chosen) > 1 else chosen[0]).subquery("chosen")
    return sa.select(sa.func.count()).select_from(ids)
