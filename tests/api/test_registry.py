"""Units, groups, people, registers, channels, files and what was told, over HTTP."""

import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from service.database import Database
from service.domain.ids import new_id
from service.domain.tables import (
    ChannelAccount,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Message,
    MessageLine,
    Occasion,
    Outbox,
    table,
)
from service.settings import Settings
from service.vault import Vault
from tests.api.world import Api, draft, issue, obligation_of
from tests.conftest import MONDAY, SettableClock

ANY = {"If-Match": "*"}


def test_units_are_entered_found_and_renamed(api: Api, clock: SettableClock) -> None:
    body = {
        "code": "xa-d",
        "name": "UBND xã Đồng Đăng",
        "kind": "xa",
        "parent_code": "cao-loc",
        "aliases": ["xã Đồng Đăng"],
        "attributes": ["xã biên giới"],
        "identifiers": {"census": "06190"},
    }
    made = api.ok("POST", "/v1/units", json=body)
    assert (made["parent_code"], made["attributes"], made["identifiers"]) == (
        "cao-loc",
        ["xã biên giới"],
        {"census": "06190"},
    )
    api.refused("already-exists", 409, "POST", "/v1/units", json=body)
    lost = body | {"code": "xa-e", "parent_code": "khong-co"}
    assert api.refused("unknown-reference", 422, "POST", "/v1/units", json=lost)["codes"] == ["khong-co"]
    assert [u["code"] for u in api.ok("GET", "/v1/units", params={"q": "dong dang"})["items"]] == ["xa-d"]
    assert len(api.ok("GET", "/v1/units", params={"parent": "cao-loc", "kind": "xa"})["items"]) == 4
    first = api.ok("GET", "/v1/units", params={"limit": 2})
    rest = api.ok("GET", "/v1/units", params={"after": first["next"]})
    assert len(first["items"]) + len(rest["items"]) == 7
    clock.set("2024-06-03")
    tag = api.get("/v1/units/xa-d").headers["etag"]
    renamed = api.ok(
        "PATCH", "/v1/units/xa-d", json={"name": "UBND phường Đồng Đăng"}, headers={"If-Match": tag}
    )
    assert renamed["former_names"][0]["name"] == "UBND xã Đồng Đăng"
    api.refused(
        "stale-version", 412, "PATCH", "/v1/units/xa-d", json={"kind": "phuong"}, headers={"If-Match": tag}
    )
    api.refused("not-found", 404, "PATCH", "/v1/units/xa-z", json={"kind": "xa"}, headers=ANY)
    api.refused("invalid-value", 422, "PATCH", "/v1/units/cao-loc", json={"parent_code": "xa-a"}, headers=ANY)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_units_and_people_come_from_files(api: Api) -> None:
    content = sheet(
        ("Mã", "Tên", "Loại", "Ghi chú"),
        ("xa-a", "UBND xã An Bình", "xã", ""),
        ("xa-d", "UBND xã Đồng Đăng", "xã", ""),
        ("xấu", "", "xã", ""),
    )
    done = api.ok("POST", "/v1/units/import", files={"file": ("units.xlsx", content)})
    assert (done["new"], len(done["refused"]), done["unknown_columns"]) == (["xa-d"], 1, ["Ghi chú"])
    api.refused("invalid-value", 422, "POST", "/v1/units/import", files={"file": ("units.csv", b"\x00\x01")})
    people = "Mã,Họ và tên,Mã đơn vị,Vai trò,Thư điện tử\nnv-1,Trần Thị B,xa-d,thủ trưởng,b@xa-d.test\n"
    done = api.ok("POST", "/v1/people/import", files={"file": ("p.csv", people.encode())})
    assert done["new"] == ["nv-1"], done
    found = api.ok("GET", "/v1/people", params={"unit": "xa-d"})["items"]
    assert [(p["name"], p["posts"][0]["role"], p["addresses"][0]["address"]) for p in found] == [
        ("Trần Thị B", "head", "b@xa-d.test")
    ]


