"""The product's month-end table, in the words of the reference."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.engine import Connection

from service.domain.criteria import Fulfilment
from service.domain.figures import Cell
from service.domain.people import Actor
from service.domain.reading import criteria, matrix, scoring, statistics
from service.domain.reading.matrix import MatrixQuestion
from service.domain.reading.statistics import By, Question
from tests.model.measured import SET_CODE, YEAR

ALL = 200
"""More duties than an example has."""


def table_of(
    connection: Connection, actor: Actor, cut_off: date, as_of: datetime | None
) -> Mapping[str, Mapping[str, int]]:
    """Return how many duties each unit has in which cell, and which of them are marked how."""
    policy, asked = scoring.current(connection, actor).policy, Question(cut_off=cut_off, as_of=as_of)
    excused = statistics.excused_by_unit(connection, actor, asked, policy)
    counted = {}
    for line in statistics.table_by(connection, actor, asked, policy, By.UNIT):
        assert line.id is not None
        figures = line.figures
        beyond = zip(policy.overdue_days, figures.overdue_beyond, strict=True)
        counts = {
            **figures.cells,
            **{f"beyond {days}": count for days, count in beyond},
            "due soon": figures.due_soon,
            "silent": figures.silent,
            "excused": excused.get(line.id, 0),
        }
        counted[line.key] = {str(name): count for name, count in counts.items() if count}
    return counted


def listed(
    connection: Connection, actor: Actor, cut_off: date, as_of: datetime | None, cell: Cell
) -> list[UUID]:
    """Return the duties in a cell."""
    policy, asked = scoring.current(connection, actor).policy, Question(cut_off=cut_off, as_of=as_of)
    rows, _ = statistics.duties(connection, actor, asked, policy, cell=cell, limit=ALL)
    return [row.id for row in rows]


def matrix_of(
    connection: Connection, actor: Actor, cut_off: date, as_of: datetime
) -> Mapping[str, Mapping[str, Fulfilment]]:
    """Return what each unit reaches of each criterion of the year."""
    chosen = criteria.one_set(connection, actor, SET_CODE, as_of=as_of)
    asked = MatrixQuestion(set_id=chosen.id, set_code=SET_CODE, year=YEAR, cut_off=cut_off, as_of=as_of)
    shown: dict[str, dict[str, Fulfilment]] = defaultdict(dict)
    for cell in matrix.cells(connection, actor, asked):
        shown[cell.unit_code][cell.criterion_code] = cell.fulfilment()
    return shown
