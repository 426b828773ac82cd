"""The ruled lines of a PDF page -> tables with their cells.

Borders are drawn as strokes, as thin filled boxes, or as one path for the whole table; only the edges of
paths count here. pdfplumber finds such tables too, but reads every glyph a second time, in Python.
"""

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

SEGMENTS_MAX = 20_000
"""A page of more edges is a drawing."""
LENGTH_MIN = 8.0
SLACK = 3.0
"""Points that lines may miss each other by, and still meet."""
EDGES_MAX = 300
FORM_DEPTH_MAX = 4

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Edge:
    """A line along one axis: `at` across it, from `start` to `end` along it."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Ruled:
    """A table on a page: edges of columns from left, of rows from the top, cells by row and column.

    `anchors` says for each place which cell covers it; `spans` how many columns and rows a cell covers.
    """

    columns: list[float]
    rows: list[float]
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def top(self) -> float:
        """Its upper edge; y runs upwards."""
        return self.rows[0]

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.rows[-1]

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell that a point lies in."""
        column = bisect_right(self.columns, x) - 1
        row = bisect_right(self.rows, -y, key=lambda edge: -edge) - 1
        return self.anchors.get((row, column))


def ruled_tables(page: Any, turn: "Turn") -> list[Ruled]:
    """The tables of a page from the top down; a frame of one cell or one column is none."""
    across: list[Edge] = []
    down: list[Edge] = []
    for number, (start, end) in enumerate(_segments(page, IDENTITY, 0)):
        if number >= SEGMENTS_MAX:
            return []
        (x0, y0), (x1, y1) = turn.point(*start), turn.point(*end)
        if abs(y0 - y1) < 1 and abs(x0 - x1) >= LENGTH_MIN:
            across.append(Edge((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) < 1 and abs(y0 - y1) >= LENGTH_MIN:
            down.append(Edge((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    tables = [_table(*group) for group in _meeting(_merged(across), _merged(down))]
    return sorted((table for table in tables if table), key=lambda table: -table.top)


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page is turned so that its text stands upright: quarters clockwise, and the page's size."""

    quarters: int
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page where a reader sees it."""
        match self.quarters % 4:
            case 1:
                return y, self.width - x
            case 2:
                return self.width - x, self.height - y
            case 3:
                return self.height - y, x
        return x, y


Segment = tuple[tuple[float, float], tuple[float, float]]


def _segments(holder: Any, matrix: Matrix, depth: int) -> Iterator[Segment]:
    """The straight edges of all painted paths, also inside forms."""
    inside = depth > 0
    count = pdfium.FPDFFormObj_CountObjects(holder) if inside else pdfium.FPDFPage_CountObjects(holder)
    for index in range(min(count, SEGMENTS_MAX)):
        found = (
            pdfium.FPDFFormObj_GetObject(holder, index)
            if inside
            else pdfium.FPDFPage_GetObject(holder, index)
        )
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path_segments(found, _times(_matrix(found), matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < FORM_DEPTH_MAX:
            yield from _segments(found, _times(_matrix(found), matrix), depth + 1)


def _path_segments(path: Any, matrix: Matrix) -> Iterator[Segment]:
    """The edges of a stroked path; of one only filled, its thin boxes as lines: shades are no rules."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    for outline in _outlines(path, matrix):
        if stroke.value:
            yield from pairwise(outline)
        elif fill.value and outline:
            xs, ys = [x for x, _ in outline], [y for _, y in outline]
            if max(xs) - min(xs) <= SLACK:
                middle = (min(xs) + max(xs)) / 2
                yield (middle, min(ys)), (middle, max(ys))
            elif max(ys) - min(ys) <= SLACK:
                middle = (min(ys) + max(ys)) / 2
                yield (min(xs), middle), (max(xs), middle)


def _outlines(path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path; a curve breaks it."""
    x, y = ctypes.c_float(), ctypes.c_float()
    outline: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), SEGMENTS_MAX)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) != pdfium.FPDF_SEGMENT_LINETO:
            yield outline
            outline = []
        outline.append(_apply(matrix, x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            outline.append(outline[0])
    yield outline


def _matrix(found: Any) -> Matrix:
    raw = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(found, raw):
        return IDENTITY
    return raw.a, raw.b, raw.c, raw.d, raw.e, raw.f


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    if outer is IDENTITY:
        return inner
    e, f = _apply(outer, inner[4], inner[5])
    a, b = outer[0] * inner[0] + outer[2] * inner[1], outer[1] * inner[0] + outer[3] * inner[1]
    c, d = outer[0] * inner[2] + outer[2] * inner[3], outer[1] * inner[2] + outer[3] * inner[3]
    return a, b, c, d, e, f


def _merged(edges: Sequence[Edge]) -> list[Edge]:
    """Edges on one line that touch are one edge."""
    out: list[Edge] = []
    line: list[Edge] = []
    for edge in sorted(edges, key=lambda e: e.at):
        if line and edge.at - line[0].at > SLACK:
            out += _joined(line)
            line = []
        line.append(edge)
    return out + _joined(line)


def _joined(line: Sequence[Edge]) -> list[Edge]:
    if not line:
        return []
    at = sum(edge.at for edge in line) / len(line)
    out: list[Edge] = []
    for edge in sorted(line, key=lambda e: e.start):
        if out and edge.start <= out[-1].end + SLACK:
            out[-1] = Edge(at, out[-1].start, max(out[-1].end, edge.end))
        else:
            out.append(Edge(at, edge.start, edge.end))
    return out


def _meeting(across: Sequence[Edge], down: Sequence[Edge]) -> Iterator[tuple[list[Edge], list[Edge]]]:
    """Groups of edges that cross or touch each other."""
    if len(across) > EDGES_MAX or len(down) > EDGES_MAX:
        return
    waiting = set(range(len(across)))
    while waiting:
        rows, columns = {waiting.pop()}, set[int]()
        open_rows = list(rows)
        while open_rows:
            row = across[open_rows.pop()]
            for number, column in enumerate(down):
                if number not in columns and _cross(row, column):
                    columns.add(number)
                    more = {i for i in waiting if _cross(across[i], column)}
                    waiting -= more
                    rows |= more
                    open_rows += more
        yield [across[i] for i in rows], [down[i] for i in columns]


def _cross(across: Edge, down: Edge) -> bool:
    return (
        down.start - SLACK <= across.at <= down.end + SLACK
        and across.start - SLACK <= down.at <= across.end + SLACK
    )


def _table(across: Sequence[Edge], down: Sequence[Edge]) -> Ruled | None:
    if not down or len(across) < 2:
        return None
    ends = [min(edge.start for edge in across), max(edge.end for edge in across)]
    columns = _distinct([*(edge.at for edge in down), *ends])
    rows = _distinct([edge.at for edge in across])[::-1]
    if len(columns) < 3 or len(rows) < 2:
        return None
    table = Ruled(columns, rows)
    for row, column in ((r, c) for r in range(len(rows) - 1) for c in range(len(columns) - 1)):
        if (row, column) not in table.anchors:
            _anchor(table, row, column, across, down)
    return table if len(table.spans) > 1 else None


def _distinct(places: Sequence[float]) -> list[float]:
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > SLACK:
            out.append(place)
    return out


def _anchor(table: Ruled, row: int, column: int, across: Sequence[Edge], down: Sequence[Edge]) -> None:
    """Open a cell here; it reaches right and down as far as no edge parts it."""
    middle_y = (table.rows[row] + table.rows[row + 1]) / 2
    right = column + 1
    while right < len(table.columns) - 1 and not _parted(table.columns[right], middle_y, down):
        right += 1
    middle_x = (table.columns[column] + table.columns[column + 1]) / 2
    low = row + 1
    while low < len(table.rows) - 1 and not _parted(table.rows[low], middle_x, across):
        low += 1
    table.spans[row, column] = right - column, low - row
    for r in range(row, low):
        for c in range(column, right):
            table.anchors.setdefault((r, c), (row, column))


def _parted(at: float, through: float, edges: Sequence[Edge]) -> bool:
    return any(abs(edge.at - at) <= SLACK and edge.start <= through <= edge.end for edge in edges)


def same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two tables have the same columns, as parts of one table on two pages have."""
    return len(one) == len(other) and all(
        abs(a - b) <= 2 * SLACK for a, b in zip(_widths(one), _widths(other), strict=True)
    )


def _widths(edges: Sequence[float]) -> list[float]:
    return [b - a for a, b in pairwise(edges)]
