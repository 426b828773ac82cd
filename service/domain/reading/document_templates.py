"""By which templates a register writes its documents: those that hold, and those that held."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.letter_rules import SHIPPED, DocumentKind
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import Account, ApiKey, Blob, DocumentTemplate, table

template, blob = table(DocumentTemplate), table(Blob)
account, api_key = table(Account), table(ApiKey)


class TemplateRow(NamedTuple):
    """One version of a template; without a file it is the form that comes with the service.

    Version 0 was there before anybody set one.
    """

    kind: DocumentKind
    version: int
    file_name: str | None
    size: int | None
    sha256: str | None
    made_by_name: str | None
    made_at: datetime | None


_KIND: sa.BindParameter[Any] = sa.bindparam("kind", type_=template.c.kind.type)
_newer = template.alias("newer")
_holds = ~sa.exists().where(
    _newer.c.register_id == template.c.register_id,
    _newer.c.kind == template.c.kind,
    _newer.c.version > template.c.version,
)
_versions = (
    sa.select(
        template.c.kind,
        template.c.version,
        blob.c.name,
        blob.c.size,
        blob.c.sha256,
        sa.func.coalesce(api_key.c.name, account.c.name),
        template.c.made_at,
    )
    .select_from(
        template.outerjoin(blob, blob.c.id == template.c.file_id)
        .outerjoin(api_key, api_key.c.id == template.c.made_by)
        .outerjoin(account, account.c.id == template.c.made_by)
    )
    .where(template.c.register_id == visibility.REGISTER)
)
HELD = _versions.where(_holds)
HISTORY = List(
    _versions.where(template.c.kind == _KIND),
    {
        "version": template.c.version == sa.bindparam("version"),
        "before": template.c.version < sa.bindparam("before"),
    },
    [template.c.version.desc()],
)


def shipped(kind: DocumentKind) -> TemplateRow:
    """Return the form that holds where an office has set no template."""
    return TemplateRow(kind, SHIPPED, None, None, None, None, None)


def held(connection: Connection, actor: Actor) -> list[TemplateRow]:
    """Return the template that holds for each kind of document."""
    actor.require(Action.VIEW_LETTERS)
    rows = [TemplateRow._make(row) for row in connection.execute(HELD, visibility.names(actor))]
    own = {row.kind: row for row in rows}
    return [own.get(kind) or shipped(kind) for kind in DocumentKind]


def one(
    connection: Connection, actor: Actor, kind: DocumentKind, *, version: int | None = None
) -> TemplateRow:
    """Return one version of the template of a kind; None for the one that holds.

    Raises:
        NotFound: There was no such version.
    """
    actor.require(Action.VIEW_LETTERS)
    if version == SHIPPED:
        return shipped(kind)
    names = visibility.names(actor) | {"kind": kind}
    rows, _ = HISTORY.page(connection, {"version": version}, names, 1)
    if rows:
        return TemplateRow._make(rows[0])
    if version is None:
        return shipped(kind)
    raise NotFound(what="document_template")


def history(
    connection: Connection, actor: Actor, kind: DocumentKind, *, before: int | None, limit: int
) -> tuple[list[TemplateRow], int | None]:
    """Return versions of the template of a kind, the newest first, and where the next page begins."""
    actor.require(Action.VIEW_LETTERS)
    names = visibility.names(actor) | {"kind": kind}
    rows, last = HISTORY.page(connection, {"before": before}, names, limit)
    return [TemplateRow._make(row) for row in rows], last.version if last is not None else None
