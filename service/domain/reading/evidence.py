"""What was handed in for one duty, what proves it, and what the files are called."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import Blob, Decision, Submission, SubmissionFile, table

submission, evidence, blob = table(Submission), table(SubmissionFile), table(Blob)
_OBLIGATION: sa.BindParameter[Any] = sa.bindparam("obligation_id", type_=submission.c.obligation_id.type)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True, type_=blob.c.id.type)


class NamedFile(NamedTuple):
    """A file by its name; its size is in bytes."""

    id: UUID
    name: str
    size: int


class SubmissionRow(NamedTuple):
    """A proposal that the duty is done, and what was said to it."""

    id: UUID
    text: str
    document: dict[str, Any] | None
    submitted_on: date
    submitted_at: datetime
    decision: Decision | None
    comment: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A proposal with the files that prove it."""

    row: SubmissionRow
    files: Sequence[NamedFile]


SUBMISSIONS = (
    sa.select(
        *(submission.c[name] for name in SubmissionRow._fields),
        blob.c.id.label("file_id"),
        blob.c.name,
        blob.c.size,
    )
    .outerjoin(evidence, evidence.c.submission_id == submission.c.id)
    .outerjoin(blob, blob.c.id == evidence.c.file_id)
    .where(submission.c.obligation_id == _OBLIGATION)
    .order_by(submission.c.id.desc(), blob.c.name)
)
NAMES = sa.select(blob.c.id, blob.c.name, blob.c.size).where(blob.c.id.in_(_IDS))


def handed_in(connection: Connection, obligation_id: UUID) -> list[HandedIn]:
    """Return what was handed in for a visible obligation, the newest first."""
    rows: dict[UUID, SubmissionRow] = {}
    files: dict[UUID, list[NamedFile]] = defaultdict(list)
    for *told, file_id, name, size in connection.execute(SUBMISSIONS, {"obligation_id": obligation_id}):
        row = SubmissionRow._make(told)
        rows[row.id] = row
        if file_id is not None:
            files[row.id].append(NamedFile(file_id, name, size))
    return [HandedIn(row, files.get(row.id, ())) for row in rows.values()]


def named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, NamedFile]:
    """Return what files are called that belong to something visible."""
    wanted = list(ids)
    rows = connection.execute(NAMES, {"ids": wanted}) if wanted else ()
    return {row.id: NamedFile._make(row) for row in rows}
