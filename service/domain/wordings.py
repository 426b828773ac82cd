"""The texts of a register's messages: new versions, never changed ones."""

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from service.domain.events.registry import WordingChanged
from service.domain.ids import new_id
from service.domain.locks import next_version
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Wording, table
from service.domain.wording import Texts, WordingKind, checked

wording = table(Wording)


def set_wording(
    session: Session,
    actor: Actor,
    kind: WordingKind,
    texts: Texts,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Wording:
    """Word one kind of message anew; what was sent keeps the version that it was worded by.

    Args:
        session: The caller's transaction.
        actor: Who words it, for the actor's register.
        kind: What the messages are for.
        texts: All texts of the kind.
        reason: Why; kept with the version.
        version: The version that the actor saw, 0 for the built-in texts, or None.
        now: The present instant.

    Raises:
        WordingRefused: A text names something unknown, misses what must be said, or gets too long.
        StaleVersion: `version` is given and is not the present one.
    """
    actor.require(Action.SET_WORDINGS)
    stored = checked(texts)
    is_same = wording.c.kind == kind
    number = next_version(session, actor.register_id, wording.c.version, is_same, seen=version)
    row = Wording(
        id=new_id(now),
        register_id=actor.register_id,
        kind=kind,
        version=number,
        reason=reason,
        made_by=actor.principal_id,
        made_at=now,
        **asdict(stored),
    )
    session.add(row)
    session.flush()
    fact = WordingChanged(
        subject_id=actor.register_id, wording_kind=kind.value, number=row.version, reason=reason
    )
    emit(session, fact, actor=actor, at=now)
    return row
