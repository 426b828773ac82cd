"""How far a directive came: which units have it, which were heard from, and which say nothing.

A unit is silent while somebody there has neither confirmed nor answered one of its duties; reporting and
handing in are answers (R7). Counted are the duties that the month-end table counts.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.ids import NIL
from service.domain.lifecycle import CLOSED, State
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.near import CUT_OFF
from service.domain.reading.paging import LIMIT
from service.domain.tables import Obligation, Unit, table

obligation, unit = table(Obligation), table(Unit)

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=obligation.c.directive_id.type)
_AFTER: tuple[sa.BindParameter[Any], sa.BindParameter[Any]] = (
    sa.bindparam("after_name", type_=unit.c.name.type),
    sa.bindparam("after_id", type_=unit.c.id.type),
)


class Heard(StrEnum):
    """Which units of a directive: `silent` ones, those that only `received` some duty, or that are `done`."""

    ALL = "all"
    SILENT = "silent"
    ANSWERED = "answered"
    RECEIVED = "received"
    DONE = "done"


class Coverage(NamedTuple):
    """How many units of a directive there are, and how many of each kind; `duties` are of all of them."""

    units: int
    silent: int
    received: int
    done: int
    duties: int
    duties_done: int

    @property
    def answered(self) -> int:
        """Return how many units are not silent."""
        return self.units - self.silent


class UnitRow(NamedTuple):
    """A unit and its duties by the directive.

    Of `duties` nothing was heard of `silent`; `received` are confirmed without a report. `due_on` is the
    first day among those that are not done.
    """

    id: UUID
    code: str
    name: str
    duties: int
    silent: int
    received: int
    done: int
    due_on: date | None


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


_state = obligation.c.state
_unreported = sa.and_(_state == State.ACKNOWLEDGED, obligation.c.reported_on.is_(None))


@lru_cache
def _by_unit(everything: bool) -> sa.Subquery:
    return (
        sa.select(
            obligation.c.unit_id,
            sa.func.count().label("duties"),
            _count(_state == State.ASSIGNED).label("silent"),
            _count(_unreported).label("received"),
            _count(_state == State.ACCEPTED).label("done"),
            sa.func.min(sa.case((_state != State.ACCEPTED, obligation.c.due_on))).label("due_on"),
        )
        .where(
            obligation.c.directive_id == _ID,
            obligation.c.parent_id == NIL,
            obligation.c.assigned_on <= CUT_OFF,
            _state.not_in(sorted(CLOSED)),
            visibility.branch(everything),
        )
        .group_by(obligation.c.unit_id)
        .subquery("by_unit")
    )


def _which(rows: sa.Subquery, heard: Heard) -> list[sa.ColumnElement[bool]]:
    conditions: dict[Heard, list[sa.ColumnElement[bool]]] = {
        Heard.ALL: [],
        Heard.SILENT: [rows.c.silent > 0],
        Heard.ANSWERED: [rows.c.silent == 0],
        Heard.RECEIVED: [rows.c.silent == 0, rows.c.received > 0],
        Heard.DONE: [rows.c.done == rows.c.duties],
    }
    return conditions[heard]


@lru_cache
def _totals(everything: bool) -> sa.Select[*tuple[Any, ...]]:
    rows = _by_unit(everything)
    kinds = (Heard.SILENT, Heard.RECEIVED, Heard.DONE)
    numbers = [
        sa.func.count(),
        *(_count(sa.and_(*_which(rows, heard))) for heard in kinds),
        sa.func.coalesce(sa.func.sum(rows.c.duties), 0),
        sa.func.coalesce(sa.func.sum(rows.c.done), 0),
    ]
    return sa.select(*numbers).select_from(rows)


@lru_cache(maxsize=32)
def _page(everything: bool, heard: Heard, later: bool) -> sa.Select[Any]:
    rows = _by_unit(everything)
    counts = (rows.c[name] for name in UnitRow._fields[3:])
    wide = sa.select(unit.c.id, unit.c.code, unit.c.name, *counts).join(rows, rows.c.unit_id == unit.c.id)
    place = sa.tuple_(unit.c.name, unit.c.id)
    where = [*_which(rows, heard), *([place > sa.tuple_(*_AFTER)] if later else [])]
    return wide.where(*where).order_by(unit.c.name, unit.c.id).limit(LIMIT)


def of_directive(connection: Connection, actor: Actor, directive_id: UUID, *, cut_off: date) -> Coverage:
    """Return how many of the units that the actor sees answered a directive."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = visibility.names(actor) | {"id": directive_id, "cut_off": cut_off}
    row = connection.execute(_totals(visibility.sees_everything(actor)), names).one()
    return Coverage._make(int(number) for number in row)


def units(
    connection: Connection,
    actor: Actor,
    directive_id: UUID,
    heard: Heard,
    *,
    cut_off: date,
    after: tuple[str, UUID] | None,
    limit: int,
) -> tuple[list[UnitRow], tuple[str, UUID] | None]:
    """Return some units of a directive by name, and the place after which the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    name, last = after or ("", None)
    place = {"after_name": name, "after_id": last, "limit": limit + 1}
    names = visibility.names(actor) | {"id": directive_id, "cut_off": cut_off} | place
    statement = _page(visibility.sees_everything(actor), heard, after is not None)
    rows = [UnitRow._make(row) for row in connection.execute(statement, names)]
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], (rows[limit - 1].name, rows[limit - 1].id)
