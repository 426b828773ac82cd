"""The office's book as a file: right to the last cell, with days that can be filtered."""

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from service.database import Database
from tests.api.recount import recount
from tests.api.world import Api, directive_body, draft, issue, obligation_of
from tests.conftest import SettableClock
from tests.plays import Plays, Stage

CUT_OFF = date(2024, 6, 3)
EVIL = '=HYPERLINK("http://x.test","y")'


@pytest.fixture
def book(api: Api, clock: SettableClock, plays: Plays, stage: Stage) -> Api:
    """Return a district in June: one done late, one silent, one extended and late again, one undated."""
    plays.after(live, api, clock, on=stage)
    return api.speak_for("clerk")


def live(api: Api, clock: SettableClock) -> None:
    """Let April and May pass."""
    issue(api, subject=EVIL)
    obligation = obligation_of(api, "xa-b")["id"]
    asked = api.ok(
        "POST",
        f"/v1/obligations/{obligation}/extensions",
        json={"wanted_on": "2024-05-25", "reason": "Bão"},
    )
    api.speak_for("leader").ok("POST", f"/v1/extensions/{asked['id']}/grant", json={})
    body = {"text": "Đang làm", "difficulties": "Thiếu kinh phí", "percent": 40}
    api.speak_for("officer_a").ok(
        "POST", f"/v1/obligations/{obligation_of(api, 'xa-a', '2')['id']}/progress-updates", json=body
    )
    clock.set("2024-05-20")
    done = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}"
    evidence = {"text": "Đã xong", "document": {"number": "7", "symbol": "BC"}}
    api.ok("POST", f"{done}/submit", json=evidence)
    api.ok("POST", f"{done}/accept", json={})
    draft(api, number="9")
    clock.set("2024-06-03")


def sheet_of(content: bytes) -> Worksheet:
    assert content[:2] == b"PK", content
    page = load_workbook(io.BytesIO(content)).active
    assert isinstance(page, Worksheet)
    return page


def told(value: Any) -> Any:
    """Return what a cell says: a day without its midnight."""
    return value.date() if isinstance(value, datetime) else value


def test_the_book_is_right_to_the_last_cell(book: Api, database: Database) -> None:
    page = sheet_of(book.get("/v1/reports/register.xlsx").content)
    found = [[told(value) for value in row] for row in page.iter_rows(min_row=4, values_only=True)]
    expected = recount(database, CUT_OFF).book
    assert found == expected
    assert [row[14] for row in found].count("Quá hạn") == 2
    assert sorted(row[15] for row in found if row[15] is not None) == [5, 9, 19]
    written = list(csv.reader(io.StringIO(book.get("/v1/reports/register.csv").content.decode("utf-8-sig"))))
    assert written[3:] == [[as_written(value) for value in row] for row in expected]


def as_written(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else f"'{value}" if value == EVIL else str(value)


def test_days_are_days_and_the_heading_stays_in_sight(book: Api) -> None:
    page = sheet_of(book.get("/v1/reports/register.xlsx").content)
    assert (page["C4"].is_date, page["C4"].number_format) == (True, "dd/mm/yyyy")
    assert (page["E4"].value, page["E4"].data_type) == (EVIL, "s")
    assert (page.freeze_panes, page.auto_filter.ref) == ("A4", "A3:W7")
    assert (page.print_title_rows, page.page_setup.orientation) == ("$3:$3", "landscape")
    assert page.column_dimensions["G"].width == 50


def test_the_file_holds_what_the_list_holds(book: Api) -> None:
    for asked in ({"unit": "xa-a"}, {"timeliness": "overdue", "sort": "due_on"}, {"q": "tham muu"}):
        listed = book.ok("GET", "/v1/obligations", params=asked)["items"]
        page = sheet_of(book.get("/v1/reports/register.xlsx", params=asked).content)
        assert len(listed) > 0
        assert [row[6] for row in page.iter_rows(min_row=4, values_only=True)] == [
            each["item"]["text"] for each in listed
        ]
    own = sheet_of(book.speak_for("officer_a").get("/v1/reports/register.xlsx").content)
    assert {row[8] for row in own.iter_rows(min_row=4, values_only=True)} == {
        "UBND xã An Bình",
        "UBND xã Bảo Lâm",
        "UBND xã Công Sơn",
    } - {"UBND xã Bảo Lâm", "UBND xã Công Sơn"}


def test_a_book_of_many_rounds_is_whole(
    api: Api, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr("service.domain.reading.register_lines.STEP", 3)
    items = [{"label": str(at), "text": f"Việc {at}"} for at in range(1, 9)]
    directive_id, _ = draft(api, **directive_body(items=items))
    for at in range(1, 9):
        order = [{"unit_code": "xa-a", "role": "lead"}]
        api.put(
            f"/v1/directives/{directive_id}/items/{at}/assignments", json=order, headers={"If-Match": "*"}
        )
    api.ok(
        "POST",
        f"/v1/directives/{directive_id}/issue",
        json={"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
    )
    for sort in ("id", "due_on"):
        page = sheet_of(api.get("/v1/reports/register.xlsx", params={"sort": sort}).content)
        rows = list(page.iter_rows(min_row=4, values_only=True))
        assert ([row[0] for row in rows], {row[6] for row in rows}) == (
            list(range(1, 9)),
            {f"Việc {at}" for at in range(1, 9)},
        )
