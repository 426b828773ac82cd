"""How a directive is carried out, item by item, through everything that carries it out below (R4).

Who oversees a directive sees all that was linked to it, in whatever register; a person made each link.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.figures import Figures, add_up
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.permissions import Action, Relation, require
from service.domain.reading import belonging, visibility
from service.domain.reading.belonging import BELONGS, DUTIES, VERDICT, item, obligation
from service.domain.reading.overseen_duties import DutyLine, most_urgent
from service.domain.reading.paging import List
from service.domain.tables import (
    Decision,
    Directive,
    DirectiveState,
    Submission,
    Unit,
    table,
)

DOCUMENTS_MAX = 50
"""Most documents that are named for one item; their number is told."""

directive, unit = table(Directive), table(Unit)
submission, issuer = table(Submission), unit.alias("issuer")
root = item.alias("root")

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=directive.c.id.type)
_AFTER: sa.BindParameter[Any] = sa.bindparam("after", type_=sa.Integer())
_LIMIT: sa.BindParameter[Any] = sa.bindparam("limit", type_=sa.Integer())


class Overseen(NamedTuple):
    """The directive that is looked at."""

    id: UUID
    register_id: UUID
    issuer_id: UUID | None
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str


class OverseenLine(NamedTuple):
    """A directive as the list of what is overseen shows it."""

    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    issuing_body: str
    source: str
    subject: str


class ItemLine(NamedTuple):
    """An item of the directive."""

    id: UUID
    position: int
    locator: str
    label: str
    text: str
    due_on: date | None
    is_task: bool
    is_tracked: bool


class Document(NamedTuple):
    """A directive that carries an item out: one of so many."""

    root_id: UUID
    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    issuing_body: str
    issuer_id: UUID | None
    issuer_code: str | None
    issuer_name: str | None
    subject: str
    of: int


class Result(NamedTuple):
    """The last result that the issuing side of a duty accepted."""

    root_id: UUID
    obligation_id: UUID
    unit_id: UUID
    unit_code: str
    unit_name: str
    text: str
    document: dict[str, Any] | None
    submitted_on: date


@dataclass(frozen=True, slots=True)
class Rolled:
    """What belongs to one item.

    `own` counts the duties that the directive itself gave by the item, `below` those of what carries it out;
    `duties` are the most urgent of both. `latest_due_on` is the last day of those below, `later` how many of
    them are due after the item itself.
    """

    item: ItemLine
    own: Figures
    below: Figures
    latest_due_on: date | None
    later: int
    documents: Sequence[Document]
    duties: Sequence[DutyLine]
    result: Result | None


ONE = {
    everything: sa.select(*(directive.c[name] for name in Overseen._fields)).where(
        directive.c.id == _ID, visibility.directives(everything)
    )
    for everything in (True, False)
}
_of_register = sa.and_(
    directive.c.state == DirectiveState.ISSUED, directive.c.register_id == visibility.REGISTER
)
_listed = sa.select(*(directive.c[name] for name in OverseenLine._fields)).where(_of_register)
_later = {"after_id": directive.c.id < sa.bindparam("after_id", type_=directive.c.id.type)}
LISTS = {
    True: List(_listed, _later, [directive.c.id.desc()]),
    False: List(_listed.where(directive.c.issuer_id == visibility.UNIT), _later, [directive.c.id.desc()]),
}
"""Does the actor see everything?"""

ITEMS = (
    sa.select(*(item.c[name] for name in ItemLine._fields))
    .where(item.c.directive_id == _ID, item.c.position > _AFTER)
    .order_by(item.c.position)
    .limit(_LIMIT)
)
_is_below = sa.case((BELONGS.c.links > 0, 1), else_=0)
_is_later = sa.case((obligation.c.due_on > root.c.due_on, 1), else_=0)

_judged = (
    sa.select(
        BELONGS.c.root_id,
        _is_below.label("is_below"),
        VERDICT.label("verdict"),
        obligation.c.due_on,
        _is_later.label("is_later"),
    )
    .select_from(DUTIES.join(root, root.c.id == BELONGS.c.root_id))
    .subquery("judged")
)
FIGURES = sa.select(
    _judged.c.root_id,
    _judged.c.is_below,
    _judged.c.verdict,
    sa.func.count(),
    sa.func.max(_judged.c.due_on),
    sa.func.sum(_judged.c.is_later),
).group_by(_judged.c.root_id, _judged.c.is_below, _judged.c.verdict)

_carrying = (
    sa.select(BELONGS.c.root_id, item.c.directive_id)
    .join(item, item.c.id == BELONGS.c.item_id)
    .where(BELONGS.c.links > 0)
    .distinct()
    .subquery("carrying")
)
_whose = _carrying.c.root_id
_numbered = (
    sa.select(
        _whose,
        *(directive.c[name] for name in Document._fields if name in directive.c),
        issuer.c.code.label("issuer_code"),
        issuer.c.name.label("issuer_name"),
        sa.func.count().over(partition_by=_whose).label("of"),
        sa.func.row_number()
        .over(partition_by=_whose, order_by=(directive.c.issued_on, directive.c.id))
        .label("turn"),
    )
    .join(directive, directive.c.id == _carrying.c.directive_id)
    .outerjoin(issuer, issuer.c.id == directive.c.issuer_id)
    .where(directive.c.state == DirectiveState.ISSUED)
    .subquery("numbered")
)
DOCUMENTS = (
    sa.select(*(_numbered.c[name] for name in Document._fields))
    .where(_numbered.c.turn <= DOCUMENTS_MAX)
    .order_by(_numbered.c.root_id, _numbered.c.turn)
)

_accepted = sa.and_(submission.c.obligation_id == obligation.c.id, submission.c.decision == Decision.ACCEPTED)
_ranked = (
    sa.select(
        BELONGS.c.root_id,
        submission.c.obligation_id,
        unit.c.id.label("unit_id"),
        unit.c.code.label("unit_code"),
        unit.c.name.label("unit_name"),
        submission.c.text,
        submission.c.document,
        submission.c.submitted_on,
        sa.func.row_number()
        .over(
            partition_by=BELONGS.c.root_id, order_by=(submission.c.decided_at.desc(), submission.c.id.desc())
        )
        .label("turn"),
    )
    .select_from(DUTIES.join(submission, _accepted).join(unit, unit.c.id == obligation.c.unit_id))
    .where(obligation.c.state == State.ACCEPTED)
    .subquery("ranked")
)
RESULTS = sa.select(*(_ranked.c[name] for name in Result._fields)).where(_ranked.c.turn == 1)


def directives(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[OverseenLine], UUID | None]:
    """Return some issued directives that the actor oversees, the newest first.

    For the keeper those are all of the register, for another unit those that it issued.
    """
    visibility.require_reading(actor, Action.OVERSEE)
    listed = LISTS[visibility.sees_everything(actor)]
    rows, last = listed.page(connection, {"after_id": after}, visibility.names(actor), limit)
    return [OverseenLine._make(row) for row in rows], last.id if last else None


def overseen(connection: Connection, actor: Actor, directive_id: UUID) -> Overseen:
    """Return the directive that is to be looked at.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
        NotAllowed: The actor's unit has a part in it but does not oversee it.
    """
    visibility.require_reading(actor, Action.OVERSEE)
    names = visibility.names(actor) | {"id": directive_id}
    row = connection.execute(ONE[visibility.sees_everything(actor)], names).first()
    if row is None:
        raise NotFound(what="directive")
    found = Overseen._make(row)
    issued_it = actor.unit_id is not None and found.issuer_id == actor.unit_id
    held = actor.relations() | ({Relation.OVERSEER} if issued_it else frozenset())
    require(Action.OVERSEE, held, actor.role, actor.scopes)
    return found


def page(
    connection: Connection, actor: Actor, directive_id: UUID, *, cut_off: date, after: int | None, limit: int
) -> tuple[list[Rolled], int | None]:
    """Return some items of an overseen directive, and the position after which the next ones begin."""
    names = {"id": directive_id, "after": -1 if after is None else after, "limit": limit + 1}
    lines = [ItemLine._make(row) for row in connection.execute(ITEMS, names)]
    rolled = _roll_up(connection, actor, lines[:limit], cut_off=cut_off)
    return rolled, lines[limit - 1].position if len(lines) > limit else None


def one_item(connection: Connection, actor: Actor, directive_id: UUID, name: str, *, cut_off: date) -> Rolled:
    """Return one item of an overseen directive, by its id or locator.

    Raises:
        NotFound: It has no such item.
    """
    try:
        named = item.c.id == UUID(name)
    except ValueError:
        named = item.c.locator == name
    query = sa.select(*(item.c[each] for each in ItemLine._fields))
    row = connection.execute(query.where(item.c.directive_id == directive_id, named)).first()
    if row is None:
        raise NotFound(what="item")
    (rolled,) = _roll_up(connection, actor, [ItemLine._make(row)], cut_off=cut_off)
    return rolled


def _roll_up(
    connection: Connection, actor: Actor, lines: Sequence[ItemLine], *, cut_off: date
) -> list[Rolled]:
    """Return what belongs to items, all of a page in four statements."""
    if not lines:
        return []
    names = belonging.names(actor, [line.id for line in lines], cut_off)
    counts: dict[tuple[UUID, int], list[tuple[int, int]]] = defaultdict(list)
    latest: dict[UUID, list[date]] = defaultdict(list)
    later: dict[UUID, int] = defaultdict(int)
    for root_id, is_below, verdict, count, due_on, beyond in connection.execute(FIGURES, names):
        counts[root_id, is_below].append((verdict, count))
        if is_below:
            latest[root_id] += [due_on] if due_on is not None else []
            later[root_id] += beyond
    documents: dict[UUID, list[Document]] = defaultdict(list)
    for row in connection.execute(DOCUMENTS, names):
        documents[row.root_id].append(Document._make(row))
    urgent = most_urgent(connection, names)
    results = {row.root_id: Result._make(row) for row in connection.execute(RESULTS, names)}
    return [
        Rolled(
            line,
            own=add_up(counts[line.id, 0], bounds=0),
            below=add_up(counts[line.id, 1], bounds=0),
            latest_due_on=max(latest[line.id], default=None),
            later=later[line.id],
            documents=documents[line.id],
            duties=urgent.get(line.id, []),
            result=results.get(line.id),
        )
        for line in lines
    ]
