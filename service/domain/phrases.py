"""What phrases of documents mean, as clerks said: remembered for the register, revocable."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import InvalidValue, NotFound, require_current
from service.domain.events.registry import PhraseConfirmed, PhraseRevoked
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import PhraseMeaning, table
from service.domain.text import fold_name, nfc

meaning = table(PhraseMeaning)


def remember(
    session: Session,
    actor: Actor,
    phrase: str,
    *,
    unit_id: UUID | None,
    group_id: UUID | None,
    code: str,
    now: datetime,
) -> PhraseMeaning:
    """Remember that a phrase means a unit or a group (exactly one); what it meant before is revoked.

    Raises:
        InvalidValue: The phrase has no letter.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    folded = fold_name(phrase)
    if not folded:
        raise InvalidValue(field="phrase", detail="has no letter")
    held = session.exec(
        select(PhraseMeaning).where(
            PhraseMeaning.register_id == actor.register_id,
            PhraseMeaning.folded == folded,
            meaning.c.revoked_at.is_(None),
        )
    ).first()
    if held is not None and (held.unit_id, held.group_id) == (unit_id, group_id):
        return held
    if held is not None:
        _end(session, actor, held, now=now)
    row = PhraseMeaning(
        id=new_id(now),
        register_id=actor.register_id,
        phrase=nfc(phrase),
        folded=folded,
        unit_id=unit_id,
        group_id=group_id,
        confirmed_by=actor.principal_id,
        confirmed_at=now,
    )
    session.add(row)
    session.flush()
    emit(session, PhraseConfirmed(subject_id=row.id, phrase=row.phrase, code=code), actor=actor, at=now)
    return row


def revoke(
    session: Session, actor: Actor, meaning_id: UUID, *, version: int | None, now: datetime
) -> PhraseMeaning:
    """Forget what a phrase means; the next document is read without it, the journal keeps it.

    Raises:
        NotFound: The register has no such meaning.
        StaleVersion: It was revoked before.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    row = session.get(PhraseMeaning, meaning_id, with_for_update=True)
    if row is None or row.register_id != actor.register_id:
        raise NotFound(what="phrase_meaning")
    require_current(version, row.version)
    if row.revoked_at is None:
        _end(session, actor, row, now=now)
    return row


def _end(session: Session, actor: Actor, row: PhraseMeaning, *, now: datetime) -> None:
    row.revoked_by, row.revoked_at = actor.principal_id, now
    row.version += 1
    session.flush()
    emit(session, PhraseRevoked(subject_id=row.id, phrase=row.phrase), actor=actor, at=now)


def held_meanings(register_id: UUID) -> sa.Select[tuple[UUID | None, UUID | None, str, str]]:
    """Return the statement for what phrases of a register mean now: unit, group, phrase, folded phrase."""
    columns = (meaning.c.unit_id, meaning.c.group_id, meaning.c.phrase, meaning.c.folded)
    return sa.select(*columns).where(meaning.c.register_id == register_id, meaning.c.revoked_at.is_(None))
