"""What changed a directive, and what it changed: links both ways."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import ChangeKind, Directive, DirectiveChange, table

change, directive = table(DirectiveChange), table(Directive)
basis = directive.alias("basis")

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=change.c.directive_id.type)


class ChangeRow(NamedTuple):
    """A change with the numbers of both sides; the basis is empty where it is a document outside."""

    id: UUID
    kind: ChangeKind
    directive_id: UUID
    number: str | None
    symbol: str | None
    issued_on: date | None
    basis_id: UUID | None
    basis_number: str | None
    basis_symbol: str | None
    basis_issued_on: date | None
    document: dict[str, Any] | None
    effective_on: date
    reason: str
    details: list[dict[str, Any]]
    made_by: UUID
    made_at: datetime


TOUCHING = (
    sa.select(
        change.c.id,
        change.c.kind,
        change.c.directive_id,
        directive.c.number,
        directive.c.symbol,
        directive.c.issued_on,
        change.c.basis_id,
        basis.c.number,
        basis.c.symbol,
        basis.c.issued_on,
        change.c.document,
        change.c.effective_on,
        change.c.reason,
        change.c.details,
        change.c.made_by,
        change.c.made_at,
    )
    .select_from(
        change.join(directive, directive.c.id == change.c.directive_id).outerjoin(
            basis, basis.c.id == change.c.basis_id
        )
    )
    .where(sa.or_(change.c.directive_id == _ID, change.c.basis_id == _ID))
    .order_by(change.c.id)
)


def touching(connection: Connection, directive_id: UUID) -> list[ChangeRow]:
    """Return the changes of a visible directive and those that it made to others, the oldest first."""
    return [ChangeRow._make(row) for row in connection.execute(TOUCHING, {"id": directive_id})]
