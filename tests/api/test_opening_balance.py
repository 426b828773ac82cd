"""An older register over HTTP and at the command line: the report, the rehearsal, the bounds."""

from pathlib import Path
from typing import Any

import pytest

from service.edge.context import Context
from tests.api.world import Api, issue
from tests.databases import Templates
from tests.shell import set_up

PATH = "/v1/registers/opening-balance"
HEADING = "STT;Văn bản giao;Ngày;Nội dung nhiệm vụ;Đơn vị chủ trì;Đơn vị phối hợp;Thời hạn;Tình trạng;Phòng\n"
DONE = "1;Công văn số 9/UBND-VP;1/3/2024;Rà soát;UBND xã An Bình;;29/3/2024;Hoàn thành ngày 27/3/2024;x\n"
OPEN = "2;Công văn số 9/UBND-VP;1/3/2024;Báo cáo;UBND các xã;;30/4/2024;Đang thực hiện;\n"
LOST = "3;Công văn số 9/UBND-VP;1/3/2024;Làm đường;Xã An Bìnnh;;30/6;Đã hoàn thành;\n"


def sent(*rows: str) -> dict[str, Any]:
    return {"files": {"file": ("so-cu.csv", (HEADING + "".join(rows)).encode())}}


def test_the_report_shows_every_row_as_it_was_read(api: Api) -> None:
    report = api.ok("POST", PATH, **sent(DONE, OPEN, LOST))
    assert {name: report[name] for name in ("taken", "known", "doubtful", "directives", "obligations")} == {
        "taken": 2, "known": 0, "doubtful": 1, "directives": 1, "obligations": 4,
    }  # fmt: skip
    done, going_on, lost = report["rows"]
    assert (done["state"], done["done_on"], done["units"]) == ("accepted", "2024-03-27", ["xa-a"])
    assert (going_on["state"], going_on["due_on"], going_on["fate"]) == ("in_progress", "2024-04-30", "taken")
    assert lost["fate"] == "doubtful"
    assert lost["doubts"] == [
        "due: “30/6” không rõ ngày (ghi ngày/tháng/năm)",
        "status: “Đã hoàn thành” mà không có ngày hoàn thành",
        "leads: “Xã An Bìnnh” không phải tên của đơn vị nào; gần giống UBND xã An Bình (xa-a)",
    ]
    assert report["unknown_columns"] == ["Phòng"]


def test_what_was_taken_is_a_directive_with_duties_like_any_other(api: Api) -> None:
    api.ok("POST", PATH, **sent(DONE, OPEN))
    (line,) = api.ok("GET", "/v1/directives")["items"]
    directive = api.ok("GET", f"/v1/directives/{line['id']}")
    assert (directive["state"], directive["source"], directive["number"]) == ("issued", "sổ cũ", "9")
    assert [item["locator"] for item in directive["items"]] == ["1", "2"]
    duties = api.ok("GET", "/v1/obligations", params={"unit": "xa-a"})["items"]
    one = next(duty for duty in duties if duty["state"] == "in_progress")
    timeline = api.ok("GET", f"/v1/obligations/{one['id']}")["timeline"]
    assert timeline[0]["text"].startswith("Chuyển từ sổ cũ (dòng 3), giao theo Công văn số 9/UBND-VP")
    evidence = {"text": "Đã nộp", "document": {"number": "1", "symbol": "BC", "issued_on": "2024-04-15"}}
    api.speak_for("officer_a").ok("POST", f"/v1/obligations/{one['id']}/submit", json=evidence)
    table = api.speak_for("clerk").ok("GET", "/v1/statistics", params={"cut_off": "2024-04-30"})
    assert table["total"]["total"] == 4


def test_an_accepted_duty_of_the_older_register_can_be_opened_again(api: Api) -> None:
    api.ok("POST", PATH, **sent(DONE))
    (duty,) = api.ok("GET", "/v1/obligations", params={"unit": "xa-a"})["items"]
    api.speak_for("leader").ok("POST", f"/v1/obligations/{duty['id']}/reopen", json={"reason": "số liệu sai"})


def test_a_rehearsal_tells_the_same_and_leaves_nothing(api: Api) -> None:
    shown = api.ok("POST", f"{PATH}?dry_run=true", **sent(DONE, OPEN, LOST))
    assert api.ok("GET", "/v1/directives")["items"] == []
    assert api.ok("POST", PATH, **sent(DONE, OPEN, LOST)) == shown
    again = api.ok("POST", PATH, **sent(DONE, OPEN, LOST))
    assert (again["taken"], again["known"], again["doubtful"]) == (0, 2, 1)


def test_a_letter_issued_here_is_not_taken_in_a_second_time(api: Api) -> None:
    issue(api, number="9")
    report = api.ok("POST", PATH, **sent(DONE.replace("1/3/2024", "15/4/2024").replace("29/3", "29/4")))
    assert report["rows"][0]["doubts"] != []
    assert report["taken"] == 0


@pytest.mark.parametrize(
    "content",
    [
        "Tên;Mã\n1;2\n".encode(),
        HEADING.encode(),
        b"\x00\x01",
        b"PK\x03\x04 no workbook",
    ],
)
def test_a_file_that_is_no_register_is_refused_whole(api: Api, content: bytes) -> None:
    api.refused("invalid-value", 422, "POST", PATH, files={"file": ("so.csv", content)})


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(api: Api, app: Any) -> None:
    held: Context = app.state.context
    large = b"x" * (held.settings.upload_bytes_max + 100)
    api.refused("content-too-large", 413, "POST", PATH, files={"file": ("so.csv", large)})


def test_only_the_office_that_keeps_the_register_fills_it(api: Api) -> None:
    for name in ("officer_a", "leader", "head_of_district"):
        api.speak_for(name).refused("not-allowed", 403, "POST", PATH, **sent(DONE))
    assert api.speak_for("keeper_admin").ok("POST", PATH, **sent(DONE))["taken"] == 1


def test_the_command_prints_what_a_person_must_look_at(tmp_path: Path, templates: Templates) -> None:
    shell = set_up(tmp_path, templates)
    units, older = tmp_path / "units.csv", tmp_path / "so.csv"
    units.write_text("Mã,Tên,Loại\nxa-a,UBND xã An Bình,xã\n", encoding="utf-8")
    older.write_text(HEADING + DONE + LOST, encoding="utf-8")
    assert shell.run("units", "load", str(units)).exit_code == 0
    shown = shell.run("register", "import", str(older), "--dry-run")
    assert (shown.exit_code, "1 dòng nhận, 0 đã có, 1 cần xem lại" in shown.stdout) == (1, True), shown.stderr
    assert "không rõ ngày" in shown.stdout
    older.write_text(HEADING + DONE, encoding="utf-8")
    taken = shell.run("register", "import", str(older))
    assert (taken.exit_code, "1 dòng nhận, 0 đã có" in taken.stdout) == (0, True), taken.stderr
    assert "0 dòng nhận, 1 đã có" in shell.run("register", "import", str(older)).stdout
    older.write_text("Tên\n", encoding="utf-8")
    refused = shell.run("register", "import", str(older))
    assert (refused.exit_code, "makes no sense" in refused.stdout) == (1, True)
