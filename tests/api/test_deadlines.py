"""Deadlines over HTTP: explained, received, awaited, moved, rehearsed; and calendars with their versions."""

from typing import Any

from tests.api.world import Api, assign, draft, issue, obligation_of
from tests.conftest import SettableClock

RECEIPT = {"kind": "relative_working_days", "days": 5, "from": "receipt", "text": "5 ngày làm việc"}
EVENT = {"kind": "event", "text": "sau khi có hướng dẫn"}
ANY = {"If-Match": "*"}


def counted(api: Api, deadline: dict[str, Any]) -> tuple[str, str]:
    """Issue a letter of one item to commune a; return (directive, obligation)."""
    items = [{"label": "1", "text": "Báo cáo", "deadline": deadline}]
    directive_id, _ = draft(api, items=items)
    assign(api, directive_id, "1", [{"unit_code": "xa-a", "role": "lead"}])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    said = api.ok("POST", f"/v1/directives/{directive_id}/issue?dry_run=true", json=body)
    done = api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    assert [said[name] for name in ("obligations", "dated", "told")] == [
        done[name] for name in ("obligations", "dated", "told")
    ]
    assert (done["obligations"], done["dated"]) == (1, 0 if deadline["kind"] == "event" else 1)
    return directive_id, obligation_of(api, "xa-a")["id"]


def test_a_deemed_day_is_shown_as_deemed_until_the_unit_opens_the_letter(
    api: Api, clock: SettableClock
) -> None:
    _, duty = counted(api, RECEIPT)
    shown = api.ok("GET", f"/v1/obligations/{duty}/deadline")
    # issued on Monday the 15th, deemed received on the 17th; the 18th is Giỗ Tổ
    assert (shown["due_on"], shown["counting"]["start_on"]) == ("2024-04-25", "2024-04-17")
    assert (shown["counting"]["is_deemed"], shown["receipts"]) == (True, [])
    assert (shown["counting"]["calendar"], shown["counting"]["calendar_version"]) == ("VN", 1)
    clock.set("2024-04-19")
    api.refused("not-allowed", 403, "POST", f"/v1/obligations/{duty}/open")
    shown = api.speak_for("officer_a").ok("POST", f"/v1/obligations/{duty}/open")
    assert (shown["due_on"], shown["counting"]["is_deemed"]) == ("2024-04-26", False)
    assert [(r["source"], r["received_on"]) for r in shown["receipts"]] == [("opened", "2024-04-19")]
    lines = api.ok("GET", f"/v1/obligations/{duty}")["timeline"]
    assert "Nhận văn bản ngày 19/04/2024 (đơn vị đã mở xem)" in [line["text"] for line in lines]
    api.ok("POST", f"/v1/obligations/{duty}/open")
    assert len(api.ok("GET", f"/v1/obligations/{duty}/deadline")["receipts"]) == 1, "the first sign counts"


def test_a_receipt_is_entered_by_the_keepers_clerk_and_corrected_with_a_reason(
    api: Api, clock: SettableClock
) -> None:
    _, duty = counted(api, RECEIPT)
    clock.set("2024-04-19")
    path = f"/v1/obligations/{duty}/receipts"
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", path, json={"received_on": "2024-04-16"})
    api.speak_for("clerk").ok("POST", path, json={"received_on": "2024-04-16", "source": "exchange"})
    api.refused("invalid-value", 422, "POST", path, json={"received_on": "2024-04-17"})
    body = {"received_on": "2024-04-17", "reason": "nhầm"}
    api.ok("POST", path + "?dry_run=true", json=body)
    assert obligation_of(api, "xa-a")["due_on"] == "2024-04-24"
    clock.advance(minutes=1)
    api.ok("POST", path, json=body)
    shown = api.ok("GET", f"/v1/obligations/{duty}/deadline")
    assert shown["due_on"] == "2024-04-25"
    assert [r["received_on"] for r in shown["receipts"]] == ["2024-04-17", "2024-04-16"]
    api.refused("stale-version", 412, "POST", path, json=body, headers={"If-Match": '"v1"'})
    api.refused("invalid-request", 422, "POST", path, json={"received_on": "2024-04-17", "source": "opened"})


def test_an_event_gives_the_waiting_duties_their_day(api: Api) -> None:
    directive_id, duty = counted(api, EVENT)
    assert obligation_of(api, "xa-a")["due_on"] is None
    path = f"/v1/directives/{directive_id}/occurrences"
    body: dict[str, Any] = {"name": "hướng dẫn của tỉnh", "happened_on": "2024-04-15", "items": ["1"]}
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", path, json=body)
    api.speak_for("clerk")
    api.refused("invalid-value", 422, "POST", path, json=body)
    body |= {"days": 3, "pace": "working_days", "document": {"number": "5", "symbol": "HD-UBND"}}
    assert api.ok("POST", path + "?dry_run=true", json=body)["obligations"] == 1
    assert obligation_of(api, "xa-a")["due_on"] is None
    said = api.ok("POST", path, json=body)
    assert (said["obligations"], said["told"], said["items"]) == (1, 1, ["1"])
    shown = api.ok("GET", f"/v1/obligations/{duty}/deadline")
    assert (shown["due_on"], shown["occurrences"][0]["name"]) == ("2024-04-19", "hướng dẫn của tỉnh")
    api.refused("already-exists", 409, "POST", path, json=body)
    api.refused("not-found", 404, "POST", path, json=body | {"items": ["9"]})
    api.refused("invalid-value", 422, "POST", path, json=body | {"happened_on": "2024-05-15"})


