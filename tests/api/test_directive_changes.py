"""What later documents do to an issued directive, over HTTP: both sides show it, and refusals."""

from typing import Any

import pytest

from tests.api.world import Api, assign, draft, issue, obligation_of

OUTSIDE = {"number": "45", "symbol": "QĐ-UBND", "issued_on": "2024-04-16"}
ANYWAY = {"If-Match": "*"}
DEEDS = ("correct", "amend", "replace", "revoke")


def change(deed: str, **given: Any) -> dict[str, Any]:
    """Return a body that makes a change of a kind, issued and effective on the day of issue."""
    more: dict[str, dict[str, Any]] = {
        "correct": {"corrections": [{"item": "1", "wrong": "rà soát", "right": "soát xét"}]},
        "amend": {"take_out": [{"item": "2"}]},
    }
    body = {"basis": OUTSIDE, "effective_on": "2024-04-15", "reason": "không còn phù hợp"}
    return body | more.get(deed, {}) | given


def test_replaced_and_replacing_directive_show_each_other(api: Api) -> None:
    old, new = issue(api), issue(api, number="200")
    path = f"/v1/directives/{old}/replace"
    rehearsed = api.ok(
        "POST", path, json=change("replace", basis={"directive_id": new}), params={"dry_run": True}
    )
    assert rehearsed["withdrawn"] == 4
    assert api.ok("GET", f"/v1/directives/{old}")["changes"] == [], "a rehearsal changes nothing"
    answered = api.ok("POST", path, json=change("replace", basis={"directive_id": new}))
    assert answered["withdrawn"] == 4
    (told,) = api.ok("GET", f"/v1/directives/{old}")["changes"]
    assert (told["kind"], told["directive"]["id"], told["basis"]["id"]) == ("replace", old, new)
    assert told["basis"]["number"] == "200"
    assert api.ok("GET", f"/v1/directives/{new}")["changes"] == [told]
    found = api.ok("GET", "/v1/obligations", params={"directive_id": old})["items"]
    assert {each["state"] for each in found} == {"withdrawn"}
    found = api.ok("GET", "/v1/obligations", params={"directive_id": new})["items"]
    assert {each["state"] for each in found} == {"assigned"}


def test_a_duty_explains_in_words_which_document_ended_it(api: Api) -> None:
    directive_id = issue(api)
    api.ok("POST", f"/v1/directives/{directive_id}/amend", json=change("amend"))
    gone = obligation_of(api, "xa-a", "2")
    timeline = api.ok("GET", f"/v1/obligations/{gone['id']}")["timeline"]
    expected = "Thu hồi: không còn phù hợp (theo văn bản số 45/QĐ-UBND ngày 16/04/2024)"
    assert timeline[-1]["text"] == expected
    assert obligation_of(api, "xa-a", "1")["state"] == "assigned"


def test_a_correction_stands_beside_the_text_and_ends_nothing(api: Api) -> None:
    directive_id = issue(api)
    before = api.ok("GET", f"/v1/directives/{directive_id}")["items"]
    answered = api.ok("POST", f"/v1/directives/{directive_id}/correct", json=change("correct"))
    assert answered["withdrawn"] == 0
    assert answered["directive"]["items"] == before, "the text is what was signed"
    (told,) = answered["directive"]["changes"]
    assert told["details"] == [{"item": "1", "wrong": "rà soát", "right": "soát xét"}]
    assert told["document"] == OUTSIDE


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_changes_a_draft_or_what_has_ended(api: Api, deed: str) -> None:
    draft_id, _ = draft(api, number="777")
    problem = api.refused(
        "directive-not-in-force", 409, "POST", f"/v1/directives/{draft_id}/{deed}", json=change(deed)
    )
    assert problem["state"] == "draft"
    directive_id = issue(api)
    api.ok("POST", f"/v1/directives/{directive_id}/revoke", json=change("revoke"))
    problem = api.refused(
        "directive-not-in-force", 409, "POST", f"/v1/directives/{directive_id}/{deed}", json=change(deed)
    )
    assert problem["state"] == "revoked"


@pytest.mark.parametrize("deed", DEEDS)
def test_a_unit_cannot_end_its_own_duty_by_changing_the_letter(api: Api, deed: str) -> None:
    path = f"/v1/directives/{issue(api)}/{deed}"
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", path, json=change(deed))
    stale = {"If-Match": '"1"'}
    api.speak_for("clerk").refused("stale-version", 412, "POST", path, json=change(deed), headers=stale)


