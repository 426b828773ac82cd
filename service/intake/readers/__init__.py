"""Readers: the bytes of one kind of file -> lines, and nothing about what they mean."""

from collections.abc import Sequence

from ..limits import Limits
from ..lines import Pages
from ..refusals import DocumentTooLarge, EmptyDocument, UnsupportedDocument
from ..sniff import Kind, sniff
from .doc import read_doc
from .docx import read_docx
from .package import read_package
from .pdf import read_pdf
from .text import read_text
from .xlsx import read_xlsx

_FILES = {
    Kind.TEXT: read_text,
    Kind.DOC: read_doc,
    Kind.DOCX: read_docx,
    Kind.XLSX: read_xlsx,
    Kind.PDF: read_pdf,
}


def read_pages(data: bytes, filename: str, limits: Limits) -> Pages:
    """Read a file of any known kind into lines.

    Raises:
        IntakeRefused: The file cannot or must not be read.
    """
    kind = sniff(data, filename, limits)
    pages = read_package(data, limits, _attachment) if kind is Kind.PACKAGE else _FILES[kind](data, limits)
    _measure((pages, *(attached.pages for attached in pages.attached)), limits)
    return pages


def _attachment(data: bytes, limits: Limits) -> Pages:
    """Read a file inside a message by its content; a message inside a message is not read."""
    kind = sniff(data, "", limits)
    if kind is Kind.PACKAGE:
        raise UnsupportedDocument
    return _FILES[kind](data, limits)


def _measure(parts: Sequence[Pages], limits: Limits) -> None:
    lines = [line for pages in parts for line in pages.lines]
    if not any(line.text for line in lines):
        raise EmptyDocument
    if len(lines) > limits.paragraphs:
        raise DocumentTooLarge
    if sum(len(line.text) for line in lines) > limits.text_characters:
        raise DocumentTooLarge
