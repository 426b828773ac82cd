"""Deadlines for the calendar on an official's phone (RFC 5545): one entry a duty and person.

A moved deadline moves the entry, and what ended is taken out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from service.domain.escalation import RANKS, Role, WatchKind
from service.domain.lifecycle import CLOSED, WORKING, State
from service.domain.reading.message_lines import Line
from service.notify.channel import CalendarPart
from service.reports.calendar_entries import entry, new_calendar

GIVES = frozenset(
    {
        *("obligation.assigned.v1", "obligation.taken_over.v1", "obligation.put_in_writing.v1"),
        *("obligation.sent_back.v1", "obligation.reopened.v1", "obligation.resumed.v1"),
        *("obligation.extension_granted.v1", "obligation.awaited_event_came.v1"),
        *("obligation.due_day_moved.v1", "obligation.period_moved.v1"),
        "obligation.due_day_counted_again.v1",
    }
)
"""Facts told to the unit that give it a deadline, or another one."""

ENDS = frozenset(
    {
        *("obligation.accepted.v1", "obligation.withdrawn.v1"),
        *("obligation.withdrawn_with_parent.v1", "obligation.return_accepted.v1"),
    }
)
"""Facts told to the unit after which it has nothing to do any more."""


def calendars(lines: Sequence[Line], *, domain: str, now: datetime) -> tuple[CalendarPart, ...]:
    """Return the calendar parts of a message: what is due, and what is due no more.

    Args:
        lines: The message's lines; those that are not about a deadline of the reader's unit are left out.
        domain: Right-hand side of the entries' ids.
        now: When the entries are made.
    """
    dated = {line.obligation_id: line for line in lines if line.due_on is not None and _is_own(line)}
    due = [line for line in dated.values() if line.state in WORKING]
    over = [line for line in dated.values() if line.state in CLOSED | {State.ACCEPTED}]
    parts = [_part(due, "PUBLISH", domain, now)] if due else []
    return (*parts, _part(over, "CANCEL", domain, now)) if over else tuple(parts)


def _is_own(line: Line) -> bool:
    if line.watch is None:
        return line.event in GIVES | ENDS
    return line.watch is WatchKind.DEADLINE and line.rank <= RANKS[Role.HEAD]


def _part(
    lines: Sequence[Line], method: Literal["PUBLISH", "CANCEL"], domain: str, now: datetime
) -> CalendarPart:
    calendar = new_calendar()
    calendar.add("method", method)
    for line in lines:
        if line.due_on is not None:
            calendar.add_component(
                entry(
                    line.obligation_id,
                    line.person_id,
                    domain=domain,
                    version=line.version,
                    due_on=line.due_on,
                    code=line.code,
                    locator=line.locator,
                    title=line.title,
                    at=now,
                    is_over=method == "CANCEL",
                )
            )
    return CalendarPart(method, calendar.to_ical().decode())
