"""Returns, suspensions, extensions, causes and explanations over HTTP: what is refused, and what is shown."""

from typing import Any

import pytest

from service.domain.reading.sentences import sentence
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock


def duty_of(api: Api, unit: str = "xa-a", locator: str = "1") -> str:
    """Issue the letter; return the path of the duty of a unit."""
    issue(api)
    return f"/v1/obligations/{obligation_of(api, unit, locator)['id']}"


def texts(api: Api, path: str) -> list[str]:
    return [line["text"] for line in api.ok("GET", path)["timeline"]]


def test_a_duty_given_back_stays_until_somebody_decides(api: Api) -> None:
    path = duty_of(api)
    api.speak_for("officer_a")
    body = {"reason": "Việc của xã khác", "proposed_unit_code": "xa-b"}
    made = api.ok("POST", f"{path}/return", json=body)
    # the eighteenth is a holiday
    assert (made["proposed_unit_code"], made["answer_by"], made["decision"]) == ("xa-b", "2024-04-23", None)
    seen = api.ok("GET", path)
    assert (seen["state"], seen["timeliness"], seen["moves"]) == ("returned", "paused", [])
    api.refused("move-not-allowed", 409, "POST", f"{path}/submit", json={"text": "x"})
    api.refused("not-allowed", 403, "POST", f"{path}/refuse-return", json={"reason": "x"})
    api.speak_for("clerk")
    assert api.ok("GET", "/v1/returns", params={"waiting": True})["items"] == [made]
    answered = api.ok("POST", f"{path}/refuse-return", json={"reason": "Đúng là việc của xã"})
    assert (answered["state"], answered["due_on"]) == ("acknowledged", "2024-05-15")
    assert api.ok("GET", "/v1/returns", params={"waiting": True})["items"] == []
    (row,) = api.ok("GET", "/v1/returns", params={"obligation_id": path.rpartition("/")[2]})["items"]
    assert (row["decision"], row["decision_reason"]) == ("refused", "Đúng là việc của xã")
    api.refused("move-not-allowed", 409, "POST", f"{path}/refuse-return", json={"reason": "x"})
    assert texts(api, path)[-2:] == [
        "Đơn vị trả lại: Việc của xã khác",
        "Không nhận lại, đơn vị tiếp tục thực hiện: Đúng là việc của xã",
    ]


def test_what_is_under_way_is_not_given_back(api: Api) -> None:
    path = duty_of(api)
    api.speak_for("officer_a").ok("POST", f"{path}/progress-updates", json={"text": "đang làm"})
    problem = api.refused("move-not-allowed", 409, "POST", f"{path}/return", json={"reason": "x"})
    assert problem["allowed"] == ["report", "submit", "suspend", "withdraw", "transfer"]
    unknown = {"reason": "x", "proposed_unit_code": "khong-co"}
    other = f"/v1/obligations/{obligation_of(api, 'xa-b')['id']}/return"
    api.speak_for("officer_b").refused("unknown-reference", 422, "POST", other, json=unknown)


def test_an_item_never_loses_its_last_lead(api: Api) -> None:
    path = duty_of(api, locator="2")
    api.speak_for("officer_a").ok("POST", f"{path}/return", json={"reason": "không phải việc của xã"})
    api.speak_for("clerk")
    problem = api.refused(
        "items-without-lead", 409, "POST", f"{path}/accept-return", json={"reason": "đồng ý"}
    )
    assert problem["items"] == ["2"]
    for wrong in ("xa-a", "khong-co"):
        sent = {"json": {"reason": "đồng ý", "unit_code": wrong}}
        api.refused("unknown-reference", 422, "POST", f"{path}/accept-return", **sent)
    assert api.ok("GET", path)["state"] == "returned"


