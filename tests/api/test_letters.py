"""Letters to late units: they name what is late and nothing else, and the journal knows their number."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document

from service.database import Database
from service.domain.tables import Unit, table
from tests.api.recount import recount
from tests.api.test_documents import cells
from tests.api.test_register_file import CUT_OFF, book
from tests.api.world import Api, obligation_of
from tests.conftest import SettableClock

__all__ = ["book"]
unit = table(Unit)
NUMBER = {"number": "15", "symbol": "VP-TH", "issued_on": "2024-06-03"}


@pytest.fixture
def asked(book: Api, database: Database) -> Api:
    """Return the district where one late unit is not under the office."""
    with database.write() as session:
        session.connection().execute(sa.update(unit).where(unit.c.code == "xa-c").values(subordinate=False))
    return book


def document_of(api: Api, letter: dict[str, Any]) -> Any:
    return Document(io.BytesIO(api.get(f"/v1/letters/{letter['id']}/letter.docx").content))


def test_a_letter_to_all_names_every_late_duty_and_asks_whom_it_cannot_tell(
    asked: Api, database: Database
) -> None:
    made = asked.ok("POST", "/v1/letters", json={"kind": "urging"})
    counted = recount(database, CUT_OFF)
    expected = {str(each.id): (str(each.due_on), each.days) for each in counted.late}
    rows = sorted((row[:7] for row in counted.late_table), key=lambda row: row[1])
    assert {d["obligation_id"]: (d["due_on"], d["days_late"]) for d in made["duties"]} == expected
    assert {each["code"]: each["duties"] for each in made["units"]} == {"xa-b": 1, "xa-c": 1}
    assert (made["number"], made["issued_on"], made["cut_off"]) == (None, None, "2024-06-03")
    document = document_of(asked, made)
    assert [row[1:] for row in cells(document.tables[1])[1:]] == [row[1:] for row in rows]
    text = "\n".join(each.text for each in document.paragraphs)
    assert "Yêu cầu UBND xã Bảo Lâm khẩn trương" in text
    assert "Đề nghị UBND xã Công Sơn quan tâm" in text
    assert "V/v đôn đốc thực hiện nhiệm vụ quá hạn" in document.tables[0].rows[1].cells[0].text


def test_who_is_only_asked_is_never_criticised(asked: Api) -> None:
    made = asked.ok("POST", "/v1/letters", json={"kind": "criticism"})
    assert [each["code"] for each in made["units"]] == ["xa-b"]
    text = "\n".join(each.text for each in document_of(asked, made).paragraphs)
    assert "phê bình UBND xã Bảo Lâm vì" in text
    named = {"kind": "criticism", "unit_codes": ["xa-b", "xa-c"]}
    refused = asked.refused("invalid-value", 422, "POST", "/v1/letters", json=named)
    assert refused["detail"].endswith("xa-c")
    asked.refused(
        "nothing-is-late", 409, "POST", "/v1/letters", json={"kind": "urging", "unit_codes": ["xa-a"]}
    )
    later = {"kind": "urging", "cut_off": "2024-06-04"}
    asked.refused("invalid-value", 422, "POST", "/v1/letters", json=later)


def test_the_journal_of_a_duty_knows_the_number_of_its_letter(book: Api, clock: SettableClock) -> None:
    made = book.ok("POST", "/v1/letters", json={"kind": "urging", "unit_codes": ["xa-c"]})
    path = f"/v1/letters/{made['id']}"
    book.refused("precondition-required", 428, "PUT", f"{path}/number", json=NUMBER)
    early = NUMBER | {"issued_on": "2024-06-02"}
    book.refused("invalid-value", 422, "PUT", f"{path}/number", json=early, headers={"If-Match": '"v1"'})
    signed = book.put(f"{path}/number", json=NUMBER, headers={"If-Match": '"v1"'})
    assert (signed.status_code, signed.headers["etag"], signed.json()["number"]) == (200, '"v2"', "15")
    book.refused("stale-version", 412, "PUT", f"{path}/number", json=NUMBER, headers={"If-Match": '"v1"'})
    duty = f"/v1/obligations/{obligation_of(book, 'xa-c')['id']}"
    told = [line["text"] for line in book.ok("GET", duty)["timeline"]]
    assert "Đã có công văn đôn đốc số 15/VP-TH ngày 03/06/2024" in told
    other = f"/v1/obligations/{obligation_of(book, 'xa-b')['id']}"
    assert "15/VP-TH" not in str(book.ok("GET", other)["timeline"])
    clock.set("2024-06-10")
    book.ok("POST", f"{duty}/submit", json={"text": "x", "document": {"number": "8", "symbol": "BC"}})
    again = book.ok("GET", path)
    assert [(each["due_on"], each["days_late"]) for each in again["duties"]] == [("2024-05-15", 19)]
    assert [each["id"] for each in book.ok("GET", "/v1/letters")["items"]] == [made["id"]]


def test_officers_write_no_letters(book: Api) -> None:
    book.speak_for("officer_a")
    book.refused("not-allowed", 403, "POST", "/v1/letters", json={"kind": "urging"})
    book.refused("not-allowed", 403, "GET", "/v1/letters")
