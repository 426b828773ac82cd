"""The day of a reorganisation: units end, and their duties and registers pass on at once (R20)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain import heirs
from service.domain.calendar import office_day
from service.domain.coordination import pass_on_waiting
from service.domain.delegation import parts_end
from service.domain.ending import close_around
from service.domain.errors import HeirsUndecided
from service.domain.events.registry import KeeperChanged
from service.domain.events.reorganisations import (
    ObligationLapsed,
    ReorganisationCarriedOut,
    ReorganisationHeldUp,
    ReorganisationScheduled,
    UnitEnded,
)
from service.domain.history import remember_many
from service.domain.ids import new_id
from service.domain.lifecycle import State
from service.domain.outbox import emit, emit_all, emit_many, put_beside
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import waiting
from service.domain.reorganisations import find, insert_heirs
from service.domain.series_heirs import pass_on_series
from service.domain.sql import insert_from, new_ids
from service.domain.tables import (
    Coordination,
    Heir,
    Json,
    Obligation,
    Post,
    Register,
    RegisterKeeper,
    Reorganisation,
    ReorganisationState,
    Succession,
    SuccessionKind,
    Unit,
    table,
)
from service.domain.transfer import pass_on
from service.domain.units import change_unit

unit, post, keeper, register = table(Unit), table(Post), table(RegisterKeeper), table(Register)
heir, obligation, coordination = table(Heir), table(Obligation), table(Coordination)

LOOK_AGAIN_AFTER = timedelta(minutes=15)
"""A reorganisation that is held up; whoever decides what it lacks need not wait so long."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A reorganisation after the act, and how many duties passed on and lapsed; 0 when it has yet to come."""

    reorganisation: Reorganisation
    passed_on: int
    lapsed: int


def carry_out(
    session: Session, actor: Actor, reorganisation_id: UUID, *, version: int | None, now: datetime
) -> CarriedOut:
    """Carry a reorganisation out, or let it wait for its day, once everything is decided.

    Raises:
        HeirsUndecided: An open duty or a register would be nobody's.
        NotFound, ReorganisationNotOpen: As `decide`.
    """
    row = find(session, actor, reorganisation_id, version=version)
    count, registers = _undecided(session, row)
    if count or registers:
        raise HeirsUndecided(obligations=count, registers=registers)
    row.version += 1
    if row.effective_on > office_day(now):
        row.state = ReorganisationState.SCHEDULED
        session.flush()
        fact = ReorganisationScheduled(subject_id=row.id, effective_on=row.effective_on)
        emit(session, fact, actor=actor, at=now)
        return CarriedOut(row, 0, 0)
    return _carry_out(session, actor, row, now=now)


def carry_out_due(session: Session, *, now: datetime) -> int:
    """Carry out one reorganisation whose day has come, if nothing is undecided; return how many (0 or 1).

    Duties given since it was scheduled may lack an heir: then it waits, its preview says so, and whoever
    keeps the register is told once.
    """
    due = (
        select(Reorganisation)
        .where(waiting.REORGANISATION_DUE)
        .order_by(col(Reorganisation.effective_on), col(Reorganisation.id))
        .with_for_update(skip_locked=True)
    )
    for row in session.exec(due, params=waiting.moments(now)).all():
        left = _undecided(session, row)
        if left == (0, []):
            row.version += 1
            scopes = frozenset({"read", "write"})
            actor = Actor(row.made_by, row.register_id, None, KeyRole.ADMINISTRATOR, scopes, is_keeper=True)
            _carry_out(session, actor, row, now=now)
            return 1
        _hold_up(session, row, *left, now=now)
    return 0


def _hold_up(
    session: Session, row: Reorganisation, count: int, registers: list[str], *, now: datetime
) -> None:
    """Look at a reorganisation again later, or when somebody has decided; tell of it the first time."""
    row.look_again_at = now + LOOK_AGAIN_AFTER
    if row.held_up_at is not None:
        return
    row.held_up_at = now
    fact = ReorganisationHeldUp(
        subject_id=row.id, effective_on=row.effective_on, obligations=count, registers=registers
    )
    emit(session, fact, actor=Actor.machine(row.register_id), at=now)


