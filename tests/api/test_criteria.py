"""Criteria over HTTP: what is refused, and that every cell of the matrix can be opened."""

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from service.cli.criteria import criteria as give_to_all
from service.database import Database
from service.domain.tables import Criterion, CriterionSet, table
from service.settings import Settings
from tests.api.test_strangers import CRITERIA
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock
from tests.plays import Plays, Stage

SET = "/v1/criterion-sets/ntm-318"
GOALS: dict[str, Any] = {
    "set_code": "ntm-318",
    "year": 2024,
    "goals": [{"criterion": "1"}, {"criterion": "10", "target": {"amount": 1}}],
}
ANY = {"If-Match": "*"}


@pytest.fixture
def served(api: Api, plays: Plays, stage: Stage) -> dict[str, str]:
    """Return the duties of the communes that serve criteria 1 and 10, by unit."""
    duties = plays.after(serve, api, on=stage)
    api.speak_for("clerk")
    return duties


def serve(api: Api) -> dict[str, str]:
    """Issue a letter whose duties serve criteria 1 and 10; return them by unit, and the letter."""
    letter = issue(api)
    made = api.speak_for("clerk").ok("POST", f"/v1/directives/{letter}/items/1/goals", json=GOALS)
    assert made == {"goals": 6}
    return {code: obligation_of(api, code)["id"] for code in ("xa-a", "xa-b", "xa-c")} | {"letter": letter}


def goals_of(api: Api, duty: str) -> dict[str, Any]:
    held = api.ok("GET", f"/v1/obligations/{duty}/goals")["items"]
    return {each["criterion"]: each for each in held if each["ended_at"] is None}


def tell(api: Api, duty: str, criterion: str, value: float, **more: Any) -> dict[str, Any]:
    """A unit tells a value with its progress; return the value as it was kept."""
    goal_id = goals_of(api, duty)[criterion]["id"]
    body = {"text": "Số liệu", "measures": [{"goal_id": goal_id, "value": value, **more}]}
    (kept,) = api.ok("POST", f"/v1/obligations/{duty}/progress-updates", json=body)["measures"]
    return dict(kept)


def test_every_cell_opens_its_duties_and_its_values(api: Api, served: dict[str, str]) -> None:
    api.speak_for("officer_a")
    evidence = {"source": "Biểu 01", "document": {"number": "5", "symbol": "BC-UBND"}}
    tell(api, served["xa-a"], "1", 1, **evidence)
    tell(api, served["xa-a"], "10", 0)
    api.speak_for("clerk")
    found = api.ok("GET", f"{SET}/matrix", params={"year": 2024})
    assert [row["unit"]["code"] for row in found["items"]] == ["xa-a", "xa-b", "xa-c"]
    first = found["items"][0]
    assert (first["met"], first["not_met"], first["no_data"]) == (1, 1, 17)
    assert (found["met"], found["not_met"], found["no_data"]) == (1, 1, 55)
    assert sum(each["met"] for each in found["criteria"]) == found["met"]
    assert (found["units_meeting_all"], found["average_met"]) == (0, 0.3)
    opened = api.ok("GET", f"{SET}/cells/{first['unit']['id']}/1", params={"year": 2024})
    assert (opened["fulfilment"], opened["name"]) == ("met", "Quy hoạch")
    assert [each["obligation_id"] for each in opened["goals"]] == [served["xa-a"]]
    (value,) = opened["measures"]
    assert (value["value"], value["source"], value["document"]["number"]) == (1, "Biểu 01", "5")
    assert opened["values"][0]["measure_id"] == value["id"]


def test_the_file_says_what_the_matrix_says(api: Api, served: dict[str, str]) -> None:
    tell(api, served["xa-a"], "1", 1)
    asked = {"year": 2024, "set_code": "ntm-318", "group": "cac-xa"}
    answer = api.get("/v1/reports/criteria.csv", params=asked)
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[3][:3] == ["TT", "Đơn vị", "1. Quy hoạch"]
    assert lines[4][1:4] == ["UBND xã An Bình", "Đạt", "Chưa có số liệu"]
    assert lines[-1][1:4] == ["Số đơn vị đạt (trên 3)", "1", "0"]
    assert api.get("/v1/reports/criteria.xlsx", params=asked).content[:2] == b"PK"


