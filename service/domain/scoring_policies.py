"""A register's way to count and rank: new versions, never changed ones."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from service.domain.events.figures import ScoringChanged
from service.domain.ids import NIL, new_id
from service.domain.locks import next_version
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.scoring import Policy, check
from service.domain.tables import ScoringPart, ScoringPolicy, table

policies = table(ScoringPolicy)


def write_scoring(
    session: Session, register_id: UUID, policy: Policy, *, version: int, made_by: UUID = NIL, now: datetime
) -> ScoringPolicy:
    """Store one version of a register's policy with its parts."""
    row = ScoringPolicy(
        id=new_id(now),
        register_id=register_id,
        version=version,
        overdue_days=list(policy.overdue_days),
        silent_days=policy.silent_days,
        counted_min=policy.counted_min,
        commend_from=policy.commend_from,
        criticise_below=policy.criticise_below,
        basis=policy.basis,
        made_by=made_by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    for position, part in enumerate(policy.parts, start=1):
        session.add(
            ScoringPart(
                policy_id=row.id,
                position=position,
                kind=part.kind,
                points=part.points,
                cost_percent=part.cost_percent,
                beyond_days=part.beyond_days,
            )
        )
    session.flush()
    return row


def set_scoring(
    session: Session, actor: Actor, policy: Policy, *, version: int | None, now: datetime
) -> ScoringPolicy:
    """Let the register count and rank by another policy from now on; what was published stays.

    Raises:
        InvalidValue: It cannot be worked out.
        StaleVersion: `version` is given and is not the present one.
    """
    actor.require(Action.SET_SCORING)
    check(policy)
    number = next_version(session, actor.register_id, policies.c.version, seen=version)
    row = write_scoring(
        session, actor.register_id, policy, version=number, made_by=actor.principal_id, now=now
    )
    fact = ScoringChanged(subject_id=actor.register_id, number=row.version, basis=policy.basis)
    emit(session, fact, actor=actor, at=now)
    return row
