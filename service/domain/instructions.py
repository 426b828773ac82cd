"""Instructions without a document: said at a meeting, or noted on an incoming document (bút phê).

An instruction is a directive of one item that is drafted, assigned and issued in one transaction, so that
every rule of an issue holds for it. What a leader said is kept as its basis, and each duty says it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.assignments import AssignmentOrder, assign
from service.domain.calendar import office_day
from service.domain.changes import Basis, close, in_force, record
from service.domain.directives import change_identity, draft
from service.domain.errors import AlreadyExists, InvalidValue
from service.domain.events.instructions import (
    DirectivePutInWriting,
    ObligationInstructed,
    ObligationPutInWriting,
)
from service.domain.issue import Issued, issue
from service.domain.lifecycle import CLOSED
from service.domain.outbox import emit_many, put_beside
from service.domain.people import Actor
from service.domain.tables import ChangeKind, Directive, DirectiveChange, Obligation, table
from service.domain.tables import Event as EventRow
from service.domain.text import shorten
from service.domain.units import unit_by_code

SUBJECT_MAX = 200
"""Characters of the content that stand as the subject where none is given."""

LABEL = "1"
"""The only item of an instruction."""

obligation, event = table(Obligation), table(EventRow)


class InstructionKind(StrEnum):
    """How a leader instructed: by word of mouth (chỉ đạo miệng), or by a note on a document (bút phê)."""

    VERBAL = "verbal"
    NOTE = "note"


DOC_TYPES = {InstructionKind.VERBAL: "Chỉ đạo miệng", InstructionKind.NOTE: "Bút phê"}
"""Kind → the directive's document type."""

SOURCES = {InstructionKind.VERBAL: "kết luận họp", InstructionKind.NOTE: "bút phê"}
"""Kind → the directive's source layer, where the office names no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What was said or noted, by whom, when and where.

    Attributes:
        kind: By word of mouth, or as a note.
        said_by: The post of the leader, such as "Chủ tịch UBND huyện"; no person's name.
        said_on: The day; the units have the duty from then on.
        meeting: Where it was said; empty for a note.
        document: The incoming document that bears the note: `doc_type`, `number`, `symbol`, `date`, `issuer`;
            None for what was said.
        item: Content and deadline, in the form of an item of the intake.
        facts: Further fields of the directive, such as `urgency` and `source`.
    """

    kind: InstructionKind
    said_by: str
    said_on: date
    meeting: str
    document: Mapping[str, Any] | None
    item: Mapping[str, Any]
    facts: Mapping[str, Any]

    def in_words(self) -> str:
        """Return the basis as the journal tells it."""
        said = f"{DOC_TYPES[self.kind]} của {self.said_by} ngày {self.said_on:%d/%m/%Y}"
        if self.document is None:
            return f"{said} tại {self.meeting}"
        code = "/".join(part for part in (self.document["number"], self.document["symbol"]) if part)
        day = self.document["date"]
        of = f" của {self.document['issuer']}" if self.document["issuer"] else ""
        return f"{said} trên văn bản đến số {code}" + (f" ngày {day:%d/%m/%Y}" if day else "") + of


def instruct(
    session: Session,
    actor: Actor,
    said: Instruction,
    orders: Sequence[AssignmentOrder],
    *,
    issuer_code: str,
    waive: Sequence[tuple[str, str]],
    now: datetime,
) -> Issued:
    """Enter an instruction and give its duties at once.

    Args:
        session: The caller's transaction.
        actor: Who enters it; must be allowed to issue.
        said: What was said.
        orders: Which units and groups lead and coordinate.
        issuer_code: The unit in whose name the leader spoke.
        waive: Warnings waved through: (code, reason).
        now: The present instant.

    Raises:
        InvalidValue: It is said to have been given in the future.
        ItemsWithoutLead: No unit would answer for it (R1).
        DueBeforeAssigned: Its deadline lies before the day and nobody waived that.
        UnknownReference: A code that no unit or group has.
    """
    if said.said_on > office_day(now):
        raise InvalidValue(field="said_on", detail="lies in the future")
    issuer = unit_by_code(session, issuer_code, said.said_on, field="issuer_code")
    directive = draft(session, actor, _proposal(said, issuer.name), file=None, now=now)
    assign(session, actor, directive.id, LABEL, orders, version=None, now=now)
    issued = issue(
        session,
        actor,
        directive.id,
        issuer_code=issuer_code,
        issued_on=said.said_on,
        number=None,
        waive=waive,
        version=None,
        now=now,
    )
    given = obligation.c.directive_id == directive.id
    _tell_each(session, actor, ObligationInstructed, given, said.in_words(), now=now)
    return issued


def _proposal(said: Instruction, issuing_body: str) -> dict[str, Any]:
    """Return the instruction in the form in which documents are proposed."""
    document = dict(said.document or {})
    document["date"] = document["date"].isoformat() if document.get("date") else None
    item = {"label": LABEL, **said.item}
    return {
        "subject": shorten(str(item["text"]), SUBJECT_MAX),
        "source": SOURCES[said.kind],
        **{name: value for name, value in said.facts.items() if value},
        "doc_type": DOC_TYPES[said.kind],
        "issuing_body": issuing_body,
        "signed_on": said.said_on,
        "signer": {"title": said.said_by},
        "basis": [{**document, "text": said.in_words()}],
        "items": [item],
    }


def put_in_writing(
    session: Session, actor: Actor, directive_id: UUID, basis: Basis, *, version: int | None, now: datetime
) -> Directive:
    """Attach the document that confirms an instruction (văn bản hóa); its duties go on as they are.

    The number of a document outside the register becomes the instruction's own, so that messages name it.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        InvalidValue: It is no instruction, or the basis makes no sense.
        AlreadyExists: A document confirmed it before, or the register holds a directive of that number.
        UnknownReference: The basis is not in the register.
    """
    directive = in_force(session, actor, directive_id, version=version)
    if directive.doc_type not in DOC_TYPES.values():
        raise InvalidValue(field="directive_id", detail="is a document itself; its number comes by PATCH")
    earlier = select(DirectiveChange.id).where(
        DirectiveChange.directive_id == directive.id, DirectiveChange.kind == ChangeKind.PUT_IN_WRITING
    )
    if session.exec(earlier).first() is not None or directive.number:
        raise AlreadyExists(what="document", key=str(directive.id))
    change, named = record(session, actor, directive, ChangeKind.PUT_IN_WRITING, basis, details=[], now=now)
    directive.number, directive.symbol = basis.number or None, basis.symbol or None
    change_identity(session, directive)
    fact = DirectivePutInWriting(subject_id=directive.id, change_id=change.id, basis=named)
    close(session, actor, directive, fact, 0, now=now)
    lasting = sa.and_(obligation.c.directive_id == directive.id, obligation.c.state.not_in(CLOSED))
    _tell_each(session, actor, ObligationPutInWriting, lasting, named, now=now)
    return directive


def _tell_each(
    session: Session,
    actor: Actor,
    kind: type[ObligationInstructed | ObligationPutInWriting],
    which: sa.ColumnElement[bool],
    basis: str,
    *,
    now: datetime,
) -> None:
    """Write the basis into the journal of every duty of a condition, in one statement or two."""
    said = sa.literal({"basis": put_beside(session, basis)}, event.c.payload.type)
    emit_many(session, kind, sa.select(obligation.c.id, said).where(which), actor=actor, at=now)
