"""A register's sets of criteria: new versions, never changed ones; the national sets come with us."""

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.criteria import CriterionSet as Asked
from service.domain.criteria import check
from service.domain.errors import InvalidValue, NotFound
from service.domain.events.criteria import CriterionSetChanged
from service.domain.ids import NIL, new_id
from service.domain.locks import next_version
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Criterion, CriterionSet, Goal, Threshold, table

sets, criterion, threshold = table(CriterionSet), table(Criterion), table(Threshold)
goal = table(Goal)

NATIONAL = ("ntm-318", "ntm-51-2025")
"""Files in `national/`: xã nông thôn mới 2021-2025 and 2026-2030."""


def national_sets() -> Sequence[Asked]:
    """Return the sets that the Prime Minister decided, as far as their wording is known to us."""
    folder = files("service.domain") / "national"
    written = [(folder / f"{code}.json").read_text(encoding="utf-8") for code in NATIONAL]
    return [Asked.of(json.loads(each)) for each in written]


def give_national_sets(session: Session, register_id: UUID, *, now: datetime) -> list[str]:
    """Enter the national sets that a register has not; return their codes."""
    of_register = sa.select(sets.c.code).where(sets.c.register_id == register_id)
    known = set(session.connection().execute(of_register).scalars())
    missing = [each for each in national_sets() if each.code not in known]
    for each in missing:
        _write(session, register_id, each, version=1, made_by=NIL, now=now)
    return [each.code for each in missing]


def set_criteria(
    session: Session, actor: Actor, asked: Asked, *, version: int | None, now: datetime
) -> CriterionSet:
    """Let a set be as given from now on, in a new version; values that were measured stay as they are.

    Raises:
        InvalidValue: It cannot be judged by, or it leaves out a criterion that duties serve.
        StaleVersion: `version` is given and is not the present one.
    """
    actor.require(Action.SET_CRITERIA)
    check(asked)
    is_same = sets.c.code == asked.code
    number = next_version(session, actor.register_id, sets.c.version, is_same, seen=version)
    _refuse_loss(session, actor, asked)
    row = _write(session, actor.register_id, asked, version=number, made_by=actor.principal_id, now=now)
    fact = CriterionSetChanged(
        subject_id=actor.register_id, code=row.code, number=row.version, basis=row.basis
    )
    emit(session, fact, actor=actor, at=now)
    return row


def current_set(session: Session, register_id: UUID, code: str) -> CriterionSet:
    """Return the version of a register's set that holds.

    Raises:
        NotFound: There is none.
    """
    newest = sa.select(CriterionSet).where(sets.c.register_id == register_id, sets.c.code == code)
    found = session.scalars(newest.order_by(sets.c.version.desc()).limit(1)).first()
    if found is None:
        raise NotFound(what="criterion_set")
    return found


def _refuse_loss(session: Session, actor: Actor, asked: Asked) -> None:
    """Refuse a version by which something that duties serve or years that they serve could not be judged."""
    served = sa.select(goal.c.criterion_code, goal.c.year).where(
        goal.c.register_id == actor.register_id, goal.c.set_code == asked.code, goal.c.ended_at.is_(None)
    )
    codes = {each.code for each, _ in asked.all()}
    for code, year in session.connection().execute(served.distinct()):
        if code not in codes:
            raise InvalidValue(field="criteria", detail=f"duties serve criterion {code}")
        if not asked.first_year <= year <= asked.last_year:
            raise InvalidValue(field="first_year", detail=f"duties serve criteria of {year}")


def _write(
    session: Session, register_id: UUID, asked: Asked, *, version: int, made_by: UUID, now: datetime
) -> CriterionSet:
    row = CriterionSet(
        id=new_id(now),
        register_id=register_id,
        code=asked.code,
        version=version,
        name=asked.name,
        basis=asked.basis,
        first_year=asked.first_year,
        last_year=asked.last_year,
        indicators_stated=asked.indicators_stated,
        made_by=made_by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    every = [
        {
            "set_id": row.id,
            "code": each.code,
            "parent_code": parent_code,
            "position": position,
            "name": each.name,
            "measure": each.measure,
            "is_measured": not each.indicators,
        }
        for position, (each, parent_code) in enumerate(asked.all(), start=1)
    ]
    session.connection().execute(sa.insert(criterion), every)
    bounds = [
        {
            "set_id": row.id,
            "criterion_code": each.code,
            "position": position,
            "zone": limit.zone,
            "bound": limit.bound,
            "amount": limit.amount,
        }
        for each, _ in asked.all()
        for position, limit in enumerate(sorted(each.thresholds, key=lambda one: not one.zone), start=1)
    ]
    if bounds:
        session.connection().execute(sa.insert(threshold), bounds)
    return row
