"""The deadline stands in the calendar on the phone, moves when it is moved, and goes with the duty."""

from datetime import date
from email import message_from_bytes
from email.policy import default as policy
from typing import Any

from icalendar import Calendar

from service.domain import extensions
from tests.district import District

OFFICER = "xa-a.officer"


def entries(office: District, who: str) -> list[tuple[str, Any]]:
    """Return (method, entry) of every calendar that somebody got, in order."""
    found = []
    for mail in office.mails():
        if not mail["to"].startswith(who):
            continue
        message = message_from_bytes((office.mailbox / mail["file"]).read_bytes(), policy=policy)
        for part in message.walk():
            if part.get_content_type() != "text/calendar":
                continue
            calendar = Calendar.from_ical(part.get_content())
            assert part.get_param("method") == str(calendar["method"])
            found += [(str(calendar["method"]), entry) for entry in calendar.walk("VEVENT")]
    return found


def test_a_deadline_is_entered_moved_and_taken_out_again(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    ((method, entered),) = entries(office, OFFICER)
    assert method == "PUBLISH"
    assert entered.decoded("dtstart") == date(2024, 3, 29)
    assert "Việc số 1" in str(entered["summary"])
    duty = office.duty("xa-a", "1")
    with office.database.write() as session:
        asked = extensions.request_extension(
            session,
            office.officer("xa-a"),
            duty.id,
            wanted_on=date(2024, 4, 12),
            reason="Chờ số liệu",
            document=None,
            file_ids=[],
            version=None,
            now=office.now(),
        )
        extensions.grant_extension(session, office.chair, asked.id, due_on=None, reason="", now=office.now())
    office.wait_until(date(2024, 3, 6))
    method, moved = entries(office, OFFICER)[-1]
    assert (method, moved.decoded("dtstart")) == ("PUBLISH", date(2024, 4, 12))
    office.submit("xa-a", "1", text="Xong", number="1")
    office.accept("xa-a", "1")
    office.wait_until(date(2024, 3, 8))
    method, gone = entries(office, OFFICER)[-1]
    assert (method, str(gone["status"])) == ("CANCEL", "CANCELLED")
    assert entered["uid"] == moved["uid"] == gone["uid"]
    assert entered["sequence"] < moved["sequence"] < gone["sequence"]


def test_nobody_is_given_an_entry_for_what_others_have_to_do(office: District) -> None:
    office.give(due="2024-03-06", units=["xa-a"])
    office.give(due=None, units=["xa-b"])
    office.wait_until(date(2024, 3, 18))
    assert entries(office, "xa-a.head")
    assert not entries(office, "van-phong")
    assert not entries(office, "xa-b.officer")
