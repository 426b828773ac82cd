"""The exchange sends about a directive that is held: it is told, and nothing changes by itself (R3)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from service.domain.events.directives import DirectiveRedelivered
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.tables import Blob, Directive, MessageKind, Redelivery
from service.domain.text import cited, nfc

FIELD_WORDS = {
    "number": "số",
    "symbol": "ký hiệu",
    "issued_on": "ngày ban hành",
    "subject": "trích yếu",
    "issuing_body": "cơ quan ban hành",
    "addressees": "nơi gửi",
    "due_on": "thời hạn",
    "text": "nội dung",
}
FINDINGS = {
    MessageKind.NEW: ("redelivered-changed", "Gói tin gửi lại khác bản đã nhận ở: {fields}"),
    MessageKind.UPDATE: ("exchange-updates", "Nơi gửi báo cập nhật văn bản này ({fields})"),
    MessageKind.REVOKE: ("exchange-revokes", "Nơi gửi báo thu hồi văn bản này"),
    MessageKind.REPLACE: ("exchange-replaces", "Nơi gửi báo thay thế văn bản này"),
}
"""What the clerk is told; what follows is for a person to do."""


def told_by(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says of its document, as a later delivery is compared with."""
    envelope = proposal.get("envelope") or {}
    named = (name for name in FIELD_WORDS if name not in ("text", "due_on"))
    told = {name: _plain(proposal.get(name)) for name in named}
    text = sha256(str(proposal.get("text") or "").encode()).hexdigest()
    return told | {"due_on": envelope.get("due_on"), "text": text}


def _plain(value: Any) -> Any:
    return nfc(value) or None if isinstance(value, str) else value or None


def _as_held(directive: Directive) -> dict[str, Any]:
    """Return what a directive says itself, where what its message said was not kept."""
    held = {name: getattr(directive, name) for name in FIELD_WORDS if hasattr(directive, name)}
    signed_on = directive.signed_on.isoformat() if directive.signed_on else None
    return told_by(held | {"issued_on": signed_on, "envelope": directive.envelope})


def receive_again(
    session: Session,
    actor: Actor,
    directive: Directive,
    proposal: Mapping[str, Any],
    keep: Callable[[], Blob],
    *,
    now: datetime,
) -> Redelivery | None:
    """Take note of a message about a directive that is held; return None where it says nothing new.

    The directive and its duties stay as they are; its findings say what the message says.

    Args:
        session: The caller's transaction.
        actor: Who enters it.
        directive: The directive, which came in this message or is named by it.
        proposal: What was read from the message.
        keep: Stores the message's file; called only where there is something new.
        now: The present instant.
    """
    told = told_by(proposal)
    business = (proposal.get("envelope") or {}).get("business") or {}
    kind = MessageKind(business.get("kind") or MessageKind.NEW)
    document_id = str((proposal.get("envelope") or {}).get("document_id") or "")
    own = document_id == directive.document_id
    differences = _differences(directive.received or _as_held(directive), told) if own else []
    content = sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    if (kind is MessageKind.NEW and not differences) or _is_known(session, directive, kind, content):
        return None
    row = Redelivery(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        kind=kind,
        document_id=document_id,
        reason=str(business.get("reason") or ""),
        differences=differences,
        content_sha256=content,
        file_id=keep().id,
        received_by=actor.principal_id,
        received_at=now,
    )
    session.add(row)
    directive.findings = [*directive.findings, _finding(row, proposal)]
    directive.version += 1
    session.flush()
    fact = DirectiveRedelivered(
        subject_id=directive.id,
        redelivery_id=row.id,
        message_kind=kind,
        fields=[str(each["field"]) for each in differences],
        reason=row.reason,
    )
    emit(session, fact, actor=actor, at=now)
    return row


def find_concerned(session: Session, actor: Actor, proposal: Mapping[str, Any]) -> list[Directive]:
    """Return the directives of the register that a message revokes, updates or replaces."""
    business = (proposal.get("envelope") or {}).get("business") or {}
    if not business.get("document_ids") or business.get("kind") in (None, MessageKind.NEW):
        return []
    query = (
        select(Directive)
        .where(
            Directive.register_id == actor.register_id,
            col(Directive.document_id).in_(business["document_ids"]),
        )
        .order_by(col(Directive.id))
        .with_for_update()
    )
    return list(session.exec(query))


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [name for name in FIELD_WORDS if before.get(name) != now.get(name)]
    return [
        {"field": name} | ({} if name == "text" else {"before": before.get(name), "now": now.get(name)})
        for name in found
    ]


def _is_known(session: Session, directive: Directive, kind: MessageKind, content: str) -> bool:
    query = select(Redelivery.id).where(
        Redelivery.directive_id == directive.id,
        Redelivery.kind == kind,
        Redelivery.content_sha256 == content,
    )
    return session.exec(query).first() is not None


def _finding(row: Redelivery, proposal: Mapping[str, Any]) -> dict[str, Any]:
    code, said = FINDINGS[row.kind]
    fields = ", ".join(FIELD_WORDS[each["field"]] for each in row.differences) or "không có thay đổi"
    by = cited(str(proposal.get("doc_type") or ""), proposal.get("number"), proposal.get("symbol"), None)
    parts = [said.format(fields=fields), f"theo {by}" if row.kind is not MessageKind.NEW else "", row.reason]
    message = "; ".join(part for part in parts if part)
    return {
        "code": code,
        "severity": "warning",
        "message": f"{message}. Văn bản đã nhập giữ nguyên.",
        "where": "document_id",
        "file_id": str(row.file_id),
    }
