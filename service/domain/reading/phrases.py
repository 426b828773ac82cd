"""What phrases mean in a register, as clerks confirmed: the newest last, revoked ones on request."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.reading.search import ESCAPE
from service.domain.tables import Account, ApiKey, PhraseMeaning, Unit, UnitGroup, table
from service.domain.text import fold_name

meaning, unit, group, api_key = table(PhraseMeaning), table(Unit), table(UnitGroup), table(ApiKey)
account = table(Account)


class MeaningRow(NamedTuple):
    """A phrase and what it means; `kind` is "unit" or "group"."""

    id: UUID
    version: int
    phrase: str
    kind: str
    code: str
    name: str
    confirmed_by: UUID
    confirmed_by_name: str | None
    confirmed_at: datetime
    revoked_at: datetime | None


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "kind": sa.case((meaning.c.unit_id.is_not(None), "unit"), else_="group"),
    "code": sa.func.coalesce(unit.c.code, group.c.code),
    "name": sa.func.coalesce(unit.c.name, group.c.name),
    "confirmed_by_name": sa.func.coalesce(api_key.c.name, account.c.name),
}
_wide = (
    meaning.outerjoin(unit, unit.c.id == meaning.c.unit_id)
    .outerjoin(group, group.c.id == meaning.c.group_id)
    .outerjoin(api_key, api_key.c.id == meaning.c.confirmed_by)
    .outerjoin(account, account.c.id == meaning.c.confirmed_by)
)
MEANINGS = List(
    sa.select(
        *((OTHERS[name] if name in OTHERS else meaning.c[name]).label(name) for name in MeaningRow._fields)
    )
    .select_from(_wide)
    .where(meaning.c.register_id == visibility.REGISTER),
    {
        "id": meaning.c.id == sa.bindparam("id", type_=meaning.c.id.type),
        "pattern": meaning.c.folded.like(sa.bindparam("pattern"), escape=ESCAPE),
        "held": meaning.c.revoked_at.is_(None),
        "after_id": meaning.c.id > sa.bindparam("after_id", type_=meaning.c.id.type),
    },
    [meaning.c.id],
)


def page(
    connection: Connection, actor: Actor, *, q: str | None, revoked: bool, after: UUID | None, limit: int
) -> tuple[list[MeaningRow], UUID | None]:
    """Return some meanings and the id after which the next ones begin; `revoked` shows ended ones too."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {
        "pattern": f"%{fold_name(q)}%" if q else None,
        "held": None if revoked else True,
        "after_id": after,
    }
    rows, last = MEANINGS.page(connection, given, {"register_id": actor.register_id}, limit)
    return [MeaningRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, meaning_id: UUID) -> MeaningRow:
    """Return one meaning; the caller has found that the actor may know it."""
    rows, _ = MEANINGS.page(connection, {"id": meaning_id}, {"register_id": actor.register_id}, 1)
    return MeaningRow._make(rows[0])
