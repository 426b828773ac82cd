"""Task tables in laid-out text, where only runs of spaces part the columns: lines -> rows and cells.

The headings say which columns there are; the gutters between them are where the fewest letters stand. Rows
are found together: the split of the lines that costs least, where the cells of a row begin on one line or are
centred on one another, a row has at most one number, and a cell seldom begins with a small letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .. import marks
from ..grid import Grid, GridCell, Row, continue_over_page, lines_of_grid
from ..headings import Column, columns_of
from ..labels import read_label
from ..lines import Line
from ..restore import canonical
from .headlines import Heading, Token, find_heading, tokens
from .rowcuts import cut_rows

FOLLOW_MAX = 3
"""Lines across the columns that may stand between rows, as the title of a group of rows does."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one page shows of a table: lines of cells, with the lines across the columns by their place."""

    cells: list[dict[int, str]]
    gaps: list[bool]
    across: dict[int, str]


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
    while position < len(lines):
        end = _part_end(lines, position, heading)
        if end == position:
            break
        part = _part(lines[position:end], heading)
        continue_over_page(grid, Grid(_rows(part, known, heading)))
        position = end
        again = find_heading(lines, position) if position < len(lines) and lines[position].page else None
        if again and set(columns_of(again.texts) or ()) == set(known):
            heading = again
            position += again.height
    return grid, position


def _part_end(lines: Sequence[Line], first: int, heading: Heading) -> int:
    """Where the table, or its part on this page, ends."""
    across = 0
    last = first
    for index in range(first, len(lines)):
        line = lines[index]
        if index > first and line.page:
            return index if last == index else last
        if _ends_table(line, heading):
            break
        if _is_across(line, heading):
            across += 1
            if across > FOLLOW_MAX or not (_opens_group(line) or across > 1):
                break
        else:
            across = 0
            last = index + 1
    return last


def _ends_table(line: Line, heading: Heading) -> bool:
    text = canonical(line.text)
    return bool(
        _is_foot(text)
        or (len(tokens(line)) == 1 and text.startswith("Ghi chú"))
        or len(tokens(line)) > len(heading.spans) + 2
    )


def _is_foot(text: str) -> bool:
    return any(form.match(text) for form in (marks.RECIPIENTS, marks.SIGNING, marks.ANNEX))


def _is_across(line: Line, heading: Heading) -> bool:
    """One run of text that covers the better part of two columns."""
    found = tokens(line)
    return len(found) <= 2 and any(sum(_overlaps(t, span) for span in heading.spans) > 1 for t in found)


def _overlaps(token: Token, span: tuple[int, int]) -> bool:
    return token.start < span[1] - 1 and span[0] + 1 < token.end


def _opens_group(line: Line) -> bool:
    text = canonical(line.text)
    return marks.is_capitals(text) or read_label(text) is not None or text[:3].strip().rstrip(".").isdigit()


def _part(lines: Sequence[Line], heading: Heading) -> _Part:
    across = {n: line.text for n, line in enumerate(lines) if _is_across(line, heading)}
    inside = [tokens(line) for n, line in enumerate(lines) if n not in across]
    gutters = _gutters(inside, heading)
    cells = [{} if n in across else _cells(tokens(line), gutters) for n, line in enumerate(lines)]
    return _Part(cells, [line.gap for line in lines], across)


def _gutters(rows: Sequence[Sequence[Token]], heading: Heading) -> list[int]:
    """Between each two columns, the middle of the widest strip that the fewest lines write in."""
    width = max((token.end for row in rows for token in row), default=0) + 2
    inked = [0] * (max(width, heading.spans[-1][1]) + 1)
    for row in rows:
        for token in row:
            for x in range(token.start, token.end):
                inked[x] += 1
    out: list[int] = []
    for left, right in zip(heading.spans, heading.spans[1:], strict=False):
        low = max(left[0] + 1, out[-1] + 1 if out else 0)
        out.append(_strip(inked, low, max(right[0] + 1, low + 1), (left[1] + right[0]) // 2))
    return out


def _strip(inked: Sequence[int], low: int, high: int, middle: int) -> int:
    least = min(inked[low:high], default=0)
    best, best_score = middle, -1.0
    start = low
    while start < high:
        if inked[start] != least:
            start += 1
            continue
        end = start
        while end < high and inked[end] == least:
            end += 1
        near = 1 / (1 + abs((start + end) / 2 - middle))
        if end - start + near > best_score:
            best, best_score = (start + end) // 2, end - start + near
        start = end
    return best


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
        at = gutter - token.start
        if not 0 < at < len(token.text) - 1:
            continue
        space = min((i for i, c in enumerate(token.text) if c == " "), key=lambda i: abs(i - at), default=-1)
        if space > 0 and abs(space - at) <= 1:
            yield Token(token.start, token.text[:space])
            token = Token(token.start + space + 1, token.text[space + 1 :])
    yield token


def _rows(part: _Part, known: dict[Column, int], heading: Heading) -> list[Row]:
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
            _add_across(out, part.across[place], len(heading.spans), joins=place - 1 in part.across)
        start = place + 1
    return out


def _gathered(cells: Sequence[dict[int, str]]) -> dict[int, list[str]]:
    out: dict[int, list[str]] = {}
    for line in cells:
        for column, text in line.items():
            out.setdefault(column, []).append(text)
    return out


def _add_across(rows: list[Row], text: str, width: int, *, joins: bool) -> None:
    if joins and rows and read_label(canonical(text)) is None:
        rows[-1][0].texts.append(text)
    else:
        rows.append({0: GridCell([text], columns=width)})
