"""The month-end table and the lists behind its cells: one statement each, over what was known at an instant.

Table and lists group and filter by the same expression, so that they cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.figures import CELL_OF, Axis, Cell, Figures, add_up, code
from service.domain.lifecycle import State, Timeliness
from service.domain.people import Actor
from service.domain.reading import tallied, visibility
from service.domain.reading.known import (
    AS_OF,
    FIELD,
    OF_ITEMS,
    Part,
    Start,
    added_up,
    counted,
    directive,
    item,
    known,
    obligation,
    unit,
)
from service.domain.reading.timeliness import judge, late_on
from service.domain.scoring import Policy
from service.domain.sql import days_between
from service.domain.tables import ObjectiveCause, Verdict, table

cause = table(ObjectiveCause)

DEGREES = 10
"""More than a policy has bounds: codes of one cell lie below the next ten."""


class By(StrEnum):
    """What a line of the table stands for."""

    UNIT = "unit"
    ISSUER = "issuer"
    SOURCE = "source"
    FIELD = "field"
    KEY_TASK = "key_task"
    DIRECTIVE = "directive"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The day judged, what was known by when (None: by now), and which duties.

    `unit` is a code, of which the newest unit counts; `unit_id` is one unit for certain.
    """

    cut_off: date
    as_of: datetime | None = None
    unit: str | None = None
    unit_id: UUID | None = None
    directive_id: UUID | None = None
    item_id: UUID | None = None
    issuer: str | None = None
    source: str | None = None
    field: str | None = None
    key_task: bool | None = None

    def given(self) -> frozenset[str]:
        """Return the filters in use."""
        chosen = (each.name for each in fields(self) if each.name not in ("cut_off", "as_of"))
        return frozenset(name for name in chosen if getattr(self, name) is not None)


class Line(NamedTuple):
    """One line of the table: whose it is, and its counts. `subordinate` is told of units only."""

    id: UUID | None
    key: str
    name: str
    subordinate: bool | None
    figures: Figures


class DutyRow(NamedTuple):
    """One counted duty as it was known; `code` is its verdict."""

    id: UUID
    state: State
    assigned_on: date
    original_due_on: date | None
    due_on: date | None
    done_on: date | None
    reported_on: date | None
    code: int
    days_late: int | None
    unit_id: UUID
    unit_code: str
    unit_name: str
    item_id: UUID
    locator: str
    text: str
    directive_id: UUID
    number: str | None
    symbol: str | None
    subject: str


def table_by(connection: Connection, actor: Actor, asked: Question, policy: Policy, by: By) -> list[Line]:
    """Return the lines of the table, by name."""
    visibility.require_reading(actor)
    everything, given, names = visibility.sees_everything(actor), asked.given(), _names(actor, asked, policy)
    found = None
    if everything and asked.as_of is None and given <= _TALLIED_BY.get(by, OF_ITEMS):
        found = tallied.newest(connection, actor.register_id, asked.cut_off, policy)
    if found is not None:
        names |= found.names()
    start = Start.TALLY if found else Start.PAST if asked.as_of else Start.NOW
    statement = _table(everything, given, start, by, len(policy.overdue_days))
    lines: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for *whose, verdict, count in connection.execute(statement, names):
        if verdict is not None:  # asked here: a condition in SQL would be worked out for every row once more
            lines.setdefault(tuple(whose), []).append((verdict, count))
    bounds = len(policy.overdue_days)
    return [Line._make((*whose, add_up(counts, bounds=bounds))) for whose, counts in lines.items()]


def counted_by(
    connection: Connection, actor: Actor, asked: Question, bounds: tallied.Bounds, axis: Axis
) -> list[tuple[UUID, int, int]]:
    """Return how many duties of the whole register each unit or item has of each verdict, as was known."""
    counts = _tally(axis, len(bounds.overdue_days))
    return [(row[0], row[1], row[2]) for row in connection.execute(counts, _names(actor, asked, bounds))]


def duties(
    connection: Connection,
    actor: Actor,
    asked: Question,
    policy: Policy,
    *,
    cell: Cell,
    beyond: int = 0,
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[DutyRow], UUID | None]:
    """Return some duties of one cell, and the id after which the next ones begin.

    Args:
        connection: Where to ask.
        actor: Who asks.
        asked: Which duties.
        policy: The bounds of lateness and of silence.
        cell: The cell.
        beyond: How many bounds they lie beyond at least: of lateness in the overdue cell, of silence (1) in
            that of open undated duties.
        after: The last id of the page before.
        limit: Most rows.
    """
    codes = codes_of((judged for judged, own in CELL_OF.items() if own is cell), beyond=beyond)
    return judged_as(connection, actor, asked, policy, codes=codes, after=after, limit=limit)


