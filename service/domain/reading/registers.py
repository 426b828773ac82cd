"""Registers with their keeper, rules and policies."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.deadlines import OffDays
from service.domain.escalation import Condition, Pace, Role, WatchKind
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import (
    EscalationPolicy,
    EscalationStep,
    Register,
    RegisterKeeper,
    Silence,
    Unit,
    table,
)

register, keeper, unit = table(Register), table(RegisterKeeper), table(Unit)
policy, step = table(EscalationPolicy), table(EscalationStep)

TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())


class RegisterRow(NamedTuple):
    """A register and who keeps it on a day."""

    id: UUID
    version: int
    code: str
    name: str
    keeper_id: UUID | None
    keeper_code: str | None
    keeper_name: str | None
    keeper_from: date | None
    return_days: int
    silent_return: Silence
    extensions_max: int


_kept = sa.and_(keeper.c.register_id == register.c.id, lives_on(TODAY, keeper))
_registers = (
    sa.select(
        register.c.id,
        register.c.version,
        register.c.code,
        register.c.name,
        unit.c.id,
        unit.c.code,
        unit.c.name,
        keeper.c.valid_from,
        register.c.return_days,
        register.c.silent_return,
        register.c.extensions_max,
    )
    .select_from(register.outerjoin(keeper, _kept).outerjoin(unit, unit.c.id == keeper.c.unit_id))
    .order_by(register.c.code)
)
ALL, OWN = _registers, _registers.where(register.c.id == visibility.REGISTER)


def registers(connection: Connection, actor: Actor, *, today: date) -> list[RegisterRow]:
    """Return the registers that the key opens: all of them for the installation, else the actor's own."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    statement = ALL if actor.unit_id is None else OWN
    names = {"today": today, "register_id": actor.register_id}
    return [RegisterRow._make(row) for row in connection.execute(statement, names)]


def every(connection: Connection, *, today: date) -> list[RegisterRow]:
    """Return every register; the caller has found that whoever asks may choose among them."""
    return [RegisterRow._make(row) for row in connection.execute(ALL, {"today": today})]


def own_register(connection: Connection, actor: Actor, *, today: date) -> RegisterRow:
    """Return the register in which the actor acts."""
    return one_register(connection, actor.register_id, today=today)


def one_register(connection: Connection, register_id: UUID, *, today: date) -> RegisterRow:
    """Return a register that is known to exist."""
    names = {"today": today, "register_id": register_id}
    return RegisterRow._make(connection.execute(OWN, names).one())


class RulesRow(NamedTuple):
    """How a register counts terms."""

    version: int
    receipt_deemed_days: int
    off_days: OffDays
    periods_ahead: int


RULES = sa.select(*(register.c[name] for name in RulesRow._fields)).where(
    register.c.id == visibility.REGISTER
)


def deadline_rules(connection: Connection, actor: Actor) -> RulesRow:
    """Return how the actor's register counts terms."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    return RulesRow._make(connection.execute(RULES, {"register_id": actor.register_id}).one())


class TellingRulesRow(NamedTuple):
    """When a register sends what can wait (minutes of the day), and how much in a minute."""

    version: int
    quiet_from: int
    quiet_until: int
    messages_per_minute: int | None


TELLING_RULES = sa.select(*(register.c[name] for name in TellingRulesRow._fields)).where(
    register.c.id == visibility.REGISTER
)


def telling_rules(connection: Connection, actor: Actor) -> TellingRulesRow:
    """Return when and how much the actor's register sends."""
    actor.require(Action.VIEW_DELIVERIES)
    found = connection.execute(TELLING_RULES, {"register_id": actor.register_id}).one()
    return TellingRulesRow._make(found)


class StepRow(NamedTuple):
    """One rung of a policy."""

    policy_id: UUID
    step: int
    role: Role
    at_keeper: bool
    offset: int
    pace: Pace
    condition: Condition
    is_urgent: bool
    next_step: int | None


@dataclass(frozen=True, slots=True)
class PolicyWhole:
    """A policy with its rungs."""

    id: UUID
    kind: WatchKind
    urgency: str
    version: int
    repeat_days: int
    steps: list[StepRow] = field(default_factory=list)

    @property
    def repeat_last(self) -> int:
        """Return how many of the last rungs come again."""
        last = self.steps[-1]
        return 0 if last.next_step is None else last.step - last.next_step + 1


POLICIES = (
    sa.select(policy.c.id, policy.c.kind, policy.c.urgency, policy.c.version, policy.c.repeat_days)
    .where(policy.c.register_id == visibility.REGISTER, policy.c.is_current)
    .order_by(policy.c.kind, policy.c.urgency)
)
STEPS = (
    sa.select(*(step.c[name] for name in StepRow._fields))
    .join(policy, policy.c.id == step.c.policy_id)
    .where(policy.c.register_id == visibility.REGISTER, policy.c.is_current)
    .order_by(step.c.step)
)


def policies(connection: Connection, actor: Actor) -> list[PolicyWhole]:
    """Return the policies in force in the register."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = {"register_id": actor.register_id}
    found = {row.id: PolicyWhole(*row) for row in connection.execute(POLICIES, names)}
    for row in connection.execute(STEPS, names):
        found[row.policy_id].steps.append(StepRow._make(row))
    return list(found.values())
