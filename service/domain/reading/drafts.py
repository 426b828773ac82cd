"""Drafts as the intake desk lists them: what waits for issue, and how much in it still waits for a person."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import Assignment, Directive, DirectiveState, Item, table

directive, item, assignment = table(Directive), table(Item), table(Assignment)


class DraftRow(NamedTuple):
    """A draft. `unanswered` are the items whose text names units while nobody has said who answers."""

    id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issuing_body: str
    subject: str
    signed_on: date | None
    urgency: str
    made_at: datetime
    findings: list[dict[str, Any]]
    tracked: int
    unanswered: int

    @property
    def warnings(self) -> int:
        """Return how many findings of the intake a person should look at."""
        return sum(finding.get("severity") != "info" for finding in self.findings)


_of_draft = sa.select(sa.func.count()).where(item.c.directive_id == directive.c.id)
_names_units = sa.type_coerce(item.c.mentions, sa.Text()) != "[]"
_is_answered = sa.exists().where(assignment.c.item_id == item.c.id)
DRAFTS = List(
    sa.select(
        *(directive.c[name] for name in DraftRow._fields[:-2]),
        _of_draft.where(item.c.is_tracked).scalar_subquery(),
        _of_draft.where(_names_units, ~item.c.is_closing, ~_is_answered).scalar_subquery(),
    ).where(
        directive.c.register_id == visibility.REGISTER,
        directive.c.state == sa.literal_column(f"'{DirectiveState.DRAFT}'"),
    ),
    {"after_id": directive.c.id < sa.bindparam("after_id")},
    [directive.c.id.desc()],
)


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[DraftRow], UUID | None]:
    """Return some drafts of the register, the newest first, and the id after which the next ones begin."""
    actor.require(Action.DRAFT_DIRECTIVE)
    rows, last = DRAFTS.page(connection, {"after_id": after}, {"register_id": actor.register_id}, limit)
    return [DraftRow._make(row) for row in rows], last.id if last else None
