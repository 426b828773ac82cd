"""When and how much a register tells, over HTTP."""

from tests.api.world import Api

DAY_AND_NIGHT = {"quiet_from": "06:00", "quiet_until": "06:00", "messages_per_minute": 600}


def test_quiet_hours_and_the_flow_of_messages_are_the_registers_decision(api: Api) -> None:
    path = "/v1/telling-rules"
    rules = api.ok("GET", path)
    assert (rules["quiet_from"], rules["quiet_until"]) == ("21:00", "06:00")
    assert rules["messages_per_minute"] is None
    stale, right = {"If-Match": '"v9"'}, {"If-Match": f'"v{rules["version"]}"'}
    api.refused("precondition-required", 428, "PUT", path, json=DAY_AND_NIGHT)
    api.refused("not-allowed", 403, "PUT", path, json=DAY_AND_NIGHT, headers=right)
    api.speak_for("keeper_admin")
    api.refused("stale-version", 412, "PUT", path, json=DAY_AND_NIGHT, headers=stale)
    for wrong in ({"quiet_from": "24:00"}, {"quiet_until": "6:00"}, {"messages_per_minute": 0}):
        api.refused("invalid-request", 422, "PUT", path, json=wrong, headers=right)
    changed = api.ok("PUT", path, json=DAY_AND_NIGHT, headers=right)
    assert changed == {"version": rules["version"] + 1, **DAY_AND_NIGHT}
    assert api.ok("GET", path) == changed
