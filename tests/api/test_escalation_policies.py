"""An office's own ladder over HTTP: rehearsed, versioned, refused where nobody could follow it."""

from typing import Any

from tests.api.world import Api, issue

PATH = "/v1/escalation-policies"
LADDER: dict[str, Any] = {
    "kind": "acknowledgement",
    "urgency": "thường",
    "steps": [
        {"role": "officer", "offset": 1},
        {"role": "office_chief", "at_keeper": True, "offset": 4},
    ],
    "repeat_last": 1,
    "repeat_days": 7,
    "basis": "Quy chế đôn đốc",
    "rebase": True,
}


def in_force(api: Api) -> dict[str, Any]:
    """Return the ladder of ordinary letters that wait to be acknowledged."""
    found = api.ok("GET", PATH)["items"]
    wanted = ("acknowledgement", "thường")
    return next(dict(each) for each in found if (each["kind"], each["urgency"]) == wanted)


def test_a_ladder_is_rehearsed_and_then_changed_for_what_runs_too(api: Api) -> None:
    issue(api)
    api.speak_for("keeper_admin")
    seen = {"If-Match": '"v1"'}
    before = in_force(api)
    tried = api.ok("PUT", PATH, json=LADDER, params={"dry_run": "true"}, headers=seen)
    assert (tried["version"], tried["rebased"], tried["before"]["clocks"]) == (2, 4, 4)
    assert (tried["after"]["clocks"], tried["after"]["at_once"]) == (4, 0)
    assert in_force(api) == before
    done = api.put(PATH, json=LADDER, headers=seen)
    assert done.headers["etag"] == '"v2"'
    now = in_force(api)
    assert {name: done.json()[name] for name in now} == now
    assert [(each["role"], each["offset"]) for each in now["steps"]] == [("officer", 1), ("office_chief", 4)]
    assert (now["version"], now["repeat_last"], now["repeat_days"]) == (2, 1, 7)
    again = api.ok("PUT", PATH, json=LADDER | {"rebase": False}, headers={"If-Match": '"v2"'})
    assert (again["version"], again["rebased"], again["after"]["clocks"]) == (3, 0, 4)


def test_a_ladder_that_somebody_else_changed_or_nobody_could_follow_is_refused(api: Api) -> None:
    api.speak_for("keeper_admin")
    api.ok("PUT", PATH, json=LADDER, headers={"If-Match": "*"})
    api.refused("stale-version", 412, "PUT", PATH, json=LADDER, headers={"If-Match": '"v1"'})
    api.refused("precondition-required", 428, "PUT", PATH, json=LADDER)
    backwards = LADDER | {"steps": [{"role": "head", "offset": 3}, {"role": "officer", "offset": 1}]}
    problem = api.refused("invalid-value", 422, "PUT", PATH, json=backwards, headers={"If-Match": "*"})
    assert problem["field"] == "order"
    for wrong in ({"urgency": "rất khẩn"}, {"steps": []}, {"kind": "weather"}, {"basis": " "}):
        api.refused("invalid-request", 422, "PUT", PATH, json=LADDER | wrong, headers={"If-Match": "*"})
