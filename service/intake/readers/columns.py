"""Task tables in laid-out text, where only runs of spaces part the columns: lines -> rows and cells.

The headings say which columns there are; the gutters between them are where the fewest letters stand. Rows
are found together: the split of the lines that costs least, where the cells of a row begin on one line or are
centred on one another, a row has at most one number, and a cell seldom begins with a small letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .. import marks
from ..grid import Grid, GridCell, Row, continue_over_page, lines_of_grid
from ..headings import Column, columns_of
from ..labels import read_label
from ..lines import Line
from ..restore import canonical
from .gutters import NUMBER_LENGTH_MAX, headed_gutters, is_across, shifted_gutters, space_near
from .headlines import Heading, Token, find_heading, tokens
from .rowcuts import cut_rows

_NUMBERED = re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[A-HĐ])[.)]?(?:\s|$)")
FOLLOW_MAX = 3
"""Lines across the columns that may stand between rows, as the title of a group of rows does."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one page shows of a table: lines of cells, with the lines across the columns by their place."""

    cells: list[dict[int, str]]
    gaps: list[bool]
    across: dict[int, list[Token]]


def with_tables(lines: Sequence[Line], tables: Iterator[int]) -> list[Line]:
    """The lines, those of task tables as cells; `tables` numbers them."""
    out: list[Line] = []
    position = 0
    while position < len(lines):
        heading = find_heading(lines, position)
        if heading is None:
            out.append(lines[position])
            position += 1
            continue
        grid, position = _read(lines, position, heading)
        found = lines_of_grid(grid, next(tables))
        if found and lines[position - 1 if position else 0].page:
            found[0] = replace(found[0], page=True)
        out += found
    return out


def has_heading(text: str) -> bool:
    """Whether laid-out text shows the headings of a task table."""
    lines = [
        Line(row.strip(), indent=len(row) - len(row.lstrip())) for row in text.split("\n") if row.strip()
    ]
    return any(find_heading(lines, index) for index in range(len(lines)))


def ends_table(text: str) -> bool:
    """Whether a page of laid-out text has what comes after the last table."""
    return any(_is_foot(canonical(row.strip())) for row in text.split("\n"))


def _read(lines: Sequence[Line], first: int, heading: Heading) -> tuple[Grid, int]:
    """The table that a heading opens, and the index after its last line."""
    grid = Grid([{column: GridCell([text]) for column, text in heading.texts.items()}])
    known = columns_of(heading.texts) or {}
    position = first + heading.height
    gutters: list[int] | None = None
    while position < len(lines):
        page = _page(lines, position)
        gutters = headed_gutters(page, heading) if gutters is None else shifted_gutters(page, gutters)
        height = _height(page, gutters)
        if not height:
            break
        continue_over_page(grid, Grid(_rows(_part(page[:height], gutters), known, len(gutters) + 1)))
        position += height
        if height < len(page) or position >= len(lines):
            break
        again = find_heading(lines, position)
        if again and set(columns_of(again.texts) or ()) == set(known):
            heading, gutters = again, None
            position += again.height
    return grid, position


def _page(lines: Sequence[Line], first: int) -> Sequence[Line]:
    """The lines from here to the end of the page, or to what surely is no table."""
    end = first + 1
    while end < len(lines) and not lines[end].page and not _is_foot(canonical(lines[end].text)):
        end += 1
    return lines[first:end] if not _is_foot(canonical(lines[first].text)) else ()


def _height(page: Sequence[Line], gutters: Sequence[int]) -> int:
    """How many lines of the page belong to the table."""
    across = last = 0
    for index, line in enumerate(page):
        found = tokens(line)
        if len(found) > len(gutters) + 3 or (len(found) == 1 and line.text.startswith("Ghi chú")):
            break
        if is_across(found, gutters):
            across += 1
            if across > FOLLOW_MAX or not (_opens_group(line) or across > 1):
                break
        else:
            across = 0
            last = index + 1
    return last


def _is_foot(text: str) -> bool:
    return any(form.match(text) for form in (marks.RECIPIENTS, marks.SIGNING, marks.ANNEX))


def _opens_group(line: Line) -> bool:
    text = canonical(line.text)
    return marks.is_capitals(text) or _is_numbered(text)


def _part(lines: Sequence[Line], gutters: Sequence[int]) -> _Part:
    across: dict[int, list[Token]] = {}
    cells: list[dict[int, str]] = []
    for number, line in enumerate(lines):
        found = tokens(line)
        if is_across(found, gutters):
            across[number] = found
        cells.append({} if number in across else _cells(found, gutters))
    return _Part(cells, [line.gap for line in lines], across)


def _cells(row: Sequence[Token], gutters: Sequence[int]) -> dict[int, str]:
    """The text of each column; a run over a gutter is parted at its space there."""
    out: dict[int, str] = {}
    for token in row:
        for piece in _parted(token, gutters):
            column = sum(piece.start >= gutter for gutter in gutters)
            out[column] = f"{out[column]} {piece.text}" if column in out else piece.text
    return out


def _parted(token: Token, gutters: Sequence[int]) -> Iterator[Token]:
    for gutter in gutters:
        space = space_near(token, gutter)
        if space is not None:
            yield Token(token.start, token.text[:space])
            token = Token(token.start + space + 1, token.text[space + 1 :])
    yield token


def _rows(part: _Part, known: dict[Column, int], count: int) -> list[Row]:
    """The rows of a part; a line across the columns is a row of one cell."""
    out: list[Row] = []
    start = 0
    places = sorted({*part.across, len(part.cells)})
    for place in places:
        cut = cut_rows(part.cells[start:place], part.gaps[start:place], known, opens=start == 0)
        out += [
            {
                column: GridCell(texts)
                for column, texts in _gathered(part.cells[start + a : start + b]).items()
            }
            for a, b in cut
        ]
        if place in part.across:
            row = _row_across(part.across[place], count)
            if place - 1 in part.across and out and len(row) == 1 and not _is_numbered(row[0].text):
                out[-1][max(out[-1])].texts += row[0].texts
            else:
                out.append(row)
        start = place + 1
    return out


def _row_across(found: Sequence[Token], count: int) -> Row:
    """A line over several columns: perhaps a number in the first, then a title over the others."""
    first, *rest = found
    if rest and len(first.text) <= NUMBER_LENGTH_MAX:
        title = GridCell([" ".join(token.text for token in rest)], columns=count - 1)
        return {0: GridCell([first.text]), 1: title}
    return {0: GridCell([" ".join(token.text for token in found)], columns=count)}


def _is_numbered(text: str) -> bool:
    plain = canonical(text)
    return read_label(plain) is not None or bool(_NUMBERED.match(plain))


def _gathered(cells: Sequence[dict[int, str]]) -> dict[int, list[str]]:
    out: dict[int, list[str]] = {}
    for line in cells:
        for column, text in line.items():
            out.setdefault(column, []).append(text)
    return out
