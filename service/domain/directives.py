"""Drafts: what a document gives, and what a person confirms, before it binds anybody."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import UNDATED, checked
from service.domain.errors import (
    AlreadyExists,
    DirectiveNotDraft,
    InvalidValue,
    NotFound,
    require_current,
)
from service.domain.events.directives import DirectiveChanged, DirectiveDrafted
from service.domain.ids import new_id
from service.domain.items import Node, free, locator, walk
from service.domain.locks import wait_turn
from service.domain.mapping import Registry, load_registry
from service.domain.mentions import read_mention
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.recurrence import is_settled, recurrence_of
from service.domain.redeliveries import told_by
from service.domain.tables import (
    AssignmentRole,
    Blob,
    Directive,
    DirectiveState,
    Item,
)
from service.domain.text import fold, nfc

DRAFT_FIELDS = frozenset(
    {
        "number",
        "symbol",
        "doc_type",
        "issuing_body",
        "parent_body",
        "subject",
        "place",
        "signed_on",
        "urgency",
        "field",
        "source",
        "addressees",
        "recipients",
        "signer",
    }
)
LATER_FIELDS = frozenset({"number", "symbol", "signer"})
MENTIONED = frozenset(AssignmentRole)
ITEM_FIELDS = frozenset(
    {"tracked", "task", "deadline", "more_deadlines", "due_on", "field", "key_task", "text_alone"}
)


def draft(
    session: Session, actor: Actor, proposal: Mapping[str, Any], *, file: Blob | None, now: datetime
) -> Directive:
    """Enter a directive as the intake proposes it, or as somebody typed it. Nobody has a duty yet.

    Raises:
        AlreadyExists: The register holds the same number, symbol and year of the same issuer (R3).
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    signed_on = _day(proposal.get("issued_on") or proposal.get("signed_on"))
    directive = Directive(
        id=new_id(now),
        register_id=actor.register_id,
        state=DirectiveState.DRAFT,
        signed_on=signed_on,
        signed_partial=proposal.get("issued_partial"),
        addressees=list(proposal.get("addressees") or []),
        basis=list(proposal.get("basis") or []),
        recipients=list(proposal.get("recipients") or []),
        signer=dict(proposal.get("signer") or {}),
        findings=list(proposal.get("findings") or []),
        text=str(proposal.get("text") or ""),
        urgency=_urgency(proposal.get("urgency")),
        file_id=file.id if file else None,
        made_at=now,
        number=proposal.get("number") or None,
        symbol=proposal.get("symbol") or None,
    )
    for name in TEXTS:
        setattr(directive, name, nfc(str(proposal.get(name) or "")))
    directive.envelope = proposal.get("envelope")
    directive.document_id = message_id(proposal)
    directive.received = told_by(proposal) if directive.document_id else None
    change_identity(session, directive)
    session.add(directive)
    session.flush()
    registry = load_registry(session, actor.register_id, office_day(now))
    items = _items(directive, proposal.get("items") or [], registry, now)
    session.add_all(items)
    session.flush()
    sha256 = file.sha256 if file else None
    emit(session, DirectiveDrafted(subject_id=directive.id, source_sha256=sha256), actor=actor, at=now)
    return directive


def message_id(proposal: Mapping[str, Any]) -> str | None:
    """Return the DocumentId of the message that a proposal was read from."""
    found = (proposal.get("envelope") or {}).get("document_id")
    return str(found) if found else None


def find_delivered(session: Session, actor: Actor, proposal: Mapping[str, Any]) -> Directive | None:
    """Return the directive that an earlier delivery of the same message gave this register (R3).

    Another delivery that is being entered at this moment is waited for.
    """
    document_id = message_id(proposal)
    if document_id is None:
        return None
    wait_turn(session.connection(), f"{actor.register_id} {document_id}")
    same = select(Directive).where(
        Directive.register_id == actor.register_id, Directive.document_id == document_id
    )
    return session.exec(same.with_for_update()).first()


TEXTS = ("doc_type", "issuing_body", "parent_body", "subject", "place", "field", "source")
URGENCIES = ("thường", "khẩn", "thượng khẩn", "hỏa tốc")


def _urgency(written: object) -> str:
    folded = fold(str(written or "thường"))
    for word in reversed(URGENCIES):
        if fold(word) in folded:
            return word
    return URGENCIES[0]


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def change_identity(session: Session, directive: Directive) -> None:
    """Fill what search and R3 compare, and refuse a second copy."""
    directive.folded = fold(f"{directive.number or ''} {directive.symbol or ''} {directive.subject}")
    directive.issuer_key = fold(directive.issuing_body)
    dated = directive.signed_on or directive.issued_on
    directive.year = dated.year if dated else None
    if directive.number is None or directive.year is None:
        return
    same = select(Directive.id).where(
        Directive.register_id == directive.register_id,
        Directive.issuer_key == directive.issuer_key,
        Directive.number == directive.number,
        Directive.symbol == directive.symbol,
        Directive.year == directive.year,
        Directive.id != directive.id,
    )
    if session.exec(same).first():
        raise AlreadyExists(what="directive", key=f"{directive.number}/{directive.symbol}")


