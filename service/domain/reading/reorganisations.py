"""Reorganisations as they stand: what would pass on, what nobody goes on with, and who could not be told."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import heirs
from service.domain.errors import NotFound
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading.paging import List
from service.domain.tables import (
    Address,
    Directive,
    Heir,
    Item,
    Obligation,
    Person,
    Post,
    Register,
    Reorganisation,
    ReorganisationState,
    Succession,
    SuccessionKind,
    Unit,
    table,
)

LISTED_MAX = 200

reorganisation, succession, heir = table(Reorganisation), table(Succession), table(Heir)
obligation, item, directive = table(Obligation), table(Item), table(Directive)
unit, post, person = table(Unit), table(Post), table(Person)
address, register = table(Address), table(Register)
old, new = unit.alias("old"), unit.alias("new")


class ReorganisationRow(NamedTuple):
    """A reorganisation."""

    id: UUID
    version: int
    state: ReorganisationState
    name: str
    basis: str
    effective_on: date
    keeper_code: str | None
    made_at: datetime
    carried_out_at: datetime | None
    held_up_at: datetime | None


class SuccessionRow(NamedTuple):
    """What becomes of one unit."""

    kind: SuccessionKind
    old_code: str
    old_name: str
    new_code: str | None
    new_name: str | None
    name: str


class ContactRow(NamedTuple):
    """Somebody who held a post at an old unit: proposed for the new one, to be confirmed by entering it."""

    unit_code: str
    from_unit_code: str
    person_code: str
    role: str


class UndecidedRow(NamedTuple):
    """An open duty that nobody would go on with."""

    id: UUID
    unit_code: str
    unit_name: str
    item_id: UUID
    locator: str
    text: str
    number: str | None
    symbol: str | None
    due_on: date | None


class Destination(NamedTuple):
    """How many open duties of a unit one other goes on with; without a new unit they lapse."""

    old_code: str
    old_name: str
    new_code: str | None
    new_name: str | None
    obligations: int


class Preview(NamedTuple):
    """What carrying it out would do; after it was carried out, what it did."""

    row: ReorganisationRow
    changes: list[SuccessionRow]
    obligations: int
    with_heir: int
    lapsing: int
    undecided: int
    messages: int
    registers_without_keeper: list[str]
    nobody_to_tell: list[str]
    contacts: list[ContactRow]


_OTHERS: dict[str, sa.ColumnElement[Any]] = {"keeper_code": new.c.code}
REORGANISATIONS = List(
    sa.select(
        *(
            (_OTHERS[name] if name in _OTHERS else reorganisation.c[name]).label(name)
            for name in ReorganisationRow._fields
        )
    )
    .select_from(reorganisation.outerjoin(new, new.c.id == reorganisation.c.keeper_id))
    .where(reorganisation.c.register_id == sa.bindparam("register_id", type_=sa.Uuid())),
    {
        "id": reorganisation.c.id == sa.bindparam("id", type_=sa.Uuid()),
        "after_id": reorganisation.c.id > sa.bindparam("after_id", type_=sa.Uuid()),
    },
    [reorganisation.c.id],
)


def _require(actor: Actor) -> None:
    actor.require(Action.VIEW_REORGANISATION)


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[ReorganisationRow], UUID | None]:
    """Return some reorganisations and the id after which the next ones begin."""
    _require(actor)
    rows, last = REORGANISATIONS.page(
        connection, {"after_id": after}, {"register_id": actor.register_id}, limit
    )
    return [ReorganisationRow._make(row) for row in rows], last.id if last else None


def _one(connection: Connection, actor: Actor, reorganisation_id: UUID) -> ReorganisationRow:
    _require(actor)
    names = {"register_id": actor.register_id}
    rows, _ = REORGANISATIONS.page(connection, {"id": reorganisation_id}, names, 1)
    if not rows:
        raise NotFound(what="reorganisation")
    return ReorganisationRow._make(rows[0])


def preview(connection: Connection, actor: Actor, reorganisation_id: UUID) -> Preview:
    """Return what a reorganisation does, counted as of now.

    Raises:
        NotFound: The register has none of this id.
    """
    row = _one(connection, actor, reorganisation_id)
    done = row.state is ReorganisationState.CARRIED_OUT
    going = _going(row)
    duty_id, unit_id = going.c
    counted = sa.select(
        sa.func.count(sa.case((unit_id.is_not(None), duty_id)).distinct()),
        sa.func.count(sa.case((unit_id.is_(None), duty_id))),
    ).select_from(going)
    with_heir, lapsing = connection.execute(counted).one()
    told = (
        sa.select(obligation.c.directive_id, unit_id)
        .join(going, duty_id == obligation.c.id)
        .where(unit_id.is_not(None))
        .distinct()
    )
    undecided = 0 if done else _count(connection, heirs.undecided(row.id))
    return Preview(
        row=row,
        changes=_changes(connection, row),
        obligations=with_heir + lapsing + undecided,
        with_heir=with_heir,
        lapsing=lapsing,
        undecided=undecided,
        messages=_count(connection, told),
        registers_without_keeper=[] if done else _unkept(connection, row),
        nobody_to_tell=_nobody_to_tell(connection, row),
        contacts=_contacts(connection, row),
    )


def _going(row: ReorganisationRow) -> sa.Subquery:
    """Return (duty, unit that goes on with it or None) as it stands, or as it was when it was carried out."""
    if row.state is ReorganisationState.CARRIED_OUT:
        return (
            sa.select(heir.c.obligation_id, heir.c.unit_id)
            .where(heir.c.reorganisation_id == row.id)
            .subquery("going")
        )
    return heirs.by_rule(row.id).union_all(heirs.by_decision(row.id)).subquery("going")


def destinations(connection: Connection, actor: Actor, reorganisation_id: UUID) -> list[Destination]:
    """Return where the open duties of each unit go, by the codes of the units, at most `LISTED_MAX`.

    Raises:
        NotFound: The register has none of this id.
    """
    duty_id, unit_id = _going(_one(connection, actor, reorganisation_id)).c
    columns = (old.c.code, old.c.name, new.c.code, new.c.name)
    rows = (
        sa.select(*columns, sa.func.count())
        .select_from(obligation)
        .join(old, old.c.id == obligation.c.unit_id)
        .join(duty_id.table, duty_id == obligation.c.id)
        .outerjoin(new, new.c.id == unit_id)
        .group_by(*columns)
        .order_by(old.c.code, new.c.code)
        .limit(LISTED_MAX)
    )
    return [Destination._make(each) for each in connection.execute(rows)]


def _count(connection: Connection, rows: sa.Select[Any]) -> int:
    counted = sa.select(sa.func.count()).select_from(rows.subquery())
    return int(connection.execute(counted).scalar_one())


def _changes(connection: Connection, row: ReorganisationRow) -> list[SuccessionRow]:
    rows = (
        sa.select(succession.c.kind, old.c.code, old.c.name, new.c.code, new.c.name, succession.c.name)
        .join(old, old.c.id == succession.c.old_unit_id)
        .outerjoin(new, new.c.id == succession.c.new_unit_id)
        .where(succession.c.reorganisation_id == row.id)
        .order_by(new.c.code, old.c.code)
    )
    return [SuccessionRow._make(each) for each in connection.execute(rows)]


def _unkept(connection: Connection, row: ReorganisationRow) -> list[str]:
    keeper_id = sa.select(reorganisation.c.keeper_id).where(reorganisation.c.id == row.id)
    named = connection.execute(keeper_id).scalar()
    kept = heirs.kept(row.id, named, row.effective_on).subquery()
    register_id, _, heir_id, *_ = kept.c
    rows = sa.select(register.c.code).join(kept, register_id == register.c.id).where(heir_id.is_(None))
    return list(connection.execute(rows.order_by(register.c.code)).scalars())


def _coming(row: ReorganisationRow) -> sa.Select[Any]:
    """Return the units that go on with something: successors, and heirs that a clerk named."""
    by_change = sa.select(succession.c.new_unit_id).where(succession.c.reorganisation_id == row.id)
    by_clerk = sa.select(heir.c.unit_id).where(heir.c.reorganisation_id == row.id)
    named = by_change.union(by_clerk).subquery("coming")
    return sa.select(named.c.new_unit_id).where(named.c.new_unit_id.is_not(None))


def _nobody_to_tell(connection: Connection, row: ReorganisationRow) -> list[str]:
    """Return the units, at most `LISTED_MAX`, where nobody with an address holds a post on the day."""
    reachable = sa.exists().where(address.c.person_id == post.c.person_id, address.c.invalid_at.is_(None))
    held = sa.exists().where(post.c.unit_id == unit.c.id, lives_on(row.effective_on, post), reachable)
    rows = sa.select(unit.c.code).where(unit.c.id.in_(_coming(row)), ~held)
    return list(connection.execute(rows.order_by(unit.c.code).limit(LISTED_MAX)).scalars())


def _contacts(connection: Connection, row: ReorganisationRow) -> list[ContactRow]:
    """Return who held posts at the old units the day before and holds none at the new one."""
    before = date.fromordinal(row.effective_on.toordinal() - 1)
    again = post.alias("again")
    has_one = sa.exists().where(again.c.person_id == post.c.person_id, again.c.unit_id == new.c.id)
    rows = (
        sa.select(new.c.code, old.c.code, person.c.code, post.c.role)
        .select_from(succession)
        .join(old, old.c.id == succession.c.old_unit_id)
        .join(new, new.c.id == succession.c.new_unit_id)
        .join(post, sa.and_(post.c.unit_id == old.c.id, lives_on(before, post)))
        .join(person, person.c.id == post.c.person_id)
        .where(succession.c.reorganisation_id == row.id, ~has_one)
        .order_by(new.c.code, old.c.code, post.c.rank, person.c.code)
        .limit(LISTED_MAX)
    )
    return [ContactRow._make(each) for each in connection.execute(rows)]


def undecided(
    connection: Connection, actor: Actor, reorganisation_id: UUID, *, after: UUID | None, limit: int
) -> tuple[list[UndecidedRow], UUID | None]:
    """Return some duties that nobody would go on with, and the id after which the next ones begin."""
    row = _one(connection, actor, reorganisation_id)
    if row.state in (ReorganisationState.CARRIED_OUT, ReorganisationState.UNDONE):
        return [], None
    columns = (unit.c.code, unit.c.name, item.c.id, item.c.locator, item.c.text)
    rows = (
        sa.select(obligation.c.id, *columns, directive.c.number, directive.c.symbol, obligation.c.due_on)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .join(item, item.c.id == obligation.c.item_id)
        .join(directive, directive.c.id == obligation.c.directive_id)
        .where(obligation.c.id.in_(heirs.undecided(row.id)))
        .order_by(obligation.c.id)
        .limit(limit + 1)
    )
    if after is not None:
        rows = rows.where(obligation.c.id > after)
    found = [UndecidedRow._make(each) for each in connection.execute(rows)]
    return (found[:limit], found[limit - 1].id) if len(found) > limit else (found, None)
