"""What somebody who was recognised is in the register that a request names."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.errors import RegisterRequired
from service.domain.people import Actor, lives_on
from service.domain.permissions import KeyRole
from service.domain.tables import Account, Register, RegisterKeeper, table

register, keeper = table(Register), table(RegisterKeeper)

REGISTERS = sa.select(register.c.id, register.c.code).order_by(register.c.id)
KEEPER = sa.select(keeper.c.unit_id).where(
    keeper.c.register_id == sa.bindparam("register_id"),
    lives_on(sa.bindparam("day", type_=sa.Date()), keeper),
)


def standing(
    connection: Connection,
    holder: sa.Row[Any] | Account,
    *,
    principal_id: UUID,
    scopes: frozenset[str],
    register_code: str | None,
    now: datetime,
) -> Actor:
    """Return whoever holds a key or an account (`register_id`, `unit_id`, `role`), in one register.

    Raises:
        RegisterRequired: Several registers exist and neither holder nor request names one.
    """
    registers = connection.execute(REGISTERS).all()
    chosen = [
        row.id
        for row in registers
        if holder.register_id in (None, row.id) and register_code in (None, row.code)
    ]
    if len(chosen) != 1:
        raise RegisterRequired
    kept_by = connection.execute(KEEPER, {"register_id": chosen[0], "day": office_day(now)}).scalar()
    role = KeyRole(holder.role)
    acts_for_keeper = kept_by is None and holder.unit_id is None and role is KeyRole.ADMINISTRATOR
    return Actor(
        principal_id=principal_id,
        register_id=chosen[0],
        unit_id=holder.unit_id,
        role=role,
        scopes=scopes,
        is_keeper=acts_for_keeper or (kept_by is not None and kept_by == holder.unit_id),
    )
