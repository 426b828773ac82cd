"""Readers: the bytes of one kind of file -> lines, and nothing about what they mean."""

from ..limits import Limits
from ..lines import Pages
from ..refusals import DocumentTooLarge, EmptyDocument
from ..sniff import Kind, sniff
from .docx import read_docx
from .pdf import read_pdf
from .text import read_text
from .xlsx import read_xlsx

_READERS = {Kind.TEXT: read_text, Kind.DOCX: read_docx, Kind.XLSX: read_xlsx, Kind.PDF: read_pdf}


def read_pages(data: bytes, filename: str, limits: Limits) -> Pages:
    """Read a file of any known kind into lines.

    Raises:
        IntakeRefused: The file cannot or must not be read.
    """
    pages = _READERS[sniff(data, filename, limits)](data, limits)
    if not any(line.text for line in pages.lines):
        raise EmptyDocument
    if len(pages.lines) > limits.paragraphs:
        raise DocumentTooLarge
    if sum(len(line.text) for line in pages.lines) > limits.text_characters:
        raise DocumentTooLarge
    return pages