def _undecided(session: Session, row: Reorganisation) -> tuple[int, list[str]]:
    connection, left = session.connection(), heirs.undecided(row.id).subquery()
    count = connection.execute(sa.select(sa.func.count()).select_from(left)).scalar_one()
    kept = heirs.kept(row.id, row.keeper_id, row.effective_on).subquery("kept")
    register_id, _, heir_id, *_ = kept.c
    unkept = sa.select(register.c.code).join(kept, register_id == register.c.id).where(heir_id.is_(None))
    return count, list(connection.execute(unkept.order_by(register.c.code)).scalars())


def _carry_out(session: Session, actor: Actor, row: Reorganisation, *, now: datetime) -> CarriedOut:
    _settle_heirs(session, actor, row, now=now)
    _rename(session, actor, row, now=now)
    _hand_registers_over(session, actor, row, now=now)
    passed_on = lapsed = 0
    decided = sa.select(heir.c.obligation_id).where(heir.c.reorganisation_id == row.id)
    mine = sa.select(obligation.c.register_id).where(obligation.c.id.in_(decided)).distinct()
    for register_id in session.connection().execute(mine).scalars().all():
        for_it = replace(actor, register_id=register_id)
        pairs = (
            sa.select(heir.c.obligation_id, heir.c.unit_id)
            .join(obligation, obligation.c.id == heir.c.obligation_id)
            .where(heir.c.reorganisation_id == row.id, obligation.c.register_id == register_id)
        )
        void = pairs.where(heir.c.unit_id.is_(None)).subquery("void")
        lapsed += _lapse(session, for_it, obligation.c.id.in_(sa.select(void.c.obligation_id)), row, now=now)
        going_on = pairs.where(heir.c.unit_id.is_not(None)).subquery("heirs")
        passed_on += pass_on(session, for_it, going_on, on=row.effective_on, basis=row.basis, now=now)
    _hand_coordinations_over(session, row, now=now)
    pass_on_waiting(session, actor, heirs.ended(row.id), heirs.sole(row.id), now=now)
    _end_units(session, actor, row, now=now)
    session.refresh(row)
    row.state, row.carried_out_at = ReorganisationState.CARRIED_OUT, now
    session.flush()
    pass_on_series(session, heirs.ended(row.id), office_day(now))
    fact = ReorganisationCarriedOut(
        subject_id=row.id, effective_on=row.effective_on, passed_on=passed_on, lapsed=lapsed
    )
    emit(session, fact, actor=actor, at=now)
    return CarriedOut(row, passed_on, lapsed)


def _settle_heirs(session: Session, actor: Actor, row: Reorganisation, *, now: datetime) -> None:
    """Write down what the rule proposes; what was decided about duties that closed meanwhile is moot."""
    connection = session.connection()
    session.flush()
    insert_heirs(session, actor, row, heirs.by_rule(row.id), now=now)
    decided = heir.c.reorganisation_id == row.id
    duties = obligation.c.id.in_(sa.select(heir.c.obligation_id).where(decided))
    connection.execute(sa.select(obligation.c.id).where(duties).with_for_update()).all()
    _forget_moot(session, row)


def _forget_moot(session: Session, row: Reorganisation) -> None:
    """Take out what was decided about duties that are closed by now; every other is of an open one."""
    still = sa.select(obligation.c.id).where(heirs.IS_OPEN)
    moot = ~sa.exists(still.where(obligation.c.id == heir.c.obligation_id))
    session.connection().execute(sa.delete(heir).where(heir.c.reorganisation_id == row.id, moot))


def _lapse(
    session: Session, actor: Actor, which: sa.ColumnElement[bool], row: Reorganisation, *, now: datetime
) -> int:
    """Withdraw the open duties that the reform makes void, and their parts; return how many those are."""
    parts_end(session, actor, which, now=now)
    _forget_moot(session, row)
    close_around(session, actor, which, State.WITHDRAWN, now=now)
    said = sa.literal({"basis": put_beside(session, row.basis)}, Json())
    subjects = sa.select(obligation.c.id, said).where(which)
    emit_many(session, ObligationLapsed, subjects, actor=actor, at=now)
    void = {"state": State.WITHDRAWN.value, "done_on": None}
    changed = sa.update(obligation).where(which).values(version=obligation.c.version + 1, **void)
    count = session.connection().execute(changed).rowcount
    remember_many(session, which, effective_on=row.effective_on, now=now)
    return count


