"""Tells what a file is by its content; its name may only agree."""

import lzma
import struct
import zipfile
import zlib
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

from .encoding import decode
from .limits import Limits
from .refusals import (
    ArchiveBomb,
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    MismatchedDocument,
    UnreadableDocument,
    UnsupportedDocument,
)


class Kind(StrEnum):
    """A type of file that is read."""

    TEXT = "text"
    DOC = "doc"
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    PACKAGE = "package"


EXTENSIONS = {
    ".doc": Kind.DOC, ".dot": Kind.DOC, ".docx": Kind.DOCX, ".docm": Kind.DOCX, ".pdf": Kind.PDF,
    ".xlsx": Kind.XLSX, ".xlsm": Kind.XLSX,
    ".edxml": Kind.PACKAGE, ".xml": Kind.PACKAGE, ".zip": Kind.PACKAGE,
    ".txt": Kind.TEXT, ".text": Kind.TEXT, ".md": Kind.TEXT, ".markdown": Kind.TEXT,
}  # fmt: skip
OTHER_EXTENSIONS = frozenset({
    ".rtf", ".odt", ".xls", ".ods", ".ppt", ".pptx", ".png", ".jpg", ".jpeg", ".tif",
    ".tiff", ".gif", ".bmp", ".rar", ".7z", ".gz", ".html", ".htm", ".eml", ".msg",
    ".csv", ".json", ".exe",
})  # fmt: skip
"""Extensions of types that are not read; one of them on a readable file is a contradiction."""

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, KeyError, ValueError, RuntimeError, OSError,
)  # fmt: skip
"""What the standard library raises over damaged archives."""
OPENING = 4096
MESSAGES = (".edxml", ".xml")
MESSAGE_MARKS = (b"<edxml", b":edxml", b"edxmlenvelope", b"qcvn_102")
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<edxml")


def sniff(data: bytes, filename: str, limits: Limits) -> Kind:
    """The document's kind.

    Raises:
        IntakeRefused: Empty, too large, encrypted, of a kind that is not read, or not what its name says.
    """
    if not data.strip():
        raise EmptyDocument
    if len(data) > limits.upload_bytes:
        raise DocumentTooLarge
    kind = _by_content(data, limits)
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if EXTENSIONS.get(extension, kind) is not kind or extension in OTHER_EXTENSIONS:
        if kind is Kind.TEXT:
            decode(data)
        raise MismatchedDocument
    return kind


def _by_content(data: bytes, limits: Limits) -> Kind:
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedDocument
        if "WordDocument".encode("utf-16-le") in data:
            return Kind.DOC
        raise UnsupportedDocument
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _by_members(data, limits)
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if is_message(data):
        return Kind.PACKAGE
    if data.startswith((*IMAGES, *ARCHIVES)) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(
        MARKUP
    ):
        raise UnsupportedDocument
    return Kind.TEXT


def _by_members(data: bytes, limits: Limits) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > limits.archive_entries:
                raise ArchiveBomb
            if any(member.flag_bits & 1 for member in members):
                raise EncryptedDocument
            if sum(member.file_size for member in members) > limits.archive_bytes:
                raise ArchiveBomb
            return _by_names(archive, {member.filename for member in members})
    except ZIP_ERRORS as error:
        raise UnreadableDocument from error


def _by_names(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "word/document.xml" in names:
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    for name in sorted(names):
        if name.lower().endswith(MESSAGES) and name != "[Content_Types].xml":
            with archive.open(name) as member:
                if is_message(member.read(OPENING)):
                    return Kind.PACKAGE
    raise UnsupportedDocument


def is_message(content: bytes) -> bool:
    """Whether bytes begin like an edXML message."""
    head = content[:OPENING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and any(mark in head for mark in MESSAGE_MARKS)
