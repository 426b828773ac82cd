"""Links to oversight over HTTP: shown once, listed without their secret, revoked for good."""

import re

import pytest

from tests.api.world import Api, draft, issue

ASKED = {"purpose": "Ban Kinh tế - Xã hội HĐND huyện", "until_on": "2024-05-31"}
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000/o/[0-9A-Za-z]{43}")
NOBODY_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def path(api: Api) -> str:
    """Return the path of the links of an issued directive."""
    return f"/v1/directives/{issue(api)}/oversight-links"


def test_a_link_is_shown_once_and_listed_without_its_secret(api: Api, path: str) -> None:
    once = {"Idempotency-Key": "mot"}
    made = api.speak_for("leader").ok("POST", path, json=ASKED, headers=once)
    url = made.pop("url")
    assert ADDRESS.fullmatch(url)
    assert api.ok("POST", path, json=ASKED, headers=once) == {**made, "url": None}
    assert api.ok("GET", path) == {"items": [made], "next": None}
    assert (made["until_on"], made["openings"], made["last_opened_at"]) == ("2024-05-31", 0, None)


def test_a_link_lives_thirty_days_where_nobody_says_so(api: Api, path: str) -> None:
    made = api.speak_for("clerk").ok("POST", path, json={"purpose": "Thường trực HĐND"})
    assert made["until_on"] == "2024-05-15"


@pytest.mark.parametrize("day", ["2024-04-14", "2024-10-13"])
def test_a_link_ends_neither_yesterday_nor_after_half_a_year(api: Api, path: str, day: str) -> None:
    problem = api.speak_for("clerk").refused(
        "invalid-value", 422, "POST", path, json=ASKED | {"until_on": day}
    )
    assert problem["field"] == "until_on"
    assert api.ok("GET", path)["items"] == []


def test_a_revoked_link_stays_revoked_and_listed(api: Api, path: str) -> None:
    made = api.speak_for("clerk").ok("POST", path, json=ASKED)
    first = api.ok("POST", f"{path}/{made['id']}/revoke")
    assert first["revoked_at"]
    assert api.ok("POST", f"{path}/{made['id']}/revoke") == first
    assert api.ok("GET", path)["items"] == [first]


def test_a_link_is_revoked_under_its_own_directive_alone(api: Api, path: str) -> None:
    made = api.speak_for("clerk").ok("POST", path, json=ASKED)
    other = f"/v1/directives/{issue(api, number='124')}/oversight-links"
    for wrong in (f"{other}/{made['id']}/revoke", f"{path}/{NOBODY_ID}/revoke"):
        api.refused("not-found", 404, "POST", wrong)
    assert api.ok("GET", path)["items"][0]["revoked_at"] is None


def test_a_draft_is_opened_to_nobody(api: Api) -> None:
    directive_id, _ = draft(api.speak_for("clerk"))
    path = f"/v1/directives/{directive_id}/oversight-links"
    problem = api.refused("directive-not-in-force", 409, "POST", path, json=ASKED)
    assert problem["state"] == "draft"


def test_links_come_page_by_page_the_newest_first(api: Api, path: str) -> None:
    ids = [api.speak_for("clerk").ok("POST", path, json=ASKED)["id"] for _ in range(3)]
    first = api.ok("GET", path, params={"limit": 2})
    rest = api.ok("GET", path, params={"limit": 2, "after": first["next"]})
    assert rest["next"] is None
    assert sorted(each["id"] for each in first["items"] + rest["items"]) == sorted(ids)
