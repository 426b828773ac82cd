"""Who acts, and what their unit is to the subject."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.errors import NotAllowed
from service.domain.ids import NIL
from service.domain.permissions import Action, KeyRole, Relation, require
from service.domain.tables import Coordination, Obligation, Predecessor, Unit, table

unit = table(Unit)
coordination, successor, link = table(Coordination), table(Obligation), table(Predecessor)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a key, in one register.

    `unit_id` is None for an administrator of the installation. `is_keeper` says that the actor's unit
    keeps the register today, or that nobody does and the administrator acts for it.
    """

    principal_id: UUID
    register_id: UUID
    unit_id: UUID | None
    role: KeyRole
    scopes: frozenset[str]
    is_keeper: bool

    @classmethod
    def by_message(
        cls,
        person_id: UUID,
        register_id: UUID,
        unit_id: UUID | None = None,
        role: KeyRole = KeyRole.OFFICER,
    ) -> Self:
        """Return a person who answers a message: for one unit at most, and never for the keeper."""
        return cls(
            person_id, register_id, unit_id or NIL, role, frozenset({"read", "write"}), is_keeper=False
        )

    @classmethod
    def machine(cls, register_id: UUID) -> Self:
        """Return dondoc itself: what follows from what others did is in the journal as nobody's act."""
        return cls(NIL, register_id, None, KeyRole.ADMINISTRATOR, frozenset(), is_keeper=True)

    def relations(self) -> frozenset[Relation]:
        """Return what the actor's unit is to the register as a whole."""
        found = {Relation.KEEPER} if self.is_keeper else {Relation.NONE}
        if self.unit_id is None:
            found.add(Relation.INSTALLATION)
        return frozenset(found)

    def require_scope(self, scope: str, action: Action) -> None:
        """Return if the actor's key may read, or write, anything at all.

        Raises:
            NotAllowed: It may not; `action` is what was asked for.
        """
        if scope not in self.scopes:
            raise NotAllowed(action=action)

    def require(self, action: Action) -> None:
        """Return if the actor may do this in the register; see `permissions.require`."""
        require(action, self.relations(), self.role, self.scopes)


def relations(session: Session, actor: Actor, obligation: Obligation) -> frozenset[Relation]:
    """Return what the actor's unit is to one obligation.

    What a lead handed on is its own affair: the keeper of the register looks on from above.
    """
    found = set(actor.relations())
    if obligation.delegator_id is not None and Relation.KEEPER in found:
        found = found - {Relation.KEEPER} | {Relation.PARENT}
    if actor.unit_id is None or actor.register_id != obligation.register_id:
        return frozenset(found) if actor.register_id == obligation.register_id else frozenset({Relation.NONE})
    if obligation.delegator_id == actor.unit_id:
        found.add(Relation.DELEGATOR)
    if obligation.unit_id == actor.unit_id:
        found.add(Relation.LEAD)
    elif actor.unit_id in ancestors(session, obligation.unit_id):
        found.add(Relation.PARENT)
    shares = sa.select(coordination.c.id).where(
        coordination.c.item_id == obligation.item_id, coordination.c.unit_id == actor.unit_id
    )
    if session.connection().execute(shares).first():
        found.add(Relation.COORDINATOR)
    if found == {Relation.NONE} and _goes_on_with(session, actor.unit_id, obligation.id):
        found.add(Relation.HEIR)
    return frozenset(found)


def _goes_on_with(session: Session, unit_id: UUID, obligation_id: UUID) -> bool:
    """Return if an obligation was passed on to a unit, alone or with others."""
    passed_on = (
        sa.select(link.c.obligation_id)
        .join(successor, successor.c.id == link.c.obligation_id)
        .where(link.c.predecessor_id == obligation_id, successor.c.unit_id == unit_id)
    )
    return session.connection().execute(passed_on).first() is not None


def ancestors(session: Session, unit_id: UUID) -> set[UUID]:
    """Return the units above a unit."""
    tree = sa.select(unit.c.parent_id).where(unit.c.id == unit_id).cte("above", recursive=True)
    tree = tree.union(sa.select(unit.c.parent_id).join(tree, unit.c.id == tree.c.parent_id))
    rows = session.connection().execute(sa.select(tree.c.parent_id).where(tree.c.parent_id.is_not(None)))
    return set(rows.scalars())


def descendants(unit_id: UUID | sa.ColumnElement[UUID]) -> sa.Select[tuple[UUID]]:
    """Return a statement for the units below a unit, the unit itself included."""
    tree = sa.select(unit.c.id).where(unit.c.id == unit_id).cte("below", recursive=True)
    tree = tree.union(sa.select(unit.c.id).join(tree, unit.c.parent_id == tree.c.id))
    return sa.select(tree.c.id)


def away_on(day: date | sa.BindParameter[date], rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that an absence covers a day."""
    return sa.and_(
        rows.c.from_on <= day,
        sa.or_(rows.c.until_on.is_(None), rows.c.until_on >= day),
        sa.or_(rows.c.ended_on.is_(None), rows.c.ended_on > day),
    )


def lives_on(day: date | sa.BindParameter[date], dated: sa.Table = unit) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row is valid on a day."""
    return sa.and_(dated.c.valid_from <= day, sa.or_(dated.c.valid_to.is_(None), dated.c.valid_to > day))
