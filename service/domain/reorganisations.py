"""Reorganisations of units: entered, and decided duty by duty; `carrying_out` does the rest (R20)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain import heirs
from service.domain.errors import (
    InvalidValue,
    NotFound,
    ReorganisationNotOpen,
    UnknownReference,
    require_current,
)
from service.domain.events.reorganisations import (
    HeirsDecided,
    ReorganisationDrafted,
    ReorganisationUndone,
)
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.sql import insert_from, instant, new_ids
from service.domain.tables import (
    Coordination,
    Heir,
    Item,
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

unit, post, keeper = table(Unit), table(Post), table(RegisterKeeper)
succession, heir, obligation = table(Succession), table(Heir), table(Obligation)
coordination, item, register = table(Coordination), table(Item), table(Register)
OPEN = frozenset({ReorganisationState.DRAFT, ReorganisationState.SCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """What becomes of some units, by their codes; `name` is the new one of a unit that is renamed."""

    kind: SuccessionKind
    old: Sequence[str]
    new: Sequence[str] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirDecision:
    """Who goes on with some duties of a unit: those of some items, or all; without heirs they lapse."""

    unit_code: str
    item_ids: Sequence[UUID] = ()
    obligation_ids: Sequence[UUID] = ()
    heirs: Sequence[str] = ()


def parse_plan(content: bytes) -> dict[str, Any]:
    """Return a reorganisation of a JSON file, as `draft` takes it.

    Raises:
        InvalidValue: It is none: `name`, `basis`, `effective_on`, `changes`, perhaps `keeper_code`.
    """
    try:
        given = json.loads(content)
        changes = [UnitChange(**each | {"kind": SuccessionKind(each["kind"])}) for each in given["changes"]]
        return {
            "name": given["name"],
            "basis": given["basis"],
            "effective_on": date.fromisoformat(given["effective_on"]),
            "changes": changes,
            "keeper_code": given.get("keeper_code"),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidValue(field="file", detail=f"no reorganisation: {error}") from None


def draft(
    session: Session,
    actor: Actor,
    *,
    name: str,
    basis: str,
    effective_on: date,
    changes: Sequence[UnitChange],
    keeper_code: str | None,
    now: datetime,
) -> Reorganisation:
    """Enter a reorganisation; nothing changes yet. The new units are registered first, with their first day.

    Args:
        session: The caller's transaction.
        actor: Who enters it.
        name: What it is called.
        basis: Its legal basis, such as a resolution's number.
        effective_on: The first day on which it holds; may lie in the past.
        changes: What becomes of which units.
        keeper_code: The unit that takes over registers whose keeper ends without exactly one successor.
        now: The present instant.

    Raises:
        UnknownReference: No old unit bears a code the day before, or no new one on the day.
        InvalidValue: A change lacks a side that it needs, or names a unit twice.
    """
    actor.require(Action.REORGANISE)
    before = date.fromordinal(effective_on.toordinal() - 1)
    old = _units(session, "changes.old", {code for each in changes for code in each.old}, before)
    coming = {code for each in changes for code in each.new} | ({keeper_code} if keeper_code else set())
    new = _units(session, "changes.new", coming, effective_on)
    for change in changes:
        _check(change)
    pairs = [(old[o], new.get(n)) for each in changes for o in each.old for n in (each.new or [""])]
    if len(set(pairs)) < len(pairs) or any(o == n for o, n in pairs):
        raise InvalidValue(field="changes", detail="a unit goes on in another, and in each once")
    row = Reorganisation(
        id=new_id(now),
        register_id=actor.register_id,
        state=ReorganisationState.DRAFT,
        name=name,
        basis=basis,
        effective_on=effective_on,
        keeper_id=new[keeper_code] if keeper_code else None,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(_successions(row.id, changes, old, new, now=now))
    session.flush()
    fact = ReorganisationDrafted(subject_id=row.id, basis=basis, effective_on=effective_on)
    emit(session, fact, actor=actor, at=now)
    return row


def _successions(
    reorganisation_id: UUID,
    changes: Sequence[UnitChange],
    old: Mapping[str, UUID],
    new: Mapping[str, UUID],
    *,
    now: datetime,
) -> Iterator[Succession]:
    """Yield what becomes of each unit; one that only ends has no successor."""
    for change in changes:
        for code, heir_code in product(change.old, change.new or ("",)):
            yield Succession(
                id=new_id(now),
                reorganisation_id=reorganisation_id,
                kind=change.kind,
                old_unit_id=old[code],
                new_unit_id=new.get(heir_code),
                name=change.name,
            )


NEEDS_NEW = frozenset({SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.TRANSFER})


def _check(change: UnitChange) -> None:
    renames = change.kind is SuccessionKind.RENAME
    if not change.old or (change.kind in NEEDS_NEW and not change.new):
        raise InvalidValue(field="changes", detail=f"{change.kind} needs old and new units")
    if renames != bool(change.name) or (renames and (change.new or len(change.old) > 1)):
        raise InvalidValue(field="changes", detail="a rename has one unit and its new name, nothing else has")


def _units(session: Session, field: str, codes: set[str], day: date) -> dict[str, UUID]:
    """Return the units that bear codes on a day: by identity and date, never by name."""
    rows = sa.select(unit.c.code, unit.c.id).where(unit.c.code.in_(codes), lives_on(day))
    found = dict(session.connection().execute(rows).all())
    if len(found) < len(codes):
        raise UnknownReference(field=field, codes=sorted(codes - found.keys()))
    return found


def find(session: Session, actor: Actor, reorganisation_id: UUID, *, version: int | None) -> Reorganisation:
    """Return a reorganisation, locked, that may still be changed."""
    actor.require(Action.REORGANISE)
    query = select(Reorganisation).where(Reorganisation.id == reorganisation_id).with_for_update()
    found = session.exec(query).first()
    if found is None or found.register_id != actor.register_id:
        raise NotFound(what="reorganisation")
    require_current(version, found.version)
    if found.state not in OPEN:
        raise ReorganisationNotOpen(state=found.state)
    return found


def decide(
    session: Session,
    actor: Actor,
    reorganisation_id: UUID,
    decisions: Sequence[HeirDecision],
    *,
    version: int | None,
    now: datetime,
) -> Reorganisation:
    """Say who goes on with open duties; a later decision about a duty replaces an earlier one.

    Raises:
        NotFound: The register has no such reorganisation.
        ReorganisationNotOpen: It was carried out or undone.
        UnknownReference: A unit that it does not change, or an heir that does not live on its day.
    """
    row = find(session, actor, reorganisation_id, version=version)
    before = date.fromordinal(row.effective_on.toordinal() - 1)
    changed = sa.select(succession.c.old_unit_id).where(succession.c.reorganisation_id == row.id)
    old = _units(session, "unit_code", {each.unit_code for each in decisions}, before)
    known = set(session.connection().execute(changed).scalars())
    strange = sorted(code for code, id_ in old.items() if id_ not in known)
    if strange:
        raise UnknownReference(field="unit_code", codes=strange)
    new = _units(session, "heirs", {code for each in decisions for code in each.heirs}, row.effective_on)
    for each in decisions:
        to = [new[code] if code else None for code in each.heirs or [""]]
        count = _replace_heirs(session, actor, row, each, unit_id=old[each.unit_code], to=to, now=now)
        fact = HeirsDecided(subject_id=row.id, obligations=count, heirs=list(each.heirs))
        emit(session, fact, actor=actor, at=now)
    row.version += 1
    row.look_again_at = None
    session.flush()
    return row


def _replace_heirs(
    session: Session,
    actor: Actor,
    row: Reorganisation,
    decision: HeirDecision,
    *,
    unit_id: UUID,
    to: Sequence[UUID | None],
    now: datetime,
) -> int:
    """Write who goes on with the open duties that a decision speaks of; return how many those are."""
    meant = [obligation.c.unit_id == unit_id, heirs.IS_OPEN]
    if decision.item_ids:
        meant.append(obligation.c.item_id.in_(decision.item_ids))
    if decision.obligation_ids:
        meant.append(obligation.c.id.in_(decision.obligation_ids))
    connection, mine = session.connection(), sa.select(obligation.c.id).where(*meant)
    same = sa.and_(heir.c.reorganisation_id == row.id, heir.c.obligation_id.in_(mine))
    connection.execute(sa.delete(heir).where(same))
    count = 0
    for heir_id in to:
        count = insert_heirs(
            session, actor, row, mine.add_columns(sa.literal(heir_id, sa.Uuid()).label("unit_id")), now=now
        )
    return count


def insert_heirs(
    session: Session, actor: Actor, row: Reorganisation, pairs: sa.Select[tuple[UUID, UUID]], *, now: datetime
) -> int:
    pair = pairs.subquery("pair")
    duty_id, unit_id = pair.c
    values = {
        "id": new_ids(now, duty_id, sa.func.coalesce(unit_id, duty_id)),
        "reorganisation_id": sa.literal(row.id, sa.Uuid()),
        "obligation_id": duty_id,
        "unit_id": unit_id,
        "decided_by": sa.literal(actor.principal_id, sa.Uuid()),
        "decided_at": instant(now),
    }
    return insert_from(session.connection(), heir, values, sa.select(*values.values()))


def undo(
    session: Session,
    actor: Actor,
    reorganisation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Reorganisation:
    """Give up a reorganisation that has not been carried out.

    Raises:
        NotFound, ReorganisationNotOpen: As `decide`.
    """
    row = find(session, actor, reorganisation_id, version=version)
    row.state = ReorganisationState.UNDONE
    row.version += 1
    session.flush()
    emit(session, ReorganisationUndone(subject_id=row.id, reason=reason), actor=actor, at=now)
    return row
