"""What changed a directive, and what it changed; its journal since the issue; what may still change."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.deadlines import Start
from service.domain.events.deadlines import DeadlinesChanged, OccurrenceRecorded
from service.domain.events.directives import (
    DirectiveAmended,
    DirectiveCorrected,
    DirectiveExtended,
    DirectiveReplaced,
    DirectiveRevoked,
)
from service.domain.events.series import SeriesBegan, SeriesChanged, SeriesStopped
from service.domain.lifecycle import HELD
from service.domain.reading import fact_texts
from service.domain.tables import (
    Account,
    ApiKey,
    ChangeKind,
    DeadlineChange,
    Directive,
    DirectiveChange,
    Event,
    Obligation,
    Person,
    Term,
    table,
)

LINES_MAX = 200
AFTER_ISSUE = (
    *(DirectiveExtended, DirectiveCorrected, DirectiveAmended, DirectiveReplaced, DirectiveRevoked),
    *(DeadlinesChanged, OccurrenceRecorded, SeriesBegan, SeriesChanged, SeriesStopped),
)
"""What happens to an issued directive by a later document or an event."""

change, directive, moved = table(DirectiveChange), table(Directive), table(DeadlineChange)
event, obligation, term = table(Event), table(Obligation), table(Term)
api_key, account, person = table(ApiKey), table(Account), table(Person)
basis = directive.alias("basis")

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=change.c.directive_id.type)


class ChangeRow(NamedTuple):
    """A change with the numbers of both sides; the basis is empty where it is a document outside."""

    id: UUID
    kind: ChangeKind
    directive_id: UUID
    number: str | None
    symbol: str | None
    issued_on: date | None
    basis_id: UUID | None
    basis_number: str | None
    basis_symbol: str | None
    basis_issued_on: date | None
    document: dict[str, Any] | None
    effective_on: date
    reason: str
    details: list[dict[str, Any]]
    made_by: UUID
    made_at: datetime


TOUCHING = (
    sa.select(
        change.c.id,
        change.c.kind,
        change.c.directive_id,
        directive.c.number,
        directive.c.symbol,
        directive.c.issued_on,
        change.c.basis_id,
        basis.c.number,
        basis.c.symbol,
        basis.c.issued_on,
        change.c.document,
        change.c.effective_on,
        change.c.reason,
        change.c.details,
        change.c.made_by,
        change.c.made_at,
    )
    .select_from(
        change.join(directive, directive.c.id == change.c.directive_id).outerjoin(
            basis, basis.c.id == change.c.basis_id
        )
    )
    .where(sa.or_(change.c.directive_id == _ID, change.c.basis_id == _ID))
    .order_by(change.c.id)
)


def touching(connection: Connection, directive_id: UUID) -> list[ChangeRow]:
    """Return the changes of a visible directive and those that it made to others, the oldest first."""
    return [ChangeRow._make(row) for row in connection.execute(TOUCHING, {"id": directive_id})]


class JournalRow(NamedTuple):
    """A fact about an issued directive; `actor_name` is None for what the machine did itself."""

    recorded_at: datetime
    kind: str
    facts: dict[str, Any]
    actor_name: str | None


JOURNAL = (
    sa.select(
        event.c.recorded_at,
        event.c.kind,
        event.c.payload,
        sa.func.coalesce(api_key.c.name, account.c.name, person.c.name),
    )
    .outerjoin(api_key, api_key.c.id == event.c.actor_id)
    .outerjoin(account, account.c.id == event.c.actor_id)
    .outerjoin(person, person.c.id == event.c.actor_id)
    .where(event.c.subject_id == _ID, event.c.kind.in_(sorted(each.kind for each in AFTER_ISSUE)))
    .order_by(event.c.seq.desc())
    .limit(LINES_MAX)
)
REASONS = sa.union_all(
    sa.select(change.c.id, change.c.reason).where(change.c.directive_id == _ID),
    sa.select(moved.c.id, moved.c.reason).where(moved.c.directive_id == _ID),
)


def journal(connection: Connection, directive_id: UUID) -> list[JournalRow]:
    """Return what happened to a visible directive since its issue, the newest first."""
    rows = [JournalRow._make(row) for row in connection.execute(JOURNAL, {"id": directive_id})]
    facts = fact_texts.opened(connection, [row.facts for row in rows])
    return [row._replace(facts=shown) for row, shown in zip(rows, facts, strict=True)]


def reasons(connection: Connection, directive_id: UUID) -> dict[UUID, str]:
    """Return why each change of a visible directive was made, by the id of the change."""
    return {row[0]: row[1] for row in connection.execute(REASONS, {"id": directive_id})}


class OpenItem(NamedTuple):
    """How many duties of an item are open; `once` of them do not come again."""

    duties: int
    once: int


OPEN = (
    sa.select(obligation.c.item_id, sa.func.count(), sa.func.count(sa.case((obligation.c.period == "", 1))))
    .where(obligation.c.directive_id == _ID, obligation.c.state.in_(sorted(HELD)))
    .group_by(obligation.c.item_id)
)
WAITING = sa.select(term.c.item_id, term.c.days).where(
    term.c.directive_id == _ID, term.c.start == Start.EVENT, term.c.from_on.is_(None)
)


def open_items(connection: Connection, directive_id: UUID) -> dict[UUID, OpenItem]:
    """Return the items of a visible directive that have open duties."""
    return {row[0]: OpenItem(*row[1:]) for row in connection.execute(OPEN, {"id": directive_id})}


def waiting_items(connection: Connection, directive_id: UUID) -> dict[UUID, int | None]:
    """Return the items whose deadline waits for an event: how long after it, where the letter says so."""
    return {row[0]: row[1] for row in connection.execute(WAITING, {"id": directive_id})}
