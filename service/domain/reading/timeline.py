"""What happened to a duty, line by line: the journal, who was reminded, where it came from (R15, R20)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import Outcome
from service.domain.lifecycle import State
from service.domain.reading import fact_texts
from service.domain.tables import (
    Account,
    ApiKey,
    CoordinationRequest,
    Event,
    Obligation,
    ObligationVersion,
    Person,
    Predecessor,
    Reminder,
    Unit,
    table,
)

LINES_MAX = 500

event, api_key, reminder = table(Event), table(ApiKey), table(Reminder)
account = table(Account)
obligation, link, unit = table(Obligation), table(Predecessor), table(Unit)
version, request = table(ObligationVersion), table(CoordinationRequest)
person = table(Person)
part = obligation.alias("part")
_SUBJECT: sa.BindParameter[Any] = sa.bindparam("subject_id", type_=event.c.subject_id.type)


class TimelineRow(NamedTuple):
    """Something that happened to a duty or to one that goes on in it: when, what, by whom."""

    at: datetime
    seq: int | None
    kind: str
    obligation_id: UUID
    facts: dict[str, Any]
    actor_id: UUID | None
    actor_name: str | None


class RelatedRow(NamedTuple):
    """A duty that goes on in another, or in which another goes on."""

    id: UUID
    state: State
    due_on: date | None
    joined: bool
    unit_id: UUID
    unit_code: str
    unit_name: str


class DeadlineRow(NamedTuple):
    """A deadline, and when it was set; None took it away."""

    due_on: date | None
    set_at: datetime


class History(NamedTuple):
    """What happened to a duty, its deadlines in turn, whose it was before and whose it became.

    `has_requests`: coordinating units were asked about it. `has_parts`: it was handed on in parts.
    """

    lines: list[TimelineRow]
    deadlines: list[DeadlineRow]
    predecessors: list[RelatedRow]
    successors: list[RelatedRow]
    has_requests: bool
    has_parts: bool


def _lineage() -> sa.CTE:
    """Return the duty and all that go on in it."""
    line = sa.select(_SUBJECT.label("id")).cte("lineage", recursive=True)
    before = sa.select(link.c.predecessor_id).join(line, line.c.id == link.c.obligation_id)
    return line.union(before)


def _related(mine: sa.Column[Any], other: sa.Column[Any]) -> sa.Select[Any]:
    """Return the duties at the other end of the links of one."""
    columns = (obligation.c.state, obligation.c.due_on, link.c.joined, unit.c.id, unit.c.code, unit.c.name)
    return (
        sa.select(obligation.c.id, *columns)
        .select_from(link)
        .join(obligation, obligation.c.id == other)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .where(mine == _SUBJECT)
        .order_by(unit.c.name_folded, obligation.c.id)
    )


_before = sa.func.lag(version.c.due_on).over(order_by=version.c.version)
_versions = (
    sa.select(version.c.version, version.c.due_on, version.c.recorded_from, _before.label("before"))
    .where(version.c.obligation_id == _SUBJECT)
    .subquery("told")
)
_set = _versions.c.due_on.is_distinct_from(_versions.c.before)
GLANCE = (
    sa.select(
        _versions.c.due_on,
        _versions.c.recorded_from,
        sa.exists().where(link.c.obligation_id == _SUBJECT).label("has_predecessors"),
        sa.exists().where(link.c.predecessor_id == _SUBJECT).label("has_successors"),
        sa.exists().where(request.c.obligation_id == _SUBJECT).label("has_requests"),
        sa.exists().where(part.c.parent_id == _SUBJECT, part.c.delegator_id.is_not(None)).label("has_parts"),
    )
    .select_from(obligation.outerjoin(_versions, _set))
    .where(obligation.c.id == _SUBJECT)
    .order_by(_versions.c.version)
)
"""The deadlines of a duty, and whether it is worth asking for more: most duties have nothing beside them."""

PREDECESSORS = _related(link.c.obligation_id, link.c.predecessor_id)
SUCCESSORS = _related(link.c.predecessor_id, link.c.obligation_id)


def _as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(column, sa.Text())


_worth_a_line = sa.or_(reminder.c.outcome == Outcome.TOLD, reminder.c.outcome == Outcome.NOBODY)
_role_as_json = sa.literal('{"role":"') + _as_text(reminder.c.role) + sa.literal('"}')


def _lines(whose: Callable[[sa.Column[Any]], sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Return the lines of the duties of a condition on the column that names them."""
    events = (
        sa.select(
            event.c.recorded_at.label("at"),
            event.c.seq,
            event.c.kind,
            event.c.subject_id.label("obligation_id"),
            event.c.payload.label("facts"),
            event.c.actor_id,
            sa.func.coalesce(api_key.c.name, account.c.name, person.c.name).label("actor_name"),
        )
        .outerjoin(api_key, api_key.c.id == event.c.actor_id)
        .outerjoin(account, account.c.id == event.c.actor_id)
        .outerjoin(person, person.c.id == event.c.actor_id)
        .where(whose(event.c.subject_id))
    )
    reminders = sa.select(
        reminder.c.taken_at,
        sa.null(),
        sa.literal("reminder.") + _as_text(reminder.c.outcome),
        reminder.c.obligation_id,
        sa.type_coerce(_role_as_json, event.c.payload.type),
        sa.null(),
        sa.null(),
    ).where(whose(reminder.c.obligation_id), _worth_a_line)
    both = sa.union_all(events, reminders).subquery("line")
    return sa.select(both).order_by(both.c.at, both.c.seq).limit(LINES_MAX)


_its_own = sa.select(_lineage().c.id)
LINES = {
    True: _lines(lambda column: column.in_(_its_own)),
    False: _lines(lambda column: column == _SUBJECT),
}
"""Has it predecessors? → its lines, theirs included."""


def of_obligation(connection: Connection, obligation_id: UUID) -> History:
    """Return the journal of a visible obligation and its predecessors, with the reminders that were taken."""
    name = {"subject_id": obligation_id}

    def related(statement: sa.Select[Any]) -> list[RelatedRow]:
        return [RelatedRow._make(row) for row in connection.execute(statement, name)]

    glance = connection.execute(GLANCE, name).all()
    seen = glance[0]
    found = [TimelineRow._make(row) for row in connection.execute(LINES[bool(seen.has_predecessors)], name)]
    facts = fact_texts.opened(connection, [line.facts for line in found])
    return History(
        [line._replace(facts=shown) for line, shown in zip(found, facts, strict=True)],
        [DeadlineRow(row.due_on, row.recorded_from) for row in glance if row.recorded_from is not None],
        related(PREDECESSORS) if seen.has_predecessors else [],
        related(SUCCESSORS) if seen.has_successors else [],
        has_requests=bool(seen.has_requests),
        has_parts=bool(seen.has_parts),
    )
