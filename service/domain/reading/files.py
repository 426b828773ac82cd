"""Files: seen by whoever sent them, and by those who see what they are attached to."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import (
    Blob,
    CoordinationFile,
    CoordinationRequest,
    Directive,
    Explanation,
    Extension,
    ObjectiveCause,
    Obligation,
    Redelivery,
    RequestFile,
    Submission,
    SubmissionFile,
    table,
)

blob, directive, obligation = table(Blob), table(Directive), table(Obligation)
submission, evidence = table(Submission), table(SubmissionFile)
request, answer = table(CoordinationRequest), table(CoordinationFile)
proof = table(RequestFile)
PROVED = (table(Extension), table(ObjectiveCause), table(Explanation))
"""What units ask and answer with files that prove it."""
redelivery = table(Redelivery)


class FileRow(NamedTuple):
    """A file by its content."""

    id: UUID
    sha256: str
    name: str
    size: int


_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=blob.c.id.type)


def _one(everything: bool) -> sa.Select[*tuple[Any, ...]]:
    as_source = sa.select(directive.c.id).where(directive.c.file_id == _ID, visibility.directives(everything))
    as_evidence = (
        sa.select(evidence.c.file_id)
        .join(submission, submission.c.id == evidence.c.submission_id)
        .join(obligation, obligation.c.id == submission.c.obligation_id)
        .where(evidence.c.file_id == _ID, visibility.one_obligation(everything))
    )
    as_answer = (
        sa.select(answer.c.file_id)
        .join(request, request.c.id == answer.c.request_id)
        .join(obligation, obligation.c.id == request.c.obligation_id)
        .where(answer.c.file_id == _ID, visibility.one_obligation(everything))
    )
    as_proof = [
        sa.select(proof.c.file_id)
        .join(asked, asked.c.id == proof.c.request_id)
        .join(obligation, obligation.c.id == asked.c.obligation_id)
        .where(proof.c.file_id == _ID, visibility.one_obligation(everything))
        for asked in PROVED
    ]
    as_message = sa.select(redelivery.c.file_id).where(
        redelivery.c.file_id == _ID,
        redelivery.c.register_id == visibility.REGISTER,
        sa.true() if everything else sa.false(),
    )
    sent = blob.c.uploaded_by == sa.bindparam("principal_id", type_=blob.c.uploaded_by.type)
    attached = (as_source, as_evidence, as_answer, *as_proof, as_message)
    seen = sa.or_(sent, *(sa.exists(each) for each in attached))
    return sa.select(*(blob.c[name] for name in FileRow._fields)).where(blob.c.id == _ID, seen)


ONE = {everything: _one(everything) for everything in (True, False)}


def one(connection: Connection, actor: Actor, file_id: UUID) -> FileRow:
    """Return one file.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = visibility.names(actor) | {"id": file_id, "principal_id": actor.principal_id}
    found = connection.execute(ONE[visibility.sees_everything(actor)], names).first()
    if found is None:
        raise NotFound(what="file")
    return FileRow._make(found)