def test_a_later_directive_moves_the_deadline_and_is_named(api: Api) -> None:
    directive_id = issue(api)
    basis = issue(api, number="200", subject="Điều chỉnh thời hạn")
    duty = next(
        one["id"]
        for one in api.ok("GET", "/v1/obligations", params={"directive_id": directive_id, "unit": "xa-b"})[
            "items"
        ]
    )
    path = f"/v1/directives/{directive_id}/deadline-changes"
    body: dict[str, Any] = {
        "items": ["1"],
        "due_on": "2024-06-14",
        "basis": {"directive_id": basis},
        "reason": "chờ số liệu",
    }
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", path, json=body)
    api.speak_for("clerk")
    before = api.ok("GET", f"/v1/obligations/{duty}")
    rehearsed = api.ok("POST", path + "?dry_run=true", json=body)
    assert (rehearsed["obligations"], rehearsed["told"], rehearsed["undated_before"]) == (3, 3, 0)
    assert api.ok("GET", f"/v1/obligations/{duty}") == before
    assert api.ok("POST", path, json=body)["basis"] == "Công văn 200/UBND-VP"
    after = api.ok("GET", f"/v1/obligations/{duty}")
    assert (after["due_on"], after["original_due_on"]) == ("2024-06-14", "2024-05-15")
    assert after["version"] == before["version"] + 1
    assert after["timeline"][-1]["text"] == "Đổi hạn thành 14/06/2024 theo Công văn 200/UBND-VP chờ số liệu"
    shown = api.ok("GET", f"/v1/obligations/{duty}/deadline")
    assert [(c["due_on"], c["basis_directive_id"]) for c in shown["changes"]] == [("2024-06-14", basis)]


def test_a_change_of_deadline_names_one_basis_and_a_day_after_the_issue(api: Api) -> None:
    directive_id = issue(api)
    path = f"/v1/directives/{directive_id}/deadline-changes"
    body: dict[str, Any] = {"items": ["1"], "due_on": "2024-06-14", "basis": {"document": "Công văn 7"}}
    for wrong in ({}, {"directive_id": directive_id, "document": "Công văn 7"}):
        api.refused("invalid-value", 422, "POST", path, json=body | {"basis": wrong})
    for unknown in (directive_id, draft(api, number="300")[0]):
        api.refused("unknown-reference", 422, "POST", path, json=body | {"basis": {"directive_id": unknown}})
    api.refused("due-before-assigned", 409, "POST", path, json=body | {"due_on": "2024-04-01"})
    api.refused("invalid-request", 422, "POST", path, json=body | {"items": []})
    api.refused("not-found", 404, "POST", path, json=body | {"items": ["7"]})
    unissued, _ = draft(api, number="301")
    api.refused("invalid-value", 422, "POST", f"/v1/directives/{unissued}/deadline-changes", json=body)


