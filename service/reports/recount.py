"""The office's files held to a recount of the bare rows, cell by cell (`dondoc doctor --files`)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from sqlalchemy.engine import Connection

from service.domain.checks import Violation
from service.domain.checks.base import SHOWN_MAX
from service.domain.checks.recounting import (
    AHEAD,
    LATE,
    LATE_DONE,
    ON_TIME,
    PAUSED,
    SOON,
    UNDATED,
    UNDATED_DONE,
    Recount,
)
from service.domain.people import Actor
from service.domain.reading.obligation_pages import Filter, Sort
from service.reports import made
from service.reports.register import COLUMNS

EVERY = 10**9
"""The whole book, of which a file holds the first part."""

FIGURES = {
    "tong_so": (ON_TIME, LATE_DONE, AHEAD, SOON, LATE, UNDATED_DONE, UNDATED, PAUSED),
    "hoan_thanh": (ON_TIME, LATE_DONE, UNDATED_DONE),
    "chua_xong": (AHEAD, SOON, LATE, UNDATED),
    "dung_han": (ON_TIME,),
    "cham": (LATE_DONE,),
    "trong_han": (AHEAD, SOON),
    "qua_han": (LATE,),
    "xong_khong_han": (UNDATED_DONE,),
    "khong_han": (UNDATED,),
    "tam_dung": (PAUSED,),
}
"""Place in the template of the periodic report → the verdicts whose duties it counts."""

LATE_ROW = ("stt", "don_vi", "van_ban", "muc", "noi_dung", "thoi_han", "so_ngay", "bao_cao")
LATE_FIGURES = ("so_nhiem_vu", "so_don_vi", "con_lai")


def miscounted(connection: Connection, actor: Actor, *, cut_off: date) -> list[Violation]:
    """Return each of a register's three files whose figures or cells are not those of the bare rows.

    The duties are walked once, a thousand at a time: the book's lines are compared as they pass, and what
    the other two files need is added up on the way. Memory does not grow with the duties, time does.
    """
    counted = Recount(connection, actor.register_id, cut_off=cut_off, late_max=made.LATE_MAX)
    sheet = made.register(connection, actor, Filter(), cut_off=cut_off, sort=Sort.ID, most=EVERY)
    book = Differences("register-file-miscounted", "the book holds what the rows say, in every cell")
    book.compare(tuple(COLUMNS), sheet.rows, counted.lines())
    late = Differences("late-list-miscounted", "the list of late duties is whole and right in every cell")
    values = made.late(connection, actor, cut_off=cut_off, today=cut_off)
    late.compare(LATE_FIGURES, [_of(values, LATE_FIGURES)], [late_figures(counted)])
    late.compare(LATE_ROW, (_of(each, LATE_ROW) for each in values["nhiem_vu"]), late_rows(counted))
    report = Differences(
        "periodic-report-miscounted", "the periodic report adds up, for each unit and in all"
    )
    told = made.periodic(connection, actor, cut_off=cut_off, today=cut_off)
    of_unit = ("stt", "ten", *FIGURES)
    report.compare(tuple(FIGURES), [_of(told["tong"], FIGURES)], [total_row(counted)])
    report.compare(of_unit, (_of(each, of_unit) for each in told["don_vi"]), unit_rows(counted))
    report.compare(LATE_ROW, (_of(each, LATE_ROW) for each in told["nhiem_vu"]), late_rows(counted))
    return [each.violation() for each in (book, late, report) if each.count]


def late_figures(counted: Recount) -> list[int]:
    """Return how many duties and units are late, and how many duties found no room."""
    return [counted.late_count, len(counted.late_units), counted.late_count - len(counted.late)]


def late_rows(counted: Recount) -> list[list[Any]]:
    """Return what the table of late duties must hold."""
    return [
        [number, each.unit, each.document, each.locator, each.text, f"{each.due_on:%d/%m/%Y}", each.days,
         each.told]
        for number, each in enumerate(counted.late, start=1)
    ]  # fmt: skip


def total_row(counted: Recount) -> list[int]:
    """Return the figures of all duties, in the order of `FIGURES`."""
    return _figures(sum(counted.by_unit.values(), Counter()))


def unit_rows(counted: Recount) -> list[list[Any]]:
    """Return what the table of units must hold: its number, its name, and the figures."""
    return [
        [number, name, *_figures(verdicts)]
        for number, (name, verdicts) in enumerate(counted.units(), start=1)
    ]


def _figures(verdicts: Counter[str]) -> list[int]:
    return [sum(verdicts[each] for each in of_place) for of_place in FIGURES.values()]


def _of(values: Mapping[str, Any], places: Iterable[str]) -> list[Any]:
    return [values[place] for place in places]


class Differences:
    """The cells of a file that are not as they were counted; a missing row differs in all of them."""

    def __init__(self, check: str, promise: str) -> None:
        self._check, self._promise = check, promise
        self.count, self._shown = 0, list[str]()

    def compare(
        self, columns: Sequence[str], held: Iterable[Sequence[Any]], counted: Iterable[Sequence[Any]]
    ) -> None:
        """Go through a table beside its recount, row by row."""
        nothing: list[Any] = [None] * len(columns)
        for number, (has, must) in enumerate(zip_longest(held, counted, fillvalue=nothing), start=1):
            if has == must:
                continue
            for column, value, right in zip(columns, has, must, strict=True):
                if value != right:
                    self.count += 1
                    if len(self._shown) < SHOWN_MAX:
                        self._shown.append(f"{number} {column}: {_told(value)} ≠ {_told(right)}")

    def violation(self) -> Violation:
        """Return what differs, as the doctor names it."""
        return Violation(self._check, self._promise, self.count, self._shown)


def _told(value: Any) -> str:
    return "—" if value is None else f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
