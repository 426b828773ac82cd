"""Duties that come again, over HTTP: what is listed, changed, rehearsed and refused."""

from typing import Any

from tests.api.world import Api, assign, draft, issue, issue_recurring

BASIS = {
    "basis": {"number": "55", "symbol": "QĐ-UBND", "issued_on": "2024-04-15"},
    "effective_on": "2024-04-15",
    "reason": "theo chế độ báo cáo mới",
}
MONTHLY = {"freq": "monthly", "by_month_day": 20}


def series_of(api: Api, directive_id: str) -> list[dict[str, Any]]:
    return list(api.ok("GET", "/v1/series", params={"directive_id": directive_id})["items"])


def periods_of(api: Api, unit: str) -> dict[str, str]:
    """Return period → due day of the open duties of a unit, as the clerk sees them."""
    api.speak_for("clerk")
    found = api.ok("GET", "/v1/obligations", params={"unit": unit})["items"]
    stands = [(each["period"], each["due_on"]) for each in found if each["state"] != "withdrawn"]
    return dict(sorted(stands))


def test_a_series_shows_its_rule_its_units_and_how_every_period_stands(api: Api) -> None:
    (line,) = series_of(api, issue_recurring(api, MONTHLY, units=["xa-a", "xa-b"]))
    assert (line["item"], line["rule"], line["next_on"]) == ("1", MONTHLY, "2024-06-01")
    shown = api.ok("GET", f"/v1/series/{line['id']}")
    assert [unit["code"] for unit in shown["units"]] == ["xa-a", "xa-b"]
    assert [(one["period"], one["due_on"], one["duties"]) for one in shown["periods"]] == [
        ("2024-05", "2024-05-20", 2),
        ("2024-04", "2024-04-20", 2),
    ]
    assert {one["overdue"] for one in shown["periods"]} == {0}


def test_who_asks_for_the_reports_of_may_gets_those_of_may(api: Api) -> None:
    issue_recurring(api, MONTHLY, units=["xa-a", "xa-b"])
    asked = {"period": "2024-05", "total": True, "sort": "due_on"}
    found = api.ok("GET", "/v1/obligations", params=asked)
    assert (found["total"], {each["period"] for each in found["items"]}) == (2, {"2024-05"})
    mine = api.speak_for("officer_a").ok("GET", "/v1/obligations", params=asked | {"relation": "lead"})
    assert [each["unit"]["code"] for each in mine["items"]] == ["xa-a"]
    assert api.ok("GET", "/v1/obligations", params={"period": "2024-Q2"})["items"] == []


def test_a_unit_sees_of_a_series_only_itself(api: Api) -> None:
    (line,) = series_of(api, issue_recurring(api, MONTHLY, units=["xa-a", "xa-b"]))
    api.speak_for("officer_a")
    shown = api.ok("GET", f"/v1/series/{line['id']}")
    assert [unit["code"] for unit in shown["units"]] == ["xa-a"]
    assert {one["duties"] for one in shown["periods"]} == {1}
    assert [one["id"] for one in api.ok("GET", "/v1/series")["items"]] == [line["id"]]
    body = BASIS | {"from_period": "2024-05"}
    api.refused("not-allowed", 403, "POST", f"/v1/series/{line['id']}/stop", json=body)


def test_two_rules_of_an_item_are_two_series_and_pages_give_each_once(api: Api) -> None:
    half = {"freq": "half_yearly", "by_month": 6, "by_month_day": 10}
    year = {"freq": "yearly", "by_month": 12, "by_month_day": 10}
    directive_id = issue_recurring(api, half, year)
    asked = {"directive_id": directive_id, "limit": 1}
    first = api.ok("GET", "/v1/series", params=asked)
    second = api.ok("GET", "/v1/series", params=asked | {"after": first["next"]})
    assert second["next"] is None
    rules = [page["items"][0]["rule"] for page in (first, second)]
    assert sorted(rule["freq"] for rule in rules) == ["half_yearly", "yearly"]
    (item,) = api.ok("GET", f"/v1/directives/{directive_id}")["items"]
    assert [item["deadline"]["rule"], *(one["rule"] for one in item["more_deadlines"])] == [half, year]


