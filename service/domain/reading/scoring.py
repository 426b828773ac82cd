"""How a register counts and ranks: the policy in force, and every version of it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.visibility import REGISTER, require_reading
from service.domain.scoring import Part, Policy
from service.domain.tables import ScoringPart, ScoringPolicy, table

policy, part = table(ScoringPolicy), table(ScoringPart)


class PolicyVersion(NamedTuple):
    """One version of a register's policy."""

    id: UUID
    version: int
    made_at: datetime
    policy: Policy


_newest = sa.select(policy).where(policy.c.register_id == REGISTER).order_by(policy.c.version.desc())
_parts = sa.select(part).where(part.c.policy_id == sa.bindparam("id", type_=policy.c.id.type))
PARTS = _parts.order_by(part.c.position)
CURRENT = _newest.limit(1)


def current(connection: Connection, actor: Actor) -> PolicyVersion:
    """Return the policy in force; every register has one from its beginning."""
    require_reading(actor, Action.VIEW_DIRECTIVE)
    row = connection.execute(CURRENT, {"register_id": actor.register_id}).one()
    parts = connection.execute(PARTS, {"id": row.id})
    found = Policy(
        overdue_days=tuple(row.overdue_days),
        silent_days=row.silent_days,
        counted_min=row.counted_min,
        commend_from=row.commend_from,
        criticise_below=row.criticise_below,
        basis=row.basis,
        parts=[
            Part(
                kind=each.kind,
                points=each.points,
                cost_percent=each.cost_percent,
                beyond_days=each.beyond_days,
            )
            for each in parts
        ],
    )
    return PolicyVersion(row.id, row.version, row.made_at, found)
