"""Absences from posts and their deputies: while one lasts, somebody else is told (R23)."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.errors import AbsencesOverlap, InvalidValue, NotFound, UnknownReference, require_current
from service.domain.events.registry import AbsenceEnded, AbsenceRecorded
from service.domain.ids import NIL, new_id
from service.domain.outbox import emit_all
from service.domain.people import Actor, ancestors, lives_on
from service.domain.permissions import Action, KeyRole, Relation, require
from service.domain.tables import Absence, Person, Post, table
from service.domain.units import unit_by_code

post, absence = table(Post), table(Absence)


def record_absence(
    session: Session,
    actor: Actor,
    person_code: str,
    *,
    unit_code: str,
    from_on: date,
    until_on: date | None,
    deputy_code: str | None,
    reason: str,
    now: datetime,
) -> Absence:
    """Say that a person is away from the posts held at a unit.

    Args:
        session: The caller's transaction.
        actor: Somebody of the unit, or the administrator of the keeper.
        person_code: Who is away.
        unit_code: Where.
        from_on: First day; may lie in the past.
        until_on: Last day; None until further notice.
        deputy_code: Who stands in; None leaves the posts empty, and the next rank is told.
        reason: Why, as the office writes it.
        now: The present instant.

    Raises:
        NotFound: Nobody with the code holds a post at the unit.
        NotAllowed: The actor may not say so for this unit.
        UnknownReference: The unit or the deputy is not registered.
        InvalidValue: The days do not follow each other, or the deputy is the person.
        AbsencesOverlap: Another absence of the person there covers one of the days.
    """
    unit = unit_by_code(session, unit_code, office_day(now))
    _require(actor, unit.id)
    person = session.exec(select(Person).where(Person.code == person_code).with_for_update()).first()
    if person is None or not _holds_post(session, person.id, unit.id, office_day(now)):
        raise NotFound(what="post")
    if until_on is not None and until_on < from_on:
        raise InvalidValue(field="until_on", detail="lies before the first day")
    deputy = _deputy(session, person, deputy_code) if deputy_code is not None else None
    other = _overlapping(session, person.id, unit.id, from_on, until_on)
    if other is not None:
        raise AbsencesOverlap(absence_id=str(other.id), from_on=other.from_on, until_on=other.until_on)
    recorded = Absence(
        id=new_id(now),
        person_id=person.id,
        unit_id=unit.id,
        deputy_id=deputy.id if deputy else None,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        recorded_by=actor.principal_id,
        recorded_at=now,
    )
    session.add(recorded)
    session.flush()
    fact = AbsenceRecorded(subject_id=unit.id, absence_id=recorded.id, from_on=from_on, until_on=until_on)
    emit_all(session, [fact], actor=actor, at=now)
    return recorded


def end_absence(
    session: Session, actor: Actor, person_code: str, absence_id: UUID, *, version: int | None, now: datetime
) -> Absence:
    """End an absence from today on; what was recorded stays.

    Raises:
        NotFound: The person has no such absence, or the actor may not know that there is.
        NotAllowed: The actor may not say so for this unit.
        StaleVersion: `version` is given and is not the present one.
        InvalidValue: It was ended, or was over, before.
    """
    query = select(Absence).join(Person, col(Person.id) == Absence.person_id)
    mine = query.where(Absence.id == absence_id, Person.code == person_code).with_for_update(of=Absence)
    found = session.exec(mine).first()
    if not _may_know(session, actor, found.unit_id if found else NIL) or found is None:
        raise NotFound(what="absence")
    _require(actor, found.unit_id)
    require_current(version, found.version)
    today = office_day(now)
    if found.ended_on is not None or (found.until_on is not None and found.until_on < today):
        raise InvalidValue(field="absence_id", detail="the absence is over already")
    found.ended_on, found.ended_by, found.ended_at = today, actor.principal_id, now
    found.version += 1
    session.flush()
    fact = AbsenceEnded(subject_id=found.unit_id, absence_id=found.id, ended_on=today)
    emit_all(session, [fact], actor=actor, at=now)
    return found


def _deputy(session: Session, person: Person, code: str) -> Person:
    deputy = session.exec(select(Person).where(Person.code == code)).first()
    if deputy is None:
        raise UnknownReference(field="deputy_code", codes=[code])
    if deputy.id == person.id:
        raise InvalidValue(field="deputy_code", detail="nobody stands in for themselves")
    return deputy


def _require(actor: Actor, unit_id: UUID) -> None:
    mine = {Relation.MEMBER} if actor.unit_id == unit_id else set()
    require(Action.MANAGE_ABSENCES, actor.relations() | mine, actor.role, actor.scopes)


def _may_know(session: Session, actor: Actor, unit_id: UUID) -> bool:
    """Return if the actor sees the people of a unit: the keeper's office, the unit, and those above it."""
    if actor.unit_id is None or actor.is_keeper:
        return actor.is_keeper or actor.role is KeyRole.ADMINISTRATOR
    return actor.unit_id == unit_id or actor.unit_id in ancestors(session, unit_id)


def _holds_post(session: Session, person_id: UUID, unit_id: UUID, day: date) -> bool:
    held = sa.select(post.c.id).where(
        post.c.person_id == person_id, post.c.unit_id == unit_id, lives_on(day, post)
    )
    return session.connection().execute(held).first() is not None


def _overlapping(
    session: Session, person_id: UUID, unit_id: UUID, from_on: date, until_on: date | None
) -> Absence | None:
    query = select(Absence).where(
        Absence.person_id == person_id,
        Absence.unit_id == unit_id,
        sa.or_(absence.c.until_on.is_(None), absence.c.until_on >= from_on),
        sa.or_(
            absence.c.ended_on.is_(None),
            sa.and_(absence.c.ended_on > from_on, absence.c.ended_on > absence.c.from_on),
        ),
    )
    if until_on is not None:
        query = query.where(Absence.from_on <= until_on)
    return session.exec(query).first()
