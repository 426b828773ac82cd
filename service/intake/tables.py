"""Task tables: cells -> rows of the restored text, each with its label and what stands in its columns.

A table is a task table by its headings (`headings`); any other stays in the flow. What the rows mean is read
by `table_items`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from . import marks
from .blocks import Block
from .headings import Column, columns_of
from .labels import PARAGRAPH_MARK, Rank, read_label
from .lines import Zone
from .restore import fold

HEADING_ROWS_MAX = 4
CONTINUATIONS = "bcdefghiklmnopqrstuvxy"
ANNEX_TITLE_BLOCKS_MAX = 12
TITLE_LENGTH_MAX = 300
ROW_COLUMNS: frozenset[Column] = frozenset({Column.NUMBER, Column.TASK})
"""Columns that are the row itself; the others say something about it."""
ANNEX_OPENS = re.compile(
    r"^(?P<label>phụ lục(?:\s+(?:số\s+)?(?:\d{1,2}|[ivx]{1,5}))?)(?!\w)[\s.:-]*", re.IGNORECASE
)
_INDEX = re.compile(r"^\(?(?:\d{1,2}|[A-Za-z])\)?(?:\s*=.*)?$")
_DITTO = frozenset({"nt", "nhu tren"})
_CLOCK = re.compile(r"^\D{0,12}\d{1,2}\s?(?:h|giờ|:)\s?\d{0,2}", re.IGNORECASE)

Cells = dict[int, list[Block]]


@dataclass(slots=True)
class Row:
    """A row of a task table.

    Attributes:
        label: Its number as printed; "¶" without one; "2b" when it continues row 2.
        level: Depth of the label, as of items (`labels.Rank`).
        start: Offset of its number or first word.
        task: The paragraphs of the task column, the first with `width` characters of label.
        cells: The paragraphs of the other columns that are known, of merged cells too.
        heads: It names a group of rows.
    """

    label: str
    level: float
    start: int
    task: list[Block]
    width: int
    cells: dict[Column, list[Block]]
    heads: bool
    children: list["Row"] = field(default_factory=list)


@dataclass(slots=True)
class TaskTable:
    """A task table: its rows as a tree, the title of the annex it stands in, and where it begins."""

    rows: list[Row]
    start: int
    title: list[Block]


def part(blocks: Sequence[Block]) -> tuple[list[TaskTable], list[Block]]:
    """Take the task tables out of a document; the second part is what remains in the flow.

    A table without headings right after a task table of the same width is its continuation.
    """
    tables: list[TaskTable] = []
    flow: list[Block] = []
    columns: dict[Column, int] | None = None
    width = 0
    for number, run in groupby(blocks, key=lambda block: block.cell.table if block.cell else None):
        group = list(run)
        if number is None or number < 0:
            columns = None if number is None else columns
            flow += group
            continue
        rows = _rows(group)
        found, body = _headed(rows)
        if found is None and columns and _width(rows) == width:
            body = rows
        elif found is not None and not _is_agenda(body, found):
            columns, width = found, _width(rows)
        else:
            columns = None
            flow += group
            continue
        title = _annex_title(flow)
        read = _nested(_read_rows(body, columns))
        same_annex = group[0].zone is not Zone.BODY and bool(tables and tables[-1].title)
        if tables and not title and (found is None or same_annex):
            tables[-1].rows += read
        else:
            tables.append(TaskTable(read, group[0].start, title))
    return tables, flow


def _rows(blocks: Sequence[Block]) -> list[Cells]:
    """The cells of each row that has text, by column."""
    rows: dict[int, Cells] = {}
    for block in blocks:
        if block.cell:
            rows.setdefault(block.cell.row, {}).setdefault(block.cell.column, []).append(block)
    return [rows[number] for number in sorted(rows)]


def _width(rows: Sequence[Cells]) -> int:
    ends = (
        block.cell.column + block.cell.columns
        for row in rows
        for cell in row.values()
        for block in cell
        if block.cell
    )
    return max(ends, default=0)


def _text(cell: Sequence[Block]) -> str:
    return " ".join(block.plain for block in cell)


def _headed(rows: Sequence[Cells]) -> tuple[dict[Column, int] | None, list[Cells]]:
    """The columns by their headings, which may stand one above the other, and the rows below these."""
    best: tuple[dict[Column, int] | None, list[Cells]] = (None, [])
    for first in range(min(HEADING_ROWS_MAX, len(rows))):
        headings: dict[int, str] = {}
        for last in range(first, min(first + HEADING_ROWS_MAX - 1, len(rows))):
            headings |= _spread(rows[last])
            found = columns_of(headings)
            if found and len(found) > len(best[0] or ()):
                best = found, _without_headings(rows[last + 1 :], rows[first : last + 1])
        if best[0]:
            break
    return best


def _spread(row: Cells) -> dict[int, str]:
    """The heading of each column; one over several columns holds for all until a lower one is known."""
    return {
        column + step: _text(cell)
        for column, cell in row.items()
        for step in range(cell[0].cell.columns if cell[0].cell else 1)
    }


def _without_headings(rows: Sequence[Cells], headings: Sequence[Cells]) -> list[Cells]:
    """Rows below the headings: neither these repeated on a further page nor the numbers of the columns."""
    known = [_key(heading) for heading in headings]
    return [row for row in rows if _key(row) not in known and not _is_index(row)]


def _key(row: Cells) -> tuple[tuple[int, str], ...]:
    return tuple((column, fold(_text(cell))) for column, cell in sorted(row.items()))


def _is_index(row: Cells) -> bool:
    texts = [_text(cell).strip() for _, cell in sorted(row.items())]
    numbers = [text.strip("()") for text in texts]
    rising = all(a < b or len(a) < len(b) for a, b in pairwise(numbers))
    return len(texts) > 2 and all(_INDEX.match(text) for text in texts) and rising


def _is_agenda(rows: Sequence[Cells], columns: dict[Column, int]) -> bool:
    """The programme of a meeting has the same columns, but hours instead of days."""
    times = [_text(row[columns[Column.DEADLINE]]) for row in rows if columns.get(Column.DEADLINE, -1) in row]
    return bool(times) and sum(bool(_CLOCK.match(text)) for text in times) * 2 > len(times)


def _annex_title(flow: list[Block]) -> list[Block]:
    """Take the annex's heading and title, which stand before its table, out of the flow."""
    for back in range(1, min(ANNEX_TITLE_BLOCKS_MAX, len(flow)) + 1):
        block = flow[-back]
        if block.zone is Zone.BODY and (read_label(block.plain) or len(block.text) > TITLE_LENGTH_MAX):
            break
        if ANNEX_OPENS.match(block.plain) and len(block.text) <= TITLE_LENGTH_MAX:
            title = flow[-back:]
            del flow[-back:]
            return title
    return []


