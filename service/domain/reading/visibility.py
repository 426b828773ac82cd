"""The one place that narrows a query to what an actor may see.

The keeper of a register and the administrator of the installation see all of it. A unit sees what has been
issued and concerns it: obligations of its own and of units below it, and of items that it coordinates.
"""

from typing import Any

import sqlalchemy as sa

from service.domain.errors import NotAllowed
from service.domain.people import Actor, descendants
from service.domain.permissions import Action, Relation
from service.domain.tables import Coordination, Directive, DirectiveState, Item, Obligation, table

obligation, directive, item = table(Obligation), table(Directive), table(Item)
coordination = table(Coordination)

REGISTER: sa.BindParameter[Any] = sa.bindparam("register_id", type_=obligation.c.register_id.type)
UNIT: sa.BindParameter[Any] = sa.bindparam("actor_unit_id", type_=obligation.c.unit_id.type)

_of_register = obligation.c.register_id == REGISTER
_too = sa.func.coalesce(obligation.c.register_id, obligation.c.register_id) == REGISTER
"""The same for arms that have a better index than the register's: no planner is tempted to use that one."""
_shared_items = sa.select(coordination.c.item_id).where(coordination.c.unit_id == UNIT)
_own = obligation.c.unit_id == UNIT
_below = sa.and_(obligation.c.unit_id.in_(descendants(UNIT)), obligation.c.unit_id != UNIT)
_coordinated = obligation.c.item_id.in_(_shared_items)


def require_reading(actor: Actor, action: Action = Action.VIEW_OBLIGATION) -> None:
    """Return if the key may read at all.

    Raises:
        NotAllowed: It may only write.
    """
    if "read" not in actor.scopes:
        raise NotAllowed(action=action)


def sees_everything(actor: Actor) -> bool:
    """Return if the actor sees the whole register, drafts included."""
    return actor.is_keeper or actor.unit_id is None


def names(actor: Actor) -> dict[str, Any]:
    """Return the values of the parameters `REGISTER` and `UNIT`."""
    return {"register_id": actor.register_id, "actor_unit_id": actor.unit_id}


def one_obligation(everything: bool) -> sa.ColumnElement[bool]:
    """Return the condition that a single obligation may be seen."""
    if everything:
        return _of_register
    return sa.and_(_of_register, sa.or_(_own, _coordinated, _below))


def obligation_arms(everything: bool, relation: Relation | None) -> list[sa.ColumnElement[bool]]:
    """Return conditions whose union is what may be seen; each can be answered by an index of its own.

    Args:
        everything: Whether the actor sees the whole register.
        relation: Narrows to what the actor's unit is to the obligation.
    """
    own, below, shared = (sa.and_(_too, arm) for arm in (_own, _below, _coordinated))
    if relation is None:
        return [_of_register] if everything else [own, below, shared]
    return {
        Relation.KEEPER: [_of_register] if everything else [],
        Relation.LEAD: [own],
        Relation.COORDINATOR: [shared],
        Relation.PARENT: [below],
    }.get(relation, [])


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
    issued = directive.c.state != DirectiveState.DRAFT
    return sa.and_(of_register, issued, sa.or_(directive.c.id.in_(own), directive.c.id.in_(shared)))
