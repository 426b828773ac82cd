"""Endpoints of other systems: told signed and at least once, tried for days, and never at others' cost."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jsonschema_rs import Draft202012Validator
from standardwebhooks.webhooks import Webhook

from service.api.asyncapi import asyncapi
from service.database import Database
from service.domain import webhook_purge, webhook_queue
from service.domain.checks import examine
from service.domain.tables import Event, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import WAITING_MAX, WAITS, networks
from service.fakes.receiver import Got, Receiver, Said, receiving
from service.notify.webhooks.caller import Caller
from service.settings import Settings
from service.vault import Vault
from service.walls import Walls
from tests.api.test_events import place
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

ENDPOINTS = "/v1/webhook-endpoints"
endpoint, call, event = table(WebhookEndpoint), table(WebhookCall), table(Event)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def caller(
    database: Database, settings: Settings, clock: SettableClock, receiver: Receiver
) -> Iterator[Caller]:
    walls = Walls(networks(["127.0.0.0/8"]), frozenset({receiver.port}), plain=True)
    vault = Vault(settings.secret_key)
    opened = Caller(database, vault, clock, walls=walls, public_url="https://dondoc.example.vn/", threads=8)
    yield opened
    opened.close()


@pytest.fixture
def work(database: Database, caller: Caller, clock: SettableClock) -> Callable[[], int]:
    """Return what the worker does in a round: places, calls."""

    def round_of_work() -> int:
        place(database)
        made = 0
        while True:
            with database.write() as session:
                moved = webhook_queue.fan_out(session, now=clock.now())
            called = caller.drain()
            made += called
            if not (moved or called):
                return made

    return round_of_work


def register(api: Api, url: str, *types: str) -> dict[str, Any]:
    body = {"url": url, "types": list(types or ("*",))}
    return dict(api.speak_for("keeper_admin").ok("POST", ENDPOINTS, json=body))


def shown(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    return dict(api.speak_for("keeper_admin").ok("GET", f"{ENDPOINTS}/{made['id']}"))


def post(api: Api, made: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    api.speak_for("keeper_admin")
    return dict(api.ok("POST", f"{ENDPOINTS}/{made['id']}/{verb}", **({"json": body} if body else {})))


def test_an_endpoint_is_challenged_then_told_what_happens_signed_as_the_standards_say(
    api: Api, receiver: Receiver, work: Callable[[], int], database: Database, clock: SettableClock
) -> None:
    made = register(api, receiver.url())
    assert (made["state"], made["secret"][:6], made["public_key"][:5]) == ("unverified", "whsec_", "whpk_")
    assert "secret" not in shown(api, made)
    work()
    assert shown(api, made)["state"] == "active"
    issue(api)
    work()
    asked = {"limit": 200, "after": made["after"]}
    since = api.speak_for("clerk").ok("GET", "/v1/events", params=asked)["items"]
    told = sorted(receiver.events(), key=lambda each: each["sequence"])
    assert [each["id"] for each in told] == [each["id"] for each in since]
    assert {each["source"] for each in told} == {"https://dondoc.example.vn/v1/registers/chinh"}
    for got in receiver.got:
        check(got, made["secret"], made["public_key"], clock)
        event = from_http_event(HTTPMessage(headers=got.headers, body=got.body))
        assert event.get_id() == got.headers["webhook-id"]
        assert event.get_specversion() == "1.0"
        Draft202012Validator(asyncapi()["components"]["schemas"][event.get_type()]).validate(got.event())
    with database.read() as connection:
        assert examine(connection, now=clock.now()) == []


def check(got: Got, secret: str, public_key: str, clock: SettableClock) -> None:
    """Check both kinds of signature with code that is not ours, and that a changed byte is noticed."""
    at = clock.now()
    stamped = got.headers["webhook-timestamp"]
    assert int(stamped) == int(at.timestamp())
    hmac_part, *_ = got.headers["webhook-signature"].split()
    assert Webhook(secret).sign(got.headers["webhook-id"], at, got.body.decode()) == hmac_part
    signed = f"{got.headers['webhook-id']}.{stamped}.".encode() + got.body
    (by_key,) = (p for p in got.headers["webhook-signature"].split() if p.startswith("v1a,"))
    key = Ed25519PublicKey.from_public_bytes(b64decode(public_key.removeprefix("whpk_")))
    key.verify(b64decode(by_key.removeprefix("v1a,")), signed)
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(by_key.removeprefix("v1a,")), signed + b" ")


def test_who_does_not_repeat_the_challenge_is_told_nothing(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock
) -> None:
    receiver.repeats = False
    made = register(api, receiver.url())
    issue(api)
    work()
    assert receiver.events() == []
    attempts = api.speak_for("keeper_admin").ok("GET", f"{ENDPOINTS}/{made['id']}/attempts")["items"]
    assert [each["reason"] for each in attempts] == ["The endpoint did not repeat the challenge"]
    receiver.repeats = True
    clock.advance(seconds=10)
    work()
    assert shown(api, made)["state"] == "active"
    assert {"directive.issued.v1"} <= {each["type"] for each in receiver.events()}


def test_a_failed_call_climbs_the_ladder_with_one_id_and_others_do_not_wait_for_it(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock
) -> None:
    made = register(api, receiver.url(), "obligation.acknowledged.v1", "directive.issued.v1")
    work()
    receiver.say = [Said(500, {}, b"Loi he thong" * 200)]
    issue(api)
    work()
    assert shown(api, made)["failing_since"] is not None
    api.ok("POST", f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/acknowledge")
    work()
    issued, acknowledged, again = receiver.events()
    assert acknowledged["type"] == "obligation.acknowledged.v1"
    assert again == issued, "it came back, and what waited went at once under the same id"
    assert shown(api, made)["failing_since"] is None
    tries = api.speak_for("keeper_admin").ok("GET", f"{ENDPOINTS}/{made['id']}/attempts")["items"]
    (failed,) = (each for each in tries if each["status"] == 500)
    assert (len(failed["answer"]), failed["answer"][:12]) == (1024, "Loi he thong")
    assert failed["sequence"] == issued["sequence"]


def test_after_the_last_rung_a_call_is_over_and_missing_ones_can_be_told_again(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock
) -> None:
    made = register(api, receiver.url(), "directive.issued.v1")
    work()
    receiver.always = Said(503)
    issue(api)
    begun = clock.now()
    work()
    for wait in WAITS:
        clock.advance(seconds=wait.total_seconds() * 1.11)
        work()
    assert len(receiver.events()) == len(WAITS) + 1 == 10
    assert timedelta(hours=70) < clock.now() - begun < timedelta(hours=85)
    clock.advance(days=1)
    assert work() == 0, "the ladder has an end"
    receiver.always = None
    post(api, made, "replay", what="missing")
    work()
    assert len({each["id"] for each in receiver.events()}) == 1
    assert len(receiver.events()) == 11
    assert shown(api, made)["failing_since"] is None


def test_gone_means_gone_and_retry_after_is_honoured(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock, database: Database
) -> None:
    made = register(api, receiver.url(), "directive.issued.v1")
    work()
    receiver.say = [Said(429, {"Retry-After": "3600"}), Said(410)]
    issue(api)
    work()
    clock.advance(minutes=59)
    assert work() == 0
    clock.advance(minutes=2)
    assert work() == 1
    ended = shown(api, made)
    assert (ended["state"], ended["reason"]) == ("disabled", "it answered that it is gone (410)")
    place(database)
    api.speak_for("clerk")
    (fact,) = api.ok("GET", "/v1/events", params={"type": "webhook.disabled.v1"})["items"]
    assert (fact["subject"], fact["data"]["reason"]) == (made["id"], ended["reason"])
    issue(api, number="88")
    assert work() == 0
    post(api, made, "enable")
    work()
    assert shown(api, made)["state"] == "active"
    assert len(receiver.events()) == 3, "what happened while it was away came when it was back"


def test_who_takes_nothing_for_five_days_is_disabled(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock
) -> None:
    made = register(api, receiver.url(), "directive.issued.v1")
    work()
    receiver.always = Said(301, {"Location": "http://127.0.0.1:1/"})
    issue(api)
    work()
    clock.advance(days=5, minutes=1)
    work()
    assert (shown(api, made)["state"], shown(api, made)["reason"]) == (
        "disabled",
        "it took nothing for 5 days: HTTP 301",
    )


def test_a_slow_endpoint_gets_few_threads_and_a_dead_worker_loses_no_call(
    api: Api,
    receiver: Receiver,
    work: Callable[[], int],
    clock: SettableClock,
    database: Database,
    caller: Caller,
) -> None:
    slow, quick = (
        register(api, receiver.url("/slow"), "item.*"),
        register(api, receiver.url("/quick"), "item.*"),
    )
    work()
    for number in range(3):
        issue(api, number=str(500 + number))
    place(database)
    with database.write() as session:
        webhook_queue.fan_out(session, now=clock.now())
        claims = webhook_queue.claim(session, batch=100, lease=timedelta(minutes=2), now=clock.now())
        counts = [sum(str(each.endpoint_id) == made["id"] for each in claims) for made in (slow, quick)]
        assert counts == [4, 4], "of six events each"
        assert webhook_queue.claim(session, batch=9, lease=timedelta(minutes=2), now=clock.now()) == []
    clock.advance(minutes=3)
    work()
    assert len({each["id"] for each in receiver.events()}) == 6
    assert len(receiver.events()) == 12, "what a killed worker had claimed is called when its lease ran out"


def happen_again(database: Database, kind: str, *, times: int) -> None:
    """Let an event of the journal have happened so many times more."""
    copied = sa.select(event).where(event.c.kind == kind).limit(1)
    with database.write() as session:
        row = dict(session.connection().execute(copied).one()._mapping)
        del row["seq"]
        session.connection().execute(sa.insert(event), [row] * times)


def test_while_an_endpoint_is_down_events_wait_in_the_ledger_and_then_come_all(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock, database: Database
) -> None:
    made = register(api, receiver.url(), "item.assigned.v1")
    work()
    issue(api)
    place(database)
    happen_again(database, "item.assigned.v1", times=130)
    receiver.always = Said(503)
    work()
    waiting = sa.select(sa.func.count()).where(call.c.position > 0)
    with database.read() as connection:
        assert connection.execute(waiting).scalar() == WAITING_MAX
    receiver.always = None
    receiver.got.clear()
    clock.advance(minutes=1)
    work()
    assert len({each["id"] for each in receiver.events()}) == len(receiver.events()) == 132
    assert shown(api, made)["failing_since"] is None


def test_what_was_missed_is_told_again_in_turn_and_never_more_at_a_time_than_may_wait(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock, database: Database
) -> None:
    made = register(api, receiver.url(), "item.assigned.v1")
    work()
    issue(api)
    place(database)
    happen_again(database, "item.assigned.v1", times=250)
    work()
    told = len(receiver.events())
    receiver.got.clear()
    with database.write() as session:
        failed = sa.update(call).where(call.c.position > 0).values(state="failed")
        session.connection().execute(failed)
    receiver.always = Said(503)
    post(api, made, "replay", what="missing")
    work()
    with database.read() as connection:
        waiting = sa.select(sa.func.count()).where(call.c.next_attempt_at.is_not(None))
        assert connection.execute(waiting).scalar() == WAITING_MAX
    receiver.always = None
    receiver.got.clear()
    clock.advance(minutes=1)
    work()
    assert len(receiver.events()) == len({each["id"] for each in receiver.events()}) == told > 250
    with database.read() as connection:
        assert connection.execute(sa.select(endpoint.c.missing_after)).scalar() is None


def test_old_calls_and_tries_go_and_what_waits_or_was_tried_since_stays(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock, database: Database
) -> None:
    register(api, receiver.url(), "item.*")
    work()
    issue(api)
    work()
    old = len(receiver.events())
    clock.advance(days=29)
    issue(api, number="88")
    receiver.always = Said(503)
    work()
    with database.write() as session:
        before = clock.now() - timedelta(days=28)
        assert webhook_purge.purge(session, before=before) == old + 1, "the challenge was tried once"
        assert webhook_purge.purge(session, before=before) == 0
    with database.read() as connection:
        kept = connection.execute(sa.select(call.c.position).order_by(call.c.position)).scalars().all()
        assert kept[0] == 0, "the challenge is always known"
        assert len(kept) == 1 + len(receiver.events()) - old == 3
        assert connection.execute(sa.select(endpoint.c.kept_after)).scalar_one() < kept[1]
    with database.write() as session:
        assert webhook_purge.purge(session, before=clock.now() + timedelta(days=1)) == 0, "both wait"


def test_secrets_overlap_when_they_are_rotated(
    api: Api, receiver: Receiver, work: Callable[[], int], clock: SettableClock
) -> None:
    made = register(api, receiver.url())
    work()
    renewed = post(api, made, "rotate")
    assert renewed["secret"] != made["secret"]
    work()
    told = receiver.got[-1]
    for secret in (made["secret"], renewed["secret"]):
        expected = Webhook(secret).sign(told.headers["webhook-id"], clock.now(), told.body.decode())
        assert expected in told.headers["webhook-signature"].split()
    clock.advance(hours=25)
    post(api, made, "test")
    work()
    last = receiver.got[-1]
    old = Webhook(made["secret"]).sign(last.headers["webhook-id"], clock.now(), last.body.decode())
    assert old not in last.headers["webhook-signature"].split()
    assert len(last.headers["webhook-signature"].split()) == 2


def test_one_event_or_all_since_a_point_are_told_again(
    api: Api, receiver: Receiver, work: Callable[[], int]
) -> None:
    made = register(api, receiver.url(), "item.*", "directive.*")
    beginning = shown(api, made)["after"]
    work()
    issue(api)
    work()
    told = receiver.events()
    post(api, made, "replay", what="one", sequence=told[0]["sequence"])
    work()
    assert [each["id"] for each in receiver.events()[len(told) :]] == [told[0]["id"]]
    post(api, made, "replay", what="since", after=beginning)
    work()
    again = receiver.events()[len(told) + 1 :]
    assert sorted(each["id"] for each in again) == sorted(each["id"] for each in told)
    path = f"{ENDPOINTS}/{made['id']}/replay"
    api.refused("not-found", 404, "POST", path, json={"what": "one", "sequence": "0" * 20})
    api.refused("invalid-request", 422, "POST", path, json={"what": "since"})


def test_an_endpoint_is_changed_by_who_saw_it_and_another_address_is_challenged_again(
    api: Api, receiver: Receiver, work: Callable[[], int]
) -> None:
    made = register(api, receiver.url())
    work()
    path, now = f"{ENDPOINTS}/{made['id']}", shown(api, made)
    api.refused("stale-version", 412, "PATCH", path, json={"description": "x"}, headers={"If-Match": '"v9"'})
    api.refused("precondition-required", 428, "PATCH", path, json={"description": "x"})
    tag = {"If-Match": f'"v{now["version"]}"'}
    assert api.post(f"{path}/test").headers["etag"] == tag["If-Match"]
    work()
    changed = api.ok("PATCH", path, json={"url": receiver.url("/khac"), "types": ["item.*"]}, headers=tag)
    assert (changed["state"], changed["types"]) == ("unverified", ["item.*"])
    work()
    assert shown(api, made)["state"] == "active"
    stopped = post(api, made, "disable", reason="Bảo trì")
    assert (stopped["state"], stopped["reason"]) == ("disabled", "Bảo trì")
    api.refused("invalid-value", 422, "POST", f"{path}/test")
    for url in ("ftp://example.vn/", "https://a@example.vn/", "https://example.vn/#x", "https://ví-dụ.vn/"):
        api.refused("invalid-request", 422, "POST", ENDPOINTS, json={"url": url})
    api.refused(
        "unknown-reference", 422, "POST", ENDPOINTS, json={"url": "https://example.vn/", "types": ["x.*"]}
    )
    api.speak_for("clerk").refused("not-allowed", 403, "POST", ENDPOINTS, json={"url": "https://example.vn/"})
    assert api.ok("GET", ENDPOINTS)["items"][0]["id"] == made["id"]


def test_a_cursor_beyond_the_ledger_is_found_by_the_doctor(
    api: Api, receiver: Receiver, database: Database, clock: SettableClock
) -> None:
    register(api, receiver.url())
    place(database)
    with database.write() as session:
        session.connection().execute(sa.update(endpoint).values(position=10**9, kept_after=10**9))
    with database.read() as connection:
        assert [found.check for found in examine(connection, now=clock.now())] == ["webhook-ahead"]
