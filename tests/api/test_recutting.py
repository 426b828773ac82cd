"""Over HTTP: an item is cut in two and put together again, and what cannot be done is one clear problem."""

from typing import Any

from tests.api.world import Api

FIRST, SECOND = "UBND xã An Bình rà soát hộ nghèo, báo cáo trước ngày 30/5/2024.", "Lập danh sách hộ mới."
LETTER = f"""ỦY BAN NHÂN DÂN
HUYỆN CAO LỘC
Số: 77/UBND-VP
Cao Lộc, ngày 16 tháng 4 năm 2024
V/v rà soát hộ nghèo
Kính gửi: UBND các xã
1. {FIRST}
{SECOND}
2. UBND xã An Bình họp dân.
"""


def drafted(api: Api) -> tuple[str, str]:
    """Take the letter in and confirm what is certain; return its address and version."""
    response = api.post("/v1/directives/intake", files={"file": ("letter.txt", LETTER.encode())})
    path = f"/v1/directives/{response.json()['id']}"
    api.ok("POST", f"{path}/confirm-proposals")
    return path, api.get(path).headers["etag"]


def codes(item: dict[str, Any]) -> list[str]:
    return [each["unit_code"] for each in item["assignments"]]


def test_an_item_is_split_gets_its_unit_is_issued_and_nobody_is_forgotten(api: Api) -> None:
    path, tag = drafted(api)
    sent = {"json": {"at": len(FIRST)}, "headers": {"If-Match": tag}}
    both = api.ok("POST", f"{path}/items/1/split", **sent)
    assert [both[half]["locator"] for half in ("first", "second")] == ["1", "1a"]
    assert [both[half]["text"] for half in ("first", "second")] == [FIRST, SECOND]
    assert [codes(both[half]) for half in ("first", "second")] == [["xa-a"], []]
    assert both["first"]["deadline"]["iso"] == "2024-05-30"
    api.refused("stale-version", 412, "POST", f"{path}/items/1/join", **sent | {"json": {"next": "1a"}})
    issue = {"json": {"issuer_code": "cao-loc", "issued_on": "2024-04-16"}}
    assert api.refused("items-without-lead", 409, "POST", f"{path}/issue", **issue)["items"] == ["1a"]
    orders = {"json": [{"unit_code": "xa-b", "role": "lead"}], "headers": {"If-Match": "*"}}
    api.ok("PUT", f"{path}/items/1a/assignments", **orders)
    assert api.ok("GET", f"{path}/readiness")["ready"]
    assert api.ok("POST", f"{path}/issue", **issue)["obligations"] == 3
    api.refused("directive-not-draft", 409, "POST", f"{path}/items/1/split", json={"at": 4})
    api.refused("directive-not-draft", 409, "POST", f"{path}/items/1/join", json={"next": "1a"})


def test_what_is_split_is_joined_again_as_it_was(api: Api) -> None:
    path, _ = drafted(api)
    before = api.ok("GET", path)["items"]
    api.ok("POST", f"{path}/items/1/split", json={"at": len(FIRST)})
    joined = api.ok("POST", f"{path}/items/1/join", json={"next": "1a"})
    assert (joined["text"], codes(joined)) == (f"{FIRST} {SECOND}", ["xa-a"])
    assert api.ok("GET", path)["items"] == before


def test_an_unanswered_question_stops_the_issue_until_a_person_answers(api: Api) -> None:
    path, _ = drafted(api)
    due = {"json": {"due_on": "2024-06-30"}, "headers": {"If-Match": "*"}}
    api.ok("PATCH", f"{path}/items/2", **due)
    joined = api.ok("POST", f"{path}/items/1/join", json={"next": "2"})
    assert [reading["iso"] for reading in joined["deadline_choices"]] == ["2024-05-30", "2024-06-30"]
    asked = api.ok("GET", f"{path}/readiness")["blockers"]
    assert [(each["code"], each["item"]) for each in asked] == [("deadline-undecided", "1")]
    issue = {"json": {"issuer_code": "cao-loc", "issued_on": "2024-04-16"}}
    assert api.refused("items-undecided", 409, "POST", f"{path}/issue", **issue)["items"] == ["1"]
    decided = api.ok("PATCH", f"{path}/items/1", **due)
    assert (decided["deadline"]["iso"], decided["deadline_choices"]) == ("2024-06-30", [])
    assert api.ok("POST", f"{path}/issue", **issue)["obligations"] == 1


def test_bad_input_is_one_clear_problem_and_changes_nothing(api: Api) -> None:
    path, _ = drafted(api)
    before = api.ok("GET", path)
    for at in (len(FIRST) + len(SECOND) + 1, 2):
        problem = api.refused("invalid-value", 422, "POST", f"{path}/items/1/split", json={"at": at})
        assert problem["field"] == "at"
    api.refused("invalid-request", 422, "POST", f"{path}/items/1/split", json={"at": 0})
    api.refused("invalid-request", 422, "POST", f"{path}/items/1/split", json={"at": "4"})
    for item, following in (("2", "1"), ("1", "1")):
        sent = {"json": {"next": following}}
        problem = api.refused("invalid-value", 422, "POST", f"{path}/items/{item}/join", **sent)
        assert problem["field"] == "next"
    api.refused("not-found", 404, "POST", f"{path}/items/1/join", json={"next": "9"})
    api.refused("not-found", 404, "POST", f"{path}/items/9/split", json={"at": 4})
    assert api.ok("GET", path) == before
