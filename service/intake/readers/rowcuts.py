"""Cuts the lines of a table into its rows: the cut that costs least, found from the last line back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..headings import Column
from ..marks import is_capitals

HEIGHT_MAX = 60
ROW, UNNUMBERED, LONELY, NO_TASK = 1.0, 1.5, 3.0, 3.0
SMALL_TASK, SMALL_CELL, CASE_CHANGE = 4.0, 1.5, 2.5
HOLE, GAP, TELLING_GAP = 2.0, 0.7, 2.5
BREAK = 1.5
"""For each further column that begins anew on the same line although there was room on the line before."""
TELLING = 0.6
"""From this many empty lines a number on, rows are set apart by empty lines."""
SECOND_DAY = 2.5
"""For each further day in the column of days of one row."""
HALF_STEP = 0.15
"""In holes: lines of centred cells of odd and even height stand between each other's."""
SLANT_SMALL, SLANT_MAX, NUMBER_WEIGHT = 0.2, 3, 2
UNUSUAL = 1.0
"""For a row set unlike most: at the top where cells are centred, as a row broken over pages is."""
NEVER = float("inf")
_DAY = re.compile(
    r"(?:trước|quý|tháng \d|năm \d|thường xuyên|hằng|hàng|định kỳ|\d{1,2}[/.]\d)", re.IGNORECASE
)
_OPEN = re.compile(r"(?:ngày|trước|hết|tháng|từ|đến)$", re.IGNORECASE)

Cells = Mapping[int, str]


@dataclass(slots=True)
class _Shape:
    """A row under trial: the first and last line of each column, and how often a column was interrupted."""

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    holes: float = 0.0
    gaps: int = 0
    breaks: int = 0
    days: int = 0
    numbers: int = 0

    def add(self, index: int, cells: Cells, number: int | None, *, gap: bool, breaks: int, day: bool) -> None:
        self.gaps += gap
        self.days += day
        self.breaks += breaks
        self.numbers += number in cells
        for column in cells:
            self.first.setdefault(column, index)
            missed = index - self.last.get(column, index - 1) - 1
            self.holes += HALF_STEP if missed == 1 else missed
            self.last[column] = index

    def slants(self, start: int, end: int, number: int | None) -> tuple[float, float]:
        """How far the cells are from beginning on one line, and from being centred on one another."""
        top = centred = 0.0
        for column, first in self.first.items():
            weight = NUMBER_WEIGHT if column == number else 1
            top += weight * min(first - start, SLANT_MAX)
            off = abs(first + self.last[column] - start - end) / 2
            centred += weight * (max(off - 0.5, 0) + SLANT_SMALL * off)
        return top, centred


def cut_rows(
    lines: Sequence[Cells], gaps: Sequence[bool], known: Mapping[Column, int], *, opens: bool
) -> list[tuple[int, int]]:
    """Bounds of the rows, half-open.

    Args:
        lines: The cells that each line writes in.
        gaps: Whether an empty line stands before each line.
        known: The columns by what they hold.
        opens: The first line opens a page, and may go on with a row of the page before.
    """
    cutter = _Cutter(lines, gaps, known, opens=opens)
    _, from_top = cutter.cut(0.0, NEVER)
    _, from_middle = cutter.cut(NEVER, 0.0)
    other = (0.0, UNUSUAL) if from_top <= from_middle else (UNUSUAL, 0.0)
    return cutter.cut(*other)[0]


