"""Duties as the office's book has them: each with its document, who helps, what came of it, what was told."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.lifecycle import Timeliness
from service.domain.people import Actor
from service.domain.reading.obligation_pages import Filter, Sort, page
from service.domain.reading.obligations import ObligationRow
from service.domain.reading.timeliness import standing
from service.domain.tables import (
    Coordination,
    Decision,
    Directive,
    Extension,
    ProgressUpdate,
    Submission,
    Unit,
    Verdict,
    table,
)

STEP = 1_000
"""Duties of one round; beside each round stand five statements."""

directive, unit, coordination = table(Directive), table(Unit), table(Coordination)
submission, update, extension = table(Submission), table(ProgressUpdate), table(Extension)


class Source(NamedTuple):
    """The document that a duty comes from."""

    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issuing_body: str
    signed_on: date | None
    issued_on: date | None
    subject: str


class Result(NamedTuple):
    """What a unit handed in last and the office has not sent back."""

    obligation_id: UUID
    text: str
    document: dict[str, Any] | None
    submitted_on: date


class Told(NamedTuple):
    """What a unit told last on its way."""

    obligation_id: UUID
    text: str
    difficulties: str
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One line of the book, as it stands at a cut-off.

    Attributes:
        row: The duty.
        timeliness: How it stands; None where nobody has it any more.
        days_late: Days from the deadline to the hand-in, or else to the cut-off; None where it is not late.
        source: Its document.
        coordinators: Names of the units that coordinate its item, by code.
        subordinate: Whether its unit is under the office, or is asked (R18).
        result: What was handed in last.
        told: What was told last.
        extensions: How often the deadline was moved on request.
    """

    row: ObligationRow
    timeliness: Timeliness | None
    days_late: int | None
    source: Source
    coordinators: Sequence[str]
    subordinate: bool
    result: Result | None
    told: Told | None
    extensions: int


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def _last(rows: sa.Table, columns: Sequence[str], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the statement for the last row of each of some duties."""
    rank = sa.func.row_number().over(partition_by=rows.c.obligation_id, order_by=rows.c.id.desc())
    ranked = sa.select(*(rows.c[name] for name in columns), rank.label("rank"))
    found = ranked.where(rows.c.obligation_id.in_(_IDS), *where).subquery("ranked")
    return sa.select(*(found.c[name] for name in columns)).where(found.c.rank == 1)


SOURCES = sa.select(*(directive.c[name] for name in Source._fields)).where(directive.c.id.in_(_IDS))
SUBORDINATE = sa.select(unit.c.id).where(unit.c.id.in_(_IDS), unit.c.subordinate)
COORDINATORS = (
    sa.select(coordination.c.item_id, unit.c.name)
    .join(unit, unit.c.id == coordination.c.unit_id)
    .where(coordination.c.item_id.in_(_IDS))
    .order_by(coordination.c.item_id, unit.c.code)
)
RESULTS = _last(
    submission,
    Result._fields,
    sa.or_(submission.c.decision.is_(None), submission.c.decision != Decision.SENT_BACK),
)
TOLD = _last(update, Told._fields)
EXTENSIONS = (
    sa.select(extension.c.obligation_id, sa.func.count())
    .where(extension.c.obligation_id.in_(_IDS), extension.c.decision == Verdict.GRANTED)
    .group_by(extension.c.obligation_id)
)


def lines(
    connection: Connection, actor: Actor, wanted: Filter, *, cut_off: date, sort: Sort, limit: int
) -> Iterator[RegisterLine]:
    """Give the lines that an actor may see and a filter wants, at most `limit`; by rounds of `STEP`."""
    after: tuple[date | None, UUID | None] | None = None
    while limit > 0:
        found = page(
            connection, actor, wanted, cut_off=cut_off, sort=sort, after=after, limit=min(STEP, limit)
        )
        yield from _beside(connection, found.rows, cut_off)
        after, limit = found.next, limit - len(found.rows)
        if after is None:
            return


def _beside(connection: Connection, rows: Sequence[ObligationRow], cut_off: date) -> Iterator[RegisterLine]:
    if not rows:
        return
    duties = {"ids": [row.id for row in rows]}
    named = {"ids": list({row.directive_id for row in rows})}
    sources = {each.id: Source._make(each) for each in connection.execute(SOURCES, named)}
    units = {"ids": list({row.unit_id for row in rows})}
    subordinate = set(connection.execute(SUBORDINATE, units).scalars())
    helping: dict[UUID, list[str]] = defaultdict(list)
    for item_id, name in connection.execute(COORDINATORS, {"ids": list({row.item_id for row in rows})}):
        helping[item_id].append(name)
    results = {each.obligation_id: Result._make(each) for each in connection.execute(RESULTS, duties)}
    told = {each.obligation_id: Told._make(each) for each in connection.execute(TOLD, duties)}
    granted: dict[UUID, int] = {each[0]: each[1] for each in connection.execute(EXTENSIONS, duties)}
    for row in rows:
        timeliness = standing(row, cut_off)
        yield RegisterLine(
            row=row,
            timeliness=timeliness,
            days_late=_days_late(row, timeliness, cut_off),
            source=sources[row.directive_id],
            coordinators=helping.get(row.item_id, ()),
            subordinate=row.unit_id in subordinate,
            result=results.get(row.id),
            told=told.get(row.id),
            extensions=granted.get(row.id, 0),
        )


def _days_late(row: ObligationRow, timeliness: Timeliness | None, cut_off: date) -> int | None:
    if timeliness not in (Timeliness.OVERDUE, Timeliness.DONE_LATE) or row.due_on is None:
        return None
    return (min(row.done_on or cut_off, cut_off) - row.due_on).days
