"""Which directives of the register a draft says that it replaces, revokes or amends, as it was read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import ChangeKind, Directive, DirectiveChange, DirectiveState, table

KINDS = {
    "replaces-document": ChangeKind.REPLACE,
    "revokes-document": ChangeKind.REVOKE,
    "amends-document": ChangeKind.AMEND,
}
"""Findings of the intake whose `where` is the number of an earlier document."""

directive, change = table(Directive), table(DirectiveChange)

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=directive.c.id.type)
_REGISTER: sa.BindParameter[Any] = sa.bindparam("register_id", type_=directive.c.register_id.type)
_CODES: sa.BindParameter[Any] = sa.bindparam("codes", expanding=True)
_ended = sa.exists().where(
    change.c.directive_id == directive.c.id, change.c.kind.in_((ChangeKind.REPLACE, ChangeKind.REVOKE))
)


class InForceRow(NamedTuple):
    """An issued directive of the register that was neither replaced nor revoked."""

    id: UUID
    number: str
    symbol: str
    issued_on: date | None


class Superseding(NamedTuple):
    """What a draft says that it does to a document, and the directives of the register that this may mean."""

    kind: ChangeKind
    number: str
    symbol: str
    said: str
    directives: Sequence[InForceRow]


IN_FORCE = (
    sa.select(*(directive.c[name] for name in InForceRow._fields))
    .where(
        sa.tuple_(directive.c.number, directive.c.symbol).in_(_CODES),
        directive.c.register_id == _REGISTER,
        directive.c.state == DirectiveState.ISSUED,
        directive.c.id != _ID,
        ~_ended,
    )
    .order_by(directive.c.issued_on.desc(), directive.c.id)
)


def superseding(
    connection: Connection, register_id: UUID, directive_id: UUID, findings: Sequence[Mapping[str, Any]]
) -> list[Superseding]:
    """Return what findings of a visible directive say that it does to others, in the order of the text."""
    told = [found for found in findings if found["code"] in KINDS]
    codes = [str(found["where"]).partition("/")[::2] for found in told]
    if not codes:
        return []
    names = {"codes": codes, "register_id": register_id, "id": directive_id}
    rows = [InForceRow._make(row) for row in connection.execute(IN_FORCE, names)]
    return [
        Superseding(
            KINDS[found["code"]],
            number,
            symbol,
            str(found["message"]),
            [row for row in rows if (row.number, row.symbol) == (number, symbol)],
        )
        for found, (number, symbol) in zip(told, codes, strict=True)
    ]
