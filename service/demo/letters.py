"""Builds the demonstration letter as a Word file, laid out as offices do it (Nghị định 30/2020, annex I)."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

SOURCE = Path(__file__).with_name("cao-loc-2024.md")
BUILT = SOURCE.with_suffix(".docx")
WRITTEN_AT = datetime(2024, 4, 1, tzinfo=UTC)
"""The file's own dates; fixed, so that building it twice gives the same bytes."""

LEFT_WIDTH, RIGHT_WIDTH = Cm(6.2), Cm(10.3)


def cao_loc_docx() -> bytes:
    """The letter of UBND huyện Cao Lộc (April 2024) as DOCX, byte for byte the committed file."""
    paragraphs = _paragraphs(SOURCE.read_text(encoding="utf-8"))
    addressed = next(i for i, p in enumerate(paragraphs) if p[0].startswith("Kính gửi"))
    recipients = next(i for i, p in enumerate(paragraphs) if p[0].startswith("Nơi nhận"))
    issuer, nation, number, dated, subject = paragraphs[:addressed]
    document = _blank()
    _columns(document, [*issuer, *number, *subject], [*nation, *dated])
    for lines in paragraphs[addressed:recipients]:
        for line in lines:
            paragraph = document.add_paragraph(line)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Cm(1)
    opening, entries, posts, name = paragraphs[recipients:]
    _columns(document, [*opening, *entries], [*posts, "", "", *name], bold_left=False)
    return _reproducible(document)


def _paragraphs(markdown: str) -> list[list[str]]:
    """Paragraphs of lines, without the marks of Markdown."""
    plain = markdown.replace("*", "")
    groups = (group.split("\n") for group in plain.split("\n\n"))
    return [lines for group in groups if (lines := [line.strip() for line in group if line.strip()])]


def _blank() -> Any:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    properties = document.core_properties
    properties.author, properties.title = "UBND huyện Cao Lộc", "Công văn"
    properties.created = properties.modified = WRITTEN_AT.replace(tzinfo=None)
    properties.last_modified_by, properties.revision, properties.comments = "", 1, ""
    return document


def _columns(document: Any, left: list[str], right: list[str], *, bold_left: bool = True) -> None:
    """A table of two cells without borders, as letterheads and signatures are set."""
    table = document.add_table(rows=1, cols=2)
    for cell, width, lines, bold in zip(
        table.rows[0].cells, (LEFT_WIDTH, RIGHT_WIDTH), (left, right), (bold_left, True), strict=True
    ):
        cell.width = width
        for index, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
            centred = bold or index == 0
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
            paragraph.add_run(line).bold = bold and line.isupper()


def _reproducible(document: Any) -> bytes:
    """The file with the same time on every part."""
    buffer, out = io.BytesIO(), io.BytesIO()
    document.save(buffer)
    with (
        zipfile.ZipFile(buffer) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, WRITTEN_AT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
