"""Files as they come in, over HTTP, until units have their duties."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.world import Api
from tests.intake.messages import DOCUMENT_ID, message
from tests.intake.offices import plan, task_table

ROWS = (
    (
        "1",
        "Rà soát tiêu chí nông thôn mới",
        "UBND xã An Bình",
        "UBND xã Bảo Lâm",
        "Trước ngày 30/5/2026",
        "Báo cáo",
    ),
    ("2", "Tổng hợp kết quả", "Văn phòng HĐND và UBND huyện", "", "Quý III/2026", "Báo cáo"),
    ("", "Công bố danh sách", "UBND các xã", "", "", ""),
)
LETTER = ("KẾ HOẠCH", "Nông thôn mới năm 2024", "Các nhiệm vụ tại Phụ lục kèm theo.")


def annex(document: Any) -> None:
    task_table(document, ROWS)


def take_in(api: Api, name: str, data: bytes, status: int = 201) -> dict[str, Any]:
    response = api.post("/v1/directives/intake", files={"file": (name, data)})
    assert response.status_code == status, response.text
    return dict(response.json())


def issued(api: Api, directive_id: str) -> dict[str, tuple[str | None, str | None]]:
    """Confirm what is certain, issue; return unit and day of each duty by item."""
    api.ok("POST", f"/v1/directives/{directive_id}/confirm-proposals", json={})
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    duties = api.ok("GET", "/v1/obligations", params={"directive_id": directive_id})["items"]
    return {f"{each['item']['locator']} {each['unit']['code']}": each["due_on"] for each in duties}


DUTIES = {
    "phu-luc.1 xa-a": "2026-05-30",
    "phu-luc.2 van-phong": "2026-09-30",
    "phu-luc.2b xa-a": "2026-09-30",
    "phu-luc.2b xa-b": "2026-09-30",
    "phu-luc.2b xa-c": "2026-09-30",
}


def test_the_rows_of_an_annex_become_duties(api: Api) -> None:
    draft = take_in(api, "ke-hoach.docx", plan(annex, LETTER))
    (root,) = draft["items"]
    assert (root["label"], root["tracked"], [row["locator"] for row in root["items"]]) == (
        "Phụ lục",
        False,
        ["phu-luc.1", "phu-luc.2", "phu-luc.2b"],
    )
    assert [(m["unit"], m["role"], m["certain"]) for m in root["items"][0]["mentions"]] == [
        ("UBND xã An Bình", "lead", True),
        ("UBND xã Bảo Lâm", "coordinate", True),
    ]
    assert issued(api, draft["id"]) == DUTIES


def test_a_message_of_the_exchange_becomes_duties_and_comes_in_once(api: Api) -> None:
    data = message({"ke-hoach.docx": plan(annex, LETTER)}, priority="2")
    draft = take_in(api, "goi.edxml", data)
    assert (draft["number"], draft["symbol"], draft["signed_on"]) == ("123", "KH-UBND", "2026-01-05")
    assert (draft["urgency"], draft["document_id"]) == ("thượng khẩn", DOCUMENT_ID)
    assert draft["addressees"] == ["Sở Nội vụ", "Sở Y tế"]
    assert draft["envelope"]["response_for"][0]["code"] == "88/VPCP-KSTT"
    assert issued(api, draft["id"]) == DUTIES

    before = len(api.ok("GET", "/v1/directives")["items"])
    again = take_in(api, "goi-gui-lai.edxml", data, status=200)
    assert (again["id"], again["state"]) == (draft["id"], "issued")
    other = take_in(api, "khac.edxml", message({"k.docx": plan()}, document_id="x", number="124"))
    assert other["id"] != draft["id"]
    assert len(api.ok("GET", "/v1/directives")["items"]) == before + 1


def test_two_deliveries_at_once_make_one_directive(api: Api) -> None:
    files = {"file": ("goi.edxml", message({"k.docx": plan(annex, LETTER)}))}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.post("/v1/directives/intake", files=files), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(api.ok("GET", "/v1/directives")["items"]) == 1


def test_a_repeated_delivery_with_a_key_is_answered_as_the_first_time(api: Api) -> None:
    data = {"file": ("goi.edxml", message({"k.docx": plan(annex, LETTER)}))}
    first = api.post("/v1/directives/intake", files=data, headers={"Idempotency-Key": "k1"})
    second = api.post("/v1/directives/intake", files=data, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize("name", ["goi.edxml", "goi.zip", "goi.docx"])
def test_a_message_with_entities_is_refused_whatever_it_is_called(api: Api, name: str) -> None:
    data = message({"k.docx": plan()}, before="<!DOCTYPE x [<!ENTITY a 'b'>]>")
    files = {"file": (name, data)}
    response = api.post("/v1/directives/intake", files=files)
    assert response.status_code in (415, 422)
    assert response.headers["content-type"] == "application/problem+json"
    assert api.ok("GET", "/v1/directives")["items"] == []
