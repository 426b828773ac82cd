"""Reorganisations over HTTP: a preview before anything happens, refusals that say what is missing."""

from typing import Any

from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

NEW = {"code": "xa-moi", "name": "UBND xã Mới", "kind": "xa", "valid_from": "2024-04-10"}


def reform(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": "Sắp xếp",
        "basis": "Nghị quyết 1672/NQ-UBTVQH15",
        "effective_on": "2024-04-10",
        "changes": [{"kind": "merge", "old": ["xa-a", "xa-b"], "new": ["xa-moi"]}],
    }
    return body | changes


def begin(api: Api, **changes: Any) -> dict[str, Any]:
    """Issue a letter, register the new unit and enter the reform."""
    issue(api)
    api.ok("POST", "/v1/units", json=NEW)
    return dict(api.ok("POST", "/v1/reorganisations", json=reform(**changes)))


def test_a_merger_is_previewed_rehearsed_and_carried_out(api: Api) -> None:
    plan = begin(api)
    place = f"/v1/reorganisations/{plan['id']}"
    assert (plan["state"], plan["obligations"], plan["with_heir"], plan["undecided"]) == ("draft", 3, 3, 0)
    assert (plan["messages"], plan["nobody_to_tell"]) == (1, ["xa-moi"])
    rehearsed = api.ok("POST", f"{place}/carry-out", params={"dry_run": "true"})
    assert rehearsed["state"] == "carried_out"
    assert api.ok("GET", place)["state"] == "draft"
    old = obligation_of(api, "xa-a")
    assert api.ok("POST", f"{place}/carry-out")["with_heir"] == 3
    new = api.ok("GET", f"/v1/obligations/{obligation_of(api, 'xa-moi')['id']}")
    assert [each["unit"]["code"] for each in new["predecessors"]] == ["xa-a", "xa-b"]
    assert old["id"] in {line["obligation_id"] for line in new["timeline"]}
    gone = api.ok("GET", f"/v1/obligations/{old['id']}")
    assert (gone["state"], gone["moves"], gone["timeliness"]) == ("transferred", [], None)
    assert [each["unit"]["code"] for each in gone["successors"]] == ["xa-moi"]
    assert api.ok("GET", "/v1/reorganisations")["items"][0]["state"] == "carried_out"


def test_the_new_unit_may_read_what_its_predecessors_had_and_others_may_not(api: Api) -> None:
    plan = begin(api)
    api.ok("POST", f"/v1/reorganisations/{plan['id']}/carry-out")
    old = obligation_of(api, "xa-a")["id"]
    key = api.speak_for("admin").ok(
        "POST", "/v1/api-keys", json={"name": "moi", "role": "officer", "unit_code": "xa-moi"}
    )
    api.tokens = {**api.tokens, "moi": key["api_key"]}
    assert api.speak_for("moi").ok("GET", f"/v1/obligations/{old}")["id"] == old
    api.speak_for("stranger").refused("not-found", 404, "GET", f"/v1/obligations/{old}")


def test_duties_without_an_heir_are_listed_and_stop_the_act(api: Api) -> None:
    plan = begin(api, changes=[{"kind": "dissolve", "old": ["xa-a"]}])
    place = f"/v1/reorganisations/{plan['id']}"
    problem = api.refused("heirs-undecided", 409, "POST", f"{place}/carry-out")
    assert (problem["obligations"], problem["registers"]) == (2, [])
    first = api.ok("GET", f"{place}/undecided", params={"limit": 1})
    second = api.ok("GET", f"{place}/undecided", params={"limit": 1, "after": first["next"]})
    listed = [*first["items"], *second["items"]]
    assert (sorted(each["locator"] for each in listed), second["next"]) == (["1", "2"], None)
    by_locator = {each["locator"]: each for each in listed}
    decisions = {
        "decisions": [
            {"unit_code": "xa-a", "obligation_ids": [by_locator["1"]["id"]], "heirs": ["xa-moi"]},
            {"unit_code": "xa-a", "item_ids": [by_locator["2"]["item_id"]], "heirs": []},
        ]
    }
    decided = api.ok("PUT", f"{place}/heirs", json=decisions, headers={"If-Match": '"v1"'})
    assert (decided["with_heir"], decided["lapsing"], decided["undecided"]) == (1, 1, 0)
    api.refused("stale-version", 412, "PUT", f"{place}/heirs", json=decisions, headers={"If-Match": '"v1"'})
    api.refused("precondition-required", 428, "PUT", f"{place}/heirs", json=decisions)
    api.ok("POST", f"{place}/carry-out")
    assert obligation_of(api, "xa-a", "2")["state"] == "withdrawn"
    api.refused("reorganisation-not-open", 409, "POST", f"{place}/carry-out")
    api.refused("reorganisation-not-open", 409, "POST", f"{place}/undo", json={"reason": "Nhầm"})


