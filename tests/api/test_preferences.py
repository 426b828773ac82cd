"""How somebody is told is their own unit's to say, within what everybody must be told."""

from tests.api.test_wordings import OFFICER
from tests.api.world import Api

PATH = "/v1/people/can-bo-a/notification-preferences"
ZALO = {"channel": "zalo", "address": "uid:1001", "position": 1}


def test_an_officer_decides_and_the_keeper_may_and_nobody_else(api: Api) -> None:
    both = {**OFFICER, "addresses": [*OFFICER["addresses"], ZALO]}
    api.speak_for("admin").ok("POST", "/v1/people", json=both)
    first = {"If-Match": '"v0"'}
    api.speak_for("officer_a")
    found = api.ok("GET", PATH)
    assert (found["version"], found["channels"], found["digest_at"]) == (0, ["email", "zalo"], "07:30")
    assert {each["matter"]: each["choice"] for each in found["matters"]} == {
        "new_duties": "at_once",
        "reminders": "digest",
        "results": "digest",
        "reports": "digest",
    }
    wanted = {"channels": ["zalo"], "digest_at": "08:15", "choices": {"results": "never"}}
    api.refused("precondition-required", 428, "PUT", PATH, json=wanted)
    made = api.ok("PUT", PATH, json=wanted, headers=first)
    assert (made["version"], made["channels"], made["digest_at"]) == (1, ["zalo", "email"], "08:15")
    assert next(each["choice"] for each in made["matters"] if each["matter"] == "results") == "never"
    api.refused("stale-version", 412, "PUT", PATH, json=wanted, headers=first)
    api.speak_for("officer_b")
    api.refused("not-allowed", 403, "GET", PATH)
    api.refused("not-allowed", 403, "PUT", PATH, json={}, headers={"If-Match": '"v1"'})
    api.speak_for("reader_a").ok("GET", PATH)
    api.refused("not-allowed", 403, "PUT", PATH, json={}, headers={"If-Match": '"v1"'})
    again = api.speak_for("clerk").ok("PUT", PATH, json={}, headers={"If-Match": '"v1"'})
    assert (again["version"], again["channels"], again["digest_at"]) == (2, ["email", "zalo"], "07:30")
    api.refused("not-found", 404, "GET", "/v1/people/khong-co/notification-preferences")


def test_what_may_not_be_chosen_is_refused(api: Api) -> None:
    api.speak_for("admin").ok("POST", "/v1/people", json=OFFICER)
    first = {"If-Match": '"v0"'}
    for wrong in ({"choices": {"new_duties": "never"}}, {"digest_at": "05:00"}, {"channels": ["email"] * 2}):
        api.refused("invalid-value", 422, "PUT", PATH, json=wrong, headers=first)
    api.refused("unknown-reference", 422, "PUT", PATH, json={"channels": ["fax"]}, headers=first)
    for wrong in ({"choices": {"overdue": "never"}}, {"digest_at": "7:30"}, {"mute": True}):
        api.refused("invalid-request", 422, "PUT", PATH, json=wrong, headers=first)
    assert api.ok("GET", PATH)["version"] == 0