def test_a_duty_given_back_goes_to_the_right_unit_with_a_clock_of_its_own(
    api: Api, clock: SettableClock
) -> None:
    path = duty_of(api, locator="2")
    api.speak_for("officer_a").ok("POST", f"{path}/return", json={"reason": "việc của xã B"})
    clock.set("2024-04-17")
    body = {"reason": "Giao đúng đơn vị", "unit_code": "xa-b", "due_on": "2024-06-01"}
    api.speak_for("clerk")
    rehearsed = api.ok("POST", f"{path}/accept-return", params={"dry_run": True}, json=body)
    assert (rehearsed["state"], api.ok("GET", path)["state"]) == ("transferred", "returned")
    old = api.ok("POST", f"{path}/accept-return", json=body)
    assert (old["state"], old["timeliness"], old["moves"]) == ("transferred", None, [])
    (heir,) = old["successors"]
    assert (heir["unit"]["code"], heir["due_on"]) == ("xa-b", "2024-06-01")
    new = api.speak_for("officer_b").ok("GET", f"/v1/obligations/{heir['id']}")
    assert (new["state"], new["assigned_on"], new["original_due_on"]) == (
        "assigned",
        "2024-04-17",
        "2024-06-01",
    )
    assert [kin["unit"]["code"] for kin in new["predecessors"]] == ["xa-a"]
    told = [line["text"] for line in new["timeline"]]
    assert told[0] == "Giao nhiệm vụ"
    assert "Đơn vị trả lại: việc của xã B" in told
    assert "Chuyển cho UBND xã Bảo Lâm: Giao đúng đơn vị" in told
    assert "Nhận từ UBND xã An Bình: Giao đúng đơn vị" in told
    api.speak_for("officer_a").refused("move-not-allowed", 409, "POST", f"{path}/acknowledge")


def test_where_others_lead_a_wrong_assignment_is_simply_taken_back(api: Api) -> None:
    path = duty_of(api)
    api.speak_for("officer_a").ok("POST", f"{path}/return", json={"reason": "xã không thuộc diện"})
    done = api.speak_for("clerk").ok("POST", f"{path}/accept-return", json={"reason": "đồng ý"})
    assert (done["state"], done["successors"]) == ("withdrawn", [])


def test_an_heir_that_has_the_duty_already_does_not_get_it_twice(api: Api) -> None:
    path = duty_of(api)
    api.speak_for("officer_a").ok("POST", f"{path}/return", json={"reason": "xã B làm chung"})
    body = {"reason": "xã B làm chung", "unit_code": "xa-b"}
    old = api.speak_for("clerk").ok("POST", f"{path}/accept-return", json=body)
    (heir,) = old["successors"]
    assert heir["id"] == obligation_of(api, "xa-b")["id"]
    assert len(api.ok("GET", "/v1/obligations", params={"unit": "xa-b"})["items"]) == 1


def test_a_suspended_duty_is_nobodys_delay_and_goes_on_where_it_stood(api: Api, clock: SettableClock) -> None:
    path = duty_of(api)
    api.speak_for("officer_a").ok("POST", f"{path}/acknowledge")
    api.refused("not-allowed", 403, "POST", f"{path}/suspend", json={"reason": "x"})
    clock.set("2024-05-02")
    stopped = api.speak_for("leader").ok("POST", f"{path}/suspend", json={"reason": "Chờ tỉnh hướng dẫn"})
    assert (stopped["state"], stopped["timeliness"]) == ("suspended", "paused")
    clock.set("2024-06-03")
    assert api.ok("GET", path)["timeliness"] == "paused"
    again = api.ok("POST", f"{path}/resume", json={"reason": "Đã có hướng dẫn"})
    # 32 days stood: 15/5 becomes 16/6, a Sunday, and so the next working day
    assert (again["state"], again["due_on"], again["original_due_on"]) == (
        "acknowledged",
        "2024-06-17",
        "2024-05-15",
    )
    assert [each["due_on"] for each in again["deadlines"]] == ["2024-05-15", "2024-06-17"]
    assert texts(api, path)[-1] == "Tiếp tục thực hiện, hạn 17/06/2024: Đã có hướng dẫn"
    api.refused("move-not-allowed", 409, "POST", f"{path}/resume", json={"reason": "x"})


def test_a_deadline_that_had_passed_is_not_healed_by_a_suspension(api: Api, clock: SettableClock) -> None:
    path = duty_of(api)
    clock.set("2024-05-20")
    api.speak_for("leader").ok("POST", f"{path}/suspend", json={"reason": "x"})
    clock.set("2024-05-27")
    resumed = api.ok("POST", f"{path}/resume", json={"reason": "x"})
    assert (resumed["due_on"], resumed["timeliness"], resumed["state"]) == (
        "2024-05-15",
        "overdue",
        "assigned",
    )
    api.ok("POST", f"{path}/suspend", json={"reason": "x"})
    named = api.ok("POST", f"{path}/resume", json={"reason": "x", "due_on": "2024-07-01"})
    assert (named["due_on"], named["timeliness"]) == ("2024-07-01", "on_track")


