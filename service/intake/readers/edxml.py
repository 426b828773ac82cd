"""The header and the attachments of an edXML message, by local names: senders differ in their namespaces.

Elements and spellings ("Bussiness") as in QCVN 102:2016/BTTTT and as implemented against the national axis.
defusedxml refuses document types, so that neither entities nor outside files are ever looked at.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..envelope import Business, Envelope, Party, Reference
from ..refusals import DocumentTooLarge, UnreadableDocument, UnsupportedDocument
from ..restore import clean, fold
from .xml import Stream

FIELD_MAX, NAME_MAX = 500, 300
SUBJECT_MAX = 2_000
PARTIES_MAX = 2_000
ATTACHMENTS_MAX = 100
URGENCIES = {"1": "Khẩn", "2": "Thượng khẩn", "3": "Hỏa tốc", "4": "Hỏa tốc hẹn giờ"}
"""`Priority`: 0 is ordinary."""
BUSINESSES = {"0": "new", "1": "revoke", "2": "update", "3": "replace"}
"""`BussinessDocType`, as implemented against the national axis."""
_DAY = re.compile(
    r"^(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})\b|^(?P<d2>\d{1,2})[/-](?P<m2>\d{1,2})[/-](?P<y2>\d{4})\b"
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message: its name, and its bytes when they came along."""

    name: str
    content_id: str
    content: bytes | None


def parse_message(data: bytes, size_max: int) -> tuple[Envelope, list[Attachment]]:
    """Read a message.

    Args:
        data: The XML.
        size_max: Bytes that all attachments together may have.

    Raises:
        UnreadableDocument: No well-formed XML, or with a document type.
        UnsupportedDocument: XML, but no edXML message with a document.
        DocumentTooLarge: Nested too deeply, or the attachments are beyond the limit.
    """
    Stream(frozenset(), lambda _: None, lambda _: None, lambda _: None).feed([data])
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableDocument from error
    header = _find(root, "MessageHeader")
    if header is None or (_text(header, "StatusCode") and _child(header, "Code") is None):
        raise UnsupportedDocument
    return replace(_envelope(header), business=_business(root)), _attachments(root, size_max)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element | None, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name) if element is not None else iter(())


def _child(element: Element | None, name: str) -> Element | None:
    return next(_children(element, name), None)


def _find(root: Element, name: str) -> Element | None:
    return next((element for element in root.iter() if _local(element) == name), None)


def _shown(element: Element | None, longest: int = FIELD_MAX) -> str | None:
    """An element's text on one line; None when it says nothing, or more than a field can."""
    if element is None:
        return None
    text = re.sub(r"\s+", " ", clean(element.text or "")).strip()
    return text if text and len(text) <= longest else None


def _text(element: Element | None, name: str, longest: int = FIELD_MAX) -> str | None:
    return _shown(_child(element, name), longest)


def _day(written: str | None) -> str | None:
    match = _DAY.match(written or "")
    if not match:
        return None
    year, month, day = (int(match[name] or match[f"{name}2"]) for name in ("y", "m", "d"))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _envelope(header: Element) -> Envelope:
    code, issued = _child(header, "Code"), _child(header, "PromulgationInfo")
    signer, other = _child(header, "SignerInfo"), _child(header, "OtherInfo")
    sender = _child(header, "From")
    number = _text(code, "CodeNumber", 40)
    return Envelope(
        document_id=_text(header, "DocumentId", 255),
        sender=_party(sender) if sender is not None else None,
        parent_body=_text(sender, "OrganizationInCharge", NAME_MAX),
        receivers=tuple(_party(to) for to in list(_children(header, "To"))[:PARTIES_MAX]),
        number=number if (number or "").strip("0") else None,
        symbol=_text(code, "CodeNotation", 80),
        place=_text(issued, "Place", 100),
        issued_on=_day(_text(issued, "PromulgationDate")),
        doc_type=_text(_child(header, "DocumentType"), "TypeName", 100),
        subject=_text(header, "Subject", SUBJECT_MAX) or _text(header, "Content", SUBJECT_MAX),
        competence=_text(signer, "Competence"),
        position=_text(signer, "Position"),
        signer=_text(signer, "FullName"),
        due_on=_day(_text(header, "DueDate")),
        places=tuple(
            place
            for element in list(_children(_child(header, "ToPlaces"), "Place"))[:PARTIES_MAX]
            if (place := _shown(element))
        ),
        urgency=_urgency(_text(other, "Priority")),
        steering_type=_text(header, "SteeringType"),
        response_for=tuple(_reference(element) for element in list(_children(header, "ResponseFor"))[:100]),
    )


