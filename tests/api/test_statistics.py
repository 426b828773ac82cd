"""Statistics over HTTP: who may ask, what is refused, and that files and published tables say the same."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from service.database import Database
from service.domain.tables import Unit, table
from service.reports.sheets import Sheet, as_csv, as_xlsx
from tests.api.world import Api, draft, issue, obligation_of
from tests.conftest import SettableClock
from tests.plays import Plays, Stage

CELLS = (
    "done_on_time", "done_late", "open_in_time", "open_overdue", "undated_done", "undated_open", "paused",
)  # fmt: skip
SCORING: dict[str, Any] = {
    "overdue_days": [10, 20],
    "silent_days": 30,
    "counted_min": 1,
    "commend_from": 95,
    "criticise_below": 60,
    "basis": "Quyết định số 12/QĐ-UBND",
    "parts": [
        {"kind": "timeliness", "points": 100, "cost_percent": 50},
        {"kind": "overdue", "points": 5, "beyond_days": 20},
    ],
}


@pytest.fixture
def month(api: Api, clock: SettableClock, plays: Plays, stage: Stage) -> Api:
    """Return a district at the end of a month: one unit done, one late, one silent, and an undated duty."""
    plays.after(live, api, clock, on=stage)
    return api.speak_for("clerk")


def live(api: Api, clock: SettableClock) -> None:
    """Let a month pass."""
    issue(api)
    hand_in(api, "xa-a")
    clock.set("2024-05-20")
    hand_in(api, "xa-b")
    clock.set("2024-05-31")


def hand_in(api: Api, unit: str) -> None:
    duty = obligation_of(api, unit)["id"]
    evidence = {"text": "Đã xong", "document": {"number": "7", "symbol": "BC"}}
    api.ok("POST", f"/v1/obligations/{duty}/submit", json=evidence)
    api.ok("POST", f"/v1/obligations/{duty}/accept", json={})


def counts(figures: dict[str, Any]) -> dict[str, int]:
    return {cell: figures[cell] for cell in CELLS if figures[cell]}


def test_every_number_can_be_opened(month: Api) -> None:
    found = month.ok("GET", "/v1/statistics")
    assert (found["cut_off"], found["by"], found["denominator"]) == ("2024-05-31", "unit", "all")
    assert counts(found["total"]) == {
        "done_on_time": 1, "done_late": 1, "open_overdue": 1, "undated_open": 1,
    }  # fmt: skip
    assert found["total"]["total"] == 4 == sum(line["figures"]["total"] for line in found["items"])
    for cell in CELLS:
        behind = month.ok("GET", "/v1/statistics/duties", params={"cell": cell})["items"]
        assert len(behind) == found["total"][cell]
        assert {each["cell"] for each in behind} <= {cell}
    late = month.ok("GET", "/v1/statistics/duties", params={"cell": "done_late"})["items"][0]
    assert (late["unit"]["code"], late["days_late"], late["timeliness"]) == ("xa-b", 5, "done_late")


def test_a_denominator_is_chosen_and_named(month: Api) -> None:
    found = month.ok("GET", "/v1/statistics", params={"denominator": "fell_due"})
    assert (found["denominator"], found["total"]["counted"]) == ("fell_due", 3)
    assert found["total"]["rates"] == {"done": 66.67, "on_time": 33.33, "overdue": 33.33}


def test_filters_and_ways_of_cutting(month: Api) -> None:
    def total(**params: Any) -> int:
        return int(month.ok("GET", "/v1/statistics", params=params)["total"]["total"])

    directive = obligation_of(month, "xa-a")["directive"]["id"]
    ways = ("issuer", "source", "field", "key_task", "directive", "item")
    assert [total(by=by) for by in ways] == [4] * len(ways)
    assert total(unit="xa-a") == 2
    assert total(unit="khong-co") == 0
    assert total(key_task="true") == 1
    assert total(issuer="cao-loc") == 4
    assert total(issuer="xa-a") == 0
    assert total(field="Y tế") == 0
    assert total(source="Tỉnh ủy") == 0
    assert total(directive_id=directive, unit="xa-b") == 1
    assert total(cut_off="2024-04-14") == 0, "nothing was given yet"
    key = month.ok("GET", "/v1/statistics", params={"by": "key_task"})["items"]
    assert {line["key"]: line["figures"]["total"] for line in key} == {"key": 1, "other": 3}
    (letter,) = month.ok("GET", "/v1/statistics", params={"by": "directive"})["items"]
    assert (letter["id"], letter["key"]) == (directive, "123/UBND-VP")
    items = month.ok("GET", "/v1/statistics", params={"by": "item"})["items"]
    assert sum(line["figures"]["total"] for line in items) == 4


def test_pages_of_a_cell_miss_nothing(month: Api) -> None:
    first = {"cell": "open_overdue", "cut_off": "2024-05-16", "as_of": "2024-05-18T00:00:00Z", "limit": 1}
    page = month.ok("GET", "/v1/statistics/duties", params=first)
    last = month.ok("GET", "/v1/statistics/duties", params=first | {"after": page["next"]})
    assert last["next"] is None
    assert {each["unit"]["code"] for each in page["items"] + last["items"]} == {"xa-b", "xa-c"}


def test_last_month_as_it_was_known(month: Api, clock: SettableClock) -> None:
    params = {"cut_off": "2024-05-16", "as_of": "2024-05-16T10:00:00+07:00"}
    found = month.ok("GET", "/v1/statistics", params=params)
    assert found["as_of"] == "2024-05-16T03:00:00Z"
    assert counts(found["total"]) == {"done_on_time": 1, "open_overdue": 2, "undated_open": 1}
    clock.set("2024-06-20")
    hand_in(month, "xa-c")
    assert month.ok("GET", "/v1/statistics", params=params) == found
    tomorrow = month.ok("GET", "/v1/statistics", params={"as_of": "2030-01-01T00:00:00Z"})
    assert tomorrow["as_of"] < "2025", "nobody knows the future"


def test_a_unit_sees_its_own_figures_only(month: Api) -> None:
    own = month.speak_for("officer_b").ok("GET", "/v1/statistics")
    assert [line["key"] for line in own["items"]] == ["xa-b"], "not those it coordinates"
    above = month.speak_for("head_of_district").ok("GET", "/v1/statistics")
    assert above["total"]["total"] == 4


def test_a_published_table_is_never_changed(month: Api, clock: SettableClock) -> None:
    body = {"cut_off": "2024-05-31"}
    made = month.ok("POST", "/v1/statistics/publications", json=body)
    path = f"/v1/statistics/publications/{made['id']}"
    assert made["published"]["total"]["total"] == 4
    month.refused("already-exists", 409, "POST", "/v1/statistics/publications", json=body)
    clock.set("2024-06-05")
    hand_in(month, "xa-c")
    issue(month, number="124")
    again = month.ok("GET", path)
    assert (again["published"], again["now"]) == (made["published"], None)
    compared = month.ok("GET", path, params={"compare": "true", "denominator": "fell_due"})
    assert compared["published"]["total"]["rates"]["done"] == 66.67
    assert compared["published"]["items"] != []
    assert compared["now"]["total"]["total"] == 8, "a letter backdated to April counts for May by now"
    month.ok("POST", "/v1/statistics/publications", json=body | {"by": "field"})
    listed = month.ok("GET", "/v1/statistics/publications", params={"limit": 1})
    assert [each["by"] for each in listed["items"]] == ["field"]
    older = month.ok("GET", "/v1/statistics/publications", params={"limit": 1, "after": listed["next"]})
    assert ([each["id"] for each in older["items"]], older["next"]) == ([made["id"]], None)


def test_a_ranking_shows_its_arithmetic(month: Api, database: Database) -> None:
    first = month.ok("GET", "/v1/scorecards")
    assert first["items"] == [], "fewer than five fell due"
    assert {card["unit"]["code"]: card["n"] for card in first["others"]} == dict.fromkeys(
        ("xa-a", "xa-b", "xa-c"), 1
    )
    month.speak_for("leader").ok("PUT", "/v1/scoring-policy", json=SCORING, headers={"If-Match": '"v1"'})
    found = month.ok("GET", "/v1/scorecards", params={"cut_off": "2024-06-30"})
    assert found["scoring"]["version"] == 2
    shown = [
        (card["unit"]["code"], card["rank"], card["points"], card["proposal"]) for card in found["items"]
    ]
    assert shown == [
        ("xa-a", 1, 100.0, "commend"),
        ("xa-b", 2, 50.0, "criticise"),
        ("xa-c", 3, 45.0, "criticise"),
    ]
    assert found["items"][2]["parts"] == [50.0, -5.0]
    units = table(Unit)
    with database.write() as session:
        session.connection().execute(units.update().where(units.c.code == "xa-a").values(subordinate=False))
    apart = month.ok("GET", "/v1/scorecards", params={"cut_off": "2024-06-30"})
    (asked,) = apart["others"]
    assert (asked["unit"]["code"], asked["rank"], asked["proposal"]) == ("xa-a", None, None)
    assert [card["rank"] for card in apart["items"]] == [1, 2]


def test_a_unit_is_not_blamed_for_a_delay_that_could_not_be_helped(month: Api, clock: SettableClock) -> None:
    month.speak_for("leader").ok("PUT", "/v1/scoring-policy", json=SCORING, headers={"If-Match": '"v1"'})
    asked = {"cut_off": "2024-06-30"}

    def card() -> tuple[int, float]:
        items = month.ok("GET", "/v1/scorecards", params=asked)["items"]
        (found,) = (each for each in items if each["unit"]["code"] == "xa-b")
        return found["excused"], found["points"]

    assert card() == (0, 50.0)
    before = clock.now()
    clock.advance(seconds=1)
    path = f"/v1/obligations/{obligation_of(month, 'xa-b')['id']}/objective-causes"
    claimed = month.speak_for("officer_b").ok("POST", path, json={"reason": "Bão số 3"})
    month.speak_for("leader")
    assert card() == (0, 50.0)
    confirm = f"/v1/objective-causes/{claimed['id']}/confirm"
    month.ok("POST", confirm, json={"reason": "Đúng thực tế"})
    assert card() == (1, 100.0)
    asked["as_of"] = before.isoformat()
    assert card() == (0, 50.0)


def test_of_two_who_change_the_policy_at_once_one_is_told_to_read_it_again(month: Api) -> None:
    month.speak_for("leader")

    def change(points: int) -> int:
        body = SCORING | {"parts": [{"kind": "completion", "points": points}]}
        return month.put("/v1/scoring-policy", json=body, headers={"If-Match": '"v1"'}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(change, range(1, 7)))
    assert statuses == [200] + [412] * 5
    assert month.ok("GET", "/v1/scoring-policy")["version"] == 2


def test_a_ranking_policy_is_refused_when_it_cannot_hold(month: Api) -> None:
    path, headers = "/v1/scoring-policy", {"If-Match": '"v1"'}
    month.refused("not-allowed", 403, "PUT", path, json=SCORING, headers=headers)
    month.speak_for("leader").refused("precondition-required", 428, "PUT", path, json=SCORING)
    stale = {"If-Match": '"v7"'}
    month.refused("stale-version", 412, "PUT", path, json=SCORING, headers=stale)
    wrong = SCORING | {"overdue_days": [20, 10]}
    month.refused("invalid-value", 422, "PUT", path, json=wrong, headers=headers)
    month.refused("invalid-request", 422, "PUT", path, json=SCORING | {"parts": []}, headers=headers)
    assert month.ok("GET", path)["version"] == 1


def test_officers_do_not_rank_or_publish(month: Api) -> None:
    month.speak_for("officer_a")
    month.refused("not-allowed", 403, "GET", "/v1/scorecards")
    body = {"json": {"cut_off": "2024-05-31"}}
    month.refused("not-allowed", 403, "POST", "/v1/statistics/publications", **body)
    month.speak_for("writer_a").refused("not-allowed", 403, "GET", "/v1/statistics")
    month.speak_for("clerk").refused("invalid-request", 422, "GET", "/v1/statistics?by=moon")
    month.refused("invalid-request", 422, "GET", "/v1/statistics?as_of=2024-05-01")
    month.refused("invalid-request", 422, "GET", "/v1/reports/statistics.pdf")


def test_the_file_says_what_the_table_says(month: Api) -> None:
    found = month.ok("GET", "/v1/statistics")
    sheets = {}
    for kind in ("csv", "xlsx"):
        answered = month.get(f"/v1/reports/statistics.{kind}")
        assert answered.headers["content-disposition"] == f'attachment; filename="so-lieu-2024-05-31.{kind}"'
        sheets[kind] = rows_of(kind, answered.content)
    assert sheets["csv"] == sheets["xlsx"]
    title, day, share, columns, *lines, last = sheets["csv"]
    assert title[0] == "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ"
    assert "31/05/2024" in day[0]
    assert share[0] == "Tỷ lệ tính trên tổng số nhiệm vụ"
    assert columns[:5] == ["TT", "Đơn vị", "Tổng số", "Hoàn thành đúng hạn", "Hoàn thành quá hạn"]
    assert [line[1] for line in lines] == [line["name"] for line in found["items"]]
    assert [float(n) for n in last[3:10]] == [found["total"][cell] for cell in CELLS]


def rows_of(kind: str, content: bytes) -> list[list[str]]:
    if kind == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        page = load_workbook(io.BytesIO(content)).active
        rows = [list(row) for row in page.iter_rows(values_only=True)]
    return [[shown(value) for value in row] for row in (trimmed(row) for row in rows)]


def trimmed(row: list[Any]) -> list[Any]:
    while len(row) > 1 and row[-1] in (None, ""):
        row = row[:-1]
    return row


def shown(value: Any) -> str:
    return "" if value is None else str(float(value) if isinstance(value, int | float) else _number(value))


def _number(text: str) -> str:
    try:
        return str(float(text))
    except ValueError:
        return text


def test_the_name_of_a_unit_is_never_a_formula() -> None:
    evil = '=HYPERLINK("http://x.test","y")'
    sheet = Sheet("Bảng", [], ["Đơn vị", "Số"], [[evil, -3], ["@x", 1.5], ["-2", None]])
    rows = list(csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"))))
    assert rows[2:] == [[f"'{evil}", "-3"], ["'@x", "1.5"], ["'-2", ""]]
    page = load_workbook(io.BytesIO(as_xlsx(sheet))).active
    assert (page["A3"].value, page["A3"].data_type, page["B3"].value) == (evil, "s", -3)


def test_a_draft_counts_for_nobody(api: Api) -> None:
    draft(api)
    assert api.ok("GET", "/v1/statistics")["items"] == []
    assert date.fromisoformat(api.ok("GET", "/v1/statistics")["cut_off"]) == date(2024, 4, 15)


def money(api: Api, unit: str, **amounts: int) -> dict[str, Any]:
    duty = obligation_of(api, unit)["id"]
    told = [{"source": source, "amount": amount} for source, amount in amounts.items()]
    body = {"text": "Tiến độ", "funding": told}
    return dict(api.ok("POST", f"/v1/obligations/{duty}/progress-updates", json=body))


def test_money_by_source_is_summed_and_the_newest_word_of_a_duty_holds(
    api: Api, clock: SettableClock
) -> None:
    issue(api)
    told = money(api, "xa-a", central_budget=500_000_000, social=20_000_000)
    assert told["funding"] == [
        {"source": "central_budget", "amount": 500_000_000},
        {"source": "social", "amount": 20_000_000},
    ]
    money(api, "xa-b", merged=7)
    clock.set("2024-05-02")
    money(api, "xa-a", social=35_000_000)
    found = api.ok("GET", "/v1/statistics/funding")
    assert {each["source"]: each["amount"] for each in found["amounts"] if each["amount"]} == {
        "central_budget": 500_000_000,
        "merged": 7,
        "social": 35_000_000,
    }
    assert found["total"] == 535_000_007 == sum(line["total"] for line in found["items"])
    assert {line["key"]: line["total"] for line in found["items"]} == {"xa-a": 535_000_000, "xa-b": 7}
    for by, keys in (("directive", ["123"]), ("item", ["1"])):
        lines = api.ok("GET", "/v1/statistics/funding", params={"by": by})["items"]
        assert ([line["key"] for line in lines], lines[0]["total"]) == (keys, 535_000_007)
    april = {"cut_off": "2024-04-30"}
    assert api.ok("GET", "/v1/statistics/funding", params=april)["total"] == 520_000_007
    then = april | {"as_of": "2024-04-15T01:00:00Z"}
    assert api.ok("GET", "/v1/statistics/funding", params=then)["total"] == 0, "before the letter"
    listed = api.ok("GET", "/v1/progress-updates")["items"]
    assert sorted(len(each["funding"]) for each in listed) == [1, 1, 2]
    assert api.speak_for("officer_b").ok("GET", "/v1/statistics/funding")["total"] == 7


def test_money_of_a_duty_that_was_taken_back_is_not_counted(api: Api) -> None:
    issue(api)
    money(api, "xa-a", commune_budget=9)
    duty = obligation_of(api, "xa-a")["id"]
    api.speak_for("leader").ok("POST", f"/v1/obligations/{duty}/withdraw", json={"reason": "x"})
    assert api.ok("GET", "/v1/statistics/funding")["items"] == []


@pytest.mark.parametrize(
    "told",
    [
        [{"source": "social", "amount": -1}],
        [{"source": "social", "amount": 1.5}],
        [{"source": "social", "amount": True}],
        [{"source": "moon", "amount": 1}],
        [{"source": "social", "amount": 2**53}],
        [{"source": "social", "amount": 1}, {"source": "social", "amount": 2}],
    ],
)
def test_money_is_whole_dong_and_each_source_is_named_once(api: Api, told: list[dict[str, Any]]) -> None:
    issue(api)
    path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/progress-updates"
    api.refused("invalid-request", 422, "POST", path, json={"text": "x", "funding": told})