def test_groups_are_dated(api: Api, clock: SettableClock) -> None:
    body = {"code": "diem", "name": "Xã điểm", "members": ["xa-a", "xa-b"]}
    made = api.ok("POST", "/v1/unit-groups", json=body)
    assert (made["rule"], made["aliases"]) == (None, [])
    api.refused("already-exists", 409, "POST", "/v1/unit-groups", json=body)
    api.refused(
        "unknown-reference", 422, "POST", "/v1/unit-groups", json=body | {"code": "x", "members": ["xa-z"]}
    )
    api.refused("invalid-value", 422, "POST", "/v1/unit-groups", json={"code": "x", "name": "x"})
    tag = api.get("/v1/unit-groups/diem").headers["etag"]
    clock.set("2024-06-03")
    changed = {"name": "Xã điểm", "members": ["xa-b", "xa-c"]}
    api.ok("PUT", "/v1/unit-groups/diem", json=changed, headers={"If-Match": tag})
    api.refused("stale-version", 412, "PUT", "/v1/unit-groups/diem", json=changed, headers={"If-Match": tag})
    members = "/v1/unit-groups/diem/members"
    assert [m["code"] for m in api.ok("GET", members)["items"]] == ["xa-b", "xa-c"]
    before = api.ok("GET", members, params={"as_of": "2024-05-01"})
    assert [m["code"] for m in before["items"]] == ["xa-a", "xa-b"]
    assert len(api.ok("GET", "/v1/unit-groups/cac-xa/members")["items"]) == 3
    api.refused("not-found", 404, "GET", "/v1/unit-groups/khac/members")
    assert [g["code"] for g in api.ok("GET", "/v1/unit-groups", params={"limit": 1})["items"]] == ["cac-xa"]
    api.refused("not-found", 404, "PUT", "/v1/unit-groups/khac", json=changed, headers=ANY)


def test_people_are_seen_by_those_above_them(api: Api) -> None:
    for unit in ("xa-a", "xa-b"):
        person = {
            "code": f"nguoi-{unit}",
            "name": f"Người {unit}",
            "posts": [{"unit_code": unit, "role": "officer"}],
            "addresses": [{"channel": "email", "address": f"{unit}@xa.test"}],
        }
        made = api.ok("POST", "/v1/people", json=person)
        assert made["addresses"][0]["is_verified"] is False
    assert len(api.ok("GET", "/v1/people")["items"]) == 2
    assert len(api.speak_for("head_of_district").ok("GET", "/v1/people")["items"]) == 2
    assert [p["code"] for p in api.speak_for("officer_a").ok("GET", "/v1/people")["items"]] == ["nguoi-xa-a"]
    api.refused("not-found", 404, "GET", "/v1/people/nguoi-xa-b")
    bad = {"code": "x", "name": "X", "posts": [{"unit_code": "xa-z", "role": "officer"}]}
    api.speak_for("clerk").refused("unknown-reference", 422, "POST", "/v1/people", json=bad)


def test_a_register_passes_to_another_keeper(api: Api, clock: SettableClock) -> None:
    api.speak_for("admin")
    kept = api.ok("GET", "/v1/registers/chinh")
    assert kept["keeper"]["code"] == "van-phong"
    body = {"unit_code": "xa-a", "from_on": "2024-04-15"}
    path = "/v1/registers/chinh/keeper"
    api.refused("stale-version", 412, "PUT", path, json=body, headers={"If-Match": '"v9"'})
    lost = body | {"unit_code": "xa-z"}
    api.refused("unknown-reference", 422, "PUT", path, json=lost, headers=ANY)
    api.speak_for("keeper_admin")
    assert api.ok("PUT", path, json=body, headers={"If-Match": '"v1"'})["keeper"]["code"] == "xa-a"
    api.refused("not-allowed", 403, "PUT", path, json=body, headers=ANY)
    assert api.speak_for("officer_a").ok("GET", "/v1/me")["is_keeper"] is True
    assert api.speak_for("clerk").ok("GET", "/v1/me")["is_keeper"] is False


