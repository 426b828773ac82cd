"""The way of a browser through the province's sign-on, and the ways in which it must not end here."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from service.api.app import note_uses
from service.database import Database
from service.domain.tables import AccountSession, table
from service.edge.context import Context
from service.edge.origins import local_path
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.issuer import CLIENT, OTHER_KEY, Issuer, issuing
from tests.api.people import Browser, browser
from tests.api.world import Api
from tests.conftest import MONDAY, SettableClock

BEGIN, BACK = "/v1/sign-in/tinh", "/v1/sign-in/tinh/callback"
session_row = table(AccountSession)


@pytest.fixture
def kind() -> str:
    """Ask one kind of database where it makes no difference."""
    return "sqlite"


@pytest.fixture
def issuer(api: Api) -> Iterator[Issuer]:
    """Return a provider that is set up."""
    with issuing(MONDAY) as running:
        api.speak_for("admin").ok("POST", "/v1/identity-providers", json=running.body())
        yield running


@pytest.fixture
def person(app: FastAPI, issuer: Issuer) -> Iterator[Browser]:
    """Return a browser that has never been here and follows no redirect by itself."""
    with browser(app) as made:
        made.follow_redirects = False
        yield made


def begin(person: Browser, **query: str) -> str:
    """Begin; return where the browser is sent."""
    answer = person.get(BEGIN, params=query)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def back(address: str) -> str:
    """Return the path of where a provider sends a browser back to."""
    read = urlsplit(address)
    return f"{read.path}?{read.query}"


def sessions(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(session_row)).scalar_one())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_official_signs_in_with_the_account_of_the_province(
    person: Browser, issuer: Issuer, api: Api
) -> None:
    location = begin(person, then="/viec/cua-toi?thang=4")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert location.startswith(f"{issuer.url}/authorize?theme=tinh&response_type=code&")
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid profile")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/v1/sign-in/tinh/callback"
    answer = person.get(back(issuer.allow(location)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/viec/cua-toi?thang=4")
    assert "dondoc-sign-in" not in person.cookies
    me = person.ok("GET", "/v1/me")
    assert (me["name"], me["unit_code"], me["role"]) == ("Cán bộ xã A", "xa-a", "officer")
    current = person.ok("GET", "/v1/sessions/current")
    assert (current["login"], current["name"]) == (None, "Cán bộ xã A")
    body = {"present": "x", "new": "mật khẩu mới tinh tươm"}
    headers = {"If-Match": "*", "X-CSRF-Token": current["csrf_token"]}
    person.refused("not-found", 404, "PUT", "/v1/me/password", json=body, headers=headers)
    by_token = api.get("/v1/me", headers={"Authorization": f"Bearer {issuer.token()}"}).json()
    assert by_token["principal_id"] == me["principal_id"], "one person, however they come"


def test_each_sign_in_reads_the_claims_anew(person: Browser, issuer: Issuer) -> None:
    for claims, role in (({}, "officer"), ({"groups": ["lanh-dao"]}, "head")):
        person.get(back(issuer.allow(begin(person), claims=claims)))
        assert person.ok("GET", "/v1/me")["role"] == role
    answer = person.get(back(issuer.allow(begin(person), claims={"groups": []})))
    assert (answer.status_code, answer.json()["what"]) == (403, "role")


def test_who_did_not_begin_here_does_not_end_here(
    app: FastAPI, person: Browser, issuer: Issuer, database: Database
) -> None:
    address = back(issuer.allow(begin(person)))
    with browser(app) as victim:
        assert victim.get(address).json()["why"] == "not_begun", "a stranger's code signs nobody in"
    wrong_state = address.rpartition("state=")[0] + "state=x"
    assert person.get(wrong_state).json()["why"] == "not_begun"
    assert person.get(address.rpartition("&")[0]).json()["why"] == "not_begun"
    kept = person.cookies["dondoc-sign-in"]
    for changed in (kept[:-4] + "AAAA", kept[:-1], "x"):
        person.cookies.set("dondoc-sign-in", changed, domain="testserver.local", path="/")
        assert person.get(address).json()["why"] == "not_begun"
    assert sessions(database) == 0


def test_a_way_is_gone_once_and_not_for_long(
    person: Browser, issuer: Issuer, clock: SettableClock, database: Database
) -> None:
    address, kept = back(issuer.allow(begin(person))), person.cookies["dondoc-sign-in"]
    assert person.get(address).status_code == 303
    assert person.get(address).json()["why"] == "not_begun"
    person.cookies.set("dondoc-sign-in", kept)
    assert person.get(address).json()["why"] == "refused", "the provider takes its code once"
    assert sessions(database) == 1
    late = back(issuer.allow(begin(person)))
    clock.advance(minutes=10)
    assert person.get(late).json()["why"] == "not_begun"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "somebody"},
        {"aud": [CLIENT, "somebody"]},
        {"azp": "somebody"},
        {"iss": "https://example.test"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_an_id_token_that_answers_something_else_is_not_believed(
    changes: dict[str, Any], person: Browser, issuer: Issuer, database: Database
) -> None:
    answer = person.get(back(issuer.allow(begin(person), claims=changes)))
    assert answer.json()["why"] == "not_believed"
    assert sessions(database) == 0


def test_neither_an_access_token_nor_a_forged_one_signs_in(person: Browser, issuer: Issuer) -> None:
    location = begin(person)
    nonce = parse_qs(urlsplit(location).query)["nonce"][0]
    for token in (
        issuer.token(aud=CLIENT, nonce=nonce),
        issuer.token(aud=CLIENT, nonce=nonce, typ="JWT", key=OTHER_KEY),
        "x",
        7,
    ):
        location = begin(person)
        answer = person.get(back(issuer.allow(location, id_token=token)))
        assert answer.json()["why"] == "not_believed", token


def test_what_the_provider_says_of_itself_is_looked_at(person: Browser, issuer: Issuer) -> None:
    address = back(issuer.allow(begin(person)))
    assert person.get(f"{address}&iss=https://example.test").json()["why"] == "not_believed"
    assert person.get(f"{address}&error=access_denied").json()["why"] == "refused"
    state = address.rpartition("state=")[2]
    assert person.get(f"{BACK}?state={state}&error=access_denied").json()["why"] == "refused"
    assert person.get(f"{address}&iss={issuer.url}").status_code == 303


def test_a_code_that_somebody_else_puts_in_is_useless_without_the_verifier(
    app: FastAPI, person: Browser, issuer: Issuer
) -> None:
    with browser(app) as attacker:
        attacker.follow_redirects = False
        theirs = issuer.allow(begin(attacker))
    own = issuer.allow(begin(person))
    code, state = parse_qs(urlsplit(theirs).query)["code"][0], own.rpartition("state=")[2]
    assert person.get(f"{BACK}?code={code}&state={state}").json()["why"] == "refused"


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/viec", "/viec"),
        ("/viec?a=1#b", "/viec?a=1#b"),
        (None, "/"),
        ("", "/"),
        ("https://example.test/", "/"),
        ("//example.test/", "/"),
        ("///example.test/", "/"),
        ("/\\example.test/", "/"),
        ("\\\\example.test", "/"),
        ("/\t/example.test", "/"),
        (" /viec", "/"),
        ("viec", "/"),
        ("javascript:alert(1)", "/"),
        ("/việc", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_nobody_is_led_elsewhere(wanted: str | None, led_to: str) -> None:
    assert local_path(wanted) == led_to


def test_a_session_of_before_is_not_taken_over(person: Browser, issuer: Issuer) -> None:
    person.cookies.set("dondoc", "chosen-by-somebody-else", domain="testserver.local", path="/")
    answer = person.get(back(issuer.allow(begin(person))))
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]


def test_the_cookies_of_the_way_are_for_this_host_alone(
    app: FastAPI, issuer: Issuer, settings: Settings, database: Database, clock: SettableClock
) -> None:
    known = app.state.context.key_sets
    public = settings.model_copy(update={"public_url": "https://dondoc.example.vn/"})
    app.state.context = Context(public, database, clock, ReadingRoom(public))
    object.__setattr__(app.state.context, "key_sets", known)
    with browser(app, "https://dondoc.example.vn") as person:
        person.follow_redirects = False
        answer = person.get(BEGIN)
    name, *flags = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-dondoc-sign-in=gAAAA")
    assert set(flags) == {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"}
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://dondoc.example.vn/v1/sign-in/tinh/callback"]


def test_disabling_the_provider_ends_what_began_through_it(person: Browser, issuer: Issuer, api: Api) -> None:
    person.get(back(issuer.allow(begin(person))))
    person.ok("GET", "/v1/me")
    body = {name: value for name, value in issuer.body().items() if name not in ("code", "issuer")}
    change = body | {"is_enabled": False}
    api.ok("PUT", "/v1/identity-providers/tinh", json=change, headers={"If-Match": "*"})
    person.refused("unauthenticated", 401, "GET", "/v1/me")
    assert person.get(BEGIN).status_code == 404


def test_a_disabled_account_does_not_come_in_by_the_province(
    person: Browser, issuer: Issuer, api: Api
) -> None:
    person.get(back(issuer.allow(begin(person))))
    account_id = person.ok("GET", "/v1/me")["principal_id"]
    api.ok("POST", f"/v1/accounts/{account_id}/disable")
    person.refused("unauthenticated", 401, "GET", "/v1/me")
    assert person.get(back(issuer.allow(begin(person)))).json()["why"] == "refused"


def test_what_a_provider_said_is_not_believed_until_tomorrow(
    person: Browser, issuer: Issuer, app: FastAPI, clock: SettableClock
) -> None:
    answer = person.get(back(issuer.allow(begin(person))))
    assert "Max-Age=57600" in answer.headers["set-cookie"]
    for _ in range(3):
        clock.advance(hours=5)
        person.ok("GET", "/v1/me")
        note_uses(app.state.context)
    clock.advance(hours=1)
    person.refused("unauthenticated", 401, "GET", "/v1/me")


def test_a_public_client_sends_no_secret(person: Browser, issuer: Issuer, api: Api) -> None:
    body = {name: value for name, value in issuer.body().items() if name not in ("code", "issuer")}
    change = body | {"client_secret": ""}
    changed = api.ok("PUT", "/v1/identity-providers/tinh", json=change, headers={"If-Match": "*"})
    assert changed["has_secret"] is False
    assert person.get(back(issuer.allow(begin(person)))).json()["why"] == "refused", (
        "this one wants its secret"
    )


def test_a_provider_that_is_away_says_so(
    person: Browser,
    issuer: Issuer,
    app: FastAPI,
    settings: Settings,
    database: Database,
    clock: SettableClock,
) -> None:
    address = back(issuer.allow(begin(person)))
    issuer.metadata = {"token_endpoint": "http://127.0.0.1:1/token"}
    app.state.context = Context(settings, database, clock, ReadingRoom(settings))
    assert person.get(address).json()["type"] == "/problems/provider-unreachable"
    app.state.context = Context(settings, database, clock, ReadingRoom(settings))
    issuer.answers["/jwks"] = (500, b"")
    assert person.get(BEGIN).json()["type"] == "/problems/provider-unreachable"


def test_without_the_installations_key_no_way_is_sealed(
    person: Browser, app: FastAPI, settings: Settings, database: Database, clock: SettableClock
) -> None:
    keyless = settings.model_copy(update={"secret_key": None})
    app.state.context = Context(keyless, database, clock, ReadingRoom(keyless))
    assert person.get(BEGIN).json()["type"] == "/problems/secret-key-missing"
    assert person.get(f"{BACK}?code=x&state=y").json()["why"] == "not_begun"