@pytest.mark.parametrize(
    ("deed", "given", "slug"),
    [
        ("revoke", {"effective_on": "2099-01-01"}, "invalid-value"),
        ("revoke", {"effective_on": "2024-04-14"}, "invalid-value"),
        ("revoke", {"basis": {}}, "invalid-request"),
        ("revoke", {"basis": {"number": "1"}}, "invalid-request"),
        ("revoke", {"reason": " "}, "invalid-request"),
        ("revoke", {"basis": {"directive_id": "01890000-0000-7000-8000-000000000000"}}, "unknown-reference"),
        ("amend", {"take_out": [{"item": "9"}]}, "unknown-reference"),
        ("amend", {"take_out": [{"item": "2", "superseded_by": "1"}]}, "unknown-reference"),
        ("correct", {"corrections": [{"item": "9", "wrong": "x", "right": "y"}]}, "unknown-reference"),
        ("correct", {"corrections": [{"item": "1", "wrong": "xyz", "right": "y"}]}, "invalid-value"),
    ],
)
def test_a_change_without_sense_changes_nothing(
    api: Api, deed: str, given: dict[str, Any], slug: str
) -> None:
    directive_id = issue(api)
    api.refused(slug, 422, "POST", f"/v1/directives/{directive_id}/{deed}", json=change(deed, **given))
    assert api.ok("GET", f"/v1/directives/{directive_id}")["changes"] == []


def test_a_directive_is_no_basis_of_its_own_end(api: Api) -> None:
    directive_id = issue(api)
    body = change("revoke", basis={"directive_id": directive_id})
    api.refused("invalid-value", 422, "POST", f"/v1/directives/{directive_id}/revoke", json=body)


def test_an_item_is_taken_out_once(api: Api) -> None:
    path = f"/v1/directives/{issue(api)}/amend"
    assert api.ok("POST", path, json=change("amend"))["withdrawn"] == 1
    api.refused("invalid-value", 422, "POST", path, json=change("amend"))


def test_what_is_given_later_is_shown_with_its_basis(api: Api) -> None:
    path = f"/v1/directives/{issue(api)}/items/2/late-assignments"
    body = change("assign", assignments=[{"unit_code": "xa-c", "role": "lead"}])
    assert api.ok("POST", path, json=body, params={"dry_run": True})["obligations"] == 1
    answered = api.ok("POST", path, json=body)
    assert answered["obligations"] == 1
    (told,) = answered["directive"]["changes"]
    assert (told["kind"], told["document"]) == ("assign", OUTSIDE)
    assert told["details"] == [{"item": "2", "assignments": [{"role": "lead", "code": "xa-c"}]}]
    assert obligation_of(api, "xa-c", "2")["state"] == "assigned"


@pytest.mark.parametrize(
    ("orders", "slug", "status"),
    [
        ([], "invalid-value", 422),
        ([{"unit_code": "xa-a", "role": "lead"}], "invalid-value", 422),
        ([{"unit_code": "xa-b", "role": "lead"}], "invalid-value", 422),
        ([{"unit_code": "xa-c", "role": "monitor"}], "invalid-value", 422),
        ([{"unit_code": "xa-z", "role": "lead"}], "unknown-reference", 422),
        ([{"role": "lead"}], "invalid-request", 422),
        ([{"unit_code": "xa-c", "role": "lead", "due_on": "2024-04-01"}], "due-before-assigned", 409),
    ],
)
def test_what_cannot_be_given_later_gives_nobody_a_duty(
    api: Api, orders: list[dict[str, Any]], slug: str, status: int
) -> None:
    directive_id = issue(api)
    path = f"/v1/directives/{directive_id}/items/2/late-assignments"
    api.refused(slug, status, "POST", path, json=change("assign", assignments=orders))
    whole = api.ok("GET", f"/v1/directives/{directive_id}")
    assert whole["changes"] == []
    assert len(whole["items"][1]["assignments"]) == 2


def test_a_number_that_comes_later_makes_no_second_copy_of_a_directive(api: Api) -> None:
    issue(api)
    late = issue(api, number=None)
    path = f"/v1/directives/{late}"
    api.refused("already-exists", 409, "PATCH", path, json={"number": "123"}, headers=ANYWAY)
    assert api.ok("PATCH", path, json={"number": "124"}, headers=ANYWAY)["number"] == "124"
    api.refused("directive-not-draft", 409, "PATCH", path, json={"number": "125"}, headers=ANYWAY)


def carry(old: str, into: str | None, outcome: str = "carry_over") -> dict[str, Any]:
    return {"item": old, "outcome": outcome} | ({"into": into} if into else {})