def verdict_of(row: DutyRow) -> Timeliness:
    """Return how a duty stands, by its code."""
    return list(Timeliness)[row.code // 10]


def codes_of(verdicts: Iterable[Timeliness], *, beyond: int = 0) -> list[int]:
    """Return the codes of verdicts that lie beyond so many bounds at least; see `figures.code`."""
    return [code(judged, degree) for judged in verdicts for degree in range(beyond, DEGREES)]


def judged_as(
    connection: Connection,
    actor: Actor,
    asked: Question,
    policy: Policy,
    *,
    codes: Sequence[int],
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[DutyRow], UUID | None]:
    """Return some duties whose verdict is one of these codes, and the id after which the next ones begin."""
    visibility.require_reading(actor)
    statement = _duties(visibility.sees_everything(actor), asked.given(), asked.as_of is not None,
                        len(policy.overdue_days), after is not None)  # fmt: skip
    names = _names(actor, asked, policy) | {"codes": codes, "after_id": after, "limit": limit + 1}
    rows = [DutyRow._make(row) for row in connection.execute(statement, names)]
    return (rows[:limit], rows[limit - 1].id) if len(rows) > limit else (rows, None)


def excused_by_unit(connection: Connection, actor: Actor, asked: Question, policy: Policy) -> dict[UUID, int]:
    """Return how many of each unit's late and overdue duties have an objective cause confirmed by then."""
    visibility.require_reading(actor)
    statement = _excused(
        visibility.sees_everything(actor), asked.given(), asked.as_of is not None, len(policy.overdue_days)
    )
    late = (Cell.DONE_LATE, Cell.OPEN_OVERDUE)
    codes = codes_of(judged for judged, cell in CELL_OF.items() if cell in late)
    names = _names(actor, asked, policy) | {"codes": codes}
    return {row.unit_id: row.n for row in connection.execute(statement, names)}


def names_of(actor: Actor, asked: Question) -> dict[str, Any]:
    """Return the values of the parameters of `known`."""
    filters = {
        "unit_code": asked.unit,
        "unit_id": asked.unit_id,
        "item_id": asked.item_id,
        "issuer_code": asked.issuer,
        "directive_id": asked.directive_id,
        "source": asked.source,
        "field": asked.field,
        "key_task": asked.key_task,
    }
    return visibility.names(actor) | filters | {"cut_off": asked.cut_off, "as_of": asked.as_of}


def _names(actor: Actor, asked: Question, bounds: tallied.Bounds) -> dict[str, Any]:
    beyond = {f"beyond_{n}": days for n, days in enumerate(bounds.overdue_days, start=1)}
    silent_before = asked.cut_off - timedelta(days=bounds.silent_days)
    return names_of(actor, asked) | beyond | {"silent_before": silent_before}


def _verdict(row: sa.FromClause, bounds: int) -> sa.ColumnElement[int]:
    """Return the verdict on a row as a number; see `figures.code`."""
    verdicts: dict[Timeliness, Any] = {judged: code(judged) for judged in Timeliness}
    heard_on = sa.func.coalesce(row.c.reported_on, row.c.assigned_on)
    silent = heard_on < sa.bindparam("silent_before", type_=sa.Date())
    verdicts[Timeliness.UNDATED] = sa.case(
        (silent, code(Timeliness.UNDATED, 1)), else_=code(Timeliness.UNDATED)
    )
    late = days_between(late_on(row), row.c.due_on)
    degrees = [
        (late > sa.bindparam(f"beyond_{n}", type_=sa.Integer()), code(Timeliness.OVERDUE, n))
        for n in range(bounds, 0, -1)
    ]
    if degrees:
        verdicts[Timeliness.OVERDUE] = sa.case(*degrees, else_=code(Timeliness.OVERDUE))
    return judge(row, verdicts)


_TALLIED_BY: dict[By, frozenset[str]] = {By.UNIT: frozenset()}
"""Filters under which a tally answers; an item has one directive, so by anything but units more do."""

_issuer = unit.alias("issuer")
_nobody = sa.cast(sa.null(), unit.c.id.type), sa.cast(sa.null(), unit.c.subordinate.type)
_number, _symbol = directive.c.number, directive.c.symbol
_number_and_symbol = sa.func.coalesce(_number.concat("/").concat(_symbol), _number, _symbol, "")
_WHOSE: dict[By, tuple[sa.ColumnElement[Any], ...]] = {
    By.UNIT: (unit.c.id, unit.c.code, unit.c.name, unit.c.subordinate),
    By.ISSUER: (_issuer.c.id, _issuer.c.code, _issuer.c.name, _nobody[1]),
    By.SOURCE: (_nobody[0], directive.c.source, directive.c.source, _nobody[1]),
    By.FIELD: (_nobody[0], FIELD, FIELD, _nobody[1]),
    By.KEY_TASK: (
        _nobody[0],
        sa.case((item.c.key_task, "key"), else_="other"),
        sa.case((item.c.key_task, "Nhiệm vụ trọng tâm"), else_="Nhiệm vụ khác"),
        _nobody[1],
    ),
    By.DIRECTIVE: (directive.c.id, _number_and_symbol, directive.c.subject, _nobody[1]),
    By.ITEM: (item.c.id, item.c.locator, item.c.text, _nobody[1]),
}


@lru_cache(maxsize=500)
def _table(everything: bool, given: frozenset[str], start: Start, by: By, bounds: int) -> sa.Select[Any]:
    """Return the statement of a table: counted by unit or item first, and named afterwards."""
    axis = Axis.UNIT if by is By.UNIT else Axis.ITEM
    counts = _counts(everything, given, start, axis, bounds).subquery("counts")
    if by is By.UNIT:
        named: sa.FromClause = counts.join(unit, unit.c.id == counts.c.key)
    else:
        named = counts.join(item, item.c.id == counts.c.key).join(
            directive, directive.c.id == item.c.directive_id
        )
    if by is By.ISSUER:
        named = named.join(_issuer, _issuer.c.id == directive.c.issuer_id)
    whose = [column.label(name) for column, name in zip(_WHOSE[by], Line._fields[:4], strict=True)]
    wide = sa.select(*whose, counts.c.verdict, counts.c.n).select_from(named).subquery("wide")
    columns = [wide.c[name] for name in (*Line._fields[:4], "verdict")]
    total = sa.cast(sa.func.sum(wide.c.n), sa.Integer())
    lines = sa.select(*columns, total).group_by(*columns).having(total != 0)
    return lines.order_by(wide.c.name, wide.c.key, wide.c.id)


def _counts(
    everything: bool, given: frozenset[str], start: Start, axis: Axis, bounds: int
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Return the statement for (key, verdict, n), where one of key and verdict may come several times."""
    parts = [_count(part, axis, bounds) for part in added_up(everything, given, start)]
    if start is Start.TALLY:
        parts.append(tallied.lines(axis, given))
    return sa.union_all(*parts) if len(parts) > 1 else parts[0]


def _count(part: Part, axis: Axis, bounds: int) -> sa.Select[Any]:
    row, sign = part
    key = row.c.unit_id if axis is Axis.UNIT else row.c.item_id
    verdict = _verdict(row, bounds).label("verdict")
    number = sa.func.count() if sign > 0 else -sa.func.count()
    return sa.select(key.label("key"), verdict, number.label("n")).group_by(key, verdict)


@lru_cache(maxsize=20)
def _tally(axis: Axis, bounds: int) -> sa.Select[UUID, int, int]:
    counts = _counts(True, frozenset(), Start.PAST, axis, bounds).subquery("counts")
    total = sa.cast(sa.func.sum(counts.c.n), sa.Integer())
    summed = sa.select(counts.c.key, counts.c.verdict, total).group_by(counts.c.key, counts.c.verdict)
    return summed.having(total != 0, counts.c.verdict.is_not(None))


@lru_cache(maxsize=500)
def _excused(everything: bool, given: frozenset[str], past: bool, bounds: int) -> sa.Select[Any]:
    confirmed = sa.select(cause.c.obligation_id).where(
        cause.c.register_id == visibility.REGISTER, cause.c.decision == Verdict.GRANTED
    )
    if past:
        confirmed = confirmed.where(cause.c.decided_at <= AS_OF)
    row = known([*counted(everything, given), obligation.c.id.in_(confirmed)], past=past)
    late = _verdict(row, bounds).in_(sa.bindparam("codes", expanding=True))
    return sa.select(row.c.unit_id, sa.func.count().label("n")).where(late).group_by(row.c.unit_id)


@lru_cache(maxsize=500)
def _duties(everything: bool, given: frozenset[str], past: bool, bounds: int, later: bool) -> sa.Select[Any]:
    row = known(counted(everything, given), past=past)
    verdict = _verdict(row, bounds)
    late = sa.case((row.c.due_on < late_on(row), days_between(late_on(row), row.c.due_on)))
    beside: dict[str, sa.ColumnElement[Any]] = {
        "code": verdict,
        "days_late": late,
        "unit_code": unit.c.code,
        "unit_name": unit.c.name,
        "locator": item.c.locator,
        "text": item.c.text,
        "number": directive.c.number,
        "symbol": directive.c.symbol,
        "subject": directive.c.subject,
    }
    columns = [beside[name].label(name) if name in beside else row.c[name] for name in DutyRow._fields]
    wide = row.join(unit, unit.c.id == row.c.unit_id).join(item, item.c.id == row.c.item_id)
    wide = wide.join(directive, directive.c.id == row.c.directive_id)
    where: list[sa.ColumnElement[bool]] = [verdict.in_(sa.bindparam("codes", expanding=True))]
    if later:
        where.append(row.c.id > sa.bindparam("after_id", type_=row.c.id.type))
    page = sa.select(*columns).select_from(wide).where(*where).order_by(row.c.id)
    return page.limit(sa.bindparam("limit", type_=sa.Integer()))
