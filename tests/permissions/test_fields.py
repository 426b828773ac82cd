"""What an answer holds depends on whose it is: what is private of people, and what is the office's own."""

import asyncio
import json
from typing import Any

import pytest

from tests.permissions.driver import ask, question
from tests.permissions.offices import Office
from tests.permissions.world import Holder

pytestmark = pytest.mark.turn("sqlite")
"""PostgreSQL is seen from behind its walls, in any case."""

READER, OFFICER, HEAD = Holder("R", "rw"), Holder("O", "rw"), Holder("H", "rw")
ADDRESS = "dau-moi@xa-a.example.vn"


def read(office: Office, actor: str, holder: Holder, path: str) -> Any:
    """Return what somebody is told."""
    token = office.place.tokens[actor, holder]
    answered = asyncio.run(ask(office.app, question("GET", path, {}), token))
    assert answered.status == 200, answered
    return json.loads(answered.body)


def test_a_reader_sees_who_holds_a_post_and_not_where_they_are_reached(office: Office) -> None:
    for actor in ("keeper", "lead", "parent"):
        for holder, reached in ((READER, []), (OFFICER, [ADDRESS]), (HEAD, [ADDRESS])):
            person = read(office, actor, holder, "/v1/people/nguoi-a")
            (listed,) = read(office, actor, holder, "/v1/people?unit=xa-a")["items"]
            assert person == listed
            assert (person["name"], [each["unit_code"] for each in person["posts"]]) == (
                "cán bộ đầu mối",
                ["xa-a"],
            )
            assert [each["address"] for each in person["addresses"]] == reached, (actor, holder)


def test_why_somebody_is_away_is_not_for_readers(office: Office) -> None:
    for holder, reason in ((READER, ""), (OFFICER, "nghỉ ốm")):
        (absence,) = read(office, "lead", holder, "/v1/people/nguoi-a/absences")["items"]
        assert (absence["from_on"], absence["reason"]) == ("2024-08-01", reason)


def test_no_unit_reads_an_address_a_secret_or_a_draft_in_anything_that_is_open_to_it(office: Office) -> None:
    whole, about = office.place.duties["whole"], office.place.ids["directive"]
    for actor in ("child", "sibling", "coordinator", "delegate", "heir", "overseer", "none"):
        told = [
            read(office, actor, OFFICER, path)
            for path in (
                "/v1/people",
                "/v1/obligations",
                "/v1/directives",
                "/v1/events",
                "/v1/units",
                "/v1/me",
            )
        ]
        if actor == "coordinator":
            told += [read(office, actor, OFFICER, f"/v1/obligations/{whole}")]
        if actor not in ("child", "sibling", "none"):
            told += [read(office, actor, OFFICER, f"/v1/directives/{about}")]
        text = json.dumps(told, ensure_ascii=False)
        for private in (ADDRESS, "nghỉ ốm", "app_secret", "secret_sha256", office.place.ids["draft"]):
            assert private not in text, (actor, private)