class _Cutter:
    """What a row costs among the lines of one part of a table."""

    def __init__(
        self, lines: Sequence[Cells], gaps: Sequence[bool], known: Mapping[Column, int], *, opens: bool
    ) -> None:
        self._lines, self._gaps, self._opens = lines, gaps, opens
        self._task, self._number = known[Column.TASK], known.get(Column.NUMBER)
        numbers = sum(self._number in cells for cells in lines)
        self._gap = TELLING_GAP if sum(gaps) >= TELLING * max(numbers, 2) else GAP
        self._breaks = _breaks(lines)
        self._days = _days([cells.get(known.get(Column.DEADLINE, -1)) for cells in lines])
        self._capitals = [is_capitals(cells.get(self._task, "")) for cells in lines]

    def cut(self, top: float, middle: float) -> tuple[list[tuple[int, int]], float]:
        """The cheapest cut and its cost.

        Args:
            top: What a row costs more whose cells begin on one line.
            middle: What a row costs more whose cells are centred on one another.
        """
        lines = self._lines
        best = [0.0] + [NEVER] * len(lines)
        origin = [0] * (len(lines) + 1)
        for start in range(len(lines)):
            shape = _Shape()
            for end in range(start, min(start + HEIGHT_MAX, len(lines))):
                inside = end > start
                gap, breaks = inside and self._gaps[end], self._breaks[end] if inside else 0
                shape.add(end, lines[end], self._number, gap=gap, breaks=breaks, day=self._days[end])
                if shape.numbers > 1:
                    break
                cost = best[start] + self._cost(shape, start, end, (top, middle))
                if cost < best[end + 1]:
                    best[end + 1], origin[end + 1] = cost, start
        bounds: list[tuple[int, int]] = []
        end = len(lines)
        while end:
            bounds.append((origin[end], end))
            end = origin[end]
        return bounds[::-1], best[-1]

    def _cost(self, shape: _Shape, start: int, end: int, more: tuple[float, float]) -> float:
        """The cost of a row from one line to another, both included."""
        slants = shape.slants(start, end, self._number)
        cost: float = (
            ROW
            + min(slants[0] + more[0], slants[1] + more[1])
            + HOLE * shape.holes
            + self._gap * shape.gaps
            + BREAK * shape.breaks
        )
        cost += CASE_CHANGE * self._changes_case(start, end) + SECOND_DAY * max(shape.days - 1, 0)
        if self._opens and start == 0 and not shape.numbers:
            return cost
        parted = self._gaps[start] and start > 0
        cost -= self._gap / 2 if parted else 0
        small = {column for column, at in shape.first.items() if self._lines[at][column][:1].islower()}
        cost += SMALL_TASK * (self._task in small) + SMALL_CELL * len(small - {self._task})
        cost += NO_TASK * (self._task not in shape.first)
        if self._number is not None and not shape.numbers:
            cost += UNNUMBERED * (not parted) + LONELY * (set(shape.first) == {self._task})
        return cost

    def _changes_case(self, start: int, end: int) -> bool:
        """A title in capitals beside a sentence: two rows are taken for one."""
        with_task = [i for i in range(start, end + 1) if self._task in self._lines[i]]
        if not with_task or self._capitals[with_task[0]] == self._capitals[with_task[-1]]:
            return False
        return self._capitals[with_task[0]] or " " in self._lines[with_task[-1]][self._task]


def _breaks(lines: Sequence[Cells]) -> list[int]:
    """How many columns, beyond the first, begin anew on a line although the line before had room."""
    widths: dict[int, int] = {}
    for cells in lines:
        for column, text in cells.items():
            widths[column] = max(widths.get(column, 0), len(text))
    out = [0] * len(lines)
    for index, (above, cells) in enumerate(pairwise(lines), 1):
        anew = sum(
            column in above
            and not text[:1].islower()
            and len(above[column]) + 1 + len(text.split(" ")[0]) <= widths[column]
            for column, text in cells.items()
        )
        out[index] = max(anew - 1, 0)
    return out


def _days(column: Sequence[str | None]) -> list[bool]:
    """On which lines of the column of days a day begins; one after "trước ngày" goes on."""
    out: list[bool] = []
    before = ""
    for text in column:
        goes_on = bool(_OPEN.search(before)) and (text or "")[:1].isdigit()
        out.append(text is not None and bool(_DAY.match(text)) and not goes_on)
        before = text or before
    return out