def test_a_letter_is_replaced_by_the_issue_of_the_new_one_or_not_at_all(api: Api) -> None:
    old = issue(api)
    new, _ = draft(api, number="200")
    for item in ("1", "2"):
        assign(api, new, item, [{"group_code": "cac-xa", "role": "lead"}])
    path = f"/v1/directives/{new}/issue"
    wanted = {"directive_id": old, "reason": "thay thế", "items": [carry("1", "1"), carry("2", None, "keep")]}
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15", "replaces": [wanted]}
    broken = body | {"replaces": [wanted | {"items": [carry("1", "9")]}]}
    api.refused("unknown-reference", 422, "POST", path, json=broken)
    assert api.ok("GET", f"/v1/directives/{new}")["state"] == "draft", "neither is half done"
    rehearsed = api.ok("POST", path, json=body, params={"dry_run": True})
    counts = {"withdrawn": 0, "carried_over": 3, "kept": 1, "waiting": 0}
    assert rehearsed["replaced"] == [{"directive_id": old, **counts}]
    assert api.ok("GET", f"/v1/directives/{old}")["changes"] == []
    issued = api.ok("POST", path, json=body)
    assert issued["replaced"] == rehearsed["replaced"]
    assert issued["amended"] == []
    (told,) = issued["directive"]["changes"]
    assert (told["kind"], told["directive"]["id"], told["effective_on"]) == ("replace", old, "2024-04-15")
    assert told["details"][0] == {"item": "1", "outcome": "carry_over", "into": "1"}
    found = api.ok("GET", "/v1/obligations", params={"directive_id": new, "unit": "xa-b"})["items"]
    one = next(each for each in found if each["item"]["locator"] == "1")
    whole = api.ok("GET", f"/v1/obligations/{one['id']}")
    (before,) = whole["predecessors"]
    assert (before["unit"]["code"], before["state"], before["due_on"]) == (
        "xa-b",
        "transferred",
        "2024-05-15",
    )


def test_a_letter_takes_items_out_of_another_by_its_issue(api: Api) -> None:
    old = issue(api)
    new, _ = draft(api, number="200")
    for item in ("1", "2"):
        assign(api, new, item, [{"unit_code": "xa-c", "role": "lead"}])
    gone = {"directive_id": old, "reason": "sửa đổi", "take_out": [{"item": "2", "superseded_by": "1"}]}
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15", "amends": [gone]}
    issued = api.ok("POST", f"/v1/directives/{new}/issue", json=body)
    assert issued["amended"] == [{"directive_id": old, "withdrawn": 1}]
    assert [each["kind"] for each in api.ok("GET", f"/v1/directives/{old}")["changes"]] == ["amend"]


@pytest.mark.parametrize(
    ("items", "slug"),
    [
        ([carry("9", "1")], "unknown-reference"),
        ([carry("1", "9")], "unknown-reference"),
        ([carry("1", "1"), carry("1", "2")], "invalid-value"),
        ([carry("1", "2")], "invalid-value"),
        ([carry("1", None)], "invalid-request"),
        ([carry("1", "1", "keep")], "invalid-request"),
        ([carry("1", None, "forget")], "invalid-request"),
    ],
)
def test_duties_are_not_carried_over_to_where_nobody_follows_them(
    api: Api, items: list[dict[str, Any]], slug: str
) -> None:
    old = issue(api)
    new, _ = draft(api, number="200")
    api.ok("PATCH", f"/v1/directives/{new}/items/2", json={"tracked": False, "task": False}, headers=ANYWAY)
    assign(api, new, "1", [{"group_code": "cac-xa", "role": "lead"}])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{new}/issue", json=body)
    path = f"/v1/directives/{old}/replace"
    api.refused(slug, 422, "POST", path, json=change("replace", basis={"directive_id": new}, items=items))
    assert api.ok("GET", f"/v1/directives/{old}")["changes"] == []


def test_a_document_outside_the_register_has_no_item_to_go_on_under(api: Api) -> None:
    path = f"/v1/directives/{issue(api)}/replace"
    api.refused("unknown-reference", 422, "POST", path, json=change("replace", items=[carry("1", "1")]))
    assert api.ok("POST", path, json=change("replace", items=[carry("1", None, "keep")]))["kept"] == 3


def test_a_letter_that_says_so_itself_is_proposed_as_the_replacement(api: Api) -> None:
    old, gone = issue(api, number="100"), issue(api, number="101")
    api.ok("POST", f"/v1/directives/{gone}/revoke", json=change("revoke"))
    lines = (
        "UBND HUYỆN CAO LỘC",
        "Số: 200/UBND-VP",
        "Cao Lộc, ngày 26 tháng 4 năm 2024",
        "Kính gửi: UBND các xã\n",
        "1. Giao UBND các xã rà soát tiêu chí.",
        "2. Công văn này thay thế Công văn số 100/UBND-VP, số 101/UBND-VP ngày 15/4/2024.",
    )
    files = {"file": ("cv.txt", "\n".join(lines).encode())}
    new = api.ok("POST", "/v1/directives/intake", files=files)["id"]
    told = api.ok("GET", f"/v1/directives/{new}/supersedes")["items"]
    found = [(each["kind"], each["number"], [d["id"] for d in each["directives"]]) for each in told]
    assert found == [("replace", "100", [old]), ("replace", "101", [])], (
        "what was revoked is in force no more"
    )
    warnings = api.ok("GET", f"/v1/directives/{new}/readiness")["warnings"]
    assert [each["item"] for each in warnings if each["code"] == "replaces-document"] == [
        "100/UBND-VP",
        "101/UBND-VP",
    ]
    assert api.ok("GET", f"/v1/directives/{old}")["changes"] == [], "nothing is replaced before the issue"
