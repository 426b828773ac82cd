"""What a directive carries out, and how that looks from above, over HTTP."""

import csv
import io
import itertools
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests.api.world import Api, assign, draft, issue, obligation_of

ANYWAY = {"If-Match": "*"}
CONCLUSION = {
    "number": "144",
    "symbol": "TB-HĐND",
    "doc_type": "Thông báo",
    "issuing_body": "HĐND huyện Cao Lộc",
    "signed_on": "2024-04-01",
    "subject": "Kết luận phiên giám sát về nông thôn mới",
    "items": [
        {"label": "1", "text": "UBND huyện chỉ đạo các xã rà soát tiêu chí", "due_on": "2024-06-30"},
        {"label": "2", "text": "UBND huyện bố trí kinh phí", "due_on": "2024-05-10"},
    ],
}
BASIS = {"doc_type": "Thông báo", "number": "144", "symbol": "TB-HĐND", "date": "2023-04-17"}


def conclude(api: Api) -> str:
    """Enter the council's conclusion in the district's register and issue it; return its id."""
    api.speak_for("keeper_admin")
    body = {"code": "hdnd", "name": "HĐND huyện Cao Lộc", "kind": "hdnd", "valid_from": "2020-01-01"}
    api.ok("POST", "/v1/units", json=body)
    key = {"name": "council", "role": "reader", "scopes": ["read"], "unit_code": "hdnd"}
    api.tokens = {**api.tokens, "council": api.ok("POST", "/v1/api-keys", json=key)["api_key"]}
    directive_id, _ = draft(api, **CONCLUSION)
    for item in ("1", "2"):
        assign(api, directive_id, item, [{"unit_code": "cao-loc", "role": "lead"}])
    body = {"issuer_code": "hdnd", "issued_on": "2024-04-01"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    return directive_id


def link(api: Api, below: str, above: str, item: str | None = None, origin: str = "1") -> Any:
    """Say that a directive, or an item of it, carries out an item of another."""
    path = f"/v1/directives/{below}/items/{item}/implements" if item else f"/v1/directives/{below}/implements"
    wanted = [{"directive_id": above, "item": origin}]
    return api.ok("PUT", path, json=wanted, headers=ANYWAY)


def done(api: Api, unit: str, key: str, item: str = "1") -> None:
    """A unit hands a duty in and the office accepts it."""
    path = f"/v1/obligations/{obligation_of(api, unit, item)['id']}"
    document = {"number": "7", "symbol": "BC-UBND", "issued_on": "2024-04-15"}
    api.speak_for(key).ok("POST", f"{path}/submit", json={"text": "Đã rà soát", "document": document})
    api.speak_for("clerk").ok("POST", f"{path}/accept", json={})


def test_the_council_reads_its_conclusion_item_by_item(api: Api) -> None:
    conclusion, letter = conclude(api), issue(api)
    link(api, letter, conclusion, item="1")
    done(api, "xa-a", "officer_a")
    seen = api.speak_for("council").ok("GET", f"/v1/directives/{conclusion}/oversight")
    first, second = seen["items"]
    assert (first["locator"], first["due_on"], first["latest_due_on"]) == ("1", "2024-06-30", "2024-05-15")
    assert (first["below"]["total"], first["below"]["done_on_time"]) == (3, 1)
    assert first["below"]["done_percent"] == 33.33
    assert first["own"]["total"] == 1, "the duty of the committee itself stands apart"
    (document,) = first["documents"]
    assert (document["number"], document["symbol"], document["issued_on"]) == ("123", "UBND-VP", "2024-04-15")
    assert document["issuer"]["code"] == "cao-loc"
    shown = [(each["unit"]["code"], each["state"]) for each in first["duties"]]
    assert shown[-1] == ("xa-a", "accepted"), "what is done comes last"
    assert {code for code, _ in shown} == {"cao-loc", "xa-a", "xa-b", "xa-c"}
    assert first["last_result"]["unit"]["code"] == "xa-a"
    assert first["last_result"]["document"]["number"] == "7"
    assert first["findings"] == []
    assert (second["documents"], second["below"]["total"]) == ([], 0)
    assert second["below"]["done_percent"] is None

    one = api.ok("GET", f"/v1/directives/{conclusion}/items/1/oversight", params={"cut_off": "2024-05-20"})
    duties = {(each["unit"]["code"], each["links"]): each for each in one["items"]}
    assert duties.keys() == {("cao-loc", 0), ("xa-a", 1), ("xa-b", 1), ("xa-c", 1)}
    assert [each["days_late"] for each in one["item"]["duties"]] == [5, 5, None, None], "the late ones first"
    assert duties["xa-a", 1]["result"] == "Đã rà soát"
    assert (duties["xa-a", 1]["timeliness"], duties["xa-a", 1]["days_late"]) == ("done_on_time", None)
    assert (duties["xa-b", 1]["timeliness"], duties["xa-b", 1]["days_late"]) == ("overdue", 5)


def test_the_council_sees_its_conclusion_and_no_other_letter(api: Api) -> None:
    conclusion, letter = conclude(api), issue(api)
    api.speak_for("council")
    assert [each["id"] for each in api.ok("GET", "/v1/directives")["items"]] == [conclusion]
    api.refused("not-found", 404, "GET", f"/v1/directives/{letter}/oversight")
    api.refused("not-allowed", 403, "PUT", f"/v1/directives/{conclusion}/implements", json=[], headers=ANYWAY)
    path = f"/v1/directives/{letter}/oversight"
    api.speak_for("officer_a").refused("not-allowed", 403, "GET", path)
    api.speak_for("writer_a").refused("not-allowed", 403, "GET", path)


def test_a_deadline_below_that_is_later_than_the_origins_is_found(api: Api) -> None:
    conclusion, letter = conclude(api), issue(api)
    link(api, letter, conclusion, item="1", origin="2")
    _, second = api.ok("GET", f"/v1/directives/{conclusion}/oversight")["items"]
    assert second["latest_due_on"] == "2024-05-15"
    assert second["findings"] == [{"code": "lower-deadline-later", "count": 3}]


def test_a_letter_that_leaves_no_time_is_warned_before_it_is_issued(api: Api) -> None:
    conclusion = conclude(api)
    letter, _ = draft(api)
    link(api, letter, conclusion, origin="2")
    warnings = api.ok("GET", f"/v1/directives/{letter}/readiness")["warnings"]
    told = [(each["code"], each["item"], each["detail"]) for each in warnings]
    assert ("deadline-after-origin", "1", "2024-05-15 > 2024-05-10") in told


def test_a_directive_named_as_basis_is_proposed_and_never_linked_by_itself(api: Api) -> None:
    conclusion = conclude(api)
    letter, _ = draft(api, basis=[BASIS, {"text": "Luật Tổ chức chính quyền địa phương"}])
    path = f"/v1/directives/{letter}/implements"
    told = api.ok("GET", path)
    (proposal,) = told["proposals"]
    assert (proposal["directive"]["id"], told["links"]) == (conclusion, [])
    assert proposal["date_differs"], "the letter writes 2023, the conclusion is of 2024"
    warned = [
        (each["code"], each["detail"])
        for each in api.ok("GET", f"/v1/directives/{letter}/readiness")["warnings"]
    ]
    assert ("origin-not-linked", "Thông báo số 144/TB-HĐND ngày 01/04/2024") in warned
    told = link(api, letter, conclusion)
    assert told["proposals"] == []
    assert [(each["item"], each["origin"]) for each in told["links"]] == [("1", "1"), ("2", "1")]
    codes = {each["code"] for each in api.ok("GET", f"/v1/directives/{letter}/readiness")["warnings"]}
    assert "origin-not-linked" not in codes


def test_a_link_is_replaced_and_taken_back(api: Api) -> None:
    conclusion, letter = conclude(api), issue(api)
    link(api, letter, conclusion, item="1")
    told = link(api, letter, conclusion, item="1", origin="2")
    assert [(each["item"], each["origin"]) for each in told["links"]] == [("1", "2")]
    link(api, letter, conclusion, item="1")
    told = api.ok("PUT", f"/v1/directives/{letter}/items/1/implements", json=[], headers=ANYWAY)
    assert told["links"] == []
    items = api.ok("GET", f"/v1/directives/{conclusion}/oversight")["items"]
    assert [each["documents"] for each in items] == [[], []]


def test_no_directive_carries_out_what_carries_it_out(api: Api) -> None:
    conclusion, letter, plan = conclude(api), issue(api), issue(api, number="200")
    link(api, letter, conclusion, item="1")
    link(api, plan, letter, item="2", origin="1")
    path = f"/v1/directives/{conclusion}/items/1/implements"
    body = [{"directive_id": plan, "item": "2"}]
    problem = api.refused("circular-chain", 409, "PUT", path, json=body, headers=ANYWAY)
    assert problem["items"] == ["mục 2 Công văn số 200/UBND-VP ngày 15/04/2024"]
    assert api.ok("GET", f"/v1/directives/{conclusion}/implements")["links"] == []
    body = [{"directive_id": letter, "item": "2"}]
    told = api.ok("PUT", path, json=body, headers=ANYWAY)
    assert len(told["links"]) == 1, "another item of the same letter is no circle"


@pytest.mark.parametrize(
    ("origin", "slug"),
    [
        ({"item": "9"}, "unknown-reference"),
        ({"directive_id": "01890000-0000-7000-8000-000000000000"}, "unknown-reference"),
        ({"item": ""}, "invalid-request"),
    ],
)
def test_what_is_not_there_cannot_be_carried_out(api: Api, origin: dict[str, str], slug: str) -> None:
    conclusion, letter = conclude(api), issue(api)
    body = [{"directive_id": conclusion, "item": "1"} | origin]
    path = f"/v1/directives/{letter}/implements"
    api.refused(slug, 422, "PUT", path, json=body, headers=ANYWAY)
    api.refused("stale-version", 412, "PUT", path, json=[], headers={"If-Match": '"v1"'})
    api.refused("precondition-required", 428, "PUT", path, json=[])
    itself = [{"directive_id": letter, "item": "2"}]
    api.refused("invalid-value", 422, "PUT", path, json=itself, headers=ANYWAY)
    drafted, _ = draft(api, number="300")
    unsigned = [{"directive_id": drafted, "item": "1"}]
    api.refused("unknown-reference", 422, "PUT", path, json=unsigned, headers=ANYWAY)


def test_a_draft_without_items_carries_nothing_out(api: Api) -> None:
    above, (empty, _) = issue(api), draft(api, number="7", items=[])
    path, wanted = f"/v1/directives/{empty}/implements", [{"directive_id": above, "item": "1"}]
    api.refused("invalid-value", 422, "PUT", path, json=wanted, headers=ANYWAY)
    assert api.ok("PUT", path, json=[], headers=ANYWAY)["links"] == []


def test_a_chain_has_an_end(api: Api) -> None:
    chain = [issue(api, number=str(number)) for number in range(1, 11)]
    for above, below in itertools.pairwise(chain[:9]):
        link(api, below, above, item="1")
    body = [{"directive_id": chain[8], "item": "1"}]
    path = f"/v1/directives/{chain[9]}/items/1/implements"
    api.refused("invalid-value", 422, "PUT", path, json=body, headers=ANYWAY)
    top = api.ok("GET", f"/v1/directives/{chain[0]}/items/1/oversight", params={"limit": 200})
    assert top["item"]["below"]["total"] == 8 * 3, "every document of the longest chain counts"


def test_a_commune_carries_a_letter_out_in_a_register_of_its_own(api: Api) -> None:
    letter = issue(api)
    api.speak_for("admin").ok("POST", "/v1/registers", json={"code": "so-xa", "name": "Sổ xã An Bình"})
    body = {"unit_code": "xa-a", "from_on": "2024-01-01"}
    api.ok("PUT", "/v1/registers/so-xa/keeper", json=body, headers=ANYWAY)
    key = {"name": "commune", "role": "clerk", "unit_code": "xa-a"}
    made = api.ok("POST", "/v1/api-keys", json=key, params={"register": "so-xa"})
    api.tokens = {**api.tokens, "commune": made["api_key"]}
    plan, _ = draft_for(api, "commune", number="5", symbol="KH-UBND", issuing_body="UBND xã An Bình")
    assign(api, plan, "1", [{"unit_code": "xa-b", "role": "lead"}])
    assign(api, plan, "2", [{"unit_code": "xa-b", "role": "lead"}])
    link(api, plan, letter, item="1")
    api.ok("POST", f"/v1/directives/{plan}/issue", json={"issuer_code": "xa-a", "issued_on": "2024-04-15"})
    api.speak_for("clerk")
    first, _ = api.ok("GET", f"/v1/directives/{letter}/oversight")["items"]
    assert (first["own"]["total"], first["below"]["total"]) == (3, 1)
    assert [each["symbol"] for each in first["documents"]] == ["KH-UBND"]
    body = [{"directive_id": hidden_letter(api), "item": "1"}]
    path = f"/v1/directives/{plan}/items/2/implements"
    api.speak_for("commune").refused("unknown-reference", 422, "PUT", path, json=body, headers=ANYWAY)


def draft_for(api: Api, key: str, **changes: Any) -> tuple[str, str]:
    """Draft a directive in the register of a key."""
    tokens = api.tokens
    api.tokens = {**tokens, "clerk": tokens[key]}
    made = draft(api, **changes)
    api.tokens = tokens
    return made


def hidden_letter(api: Api) -> str:
    """Issue a letter that does not concern commune a; return its id."""
    directive_id, _ = draft(api, number="202")
    for item in ("1", "2"):
        assign(api, directive_id, item, [{"unit_code": "xa-b", "role": "lead"}])
    body = {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}
    api.ok("POST", f"/v1/directives/{directive_id}/issue", json=body)
    return directive_id


def test_items_and_duties_come_in_pages(api: Api) -> None:
    conclusion, letter = conclude(api), issue(api)
    link(api, letter, conclusion, item="1")
    path = f"/v1/directives/{conclusion}/oversight"
    first = api.ok("GET", path, params={"limit": 1})
    second = api.ok("GET", path, params={"limit": 1, "after": first["next"]})
    assert [page["items"][0]["locator"] for page in (first, second)] == ["1", "2"]
    assert second["next"] is None
    path = f"/v1/directives/{conclusion}/items/1/oversight"
    seen, after = [], None
    while True:
        page = api.ok("GET", path, params={"limit": 3} | ({"after": after} if after else {}))
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(set(seen)) == len(seen) == 4
    api.refused("not-found", 404, "GET", f"/v1/directives/{conclusion}/items/9/oversight")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_council_takes_the_table_along_as_a_file(api: Api, ending: str) -> None:
    conclusion, letter = conclude(api), issue(api)
    link(api, letter, conclusion, item="1")
    done(api, "xa-a", "officer_a")
    asked = {"directive_id": conclusion}
    answer = api.speak_for("council").get(f"/v1/reports/oversight.{ending}", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{ending}"')
    if ending == "xlsx":
        page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
        assert page["C5"].value == datetime(2024, 6, 30)  # noqa: DTZ001 - a day of a workbook has no zone
        rows[0][2] = f"{rows[0][2]:%d/%m/%Y}"
    else:
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[4:]
    first, second = ([str(value or "") for value in row] for row in rows)
    assert first[:4] == ["1", CONCLUSION["items"][0]["text"], "30/06/2024",
                         "Công văn số 123/UBND-VP ngày 15/04/2024"]  # fmt: skip
    assert (first[4], first[5], first[12]) == ("3", "1", "33.33")
    assert first[-1] == "UBND xã An Bình (15/04/2024): Đã rà soát"
    assert second[3] == ""
    assert second[4] == "1", "without a document below, the committee's own duty is shown"