def test_with_two_registers_a_request_names_one(api: Api) -> None:
    api.speak_for("admin").ok("POST", "/v1/registers", json={"code": "hai", "name": "Sổ hai"})
    api.refused("register-required", 422, "GET", "/v1/me")
    assert api.ok("GET", "/v1/me?register=hai")["register"]["code"] == "hai"
    assert [r["code"] for r in api.ok("GET", "/v1/registers?register=hai")["items"]] == ["chinh", "hai"]
    api.refused(
        "already-exists", 409, "POST", "/v1/registers?register=hai", json={"code": "hai", "name": "x"}
    )
    assert api.ok("GET", "/v1/unit-groups?register=hai")["items"] == []
    assert api.ok("GET", "/v1/registers/hai")["keeper"] is None
    assert api.speak_for("clerk").ok("GET", "/v1/me")["register"]["code"] == "chinh"
    api.refused("register-required", 422, "GET", "/v1/me?register=hai")


def test_the_calendar_and_the_policies_are_open_to_all(api: Api) -> None:
    year = api.speak_for("officer_a").ok("GET", "/v1/calendars/2024")
    assert len(year["days"]) == 366
    off = {day["day"] for day in year["days"] if not day["is_working"]}
    assert {"2024-02-09", "2024-04-18", "2024-09-02"} <= off
    policies = api.ok("GET", "/v1/escalation-policies")["items"]
    assert {"deadline", "acknowledgement"} <= {policy["kind"] for policy in policies}
    assert all(policy["steps"] for policy in policies)


def test_a_channel_keeps_its_secrets(api: Api, database: Database, settings: Settings) -> None:
    api.speak_for("keeper_admin")
    before = {each["channel"]: each for each in api.ok("GET", "/v1/channels")["items"]}
    assert {"console", "email", "zalo"} <= before.keys()
    assert before["email"]["version"] == 0
    body = {"is_enabled": True, "settings": {"host": "127.0.0.1"}, "secrets": {"password": "bí mật"}}
    path = "/v1/channels/email"
    set_up = api.put(path, json=body, headers={"If-Match": '"v0"'})
    assert set_up.json()["has_secrets"] is True
    assert "bí mật" not in set_up.text
    body.pop("secrets")
    again = api.put(path, json=body | {"is_enabled": False}, headers={"If-Match": set_up.headers["etag"]})
    assert (again.json()["has_secrets"], again.json()["is_enabled"]) == (True, False)
    api.refused("stale-version", 412, "PUT", path, json=body, headers={"If-Match": set_up.headers["etag"]})
    api.refused("not-found", 404, "PUT", "/v1/channels/fax", json=body, headers=ANY)
    with database.read() as connection:
        sealed = connection.execute(sa.select(table(ChannelAccount).c.secrets)).scalar_one()
    assert Vault(settings.secret_key).open(sealed) == {"password": "bí mật"}


def test_secrets_are_not_taken_without_a_key_to_seal_them(
    settings: Settings, database: Database, clock: SettableClock, api: Api
) -> None:
    from service.api.app import create_app

    open_settings = settings.model_copy(update={"secret_key": None})
    with Api(create_app(open_settings, database, clock)) as bare:
        bare.tokens = api.tokens
        body = {"is_enabled": True, "settings": {}, "secrets": {"password": "x"}}
        bare.speak_for("keeper_admin").refused(
            "secret-key-missing", 409, "PUT", "/v1/channels/email", json=body, headers=ANY
        )


