"""The office's three files as what stands in them: the book, the late list and the periodic report.

Routes write them, and `dondoc doctor --files` holds them to a recount.
"""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from service.domain.figures import total_of
from service.domain.lifecycle import Timeliness
from service.domain.people import Actor
from service.domain.reading import obligation_pages, register_lines, scoring, statistics
from service.domain.reading.letterheads import letterhead
from service.domain.reading.obligation_pages import Filter, Sort
from service.domain.reading.statistics import By, Question
from service.reports.office_words import late_duties, late_list, progress
from service.reports.register import register_sheet
from service.reports.sheets import Sheet

LATE_MAX, COUNTED_MAX = 1_000, 1_000_000
"""Late duties of one document, those that are due longest first; it says how many more there are."""


def register(
    connection: Connection, actor: Actor, wanted: Filter, *, cut_off: date, sort: Sort, most: int
) -> Sheet:
    """Return the book of at most so many duties, which are read while it is written."""
    lines = register_lines.lines(connection, actor, wanted, cut_off=cut_off, sort=sort, limit=most)
    _, is_cut = obligation_pages.total(connection, actor, wanted, cut_off=cut_off, most=most)
    return register_sheet(lines, cut_off=cut_off, cut_to=most if is_cut else None)


def late(connection: Connection, actor: Actor, *, cut_off: date, today: date) -> dict[str, Any]:
    """Return the values of the list of late duties; `today` says in whose name it is written."""
    head = letterhead(connection, actor, today=today)
    wanted = Filter(timeliness=Timeliness.OVERDUE)
    lines = register_lines.lines(connection, actor, wanted, cut_off=cut_off, sort=Sort.DUE_ON, limit=LATE_MAX)
    duties = late_duties(list(lines))
    total, _ = obligation_pages.total(connection, actor, wanted, cut_off=cut_off, most=COUNTED_MAX)
    units = obligation_pages.units(connection, actor, wanted, cut_off=cut_off)
    return late_list(head, duties, total=total, units=units, cut_off=cut_off)


def periodic(connection: Connection, actor: Actor, *, cut_off: date, today: date) -> dict[str, Any]:
    """Return the values of the periodic report: figures, units, and what is late."""
    policy = scoring.current(connection, actor).policy
    lines = statistics.table_by(connection, actor, Question(cut_off=cut_off), policy, By.UNIT)
    total = total_of((line.figures for line in lines), bounds=len(policy.overdue_days))
    units = [(line.name, line.figures.cells) for line in lines]
    return progress(late(connection, actor, cut_off=cut_off, today=today), total.cells, units)
