"""What was known of the counted duties at an instant: of today from the head, of the past from the history.

Counted are duties without a parent that were given by the cut-off (R8); which of those are in no cell,
because they were withdrawn or passed on, is for `timeliness.judge` to say.
"""

from enum import Enum, auto
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.domain.ids import NIL
from service.domain.reading import visibility
from service.domain.reading.near import CUT_OFF
from service.domain.tables import Directive, Item, Obligation, ObligationVersion, Unit, table

obligation, history = table(Obligation), table(ObligationVersion)
item, directive, unit = table(Item), table(Directive), table(Unit)
_then = history.alias("held")

AS_OF: sa.BindParameter[Any] = sa.bindparam("as_of", type_=history.c.recorded_from.type)
FIXED = ("id", "unit_id", "item_id", "directive_id", "assigned_on")
CHANGING = ("version", "state", "original_due_on", "due_on", "done_on", "reported_on")

_named = unit.alias("named")
_newest = sa.select(_named.c.id).where(_named.c.code == sa.bindparam("unit_code"))
_issuer = sa.select(_named.c.id).where(_named.c.code == sa.bindparam("issuer_code"))
_with_directive = item.join(directive, directive.c.id == item.c.directive_id)

FIELD = sa.func.coalesce(sa.func.nullif(item.c.field, ""), directive.c.field)
"""The item's own field, or that of its directive."""

_OF_ITEM: dict[str, sa.ColumnElement[bool]] = {
    "issuer": directive.c.issuer_id.in_(_issuer),
    "source": directive.c.source == sa.bindparam("source"),
    "field": sa.bindparam("field") == FIELD,
    "key_task": item.c.key_task == sa.bindparam("key_task", type_=sa.Boolean()),
}
OF_ITEMS = frozenset(_OF_ITEM)
"""Filters by which a duty is chosen through its item."""


def counted(
    everything: bool, given: frozenset[str], duty: sa.FromClause = obligation
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the counted duties that an actor may see, narrowed by the filters given.

    `duty` is the table of obligations, or of their versions.
    """
    where = [duty.c.parent_id == NIL, duty.c.assigned_on <= CUT_OFF]
    where.append(visibility.branch(everything, duty))
    if "unit" in given:
        newest = _newest.order_by(_named.c.valid_from.desc()).limit(1).scalar_subquery()
        where.append(duty.c.unit_id == newest)
    for name in ("unit_id", "directive_id", "item_id"):
        if name in given:
            where.append(duty.c[name] == sa.bindparam(name, type_=duty.c[name].type))
    if OF_ITEMS & given:
        where.append(duty.c.item_id.in_(items_of(given)))
    return where


def items_of(given: frozenset[str]) -> sa.Select[Any]:
    """Return a statement for the items of the register that the filters choose."""
    chosen = (condition for name, condition in _OF_ITEM.items() if name in given)
    items = sa.select(item.c.id).select_from(_with_directive)
    return items.where(item.c.register_id == visibility.REGISTER, *chosen)


class Start(Enum):
    """What a count starts from: what is known now, what was known, or a tally, to which its lines belong."""

    NOW = auto()
    PAST = auto()
    TALLY = auto()


class Part(NamedTuple):
    """Rows, and whether their number is added (1) or taken away (-1)."""

    rows: sa.Subquery
    sign: int


def added_up(everything: bool, given: frozenset[str], start: Start) -> list[Part]:
    """Return the parts whose counts add up to what is asked for; they are of no use for lists.

    The past is what stands now without what was recorded since then: three scans of one table each, the last
    two as long as what has changed. Counted one by one, each is as quick as it would be alone. To a tally the
    same two are added.
    """
    if start is Start.NOW:
        return [Part(_rows("now", everything, given, obligation), 1)]
    came = (history.c.recorded_to.is_(None), history.c.recorded_from > AS_OF)
    stood = (_then.c.recorded_to > AS_OF, _then.c.recorded_from <= AS_OF)
    later = 1 if start is Start.TALLY else -1
    since = [
        Part(_rows("came", everything, given, history, *came), later),
        Part(_rows("stood", everything, given, _then, *stood), -later),
    ]
    return since if start is Start.TALLY else [*added_up(everything, given, Start.NOW), *since]


def _rows(
    name: str, everything: bool, given: frozenset[str], duty: sa.FromClause, *when: sa.ColumnElement[bool]
) -> sa.Subquery:
    columns = ("unit_id", "item_id", "assigned_on", "state", "due_on", "done_on", "reported_on")
    chosen = [duty.c[column] for column in columns]
    return sa.select(*chosen).where(*counted(everything, given, duty), *when).subquery(name)


def known(where: list[sa.ColumnElement[bool]], *, past: bool) -> sa.Subquery:
    """Return what was known, a row a duty.

    What has not changed since then is read from the head, the rest from the version of that time, so that a
    question about last month costs what has changed since, not what exists.
    """
    if not past:
        return (
            sa.select(*(obligation.c[name] for name in (*FIXED, *CHANGING))).where(*where).subquery("known")
        )
    changed = sa.select(history.c.obligation_id).where(history.c.recorded_from > AS_OF).distinct().subquery()
    held = sa.and_(
        _then.c.obligation_id == changed.c.obligation_id,
        _then.c.recorded_from <= AS_OF,
        _then.c.recorded_to > AS_OF,
    )
    since = (
        sa.select(changed.c.obligation_id, *(_then.c[name] for name in CHANGING))
        .select_from(changed.outerjoin(_then, held))
        .subquery("since")
    )
    unchanged = since.c.obligation_id.is_(None)
    columns = [sa.case((unchanged, obligation.c[name]), else_=since.c[name]).label(name) for name in CHANGING]
    given_by_then = sa.or_(unchanged, since.c.state.is_not(None))
    return (
        sa.select(*(obligation.c[name] for name in FIXED), *columns)
        .select_from(obligation.outerjoin(since, since.c.obligation_id == obligation.c.id))
        .where(given_by_then, *where)
        .subquery("known")
    )
