"""Erasing what somebody typed about a person: the fact stays, its text goes, and the journal says so."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.commitments import ERASED, commitments
from service.domain.erasure_refusals import TextsErased
from service.domain.errors import NotFound, UnknownReference
from service.domain.events.erasures import FactTextErased
from service.domain.outbox import emit, emit_of_installation
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Event, FactText, Idempotency, Item, Ledger, Obligation, Series, table
from service.domain.tables.base import free_columns, metadata

event, ledger, fact_text, obligation = table(Event), table(Ledger), table(FactText), table(Obligation)
answers = table(Idempotency)

TELLING_MIN = 5
"""Characters from which on a text is looked for where it may be copied; shorter ones are everywhere."""

AGAIN = "Áp dụng lại sau khi khôi phục từ bản sao lưu"
"""On which ground something is erased that came back."""

OF_THE_DOCUMENT = (table(Item), table(Series))
"""What these hold is the document itself, which is kept as it was issued."""


@dataclass(frozen=True, slots=True)
class ErasedTexts:
    """What was erased of a fact, by name; in so many records of its duty or directive the text stood too."""

    position: int
    names: list[str]
    records: int


def erase_texts(
    session: Session, actor: Actor, position: int, *, names: Sequence[str], basis: str, now: datetime
) -> ErasedTexts:
    """Erase texts of a fact, and the same texts where they stand in the records of its duty and directive.

    Facts that were recorded at once with the same text, such as those of one transfer, lose it together.

    Args:
        session: The caller's transaction.
        actor: An administrator.
        position: The fact's place in the ledger.
        names: The values of the fact whose texts go, such as `reason`; none are all.
        basis: On which ground: a request's number, a decision.
        now: The present instant.

    Raises:
        NotFound: The register has no such fact.
        UnknownReference: The fact has no such text beside it; facts of earlier releases have none at all.
        TextsErased: They were erased before.
    """
    actor.require(Action.ERASE_PERSONAL_DATA)
    found = (
        sa.select(event.c.subject_id, event.c.payload)
        .join(ledger, ledger.c.seq == event.c.seq)
        .where(ledger.c.register_id == actor.register_id, ledger.c.position == position)
    )
    row = session.connection().execute(found).first()
    if row is None:
        raise NotFound(what="fact")
    named = dict(commitments(row.payload))
    if unknown := sorted(set(names) - named.keys()) or ([] if named else ["*"]):
        raise UnknownReference(field="names", codes=unknown)
    wanted = {name: digest for name, digest in named.items() if not names or name in names}
    fact, records = _let_go(session, row.subject_id, wanted, position=position, basis=basis)
    if not fact.names:
        raise TextsErased(position=position)
    emit(session, fact, actor=actor, at=now)
    return ErasedTexts(position, fact.names, records)


def erase_again(session: Session, digests: Collection[str], *, now: datetime) -> int:
    """Erase texts that were erased before and came back with a backup; return how many.

    The journal is walked once for the facts that speak of them.
    """
    connection, basis = session.connection(), AGAIN
    spoken = (
        sa.select(event.c.subject_id, event.c.payload, ledger.c.position)
        .outerjoin(ledger, ledger.c.seq == event.c.seq)
        .order_by(event.c.seq)
    )
    left = set(_still_there(session, digests))
    count = len(left)
    for row in connection.execute(spoken).all() if left else ():
        wanted = {name: digest for name, digest in commitments(row.payload) if digest in left}
        if wanted:
            fact, _ = _let_go(session, row.subject_id, wanted, position=row.position or 0, basis=basis)
            emit_of_installation(session, fact, at=now)
            left -= set(wanted.values())
    return count


def forget_answers(connection: Connection, words: Iterable[str]) -> None:
    """Forget answers to requests that have a text in them: whoever repeats one does it again."""
    written = [json.dumps(each, ensure_ascii=False)[1:-1] for each in words if len(each) >= TELLING_MIN]
    if written:
        tells = sa.or_(*(answers.c.body.contains(each, autoescape=True) for each in written))
        connection.execute(sa.delete(answers).where(tells))


def mark_to_be_scrubbed(session: Session) -> None:
    """Let SQLite's file say that what was erased may still lie in pages that are free."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA user_version = 1")


def _let_go(
    session: Session, subject_id: UUID, wanted: Mapping[str, str], *, position: int, basis: str
) -> tuple[FactTextErased, int]:
    """Blank those texts, by name and commitment, that are still there; return the fact and the records."""
    texts = _still_there(session, list(wanted.values()))
    gone = sorted(name for name, digest in wanted.items() if digest in texts)
    records = _blank_records(session, subject_id, list(texts.values())) if texts else 0
    session.connection().execute(
        sa.update(fact_text).where(fact_text.c.sha256.in_(list(texts))).values(salt=None, text=None)
    )
    forget_answers(session.connection(), texts.values())
    mark_to_be_scrubbed(session)
    fact = FactTextErased(
        subject_id=subject_id, position=position, names=gone, commitments=sorted(texts), basis=basis
    )
    return fact, records


def _still_there(session: Session, digests: Collection[str]) -> dict[str, str]:
    """Return the texts of commitments that were not erased yet; whoever else erases them waits."""
    there = sa.select(fact_text.c.sha256, fact_text.c.text).where(
        fact_text.c.sha256.in_(digests), fact_text.c.text.is_not(None)
    )
    return dict(session.connection().execute(there.with_for_update()).all())


def _blank_records(session: Session, subject_id: UUID, texts: Sequence[str]) -> int:
    """Put the mark in the place of texts in the records of a duty and its directive; return in how many."""
    connection, count = session.connection(), 0
    above = sa.select(obligation.c.directive_id).where(obligation.c.id == subject_id)
    mine: dict[str, sa.ColumnElement[bool]] = {
        "obligation_id": sa.literal_column("obligation_id") == sa.literal(subject_id, sa.Uuid()),
        "directive_id": sa.literal_column("directive_id").in_(
            above.union(sa.select(sa.literal(subject_id, sa.Uuid())))
        ),
    }
    for records in metadata.sorted_tables:
        keys = [mine[name] for name in mine if name in records.c]
        if not keys or records in OF_THE_DOCUMENT:
            continue
        for column in free_columns(records):
            same = sa.update(records).where(sa.or_(*keys), column.in_(texts))
            count += connection.execute(same.values({column.name: ERASED})).rowcount
    session.expire_all()
    return count
