"""The duties that belong to an item, unit by unit, with the result that was accepted of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.lifecycle import State, Timeliness
from service.domain.people import Actor
from service.domain.reading.belonging import BELONGS, DUTIES, VERDICT, item, names, obligation
from service.domain.reading.timeliness import late_on
from service.domain.sql import days_between
from service.domain.tables import Decision, Directive, Submission, Unit, table

SHOWN_MAX = 20
"""Most duties that are shown beside an item at once: the late ones first, then the open ones."""

directive, unit, submission = table(Directive), table(Unit), table(Submission)

_LIMIT: sa.BindParameter[Any] = sa.bindparam("limit", type_=sa.Integer())


class DutyLine(NamedTuple):
    """A duty that belongs to an item, with the result that was accepted last.

    `links` is 0 for a duty of the directive itself.
    """

    id: UUID
    links: int
    state: State
    timeliness: Timeliness | None
    original_due_on: date | None
    due_on: date | None
    done_on: date | None
    reported_on: date | None
    percent: int | None
    days_late: int | None
    unit_id: UUID
    unit_code: str
    unit_name: str
    directive_id: UUID
    number: str | None
    symbol: str | None
    locator: str
    result: str | None
    result_document: dict[str, Any] | None
    result_on: date | None


_newest = submission.alias("newest")
_last_accepted = (
    sa.select(_newest.c.id)
    .where(_newest.c.obligation_id == obligation.c.id, _newest.c.decision == Decision.ACCEPTED)
    .order_by(_newest.c.id.desc())
    .limit(1)
    .correlate(obligation)
    .scalar_subquery()
)
_late_by = sa.case(
    (late_on(obligation) > obligation.c.due_on, days_between(late_on(obligation), obligation.c.due_on))
)
_SHOWN: dict[str, sa.ColumnElement[Any]] = {
    "timeliness": VERDICT,
    "days_late": _late_by,
    "unit_code": unit.c.code,
    "unit_name": unit.c.name,
    "number": directive.c.number,
    "symbol": directive.c.symbol,
    "locator": item.c.locator,
    "result": submission.c.text,
    "result_document": submission.c.document,
    "result_on": submission.c.submitted_on,
}
_AFTER_ID: sa.BindParameter[Any] = sa.bindparam("after_id", type_=obligation.c.id.type)


def _wide(
    source: sa.FromClause, links: sa.ColumnElement[int], *more: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """Return the duties of a source with all that is shown of them."""
    shown = _SHOWN | {"links": links}
    columns = (
        (shown[name] if name in shown else obligation.c[name]).label(name) for name in DutyLine._fields
    )
    return sa.select(*columns, *more).select_from(
        source.join(item, item.c.id == obligation.c.item_id)
        .join(directive, directive.c.id == obligation.c.directive_id)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .outerjoin(
            submission, sa.and_(obligation.c.state == State.ACCEPTED, submission.c.id == _last_accepted)
        )
    )


_FIRST_PAGE = _wide(DUTIES, BELONGS.c.links).order_by(obligation.c.id).limit(_LIMIT)
PAGES = {True: _FIRST_PAGE.where(obligation.c.id > _AFTER_ID), False: _FIRST_PAGE}
"""Does it go on after another page?"""

_urgency = sa.case(
    (obligation.c.state == State.ACCEPTED, 2), (late_on(obligation) > obligation.c.due_on, 0), else_=1
)
_turn = sa.func.row_number().over(
    partition_by=BELONGS.c.root_id, order_by=(_urgency, obligation.c.due_on, obligation.c.id)
)
_queue = (
    sa.select(BELONGS.c.root_id, BELONGS.c.links, obligation.c.id.label("duty_id"), _turn.label("turn"))
    .select_from(DUTIES)
    .subquery("queue")
)
MOST_URGENT = (
    _wide(_queue.join(obligation, obligation.c.id == _queue.c.duty_id), _queue.c.links, _queue.c.root_id)
    .where(_queue.c.turn <= SHOWN_MAX)
    .order_by(_queue.c.root_id, _queue.c.turn)
)
"""Looked at in full only once it is known which ones they are."""


def page(
    connection: Connection, actor: Actor, item_id: UUID, *, cut_off: date, after: UUID | None, limit: int
) -> tuple[list[DutyLine], UUID | None]:
    """Return some duties that belong to an item, and the id after which the next ones begin."""
    named = names(actor, [item_id], cut_off) | {"after_id": after, "limit": limit + 1}
    rows = [_line(row) for row in connection.execute(PAGES[after is not None], named)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def most_urgent(connection: Connection, named: Mapping[str, Any]) -> Mapping[UUID, Sequence[DutyLine]]:
    """Return the first few duties of each item, by the parameters of `belonging.names`."""
    found: dict[UUID, list[DutyLine]] = defaultdict(list)
    for row in connection.execute(MOST_URGENT, named):
        found[row.root_id].append(_line(row[:-1]))
    return found


def _line(row: Sequence[Any]) -> DutyLine:
    """Return a row with its verdict in words; lateness is that of late duties only."""
    line = DutyLine._make(row)
    verdict = list(Timeliness)[int(line.timeliness or 0) // 10]
    is_late = verdict in (Timeliness.OVERDUE, Timeliness.DONE_LATE)
    return line._replace(timeliness=verdict, days_late=line.days_late if is_late else None)
