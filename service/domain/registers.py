"""Registers: their policies, deadline rules and keeper."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import clock_words, office_day
from service.domain.calendar_store import national_calendar
from service.domain.criterion_sets import give_national_sets
from service.domain.deadlines import DeadlineRules
from service.domain.errors import AlreadyExists, require_current
from service.domain.escalation import DEFAULTS, RANKS, Policy
from service.domain.events.deadlines import DeadlineRulesChanged
from service.domain.events.registry import KeeperChanged, RulesChanged, TellingRulesChanged
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.scoring import DEFAULT
from service.domain.scoring_policies import write_scoring
from service.domain.tables import (
    EscalationPolicy,
    EscalationStep,
    Register,
    RegisterKeeper,
    Series,
    Silence,
    Unit,
    table,
)

series = table(Series)


@dataclass(frozen=True, slots=True)
class TellingRules:
    """When a register sends what can wait (minutes of the day), and how much in a minute; None: no limit."""

    quiet_from: int
    quiet_until: int
    messages_per_minute: int | None


def create_register(session: Session, *, code: str, name: str, now: datetime) -> Register:
    """Open a register with the national calendar, criteria and the default policies, and no keeper yet."""
    if session.exec(select(Register).where(Register.code == code)).first():
        raise AlreadyExists(what="register", key=code)
    register = Register(id=new_id(now), code=code, name=name, calendar_id=national_calendar(session, now=now))
    session.add(register)
    session.flush()
    for urgency, policies in DEFAULTS.items():
        for policy in policies:
            write_policy(session, register.id, policy, urgency=urgency, version=1, now=now)
    write_scoring(session, register.id, DEFAULT, version=1, now=now)
    give_national_sets(session, register.id, now=now)
    return register


def write_policy(
    session: Session, register_id: UUID, policy: Policy, *, urgency: str, version: int, now: datetime
) -> EscalationPolicy:
    """Store one version of a policy; the last steps wrap round to the first repeated one."""
    row = EscalationPolicy(
        id=new_id(now),
        register_id=register_id,
        kind=policy.kind,
        urgency=urgency,
        version=version,
        is_current=True,
        repeat_days=policy.repeat_days,
        made_at=now,
    )
    session.add(row)
    session.flush()
    last, first_repeated = len(policy.steps), len(policy.steps) - policy.repeat_last + 1
    for number, step in enumerate(policy.steps, start=1):
        wraps = number == last and policy.repeat_last > 0
        session.add(
            EscalationStep(
                policy_id=row.id,
                step=number,
                role=step.role,
                rank=RANKS[step.role],
                at_keeper=step.at_keeper,
                offset=step.offset,
                pace=step.pace,
                condition=step.condition,
                is_urgent=step.urgent,
                next_step=first_repeated if wraps else (number + 1 if number < last else None),
                wraps=int(wraps),
                repeat_days=policy.repeat_days,
            )
        )
    session.flush()
    return row


def set_deadline_rules(
    session: Session, actor: Actor, rules: DeadlineRules, *, version: int | None, now: datetime
) -> Register:
    """Decide how terms of what is issued from now on are counted; what was issued keeps its own.

    Raises:
        StaleVersion: `version` is given and is not the present one.
    """
    register = _own(session, actor, version)
    register.receipt_deemed_days = rules.receipt_deemed_days
    register.off_days = rules.off_days
    if rules.periods_ahead != register.periods_ahead:
        register.periods_ahead = rules.periods_ahead
        _look_at_series(session, register.id, today=office_day(now))
    register.version += 1
    session.flush()
    fact = DeadlineRulesChanged(
        subject_id=register.id,
        receipt_deemed_days=rules.receipt_deemed_days,
        off_days=rules.off_days.value,
        periods_ahead=rules.periods_ahead,
    )
    emit(session, fact, actor=actor, at=now)
    return register


def set_telling_rules(
    session: Session, actor: Actor, rules: TellingRules, *, version: int | None, now: datetime
) -> Register:
    """Decide when the register sends what can wait, and how much it sends in a minute.

    Raises:
        StaleVersion: `version` is given and is not the present one.
    """
    register = _own(session, actor, version)
    register.quiet_from, register.quiet_until = rules.quiet_from, rules.quiet_until
    register.messages_per_minute = rules.messages_per_minute
    register.version += 1
    session.flush()
    fact = TellingRulesChanged(
        subject_id=register.id,
        quiet_from=clock_words(rules.quiet_from),
        quiet_until=clock_words(rules.quiet_until),
        messages_per_minute=rules.messages_per_minute,
    )
    emit(session, fact, actor=actor, at=now)
    return register


def _look_at_series(session: Session, register_id: UUID, *, today: date) -> None:
    """Let the worker look today at every series that goes on: it may lack periods."""
    goes_on = (series.c.register_id == register_id, series.c.make_on.is_not(None))
    session.connection().execute(sa.update(series).where(*goes_on).values(make_on=today))


def set_keeper(session: Session, actor: Actor, unit: Unit, *, from_on: date, now: datetime) -> RegisterKeeper:
    """Hand the register to a unit from a day on; the keeper before it ends on that day."""
    actor.require(Action.ADMINISTER)
    current = session.exec(
        select(RegisterKeeper).where(
            RegisterKeeper.register_id == actor.register_id, sa.column("valid_to").is_(None)
        )
    ).first()
    if current is not None:
        if current.valid_from >= from_on:
            raise AlreadyExists(what="keeper", key=current.valid_from.isoformat())
        current.valid_to = from_on
    keeper = RegisterKeeper(
        id=new_id(now), register_id=actor.register_id, unit_id=unit.id, valid_from=from_on
    )
    session.add(keeper)
    session.flush()
    emit(
        session,
        KeeperChanged(subject_id=actor.register_id, unit_id=unit.id, from_on=from_on),
        actor=actor,
        at=now,
    )
    return keeper


def change_rules(
    session: Session,
    actor: Actor,
    *,
    return_days: int,
    silent_return: Silence,
    extensions_max: int,
    version: int | None,
    now: datetime,
) -> Register:
    """Set the register's rules for requests; what waits for an answer keeps its last day.

    Raises:
        StaleVersion: The register was changed since it was read.
    """
    register = _own(session, actor, version)
    register.return_days = return_days
    register.silent_return = silent_return
    register.extensions_max = extensions_max
    register.version += 1
    session.flush()
    fact = RulesChanged(
        subject_id=register.id,
        return_days=return_days,
        silent_return=silent_return,
        extensions_max=extensions_max,
    )
    emit(session, fact, actor=actor, at=now)
    return register


def _own(session: Session, actor: Actor, version: int | None) -> Register:
    """Return the actor's register, locked, if the actor administers it and saw its present version."""
    actor.require(Action.ADMINISTER)
    register = session.get_one(Register, actor.register_id, with_for_update=True)
    require_current(version, register.version)
    return register
