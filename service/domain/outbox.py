"""Events go into the transaction of the change: if it commits they exist, if not they never did.

Their free texts go beside: the event holds commitments to them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.commitments import Beside, beside, committed, sealed
from service.domain.events.audience import AUDIENCE
from service.domain.events.base import Event
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.tables import Event as EventRow
from service.domain.tables import FactText, Outbox, table

event = table(EventRow)
outbox = table(Outbox)
fact_text = table(FactText)


def emit(
    session: Session,
    fact: Event,
    *,
    actor: Actor,
    at: datetime,
    tell_unit: UUID | None = None,
    is_known: bool = False,
) -> None:
    """Record a fact; it waits in the outbox if somebody has to be told.

    Args:
        session: The caller's transaction.
        fact: What happened to one subject.
        actor: Who did it.
        at: When.
        tell_unit: The unit that is told; None for the one that has the obligation.
        is_known: Whoever would be told did it.
    """
    insert = sa.insert(event).values(_row(fact, values_of(session, fact), actor, at)).returning(event.c.seq)
    seq = session.connection().execute(insert).scalar_one()
    if fact.kind in AUDIENCE and not is_known:
        session.connection().execute(sa.insert(outbox).values(seq=seq, unit_id=tell_unit))


def emit_of_installation(session: Session, fact: Event, *, at: datetime) -> None:
    """Record a fact about the installation as a whole: it is in no register, and nobody is told of it."""
    row = {
        "register_id": None,
        "kind": fact.kind,
        "subject_id": fact.subject_id,
        "payload": values_of(session, fact),
        "actor_id": NIL,
        "recorded_at": at,
    }
    session.connection().execute(sa.insert(event).values(row))


def emit_all(session: Session, facts: Iterable[Event], *, actor: Actor, at: datetime) -> None:
    """Record facts that nobody has to be told of, in one statement or two."""
    rows, texts = [], list[Beside]()
    for fact in facts:
        values, found = sealed(fact)
        rows.append(_row(fact, values, actor, at))
        texts += found
    if rows:
        _keep(session, texts)
        session.connection().execute(sa.insert(event), rows)


def _row(fact: Event, values: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "register_id": actor.register_id,
        "kind": fact.kind,
        "subject_id": fact.subject_id,
        "payload": values,
        "actor_id": actor.principal_id,
        "recorded_at": at,
    }


def values_of(session: Session, fact: Event) -> dict[str, Any]:
    """Return the values of a fact as an event holds them; its free texts are put beside."""
    values, texts = sealed(fact)
    _keep(session, texts)
    return values


def put_beside(session: Session, text: str) -> Any:
    """Return how an event speaks of a free text, for values that are made in SQL; the text is put beside."""
    if not text:
        return text
    found = beside(text)
    _keep(session, [found])
    return committed(found)


def _keep(session: Session, texts: Sequence[Beside]) -> None:
    if texts:
        session.connection().execute(sa.insert(fact_text), [found._asdict() for found in texts])


def emit_many(
    session: Session, kind: type[Event], subjects: sa.Select[Any], *, actor: Actor, at: datetime
) -> None:
    """Record one fact of every selected subject, in one statement or two.

    Args:
        session: The caller's transaction.
        kind: What happened.
        subjects: The subjects; a second column holds the fact's values as JSON, if it has any, and is made
            with `values_of` or `put_beside`: free texts do not stand in it.
        actor: Who did it.
        at: When.
    """
    connection = session.connection()
    subject, *values = subjects.selected_columns
    payload = sa.type_coerce(values[0], event.c.payload.type) if values else None
    rows = subjects.with_only_columns(
        *(
            sa.literal(value, column.type)
            for value, column in (
                (actor.register_id, event.c.register_id),
                (kind.kind, event.c.kind),
            )
        ),
        subject,
        sa.literal({}, event.c.payload.type) if payload is None else payload,
        sa.literal(actor.principal_id, event.c.actor_id.type),
        sa.literal(at, event.c.recorded_at.type),
    )
    columns = ["register_id", "kind", "subject_id", "payload", "actor_id", "recorded_at"]
    insert = sa.insert(event).from_select(columns, rows)
    if kind.kind not in AUDIENCE:
        connection.execute(insert)
        return
    if connection.dialect.name == "postgresql":
        written = insert.returning(event.c.seq).cte("written")
        connection.execute(sa.insert(outbox).from_select(["seq"], sa.select(written.c.seq)))
        return
    last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(event.c.seq), 0))).scalar_one()
    connection.execute(insert)  # nobody else writes until we commit, so what is beyond `last` is ours
    connection.execute(
        sa.insert(outbox).from_select(["seq"], sa.select(event.c.seq).where(event.c.seq > last))
    )