def wish(day: str = "2024-06-15", **more: Any) -> dict[str, Any]:
    return {"json": {"wanted_on": day, "reason": "Chờ số liệu", **more}}


def test_every_deadline_stays_on_record(api: Api, clock: SettableClock) -> None:
    path = duty_of(api)
    asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish())
    assert (asked["is_late"], asked["due_on"], asked["decision"]) == (False, "2024-05-15", None)
    assert api.ok("GET", path)["state"] == "acknowledged"
    api.refused("already-exists", 409, "POST", f"{path}/extensions", **wish())
    api.refused("not-allowed", 403, "POST", f"/v1/extensions/{asked['id']}/grant", json={})
    api.speak_for("clerk").refused("not-allowed", 403, "POST", f"/v1/extensions/{asked['id']}/grant", json={})
    api.speak_for("leader")
    assert api.ok("GET", "/v1/extensions", params={"waiting": True, "unit": "xa-a"})["items"] == [asked]
    part = {"json": {"due_on": "2024-05-31", "reason": "Chỉ đến hết tháng"}}
    rehearsed = api.ok("POST", f"/v1/extensions/{asked['id']}/grant", params={"dry_run": True}, **part)
    assert (rehearsed["granted_on"], api.ok("GET", path)["due_on"]) == ("2024-05-31", "2024-05-15")
    granted = api.ok("POST", f"/v1/extensions/{asked['id']}/grant", **part)
    assert (granted["decision"], granted["granted_on"], granted["is_after_expiry"]) == (
        "granted",
        "2024-05-31",
        False,
    )
    api.refused("already-answered", 409, "POST", f"/v1/extensions/{asked['id']}/refuse", json={"reason": "x"})
    seen = api.ok("GET", path)
    assert (seen["due_on"], seen["original_due_on"]) == ("2024-05-31", "2024-05-15")
    assert [each["due_on"] for each in seen["deadlines"]] == ["2024-05-15", "2024-05-31"]
    assert "Gia hạn từ 15/05/2024 đến 31/05/2024" in texts(api, path)


def test_a_late_request_is_recorded_and_marked_and_a_late_grant_does_not_erase_the_delay(
    api: Api, clock: SettableClock
) -> None:
    path = duty_of(api)
    clock.set("2024-05-20")
    asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish())
    assert asked["is_late"] is True
    granted = api.speak_for("leader").ok("POST", f"/v1/extensions/{asked['id']}/grant", json={})
    assert (granted["is_after_expiry"], granted["granted_on"]) == (True, "2024-06-15")
    assert api.ok("GET", path)["timeliness"] == "on_track"
    (kept,) = api.ok("GET", "/v1/extensions")["items"]
    assert (kept["is_late"], kept["is_after_expiry"], kept["due_on"]) == (True, True, "2024-05-15")


def test_no_more_is_granted_than_the_register_allows_but_the_asking_is_kept(api: Api) -> None:
    path = duty_of(api)
    for day in ("2024-06-15", "2024-07-15"):
        asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish(day))
        api.speak_for("leader").ok("POST", f"/v1/extensions/{asked['id']}/grant", json={})
    third = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish("2024-08-15"))
    problem = api.speak_for("leader").refused(
        "no-more-extensions", 409, "POST", f"/v1/extensions/{third['id']}/grant", json={}
    )
    assert problem["most"] == 2
    api.ok("POST", f"/v1/extensions/{third['id']}/refuse", json={"reason": "Đã gia hạn hai lần"})
    rules = {"json": {"extensions_max": 3, "return_days": 3, "silent_return": "accepted"}}
    api.refused("not-allowed", 403, "PUT", "/v1/registers/chinh/rules", headers={"If-Match": "*"}, **rules)
    api.speak_for("keeper_admin")
    changed = api.ok("PUT", "/v1/registers/chinh/rules", headers={"If-Match": '"v1"'}, **rules)
    assert changed["rules"] == rules["json"]
    api.refused(
        "stale-version", 412, "PUT", "/v1/registers/chinh/rules", headers={"If-Match": '"v1"'}, **rules
    )
    fourth = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish("2024-08-15"))
    api.speak_for("leader").ok("POST", f"/v1/extensions/{fourth['id']}/grant", json={})
    assert len(api.ok("GET", path)["deadlines"]) == 4