def test_a_file_is_seen_by_its_sender_until_it_is_evidence(api: Api, settings: Settings) -> None:
    issue(api)
    one = obligation_of(api, "xa-a")
    content = "Báo cáo".encode() * 1000
    sent = {"file": ("../../Báo cáo số 5.txt", content)}
    made = api.speak_for("officer_a").ok("POST", "/v1/files", files=sent)
    assert (made["name"], made["size"]) == ("Báo cáo số 5.txt", len(content))
    assert (settings.files / made["sha256"][:2] / made["sha256"][2:]).read_bytes() == content
    api.speak_for("clerk").refused("not-found", 404, "GET", f"/v1/files/{made['id']}")
    evidence = {"text": "Xong", "file_ids": [made["id"]]}
    api.speak_for("officer_a").ok("POST", f"/v1/obligations/{one['id']}/submit", json=evidence)
    for name in ("clerk", "officer_a"):
        got = api.speak_for(name).get(f"/v1/files/{made['id']}")
        assert got.content == content
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"] == "application/octet-stream"
    api.speak_for("officer_b").refused("not-found", 404, "GET", f"/v1/files/{made['id']}")
    again = api.speak_for("officer_b").ok("POST", "/v1/files", files=sent)
    assert again["sha256"] == made["sha256"]
    unknown = {"text": "x", "file_ids": [str(uuid4())]}
    other = obligation_of(api, "xa-b")
    api.speak_for("officer_b").refused(
        "unknown-reference", 422, "POST", f"/v1/obligations/{other['id']}/submit", json=unknown
    )


LETTER = """UBND HUYỆN CAO LỘC
Số: 45/UBND-VP
Cao Lộc, ngày 15 tháng 4 năm 2024
V/v rà soát tiêu chí nông thôn mới

Kính gửi: UBND các xã.

1. UBND các xã rà soát, báo cáo kết quả trước ngày 15/5/2024.
2. Sở Ngoài cuộc tổng hợp, báo cáo.
"""


def test_a_letter_becomes_a_draft_with_its_file(api: Api) -> None:
    made = api.ok("POST", "/v1/directives/intake", files={"file": ("cv45.txt", LETTER.encode())})
    assert (made["number"], made["state"]) == ("45", "draft")
    assert made["items"]
    assert api.get(f"/v1/files/{made['file_id']}").content == LETTER.encode()
    confirmed = api.ok("POST", f"/v1/directives/{made['id']}/confirm-proposals")
    assert confirmed["items"][0]["assignments"][0]["group_code"] == "cac-xa"
    api.refused(
        "already-exists", 409, "POST", "/v1/directives/intake", files={"file": ("b.txt", LETTER.encode())}
    )


@pytest.fixture
def told(api: Api, database: Database) -> dict[str, str]:
    """Return the ids of a message, its delivery and the obligation that it speaks of."""
    directive_id = issue(api, subject="=HYPERLINK(0)")
    one = obligation_of(api, "xa-a")
    person = {"code": "an", "name": "=1+1", "posts": [{"unit_code": "xa-a", "role": "officer"}]}
    person_id = UUID(api.ok("POST", "/v1/people", json=person)["id"])
    register_id = UUID(api.ok("GET", "/v1/me")["register"]["id"])
    with database.write() as session:
        seq = session.connection().execute(sa.select(sa.func.min(table(Outbox).c.seq))).scalar_one()
        message = Message(
            id=new_id(MONDAY),
            register_id=register_id,
            person_id=person_id,
            occasion=Occasion.ISSUE,
            occasion_key="k",
            made_at=MONDAY,
            not_before=MONDAY,
        )
        session.add(message)
        session.flush()
        delivery = Delivery(
            id=new_id(MONDAY),
            register_id=register_id,
            message_id=message.id,
            channel="email",
            address="an@xa-a.test",
            position=0,
            state=DeliveryState.FAILED,
            attempts=1,
            reason="550",
        )
        session.add(delivery)
        line = MessageLine(
            id=new_id(MONDAY), message_id=message.id, obligation_id=UUID(one["id"]), event_seq=seq
        )
        session.add(line)
        session.flush()
        session.add(
            DeliveryAttempt(
                delivery_id=delivery.id, fence=1, began_at=MONDAY, ended_at=MONDAY, outcome="refused"
            )
        )
    return {
        "message": str(message.id),
        "delivery": str(delivery.id),
        "obligation": one["id"],
        "directive": directive_id,
    }


