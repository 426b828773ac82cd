"""What leads ask coordinating units over HTTP, and everything that is refused."""

from typing import Any

from tests.api.world import Api, issue, obligation_of

QUESTION = {"unit_code": "xa-b", "question": "Cung cấp số liệu hộ nghèo", "due_on": "2024-04-26"}


def duty(api: Api) -> str:
    """Issue; return the obligation of commune a that commune b coordinates."""
    issue(api)
    return str(obligation_of(api, "xa-a", "2")["id"])


def ask(api: Api, obligation_id: str, **changes: Any) -> dict[str, Any]:
    """Ask commune b as commune a."""
    api.speak_for("officer_a")
    path = f"/v1/obligations/{obligation_id}/coordination-requests"
    return dict(api.ok("POST", path, json=QUESTION | changes))


def test_a_question_is_answered_with_a_document_and_a_file(api: Api) -> None:
    about = duty(api)
    asked = ask(api, about)
    assert (asked["state"], asked["is_late"], asked["lead"]["code"]) == ("waiting", False, "xa-a")
    api.speak_for("officer_b")
    file_id = api.ok("POST", "/v1/files", files={"file": ("so-lieu.txt", b"12 ho", "text/plain")})["id"]
    reply = {"text": "12 hộ", "document": {"number": "7", "symbol": "UBND"}, "file_ids": [file_id]}
    answered = api.ok("POST", f"/v1/coordination-requests/{asked['id']}/answer", json=reply)
    assert (answered["state"], answered["ended_on"], answered["file_ids"]) == (
        "answered",
        "2024-04-15",
        [file_id],
    )
    detail = api.speak_for("officer_a").ok("GET", f"/v1/obligations/{about}")
    assert detail["coordination_requests"] == [answered]
    assert api.get(f"/v1/files/{file_id}").status_code == 200, "the lead may open what was sent to it"
    told = [line["text"] for line in detail["timeline"]]
    assert "Đề nghị UBND xã Bảo Lâm phối hợp, trả lời chậm nhất ngày 26/04/2024" in told
    assert "UBND xã Bảo Lâm trả lời yêu cầu phối hợp ngày 15/04/2024, hạn 26/04/2024" in told
    ended = api.refused(
        "request-ended",
        409,
        "POST",
        f"/v1/coordination-requests/{asked['id']}/withdraw",
        json={"reason": "Không cần nữa"},
    )
    assert ended["state"] == "answered"


def test_only_a_unit_that_coordinates_can_be_asked(api: Api) -> None:
    about = duty(api)
    path = f"/v1/obligations/{about}/coordination-requests"
    api.speak_for("officer_a")
    refused = api.refused("not-coordinator", 409, "POST", path, json=QUESTION | {"unit_code": "xa-c"})
    assert refused["coordinators"] == ["xa-b"]
    api.refused("unknown-reference", 422, "POST", path, json=QUESTION | {"unit_code": "xa-z"})
    added = {"unit_code": "xa-c", "reason": "Xã giáp ranh"}
    coordinators = f"/v1/obligations/{about}/coordinators"
    api.refused("not-allowed", 403, "POST", coordinators, json=added)
    named = api.speak_for("clerk").ok("POST", coordinators, json=added)
    assert [unit["code"] for unit in named["items"]] == ["xa-b", "xa-c"]
    api.refused("already-exists", 409, "POST", coordinators, json=added)
    api.refused("lead-coordinates", 409, "POST", coordinators, json=added | {"unit_code": "xa-a"})
    assert ask(api, about, unit_code="xa-c")["unit"]["code"] == "xa-c"
    assert [unit["code"] for unit in api.ok("GET", coordinators)["items"]] == ["xa-b", "xa-c"]


