"""What Zalo may tell the service of its own accord, and what nobody else may."""

import json
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain.inbound import apply_next
from service.domain.tables import InboundEvent, LinkCode, table
from service.fakes import zalo_events as events
from service.fakes.zalo_bot import Bot
from service.fakes.zalo_world import APP_ID
from tests.api.world import Api
from tests.conftest import SettableClock

PATH = "/v1/hooks/zalo/chinh"
SECRETS = {"app_secret": "fake-app-secret", "oa_secret_key": events.OA_SECRET_KEY}
kept, codes = table(InboundEvent), table(LinkCode)


def set_up(api: Api, version: int = 0, **more: Any) -> None:
    settings = {"app_id": APP_ID, "oa_id": events.OA_ID, **more}
    body = {"is_enabled": True, "settings": settings, "secrets": SECRETS}
    api.speak_for("keeper_admin").ok(
        "PUT", "/v1/channels/zalo", json=body, headers={"If-Match": f'"v{version}"'}
    )
    del api.headers["authorization"]


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.select(kept).order_by(kept.c.id)))


def test_every_signature_that_sources_describe_is_known_and_an_event_is_kept_once(
    api: Api, database: Database, clock: SettableClock
) -> None:
    set_up(api)
    apart = clock.now() - timedelta(minutes=1)
    for number, (first, stamp) in enumerate(
        [("app_id", "body"), ("app_id", "header"), ("oa_id", "body"), ("oa_id", "header")]
    ):
        event = events.user_sends("7001", "Đã nhận", clock.now(), msg_id=f"m{number}")
        signed = events.sign(event, first=first, stamp=stamp, sent_at=apart)  # type: ignore[arg-type]
        sent = {"content": signed.body, "headers": signed.headers}
        assert api.ok("POST", PATH, **sent) == {"kept": True}
        assert api.ok("POST", PATH, **sent) == {"kept": False}, "told again"
    found = rows(database)
    assert sorted(row.proof for row in found) == [
        "app_id+body",
        "app_id+header",
        "oa_id+body",
        "oa_id+header",
    ]
    assert {row.content["text"] for row in found} == {"Đã nhận"}
    assert all(row.applied_at is None for row in found), "answered before anybody acts on it"


def test_who_is_not_zalo_is_turned_away_and_nothing_is_kept(
    api: Api, database: Database, clock: SettableClock
) -> None:
    event = events.user_sends("7001", "Đã nhận", clock.now(), msg_id="m")
    good = events.sign(event)
    api.refused("unauthenticated", 401, "POST", PATH, content=good.body, headers=good.headers)
    set_up(api)
    old = events.sign(events.user_sends("7001", "x", clock.now() - timedelta(hours=2, seconds=1), msg_id="m"))
    ahead = events.sign(events.user_sends("7001", "x", clock.now() + timedelta(hours=3), msg_id="m"))
    other = events.sign(event, secret="fake-app-secret")
    bad = [
        (good.body, {"content-type": "application/json"}),
        (good.body + b" ", good.headers),
        (good.body, good.headers | {"x-zevent-signature": "mac="}),
        (good.body, good.headers | {"x-zevent-signature": "mac=é".encode("latin-1")}),
        (other.body, other.headers),
        (old.body, old.headers),
        (ahead.body, ahead.headers),
        (b"[]", good.headers),
        (b"\xff", good.headers),
        (b"", good.headers),
        (b"[" * 30_000, good.headers),
    ]
    for content, headers in bad:
        api.refused("unauthenticated", 401, "POST", PATH, content=content, headers=headers)
    elsewhere = "/v1/hooks/zalo/khac"
    api.refused("unauthenticated", 401, "POST", elsewhere, content=good.body, headers=good.headers)
    api.refused("content-too-large", 413, "POST", PATH, content=b"x" * 64_001, headers=good.headers)
    set_up(api, 1, webhook_trial=True)
    assert api.ok("POST", PATH, content=other.body, headers=other.headers) == {"kept": False}
    assert rows(database) == []


def test_an_event_of_any_shape_is_kept_with_no_more_than_is_needed(
    api: Api, database: Database, clock: SettableClock
) -> None:
    set_up(api)
    at = events.user_sends("1", "", clock.now(), msg_id="m")["timestamp"]
    odd: list[dict[str, Any]] = [
        {"event_name": "user_send_text", "sender": "7001", "message": "x"},
        {"event_name": "user_send_text", "sender": {"id": "x" * 65}, "message": {"text": {"a": 1}}},
        {"event_name": 5, "message": {"msg_id": ["x"]}},
        {"event_name": "user_seen_message", "message": {"msg_ids": [1, None, "y" * 99, "z"]}},
        {"event_name": "user_send_group_text", "sender": {"id": "7001"}, "message": {"text": "Đã nhận"}},
        {"event_name": "user_submit_info", "sender": {"id": "7001"}, "info": {"phone": "84900000001"}},
    ]
    for body in odd:
        signed = events.sign({**body, "timestamp": at})
        api.ok("POST", PATH, content=signed.body, headers=signed.headers)
    found = sorted(rows(database), key=lambda row: str(row.kind))
    assert [str(row.kind) for row in found] == ["other", "other", "other", "said", "said", "seen"]
    assert [row.sender for row in found] == [""] * 6
    assert found[-1].content == {"tracking_id": "", "references": ["1", "z"]}
    assert "84900000001" not in str(found), "what the person told Zalo is not ours"


