"""The office's own texts over HTTP: tried on a real message, refused whole, kept by version."""

from typing import Any

from service.database import Database
from service.notify.planner import plan
from tests.api.test_strangers import WORDING
from tests.api.world import Api, issue, obligation_of
from tests.conftest import MONDAY

PATH = "/v1/wordings/issue"
FIRST = {"If-Match": '"v0"'}
OFFICER = {
    "code": "can-bo-a",
    "name": "Cán bộ đầu mối xã A",
    "posts": [{"unit_code": "xa-a", "role": "officer", "valid_from": "2024-01-01"}],
    "addresses": [{"channel": "email", "address": "can-bo-a@an-binh.example.vn"}],
}


def told_duty(api: Api, database: Database) -> str:
    """Issue a letter, make the messages, and return the duty of which an officer of commune a is told."""
    api.speak_for("admin").ok("POST", "/v1/people", json=OFFICER)
    api.speak_for("clerk")
    issue(api)
    with database.write() as session:
        assert plan(session, now=MONDAY) > 0
    return str(obligation_of(api, "xa-a")["id"])


def test_an_office_words_its_messages_and_every_version_stays(api: Api) -> None:
    api.speak_for("leader")
    held = api.ok("GET", "/v1/wordings")
    kinds = ["issue", "digest", "urgent", "escalation", "missed", "notice"]
    assert [each["kind"] for each in held["items"]] == kinds
    assert {each["version"] for each in held["items"]} == {0}
    (zalo,) = (rule for rule in held["rules"] if rule["text"] == "zalo")
    assert zalo["length_max"] == 2000
    assert {each["name"] for each in zalo["placeholders"] if each["is_needed"]} == {"cac_viec", "lien_ket"}
    api.refused("precondition-required", 428, "PUT", PATH, json=WORDING)
    rehearsed = api.ok("PUT", f"{PATH}?dry_run=true", json=WORDING, headers=FIRST)
    assert rehearsed["version"] == 1
    assert api.ok("GET", PATH)["version"] == 0
    made = api.ok("PUT", PATH, json={**WORDING, "reason": "theo quy chế"}, headers=FIRST)
    assert (made["version"], made["texts"], made["reason"]) == (1, WORDING, "theo quy chế")
    assert made["made_by_name"] == "leader"
    api.refused("stale-version", 412, "PUT", PATH, json=WORDING, headers=FIRST)
    api.ok("PUT", PATH, json={**WORDING, "opening": "Kính gửi:"}, headers={"If-Match": '"v1"'})
    assert api.ok("GET", f"{PATH}?version=1")["texts"] == WORDING
    api.refused("not-found", 404, "GET", f"{PATH}?version=9")
    page = api.ok("GET", f"{PATH}/history?limit=2")
    assert [each["version"] for each in page["items"]] == [2, 1]
    rest = api.ok("GET", f"{PATH}/history?limit=2&after={page['next']}")
    assert ([each["version"] for each in rest["items"]], rest["next"]) == ([0], None)


def test_texts_that_cannot_be_used_are_refused_with_every_reason_and_nothing_is_kept(api: Api) -> None:
    api.speak_for("leader")
    wrong = {**WORDING, "duty": "{noi_dung}", "zalo": "{cac_viec} {lien_ket} {mat_khau}"}
    problem = api.refused("wording-refused", 422, "PUT", PATH, json=wrong, headers=FIRST)
    assert [(fault["text"], fault["code"], fault["detail"]) for fault in problem["faults"]] == [
        ("duty", "missing-placeholder", "tinh_trang, van_ban"),
        ("zalo", "unknown-placeholder", "mat_khau"),
    ]
    assert api.ok("GET", PATH)["version"] == 0
    api.speak_for("officer_a")
    api.refused("not-allowed", 403, "PUT", PATH, json=WORDING, headers=FIRST)


def test_texts_are_tried_on_a_real_message_before_they_hold(api: Api, database: Database) -> None:
    duty = told_duty(api, database)
    asked: dict[str, Any] = {"obligation_id": duty, "texts": WORDING}
    shown = api.ok("POST", f"{PATH}/preview", json=asked)
    mail, zalo = shown["channels"]
    assert mail["subject"].startswith("Nhắc việc 123/UBND-VP")
    assert zalo["text"].startswith("Đề nghị đồng chí:\n1. 123/UBND-VP: Các xã rà soát")
    assert zalo["length"] == len(zalo["text"]) < zalo["length_max"] == 2000
    assert f"/m/{shown['message_id']}" in zalo["text"]
    same = api.ok("POST", f"{PATH}/preview", json={"message_id": shown["message_id"]})
    assert same["channels"][0]["text"].startswith("Đơn vị của đồng chí có 2 việc mới")
    for wrong in ({}, {"obligation_id": duty, "message_id": shown["message_id"]}):
        api.refused("invalid-request", 422, "POST", f"{PATH}/preview", json=wrong)
    bad = {**asked, "texts": {**WORDING, "body": "{cac_viec}"}}
    api.refused("wording-refused", 422, "POST", f"{PATH}/preview", json=bad)
