"""The office's files as what stands in them: the book, the late list, the periodic report and letters.

Routes and pages write them, and `dondoc doctor --files` holds the first three to a recount.
"""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from service.domain.figures import total_of
from service.domain.letter_rules import DocumentKind, LetterKind
from service.domain.lifecycle import Timeliness
from service.domain.people import Actor
from service.domain.reading import letters, obligation_pages, register_lines, scoring, statistics
from service.domain.reading.letterheads import letterhead
from service.domain.reading.letters import LetterRow
from service.domain.reading.obligation_pages import Filter, Sort
from service.domain.reading.statistics import By, Question
from service.reports import office_words
from service.reports.office_words import LateDuty, late_duties, late_list, named_duties, progress
from service.reports.register import register_sheet
from service.reports.sheets import Sheet

LATE = Filter(timeliness=Timeliness.OVERDUE)
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
    duties = _late(connection, actor, cut_off)
    total, _ = obligation_pages.total(connection, actor, LATE, cut_off=cut_off, most=COUNTED_MAX)
    units = obligation_pages.units(connection, actor, LATE, cut_off=cut_off)
    return late_list(head, duties, total=total, units=units, cut_off=cut_off)


def periodic(connection: Connection, actor: Actor, *, cut_off: date, today: date) -> dict[str, Any]:
    """Return the values of the periodic report: figures, units, and what is late."""
    policy = scoring.current(connection, actor).policy
    lines = statistics.table_by(connection, actor, Question(cut_off=cut_off), policy, By.UNIT)
    total = total_of((line.figures for line in lines), bounds=len(policy.overdue_days))
    units = [(line.name, line.figures.cells) for line in lines]
    return progress(late(connection, actor, cut_off=cut_off, today=today), total.cells, units)


def letter(connection: Connection, actor: Actor, row: LetterRow, *, today: date) -> dict[str, Any]:
    """Return the values of a letter that was drafted."""
    head = letterhead(connection, actor, today=today)
    duties = named_duties(letters.duties(connection, row.id))
    return office_words.letter(head, row.kind, duties, cut_off=row.cut_off)


def of_today(connection: Connection, actor: Actor, kind: DocumentKind, *, today: date) -> dict[str, Any]:
    """Return the values that a document would have today; of a letter to all that are late, if any are."""
    if kind is DocumentKind.LATE_LIST:
        return late(connection, actor, cut_off=today, today=today)
    if kind is DocumentKind.PROGRESS:
        return periodic(connection, actor, cut_off=today, today=today)
    head = letterhead(connection, actor, today=today)
    told = [
        each
        for each in _late(connection, actor, today)
        if each.subordinate or kind is not DocumentKind.CRITICISM
    ]
    return office_words.letter(head, LetterKind(kind.value), told, cut_off=today)


def _late(connection: Connection, actor: Actor, cut_off: date) -> list[LateDuty]:
    lines = register_lines.lines(connection, actor, LATE, cut_off=cut_off, sort=Sort.DUE_ON, limit=LATE_MAX)
    return late_duties(list(lines))