def _rename(session: Session, actor: Actor, row: Reorganisation, *, now: datetime) -> None:
    renamed = (
        select(Unit.code, Succession.name)
        .join(Succession, col(Succession.old_unit_id) == Unit.id)
        .where(Succession.reorganisation_id == row.id, Succession.kind == SuccessionKind.RENAME)
    )
    for code, name in session.exec(renamed).all():
        change_unit(session, actor, code, {"name": name}, version=None, from_on=row.effective_on, now=now)


def _hand_registers_over(session: Session, actor: Actor, row: Reorganisation, *, now: datetime) -> None:
    """Let the successors keep the registers, so that somebody can accept what the old keepers issued."""
    connection = session.connection()
    kept = connection.execute(heirs.kept(row.id, row.keeper_id, row.effective_on)).all()
    for register_id, kept_id, heir_id, valid_from, valid_to in kept:
        of_kept = sa.update(keeper).where(keeper.c.id == kept_id)
        if valid_from >= row.effective_on:
            connection.execute(of_kept.values(unit_id=heir_id))
        else:
            connection.execute(of_kept.values(valid_to=row.effective_on))
            new = {"id": new_id(now), "register_id": register_id, "unit_id": heir_id, "valid_to": valid_to}
            connection.execute(sa.insert(keeper).values(**new, valid_from=row.effective_on))
        from_on = max(valid_from, row.effective_on)
        fact = KeeperChanged(subject_id=register_id, unit_id=heir_id, from_on=from_on)
        emit(session, fact, actor=replace(actor, register_id=register_id), at=now)


def _hand_coordinations_over(session: Session, row: Reorganisation, *, now: datetime) -> None:
    """Let successors coordinate where their predecessors did and a duty is still open.

    The duties have passed on by now: a successor that leads the item is lead and does not coordinate (R12).
    """
    pair, held = heirs.sole(row.id).subquery("pair"), coordination.alias("held")
    holds = sa.exists().where(held.c.item_id == coordination.c.item_id, held.c.unit_id == pair.c.new_unit_id)
    leads = sa.exists().where(
        obligation.c.item_id == coordination.c.item_id, obligation.c.unit_id == pair.c.new_unit_id
    )
    needed = sa.exists().where(obligation.c.item_id == coordination.c.item_id, heirs.IS_OPEN)
    values = {
        "id": new_ids(now, coordination.c.item_id, pair.c.new_unit_id),
        "register_id": coordination.c.register_id,
        "item_id": coordination.c.item_id,
        "unit_id": pair.c.new_unit_id,
    }
    rows = (
        sa.select(*values.values())
        .select_from(coordination)
        .join(pair, pair.c.old_unit_id == coordination.c.unit_id)
        .where(~holds, ~leads, needed)
        .group_by(coordination.c.register_id, coordination.c.item_id, pair.c.new_unit_id)
    )
    insert_from(session.connection(), coordination, values, rows)


def _end_units(session: Session, actor: Actor, row: Reorganisation, *, now: datetime) -> None:
    """End the old units and their posts: whoever holds a post at a new unit is entered anew."""
    connection, ending = session.connection(), heirs.ended(row.id)
    living = sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > row.effective_on)
    mine = sa.select(unit.c.id).where(unit.c.id.in_(ending), living)
    ids = list(connection.execute(mine).scalars())
    ended = sa.update(unit).where(unit.c.id.in_(ending), living)
    connection.execute(ended.values(valid_to=row.effective_on, version=unit.c.version + 1))
    held = sa.or_(post.c.valid_to.is_(None), post.c.valid_to > row.effective_on)
    connection.execute(
        sa.update(post).where(post.c.unit_id.in_(ending), held).values(valid_to=row.effective_on)
    )
    session.expire_all()
    facts = [UnitEnded(subject_id=id_, basis=row.basis, from_on=row.effective_on) for id_ in ids]
    emit_all(session, facts, actor=actor, at=now)
