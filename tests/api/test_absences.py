"""Absences over HTTP, and what is refused."""

from typing import Any

from tests.api.world import Api

PLACE = "/v1/people/nguoi-a/absences"
BODY = {"unit_code": "xa-a", "from_on": "2024-04-16", "until_on": "2024-04-20", "deputy_code": "nguoi-b"}


def enter(api: Api) -> None:
    """Enter two people of commune a, and keys for its head and clerk."""
    api.speak_for("clerk")
    for code, role in (("nguoi-a", "officer"), ("nguoi-b", "clerk")):
        post = {"unit_code": "xa-a", "role": role}
        api.ok("POST", "/v1/people", json={"code": code, "name": code, "posts": [post]})
    for name, unit, role in (("head_a", "xa-a", "head"), ("head_b", "xa-b", "head")):
        key = {"name": name, "role": role, "unit_code": unit}
        made = api.speak_for("keeper_admin").ok("POST", "/v1/api-keys", json=key)
        api.tokens = api.tokens | {name: made["api_key"]}


def record(api: Api, **changes: Any) -> dict[str, Any]:
    """Enter an absence as the head of commune a."""
    return dict(api.speak_for("head_a").ok("POST", PLACE, json=BODY | changes))


def test_an_absence_is_recorded_listed_and_ended(api: Api) -> None:
    enter(api)
    recorded = record(api)
    assert (recorded["deputy_code"], recorded["unit"]["code"], recorded["ended_on"]) == (
        "nguoi-b",
        "xa-a",
        None,
    )
    assert api.speak_for("clerk").ok("GET", PLACE)["items"] == [recorded]
    place = f"{PLACE}/{recorded['id']}"
    api.speak_for("head_a").refused("precondition-required", 428, "DELETE", place)
    api.refused("stale-version", 412, "DELETE", place, headers={"If-Match": '"v9"'})
    ended = api.ok("DELETE", place, headers={"If-Match": '"v1"'})
    assert (ended["version"], ended["ended_on"], ended["until_on"]) == (2, "2024-04-15", "2024-04-20")
    api.refused("invalid-value", 422, "DELETE", place, headers={"If-Match": "*"})
    assert record(api)["id"] != recorded["id"], "what was ended before it began covers no day"


def test_only_the_unit_and_the_keepers_administrator_say_who_is_away(api: Api) -> None:
    enter(api)
    for name in ("officer_a", "head_b", "clerk", "leader", "reader_a", "stranger"):
        api.speak_for(name).refused("not-allowed", 403, "POST", PLACE, json=BODY)
    api.speak_for("keeper_admin").ok("POST", PLACE, json=BODY)
    mine = record(api, from_on="2024-05-06", until_on=None)
    api.speak_for("officer_a").refused(
        "not-allowed", 403, "DELETE", f"{PLACE}/{mine['id']}", headers={"If-Match": "*"}
    )
    api.speak_for("head_b").refused(
        "not-found", 404, "DELETE", f"{PLACE}/{mine['id']}", headers={"If-Match": "*"}
    )
    api.speak_for("officer_b").refused("not-found", 404, "GET", PLACE)


def test_days_and_names_must_make_sense(api: Api) -> None:
    enter(api)
    api.speak_for("head_a")
    for changes in ({"until_on": "2024-04-15"}, {"deputy_code": "nguoi-a"}):
        api.refused("invalid-value", 422, "POST", PLACE, json=BODY | changes)
    api.refused("unknown-reference", 422, "POST", PLACE, json=BODY | {"deputy_code": "nguoi-z"})
    api.refused("not-found", 404, "POST", "/v1/people/nguoi-z/absences", json=BODY)
    api.refused("not-allowed", 403, "POST", PLACE, json=BODY | {"unit_code": "xa-b"})
    api.refused("unknown-reference", 422, "POST", PLACE, json=BODY | {"unit_code": "xa-z"})
    first = record(api)
    for days in (("2024-04-20", None), ("2024-04-10", "2024-04-16"), ("2024-04-17", "2024-04-18")):
        body = BODY | {"from_on": days[0], "until_on": days[1]}
        overlap = api.refused("absences-overlap", 409, "POST", PLACE, json=body)
        assert overlap["absence_id"] == first["id"]
    record(api, from_on="2024-04-21", until_on=None)
    record(api, from_on="2024-04-10", until_on="2024-04-15")
    assert len(api.ok("GET", PLACE)["items"]) == 3