def _business(root: Element) -> Business | None:
    """What the message does to earlier documents; None for a new document, which is the ordinary case."""
    element = next((each for each in root.iter() if _local(each) in ("Bussiness", "Business")), None)
    kind = BUSINESSES.get(_text(element, "BussinessDocType") or _text(element, "BusinessDocType") or "0")
    if element is None or kind in (None, "new"):
        return None
    named = [_text(element, "DocumentId", 255)]
    named += [_text(each, "DocumentId", 255) for each in element.iter() if _local(each) == "ReplacementInfo"]
    reason = _text(element, "BussinessDocReason", SUBJECT_MAX) or _text(
        element, "BusinessDocReason", SUBJECT_MAX
    )
    known = dict.fromkeys(document_id for document_id in named[:100] if document_id)
    return Business(kind, reason, tuple(known))


def _party(element: Element) -> Party:
    name = _text(element, "OrganName", NAME_MAX) or _text(element, "OrganizationInCharge", NAME_MAX)
    return Party(_text(element, "OrganId"), name, _day(_text(element, "DueDate")))


def _reference(element: Element) -> Reference:
    return Reference(
        _text(element, "OrganId"),
        _text(element, "Code"),
        _day(_text(element, "PromulgationDate")),
        _text(element, "DocumentId"),
    )


def _urgency(priority: str | None) -> str | None:
    """The word of a priority, written as its number or as the word itself."""
    if priority is None:
        return None
    words = {fold(word): word for word in URGENCIES.values()}
    return URGENCIES.get(priority) or words.get(fold(priority))


def _attachments(root: Element, size_max: int) -> list[Attachment]:
    """The files in the manifest's order, then any other; one without bytes may lie beside the message."""
    names: dict[str, str] = {}
    for reference in (element for element in root.iter() if _local(element) == "Reference"):
        href = next((value for key, value in reference.attrib.items() if key.endswith("href")), None)
        key = _key(_text(reference, "ContentId") or href or "")
        name = _text(reference, "AttachmentName") or _text(reference, "Description") or key
        if key or name:
            names.setdefault(key or name, name)
    encoded = {_key(_text(e, "ContentId") or ""): e for e in root.iter() if _local(e) == "Attachment"}
    if len(names) > ATTACHMENTS_MAX or len(encoded) > ATTACHMENTS_MAX:
        raise DocumentTooLarge
    out: list[Attachment] = []
    for key in dict.fromkeys([*names, *encoded]):
        element = encoded.get(key)
        name = (_text(element, "AttachmentName") if element is not None else None) or names.get(key) or key
        content = _decoded(element, size_max) if element is not None else None
        size_max -= len(content or b"")
        out.append(Attachment(name, key, content))
    return out


def _key(content_id: str) -> str:
    return content_id.removeprefix("cid:").strip("<> ")


def _decoded(element: Element, size_max: int) -> bytes | None:
    encoded = _child(element, "ContentTransferEncoded")
    packed = "".join((encoded.text or "").split()) if encoded is not None else ""
    if len(packed) * 3 // 4 > size_max:
        raise DocumentTooLarge
    try:
        return base64.b64decode(packed, validate=True) or None
    except (binascii.Error, ValueError):
        return None
