"""XLSX: every sheet is a table; what stands above it in one cell is a title.

The sheets are measured before openpyxl unpacks them: it holds every cell in memory, and a file of a few
kilobytes may name millions. What it prints and warns of is kept off the answer's stream.
"""

import contextlib
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

from ..limits import Limits
from ..lines import Cell, Line, Pages
from ..refusals import DocumentTooLarge, UnreadableDocument
from ..restore import clean
from .archive import Archive
from .xml import Stream

CELLS_MAX = 200_000
COLUMNS_MAX = 100
ROWS_MAX = 20_000
_NAMED_CELLS = frozenset({"?c", "?si", "?mergeCell"})


def read_xlsx(data: bytes, limits: Limits) -> Pages:
    """Read the visible sheets in order.

    Raises:
        IntakeRefused: Damaged, encrypted, or beyond the limits.
    """
    from openpyxl import load_workbook

    _measure(Archive(data, limits))
    try:
        with contextlib.redirect_stdout(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(data), data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:
        # openpyxl tells of damage by whatever its parsers happen to raise
        raise UnreadableDocument from error
    lines: list[Line] = []
    for number, sheet in enumerate(book.worksheets):
        if sheet.sheet_state == "visible":
            lines += _sheet(sheet, number, limits, page=bool(lines))
    return Pages(tuple(lines))


def _measure(archive: Archive) -> None:
    """Refuse a workbook of too many cells, and any XML with a DOCTYPE, before it is unpacked."""
    count = 0

    def counted(name: str) -> None:
        nonlocal count
        count += name in _NAMED_CELLS
        if count > CELLS_MAX:
            raise DocumentTooLarge

    for name in archive.names():
        if name.endswith((".xml", ".rels")):
            Stream(frozenset(), lambda _: None, counted, lambda _: None).feed(archive.chunks(name))


def _sheet(sheet: Any, number: int, limits: Limits, *, page: bool) -> Iterator[Line]:
    if sheet.max_row > max(ROWS_MAX, limits.paragraphs) or sheet.max_column > COLUMNS_MAX * 10:
        raise DocumentTooLarge
    merged = {
        (area.min_row, area.min_col): (area.max_col - area.min_col + 1, area.max_row - area.min_row + 1)
        for area in sheet.merged_cells.ranges
    }
    above: list[Line] = []
    in_table = False
    for row in sheet.iter_rows(max_col=min(sheet.max_column, COLUMNS_MAX)):
        texts = [(cell.row, cell.column, _text(cell.value)) for cell in row]
        filled = [(r, c, text) for r, c, text in texts if text]
        in_table = in_table or len(filled) > 1
        for r, c, text in filled:
            columns, rows = merged.get((r, c), (1, 1))
            place = Cell(number, r - 1, c - 1, columns, rows) if in_table else None
            for part in text.split("\n"):
                if part.strip():
                    above.append(Line(part.strip(), gap=place is None, page=page, whole=True, cell=place))
                    page = False
    yield from above


def _text(value: object) -> str:
    """A cell as the office sees it: days in its own order, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return re.sub(r"[ \t]+", " ", clean(str(value))).strip()
