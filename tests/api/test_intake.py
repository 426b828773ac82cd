"""Files as they come in, over HTTP, until units have their duties."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain.tables import Directive, table
from tests.api.world import Api
from tests.intake.messages import DOCUMENT_ID, HEADER, message
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
    return duties(api, directive_id)


def duties(api: Api, directive_id: str) -> dict[str, tuple[str | None, str | None]]:
    """Return unit and day of each duty by item."""
    found = api.ok("GET", "/v1/obligations", params={"directive_id": directive_id})["items"]
    return {f"{each['item']['locator']} {each['unit']['code']}": each["due_on"] for each in found}


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


@pytest.mark.both_databases
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


BUSINESS = """</edXML:MessageHeader><edXML:TraceHeaderList><edXML:Bussiness>
<edXML:BussinessDocType>{kind}</edXML:BussinessDocType>
<edXML:BussinessDocReason>Ban hành nhầm</edXML:BussinessDocReason>
<edXML:DocumentId>{about}</edXML:DocumentId></edXML:Bussiness></edXML:TraceHeaderList><edXML:MessageHeader>
"""


def told(directive: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the exchange was found to have sent again."""
    codes = ("redelivered-changed", "exchange-revokes", "exchange-updates", "exchange-replaces")
    return [(f["code"], f["message"]) for f in directive["findings"] if f["code"] in codes]


def test_a_message_sent_again_with_another_text_changes_no_issued_letter_and_is_told(api: Api) -> None:
    first = take_in(api, "goi.edxml", message({"k.docx": plan(annex, LETTER)}))
    assert issued(api, first["id"]) == DUTIES
    before = api.ok("GET", f"/v1/directives/{first['id']}")
    changed = message({"k.docx": plan(annex, (*LETTER, "Thêm một đoạn."))}, number="125")
    again = take_in(api, "goi-sua.edxml", changed, status=200)
    assert told(again) == [
        (
            "redelivered-changed",
            "Gói tin gửi lại khác bản đã nhận ở: số, nội dung. Văn bản đã nhập giữ nguyên.",
        )
    ]
    assert (again["number"], again["text"], again["items"]) == ("123", before["text"], before["items"])
    found = next(f for f in again["findings"] if f["code"] == "redelivered-changed")
    assert api.get(f"/v1/files/{found['file_id']}").content == changed, "the clerk compares the two"
    api.speak_for("officer_a").refused("not-found", 404, "GET", f"/v1/files/{found['file_id']}")
    api.speak_for("clerk")
    assert len(told(take_in(api, "lan-3.edxml", changed, status=200))) == 1, "the same again adds nothing"
    same = message({"k.docx": plan(annex, LETTER)})
    assert len(told(take_in(api, "lan-4.edxml", same, status=200))) == 1, "the first one again neither"
    assert len(api.ok("GET", "/v1/directives")["items"]) == 1
    assert duties(api, first["id"]) == DUTIES


def test_what_the_clerk_corrected_is_no_difference_of_the_message(api: Api) -> None:
    data = message({"k.docx": plan(annex, LETTER)})
    first = take_in(api, "goi.edxml", data)
    api.ok("PATCH", f"/v1/directives/{first['id']}", json={"subject": "Khác"}, headers={"If-Match": "*"})
    assert told(take_in(api, "goi.edxml", data, status=200)) == []
    changed = message({"k.docx": plan(annex, (*LETTER, "Thêm một đoạn."))})
    take_in(api, "goi-sua.edxml", changed, status=200)
    warnings = api.ok("GET", f"/v1/directives/{first['id']}/readiness")["warnings"]
    assert "redelivered-changed" in {each["code"] for each in warnings}


@pytest.mark.parametrize(
    ("business", "code"), [("1", "exchange-revokes"), ("2", "exchange-updates"), ("3", "exchange-replaces")]
)
def test_a_message_that_takes_a_letter_back_ends_no_duty_by_itself(
    api: Api, business: str, code: str
) -> None:
    first = take_in(api, "goi.edxml", message({"k.docx": plan(annex, LETTER)}))
    assert issued(api, first["id"]) == DUTIES
    header = HEADER + BUSINESS.format(kind=business, about=DOCUMENT_ID)
    own = message({"k.docx": plan()}, header=header, document_id="thu-hoi", number="130")
    drafted = take_in(api, "thu-hoi.edxml", own)
    assert (drafted["state"], drafted["envelope"]["business"]["document_ids"]) == ("draft", [DOCUMENT_ID])
    ((found, words),) = told(api.ok("GET", f"/v1/directives/{first['id']}"))
    assert found == code
    assert "130/KH-UBND" in words
    assert "Ban hành nhầm" in words
    same_id = message({"k.docx": plan(annex, LETTER)}, header=header)
    answered = take_in(api, "cung-ma.edxml", same_id, status=200)
    assert [each for each, _ in told(answered)] == [code, code]
    assert duties(api, first["id"]) == DUTIES
    assert api.ok("GET", f"/v1/directives/{first['id']}")["changes"] == []


def test_a_letter_from_before_messages_were_kept_is_compared_with_itself(
    api: Api, database: Database
) -> None:
    data = message({"k.docx": plan(annex, LETTER)})
    first = take_in(api, "goi.edxml", data)
    with database.write() as session:
        session.connection().execute(sa.update(table(Directive)).values(received=None))
    assert told(take_in(api, "goi.edxml", data, status=200)) == []
    changed = message({"k.docx": plan(annex, LETTER)}, number="125")
    ((code, words),) = told(take_in(api, "goi-sua.edxml", changed, status=200))
    assert (code, words.partition(": ")[2][:4]) == ("redelivered-changed", "số. ")
    assert api.ok("GET", f"/v1/directives/{first['id']}")["number"] == "123"