def test_money_stands_beside_the_matrix_and_a_duty_is_counted_once_a_unit(
    api: Api, served: dict[str, str], clock: SettableClock
) -> None:
    def give(unit: str, **amounts: int) -> None:
        money = [{"source": source, "amount": amount} for source, amount in amounts.items()]
        path = f"/v1/obligations/{served[unit]}/progress-updates"
        api.ok("POST", path, json={"text": "x", "funding": money})

    give("xa-a", central_budget=100, social=7)
    clock.set("2024-04-20")
    give("xa-a", central_budget=250)
    give("xa-b", social=3)
    found = api.ok("GET", f"{SET}/matrix", params={"year": 2024})
    rows = {row["unit"]["code"]: row["funding"] for row in found["items"]}
    central, social = {"source": "central_budget", "amount": 250}, {"source": "social", "amount": 10}
    assert rows["xa-a"] == [central, {"source": "social", "amount": 7}]
    assert rows["xa-c"] == []
    by_criterion = {each["code"]: each["funding"] for each in found["criteria"] if each["funding"]}
    assert by_criterion == {"1": [central, social], "10": [central, social]}
    assert found["funding"] == [central, social]
    mine = api.speak_for("officer_b").ok("GET", f"{SET}/matrix", params={"year": 2024})
    assert mine["funding"] == [{"source": "social", "amount": 3}]


def test_a_value_told_with_progress_stands_in_the_list_of_progress(api: Api, served: dict[str, str]) -> None:
    kept = tell(api, served["xa-a"], "1", 1, measured_on="2024-04-01")
    (row,) = api.ok("GET", "/v1/progress-updates", params={"unit": "xa-a"})["items"]
    assert row["measures"] == [kept]


def test_a_correction_is_told_once_and_the_office_hears_of_it(api: Api, served: dict[str, str]) -> None:
    kept = tell(api.speak_for("officer_a"), served["xa-a"], "1", 0)
    body = {"value": 1, "reason": "Gõ nhầm"}
    right = api.ok("POST", f"/v1/measures/{kept['id']}/correct", json=body)
    assert (right["value"], right["corrects_id"], right["corrected_by"]) == (1, kept["id"], None)
    refused = api.refused("already-exists", 409, "POST", f"/v1/measures/{kept['id']}/correct", json=body)
    assert refused["key"] == right["id"]
    api.speak_for("officer_b").refused(
        "not-found", 404, "POST", f"/v1/measures/{right['id']}/correct", json=body
    )
    api.speak_for("reader_a").refused(
        "not-allowed", 403, "POST", f"/v1/measures/{right['id']}/correct", json=body
    )
    timeline = api.ok("GET", f"/v1/obligations/{served['xa-a']}")["timeline"]
    assert any("từ 0 thành 1: Gõ nhầm" in line["text"] for line in timeline)


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"goal_id": "01890000-0000-7000-8000-000000000000"}, "unknown-reference"),
        ({"criterion": "2"}, "unknown-reference"),
        ({"measured_on": "2023-12-31"}, "invalid-value"),
        ({"measured_on": "2099-01-01"}, "invalid-value"),
        ({"value": 1.2345}, "invalid-request"),
        ({"value": 1e12}, "invalid-request"),
        ({"value": True}, "invalid-request"),
        ({"value": "1"}, "invalid-request"),
    ],
)
def test_a_value_that_means_nothing_is_refused(
    api: Api, served: dict[str, str], wrong: dict[str, Any], slug: str
) -> None:
    goal_id = goals_of(api, served["xa-a"])["1"]["id"]
    body = {"text": "x", "measures": [{"goal_id": goal_id, "value": 1} | wrong]}
    path = f"/v1/obligations/{served['xa-a']}/progress-updates"
    api.speak_for("officer_a").refused(slug, 422, "POST", path, json=body)
    assert api.ok("GET", "/v1/progress-updates", params={"unit": "xa-a"})["items"] == []


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"set_code": "khong-co"}, "unknown-reference"),
        ({"goals": [{"criterion": "20"}]}, "unknown-reference"),
        ({"year": 2026}, "invalid-value"),
        ({"goals": [{"criterion": "1"}, {"criterion": "1"}]}, "invalid-request"),
    ],
)
def test_a_goal_that_no_set_knows_is_refused(
    api: Api, served: dict[str, str], wrong: dict[str, Any], slug: str
) -> None:
    for path in (
        f"/v1/obligations/{served['xa-a']}/goals",
        f"/v1/directives/{served['letter']}/items/1/goals",
    ):
        api.refused(slug, 422, "POST", path, json=GOALS | wrong)
    unknown = GOALS | {"unit_code": "xa-z"}
    path = f"/v1/obligations/{served['xa-a']}/goals"
    api.refused("unknown-reference", 422, "POST", path, json=unknown)
    api.speak_for("officer_a").refused("not-allowed", 403, "POST", path, json=GOALS)


