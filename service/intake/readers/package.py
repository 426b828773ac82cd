"""An edXML message, alone or zipped with its attachments: the letter among the files is the document."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from .. import marks
from ..envelope import Envelope
from ..limits import Limits
from ..lines import Attached, Line, Pages
from ..proposal import Finding
from ..refusals import (
    ArchiveBomb,
    DocumentTooLarge,
    EmptyDocument,
    IntakeRefused,
    SecretDocument,
    UnsupportedDocument,
)
from ..restore import canonical, fold
from ..sniff import is_message
from .archive import Archive
from .edxml import Attachment, parse_message

Read = Callable[[bytes, Limits], Pages]
"""Reads one attachment by its content."""

HEAD_LINES = 40
ALIKE = 0.9
"""Share of common words from which two files hold the same letter, as a draft and its signed copy do."""
_HEAD_MARKS = (marks.NATION, marks.MOTTO, marks.NUMBER, marks.PLACE_DATE, marks.ADDRESSED)
_NEVER_SKIPPED = (SecretDocument, ArchiveBomb, DocumentTooLarge)


def read_package(data: bytes, limits: Limits, read: Read) -> Pages:
    """Read a message and every attachment that can be read.

    Raises:
        IntakeRefused: The message cannot be read, or an attachment is secret or beyond the limits.
    """
    message, files = _unpacked(data, limits)
    envelope, attachments = parse_message(message, limits.archive_bytes)
    found: list[Attached] = []
    findings: list[Finding] = []
    for attachment in _with_files(attachments, files):
        pages = _read(attachment, limits, read)
        if pages is None:
            message_ = f"Tệp đính kèm “{attachment.name}” không đọc được; cần mở tệp để xem."
            findings.append(Finding("attachment-not-read", "warning", message_, "text"))
        else:
            found.append(Attached(attachment.name, pages))
    if not found:
        return _bare(envelope, findings)
    main = max(found, key=lambda attached: _letterness(attached.pages))
    others = tuple(
        replace(attached, repeats=_is_same(attached.pages, main.pages))
        for attached in found
        if attached is not main
    )
    for attached in (other for other in others if other.repeats):
        message_ = f"Tệp đính kèm “{attached.name}” có cùng nội dung với văn bản nên chỉ đọc một lần."
        findings.append(Finding("attachment-repeats", "info", message_, "text"))
    known = (*main.pages.findings, *findings, *(f for other in others for f in other.pages.findings))
    return replace(main.pages, envelope=envelope, attached=others, findings=known)


def _unpacked(data: bytes, limits: Limits) -> tuple[bytes, dict[str, bytes]]:
    """The message, and the files that lie beside it in the archive, by name."""
    if not data.startswith(b"PK"):
        return data, {}
    archive = Archive(data, limits)
    contents = {name: b"".join(archive.chunks(name)) for name in archive.names()}
    message = next((name for name, content in contents.items() if is_message(content)), None)
    if message is None:
        raise UnsupportedDocument
    rest = {PurePosixPath(name).name: content for name, content in contents.items() if name != message}
    return contents[message], rest


def _with_files(attachments: Sequence[Attachment], files: dict[str, bytes]) -> list[Attachment]:
    """Attachments with their bytes; files beside the message that it does not name come last."""
    left = dict(files)
    out: list[Attachment] = []
    for attachment in attachments:
        content = attachment.content
        for name in (attachment.name, attachment.content_id):
            if content is None and name in left:
                content = left.pop(name)
        out.append(replace(attachment, content=content))
    return [*out, *(Attachment(name, name, content) for name, content in left.items())]


def _read(attachment: Attachment, limits: Limits, read: Read) -> Pages | None:
    if attachment.content is None:
        return None
    try:
        pages = read(_single(attachment.content, limits), limits)
    except _NEVER_SKIPPED:
        raise
    except IntakeRefused:
        return None
    return pages if pages.lines and pages.envelope is None else None


def _single(content: bytes, limits: Limits) -> bytes:
    """The axis packs each attachment into a zip of its own."""
    if not content.startswith(b"PK"):
        return content
    archive = Archive(content, limits)
    names = archive.names()
    return b"".join(archive.chunks(names[0])) if len(names) == 1 else content


def _letterness(pages: Pages) -> int:
    texts = [canonical(line.text) for line in pages.lines[:HEAD_LINES]]
    return sum(any(form.search(text) for text in texts) for form in _HEAD_MARKS)


def _is_same(one: Pages, other: Pages) -> bool:
    a, b = ({word for line in pages.lines for word in fold(line.text).split()} for pages in (one, other))
    return len(a & b) >= ALIKE * max(len(a | b), 1)


def _bare(envelope: Envelope, findings: Sequence[Finding]) -> Pages:
    """A message none of whose files could be read still says what it is about."""
    if not envelope.subject:
        raise EmptyDocument
    return Pages((Line(envelope.subject, whole=True),), envelope=envelope, findings=tuple(findings))
