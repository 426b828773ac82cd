"""The story of a directive by HTTP: drafted, refused, mapped, issued, worked on, accepted."""

from tests.api.world import Api, assign, draft, issue, obligation_of
from tests.conftest import SettableClock


def test_a_directive_is_refused_until_somebody_answers_for_every_item(api: Api) -> None:
    directive_id, _ = draft(api)
    ready = api.ok("GET", f"/v1/directives/{directive_id}/readiness")
    assert not ready["ready"]
    assert [(b["code"], b["item"]) for b in ready["blockers"]] == [
        ("items-without-lead", "1"),
        ("items-without-lead", "2"),
    ]
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    problem = api.refused(
        "items-without-lead", 409, "POST", f"/v1/directives/{directive_id}/issue", json=body
    )
    assert problem["items"] == ["1", "2"]

    assign(api, directive_id, "1", [{"group_code": "cac-xa", "role": "lead", "except": ["xa-c"]}])
    problem = api.refused(
        "items-without-lead", 409, "POST", f"/v1/directives/{directive_id}/issue", json=body
    )
    assert problem["items"] == ["2"]

    assign(api, directive_id, "2", [{"unit_code": "xa-a", "role": "lead", "due_on": "2024-06-30"}])
    issued = api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    assert issued["obligations"] == 3
    assert issued["directive"]["state"] == "issued"
    assert issued["directive"]["issuer"]["code"] == "cao-loc"
    first, second = issued["directive"]["items"]
    assert first["assignments"] == [
        {
            "role": "lead",
            "unit_code": None,
            "group_code": "cac-xa",
            "name": "UBND các xã",
            "except": ["xa-c"],
            "due_on": None,
        }
    ]
    assert second["assignments"][0]["due_on"] == "2024-06-30"
    api.refused("directive-not-draft", 409, "POST", f"/v1/directives/{directive_id}/issue", json=body)


def test_a_duty_goes_from_receipt_to_acceptance(api: Api, clock: SettableClock) -> None:
    issue(api)
    one = obligation_of(api, "xa-a")
    assert one["state"] == "assigned"
    assert one["timeliness"] == "on_track"
    assert one["due_on"] == "2024-05-15"
    path = f"/v1/obligations/{one['id']}"

    api.speak_for("officer_a")
    assert api.ok("GET", path)["moves"] == ["acknowledge", "report", "submit", "return"]
    assert api.ok("POST", f"{path}/acknowledge")["state"] == "acknowledged"

    clock.set("2024-05-02")
    told = api.ok(
        "POST",
        f"{path}/progress-updates",
        json={"percent": 40, "text": "Đã rà soát 4/10 thôn", "difficulties": "Thiếu kinh phí"},
    )
    assert told["percent"] == 40
    problem = api.refused("evidence-required", 422, "POST", f"{path}/submit", json={"text": "Xong"})
    assert problem["title"]
    evidence = {"text": "Xong", "document": {"number": "45", "symbol": "BC-UBND", "issued_on": "2024-05-10"}}
    clock.set("2024-05-10")
    assert api.ok("POST", f"{path}/submit", json=evidence)["submitted_on"] == "2024-05-10"
    api.refused("not-allowed", 403, "POST", f"{path}/accept", json={})

    api.speak_for("clerk")
    clock.set("2024-05-20")
    assert api.ok("GET", path)["timeliness"] == "on_track"
    back = api.ok("POST", f"{path}/send-back", json={"reason": "Thiếu biểu số 2"})
    assert (back["state"], back["timeliness"]) == ("in_progress", "overdue")
    problem = api.refused("move-not-allowed", 409, "POST", f"{path}/accept", json={})
    assert problem["state"] == "in_progress"
    assert "submit" in problem["allowed"]

    api.speak_for("officer_a").ok("POST", f"{path}/submit", json=evidence)
    done = api.speak_for("leader").ok("POST", f"{path}/accept", json={"comment": "Tốt"})
    assert (done["state"], done["timeliness"], done["done_on"]) == ("accepted", "done_late", "2024-05-20")
    assert [line["text"] for line in done["timeline"]] == [
        "Giao nhiệm vụ",
        "Đơn vị đã nhận nhiệm vụ",
        "Đơn vị báo cáo tiến độ: 40%",
        "Đơn vị báo cáo hoàn thành ngày 10/05/2024",
        "Yêu cầu làm tiếp: Thiếu biểu số 2",
        "Đơn vị báo cáo hoàn thành ngày 20/05/2024",
        "Xác nhận hoàn thành, tính từ ngày 20/05/2024",
    ]
    assert done["timeline"][1]["actor_name"] == "officer_a"
    assert api.ok("POST", f"{path}/reopen", json={"reason": "Số liệu sai"})["state"] == "in_progress"
    withdrawn = api.ok("POST", f"{path}/withdraw", json={"reason": "Bãi bỏ"})
    assert (withdrawn["state"], withdrawn["timeliness"], withdrawn["moves"]) == ("withdrawn", None, [])


