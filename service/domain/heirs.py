"""Who goes on with the duties of units that end: by rule, by decision, or nobody yet (R20)."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.lifecycle import LAW, Move
from service.domain.tables import Heir, Obligation, RegisterKeeper, Succession, SuccessionKind, table

succession, heir, obligation = table(Succession), table(Heir), table(Obligation)
keeper = table(RegisterKeeper)

ENDING = (SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.DISSOLVE)
"""After these changes the old unit is no more."""

_other = succession.alias("other")
IS_OPEN = obligation.c.state.in_(sorted(LAW[Move.TRANSFER][0]))


def ended(reorganisation_id: UUID) -> sa.Select[tuple[UUID]]:
    """Return the units that end."""
    return sa.select(succession.c.old_unit_id).where(
        succession.c.reorganisation_id == reorganisation_id, succession.c.kind.in_(ENDING)
    )


def sole(reorganisation_id: UUID) -> sa.Select[tuple[UUID, UUID]]:
    """Return (unit that ends, its successor) where there is exactly one."""
    several = sa.exists().where(
        _other.c.reorganisation_id == succession.c.reorganisation_id,
        _other.c.old_unit_id == succession.c.old_unit_id,
        _other.c.id != succession.c.id,
    )
    return sa.select(succession.c.old_unit_id, succession.c.new_unit_id).where(
        succession.c.reorganisation_id == reorganisation_id,
        succession.c.kind.in_(ENDING),
        succession.c.new_unit_id.is_not(None),
        ~several,
    )


def _nobody_decided(reorganisation_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition that nobody decided about a duty.

    Worked out once and not once a duty: the statement that reads it may be filling the same table.
    """
    decided = sa.select(heir.c.obligation_id).where(heir.c.reorganisation_id == reorganisation_id)
    return obligation.c.id.not_in(decided)


def by_rule(reorganisation_id: UUID) -> sa.Select[tuple[UUID, UUID]]:
    """Return (duty, successor) of open duties whose unit has one successor, where nobody decided."""
    pair = sole(reorganisation_id).subquery("sole")
    return (
        sa.select(obligation.c.id, pair.c.new_unit_id)
        .join(pair, pair.c.old_unit_id == obligation.c.unit_id)
        .where(IS_OPEN, _nobody_decided(reorganisation_id))
    )


def by_decision(reorganisation_id: UUID) -> sa.Select[tuple[UUID, UUID | None]]:
    """Return (duty, unit or None where it lapses) of every open duty that somebody decided."""
    return (
        sa.select(heir.c.obligation_id, heir.c.unit_id)
        .join(obligation, obligation.c.id == heir.c.obligation_id)
        .where(heir.c.reorganisation_id == reorganisation_id, IS_OPEN)
    )


def undecided(reorganisation_id: UUID) -> sa.Select[tuple[UUID]]:
    """Return the open duties of units that end, which nobody would go on with."""
    with_heir = sole(reorganisation_id).subquery("sole")
    return sa.select(obligation.c.id).where(
        obligation.c.unit_id.in_(ended(reorganisation_id)),
        obligation.c.unit_id.not_in(sa.select(with_heir.c.old_unit_id)),
        IS_OPEN,
        _nobody_decided(reorganisation_id),
    )


def kept(reorganisation_id: UUID, keeper_id: UUID | None, effective_on: date) -> sa.Select[Any]:
    """Return (register, its keeper that ends, who keeps it then or None, from and until when that keeper was
    to keep it) for every register concerned; whoever was to keep it later counts too."""
    pair = sole(reorganisation_id).subquery("sole")
    named = sa.literal(keeper_id, sa.Uuid())
    goes_on = sa.or_(keeper.c.valid_to.is_(None), keeper.c.valid_to > effective_on)
    heir = sa.func.coalesce(pair.c.new_unit_id, named)
    return (
        sa.select(keeper.c.register_id, keeper.c.id, heir, keeper.c.valid_from, keeper.c.valid_to)
        .outerjoin(pair, pair.c.old_unit_id == keeper.c.unit_id)
        .where(goes_on, keeper.c.unit_id.in_(ended(reorganisation_id)))
    )
