"""The doctor's own recount of the only register, to hold produced files to."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.database import Database
from service.domain.checks.recounting import LateDuty, Recount
from service.domain.tables import Register, table
from service.reports import made
from service.reports.recount import FIGURES, late_figures, late_rows, total_row, unit_rows

register = table(Register)


class Recounted(NamedTuple):
    """What the files must hold: the book as values, the tables of documents as they show them."""

    book: list[list[Any]]
    late: list[LateDuty]
    late_figures: list[int]
    late_table: list[list[str]]
    total: dict[str, int]
    unit_table: list[list[str]]


def recount(database: Database, cut_off: date) -> Recounted:
    """Walk the bare rows."""
    with database.snapshot() as connection:
        register_id = connection.execute(sa.select(register.c.id)).scalar_one()
        counted = Recount(connection, register_id, cut_off=cut_off, late_max=made.LATE_MAX)
        book = list(counted.lines())
        units = unit_rows(counted)
    total = dict(zip(FIGURES, total_row(counted), strict=True))
    sums = [2 + list(FIGURES).index(name) for name in ("hoan_thanh", "chua_xong")]
    return Recounted(
        book,
        counted.late,
        late_figures(counted),
        [[str(value) for value in row] for row in late_rows(counted)],
        total,
        [[str(value) for at, value in enumerate(row) if at not in sums] for row in units],
    )
