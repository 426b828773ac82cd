"""Tables that Markdown or a copied web page draws with bars: lines -> cells.

A row "| a | b |" has its cells on one line; a page copied from the web leaves each cell on lines of its own,
ended by a bar alone, which parts columns but says nothing more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from .lines import Cell, Line

_ROW = re.compile(r"^\|(?P<cells>.*[^|\s].*)\|\s*$")
_RULE = re.compile(r"^[|\s:+-]*$")
_ENTRY = re.compile(r"\s+(?=[-+•]\s+[^\W\d_])")
FIRST_TABLE = 10_000
"""Tables with bars are numbered from here, apart from those that readers find."""
_FORM = re.compile(
    r"CỘNG H[ÒO]A XÃ HỘI|Độc lập - Tự do|ĐẢNG CỘNG SẢN|Nơi nhận|(?<!\w)(?:TM|KT|TL|TUQ)\. ?[A-ZĐ]"
)
"""What stands in the two columns of a letterhead or a foot, and in no table of tasks."""


def without_bars(lines: Sequence[Line]) -> list[Line]:
    """The lines with the cells of tables that bars draw, and without the bars."""
    out: list[Line] = []
    rows: list[Line] = []
    tables = count(FIRST_TABLE)
    for line in lines:
        is_row = line.cell is None and line.text.startswith("|")
        if rows and (line.gap or not is_row):
            out += _table(rows, next(tables))
            rows = []
        (rows if is_row else out).append(line)
    return [*out, *_table(rows, next(tables))]


def _table(rows: Sequence[Line], table: int) -> Iterator[Line]:
    """The cells row by row; the two columns of a letterhead or a foot column by column."""
    layout = any(_FORM.search(row.text) for row in rows)
    cells = [
        (number, column, text.strip(), row)
        for number, row in enumerate(rows)
        if not _RULE.match(row.text) and (match := _ROW.match(row.text))
        for column, text in enumerate(match["cells"].split("|"))
    ]
    if layout:
        cells.sort(key=lambda cell: cell[1])
    for number, column, text, row in cells:
        for part in _ENTRY.split(text) if layout else [text]:
            if part.strip():
                place = Cell(table, number, column)
                yield replace(row, text=part.strip(), whole=True, cell=None if layout else place)