@pytest.mark.parametrize("day", ["2024-05-15", "2024-05-01"])
def test_a_later_deadline_lies_later(api: Api, day: str) -> None:
    path = duty_of(api)
    api.speak_for("officer_a").refused("invalid-value", 422, "POST", f"{path}/extensions", **wish(day))
    asked = api.ok("POST", f"{path}/extensions", **wish())
    grant = {"json": {"due_on": day}}
    api.speak_for("leader").refused(
        "invalid-value", 422, "POST", f"/v1/extensions/{asked['id']}/grant", **grant
    )
    assert api.ok("GET", "/v1/extensions", params={"waiting": True})["items"] == [asked]


def test_a_duty_without_a_deadline_has_none_to_extend(api: Api) -> None:
    path = duty_of(api, locator="2")
    api.speak_for("officer_a").refused("invalid-value", 422, "POST", f"{path}/extensions", **wish())


def test_an_extension_may_be_granted_while_the_result_waits(api: Api, clock: SettableClock) -> None:
    """The office answers late; the unit is judged by the deadline that it was given in the end."""
    path = duty_of(api)
    asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish("2024-05-31"))
    clock.set("2024-05-20")
    api.ok("POST", f"{path}/submit", json={"text": "xong", "document": {"number": "7"}})
    assert api.ok("GET", path)["timeliness"] == "overdue"
    api.speak_for("leader").ok("POST", f"/v1/extensions/{asked['id']}/grant", json={})
    assert api.ok("POST", f"{path}/accept", json={})["timeliness"] == "done_on_time"


def test_a_withdrawn_duty_leaves_no_question_open(api: Api) -> None:
    path = duty_of(api)
    asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish())
    cause = api.ok("POST", f"{path}/objective-causes", json={"reason": "bão"})
    api.speak_for("leader")
    question = {"question": "Vì sao?", "due_on": "2024-05-02"}
    why = api.ok("POST", f"{path}/explanations", json=question)
    api.ok("POST", f"{path}/withdraw", json={"reason": "Bãi bỏ"})
    for kind in ("extensions", "objective-causes", "explanations"):
        assert api.ok("GET", f"/v1/{kind}", params={"waiting": True})["items"] == []
    api.speak_for("keeper_admin")
    for refused in (
        f"/v1/extensions/{asked['id']}/refuse",
        f"/v1/objective-causes/{cause['id']}/confirm",
        f"/v1/explanations/{why['id']}/answer",
    ):
        sent = {"json": {"text": "x"} if refused.endswith("answer") else {"reason": "x"}}
        assert api.refused("already-answered", 409, "POST", refused, **sent)["answer"] == "closed"
    api.refused("move-not-allowed", 409, "POST", f"{path}/explanations", json=question)


def test_a_cause_counts_only_when_the_competent_person_confirms_it(api: Api) -> None:
    path = duty_of(api)
    file_id = api.speak_for("officer_a").ok(
        "POST", "/v1/files", files={"file": ("bao.txt", b"bao", "text/plain")}
    )["id"]
    body = {"reason": "Bão số 3 gây ngập", "file_ids": [file_id], "document": {"number": "12"}}
    cause = api.ok("POST", f"{path}/objective-causes", json=body)
    api.refused("already-exists", 409, "POST", f"{path}/objective-causes", json=body)
    confirm = f"/v1/objective-causes/{cause['id']}/confirm"
    for who in ("officer_a", "clerk"):
        api.speak_for(who).refused("not-allowed", 403, "POST", confirm, json={"reason": "x"})
    done = api.speak_for("leader").ok("POST", confirm, json={"reason": "Đúng thực tế"})
    assert (done["decision"], done["document"]["number"]) == ("granted", "12")
    assert api.get(f"/v1/files/{file_id}").status_code == 200, "who decides may open the evidence"
    listed = api.ok("GET", "/v1/objective-causes")["items"]
    assert [each["file_ids"] for each in (cause, done, *listed)] == [[file_id]] * 3
    assert api.speak_for("officer_b").get(f"/v1/files/{file_id}").status_code == 404
    again = api.speak_for("officer_a").ok("POST", f"{path}/objective-causes", json={"reason": "mất điện"})
    refused = f"/v1/objective-causes/{again['id']}/refuse"
    assert api.speak_for("leader").ok("POST", refused, json={"reason": "x"})["decision"] == "refused"
    lines = [text for text in texts(api, path) if "khách quan" in text]
    assert lines == [
        "Nêu nguyên nhân khách quan: Bão số 3 gây ngập",
        "Xác nhận nguyên nhân khách quan: Đúng thực tế",
        "Nêu nguyên nhân khách quan: mất điện",
        "Không công nhận nguyên nhân khách quan: x",
    ]


