"""What was asked about obligations and what was answered: returns, extensions, causes, explanations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import (
    Explanation,
    Extension,
    ObjectiveCause,
    Obligation,
    RequestFile,
    Return,
    Unit,
    Verdict,
    table,
)

obligation, unit = table(Obligation), table(Unit)
proposed = unit.alias("proposed")


class ReturnRow(NamedTuple):
    """A duty that was given back."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    reason: str
    proposed_unit_code: str | None
    returned_on: date
    answer_by: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    decided_by: UUID | None
    decided_at: datetime | None


class ExtensionRow(NamedTuple):
    """A request for a later deadline."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    due_on: date
    wanted_on: date
    reason: str
    document: dict[str, Any] | None
    is_late: bool
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    granted_on: date | None
    is_after_expiry: bool
    decided_by: UUID | None
    decided_at: datetime | None
    file_ids: Sequence[UUID] = ()


class CauseRow(NamedTuple):
    """A claim that a delay could not be helped."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    reason: str
    document: dict[str, Any] | None
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None
    decision_reason: str
    decided_by: UUID | None
    decided_at: datetime | None
    file_ids: Sequence[UUID] = ()


class ExplanationRow(NamedTuple):
    """A question about a duty, and its answer."""

    id: UUID
    obligation_id: UUID
    unit_code: str
    unit_name: str
    question: str
    due_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str
    document: dict[str, Any] | None
    answered_on: date | None
    answered_by: UUID | None
    answered_at: datetime | None
    closed_at: datetime | None
    file_ids: Sequence[UUID] = ()


Asked = TypeVar("Asked", ReturnRow, ExtensionRow, CauseRow, ExplanationRow)


class Requests(Generic[Asked]):
    """The requests of one kind, as pages."""

    def __init__(self, row: type[Asked], asked: sa.Table, *waits: sa.ColumnElement[bool]) -> None:
        """`waits` says when a request still waits for its answer."""
        others = {"unit_code": unit.c.code, "unit_name": unit.c.name, "proposed_unit_code": proposed.c.code}
        names = [name for name in row._fields if name != "file_ids"]
        columns = [others[name].label(name) if name in others else asked.c[name] for name in names]
        wide = asked.join(obligation, obligation.c.id == asked.c.obligation_id).join(
            unit, unit.c.id == obligation.c.unit_id
        )
        if "proposed_unit_code" in row._fields:
            wide = wide.outerjoin(proposed, proposed.c.id == asked.c.proposed_unit_id)
        filters = {
            "obligation_id": asked.c.obligation_id == sa.bindparam("obligation_id"),
            "unit": unit.c.code == sa.bindparam("unit"),
            "waiting": sa.and_(*waits),
            "id": asked.c.id == sa.bindparam("id"),
            "after": asked.c.id > sa.bindparam("after"),
        }
        self._lists = {
            everything: List(
                sa.select(*columns)
                .select_from(wide)
                .where(asked.c.register_id == visibility.REGISTER, visibility.one_obligation(everything)),
                filters,
                [asked.c.id],
            )
            for everything in (True, False)
        }
        self._row: type[Asked] = row

    def page(
        self, connection: Connection, actor: Actor, asked: Mapping[str, Any], limit: int
    ) -> tuple[list[Asked], UUID | None]:
        """Return some requests, the oldest first, and the id after which the next ones begin.

        Args:
            connection: Where to read.
            actor: Who asks.
            asked: Any of `obligation_id`, `unit`, `waiting`, `after`; None asks for nothing.
            limit: Most rows.
        """
        visibility.require_reading(actor)
        found = self._lists[visibility.sees_everything(actor)]
        rows, last = found.page(connection, asked, visibility.names(actor), limit)
        after = last.id if last else None
        if "file_ids" not in self._row._fields:
            return [self._row._make(row) for row in rows], after
        files = _files(connection, [row.id for row in rows])
        return [self._row._make(chain(row, [files[row.id]])) for row in rows], after

    def one(self, connection: Connection, actor: Actor, request_id: UUID) -> Asked:
        """Return one request.

        Raises:
            NotFound: There is none, or the actor may not know that there is.
        """
        rows, _ = self.page(connection, actor, {"id": request_id}, 1)
        if not rows:
            raise NotFound(what="request")
        return rows[0]


def _files(connection: Connection, request_ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    """Return the files that prove what requests say."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if request_ids:
        for request_id, file_id in connection.execute(_FILES, {"ids": request_ids}):
            found[request_id].append(file_id)
    return found


_proof = table(RequestFile)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True, type_=_proof.c.request_id.type)
_FILES = (
    sa.select(_proof.c.request_id, _proof.c.file_id)
    .where(_proof.c.request_id.in_(_IDS))
    .order_by(_proof.c.request_id, _proof.c.file_id)
)
_return, _extension, _cause = table(Return), table(Extension), table(ObjectiveCause)
_explanation = table(Explanation)

RETURNS = Requests(ReturnRow, _return, _return.c.decision.is_(None))
EXTENSIONS = Requests(ExtensionRow, _extension, _extension.c.decision.is_(None))
CAUSES = Requests(CauseRow, _cause, _cause.c.decision.is_(None))
EXPLANATIONS = Requests(
    ExplanationRow, _explanation, _explanation.c.answered_at.is_(None), _explanation.c.closed_at.is_(None)
)