def _items(
    directive: Directive, proposed: Sequence[Mapping[str, Any]], registry: Registry, now: datetime
) -> list[Item]:
    made: list[Item] = []
    taken: set[str] = set()
    for node in walk(proposed):
        parent = made[node.parent].id if node.parent is not None else None
        where = free(locator(node.path), taken)
        made.append(_item(directive, node, registry, parent_id=parent, where=where, now=now))
    return made


def _item(
    directive: Directive, node: Node, registry: Registry, *, parent_id: UUID | None, where: str, now: datetime
) -> Item:
    item, text = node.item, nfc(str(node.item.get("text") or ""))
    task, closing = bool(item.get("task", True)), bool(item.get("closing"))
    assigned = (mention for mention in item.get("assigned") or [] if mention["role"] in MENTIONED)
    return Item(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        parent_id=parent_id,
        locator=where,
        position=node.position,
        label=str(item.get("label") or "¶"),
        text=text,
        folded=fold(text),
        is_task=task,
        is_tracked=bool(item.get("tracked", task)) and not closing,
        is_closing=closing,
        key_task=bool(item.get("key_task")),
        text_alone=bool(item.get("text_alone")),
        field=str(item.get("field") or ""),
        deadline=_deadline(item),
        more_deadlines=[dict(reading) for reading in item.get("more_deadlines") or []],
        mentions=[read_mention(registry, mention) for mention in assigned],
    )


def _deadline(item: Mapping[str, Any]) -> dict[str, Any]:
    if item.get("due_on"):
        day = checked(_day(item["due_on"]) or date.min)
        return {"kind": "date", "iso": day.isoformat(), "bound": "by", "text": ""}
    return dict(item.get("deadline") or UNDATED)


def find_directive(session: Session, actor: Actor, directive_id: UUID, *, version: int | None) -> Directive:
    """Return a directive of the actor's register, locked against other changes until the commit.

    Raises:
        NotFound: There is none.
        StaleVersion: `version` is given and is not the present one.
    """
    query = select(Directive).where(Directive.id == directive_id).with_for_update()
    directive = session.exec(query).first()
    if directive is None or directive.register_id != actor.register_id:
        raise NotFound(what="directive")
    require_current(version, directive.version)
    return directive


def find_item(session: Session, directive: Directive, item: str) -> Item:
    """Return an item by its id or its locator."""
    try:
        found = select(Item).where(Item.directive_id == directive.id, Item.id == UUID(item))
    except ValueError:
        found = select(Item).where(Item.directive_id == directive.id, Item.locator == item)
    row = session.exec(found).first()
    if row is None:
        raise NotFound(what="item")
    return row


def require_draft(directive: Directive) -> None:
    if directive.state is not DirectiveState.DRAFT:
        raise DirectiveNotDraft(state=directive.state)


def change_directive(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    changes: Mapping[str, Any],
    *,
    version: int | None,
    now: datetime,
) -> Directive:
    """Change a draft. Of an issued directive only the number, symbol and signer may still come."""
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    unknown = set(changes) - DRAFT_FIELDS
    if unknown:
        raise InvalidValue(field=min(unknown), detail="cannot be changed")
    if not set(changes) <= LATER_FIELDS or (directive.number and "number" in changes):
        require_draft(directive)
    for name, value in changes.items():
        setattr(directive, name, _urgency(value) if name == "urgency" else value)
    change_identity(session, directive)
    directive.version += 1
    session.flush()
    emit(session, DirectiveChanged(subject_id=directive.id, fields=sorted(changes)), actor=actor, at=now)
    return directive


def change_item(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    item: str,
    changes: Mapping[str, Any],
    *,
    version: int | None,
    now: datetime,
) -> Item:
    """Change what the office decides about an item of a draft; its text is the document's."""
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    row = find_item(session, directive, item)
    unknown = set(changes) - ITEM_FIELDS
    if unknown:
        raise InvalidValue(field=min(unknown), detail="cannot be changed")
    row.is_task = changes.get("task", row.is_task)
    row.is_tracked = changes.get("tracked", row.is_tracked)
    row.key_task = changes.get("key_task", row.key_task)
    row.text_alone = changes.get("text_alone", row.text_alone)
    row.field = changes.get("field", row.field)
    if "due_on" in changes or "deadline" in changes:
        row.deadline = _deadline(changes)
        row.deadline_choices = []
    row.more_deadlines = list(changes.get("more_deadlines", row.more_deadlines))
    for reading in (row.deadline, *row.more_deadlines):
        if is_settled(reading):
            recurrence_of(reading.get("rule"))
    if row.is_tracked and row.is_closing:
        raise InvalidValue(field="tracked", detail="a closing demand repeats the items and is not tracked")
    directive.version += 1
    session.flush()
    fields = sorted(f"{row.locator}.{name}" for name in changes)
    emit(session, DirectiveChanged(subject_id=directive.id, fields=fields), actor=actor, at=now)
    return row
