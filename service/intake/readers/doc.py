"""Word 97-2003: LibreOffice makes a DOCX of it; antiword, where only that is installed, gives its text."""

import re
from dataclasses import replace
from itertools import count
from pathlib import Path

from ..limits import Limits
from ..lines import Pages
from ..proposal import Finding
from ..refusals import EncryptedDocument, LegacyDocument, UnreadableDocument
from ..restore import clean
from .columns import with_tables
from .docx import read_docx
from .helpers import installed, run, workshop
from .text import lines_of

SECTOR = 512
_FIB, _ENCRYPTED_AT, _ENCRYPTED = b"\xec\xa5", 11, 1
"""The first block of a Word document, and where it says that the rest is encrypted ([MS-DOC] 2.5.1)."""
_TABLE_ROW = re.compile(r"(?m)^\|(.*)\|[ \t]*$")
_FINDING = Finding(
    "converted-without-tables",
    "warning",
    "Tệp .doc được đọc bằng antiword nên bảng biểu và số thứ tự tự động có thể mất; nên lưu lại dạng DOCX.",
    "text",
)


def read_doc(data: bytes, limits: Limits) -> Pages:
    """Read the document with the best program that is here.

    Raises:
        LegacyDocument: None is.
        IntakeRefused: It is encrypted or damaged, or the conversion went beyond the limits.
    """
    if _is_encrypted(data):
        raise EncryptedDocument
    office, antiword = installed("soffice", "libreoffice"), installed("antiword")
    if not office and not antiword:
        raise LegacyDocument
    with workshop(limits) as folder:
        source = folder / "document.doc"
        source.write_bytes(data)
        if office:
            return _by_office(office, source, limits)
        return _by_antiword(antiword or "", source, limits)


def _is_encrypted(data: bytes) -> bool:
    for start in range(SECTOR, len(data), SECTOR):
        if data.startswith(_FIB, start):
            return len(data) > start + _ENCRYPTED_AT and bool(data[start + _ENCRYPTED_AT] & _ENCRYPTED)
    return False


def _by_office(office: str, source: Path, limits: Limits) -> Pages:
    """Convert with a profile of its own, so that no other LibreOffice is asked to do it."""
    folder = source.parent
    options = [
        "--headless",
        "--norestore",
        "--nologo",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
    ]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run(
        [office, *options, profile, "--convert-to", "docx", "--outdir", str(folder), str(source)],
        folder,
        limits,
    )
    try:
        converted = source.with_suffix(".docx").read_bytes()
    except OSError as error:
        raise UnreadableDocument from error
    return read_docx(converted, limits)


def _by_antiword(antiword: str, source: Path, limits: Limits) -> Pages:
    done = run([antiword, "-m", "UTF-8.txt", "-w", "0", str(source)], source.parent, limits)
    text = clean(done.stdout[: limits.text_characters * 4].decode("utf-8", "replace"))
    if done.returncode or not text.strip():
        raise UnreadableDocument
    laid_out = _TABLE_ROW.sub(lambda row: row[1].replace("|", "   "), text)
    pages = Pages(tuple(with_tables(lines_of(laid_out, limits), count())))
    return replace(pages, findings=(_FINDING,))
