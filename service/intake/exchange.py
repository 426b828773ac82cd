"""The envelope's fields over what was read in the text: they win, and every difference is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .envelope import Envelope
from .marks import SIGNING
from .names import unit_key
from .proposal import Deadline, Finding, Header, Item, Phrase, Signer, Span
from .restore import canonical, fold

NOWHERE = Span(0, 0)
"""Span of what stands only in the envelope."""
CONFIDENCE = 0.85
_NAMES = {
    "number": "Số", "symbol": "Ký hiệu", "place": "Địa danh", "subject": "Trích yếu",
    "issuing_body": "Cơ quan ban hành",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What an envelope and a text say together."""

    header: Header
    addressees: tuple[Phrase, ...]
    recipients: tuple[Phrase, ...]
    signer: Signer | None
    findings: tuple[Finding, ...]


def with_envelope(told: Told, envelope: Envelope | None, text: str) -> Told:
    """The document's fields after the envelope was looked at."""
    if envelope is None:
        return told
    header, findings = _header(told.header, envelope, text)
    names = [receiver.name for receiver in envelope.receivers if receiver.name]
    return Told(
        header,
        _phrases(names, told.addressees, text),
        _phrases(envelope.places, told.recipients, text),
        _signer(told.signer, envelope),
        (*told.findings, *findings),
    )


def _header(header: Header, envelope: Envelope, text: str) -> tuple[Header, list[Finding]]:
    sender = envelope.sender.name if envelope.sender else None
    parent = envelope.parent_body if envelope.parent_body != sender else None
    values = {
        "number": envelope.number,
        "symbol": envelope.symbol,
        "place": envelope.place,
        "subject": envelope.subject,
        "issuing_body": sender,
        "parent_body": parent,
    }
    changes: dict[str, Phrase] = {}
    findings: list[Finding] = []
    for name, value in values.items():
        read = header.phrases()[name]
        if value is None or (read and _same(name, read.text, value)):
            continue
        changes[name] = _phrase(value, text)
        if read and name in _NAMES:
            findings.append(_difference(name, _NAMES[name], value, read.text))
    if envelope.issued_on and header.issued_on and header.issued_on != envelope.issued_on:
        findings.append(_difference("issued_on", "Ngày ban hành", envelope.issued_on, header.issued_on))
    issued_on = envelope.issued_on or header.issued_on
    urgency = Phrase(envelope.urgency, NOWHERE) if envelope.urgency else header.urgency
    typed = header.doc_type if _is_narrower(header.doc_type, envelope.doc_type) else envelope.doc_type
    new = replace(
        replace(header, **changes),  # type: ignore[arg-type]  # every name is that of a phrase
        issued_on=issued_on,
        issued_partial=None if issued_on else header.issued_partial,
        doc_type=typed or header.doc_type,
        urgency=urgency,
    )
    return new, findings


def _same(name: str, read: str, value: str) -> bool:
    key = unit_key if name in ("issuing_body", "parent_body") else fold
    return key(read) == key(value)


def _is_narrower(read: str | None, told: str | None) -> bool:
    return read is not None and (told is None or fold(read).startswith(fold(told)))


def _difference(where: str, what: str, told: str, read: str) -> Finding:
    message = f"{what} trong gói tin là “{told}”, trong văn bản là “{read}”; lấy theo gói tin."
    return Finding("envelope-differs", "warning", message, where)


def _phrase(value: str, text: str) -> Phrase:
    """A value with where it stands in the text, if it does."""
    at = text.find(value)
    return Phrase(value, Span(at, at + len(value)) if at >= 0 else NOWHERE)


def _phrases(values: Sequence[str], read: tuple[Phrase, ...], text: str) -> tuple[Phrase, ...]:
    """The envelope's list; an entry that the text has too keeps the text's words and place."""
    if not values:
        return read
    known = {unit_key(phrase.text): phrase for phrase in read}
    return tuple(known.get(unit_key(value)) or _phrase(value, text) for value in values)


def _signer(read: Signer | None, envelope: Envelope) -> Signer | None:
    if envelope.signer is None or (read and read.name and fold(read.name) == fold(envelope.signer)):
        return read
    competence = canonical(envelope.competence or "")
    mark = re.match(r"(?P<mark>TM|KT|TL|TUQ|Q)\b", competence)
    chain = (envelope.competence,) if envelope.competence and SIGNING.match(competence) else ()
    title = envelope.position or (read.title if read else None)
    span = read.span if read else NOWHERE
    return Signer(mark["mark"] if mark else None, chain, title, envelope.signer, span)


def with_due_day(
    items: Sequence[Item], envelope: Envelope | None
) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """Give the message's day to each top item under which no day is set; a person confirms it."""
    if envelope is None or envelope.due_on is None:
        return tuple(items), ()
    facts = (("bound", "by"), ("iso", envelope.due_on))
    deadline = Deadline("date", "", NOWHERE, CONFIDENCE, facts)
    out = [replace(item, deadline=deadline) if _is_undated(item) else item for item in items]
    given = [item.path for item in out if item.deadline is deadline]
    if not given:
        return tuple(out), ()
    message = (
        f"Hạn {envelope.due_on} ghi trong gói tin được lấy cho mục {', '.join(given)}; cần kiểm tra lại."
    )
    return tuple(out), (Finding("due-day-from-envelope", "warning", message, "items"),)


def _is_undated(item: Item) -> bool:
    return item.task and not item.closing and all(each.deadline.kind == "none" for each in item.walk())
