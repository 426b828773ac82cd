"""Units as stored, with their names, aliases, attributes and identifiers; read and written many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.errors import InvalidValue
from service.domain.events.registry import UnitChanged, UnitRegistered
from service.domain.ids import new_id
from service.domain.outbox import emit_all
from service.domain.people import Actor
from service.domain.registry_file import RegistryRow
from service.domain.tables import Alias, Unit, UnitAttribute, UnitIdentifier, UnitName, table
from service.domain.text import fold_name
from service.domain.unit_rules import FROM_THE_START, OPEN, Change, Known, New, Stored

unit, unit_name, alias = table(Unit), table(UnitName), table(Alias)
attribute, identifier = table(UnitAttribute), table(UnitIdentifier)


def load(
    session: Session, register_id: UUID, day: date, rows: Sequence[RegistryRow], *, everything: bool
) -> Stored:
    """Read what is stored of the codes, parents and identifiers of some rows, or everything, in 5 queries."""
    codes = {row.code for row in rows} | {row.parent_code for row in rows if row.parent_code}
    stored = Stored()
    units = sa.select(unit).order_by(unit.c.valid_from)
    connection = session.connection()
    for row in connection.execute(units if everything else units.where(unit.c.code.in_(codes))):
        until = row.valid_to or OPEN
        stored.until[row.code] = max(until, stored.until.get(row.code, date.min))
        stored.code_of[row.id] = row.code
        if until > day and row.code not in stored.current:
            columns = (row.id, row.code, row.name, row.kind, row.parent_id, row.subordinate)
            stored.current[row.code] = Known(*columns, row.valid_from, row.valid_to, row.valid_from)
    by_id = {known.id: known for known in stored.current.values()}

    def near(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.true() if everything else column.in_(list(by_id))

    since = sa.select(unit_name.c.unit_id, sa.func.max(unit_name.c.valid_to)).group_by(unit_name.c.unit_id)
    for unit_id, named_from in connection.execute(since.where(near(unit_name.c.unit_id))):
        if unit_id in by_id:
            by_id[unit_id].named_from = named_from
    phrases = sa.select(alias.c.unit_id, alias.c.phrase, alias.c.id).where(alias.c.register_id == register_id)
    for unit_id, phrase, id_ in connection.execute(phrases.where(near(alias.c.unit_id))):
        if unit_id in by_id:
            by_id[unit_id].aliases[phrase] = id_
    held = sa.select(attribute.c.unit_id, attribute.c.attribute, attribute.c.id)
    still = sa.or_(attribute.c.valid_to.is_(None), attribute.c.valid_to > day)
    for unit_id, name, id_ in connection.execute(held.where(near(attribute.c.unit_id), still)):
        if unit_id in by_id:
            by_id[unit_id].attributes[name] = id_
    _load_identifiers(connection, stored, by_id, day, None if everything else rows)
    return stored


def _load_identifiers(
    connection: sa.Connection,
    stored: Stored,
    by_id: Mapping[UUID, Known],
    day: date,
    rows: Sequence[RegistryRow] | None,
) -> None:
    statement = sa.select(identifier)
    if rows is not None:
        values = {value for row in rows for value in (row.identifiers or {}).values()}
        statement = statement.where(
            sa.or_(identifier.c.unit_id.in_(list(by_id)), identifier.c.value.in_(values))
        )
    for row in connection.execute(statement):
        until = row.valid_to or OPEN
        holders = stored.holders.setdefault((row.scheme, row.value), {})
        holders[row.unit_id] = max(until, holders.get(row.unit_id, date.min))
        if until > day and row.unit_id in by_id:
            by_id[row.unit_id].identifiers[row.scheme] = (row.value, row.id)


def insert(session: Session, actor: Actor, orders: Sequence[New], *, now: datetime) -> None:
    """Enter units, each after its parent."""
    units, hung = [], _Hung(actor.register_id, now)
    for order in orders:
        row, from_on = order.row, order.row.valid_from or FROM_THE_START
        units.append(
            {
                "id": order.id,
                "code": row.code,
                "kind": row.kind,
                "name": row.name,
                "name_folded": fold_name(row.name),
                "parent_id": order.parent_id,
                "subordinate": row.subordinate is not False,
                "valid_from": from_on,
                "version": 1,
            }
        )
        hung.add(order.id, from_on, row.aliases or (), row.attributes or (), row.identifiers or {})
    write_many(session, sa.insert(unit), units)
    hung.write(session)
    facts = [UnitRegistered(subject_id=order.id, code=order.row.code) for order in orders]
    emit_all(session, facts, actor=actor, at=now)


def update(
    session: Session, actor: Actor, changes: Sequence[Change], *, from_on: date, now: datetime
) -> None:
    """Change units. What no longer holds ends on `from_on`; aliases have no dates and go.

    Raises:
        InvalidValue: A unit got its present name after `from_on`.
    """
    units: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    gone: dict[sa.Table, list[UUID]] = {alias: [], attribute: [], identifier: []}
    hung = _Hung(actor.register_id, now)
    for known, row, parent_id, fields in changes:
        units.append(
            {
                "key": known.id,
                "name": row.name,
                "name_folded": fold_name(row.name),
                "kind": row.kind,
                "parent_id": parent_id if "parent_code" in fields else known.parent_id,
                "subordinate": row.subordinate if "subordinate" in fields else known.subordinate,
            }
        )
        if "name" in fields:
            names.extend(_name_borne(known, from_on, now))
        _rehang(hung, gone, known, row, from_on)
    by_key = sa.update(unit).where(unit.c.id == sa.bindparam("key"))
    write_many(session, by_key.values(version=unit.c.version + 1), units)
    write_many(session, sa.insert(unit_name), names)
    write_many(session, sa.delete(alias).where(alias.c.id == sa.bindparam("key")), _keys(gone[alias]))
    for dated in (attribute, identifier):
        of_key = dated.c.id == sa.bindparam("key")
        never_held = sa.delete(dated).where(of_key, dated.c.valid_from >= from_on)
        write_many(session, never_held, _keys(gone[dated]))
        write_many(session, sa.update(dated).where(of_key).values(valid_to=from_on), _keys(gone[dated]))
    hung.write(session)
    facts = [
        UnitChanged(subject_id=each.known.id, code=each.known.code, fields=each.fields) for each in changes
    ]
    emit_all(session, facts, actor=actor, at=now)


def _name_borne(known: Known, until: date, now: datetime) -> Iterable[dict[str, Any]]:
    """Yield the row of the name that ends; one that was borne for less than a day leaves no trace."""
    if known.valid_from < until < known.named_from:
        raise InvalidValue(field="from_on", detail=f"tên hiện nay có từ ngày {known.named_from:%d/%m/%Y}")
    if known.named_from < until:
        days = {"valid_from": known.named_from, "valid_to": until}
        yield {"id": new_id(now), "unit_id": known.id, "name": known.name} | days


def _rehang(
    hung: "_Hung", gone: dict[sa.Table, list[UUID]], known: Known, row: RegistryRow, from_on: date
) -> None:
    """Sort what hangs on a unit into what goes and what comes; what a row does not mention stays."""
    phrases = known.aliases if row.aliases is None else row.aliases
    names = known.attributes if row.attributes is None else row.attributes
    pairs = {scheme: value for scheme, (value, _) in known.identifiers.items()}
    wanted = pairs if row.identifiers is None else row.identifiers
    gone[alias] += [id_ for phrase, id_ in known.aliases.items() if phrase not in phrases]
    gone[attribute] += [id_ for name, id_ in known.attributes.items() if name not in names]
    gone[identifier] += [
        id_ for scheme, (value, id_) in known.identifiers.items() if wanted.get(scheme) != value
    ]
    hung.add(
        known.id,
        from_on,
        [phrase for phrase in phrases if phrase not in known.aliases],
        [name for name in names if name not in known.attributes],
        {scheme: value for scheme, value in wanted.items() if pairs.get(scheme) != value},
    )


class _Hung:
    """Aliases, attributes and identifiers to be hung on units."""

    def __init__(self, register_id: UUID, now: datetime) -> None:
        self._register_id = register_id
        self._now = now
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {alias: [], attribute: [], identifier: []}

    def add(
        self,
        unit_id: UUID,
        from_on: date,
        phrases: Iterable[str],
        names: Iterable[str],
        identifiers: Mapping[str, str],
    ) -> None:
        self._rows[alias] += alias_rows(self._register_id, phrases, unit_id=unit_id, now=self._now)
        dated = {"unit_id": unit_id, "valid_from": from_on}
        self._rows[attribute] += [dated | {"id": new_id(self._now), "attribute": name} for name in names]
        self._rows[identifier] += [
            dated | {"id": new_id(self._now), "scheme": scheme, "value": value}
            for scheme, value in identifiers.items()
        ]

    def write(self, session: Session) -> None:
        for into, rows in self._rows.items():
            write_many(session, sa.insert(into), rows)


def alias_rows(
    register_id: UUID,
    phrases: Iterable[str],
    *,
    unit_id: UUID | None = None,
    group_id: UUID | None = None,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the rows of phrases by which a register's documents name a unit or a group."""
    target = {"register_id": register_id, "unit_id": unit_id, "group_id": group_id}
    return [target | {"id": new_id(now), "phrase": each, "folded": fold_name(each)} for each in phrases]


def write_many(session: Session, statement: sa.UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement for every row, if there is any."""
    if rows:
        session.connection().execute(statement, rows)


def _keys(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return [{"key": id_} for id_ in ids]
