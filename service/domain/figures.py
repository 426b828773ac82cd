"""The cells of the month-end table, which always sum to the total, and what a rate is a share of (R8, R9).

Source of cells and denominators: the published reports of the Government Office and provinces (rule D-4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from service.domain.lifecycle import Timeliness


class Cell(StrEnum):
    """One column of the table; every counted duty is in exactly one."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    UNDATED_DONE = "undated_done"
    UNDATED_OPEN = "undated_open"
    PAUSED = "paused"


CELL_OF: dict[Timeliness, Cell] = {
    Timeliness.DONE_ON_TIME: Cell.DONE_ON_TIME,
    Timeliness.DONE_LATE: Cell.DONE_LATE,
    Timeliness.ON_TRACK: Cell.OPEN_IN_TIME,
    Timeliness.DUE_SOON: Cell.OPEN_IN_TIME,
    Timeliness.OVERDUE: Cell.OPEN_OVERDUE,
    Timeliness.DONE_UNDATED: Cell.UNDATED_DONE,
    Timeliness.UNDATED: Cell.UNDATED_OPEN,
    Timeliness.PAUSED: Cell.PAUSED,
}

WORDS: dict[Cell, str] = {
    Cell.DONE_ON_TIME: "Hoàn thành đúng hạn",
    Cell.DONE_LATE: "Hoàn thành quá hạn",
    Cell.OPEN_IN_TIME: "Chưa hoàn thành, trong hạn",
    Cell.OPEN_OVERDUE: "Chưa hoàn thành, quá hạn",
    Cell.UNDATED_DONE: "Không thời hạn, đã hoàn thành",
    Cell.UNDATED_OPEN: "Không thời hạn, chưa hoàn thành",
    Cell.PAUSED: "Tạm dừng",
}


class Axis(StrEnum):
    """What a tally's lines are counted by: units, items, or days on which duties were overdue."""

    UNIT = "unit"
    ITEM = "item"
    OVERDUE = "overdue"


class Denominator(StrEnum):
    """What a rate is a share of.

    `all`: every counted duty. `dated`: those with a deadline that are not paused. `fell_due`: what was done
    under a deadline, and what is overdue.
    """

    ALL = "all"
    DATED = "dated"
    FELL_DUE = "fell_due"


_FELL_DUE = (Cell.DONE_ON_TIME, Cell.DONE_LATE, Cell.OPEN_OVERDUE)
COUNTED: dict[Denominator, tuple[Cell, ...]] = {
    Denominator.ALL: tuple(Cell),
    Denominator.DATED: (*_FELL_DUE, Cell.OPEN_IN_TIME),
    Denominator.FELL_DUE: _FELL_DUE,
}
_DONE = (Cell.DONE_ON_TIME, Cell.DONE_LATE, Cell.UNDATED_DONE)


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one line of the table.

    Attributes:
        cells: How many are in each cell.
        due_soon: How many of those in time are near their deadline.
        overdue_beyond: How many of the overdue are so by more than each of the policy's numbers of days.
        silent: How many of the undated and open were not heard of for longer than the policy allows.
    """

    cells: Mapping[Cell, int]
    due_soon: int
    overdue_beyond: Sequence[int]
    silent: int

    def total(self) -> int:
        """Return how many duties are counted."""
        return sum(self.cells.values())

    def sum_of(self, cells: Iterable[Cell]) -> int:
        """Return how many duties are in some cells."""
        return sum(self.cells[cell] for cell in cells)

    def base(self, denominator: Denominator) -> int:
        """Return the number that rates are a share of."""
        return self.sum_of(COUNTED[denominator])

    def rates(self, denominator: Denominator) -> dict[str, float | None]:
        """Return shares in percent, to two places: done, on time, overdue; None where nothing is counted."""
        base = COUNTED[denominator]
        parts = {
            "done": [cell for cell in _DONE if cell in base],
            "on_time": [Cell.DONE_ON_TIME],
            "overdue": [Cell.OPEN_OVERDUE],
        }
        return {name: percent(self.sum_of(cells), self.base(denominator)) for name, cells in parts.items()}


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent, rounded half up to two places."""
    if whole == 0:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def code(timeliness: Timeliness, degree: int = 0) -> int:
    """Return a verdict as a number that a query groups by; `degree` is how many bounds it lies beyond."""
    return list(Timeliness).index(timeliness) * 10 + degree


def add_up(counted: Iterable[tuple[int, int]], *, bounds: int) -> Figures:
    """Return the figures of one line.

    Args:
        counted: (code, how many) as queries return them; a code may come several times.
        bounds: How many bounds of lateness the policy has.
    """
    cells = dict.fromkeys(Cell, 0)
    due_soon, silent, beyond = 0, 0, [0] * bounds
    for number, count in counted:
        timeliness, degree = list(Timeliness)[number // 10], number % 10
        cells[CELL_OF[timeliness]] += count
        if timeliness is Timeliness.DUE_SOON:
            due_soon += count
        elif timeliness is Timeliness.UNDATED:
            silent += count * degree
        elif timeliness is Timeliness.OVERDUE:
            for bound in range(degree):
                beyond[bound] += count
    return Figures(cells, due_soon, beyond, silent)


def total_of(lines: Iterable[Figures], *, bounds: int) -> Figures:
    """Return the line of totals."""
    cells = dict.fromkeys(Cell, 0)
    due_soon, silent, beyond = 0, 0, [0] * bounds
    for line in lines:
        for cell, count in line.cells.items():
            cells[cell] += count
        due_soon, silent = due_soon + line.due_soon, silent + line.silent
        beyond = [have + more for have, more in zip(beyond, line.overdue_beyond, strict=True)]
    return Figures(cells, due_soon, beyond, silent)