def test_a_duty_that_is_over_serves_nothing_new(api: Api, served: dict[str, str]) -> None:
    path = f"/v1/obligations/{served['xa-a']}"
    api.speak_for("leader").ok("POST", f"{path}/withdraw", json={"reason": "Thôi"})
    api.refused("not-under-way", 409, "POST", f"{path}/goals", json=GOALS)


def test_a_goal_ends_once(api: Api, served: dict[str, str]) -> None:
    goal_id = goals_of(api, served["xa-a"])["1"]["id"]
    api.ok("POST", f"/v1/goals/{goal_id}/end", json={"reason": "Nhầm"})
    api.refused("request-ended", 409, "POST", f"/v1/goals/{goal_id}/end", json={"reason": "Nhầm"})
    assert set(goals_of(api, served["xa-a"])) == {"10"}


def test_a_rehearsal_counts_and_changes_nothing(api: Api, served: dict[str, str]) -> None:
    more = GOALS | {"goals": [{"criterion": "2"}]}
    path = f"/v1/directives/{served['letter']}/items/1/goals"
    assert api.ok("POST", path, params={"dry_run": True}, json=more) == {"goals": 3}
    assert set(goals_of(api, served["xa-a"])) == {"1", "10"}


def test_an_authority_makes_its_own_set_and_keeps_every_version(api: Api, clock: SettableClock) -> None:
    path, zone = "/v1/criterion-sets/huyen", {"zone": "Xã nhóm 3", "amount": 50}
    api.refused("precondition-required", 428, "PUT", path, json=CRITERIA)
    made = api.ok("PUT", path, json=CRITERIA, headers=ANY)
    assert (made["version"], made["criteria"][0]["code"]) == (1, "1")
    then = clock.now().isoformat()
    clock.set("2024-05-20")
    criterion = {"code": "1", "name": "Quy hoạch", "measure": "%", "thresholds": [zone, {"amount": 80.5}]}
    again = CRITERIA | {"criteria": [criterion]}
    api.refused("stale-version", 412, "PUT", path, json=again, headers={"If-Match": '"v2"'})
    changed = api.put(path, json=again, headers={"If-Match": '"v1"'})
    assert (changed.json()["version"], changed.headers["etag"]) == (2, '"v2"')
    assert changed.json()["criteria"][0]["thresholds"] == [
        {"zone": "xã nhóm 3", "bound": "at_least", "amount": 50},
        {"zone": "", "bound": "at_least", "amount": 80.5},
    ]
    assert api.ok("GET", path, params={"as_of": then})["criteria"] == made["criteria"]
    api.refused("not-found", 404, "GET", "/v1/criterion-sets/khong-co")
    api.speak_for("officer_a").refused("not-allowed", 403, "PUT", path, json=again, headers=ANY)
    listed = api.ok("GET", "/v1/criterion-sets")["items"]
    assert [(each["code"], each["version"]) for each in listed] == [
        ("ntm-318", 1), ("huyen", 2), ("ntm-51-2025", 1),
    ]  # fmt: skip


ONE = {"code": "1", "name": "x"}


@pytest.mark.parametrize(
    "criteria",
    [
        [ONE, ONE],
        [ONE | {"indicators": [ONE]}],
        [ONE | {"thresholds": [{"amount": 1}, {"amount": 2}]}],
        [ONE | {"thresholds": [{"amount": 1}], "indicators": [{"code": "1.1", "name": "x"}]}],
    ],
)
def test_a_set_that_cannot_be_judged_by_is_refused(api: Api, criteria: list[dict[str, Any]]) -> None:
    body = CRITERIA | {"criteria": criteria}
    api.refused("invalid-value", 422, "PUT", "/v1/criterion-sets/huyen", json=body, headers=ANY)
    back = CRITERIA | {"first_year": 2025, "last_year": 2024}
    api.refused("invalid-value", 422, "PUT", "/v1/criterion-sets/huyen", json=back, headers=ANY)


def test_a_register_of_before_gets_the_national_sets(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.write() as session:
        for kind in ("threshold", "criterion", "criterion_set"):
            session.connection().exec_driver_sql(f"DELETE FROM {kind}")
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DONDOC_DATABASE_URL", url)
    assert Settings().database_url.get_secret_value() == url
    give_to_all()
    give_to_all()
    assert capsys.readouterr().out.splitlines() == [
        "chinh: ntm-318, ntm-51-2025",
        "chinh: nothing was missing",
    ]
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(table(CriterionSet))).scalar() == 2
        assert connection.execute(sa.select(sa.func.count()).select_from(table(Criterion))).scalar() == 29