def test_a_stop_that_is_rehearsed_says_what_it_would_take_and_takes_nothing(api: Api) -> None:
    (line,) = series_of(api, issue_recurring(api))
    path, body = f"/v1/series/{line['id']}/stop", BASIS | {"from_period": "2024-05"}
    shown = api.ok("POST", f"{path}?dry_run=true", json=body)
    assert (shown["withdrawn"], shown["series"]["until_on"]) == (1, "2024-04-30")
    assert list(periods_of(api, "xa-a")) == ["2024-04", "2024-05"]
    assert api.ok("POST", path, json=body)["withdrawn"] == 1
    assert list(periods_of(api, "xa-a")) == ["2024-04"]
    problem = api.refused("series-ended", 409, "POST", path, json=body)
    assert problem["until_on"] == "2024-04-30"


def test_a_change_answers_with_the_series_that_goes_on(api: Api) -> None:
    directive_id = issue_recurring(api)
    (line,) = series_of(api, directive_id)
    path = f"/v1/series/{line['id']}/change"
    body = BASIS | {
        "from_period": "2024-05",
        "rule": {"freq": "monthly", "by_month_day": 15},
        "text": "trước ngày 15 hằng tháng",
        "assignments": [{"unit_code": "xa-a", "role": "lead"}, {"unit_code": "xa-b", "role": "lead"}],
    }
    api.refused("stale-version", 412, "POST", path, json=body, headers={"If-Match": '"7"'})
    done = api.ok("POST", path, json=body)
    assert (done["obligations"], done["moved"], done["withdrawn"]) == (1, 1, 0)
    assert (done["series"]["predecessor_id"], done["series"]["from_on"]) == (line["id"], "2024-05-01")
    assert periods_of(api, "xa-a") == {"2024-04": "2024-04-20", "2024-05": "2024-05-15"}
    assert periods_of(api, "xa-b") == {"2024-05": "2024-05-15"}
    change = api.ok("GET", f"/v1/directives/{directive_id}")["changes"][-1]
    assert (change["kind"], change["details"][0]["from_period"]) == ("series", "2024-05")


def test_what_makes_no_sense_is_refused_and_says_where(api: Api) -> None:
    (line,) = series_of(api, issue_recurring(api))
    path = f"/v1/series/{line['id']}/change"

    def refused(slug: str, status: int, **changes: Any) -> dict[str, Any]:
        body = BASIS | {"from_period": "2024-05"} | changes
        return api.refused(slug, status, "POST", path, json=body)

    assert refused("invalid-value", 422, from_period="2031")["field"] == "from_period"
    assert refused("invalid-value", 422, rule={"freq": "hourly"})["field"] == "rule.freq"
    assert refused("invalid-value", 422, rule={"freq": "monthly", "by_month_day": 40})["field"] == (
        "rule.by_month_day"
    )
    refused("items-without-lead", 409, assignments=[])
    refused("invalid-value", 422, assignments=[{"unit_code": "xa-b", "role": "coordinate"}])
    refused("unknown-reference", 422, assignments=[{"unit_code": "xa-z", "role": "lead"}])
    refused("invalid-request", 422, assignments=[{"role": "lead"}])
    refused("invalid-request", 422, from_period="")
    refused("invalid-value", 422, effective_on="2024-05-01")
    assert list(periods_of(api, "xa-a")) == ["2024-04", "2024-05"]


def test_an_undated_duty_of_an_issued_letter_comes_again_from_now_on(api: Api) -> None:
    directive_id = issue(api)
    api.speak_for("clerk")
    rule = {"rule": MONTHLY, "text": "trước ngày 20 hằng tháng"}
    body = BASIS | {"directive_id": directive_id, "item": "2", "deadlines": [rule]}
    (begun,) = api.ok("POST", "/v1/series", json=body)["items"]
    assert (begun["obligations"], begun["withdrawn"]) == (2, 1)
    assert begun["series"]["text"] == "trước ngày 20 hằng tháng"
    assert periods_of(api, "xa-a") == {"": "2024-05-15", "2024-04": "2024-04-20", "2024-05": "2024-05-20"}
    draft_id, _ = draft(api, number="901")
    wrong = body | {"directive_id": draft_id}
    api.refused("directive-not-in-force", 409, "POST", "/v1/series", json=wrong)
    api.refused("not-found", 404, "POST", "/v1/series", json=body | {"item": "9"})
    api.refused("invalid-request", 422, "POST", "/v1/series", json=body | {"deadlines": []})


