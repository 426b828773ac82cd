"""Handing parts on over HTTP, and what is refused."""

from typing import Any

from tests.api.world import Api, issue, obligation_of

PART = {"unit_code": "thon-1", "due_on": "2024-05-10", "instruction": "Lập danh sách"}


def duty(api: Api) -> str:
    """Issue, with a hamlet below commune a and keys for it; return the duty of commune a."""
    issue(api)
    hamlet = {"code": "thon-1", "name": "Thôn Một", "kind": "thon", "parent_code": "xa-a"}
    api.speak_for("clerk").ok("POST", "/v1/units", json=hamlet)
    for name, unit, role in (("head_a", "xa-a", "head"), ("hamlet", "thon-1", "officer")):
        key = {"name": name, "role": role, "unit_code": unit}
        made = api.speak_for("keeper_admin").ok("POST", "/v1/api-keys", json=key)
        api.tokens = api.tokens | {name: made["api_key"]}
    return str(obligation_of(api, "xa-a")["id"])


def hand_on(api: Api, about: str, **changes: Any) -> dict[str, Any]:
    """Hand a part on as commune a."""
    path = f"/v1/obligations/{about}/delegate"
    return dict(api.speak_for("officer_a").ok("POST", path, json=PART | changes))


def test_a_part_lives_its_own_life_up_to_the_proposal(api: Api) -> None:
    about = duty(api)
    part = hand_on(api, about)
    assert (part["parent_id"], part["due_on"], part["unit"]["code"]) == (about, "2024-05-10", "thon-1")
    place = f"/v1/obligations/{part['id']}"
    api.speak_for("hamlet")
    assert [each["id"] for each in api.ok("GET", "/v1/obligations")["items"]] == [part["id"]]
    api.ok("POST", f"{place}/submit", json={"text": "Xong", "document": {"number": "1"}})
    for name in ("clerk", "leader", "keeper_admin", "officer_a", "hamlet"):
        api.speak_for(name).refused("not-allowed", 403, "POST", f"{place}/accept", json={})
    api.speak_for("officer_b").refused("not-found", 404, "GET", place)
    api.speak_for("head_a")
    assert api.ok("GET", place)["moves"] == ["accept", "send_back", "withdraw"]
    api.ok("POST", f"{place}/send-back", json={"reason": "Thiếu chữ ký"})
    api.speak_for("hamlet").ok("POST", f"{place}/submit", json={"text": "Xong", "document": {"number": "2"}})
    before = api.speak_for("head_a").ok("GET", f"/v1/obligations/{about}")
    assert (before["closing_proposed"], [each["id"] for each in before["parts"]]) == (False, [part["id"]])
    api.ok("POST", f"{place}/accept", json={})
    after = api.ok("GET", f"/v1/obligations/{about}")
    assert (after["closing_proposed"], after["state"]) == (True, "acknowledged")
    told = [line["text"] for line in after["timeline"]]
    assert "Giao lại cho Thôn Một: Lập danh sách" in told
    listed = api.ok("GET", "/v1/obligations", params={"relation": "delegator"})["items"]
    assert [each["id"] for each in listed] == [part["id"]]


def test_lists_of_the_register_count_whole_duties(api: Api) -> None:
    about = duty(api)
    asked = {"total": True, "limit": 200}
    before = api.speak_for("clerk").ok("GET", "/v1/obligations", params=asked)
    hand_on(api, about)
    after = api.speak_for("clerk").ok("GET", "/v1/obligations", params=asked)
    assert after["total"] == before["total"] == len(after["items"])
    mine = api.speak_for("officer_a").ok("GET", "/v1/obligations")["items"]
    assert {each["parent_id"] for each in mine} == {None}


def test_what_cannot_be_handed_on_is_refused_with_the_reason(api: Api) -> None:
    about = duty(api)
    path = f"/v1/obligations/{about}/delegate"
    api.speak_for("officer_a")
    late = api.refused("due-after-parent", 409, "POST", path, json=PART | {"due_on": "2024-05-16"})
    assert late["due_on"] == "2024-05-15"
    api.refused("not-below", 409, "POST", path, json=PART | {"unit_code": "xa-b"})
    api.refused("not-below", 409, "POST", path, json=PART | {"unit_code": "xa-a"})
    api.refused("unknown-reference", 422, "POST", path, json=PART | {"unit_code": "xa-z"})
    for heirs in ({"unit_code": None}, {"person_code": "nguoi-a"}):
        api.refused("invalid-request", 422, "POST", path, json=PART | heirs)
    nobody = PART | {"unit_code": None, "person_code": "nguoi-a"}
    api.refused("unknown-reference", 422, "POST", path, json=nobody)
    api.refused("stale-version", 412, "POST", path, json=PART, headers={"If-Match": '"v9"'})
    for name in ("clerk", "head_of_district", "reader_a"):
        api.speak_for(name).refused("not-allowed", 403, "POST", path, json=PART)
    done = {"text": "Xong", "document": {"number": "5"}}
    api.speak_for("officer_a").ok("POST", f"/v1/obligations/{about}/submit", json=done)
    api.refused("not-under-way", 409, "POST", path, json=PART)


def test_without_a_day_a_part_is_due_with_the_whole(api: Api) -> None:
    about = duty(api)
    assert hand_on(api, about, due_on=None)["due_on"] == "2024-05-15"
    second = hand_on(api, about)
    withdrawn = f"/v1/obligations/{second['id']}/withdraw"
    api.speak_for("head_a").ok("POST", withdrawn, json={"reason": "Tự làm"})
    detail = api.ok("GET", f"/v1/obligations/{about}")
    assert [each["state"] for each in detail["parts"]].count("withdrawn") == 1


def test_nobody_has_to_answer_for_a_part_that_ended_with_its_whole(api: Api) -> None:
    about = duty(api)
    part = hand_on(api, about)["id"]
    wanted = {"wanted_on": "2024-05-14", "reason": "Chờ số liệu"}
    asked = api.speak_for("hamlet").ok("POST", f"/v1/obligations/{part}/extensions", json=wanted)
    withdrawn = {"json": {"reason": "Bãi bỏ"}}
    api.speak_for("leader").ok("POST", f"/v1/obligations/{about}/withdraw", **withdrawn)
    (row,) = api.ok("GET", "/v1/extensions", params={"obligation_id": part})["items"]
    assert (row["id"], row["decision"]) == (asked["id"], "closed")
