"""Units: how they are entered, corrected and renamed, one by one or from a file.

How a unit ends is not here: a reorganisation ends it and names its heirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, InvalidValue, NotFound, UnknownReference, require_current
from service.domain.ids import new_id
from service.domain.people import Actor, ancestors, lives_on
from service.domain.permissions import Action
from service.domain.registry_file import Changed, ImportReport, RegistryRow
from service.domain.tables import Unit, table
from service.domain.unit_rules import FROM_THE_START, LOOP, Change, New, Plan, Stored, faults, tidy
from service.domain.unit_store import insert, load, update

CHANGEABLE = frozenset({"name", "kind", "parent_code", "aliases", "subordinate", "attributes", "identifiers"})

unit = table(Unit)


def unit_by_code(session: Session, code: str, day: date, *, field: str = "unit_code") -> Unit:
    """Return the unit that bears a code on a day.

    Args:
        session: The caller's transaction.
        code: The code.
        day: The day.
        field: Where the code was named, as a refusal says it.

    Raises:
        UnknownReference: None does.
    """
    found = session.exec(select(Unit).where(Unit.code == code, lives_on(day))).first()
    if found is None:
        raise UnknownReference(field=field, codes=[code])
    return found


def register_unit(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: str,
    parent_code: str | None = None,
    aliases: Sequence[str] = (),
    valid_from: date | None = None,
    subordinate: bool = True,
    attributes: Sequence[str] = (),
    identifiers: Mapping[str, str] | None = None,
    now: datetime,
) -> Unit:
    """Enter a unit.

    Args:
        valid_from: Its first day; None for a unit that is older than the register (`FROM_THE_START`).
        subordinate: False for a body that is asked and not told, such as the police or the Front (R18).
        attributes: What makes it a member of a rule's group, such as "xã biên giới".
        identifiers: What other systems call it, scheme → value, such as `census` → `06190`.

    Raises:
        AlreadyExists: A unit bears the code on or after that day, or another one has the identifier.
        UnknownReference: No unit bears the parent's code.
        InvalidValue: A value is not of the form that the table of units can hold.
    """
    actor.require(Action.MANAGE_UNITS)
    row = tidy(
        RegistryRow(
            code=code,
            name=name,
            kind=kind,
            parent_code=parent_code or "",
            aliases=tuple(aliases),
            valid_from=valid_from or FROM_THE_START,
            subordinate=subordinate,
            attributes=tuple(attributes),
            identifiers=identifiers or {},
        )
    )
    stored = _surroundings(session, actor, row, office_day(now))
    if not stored.is_free(row.code, row.valid_from or FROM_THE_START):
        raise AlreadyExists(what="unit", key=row.code)
    order = New(new_id(now), row, stored.parent_id(row, {}))
    _refuse_taken(stored, row, None, row.valid_from or FROM_THE_START)
    try:
        insert(session, actor, [order], now=now)
    except IntegrityError:  # somebody entered the same code a moment ago
        raise AlreadyExists(what="unit", key=row.code) from None
    return session.get_one(Unit, order.id)


def change_unit(
    session: Session,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    *,
    version: int | None,
    from_on: date | None = None,
    now: datetime,
) -> Unit:
    """Correct or rename a unit; a rename keeps the unit, and its old name with the days that it bore it.

    Args:
        changes: Any of `CHANGEABLE`; a list or mapping replaces what was there.
        version: As last read; None changes whatever is stored.
        from_on: Day from which a name, an attribute or an identifier holds; today when None.

    Raises:
        NotFound: No unit bears the code today or later.
        StaleVersion: It was changed since.
        InvalidValue, UnknownReference, AlreadyExists: As `register_unit`, and for an unknown field.
    """
    actor.require(Action.MANAGE_UNITS)
    day = office_day(now)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise InvalidValue(field=unknown[0], detail="this cannot be changed")
    if from_on is not None and from_on > day:
        raise InvalidValue(field="from_on", detail="a change is entered on its day, not ahead of it")
    coming = sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > day)
    mine = select(Unit).where(Unit.code == code, coming).order_by(col(Unit.valid_from)).with_for_update()
    found = session.exec(mine.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(what="unit")
    require_current(version, found.version)
    row = _changed_row(found, changes)
    stored = _surroundings(session, actor, row, day)
    known, parent_id = stored.current[found.code], stored.parent_id(row, {})
    if parent_id is not None and found.id in ancestors(session, parent_id):
        raise InvalidValue(field="parent_code", detail=LOOP)
    _refuse_taken(stored, row, found.id, from_on or day)
    fields = known.differences(row, parent_id)
    if fields:
        update(session, actor, [Change(known, row, parent_id, fields)], from_on=from_on or day, now=now)
        session.refresh(found)
    return found


def _changed_row(found: Unit, changes: Mapping[str, Any]) -> RegistryRow:
    """Return a unit's row with what is to be changed in it, and nothing said of the rest."""
    given = dict(changes)
    if "parent_code" in given:
        given["parent_code"] = given["parent_code"] or ""
    for name in {"aliases", "attributes"} & set(given):
        given[name] = tuple(given[name])
    return tidy(replace(RegistryRow(code=found.code, name=found.name, kind=found.kind), **given))


def _surroundings(session: Session, actor: Actor, row: RegistryRow, day: date) -> Stored:
    """Check a row by itself; return what is stored of its code, parent and identifiers."""
    for name, reason in faults(row):
        raise InvalidValue(field=name, detail=reason)
    stored = load(session, actor.register_id, day, [row], everything=False)
    if row.parent_code and row.parent_code not in stored.current:
        raise UnknownReference(field="parent_code", codes=[row.parent_code])
    return stored


def _refuse_taken(stored: Stored, row: RegistryRow, own_id: UUID | None, from_on: date) -> None:
    for key in stored.taken(row, own_id, from_on):
        raise AlreadyExists(what="identifier", key=key)


def import_units(
    session: Session, actor: Actor, rows: Sequence[RegistryRow], *, now: datetime
) -> ImportReport:
    """Enter and change the units of a file; a bad row is left out, with its reason, and no other.

    Parents may stand anywhere in the file. What a file does not have a column for stays as it is, and a
    unit that the file does not name stays too. The number of statements does not depend on the rows.
    """
    actor.require(Action.MANAGE_UNITS)
    day = office_day(now)
    stored = load(session, actor.register_id, day, rows, everything=True)
    plan = Plan(stored, day)
    for row in rows:
        plan.take(tidy(row))
    plan.settle()
    new_ids = {code: new_id(now) for code in plan.accepted if code not in stored.current}
    new, changes = [], []
    for code in plan.parents_first():
        row = plan.accepted[code]
        parent_id = stored.parent_id(row, new_ids)
        if code in new_ids:
            new.append(New(new_ids[code], row, parent_id))
            continue
        known = stored.current[code]
        fields = known.differences(row, parent_id)
        if fields:
            changes.append(Change(known, row, parent_id, fields))
    insert(session, actor, new, now=now)
    update(session, actor, changes, from_on=day, now=now)
    return ImportReport(
        new=[order.row.code for order in new],
        changed=[Changed(change.known.code, change.fields) for change in changes],
        unchanged=len(plan.accepted) - len(new) - len(changes),
        refused=sorted(plan.refused, key=lambda refused: refused.row),
    )