def test_a_question_needs_a_day_to_come_and_a_duty_under_way(api: Api) -> None:
    about = duty(api)
    path = f"/v1/obligations/{about}/coordination-requests"
    api.speak_for("officer_a")
    api.refused("invalid-value", 422, "POST", path, json=QUESTION | {"due_on": "2024-04-12"})
    api.refused("invalid-value", 422, "POST", path, json=QUESTION | {"due_on": "2099-04-12"})
    api.refused("invalid-request", 422, "POST", path, json=QUESTION | {"question": " "})
    evidence = {"text": "Xong", "document": {"number": "5"}}
    api.ok("POST", f"/v1/obligations/{about}/submit", json=evidence)
    assert api.refused("not-under-way", 409, "POST", path, json=QUESTION)["state"] == "submitted"


def test_nobody_answers_or_withdraws_for_another_unit(api: Api) -> None:
    about = duty(api)
    api.speak_for("clerk").ok(
        "POST", f"/v1/obligations/{about}/coordinators", json={"unit_code": "xa-c", "reason": "x"}
    )
    asked = ask(api, about, unit_code="xa-c")
    place = f"/v1/coordination-requests/{asked['id']}"
    for name in ("officer_b", "officer_a", "head_of_district"):
        api.speak_for(name).refused("not-allowed", 403, "POST", f"{place}/answer", json={"text": "x"})
    api.speak_for("officer_b").refused("not-allowed", 403, "POST", f"{place}/withdraw", json={"reason": "x"})
    api.speak_for("reader_a").refused(
        "not-allowed", 403, "POST", f"/v1/obligations/{about}/coordination-requests", json=QUESTION
    )
    # the keeper's clerk enters what was said on paper
    answered = api.speak_for("clerk").ok("POST", f"{place}/answer", json={"text": "Công văn giấy"})
    assert answered["state"] == "answered"


def test_an_answer_decided_on_an_old_reading_is_refused(api: Api) -> None:
    asked = ask(api, duty(api))
    place = f"/v1/coordination-requests/{asked['id']}/answer"
    api.speak_for("officer_b")
    api.refused("stale-version", 412, "POST", place, json={"text": "x"}, headers={"If-Match": '"v7"'})
    missing = {"text": "x", "file_ids": ["01890000-0000-7000-8000-000000000000"]}
    api.refused("unknown-reference", 422, "POST", place, json=missing)
    read = api.get(place.removesuffix("/answer"))
    assert (read.headers["etag"], read.json()["state"]) == ('"v1"', "waiting")
    api.ok("POST", place, json={"text": "x"}, headers={"If-Match": '"v1"'})


def test_a_coordinator_has_a_list_of_its_own(api: Api) -> None:
    about = duty(api)
    first, second = ask(api, about), ask(api, about, due_on="2024-04-30")
    api.ok("POST", f"/v1/coordination-requests/{first['id']}/withdraw", json={"reason": "Đã có số liệu"})
    api.speak_for("officer_b")
    mine = {"unit": "xa-b", "state": "waiting", "cut_off": "2024-05-02"}
    waiting = api.ok("GET", "/v1/coordination-requests", params=mine)
    assert [(each["id"], each["is_late"]) for each in waiting["items"]] == [(second["id"], True)]
    page = api.ok("GET", "/v1/coordination-requests", params={"limit": 1})
    rest = api.ok("GET", "/v1/coordination-requests", params={"limit": 1, "after": page["next"]})
    assert {each["id"] for each in page["items"] + rest["items"]} == {first["id"], second["id"]}
    assert rest["next"] is None
    shared = api.ok("GET", "/v1/obligations", params={"relation": "coordinator"})
    assert [each["id"] for each in shared["items"]] == [about]


def test_withdrawing_the_duty_closes_what_waits(api: Api) -> None:
    about = duty(api)
    asked = ask(api, about)
    api.speak_for("leader").ok("POST", f"/v1/obligations/{about}/withdraw", json={"reason": "Giao nhầm"})
    detail = api.ok("GET", f"/v1/obligations/{about}")
    (closed,) = detail["coordination_requests"]
    assert (closed["id"], closed["state"], closed["reason"]) == (asked["id"], "closed", "withdrawn")
    assert any("không phải trả lời" in line["text"] for line in detail["timeline"])
