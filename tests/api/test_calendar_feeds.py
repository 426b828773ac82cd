"""A person's calendar: the deadlines of the person's units, by an address that can be taken away."""

from datetime import date

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from service.database import Database
from service.domain.tables import Post, table
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

post = table(Post)
PERSON = {"code": "nguoi-a", "name": "An", "posts": [{"unit_code": "xa-a", "role": "officer"}]}


@pytest.fixture
def address(api: Api) -> str:
    """Return the path of the calendar of an officer of commune a, who has two duties, one of them dated."""
    issue(api)
    api.speak_for("clerk").ok("POST", "/v1/people", json=PERSON)
    made = api.speak_for("officer_a").ok("POST", "/v1/people/nguoi-a/calendar-feed")
    api.headers.pop("authorization")
    return str(made["url"]).removeprefix("http://127.0.0.1:8000")


def entries(api: Api, path: str) -> dict[str, date]:
    answered = api.get(path)
    assert answered.status_code == 200, answered.text
    found = Calendar.from_ical(answered.content).walk("VEVENT")
    return {str(each["summary"]): each["dtstart"].dt for each in found}


def test_the_calendar_has_what_is_due_at_the_persons_unit(api: Api, address: str) -> None:
    summary = "Hạn: 123/UBND-VP, mục 1: Các xã rà soát, báo cáo kết quả thực hiện"
    assert entries(api, address) == {summary: date(2024, 5, 15)}
    duty = obligation_of(api, "xa-a")["id"]
    (found,) = Calendar.from_ical(api.get(address).content).walk("VEVENT")
    assert str(found["uid"]).startswith(f"{duty}.")
    api.ok("POST", f"/v1/obligations/{duty}/submit", json={"text": "x", "document": {"number": "1"}})
    assert entries(api, address) == {}


def test_an_unchanged_calendar_is_not_sent_again(api: Api, address: str, clock: SettableClock) -> None:
    first = api.get(address)
    clock.set("2024-04-20")
    again = api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    wanted = {"wanted_on": "2024-05-25", "reason": "Bão"}
    path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/extensions"
    asked = api.ok("POST", path, json=wanted)
    api.speak_for("leader").ok("POST", f"/v1/extensions/{asked['id']}/grant", json={})
    moved = api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert moved.status_code == 200
    assert b"DTSTART;VALUE=DATE:20240525" in moved.content


def test_a_new_address_ends_the_one_before_and_a_revoked_one_opens_nothing(api: Api, address: str) -> None:
    api.speak_for("officer_a").ok("POST", "/v1/people/nguoi-a/calendar-feed")
    api.refused("not-found", 404, "GET", address)
    newest = api.ok("POST", "/v1/people/nguoi-a/calendar-feed")["url"].removeprefix("http://127.0.0.1:8000")
    api.ok("POST", "/v1/people/nguoi-a/calendar-feed/revoke")
    api.refused("not-found", 404, "GET", newest)
    api.refused("not-found", 404, "POST", "/v1/people/nguoi-a/calendar-feed/revoke")


def test_whoever_left_the_post_finds_nothing_in_it(
    api: Api, address: str, clock: SettableClock, database: Database
) -> None:
    with database.write() as session:
        session.connection().execute(sa.update(post).values(valid_to=date(2024, 4, 20)))
    assert len(entries(api, address)) == 1
    clock.set("2024-04-22")
    assert entries(api, address) == {}
