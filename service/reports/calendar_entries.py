"""Deadlines as entries of a calendar (RFC 5545), the same in messages and in the calendars people fetch.

An entry is a whole day without an hour, so that no reader has to know our zone. The version of the duty is
its SEQUENCE: a moved deadline moves the entry. It says no more than a message does (R25).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

from service.domain.reading.feeds import Deadline
from service.domain.text import shorten

PRODUCT = "-//dondoc//Nhac viec//VI"
TITLE_MAX = 120
ALARM = timedelta(days=-1)
REFRESHED = timedelta(hours=6)
"""How often a program that fetches a calendar is asked to come again."""


def new_calendar() -> Calendar:
    """Return a calendar without entries."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def entry(
    obligation_id: UUID,
    person_id: UUID,
    *,
    domain: str,
    version: int,
    due_on: date,
    code: str,
    locator: str,
    title: str,
    at: datetime,
    is_over: bool = False,
) -> Event:
    """Return the entry of one duty in one person's calendar.

    Args:
        obligation_id: The duty.
        person_id: Whose calendar it is.
        domain: Right-hand side of the entry's id.
        version: The duty's.
        due_on: The deadline.
        code: How the document is called.
        locator: The item.
        title: What it says; cut to `TITLE_MAX` characters.
        at: When the entry was made.
        is_over: It is to be taken out.
    """
    made = Event()
    made.add("uid", f"{obligation_id}.{person_id}@{domain}")
    made.add("dtstamp", at)
    made.add("sequence", version)
    made.add("dtstart", due_on)
    made.add("dtend", due_on + timedelta(days=1))
    made.add("summary", f"Hạn: {code}, mục {locator}: {shorten(title, TITLE_MAX)}")
    made.add("transp", "TRANSPARENT")
    made.add("status", "CANCELLED" if is_over else "CONFIRMED")
    if not is_over:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", ALARM)
        alarm.add("description", f"Ngày mai đến hạn: {code}, mục {locator}")
        made.add_component(alarm)
    return made


def fetched(deadlines: Sequence[Deadline], *, domain: str) -> bytes:
    """Return a calendar to be fetched; it is the same, byte for byte, until a duty changes."""
    calendar = new_calendar()
    calendar.add("x-wr-calname", "Hạn nhiệm vụ")
    calendar.add("refresh-interval", REFRESHED)
    for each in deadlines:
        calendar.add_component(
            entry(
                each.obligation_id,
                each.person_id,
                domain=domain,
                version=each.version,
                due_on=each.due_on,
                code=each.code,
                locator=each.locator,
                title=each.text,
                at=each.since,
            )
        )
    content: bytes = calendar.to_ical()
    return content