def test_the_clerk_settles_in_the_draft_what_the_text_leaves_open(api: Api) -> None:
    open_text = {"kind": "recurring", "rule": {"freq": "unspecified"}, "text": "định kỳ"}
    item = {"label": "1", "text": "Định kỳ báo cáo", "deadline": open_text}
    directive_id, _ = draft(api, items=[item])
    path = f"/v1/directives/{directive_id}"
    warned = {one["code"]: one["detail"] for one in api.ok("GET", f"{path}/readiness")["warnings"]}
    assert warned["recurrence-unsettled"] == "định kỳ"

    def settle(rule: dict[str, Any]) -> dict[str, Any]:
        return {"json": {"deadline": open_text | {"rule": rule}}, "headers": {"If-Match": "*"}}

    problem = api.refused("invalid-value", 422, "PATCH", f"{path}/items/1", **settle({"freq": "x"}))
    assert problem["field"] == "rule.freq"
    api.ok("PATCH", f"{path}/items/1", **settle({"freq": "half_yearly", "by_month": 6, "by_month_day": 10}))
    warned = {one["code"]: one["detail"] for one in api.ok("GET", f"{path}/readiness")["warnings"]}
    assert warned["recurrence-skips"] == "2024-H2, 2025-H2"
    more = {"json": {"more_deadlines": [open_text | {"rule": MONTHLY}]}, "headers": {"If-Match": "*"}}
    assert api.ok("PATCH", f"{path}/items/1", **more)["more_deadlines"][0]["rule"] == MONTHLY
    assign(api, directive_id, "1", [{"unit_code": "xa-a", "role": "lead"}])
    order = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    shown = api.ok("POST", f"{path}/issue?dry_run=true", json=order)
    assert (shown["obligations"], shown["dated"]) == (3, 3)
    api.ok("POST", f"{path}/issue", json=order)
    assert list(periods_of(api, "xa-a")) == ["2024-04", "2024-05", "2024-H1"]


def test_the_office_says_how_many_periods_are_given_ahead(api: Api) -> None:
    api.speak_for("keeper_admin")
    rules = {"receipt_deemed_days": 2, "off_days": "relative"}
    headers = {"If-Match": "*"}
    set_to = api.ok("PUT", "/v1/deadline-rules", json=rules | {"periods_ahead": 2}, headers=headers)
    assert set_to["periods_ahead"] == 2
    wrong = rules | {"periods_ahead": 13}
    api.refused("invalid-request", 422, "PUT", "/v1/deadline-rules", json=wrong, headers=headers)
    api.speak_for("clerk")
    issue_recurring(api)
    assert list(periods_of(api, "xa-a")) == ["2024-04", "2024-05", "2024-06"]


def test_the_day_of_a_period_is_explained_by_its_rule(api: Api) -> None:
    rule = {"freq": "weekly", "by_weekday": "FR", "by_time": "16:00"}
    issue_recurring(api, rule)
    found = api.ok("GET", "/v1/obligations", params={"unit": "xa-a"})["items"]
    duty = next(each for each in found if each["period"] == "2024-W16")
    shown = api.ok("GET", f"/v1/obligations/{duty['id']}/deadline")
    assert (shown["due_on"], shown["due_time"], shown["counting"]) == ("2024-04-19", "16:00", None)
    named = shown["period"]
    assert (named["rule"], named["start_on"], named["end_on"]) == (rule, "2024-04-15", "2024-04-21")
    assert (named["calendar"], named["calendar_version"]) == ("VN", 1)