def test_units_that_do_not_live_then_and_changes_that_make_no_sense_are_refused(api: Api) -> None:
    begin(api)
    early = reform(effective_on="2024-04-09")
    problem = api.refused("unknown-reference", 422, "POST", "/v1/reorganisations", json=early)
    assert problem["codes"] == ["xa-moi"]
    for change in (
        {"kind": "merge", "old": ["xa-a"]},
        {"kind": "rename", "old": ["xa-a"]},
        {"kind": "rename", "old": ["xa-a", "xa-b"], "name": "Tên"},
        {"kind": "merge", "old": ["xa-a"], "new": ["xa-moi"], "name": "Tên"},
        {"kind": "merge", "old": ["xa-a"], "new": ["xa-a"]},
        {"kind": "merge", "old": ["xa-a", "xa-a"], "new": ["xa-moi"]},
    ):
        api.refused("invalid-value", 422, "POST", "/v1/reorganisations", json=reform(changes=[change]))


def test_a_decision_names_a_unit_of_the_plan_and_an_heir_that_lives(api: Api) -> None:
    plan = begin(api)
    place, any_version = f"/v1/reorganisations/{plan['id']}/heirs", {"If-Match": "*"}
    for unit, heir, codes in (("xa-c", "xa-moi", ["xa-c"]), ("xa-a", "xa-mo", ["xa-mo"])):
        decisions = {"decisions": [{"unit_code": unit, "heirs": [heir]}]}
        problem = api.refused("unknown-reference", 422, "PUT", place, json=decisions, headers=any_version)
        assert problem["codes"] == codes


def test_an_officer_does_not_reorganise_and_a_missing_plan_is_not_found(api: Api) -> None:
    plan = begin(api)
    api.speak_for("officer_a").refused(
        "not-allowed", 403, "POST", f"/v1/reorganisations/{plan['id']}/carry-out"
    )
    nobody = "01890000-0000-7000-8000-000000000000"
    api.speak_for("clerk").refused("not-found", 404, "GET", f"/v1/reorganisations/{nobody}")
    api.refused("not-found", 404, "GET", f"/v1/reorganisations/{nobody}/undecided")
    api.refused("not-found", 404, "POST", f"/v1/reorganisations/{nobody}/carry-out")


def test_a_unit_that_was_to_keep_the_register_later_is_replaced_then_and_not_before(
    api: Api, clock: SettableClock
) -> None:
    begin(api, changes=[{"kind": "merge", "old": ["xa-a"], "new": ["xa-moi"]}])
    later = {"unit_code": "xa-a", "from_on": "2024-05-31"}
    path, any_version = "/v1/registers/chinh", {"If-Match": "*"}
    api.speak_for("admin").ok("PUT", f"{path}/keeper", json=later, headers=any_version)
    (plan,) = api.speak_for("clerk").ok("GET", "/v1/reorganisations")["items"]
    api.ok("POST", f"/v1/reorganisations/{plan['id']}/carry-out")
    assert api.speak_for("admin").ok("GET", path)["keeper"]["code"] == "van-phong"
    clock.set("2024-06-03")
    assert api.ok("GET", path)["keeper"]["code"] == "xa-moi"


def test_a_keeper_that_ends_early_is_followed_by_its_heir_and_then_by_whom_was_named(
    api: Api, clock: SettableClock
) -> None:
    begin(api, changes=[{"kind": "merge", "old": ["van-phong"], "new": ["xa-moi"]}])
    later = {"unit_code": "xa-b", "from_on": "2024-05-31"}
    path = "/v1/registers/chinh"
    api.speak_for("admin").ok("PUT", f"{path}/keeper", json=later, headers={"If-Match": "*"})
    (plan,) = api.speak_for("clerk").ok("GET", "/v1/reorganisations")["items"]
    api.ok("POST", f"/v1/reorganisations/{plan['id']}/carry-out")
    assert api.speak_for("admin").ok("GET", path)["keeper"]["code"] == "xa-moi"
    clock.set("2024-06-03")
    assert api.ok("GET", path)["keeper"]["code"] == "xa-b"
