"""An instruction over HTTP: one call, refusals, rehearsal, and the document that comes later."""

from typing import Any

import pytest

from tests.api.world import Api, draft, issue, obligation_of
from tests.conftest import SettableClock

LEAD = [{"group_code": "cac-xa", "role": "lead"}]
WRITTEN = {
    "basis": {"number": "15", "symbol": "TB-UBND", "issued_on": "2024-04-18"},
    "effective_on": "2024-04-18",
    "reason": "thông báo kết luận",
}


def said(**changes: Any) -> dict[str, Any]:
    """Return what was said at a meeting, as the office notes it."""
    body: dict[str, Any] = {
        "kind": "verbal",
        "said_by": "Chủ tịch UBND huyện",
        "said_on": "2024-04-15",
        "meeting": "giao ban tuần 16",
        "text": "Báo cáo tình hình hạn hán",
        "issuer_code": "cao-loc",
        "assignments": LEAD,
        "due_on": "2024-05-15",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def noted(**changes: Any) -> dict[str, Any]:
    """Return what was noted on an incoming document."""
    document = {"number": "45", "symbol": "SNV-CCHC", "issued_on": "2024-04-10", "issuer": "Sở Nội vụ"}
    return said(kind="note", meeting=None, document=document) | changes


def test_one_call_makes_an_issued_directive_with_its_duties(api: Api) -> None:
    made = api.ok("POST", "/v1/instructions", json=said())
    directive = made["directive"]
    assert (made["obligations"], made["dated"], directive["state"]) == (3, 3, "issued")
    assert (directive["doc_type"], directive["issued_on"]) == ("Chỉ đạo miệng", "2024-04-15")
    assert directive["signer"]["title"] == "Chủ tịch UBND huyện"
    duty = obligation_of(api, "xa-a")
    lines = api.ok("GET", f"/v1/obligations/{duty['id']}")["timeline"]
    words = "Giao theo: Chỉ đạo miệng của Chủ tịch UBND huyện ngày 15/04/2024 tại giao ban tuần 16"
    assert words in [line["text"] for line in lines]


def test_a_note_names_the_document_that_bears_it(api: Api) -> None:
    directive = api.ok("POST", "/v1/instructions", json=noted())["directive"]
    assert directive["doc_type"] == "Bút phê"
    assert directive["basis"][0]["text"].endswith(
        "trên văn bản đến số 45/SNV-CCHC ngày 10/04/2024 của Sở Nội vụ"
    )


def test_a_rehearsal_answers_the_same_and_leaves_nothing(api: Api) -> None:
    shown = api.ok("POST", "/v1/instructions?dry_run=true", json=said())
    assert shown["obligations"] == 3
    assert api.ok("GET", "/v1/directives")["items"] == []
    assert api.ok("GET", "/v1/obligations")["items"] == []


def test_a_deadline_that_had_passed_is_waved_through_with_a_reason(api: Api) -> None:
    waived = said(due_on="2024-04-12", waive=[{"code": "deadline-before-issue", "reason": "đã nói từ trước"}])
    assert api.ok("POST", "/v1/instructions", json=waived)["obligations"] == 3


@pytest.mark.parametrize(
    ("slug", "status", "body"),
    [
        ("items-without-lead", 409, said(assignments=[])),
        ("items-without-lead", 409, said(assignments=[{"unit_code": "xa-a", "role": "coordinate"}])),
        ("due-before-assigned", 409, said(due_on="2024-04-12")),
        ("unknown-reference", 422, said(assignments=[{"unit_code": "xa-z", "role": "lead"}])),
        ("unknown-reference", 422, said(issuer_code="nobody")),
        ("invalid-value", 422, said(said_on="2024-04-16")),
        ("invalid-request", 422, said(meeting=None)),
        ("invalid-request", 422, said(said_by="")),
        ("invalid-request", 422, said(document={"number": "45"})),
        ("invalid-request", 422, noted(document=None)),
        ("invalid-request", 422, noted(document={"issuer": "Sở Nội vụ"})),
        ("invalid-request", 422, noted(meeting="giao ban")),
        ("invalid-request", 422, said(secret=True)),
        ("invalid-request", 422, said(assignments=[{"role": "lead"}])),
    ],
)
def test_what_is_refused_leaves_nothing(api: Api, slug: str, status: int, body: dict[str, Any]) -> None:
    api.refused(slug, status, "POST", "/v1/instructions", json=body)
    assert api.ok("GET", "/v1/directives")["items"] == []


def test_who_may_draft_but_not_issue_gives_no_instruction(api: Api) -> None:
    for name in ("officer_a", "stranger"):
        api.speak_for(name).refused("not-allowed", 403, "POST", "/v1/instructions", json=said())


def test_a_document_that_comes_later_becomes_its_number_once(api: Api, clock: SettableClock) -> None:
    made = api.ok("POST", "/v1/instructions", json=said())["directive"]
    clock.set("2024-04-18")
    path = f"/v1/directives/{made['id']}/put-in-writing"
    api.refused("stale-version", 412, "POST", path, json=WRITTEN, headers={"If-Match": '"v1"'})
    assert api.ok("POST", f"{path}?dry_run=true", json=WRITTEN)["number"] == "15"
    written = api.ok("POST", path, json=WRITTEN)
    assert (written["number"], written["symbol"]) == ("15", "TB-UBND")
    assert [(change["kind"], change["document"]) for change in written["changes"]] == [
        ("put_in_writing", WRITTEN["basis"])
    ]
    api.refused("already-exists", 409, "POST", path, json=WRITTEN)


def test_a_conclusion_that_the_register_holds_is_named_and_not_copied(api: Api, clock: SettableClock) -> None:
    made = api.ok("POST", "/v1/instructions", json=said())["directive"]
    path = f"/v1/directives/{made['id']}/put-in-writing"
    conclusion = issue(api, number="15", symbol="TB-UBND")
    clock.set("2024-04-18")
    api.refused("already-exists", 409, "POST", path, json=WRITTEN)
    written = api.ok("POST", path, json=WRITTEN | {"basis": {"directive_id": conclusion}})
    assert written["number"] is None
    assert written["changes"][0]["basis"]["number"] == "15"


def test_only_an_instruction_in_force_is_put_in_writing(api: Api, clock: SettableClock) -> None:
    letter = issue(api)
    clock.set("2024-04-18")
    api.refused("invalid-value", 422, "POST", f"/v1/directives/{letter}/put-in-writing", json=WRITTEN)
    draft_id, _ = draft(api, number="9")
    path = f"/v1/directives/{draft_id}/put-in-writing"
    api.refused("directive-not-in-force", 409, "POST", path, json=WRITTEN)
    early = WRITTEN | {"effective_on": "2024-04-19"}
    made = api.ok("POST", "/v1/instructions", json=said())["directive"]
    api.refused("invalid-value", 422, "POST", f"/v1/directives/{made['id']}/put-in-writing", json=early)
