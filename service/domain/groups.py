"""Classes of units that directives name ("UBND các xã"): fixed members, or a rule for any day (R19)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, InvalidValue, NotFound, UnknownReference, require_current
from service.domain.events.registry import GroupChanged
from service.domain.group_rules import LIST_MAX, Rule
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.tables import Alias, GroupMember, Unit, UnitAttribute, UnitGroup, table
from service.domain.text import fold_name, nfc
from service.domain.unit_rules import CODE, FROM_THE_START, NAME_MAX
from service.domain.unit_store import alias_rows, write_many

unit, group, member = table(Unit), table(UnitGroup), table(GroupMember)
alias, attribute = table(Alias), table(UnitAttribute)

LISTED_MAX = 200
"""Groups that are looked through for a unit; an office has some dozens."""


def define_group(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    aliases: Sequence[str] = (),
    members: Sequence[str] | None = None,
    rule: Mapping[str, Any] | None = None,
    version: int | None = None,
    from_on: date | None = None,
    now: datetime,
) -> UnitGroup:
    """Make a group of the actor's register, or say anew what a group is; the same again changes nothing.

    Args:
        aliases: Phrases by which documents name the group; two groups may share one, and then it is doubtful.
        members: Codes of units; exactly one of `members` and `rule` is given.
        rule: See `Rule.of`. A rule has no dates: it answers for every day, with the units of that day.
        version: As last read; None for a new group or to change whatever is stored.
        from_on: Day from which the members hold. None: a new group has always had its first members,
            since documents older than the register name it too; a later change holds from today.

    Raises:
        InvalidValue: Both or neither of members and rule, or a value of the wrong form.
        UnknownReference: No unit bears a code.
        StaleVersion: The group was changed since.
        NotFound: A version is given of a group that does not exist.
        AlreadyExists: Somebody made the same group at the same moment.
    """
    actor.require(Action.MANAGE_UNITS)
    if (members is None) == (rule is None):
        raise InvalidValue(field="members", detail="a group has either members or a rule")
    name, phrases = nfc(name), list(dict.fromkeys(map(nfc, aliases)))
    _check(code, name, phrases, members or ())
    day = office_day(now)
    unit_ids = _unit_ids(session, members or (), day, field="members")
    written = None if rule is None else _known_rule(session, rule, day)
    row = _stored(session, actor, code, version)
    is_new = row is None
    if row is None:
        row = UnitGroup(id=new_id(now), register_id=actor.register_id, code=code, name=name, rule=written)
        _enter(session, row)
    changed = is_new or (row.name, row.rule) != (name, written)
    row.name, row.rule = name, written
    starts = from_on or (FROM_THE_START if is_new else day)
    changed |= _replace_members(session, row.id, unit_ids, starts, now=now)
    changed |= _replace_aliases(session, row, phrases, now=now)
    if changed:
        row.version += 0 if is_new else 1
        session.flush()
        emit(session, GroupChanged(subject_id=row.id, code=code), actor=actor, at=now)
    return row


def _known_rule(session: Session, rule: Mapping[str, Any], day: date) -> dict[str, object]:
    """Return a rule as it is stored, if every unit that it names is registered."""
    wanted = Rule.of(rule)
    _unit_ids(session, [*filter(None, [wanted.under]), *wanted.left_out], day, field="rule")
    return wanted.written()


def _enter(session: Session, row: UnitGroup) -> None:
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # somebody made the same group a moment ago
        raise AlreadyExists(what="unit_group", key=row.code) from None


def _check(code: str, name: str, phrases: Sequence[str], members: Sequence[str]) -> None:
    if not CODE.fullmatch(code):
        raise InvalidValue(field="code", detail="letters without accents, digits and . _ -, at most 60")
    if not fold_name(name) or len(name) > NAME_MAX:
        raise InvalidValue(field="name", detail=f"1 to {NAME_MAX} characters")
    if any(not fold_name(phrase) or len(phrase) > NAME_MAX for phrase in phrases):
        raise InvalidValue(field="aliases", detail=f"each has letters and at most {NAME_MAX} characters")
    if max(len(phrases), len(members)) > LIST_MAX:
        raise InvalidValue(field="members", detail=f"at most {LIST_MAX}")


def _unit_ids(session: Session, codes: Collection[str], day: date, *, field: str) -> set[UUID]:
    """Return the units that bear some codes on a day, or else bore them last."""
    living = lives_on(day).label("living")
    bearers = sa.select(unit.c.code, unit.c.id, living).where(unit.c.code.in_(set(codes)))
    found: dict[str, UUID] = {}
    for row in session.connection().execute(bearers.order_by(living, unit.c.valid_from)):
        found[row.code] = row.id
    missing = sorted(set(codes) - set(found))
    if missing:
        raise UnknownReference(field=field, codes=missing)
    return set(found.values())


def _stored(session: Session, actor: Actor, code: str, version: int | None) -> UnitGroup | None:
    """Return the group of a code, locked, if there is one and it is as last read."""
    same = select(UnitGroup).where(UnitGroup.register_id == actor.register_id, UnitGroup.code == code)
    row = session.exec(same.with_for_update().execution_options(populate_existing=True)).first()
    if row is None and version is not None:
        raise NotFound(what="unit_group")
    if row is not None:
        require_current(version, row.version)
    return row


def _replace_members(
    session: Session, group_id: UUID, unit_ids: set[UUID], from_on: date, *, now: datetime
) -> bool:
    """End and begin memberships; return whether there was anything to do."""
    connection = session.connection()
    still = sa.select(member.c.unit_id).where(member.c.group_id == group_id, member.c.valid_to.is_(None))
    present = set(connection.execute(still).scalars())
    gone, come = present - unit_ids, unit_ids - present
    if gone:
        ended = sa.update(member).where(
            member.c.group_id == group_id, member.c.valid_to.is_(None), member.c.unit_id.in_(gone)
        )
        connection.execute(ended.values(valid_to=from_on))
    dated = {"group_id": group_id, "valid_from": from_on}
    rows = [dated | {"id": new_id(now), "unit_id": unit_id} for unit_id in come]
    write_many(session, sa.insert(member), rows)
    return bool(gone or come)


def _replace_aliases(session: Session, row: UnitGroup, phrases: Sequence[str], *, now: datetime) -> bool:
    connection = session.connection()
    own = sa.select(alias.c.phrase, alias.c.id).where(alias.c.group_id == row.id)
    present = dict(connection.execute(own).all())
    gone = [id_ for phrase, id_ in present.items() if phrase not in phrases]
    come = [phrase for phrase in phrases if phrase not in present]
    if gone:
        connection.execute(sa.delete(alias).where(alias.c.id.in_(gone)))
    write_many(session, sa.insert(alias), alias_rows(row.register_id, come, group_id=row.id, now=now))
    return bool(gone or come)


@dataclass(frozen=True, slots=True)
class Member:
    """A unit that belongs to a group on a day."""

    unit_id: UUID
    code: str
    name: str
    kind: str


def group_by_code(session: Session, register_id: UUID, code: str) -> UnitGroup:
    """Return the group of a register that has a code.

    Raises:
        NotFound: There is none.
    """
    same = select(UnitGroup).where(UnitGroup.register_id == register_id, UnitGroup.code == code)
    found = session.exec(same).first()
    if found is None:
        raise NotFound(what="unit_group")
    return found


def group_members(session: Session, group_id: UUID, as_of: date) -> list[Member]:
    """Return who belongs to a group on a day, by code."""
    own = members_of(session, [group_id], as_of).subquery()
    units = sa.select(unit.c.id, unit.c.code, unit.c.name, unit.c.kind).join(own, own.c.unit_id == unit.c.id)
    rows = session.connection().execute(units.order_by(unit.c.code))
    return [Member(*row) for row in rows]


def groups_with(
    session: Session, register_id: UUID, unit_ids: sa.Select[tuple[UUID]], as_of: date
) -> list[str]:
    """Return the names of the register's first `LISTED_MAX` groups to which one of some units belongs."""
    first = sa.select(group.c.id).where(group.c.register_id == register_id).order_by(group.c.code)
    connection = session.connection()
    group_ids = connection.execute(first.limit(LISTED_MAX)).scalars().all()
    pairs = members_of(session, group_ids, as_of).subquery("pairs")
    holding = sa.select(pairs.c.group_id).where(pairs.c.unit_id.in_(unit_ids))
    named = sa.select(group.c.name).where(group.c.id.in_(holding)).order_by(group.c.code)
    return list(connection.execute(named).scalars())


