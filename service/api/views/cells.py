"""Counts by the cells of the month-end table, as every figure goes out."""

from typing_extensions import TypedDict

from service.domain.figures import Cell, Figures


class CellsView(TypedDict):
    """Duties by cell: `total` is the sum of the others."""

    total: int
    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int
    undated_done: int
    undated_open: int
    paused: int


def cells_view(figures: Figures) -> CellsView:
    """Return counts by cell."""
    cells = figures.cells
    return {
        "total": figures.total(),
        "done_on_time": cells[Cell.DONE_ON_TIME],
        "done_late": cells[Cell.DONE_LATE],
        "open_in_time": cells[Cell.OPEN_IN_TIME],
        "open_overdue": cells[Cell.OPEN_OVERDUE],
        "undated_done": cells[Cell.UNDATED_DONE],
        "undated_open": cells[Cell.UNDATED_OPEN],
        "paused": cells[Cell.PAUSED],
    }
