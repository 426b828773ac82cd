"""Tables found on a page, where only places are known: cells -> rows, also over page breaks -> lines.

DOCX and XLSX know their tables and give lines with cells by themselves; PDF and laid-out text come here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .labels import read_label
from .lines import Cell, Line
from .restore import canonical, fold

_ENDS = re.compile(r"[.;:!?…]\s*[\"')]?$")
_HYPHENATED = re.compile(r"[^\W_]-$")


@dataclass(slots=True)
class GridCell:
    """The wrapped lines of one cell, and how many columns and rows it covers."""

    texts: list[str] = field(default_factory=list)
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """All of it in one line."""
        return join(self.texts)


Row = dict[int, GridCell]
"""The cells of a row by their column; a cell without text is left out."""


@dataclass(slots=True)
class Grid:
    """Rows of a table; `pages` are the rows that begin a page."""

    rows: list[Row]
    pages: set[int] = field(default_factory=set)


def join(texts: Sequence[str]) -> str:
    """Join wrapped lines; a word or symbol broken at its hyphen ("UBND-" "KGVX") is put together again."""
    out = ""
    for text in texts:
        glue = "" if not out or _HYPHENATED.search(out) else " "
        out += glue + text
    return out


def paragraphs(texts: Sequence[str]) -> list[str]:
    """The paragraphs of a cell: a mark or number begins one, everything else goes on."""
    out: list[list[str]] = []
    for text in texts:
        plain = canonical(text)
        label = read_label(plain)
        begins = label is not None and (not out or bool(_ENDS.search(out[-1][-1])) or label.text in "-+•")
        if begins or not out:
            out.append([text])
        else:
            out[-1].append(text)
    return [join(group) for group in out]


def continue_over_page(above: Grid, below: Grid) -> None:
    """Append a table's part on the next page: its heading is not repeated, a broken row is put together."""
    headings = [_row_key(row) for row in above.rows[:4]]
    start = 0
    while start < len(below.rows) and _row_key(below.rows[start]) in headings:
        start += 1
    rest = below.rows[start:]
    last = next((row for row in reversed(above.rows) if row), None)
    first = min((column for row in above.rows for column in row), default=0)
    if rest and last and _goes_on(last, rest[0], first):
        _merge(last, rest.pop(0))
    above.pages.add(len(above.rows))
    above.rows += rest


def _row_key(row: Row) -> tuple[tuple[int, str], ...]:
    return tuple((column, fold(cell.text)) for column, cell in sorted(row.items()))


def _goes_on(above: Row, below: Row, first: int) -> bool:
    """A row without a number (in the `first` column) whose text only goes on with the row above."""
    if not below or (first in below and not below[first].text[:1].islower()):
        return False
    cut = [
        column
        for column, cell in below.items()
        if column in above and cell.texts and above[column].texts and not _ENDS.search(above[column].text)
    ]
    lower = any(cell.text[:1].islower() or cell.text[:1] in ",;)" for cell in below.values())
    return bool(cut) and (lower or len(below) == len(cut) == 1)


def _merge(above: Row, below: Row) -> None:
    for column, cell in below.items():
        if column in above:
            above[column].texts += cell.texts
        else:
            above[column] = cell


def lines_of_grid(grid: Grid, table: int) -> list[Line]:
    """The lines of a table, row by row, each paragraph of a cell a line of its own."""
    out: list[Line] = []
    for number, row in enumerate(grid.rows):
        page = number in grid.pages
        for column, cell in sorted(row.items()):
            place = Cell(table, number, column, cell.columns, cell.rows)
            for text in paragraphs(cell.texts):
                out.append(Line(text, page=page, whole=True, cell=place))
                page = False
    return out