def members_of(session: Session, group_ids: Collection[UUID], as_of: date) -> sa.Select[tuple[UUID, UUID]]:
    """Return the statement for (group_id, unit_id) of some groups on a day, each pair once.

    Members are units that live on the day. The groups' rules are read now, in one query; the units are
    found when the statement runs, so it serves as the source of an `INSERT … SELECT`.
    """
    rules = sa.select(group.c.id, group.c.rule).where(group.c.id.in_(set(group_ids)))
    fixed: list[UUID] = []
    ruled: list[tuple[UUID, Rule]] = []
    for id_, rule in session.connection().execute(rules):
        if rule is None:
            fixed.append(id_)
        else:
            ruled.append((id_, Rule.of(rule)))
    by_hand = sa.select(member.c.group_id, member.c.unit_id).join(unit, unit.c.id == member.c.unit_id)
    by_hand = by_hand.where(member.c.group_id.in_(fixed), lives_on(as_of, member), lives_on(as_of)).distinct()
    below = _below({rule.under for _, rule in ruled if rule.under}, as_of)
    by_rule = [
        sa.select(sa.literal(id_, group.c.id.type), unit.c.id).where(_matches(rule, below, as_of))
        for id_, rule in ruled
    ]
    pairs = sa.union_all(by_hand, *by_rule).subquery()
    return sa.select(pairs.c.group_id, pairs.c.unit_id)


def _below(places: Collection[str], as_of: date) -> sa.CTE:
    """Return (place, unit_id) of the units at and below the units that bear some codes on a day."""
    tops = sa.select(unit.c.code.label("place"), unit.c.id.label("unit_id"))
    tree = tops.where(unit.c.code.in_(places), lives_on(as_of)).cte("below_place", recursive=True)
    return tree.union(sa.select(tree.c.place, unit.c.id).join(tree, unit.c.parent_id == tree.c.unit_id))


def _matches(rule: Rule, below: sa.CTE, as_of: date) -> sa.ColumnElement[bool]:
    conditions = [lives_on(as_of)]
    if rule.kinds:
        conditions.append(unit.c.kind.in_(rule.kinds))
    if rule.under:
        inside = sa.select(below.c.unit_id).where(below.c.place == rule.under)
        conditions += [unit.c.id.in_(inside), unit.c.code != rule.under]
    if rule.attribute:
        has = sa.select(attribute.c.unit_id).where(
            attribute.c.attribute == rule.attribute, lives_on(as_of, attribute)
        )
        conditions.append(unit.c.id.in_(has))
    if rule.left_out:
        conditions.append(unit.c.code.not_in(rule.left_out))
    return sa.and_(*conditions)
