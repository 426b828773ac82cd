"""The templates of a register's documents: new versions, never changed ones."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from service.domain.events.letters import DocumentTemplateSet, DocumentTemplateTakenBack
from service.domain.ids import new_id
from service.domain.letter_rules import DocumentKind
from service.domain.locks import next_version
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import DocumentTemplate, table

template = table(DocumentTemplate)


def set_template(
    session: Session, actor: Actor, kind: DocumentKind, file_id: UUID, *, version: int | None, now: datetime
) -> DocumentTemplate:
    """Write one kind of document by a file from now on.

    Args:
        session: The caller's transaction.
        actor: Who sets it, for the actor's register.
        kind: What is written by it.
        file_id: The template; it was filled in before.
        version: The version that the actor saw, 0 where there was none, or None.
        now: The present instant.

    Raises:
        StaleVersion: `version` is given and is not the present one.
    """
    row = _next(session, actor, kind, file_id, version=version, now=now)
    fact = DocumentTemplateSet(subject_id=actor.register_id, document_kind=kind.value, number=row.version)
    emit(session, fact, actor=actor, at=now)
    return row


def take_back_template(
    session: Session, actor: Actor, kind: DocumentKind, *, version: int | None, now: datetime
) -> DocumentTemplate:
    """Write one kind of document in the form that comes with the service again; earlier versions stay.

    Raises:
        StaleVersion: `version` is given and is not the present one.
    """
    row = _next(session, actor, kind, None, version=version, now=now)
    fact = DocumentTemplateTakenBack(
        subject_id=actor.register_id, document_kind=kind.value, number=row.version
    )
    emit(session, fact, actor=actor, at=now)
    return row


def _next(
    session: Session,
    actor: Actor,
    kind: DocumentKind,
    file_id: UUID | None,
    *,
    version: int | None,
    now: datetime,
) -> DocumentTemplate:
    actor.require(Action.SET_TEMPLATES)
    is_same = template.c.kind == kind
    number = next_version(session, actor.register_id, template.c.version, is_same, seen=version)
    row = DocumentTemplate(
        id=new_id(now),
        register_id=actor.register_id,
        kind=kind,
        version=number,
        file_id=file_id,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row
