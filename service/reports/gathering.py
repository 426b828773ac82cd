"""What is known of an office at a day, gathered for its documents: one place for programs and pages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
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
from service.reports.office_words import LateDuty, late_duties, named_duties

ROWS_MAX, COUNTED_MAX = 1_000, 1_000_000
"""Late duties of one document, those due longest first; it says how many more there are."""


def late_list(connection: Connection, actor: Actor, cut_off: date, *, now: datetime) -> dict[str, Any]:
    """Return the values of the list of late duties at the end of a day."""
    head = letterhead(connection, actor, today=office_day(now))
    wanted = Filter(timeliness=Timeliness.OVERDUE)
    total, _ = obligation_pages.total(connection, actor, wanted, cut_off=cut_off, most=COUNTED_MAX)
    return office_words.late_list(head, _late(connection, actor, cut_off), total=total, cut_off=cut_off)


def progress(connection: Connection, actor: Actor, cut_off: date, *, now: datetime) -> dict[str, Any]:
    """Return the values of the periodic report at the end of a day."""
    late = late_list(connection, actor, cut_off, now=now)
    policy = scoring.current(connection, actor).policy
    lines = statistics.table_by(connection, actor, Question(cut_off=cut_off), policy, By.UNIT)
    total = total_of((line.figures for line in lines), bounds=len(policy.overdue_days))
    return office_words.progress(late, total.cells, [(line.name, line.figures.cells) for line in lines])


def letter(connection: Connection, actor: Actor, row: LetterRow, *, now: datetime) -> dict[str, Any]:
    """Return the values of a letter that was drafted."""
    head = letterhead(connection, actor, today=office_day(now))
    duties = named_duties(letters.duties(connection, row.id))
    return office_words.letter(head, row.kind, duties, cut_off=row.cut_off)


def of_today(connection: Connection, actor: Actor, kind: DocumentKind, *, now: datetime) -> dict[str, Any]:
    """Return the values that a document would have today; of a letter to all that are late, if any are."""
    today = office_day(now)
    if kind is DocumentKind.LATE_LIST:
        return late_list(connection, actor, today, now=now)
    if kind is DocumentKind.PROGRESS:
        return progress(connection, actor, today, now=now)
    head = letterhead(connection, actor, today=today)
    told = [
        each
        for each in _late(connection, actor, today)
        if each.subordinate or kind is not DocumentKind.CRITICISM
    ]
    return office_words.letter(head, LetterKind(kind.value), told, cut_off=today)


def _late(connection: Connection, actor: Actor, cut_off: date) -> list[LateDuty]:
    lines = register_lines.lines(
        connection,
        actor,
        Filter(timeliness=Timeliness.OVERDUE),
        cut_off=cut_off,
        sort=Sort.DUE_ON,
        limit=ROWS_MAX,
    )
    return late_duties(list(lines))