def test_it_is_known_who_was_told_what(api: Api, told: dict[str, str]) -> None:
    (message,) = api.ok("GET", "/v1/messages", params={"obligation_id": told["obligation"]})["items"]
    assert (message["person"]["code"], message["obligation_ids"]) == ("an", [told["obligation"]])
    assert api.ok("GET", "/v1/messages", params={"person": "binh"})["items"] == []
    for asked in (
        {"state": "failed"},
        {"channel": "email"},
        {"message_id": told["message"]},
        {"directive_id": told["directive"]},
        {"unit": "xa-a", "person": "an"},
        {"from_on": "2024-04-15", "until_on": "2024-04-15"},
    ):
        assert [d["id"] for d in api.ok("GET", "/v1/deliveries", params=asked)["items"]] == [told["delivery"]]
    for asked in (
        {"state": "sent"},
        {"directive_id": told["message"]},
        {"unit": "xa-b"},
        {"person": "binh"},
        {"until_on": "2024-04-14"},
        {"from_on": "2024-04-16"},
    ):
        assert api.ok("GET", "/v1/deliveries", params=asked)["items"] == []
    path = f"/v1/deliveries/{told['delivery']}"
    assert [each["outcome"] for each in api.ok("GET", path)["tries"]] == ["refused"]
    api.refused("stale-version", 412, "POST", f"{path}/retry", headers={"If-Match": '"v5"'})
    again = api.ok("POST", f"{path}/retry", headers={"If-Match": '"v1"'})
    assert (again["state"], again["attempts"]) == ("queued", 0)
    api.refused("move-not-allowed", 409, "POST", f"{path}/retry")


def test_what_no_channel_delivers_is_told_by_a_person_who_says_how(
    api: Api, told: dict[str, str], database: Database
) -> None:
    path = f"/v1/deliveries/{told['delivery']}"
    by_phone = {"means": "phone", "note": "văn thư nghe máy"}
    assert api.ok("GET", "/v1/deliveries", params={"needs_person": True})["items"] == []
    api.refused("move-not-allowed", 409, "POST", f"{path}/tell-by-hand", json=by_phone)
    with database.write() as session:
        session.get_one(Delivery, UUID(told["delivery"])).needs_person = True
    (left,) = api.ok("GET", "/v1/deliveries", params={"needs_person": True})["items"]
    assert (left["id"], left["needs_person"], left["by_hand"]) == (told["delivery"], True, None)
    (email,) = (each for each in api.ok("GET", "/v1/channels")["items"] if each["channel"] == "email")
    assert email["traffic"]["needs_person"] == 1
    api.speak_for("leader").refused("not-allowed", 403, "POST", f"{path}/tell-by-hand", json=by_phone)
    api.speak_for("clerk")
    for day in ("2024-04-14", "2024-04-16"):
        api.refused("invalid-value", 422, "POST", f"{path}/tell-by-hand", json=by_phone | {"told_on": day})
    stale = {"If-Match": '"v5"'}
    api.refused("stale-version", 412, "POST", f"{path}/tell-by-hand", json=by_phone, headers=stale)
    settled = api.ok("POST", f"{path}/tell-by-hand", json=by_phone)
    assert settled["by_hand"] == {"means": "phone", "told_on": "2024-04-15", "note": "văn thư nghe máy"}
    assert (settled["state"], settled["needs_person"]) == ("failed", False)
    api.refused("move-not-allowed", 409, "POST", f"{path}/tell-by-hand", json=by_phone)
    report = api.ok("GET", f"/v1/directives/{told['directive']}/delivery-report")
    assert [each["unit"]["code"] for each in report["summary"]["unreached"]] == ["xa-b", "xa-c"]
    assert report["items"][0]["deliveries"][0]["told_on"] == "2024-04-15"
    lines = api.ok("GET", f"/v1/obligations/{told['obligation']}")["timeline"]
    assert lines[-1]["text"] == "Tin nhắn không gửi được; đã báo qua điện thoại ngày 15/04/2024"