def test_a_commune_with_a_day_of_its_own_is_left_out_of_a_change(api: Api) -> None:
    directive_id, _ = draft(api)
    orders = [
        {"unit_code": "xa-a", "role": "lead"},
        {"unit_code": "xa-b", "role": "lead", "due_on": "2024-05-02"},
    ]
    assign(api, directive_id, "1", orders)
    assign(api, directive_id, "2", [{"unit_code": "xa-c", "role": "lead"}])
    api.ok(
        "POST",
        f"/v1/directives/{directive_id}/issue",
        json={"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
    )
    body = {"items": ["1"], "due_on": "2024-06-14", "basis": {"document": "Công văn 7"}}
    assert api.ok("POST", f"/v1/directives/{directive_id}/deadline-changes", json=body)["obligations"] == 1
    assert obligation_of(api, "xa-b")["due_on"] == "2024-05-02"


def test_a_changed_year_is_a_new_version_with_its_basis_and_says_what_it_moved(
    api: Api, clock: SettableClock
) -> None:
    _, duty = counted(api, RECEIPT)
    holiday = {"day": "2024-04-24", "is_working": False, "note": "nghỉ", "basis": "Công văn 1/UBND"}
    body = {"days": [holiday], "source": "Cổng thông tin huyện", "legal_basis": "Công văn 1/UBND"}
    path = "/v1/calendars/2024"
    api.speak_for("clerk").refused("not-allowed", 403, "PUT", path, json=body, headers=ANY)
    api.speak_for("keeper_admin")
    api.refused("precondition-required", 428, "PUT", path, json=body)
    api.refused("not-allowed", 403, "PUT", path, json=body, headers=ANY, params={"scope": "national"})
    rehearsed = api.ok("PUT", path + "?dry_run=true", json=body, headers=ANY)
    assert api.ok("GET", path)["calendar"] == "VN"
    done = api.ok("PUT", path, json=body, headers={"If-Match": api.get(path).headers["etag"]})
    assert done == rehearsed
    assert (done["calendar"], done["version"], done["due_days"], done["told"]) == ("VN/chinh", 1, 1, 1)
    shown = api.ok("GET", path)
    named = {day["day"]: day for day in shown["days"]}
    assert named["2024-04-24"]["basis"] == "Công văn 1/UBND"
    assert named["2024-04-18"]["basis"], "what the nation says still counts"
    assert [version["version"] for version in shown["versions"]] == [1]
    moved = api.ok("GET", f"/v1/obligations/{duty}/deadline")
    assert (moved["due_on"], moved["counting"]["calendar_version"]) == ("2024-04-26", 1)
    line = api.ok("GET", f"/v1/obligations/{duty}")["timeline"][-1]["text"]
    assert line == "Tính lại hạn theo lịch VN/chinh phiên bản 1 (trước là 1): Công văn 1/UBND"
    wrong = body | {"days": [holiday | {"day": "2025-04-24"}]}
    api.refused("invalid-value", 422, "PUT", path, json=wrong, headers=ANY)
    api.refused("invalid-request", 422, "PUT", path, json=body | {"days": [holiday, holiday]}, headers=ANY)
    api.ok("PUT", path, json=body | {"days": []}, headers={"If-Match": '"v1"'})
    api.refused("stale-version", 412, "PUT", path, json=body, headers={"If-Match": '"v1"'})
    assert api.ok("GET", f"/v1/obligations/{duty}/deadline")["due_on"] == "2024-04-25"


def test_the_years_that_are_seeded_say_what_is_settled(api: Api) -> None:
    days = {}
    for year in (2024, 2025, 2026, 2027):
        shown = api.ok("GET", f"/v1/calendars/{year}", params={"scope": "national"})
        days |= {day["day"]: day for day in shown["days"]}
    assert (days["2026-01-02"]["is_working"], days["2026-01-10"]["is_working"]) == (False, True)
    assert "12729/VPCP-KGVX" in days["2026-01-10"]["basis"]
    tet = [days[f"2026-02-{day}"]["is_working"] for day in range(16, 21)]
    assert tet == [False] * 5
    assert (days["2026-11-24"]["is_confirmed"], days["2026-01-02"]["is_confirmed"]) == (False, True)
    assert days["2027-02-05"]["is_confirmed"] is False
    assert days["2026-03-03"]["is_confirmed"] is None


def test_the_registers_rules_hold_for_what_is_issued_afterwards(api: Api) -> None:
    _, before = counted(api, RECEIPT)
    api.speak_for("keeper_admin")
    present = api.get("/v1/deadline-rules")
    assert present.json()["receipt_deemed_days"] == 2
    body = {"receipt_deemed_days": 0, "off_days": "always"}
    changed = api.ok("PUT", "/v1/deadline-rules", json=body, headers={"If-Match": present.headers["etag"]})
    assert (changed["receipt_deemed_days"], changed["off_days"]) == (0, "always")
    api.refused(
        "stale-version",
        412,
        "PUT",
        "/v1/deadline-rules",
        json=body,
        headers={"If-Match": present.headers["etag"]},
    )
    assert api.ok("GET", f"/v1/obligations/{before}/deadline")["due_on"] == "2024-04-25"
    saturday = {"kind": "date", "iso": "2024-04-20", "bound": "by", "text": "20/4"}
    directive_id, _ = draft(api, number="9", items=[{"label": "1", "text": "Báo cáo", "deadline": saturday}])
    assign(api, directive_id, "1", [{"unit_code": "xa-b", "role": "lead"}])
    api.ok(
        "POST",
        f"/v1/directives/{directive_id}/issue",
        json={"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
    )
    assert obligation_of(api, "xa-b")["due_on"] == "2024-04-22"


def test_a_deadline_that_nobody_could_count_keeps_a_draft_from_being_issued_and_is_named(api: Api) -> None:
    deadline = {"kind": "relative_days", "days": 99999, "from": "issue", "text": "trong 99999 ngày"}
    items = [{"label": "1", "text": "Các xã báo cáo", "deadline": deadline}]
    directive_id, _ = draft(api, items=items)
    assign(api, directive_id, "1", [{"unit_code": "xa-a", "role": "lead"}])
    found = api.ok("GET", f"/v1/directives/{directive_id}/readiness")
    assert not found["ready"]
    assert [(each["code"], each["item"]) for each in found["blockers"]] == [("deadline-unreadable", "1")]
    order = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.refused("invalid-value", 422, "POST", f"/v1/directives/{directive_id}/issue", json=order)
