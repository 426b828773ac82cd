"""Keys and the tokens they are exchanged for: who holds them, from where, for how long."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr

from service.api.app import note_uses
from service.clock import Clock
from service.database import Database
from service.domain.keys import note_use
from service.domain.tables import ApiKey, Event, table
from service.edge.access_tokens import AccessTokens, Claim
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.world import Api
from tests.conftest import MONDAY, SettableClock

OFFICER = {"name": "Hệ thống văn bản", "role": "officer", "unit_code": "xa-a"}
GRANT = {"grant_type": "client_credentials"}


def make(api: Api, **changes: Any) -> dict[str, Any]:
    """Make a key as the administrator; return what the answer says."""
    made: dict[str, Any] = api.speak_for("admin").ok("POST", "/v1/api-keys", json=OFFICER | changes)
    return made


def bearer(token: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def token_of(api: Api, key: str, **more: str) -> dict[str, Any]:
    answer = api.post("/v1/oauth/token", data=GRANT | more | {"client_id": "any", "client_secret": key})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def journal(database: Database) -> list[str]:
    event = table(Event)
    kinds = sa.select(event.c.kind).where(event.c.kind.like("api_key.%"), event.c.recorded_at > MONDAY)
    with database.read() as connection:
        return list(connection.execute(kinds.order_by(event.c.seq)).scalars())


def test_a_key_ends_after_a_year_and_nobody_can_make_one_for_ever(api: Api) -> None:
    assert make(api)["expires_at"].startswith("2025-04-15")
    for days in (366, -1):
        late = (MONDAY + timedelta(days=days)).isoformat()
        problem = api.refused(
            "key-lives-too-long", 422, "POST", "/v1/api-keys", json=OFFICER | {"expires_at": late}
        )
        assert problem["days_max"] == 365


def test_a_replaced_key_goes_on_for_the_overlap_and_is_the_same_principal(
    api: Api, clock: SettableClock, database: Database
) -> None:
    clock.advance(seconds=1)
    old = make(api)
    before = api.get("/v1/me", **bearer(old["api_key"])).json()
    path = f"/v1/api-keys/{old['id']}/replace"
    new = api.speak_for("admin").ok("POST", path, json={"overlap_hours": 48}, headers={"If-Match": '"v1"'})
    assert new["api_key"] != old["api_key"]
    assert new["principal_id"] == old["id"]
    after = api.get("/v1/me", **bearer(new["api_key"])).json()
    assert after == before
    api.refused("stale-version", 412, "POST", path, json={}, headers={"If-Match": '"v1"'})
    api.refused("key-not-alone", 409, "POST", path, json={})
    api.refused("key-not-alone", 409, "POST", f"/v1/api-keys/{new['id']}/replace", json={})
    clock.advance(hours=47)
    assert api.get("/v1/me", **bearer(old["api_key"])).status_code == 200
    clock.advance(hours=2)
    assert api.get("/v1/me", **bearer(old["api_key"])).status_code == 401
    assert api.get("/v1/me", **bearer(new["api_key"])).status_code == 200
    api.ok("POST", f"/v1/api-keys/{new['id']}/replace", json={"overlap_hours": 0})
    assert api.get("/v1/me", **bearer(new["api_key"])).status_code == 401
    assert journal(database) == ["api_key.made.v1", "api_key.replaced.v1", "api_key.replaced.v1"]


def test_a_program_learns_when_its_key_ends_before_it_is_locked_out(api: Api, clock: SettableClock) -> None:
    key = make(api)
    token = token_of(api, key["api_key"])["access_token"]
    for shown in (key["api_key"], token):
        assert api.get("/v1/me", **bearer(shown)).json()["key_expires_at"] == key["expires_at"]
    replaced = clock.now()
    path = f"/v1/api-keys/{key['id']}/replace"
    api.speak_for("admin").ok("POST", path, json={"overlap_hours": 48})
    clock.advance(seconds=3)
    end = api.get("/v1/me", **bearer(key["api_key"])).json()["key_expires_at"]
    assert datetime.fromisoformat(end) == replaced + timedelta(hours=48)


def test_a_request_repeated_with_the_next_key_of_the_line_has_one_effect(api: Api) -> None:
    old = make(api, role="clerk", unit_code="van-phong")
    sent: dict[str, Any] = {"json": {"code": "moi", "name": "Xã Mới", "kind": "xa"}}
    once = {"Idempotency-Key": "lần-một".encode().hex()}
    first = api.post("/v1/units", **sent, headers=once | bearer(old["api_key"])["headers"])
    new = api.speak_for("admin").ok("POST", f"/v1/api-keys/{old['id']}/replace", json={})
    second = api.post("/v1/units", **sent, headers=once | bearer(new["api_key"])["headers"])
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.json() == first.json()


def test_a_key_of_one_network_opens_nothing_elsewhere(app: FastAPI, api: Api) -> None:
    key = make(api, networks=["10.1.0.0/16", "2001:db8::1"])
    assert key["networks"] == ["10.1.0.0/16", "2001:db8::1/128"]
    with Api(app, client=("10.1.9.9", 5000)) as inside, Api(app, client=("10.2.9.9", 5000)) as outside:
        token = token_of(inside, key["api_key"])["access_token"]
        for shown in (key["api_key"], token):
            assert inside.get("/v1/me", **bearer(shown)).status_code == 200
            refused = outside.get("/v1/me", **bearer(shown))
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/wrong-network")
        form = GRANT | {"client_secret": key["api_key"]}
        assert outside.post("/v1/oauth/token", data=form).status_code == 403
    for wrong in ("10.1.0.0/99", "10.1.0.7/16", "everywhere", ""):
        api.refused("invalid-request", 422, "POST", "/v1/api-keys", json=OFFICER | {"networks": [wrong]})


def test_a_token_opens_what_its_key_opens_for_a_quarter_of_an_hour(api: Api, clock: SettableClock) -> None:
    key = make(api)["api_key"]
    given = token_of(api, key)
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 900, "read write")
    assert key not in given["access_token"]
    assert (
        api.get("/v1/me", **bearer(given["access_token"])).json() == api.get("/v1/me", **bearer(key)).json()
    )
    clock.advance(minutes=14, seconds=59)
    assert api.get("/v1/me", **bearer(given["access_token"])).status_code == 200
    clock.advance(seconds=3)
    assert api.get("/v1/me", **bearer(given["access_token"])).status_code == 401


def test_a_key_is_taken_the_way_any_oauth_client_sends_it(api: Api) -> None:
    key = make(api)["api_key"]
    basic = b64encode(f"he-thong:{key}".encode()).decode()
    answer = api.post("/v1/oauth/token", data=GRANT, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    for wrong in ("???", "bm9jb2xvbg==", b64encode(b"a:b").decode(), b64encode(b"\xff:\xff").decode(), ""):
        answer = api.post("/v1/oauth/token", data=GRANT, headers={"Authorization": f"Basic {wrong}"})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    bare = api.post("/v1/oauth/token", data=GRANT)
    assert bare.status_code == 401, "a key shown as bearer is not a client secret"


def test_a_token_may_be_asked_for_less_but_never_for_more(api: Api) -> None:
    key, reading = make(api)["api_key"], make(api, scopes=["read"])["api_key"]
    narrow = token_of(api, key, scope="read")
    assert narrow["scope"] == "read"
    headers = bearer(narrow["access_token"])["headers"]
    assert api.get("/v1/me", headers=headers).json()["scopes"] == ["read"]
    for key_shown, form, error in (
        (reading, GRANT | {"scope": "read write"}, "invalid_scope"),
        (key, GRANT | {"scope": "everything"}, "invalid_scope"),
        (key, {"grant_type": "password"}, "unsupported_grant_type"),
        (key, {}, "unsupported_grant_type"),
    ):
        answer = api.post("/v1/oauth/token", data=form | {"client_secret": key_shown})
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_revoking_a_key_ends_its_tokens_too(api: Api, database: Database, clock: SettableClock) -> None:
    clock.advance(seconds=1)
    key = make(api)
    token = token_of(api, key["api_key"])["access_token"]
    assert api.get("/v1/me", **bearer(token)).status_code == 200
    api.speak_for("admin").ok("DELETE", f"/v1/api-keys/{key['id']}", headers={"If-Match": '"v1"'})
    assert api.get("/v1/me", **bearer(token)).status_code == 401
    assert api.post("/v1/oauth/token", data=GRANT | {"client_secret": key["api_key"]}).status_code == 401
    assert journal(database) == ["api_key.made.v1", "api_key.revoked.v1"]


def forged(secret: str, **changes: Any) -> str:
    """Return a token like ours that somebody else made."""
    claims = {"iss": "dondoc", "sub": "0123456789", "scope": "read write", "exp": 4_000_000_000} | changes
    return jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "at+jwt"})


def test_a_token_that_somebody_else_made_opens_nothing(api: Api, settings: Settings) -> None:
    handle = make(api)["api_key"].split("_")[1]
    given = token_of(api, make(api)["api_key"])["access_token"]
    header, body, signature = given.split(".")
    none = b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    assert settings.secret_key is not None
    secret = settings.secret_key.get_secret_value()
    for shown in (
        forged("another key, which is long enough for this", sub=handle),
        forged(secret, sub=handle),
        f"{none}.{body}.",
        f"{header}.{body}.",
        f"{header}.{body}.{signature[:-4]}AAAA",
        f"{header}.{body[:-2]}AA.{signature}",
        given + "x",
        "a.b.c",
        "é",
    ):
        answer = api.get("/v1/me", headers={"Authorization": f"Bearer {shown}".encode()})
        assert answer.status_code == 401, shown


@pytest.mark.parametrize("missing", ["iss", "sub", "scope", "exp"])
def test_a_token_that_leaves_something_out_says_nothing(missing: str, settings: Settings) -> None:
    tokens = AccessTokens(settings.secret_key)
    claims = jwt.decode(
        tokens.sign(Claim("h", frozenset({"read"})), MONDAY), options={"verify_signature": False}
    )
    del claims[missing]
    short = jwt.encode(claims, tokens._keys[0], algorithm="HS256")
    assert tokens.read(short, MONDAY) is None


def test_tokens_go_on_while_the_installations_key_is_replaced(settings: Settings) -> None:
    old = AccessTokens(SecretStr("old"))
    token = old.sign(Claim("h", frozenset({"read"})), MONDAY)
    assert AccessTokens(SecretStr("new, old")).read(token, MONDAY) == Claim("h", frozenset({"read"}))
    assert AccessTokens(SecretStr("new")).read(token, MONDAY) is None


def test_an_installation_can_insist_on_tokens(
    routes: FastAPI, api: Api, settings: Settings, database: Database, clock: Clock
) -> None:
    key = make(api)["api_key"]
    strict = settings.model_copy(update={"bare_keys": False})
    routes.state.context = Context(strict, database, clock, ReadingRoom(strict))
    assert api.get("/v1/me", **bearer(key)).status_code == 401
    token = token_of(api, key)["access_token"]
    assert api.get("/v1/me", **bearer(token)).status_code == 200


def test_a_key_nobody_uses_can_be_found(api: Api, app: FastAPI, clock: SettableClock) -> None:
    used, idle = make(api), make(api, name="quên")
    context: Context = app.state.context
    api.get("/v1/me", **bearer(used["api_key"]))
    note_uses(context)
    clock.advance(minutes=5)
    listed = {key["id"]: key for key in api.speak_for("admin").ok("GET", "/v1/api-keys")["items"]}
    assert listed[used["id"]]["last_used_at"] == "2024-04-15T02:00:00Z"
    assert listed[idle["id"]]["last_used_at"] is None


def test_what_is_noted_late_does_not_make_a_key_look_older(api: Api, database: Database) -> None:
    key, api_key = make(api), table(ApiKey)
    named = next(row for row in api.ok("GET", "/v1/api-keys")["items"] if row["id"] == key["id"])
    found = sa.select(api_key.c.id, api_key.c.last_used_at).where(api_key.c.name == named["name"])
    for at in (MONDAY + timedelta(hours=2), MONDAY):
        with database.write() as session:
            row = session.connection().execute(found).one()
            note_use(session, {row.id: at})
    with database.read() as connection:
        assert connection.execute(found).one().last_used_at == MONDAY + timedelta(hours=2)