def test_a_code_is_made_by_the_office_or_the_unit_and_shown_once(api: Api, database: Database) -> None:
    person = {"code": "nguoi-a", "name": "An", "posts": [{"unit_code": "xa-a", "role": "officer"}]}
    api.ok("POST", "/v1/people", json=person)
    path, sent = "/v1/people/nguoi-a/link-codes", {"json": {"channel": "zalo"}}
    once = {"headers": {"Idempotency-Key": "k"}}
    made, again = api.ok("POST", path, **sent, **once), api.ok("POST", path, **sent, **once)
    assert made["id"] == again["id"]
    assert again["code"] is None, "a repeat does not tell it again"
    with database.read() as connection:
        assert made["code"].replace("-", "") not in str(connection.execute(sa.select(codes)).all())
    for name in ("officer_a", "officer_b", "reader_a", "leader"):
        api.speak_for(name).refused("not-allowed", 403, "POST", path, **sent)
    api.speak_for("clerk").refused("not-found", 404, "POST", "/v1/people/nobody/link-codes", **sent)
    api.refused("invalid-request", 422, "POST", path, json={"channel": "fax"})


@pytest.mark.parametrize("secret", ["", "one\ntwo"])
def test_an_account_without_a_usable_secret_believes_nobody(
    api: Api, clock: SettableClock, secret: str
) -> None:
    body = {"is_enabled": True, "settings": {"app_id": APP_ID}, "secrets": {"oa_secret_key": secret}}
    api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v0"'})
    signed = events.sign(events.follow("7001", clock.now()), secret="")
    api.refused("unauthenticated", 401, "POST", PATH, content=signed.body, headers=signed.headers)


def test_a_bots_update_needs_the_word_of_its_webhook_and_is_kept_once(
    api: Api, database: Database, clock: SettableClock
) -> None:
    path = "/v1/hooks/zalo-bot/chinh"
    update = Bot().write("c1", "Đã nhận", clock.now())
    bare, wrapped = json.dumps(update).encode(), json.dumps({"ok": True, "result": update}).encode()
    shown = {"x-bot-api-secret-token": "fake-webhook-secret"}
    api.refused("unauthenticated", 401, "POST", path, content=bare, headers=shown)
    body = {
        "is_enabled": True,
        "settings": {},
        "secrets": {"token": "1000:fake-bot-secret", "webhook_secret": shown["x-bot-api-secret-token"]},
    }
    api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo-bot", json=body, headers={"If-Match": '"v0"'})
    del api.headers["authorization"]
    for word in ({}, {"x-bot-api-secret-token": ""}, {"x-bot-api-secret-token": "other-secret"}):
        api.refused("unauthenticated", 401, "POST", path, content=bare, headers=word)
    assert api.ok("POST", path, content=bare, headers=shown) == {"kept": True}
    assert api.ok("POST", path, content=wrapped, headers=shown) == {"kept": False}, "one update, two shapes"
    assert api.ok("POST", path, content=b"no json", headers=shown) == {"kept": False}
    (said,) = (row for row in rows(database) if str(row.kind) == "said")
    assert (said.channel, said.sender, said.content["text"]) == ("zalo-bot", "c1", "Đã nhận")
    group = json.loads(bare)
    group["message"] |= {"message_id": "g", "chat": {"id": "g1", "chat_type": "GROUP"}}
    api.ok("POST", path, content=json.dumps(group).encode(), headers=shown)
    assert [str(row.kind) for row in rows(database)].count("said") == 1, (
        "what a group says is nobody's answer"
    )


@pytest.mark.both_databases
def test_two_workers_that_meet_somebody_new_at_the_same_moment_both_listen(
    api: Api, database: Database, clock: SettableClock
) -> None:
    set_up(api)
    for number in (1, 2):
        signed = events.sign(events.user_sends("7001", "Đã nhận", clock.now(), msg_id=f"m{number}"))
        api.ok("POST", PATH, content=signed.body, headers=signed.headers)

    def listen() -> None:
        with database.write() as session:
            apply_next(session, now=clock.now())

    with database.write() as first:
        apply_next(first, now=clock.now())
        second = Thread(target=listen)
        second.start()
        second.join(0.3)
        first.commit()
    second.join()
    assert [row.outcome for row in rows(database)] == ["sender_unknown"] * 2