def test_a_unit_sees_what_concerns_it_and_no_more(api: Api) -> None:
    directive_id = issue(api)
    seen = {}
    for name in ("clerk", "admin", "officer_a", "officer_b", "head_of_district", "stranger"):
        page = api.speak_for(name).ok("GET", "/v1/obligations", params={"total": "true"})
        assert page["total"] == len(page["items"])
        seen[name] = {(each["unit"]["code"], each["item"]["locator"]) for each in page["items"]}
    everything = {("xa-a", "1"), ("xa-b", "1"), ("xa-c", "1"), ("xa-a", "2")}
    assert seen == {
        "clerk": everything,
        "admin": everything,
        "officer_a": {("xa-a", "1"), ("xa-a", "2")},
        "officer_b": {("xa-b", "1"), ("xa-a", "2")},
        "head_of_district": everything,
        "stranger": set(),
    }
    api.speak_for("officer_b")
    by_relation = {
        relation: len(api.ok("GET", "/v1/obligations", params={"relation": relation})["items"])
        for relation in ("lead", "coordinator", "parent", "keeper", "none")
    }
    assert by_relation == {"lead": 1, "coordinator": 1, "parent": 0, "keeper": 0, "none": 0}
    assert api.ok("GET", f"/v1/directives/{directive_id}")["subject"]
    draft_id, _ = draft(api, number="124")
    for name in ("officer_a", "stranger"):
        api.speak_for(name).refused("not-found", 404, "GET", f"/v1/directives/{draft_id}")
    api.refused("not-found", 404, "GET", f"/v1/directives/{directive_id}")
    one = obligation_of(api, "xa-a")
    api.speak_for("stranger").refused("not-found", 404, "GET", f"/v1/obligations/{one['id']}")
    api.refused("not-found", 404, "POST", f"/v1/obligations/{one['id']}/acknowledge")
    api.speak_for("reader_a").refused("not-allowed", 403, "POST", f"/v1/obligations/{one['id']}/acknowledge")
    assert api.ok("GET", f"/v1/obligations/{one['id']}")["moves"] == []
    api.speak_for("writer_a").refused("not-allowed", 403, "GET", f"/v1/obligations/{one['id']}")


def test_progress_is_listed_for_those_who_may_see_it(api: Api, clock: SettableClock) -> None:
    issue(api)
    for unit, key in (("xa-a", "officer_a"), ("xa-b", "officer_b")):
        one = obligation_of(api, unit)
        for percent in (10, 20):
            clock.advance(days=1)
            path = f"/v1/obligations/{one['id']}/progress-updates"
            api.speak_for(key).ok("POST", path, json={"percent": percent, "text": "đang làm"})
    api.speak_for("clerk")
    page = api.ok("GET", "/v1/progress-updates", params={"limit": 3})
    assert [(u["unit"]["code"], u["percent"]) for u in page["items"]] == [
        ("xa-a", 10),
        ("xa-a", 20),
        ("xa-b", 10),
    ]
    rest = api.ok("GET", "/v1/progress-updates", params={"limit": 3, "after": page["next"]})
    assert [(u["unit"]["code"], u["percent"]) for u in rest["items"]] == [("xa-b", 20)]
    assert rest["next"] is None
    assert len(api.ok("GET", "/v1/progress-updates", params={"unit": "xa-b"})["items"]) == 2
    assert len(api.ok("GET", "/v1/progress-updates", params={"since": "2024-04-18"})["items"]) == 2
    assert len(api.ok("GET", "/v1/progress-updates", params={"obligation_id": one["id"]})["items"]) == 2
    assert len(api.speak_for("officer_a").ok("GET", "/v1/progress-updates")["items"]) == 2


def test_an_issued_directive_gets_its_number_later(api: Api) -> None:
    directive_id, tag = draft(api, number=None)
    assign(api, directive_id, "1", [{"group_code": "cac-xa", "role": "lead"}])
    changed = {"tracked": False, "task": False}
    api.ok("PATCH", f"/v1/directives/{directive_id}/items/2", json=changed, headers={"If-Match": "*"})
    issued = api.ok(
        "POST",
        f"/v1/directives/{directive_id}/issue",
        json={"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
    )
    assert issued["obligations"] == 3
    path = f"/v1/directives/{directive_id}"
    api.refused("stale-version", 412, "PATCH", path, json={"number": "99"}, headers={"If-Match": tag})
    assert api.ok("PATCH", path, json={"number": "99"}, headers={"If-Match": "*"})["number"] == "99"
    api.refused("directive-not-draft", 409, "PATCH", path, json={"subject": "x"}, headers={"If-Match": "*"})
    found = api.ok("GET", "/v1/directives", params={"q": "nong thon moi", "state": "issued"})["items"]
    assert [each["id"] for each in found] == [directive_id]
    assert api.ok("GET", "/v1/directives", params={"issuer": "cao-loc"})["items"][0]["id"] == directive_id
    assert api.ok("GET", "/v1/directives", params={"q": "khong co"})["items"] == []
