"""The one place that narrows a query to what an actor may see.

The keeper of a register and the administrator of the installation see all of it. A unit sees what has been
issued and concerns it: obligations of its own and of units below it, and of items that it coordinates; one by
one those that were passed on to it; and the directives that it issued itself, whoever keeps track of them.
Lists and counts take whole duties: a part that was handed on is listed for the unit that got it, and beside
its whole.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor, descendants
from service.domain.permissions import Action, KeyRole, Relation
from service.domain.tables import (
    Coordination,
    Directive,
    DirectiveState,
    Item,
    Obligation,
    Predecessor,
    Unit,
    table,
)

obligation, directive, item = table(Obligation), table(Directive), table(Item)
unit, link = table(Unit), table(Predecessor)
coordination, successor = table(Coordination), table(Obligation).alias("successor")

REGISTER: sa.BindParameter[Any] = sa.bindparam("register_id", type_=obligation.c.register_id.type)
UNIT: sa.BindParameter[Any] = sa.bindparam("actor_unit_id", type_=obligation.c.unit_id.type)

_of_register = obligation.c.register_id == REGISTER
_own = obligation.c.unit_id == UNIT
BRANCH = descendants(UNIT)
"""The actor's unit and those below it, once a statement: databases refuse two of one name."""

_below = sa.and_(obligation.c.unit_id.in_(BRANCH), obligation.c.unit_id != UNIT)
_whole = obligation.c.delegator_id.is_(None)
_got = sa.or_(_whole, obligation.c.delegator_id != UNIT)
_handed_on = obligation.c.delegator_id == UNIT
_any_below = sa.select(unit.c.id).where(unit.c.parent_id == UNIT).limit(1)
_shared_items = sa.select(coordination.c.item_id).where(coordination.c.unit_id == UNIT)
_shared = obligation.c.item_id.in_(_shared_items)
_inherited = obligation.c.id.in_(
    sa.select(link.c.predecessor_id)
    .join(successor, successor.c.id == link.c.obligation_id)
    .where(link.c.predecessor_id == obligation.c.id, successor.c.unit_id == UNIT)
)
_binds = directive.c.state != DirectiveState.DRAFT
_issued_by_it = directive.c.issuer_id == UNIT
_of_register_too = sa.func.coalesce(obligation.c.register_id, obligation.c.register_id) == REGISTER
"""The same for rows found by their items: it keeps SQLite from walking the register in search of them."""


def require_reading(actor: Actor, action: Action = Action.VIEW_OBLIGATION) -> None:
    """Return if the key may read at all.

    Raises:
        NotAllowed: It may only write.
    """
    actor.require_scope("read", action)


def sees_everything(actor: Actor) -> bool:
    """Return if the actor sees the whole register, drafts included.

    A key of no unit does only in the hands of the installation's administrator.
    """
    return actor.is_keeper or (actor.unit_id is None and actor.role is KeyRole.ADMINISTRATOR)


def names(actor: Actor) -> dict[str, Any]:
    """Return the values of the parameters `REGISTER` and `UNIT`."""
    return {"register_id": actor.register_id, "actor_unit_id": actor.unit_id}


def one_obligation(everything: bool) -> sa.ColumnElement[bool]:
    """Return the condition that a single obligation may be seen."""
    if everything:
        return _of_register
    return sa.and_(_of_register, sa.or_(_own, _shared, _below, _handed_on, _inherited))


def branch(everything: bool, duty: sa.FromClause = obligation) -> sa.ColumnElement[bool]:
    """Return the condition that an obligation is the actor's own or of a unit below: what it is judged by.

    `duty` is the table of obligations, or of their versions.
    """
    of_register = duty.c.register_id == REGISTER
    return of_register if everything else sa.and_(of_register, duty.c.unit_id.in_(BRANCH))


class Sight(StrEnum):
    """How far an actor sees."""

    REGISTER = "register"
    BRANCH = "branch"
    UNIT = "unit"


def sight(connection: Connection, actor: Actor) -> Sight:
    """Return how far an actor sees: most units have none below them, and then nobody looks for any."""
    if sees_everything(actor):
        return Sight.REGISTER
    return Sight.BRANCH if connection.execute(_any_below, names(actor)).first() else Sight.UNIT


def obligation_arms(seen: Sight, relation: Relation | None) -> list[sa.ColumnElement[bool]]:
    """Return conditions whose union is what may be seen; each can be answered by an index of its own.

    Args:
        seen: How far the actor sees.
        relation: Narrows to what the actor's unit is to the obligation.
    """
    everything = [sa.and_(_of_register, _whole)] if seen is Sight.REGISTER else []
    own = [sa.and_(_of_register, _own, _got)]
    below = [sa.and_(_of_register, _below, _whole)] if seen is not Sight.UNIT else []
    shared = [sa.and_(_of_register_too, _shared, _whole)]
    if relation is None:
        return everything or own + below + shared
    by_relation = {
        Relation.KEEPER: everything,
        Relation.LEAD: own,
        Relation.COORDINATOR: shared,
        Relation.PARENT: below,
        Relation.DELEGATOR: [sa.and_(_of_register_too, _handed_on)],
    }
    return by_relation.get(relation, [])


def directives(everything: bool) -> sa.ColumnElement[bool]:
    """Return the condition that a directive may be seen."""
    of_register = directive.c.register_id == REGISTER
    if everything:
        return of_register
    own = sa.select(obligation.c.directive_id).where(_of_register, sa.or_(_own, _below))
    shared = (
        sa.select(item.c.directive_id)
        .join(coordination, coordination.c.item_id == item.c.id)
        .where(coordination.c.unit_id == UNIT)
    )
    concerned = sa.or_(directive.c.id.in_(own), directive.c.id.in_(shared), _issued_by_it)
    return sa.and_(of_register, _binds, concerned)


def origins() -> sa.ColumnElement[bool]:
    """Return the condition that a directive may be carried out by the actor's register.

    It is of that register, or of another one and gave the actor's unit a duty or was issued by it.
    """
    addressed = sa.select(obligation.c.directive_id).where(_own)
    return sa.and_(
        _binds, sa.or_(directive.c.register_id == REGISTER, directive.c.id.in_(addressed), _issued_by_it)
    )
