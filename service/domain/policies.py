"""Escalation policies (thang đôn đốc): a new version, and running clocks that go over to it (R21, R22)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.errors import NotFound, require_current
from service.domain.escalation import Policy, Step, check
from service.domain.events.registry import EscalationPolicyChanged
from service.domain.lifecycle import HELD
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.registers import write_policy
from service.domain.sql import instant
from service.domain.sweep import pass_over
from service.domain.tables import EscalationPolicy, Obligation, Register, Watch, table
from service.domain.watching import step_at

policies, watch, obligation = table(EscalationPolicy), table(Watch), table(Obligation)

SOON = timedelta(days=7)
"""How far ahead a change says how many steps fall due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOrder:
    """A policy as it is from now on, and why; `rebase` lets the clocks that run go over to it."""

    policy: Policy
    urgency: str
    basis: str
    rebase: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Running clocks of a policy, by any of its versions: how many, and how many are due now and soon."""

    clocks: int
    at_once: int
    soon: int


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What a new version did: `rebased` clocks went over to it; what was and is foreseen."""

    policy_id: UUID
    version: int
    rebased: int
    before: Foreseen
    after: Foreseen


def change_policy(
    session: Session, actor: Actor, order: PolicyOrder, *, version: int | None, now: datetime
) -> PolicyChange:
    """Remind by another policy from now on; clocks that run go over to it only where the order says so.

    A clock that goes over begins a new round from its own anchor. What the new policy would have told by now
    is recorded as skipped, so that nothing is told at once but what was due already. A clock for which the
    new policy has nothing left, or whose first step lies before the calendar, goes on by the old one: no
    change of a policy silences a duty. A clock that rests, as of a duty that was handed in, goes by the new
    one when it runs again.

    Args:
        session: The caller's transaction.
        actor: Who changes it.
        order: The policy, for what kind of clock and which degree of urgency.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        NotFound: The register has no policy of this kind and urgency.
        StaleVersion: `version` is given and is not the present one.
        InvalidValue: Nobody could follow it; see `escalation.check`.
    """
    actor.require(Action.ADMINISTER)
    check(order.policy)
    connection = session.connection()
    session.get_one(Register, actor.register_id, with_for_update=True)
    same = sa.and_(
        policies.c.register_id == actor.register_id,
        policies.c.kind == order.policy.kind.value,
        policies.c.urgency == order.urgency,
    )
    present = connection.execute(sa.select(policies.c.version).where(same, policies.c.is_current)).first()
    if present is None:
        raise NotFound(what="escalation_policy")
    require_current(version, present.version)
    by_any = watch.c.policy_id.in_(sa.select(policies.c.id).where(same))
    clocks = sa.and_(watch.c.register_id == actor.register_id, by_any)
    before = _foresee(connection, clocks, now)
    connection.execute(sa.update(policies).where(same, policies.c.is_current).values(is_current=False))
    made = write_policy(
        session,
        actor.register_id,
        order.policy,
        urgency=order.urgency,
        version=present.version + 1,
        now=now,
    )
    rebased = _rebase(session, clocks, made.id, order.policy, now=now) if order.rebase else 0
    fact = EscalationPolicyChanged(
        subject_id=actor.register_id,
        watch_kind=order.policy.kind.value,
        urgency=order.urgency,
        number=made.version,
        basis=order.basis,
        rebased=rebased,
    )
    emit(session, fact, actor=actor, at=now)
    return PolicyChange(made.id, made.version, rebased, before, _foresee(connection, clocks, now))


def _foresee(connection: sa.Connection, clocks: sa.ColumnElement[bool], now: datetime) -> Foreseen:
    def until(moment: datetime) -> sa.ColumnElement[Any]:
        return sa.func.count(sa.case((watch.c.next_action_at <= instant(moment), 1)))

    counted = sa.select(sa.func.count(), until(now), until(now + SOON)).select_from(watch)
    runs = sa.and_(clocks, watch.c.next_action_at.is_not(None))
    return Foreseen(*connection.execute(counted.where(runs)).one())


def _rebase(
    session: Session, clocks: sa.ColumnElement[bool], policy_id: UUID, policy: Policy, *, now: datetime
) -> int:
    """Let running clocks begin anew by a policy, and resting ones follow; return how many run."""

    def at(rung: Step) -> sa.ColumnElement[Any]:
        columns = SimpleNamespace(
            pace=sa.literal(rung.pace.value),
            offset=sa.literal(rung.offset),
            repeat_days=sa.literal(policy.repeat_days),
        )
        return step_at(watch.c.calendar_id, watch.c.anchor_on, watch.c.anchor_at, sa.literal(0), columns)

    first_at, last_at = at(policy.steps[0]), at(policy.steps[-1])
    # A step that was due already when the worker has not come round yet is due still: it is not skipped.
    overdue = sa.and_(watch.c.next_action_at < instant(now), watch.c.next_action_at > watch.c.entered_at)
    has_more = sa.true() if policy.repeat_last else last_at > instant(now)
    held = sa.select(obligation.c.id).where(obligation.c.state.in_(sorted(HELD)))
    rests = sa.and_(clocks, watch.c.stopped_at.is_not(None), watch.c.obligation_id.in_(held))
    connection = session.connection()
    connection.execute(sa.update(watch).where(rests).values(policy_id=policy_id))
    moved = connection.execute(
        sa.update(watch)
        .where(clocks, watch.c.next_action_at.is_not(None), first_at.is_not(None), has_more)
        .values(
            policy_id=policy_id,
            round=watch.c.round + 1,
            next_step=1,
            occurrence=0,
            entered_at=sa.case((overdue, watch.c.next_action_at), else_=instant(now)),
            next_action_at=first_at,
        )
    )
    pass_over(session, policy_id, now=now)
    return moved.rowcount