def test_an_explanation_is_asked_answered_and_asked_again(api: Api, clock: SettableClock) -> None:
    path = duty_of(api)
    question = {"question": "Vì sao chưa báo cáo?", "due_on": "2024-04-18"}
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", f"{path}/explanations", json=question)
    api.speak_for("clerk")
    past = question | {"due_on": "2024-04-12"}
    api.refused("invalid-value", 422, "POST", f"{path}/explanations", json=past)
    asked = api.ok("POST", f"{path}/explanations", json=question)
    clock.set("2024-04-19")
    answer = f"/v1/explanations/{asked['id']}/answer"
    api.speak_for("officer_b").refused("not-found", 404, "POST", answer, json={"text": "x"})
    leave = {"file": ("nghi-om.txt", b"nghi om", "text/plain")}
    file_id = api.speak_for("officer_a").ok("POST", "/v1/files", files=leave)["id"]
    given = api.ok("POST", answer, json={"text": "Cán bộ nghỉ ốm", "file_ids": [file_id]})
    assert (given["answered_on"], given["answer"]) == ("2024-04-19", "Cán bộ nghỉ ốm")
    assert given["file_ids"] == [file_id]
    assert api.speak_for("clerk").get(f"/v1/files/{file_id}").status_code == 200
    api.refused("already-answered", 409, "POST", answer, json={"text": "x"})
    again = {"question": "Ai thay?", "due_on": "2024-04-22"}
    second = api.speak_for("clerk").ok("POST", f"{path}/explanations", json=again)
    assert api.ok("GET", "/v1/explanations", params={"waiting": True})["items"] == [second]
    api.ok("POST", f"/v1/explanations/{second['id']}/close")
    api.refused("already-answered", 409, "POST", f"/v1/explanations/{second['id']}/close")
    assert "Yêu cầu giải trình trước 18/04/2024: Vì sao chưa báo cáo?" in texts(api, path)


def test_requests_come_in_pages_and_only_to_those_concerned(api: Api, clock: SettableClock) -> None:
    issue(api)
    for unit, who in (("xa-a", "officer_a"), ("xa-b", "officer_b")):
        clock.advance(seconds=1)
        path = f"/v1/obligations/{obligation_of(api, unit)['id']}"
        api.speak_for(who).ok("POST", f"{path}/extensions", **wish())
    first = api.speak_for("clerk").ok("GET", "/v1/extensions", params={"limit": 1})
    second = api.ok("GET", "/v1/extensions", params={"limit": 1, "after": first["next"]})
    found = [each["unit_code"] for page in (first, second) for each in page["items"]]
    assert (found, second["next"]) == (["xa-a", "xa-b"], None)
    own = api.speak_for("officer_b").ok("GET", "/v1/extensions")["items"]
    assert [each["unit_code"] for each in own] == ["xa-b"]


@pytest.mark.parametrize("day", ["2050-01-03", "2040-01-02"])
def test_no_day_is_taken_on_which_no_clock_could_ring(api: Api, day: str) -> None:
    path = duty_of(api)
    asked = api.speak_for("officer_a").ok("POST", f"{path}/extensions", **wish())
    other = f"/v1/obligations/{obligation_of(api, 'xa-b')['id']}"
    api.speak_for("officer_b").refused("invalid-value", 422, "POST", f"{other}/extensions", **wish(day))
    api.ok("POST", f"{other}/return", json={"reason": "x"})
    api.speak_for("leader")
    third = f"/v1/obligations/{obligation_of(api, 'xa-c')['id']}"
    api.speak_for("leader").ok("POST", f"{third}/suspend", json={"reason": "x"})
    for place, body in (
        (f"{path}/explanations", {"question": "x", "due_on": day}),
        (f"/v1/extensions/{asked['id']}/grant", {"due_on": day}),
        (f"{third}/resume", {"reason": "x", "due_on": day}),
        (f"{other}/accept-return", {"reason": "x", "unit_code": "van-phong", "due_on": day}),
    ):
        problem = api.refused("invalid-value", 422, "POST", place, json=body)
        assert problem["field"] == "due_on"


def test_the_registers_rules_are_told_in_words(api: Api) -> None:
    facts = {"return_days": 3, "silent_return": "accepted", "extensions_max": 1}
    assert sentence("register.rules_changed.v1", facts).endswith(
        "quá hạn coi là nhận lại, gia hạn tối đa 1 lần"
    )
