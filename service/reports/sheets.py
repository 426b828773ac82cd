"""A sheet as CSV or XLSX. Text stays text: what came from a document is never worked out as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int | float | date | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What office programs take for the beginning of a formula when they open a CSV."""

DAY_FORMAT = "dd/mm/yyyy"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""

A4 = 9
"""The number of this size of paper in a workbook (ECMA-376, 18.3.1.63)."""

NARROW, WIDE = 14, 42
"""Widths in characters of a column that is given none: the second one, which names things, is wide."""

WRAP_FROM = 20
"""Text in columns at least so wide goes on in a next line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading, lines that explain, a row of column names, rows, and rows of totals.

    Attributes:
        title: What the sheet is.
        notes: What it counts, and as of when.
        columns: Names of the columns.
        rows: Read once, while the file is written; they may come from a database as it goes.
        foot: Totals; neither filtered nor sorted with the rows.
        widths: Of every column, in characters; none takes the usual ones.
    """

    title: str
    notes: Sequence[str]
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    foot: Sequence[Sequence[Cell]] = ()
    widths: Sequence[int] = ()


def as_csv(sheet: Sheet) -> bytes:
    """Return a sheet as CSV in UTF-8 with its mark, which office programs need to read Vietnamese."""
    text = io.StringIO()
    writer = csv.writer(text)
    for line in (sheet.title, *sheet.notes):
        writer.writerow([_written(line)])
    writer.writerow([_written(name) for name in sheet.columns])
    for rows in (sheet.rows, sheet.foot):
        writer.writerows([_written(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(value: Cell) -> Cell:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(sheet: Sheet) -> bytes:
    """Return a sheet as a workbook: numbers are numbers, days are days, text is text.

    It can be filtered by every column, keeps its heading in sight, and prints on A4 across, a heading a page.
    Rows are written as they come, and none is kept in memory.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page: WriteOnlyWorksheet = book.create_sheet("Sheet")
    head, last = len(sheet.notes) + 2, get_column_letter(len(sheet.columns))
    widths = sheet.widths or [WIDE if at == 1 else NARROW for at, _ in enumerate(sheet.columns)]
    for position, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(position)].width = width
    page.freeze_panes = f"A{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    written = 0
    for row in _rows(page, sheet, widths):
        page.append(row)
        written += 1
    page.auto_filter.ref = f"A{head}:{last}{written - len(sheet.foot)}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _rows(page: "WriteOnlyWorksheet", sheet: Sheet, widths: Sequence[int]) -> Iterator[list[Any]]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    wraps, head = Alignment(wrap_text=True, vertical="top"), Alignment(wrap_text=True, vertical="center")
    bold, large = Font(bold=True), Font(bold=True, size=14)

    def cell(value: Cell, font: Font | None = None, alignment: Alignment | None = None) -> Any:
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        made = WriteOnlyCell(page, value)
        if isinstance(value, str):
            made.data_type = "s"
        elif isinstance(value, date) and not isinstance(value, datetime):
            made.number_format = DAY_FORMAT
        if font is not None:
            made.font = font
        if alignment is not None:
            made.alignment = alignment
        return made

    yield [cell(sheet.title, large)]
    yield from ([cell(note)] for note in sheet.notes)
    yield [cell(name, bold, head) for name in sheet.columns]
    wide = [wraps if width >= WRAP_FROM else None for width in widths]
    for row in sheet.rows:
        yield [
            cell(value, None, alignment if isinstance(value, str) else None)
            for value, alignment in zip(row, wide, strict=True)
        ]
    for row in sheet.foot:
        yield [cell(value, bold) for value in row]