def _read_rows(rows: Sequence[Cells], columns: dict[Column, int]) -> list[Row]:
    out: list[Row] = []
    above: Cells = {}
    base: Row | None = None
    continued = 0
    for cells in rows:
        above = _with_merged(cells, above)
        row = _row(cells, above, columns)
        if row is None:
            if out:
                _add_to(out[-1], cells, columns)
            continue
        if row.label:
            base, continued = (None if row.heads else row), 0
        elif base and not row.heads:
            _continue(row, base, out[-1], continued)
            continued += 1
        else:
            row.label = PARAGRAPH_MARK
            row.level = float(Rank.ROMAN) + 0.5 if row.heads else float(Rank.PARAGRAPH)
            base = None
        out.append(row)
    return out


def _with_merged(cells: Cells, above: Cells) -> Cells:
    """The row with the cells from above that cover it, and with what "như trên" repeats."""
    row = next((b.cell.row for cell in cells.values() for b in cell if b.cell), 0)
    full = dict(cells)
    for column, cell in above.items():
        place = cell[0].cell
        covers = column not in full and place is not None and place.row + place.rows > row
        if covers or (column in full and fold(_text(full[column])) in _DITTO):
            full[column] = cell
    return full


def _row(cells: Cells, full: Cells, columns: dict[Column, int]) -> Row | None:
    """A row with a task of its own; None when it only adds to the row above."""
    number = cells.get(columns.get(Column.NUMBER, -1), [])
    task = cells.get(columns[Column.TASK], [])
    others = {column: full[i] for column, i in columns.items() if i in full and column not in ROW_COLUMNS}
    if not task and number and (len(_text(number)) > 6 or _spans(number)):
        task, number = number, []
    if not task:
        return None
    label, level, width = _label(number, task)
    heads = not others and (level < Rank.ARTICLE or _is_heading(label, task))
    start = min(task[0].start, number[0].start if number else task[0].start)
    return Row(label, level, start, task, width, others, heads)


def _spans(cell: Sequence[Block]) -> bool:
    return bool(cell[0].cell and cell[0].cell.columns > 2)


def _is_heading(label: str, task: Sequence[Block]) -> bool:
    return not label and (_spans(task) or marks.is_capitals(task[0].plain))


def _label(number: Sequence[Block], task: Sequence[Block]) -> tuple[str, float, int]:
    """Label, depth, and the width of the label in the task's own text."""
    written = _text(number).strip()
    if written:
        bare = written.rstrip(".) ") or written
        found = read_label(f"{bare}. x") or read_label(f"{written} x")
        rank = found.rank if found else Rank.NUMBER
        return (found.text if found else bare)[:20], float(rank), 0
    found = read_label(task[0].plain)
    if found and found.rank < Rank.BULLET:
        return found.text, float(found.rank), found.width
    return "", float(Rank.NUMBER), 0


def _continue(row: Row, base: Row, before: Row, continued: int) -> None:
    """Name a row without a number after the one it continues; where it is silent, units and days hold on."""
    row.level = base.level
    row.label = base.label + CONTINUATIONS[min(continued, len(CONTINUATIONS) - 1)]
    for column, cell in before.cells.items():
        if column is not Column.PRODUCT:
            row.cells.setdefault(column, cell)


def _add_to(row: Row, cells: Cells, columns: dict[Column, int]) -> None:
    """A row without a task names further units or days of the row above."""
    for column, index in columns.items():
        if index in cells and column not in ROW_COLUMNS:
            row.cells[column] = [*row.cells.get(column, []), *cells[index]]


def _nested(rows: Sequence[Row]) -> list[Row]:
    """Hang each row under the nearest one above of a higher level."""
    roots: list[Row] = []
    path: list[Row] = []
    for row in rows:
        while path and path[-1].level >= row.level:
            path.pop()
        (path[-1].children if path else roots).append(row)
        path.append(row)
    return roots