def test_a_message_that_waits_too_long_raises_the_alarm(
    api: Api, told: dict[str, str], clock: SettableClock, routes: FastAPI
) -> None:
    clock.advance(minutes=5)
    api.ok("POST", f"/v1/deliveries/{told['delivery']}/retry")
    clock.advance(minutes=15)
    assert api.ok("GET", "/readyz") == {"status": "ready", "oldest_due_seconds": 900, "held_since": None}
    clock.advance(minutes=1)
    assert api.ok("GET", "/readyz") == {"status": "degraded", "oldest_due_seconds": 960, "held_since": None}
    (email,) = (each for each in api.ok("GET", "/v1/channels")["items"] if each["channel"] == "email")
    assert (email["traffic"]["due"], email["is_paused"]) == (1, False)
    assert email["traffic"]["oldest_due_at"] == "2024-04-15T02:05:00Z"
    assert email["traffic"]["last_hour"] == {"refused": 1}
    text = Api(routes, client=("127.0.0.1", 1)).get("/metrics").text
    assert 'dondoc_deliveries_due{channel="email"} 1.0' in text
    assert 'dondoc_delivery_tries_last_hour{channel="email",outcome="refused"} 1.0' in text
    assert "dondoc_delivery_oldest_due_seconds 960.0" in text
    assert not any(word in text for word in ("an@", "xa-a"))
    clock.advance(hours=1)
    (email,) = (each for each in api.ok("GET", "/v1/channels")["items"] if each["channel"] == "email")
    assert email["traffic"]["last_hour"] == {}


def test_the_delivery_report_says_who_never_got_it(api: Api, told: dict[str, str]) -> None:
    path = f"/v1/directives/{told['directive']}/delivery-report"
    report = api.ok("GET", path)
    assert report["directive"]["number"] == "123"
    unreached = {each["unit"]["code"]: each["reach"] for each in report["summary"]["unreached"]}
    assert unreached == {"xa-a": "failed", "xa-b": "nobody", "xa-c": "nobody"}
    assert (report["summary"]["units"], report["summary"]["reached"]) == (3, 0)
    (line,) = report["items"]
    assert (line["person"]["code"], line["item"], line["event"]) == ("an", "1", "obligation.assigned.v1")
    assert [(each["state"], each["reason"]) for each in line["deliveries"]] == [("failed", "550")]
    assert api.ok("GET", path, params={"after": report["next"]} if report["next"] else {})["items"]
    draft_id, _ = draft(api, number="778")
    api.refused("not-found", 404, "GET", f"/v1/directives/{draft_id}/delivery-report")
    asked = {"directive_id": told["directive"]}
    book = openpyxl.load_workbook(io.BytesIO(api.get("/v1/reports/deliveries.xlsx", params=asked).content))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert rows[2][0] == "Tính đến 09:00 15/04/2024; 0/3 đơn vị đã được báo, 3 đơn vị chưa nhận được"
    assert [row[8] for row in rows[4:]] == [
        "Chưa nhận được: gửi không thành công",
        "Chưa nhận được: đơn vị chưa có người nhận",
        "Chưa nhận được: đơn vị chưa có người nhận",
        "Không gửi được",
    ]
    assert book.active.cell(8, 5).data_type == "s", "a name is text and never a formula"
    text = api.get("/v1/reports/deliveries.csv", params=asked).text
    assert ",'=1+1," in text


def test_an_item_can_be_named_by_its_id(api: Api) -> None:
    directive_id, _ = draft(api)
    item = api.ok("GET", f"/v1/directives/{directive_id}")["items"][0]
    path = f"/v1/directives/{directive_id}/items/{item['id']}"
    changed = api.ok("PATCH", path, json={"due_on": "2024-07-01", "text_alone": True}, headers=ANY)
    assert (changed["deadline"]["iso"], changed["text_alone"]) == ("2024-07-01", True)
    assert date.fromisoformat(changed["deadline"]["iso"]) == date(2024, 7, 1)
