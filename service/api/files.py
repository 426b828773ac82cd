"""Tables as files for office programs."""

from enum import StrEnum
from typing import Any

from fastapi import Response

from service.api.bodies.documents import DocumentFormat
from service.edge.writing_room import WritingRoom
from service.reports.package import WORD
from service.reports.sheets import XLSX, Sheet, as_csv, as_xlsx


class FileKind(StrEnum):
    """What a report is written as."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: XLSX,
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()
        },
    }
}

PDF = "application/pdf"
DOCX: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {WORD: {"schema": {"type": "string", "format": "binary"}}},
    }
}


DOCX_OR_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (WORD, PDF)},
    }
}


def document_answer(content: bytes, *, name: str) -> Response:
    """Return a DOCX as a file to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
    return Response(content, headers=headers, media_type=WORD)


def written_answer(room: WritingRoom, content: bytes, wanted: DocumentFormat, *, name: str) -> Response:
    """Return a DOCX as it is or as PDF.

    Raises:
        PdfNotMade: There is no PDF of it here.
        ServiceBusy: Too many documents are being made.
    """
    if wanted is DocumentFormat.DOCX:
        return document_answer(content, name=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(room.print(content), headers=headers, media_type=PDF)


def file_answer(sheet: Sheet, kind: FileKind, *, name: str) -> Response:
    """Return a sheet as a file to be kept under a name."""
    write = as_csv if kind is FileKind.CSV else as_xlsx
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(write(sheet), headers=headers, media_type=MEDIA_TYPES[kind])
