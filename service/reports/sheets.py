"""A sheet as CSV or XLSX. Text stays text: what came from a document is never worked out as a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What office programs take for the beginning of a formula when they open a CSV."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading, lines that explain, a row of column names, and rows."""

    title: str
    notes: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(sheet: Sheet) -> bytes:
    """Return a sheet as CSV in UTF-8 with its mark, which office programs need to read Vietnamese."""
    text = io.StringIO()
    writer = csv.writer(text)
    for line in (sheet.title, *sheet.notes):
        writer.writerow([_inert(line)])
    writer.writerow([_inert(name) for name in sheet.columns])
    writer.writerows([[_inert(value) for value in row] for row in sheet.rows])
    return text.getvalue().encode("utf-8-sig")


def _inert(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(sheet: Sheet) -> bytes:
    """Return a sheet as a workbook; numbers are numbers, text is text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    rows: list[Sequence[Cell]] = [
        [sheet.title],
        *([note] for note in sheet.notes),
        sheet.columns,
        *sheet.rows,
    ]
    for number, row in enumerate(rows, start=1):
        for position, value in enumerate(row, start=1):
            cell = page.cell(number, position)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    head = len(sheet.notes) + 2
    page.cell(1, 1).font = Font(bold=True, size=14)
    for position, _ in enumerate(sheet.columns, start=1):
        cell = page.cell(head, position)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[get_column_letter(position)].width = 42 if position == 2 else 14
    page.freeze_panes = page.cell(head + 1, 1)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
