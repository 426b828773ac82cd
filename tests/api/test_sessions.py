"""Sessions: a cookie that only this host gets, that no other site can use, and that ends when it must."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from service.api.app import note_uses
from service.database import Database
from service.domain import retention
from service.domain.tables import AccountSession, table
from service.edge.context import Context
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.people import PASSWORD, Browser, browser, try_to_sign_in, with_password
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

session_row = table(AccountSession)
ANY = {"If-Match": "*"}


@pytest.fixture
def officer(app: FastAPI, api: Api) -> Browser:
    """Return a browser in which the officer of commune A is signed in."""
    with_password(api)
    with browser(app) as signed_in:
        signed_in.sign_in()
        return signed_in


def cookie_of(client: Api) -> str:
    return str(client.cookies["dondoc"])


def test_the_cookie_is_for_this_host_alone_and_not_for_scripts(
    app: FastAPI, api: Api, settings: Settings, database: Database, clock: SettableClock
) -> None:
    with_password(api)
    local = try_to_sign_in(api).headers["set-cookie"]
    assert local.startswith("dondoc=")
    assert "Secure" not in local, "on one's own machine there is no TLS"
    with browser(app, "https://dondoc.example.vn") as forgotten:
        answer = try_to_sign_in(forgotten)
        assert "; Secure" in answer.headers["set-cookie"], "although nobody said that there is TLS"
    public = settings.model_copy(update={"public_url": "https://dondoc.example.vn"})
    app.state.context = Context(public, database, clock, ReadingRoom(public))
    with browser(app, "https://dondoc.example.vn") as officer:
        answer = try_to_sign_in(officer)
        name, *flags = answer.headers["set-cookie"].split("; ")
        assert name.startswith("__Host-dondoc=")
        assert set(flags) == {"HttpOnly", "Max-Age=604800", "Path=/", "SameSite=lax", "Secure"}
        assert officer.ok("GET", "/v1/me")["name"] == "Cán bộ xã A"
    with browser(app, "http://dondoc.example.vn") as plain:
        plain.cookies.set("dondoc", name.partition("=")[2])
        plain.refused("unauthenticated", 401, "GET", "/v1/me")


def test_only_a_hash_of_the_session_is_kept(officer: Browser, database: Database) -> None:
    token = cookie_of(officer)
    assert len(token) >= 43
    with database.read() as connection:
        (row,) = connection.execute(sa.select(session_row)).all()
    assert token not in str(row)
    assert officer.csrf not in str(row)
    assert token not in officer.get("/v1/sessions/current").text


def test_every_sign_in_makes_another_session(app: FastAPI, api: Api) -> None:
    with_password(api)
    with browser(app) as victim:
        victim.cookies.set("dondoc", "chosen-by-somebody-else", domain="testserver.local", path="/")
        victim.sign_in()
        tokens = {cookie.value for cookie in victim.cookies.jar}
        first = (tokens - {"chosen-by-somebody-else"}).pop()
    with browser(app) as again:
        again.sign_in()
        assert cookie_of(again) != first
    with browser(app) as attacker:
        attacker.cookies.set("dondoc", "chosen-by-somebody-else")
        attacker.refused("unauthenticated", 401, "GET", "/v1/me")


def test_a_change_by_cookie_needs_the_token_of_its_session(app: FastAPI, officer: Browser, api: Api) -> None:
    issue(api)
    path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/acknowledge"
    with browser(app) as other:
        other.sign_in()
        foreign = other.csrf
    del officer.headers["x-csrf-token"]
    for shown in (None, "", "x", foreign, officer.csrf[:-1], cookie_of(officer), "é"):
        headers = {} if shown is None else {"X-CSRF-Token": shown.encode()}
        officer.refused("cross-site", 403, "POST", path, headers=headers)
    assert officer.ok("GET", "/v1/me")["role"] == "officer", "what changes nothing needs none"
    assert officer.ok("GET", "/v1/sessions/current")["csrf_token"] == officer.csrf
    officer.ok("POST", path, headers={"X-CSRF-Token": officer.csrf})


@pytest.mark.parametrize(
    ("headers", "comes_in"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://example.test"}, False),
        ({"Origin": "http://testserver.example.test"}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    ],
)
def test_a_browser_that_says_it_comes_from_elsewhere_is_believed(
    officer: Browser, headers: dict[str, str], comes_in: bool
) -> None:
    body = {"login": "can-bo.a", "password": PASSWORD}
    if comes_in:
        assert officer.post("/v1/sessions", json=body, headers=headers).status_code == 201
        assert officer.delete("/v1/sessions", headers=headers | ANY).status_code in (200, 403)
    else:
        officer.refused("cross-site", 403, "POST", "/v1/sessions", json=body, headers=headers)
        officer.refused("cross-site", 403, "DELETE", "/v1/sessions", headers=headers | ANY)
        code = {"code": "x", "password": PASSWORD}
        officer.refused("cross-site", 403, "POST", "/v1/account-codes/redeem", json=code, headers=headers)


def test_a_key_counts_alone_even_beside_a_session(officer: Browser, api: Api) -> None:
    del officer.headers["x-csrf-token"]
    clerk = {"Authorization": f"Bearer {api.tokens['clerk']}"}
    assert officer.ok("GET", "/v1/me", headers=clerk)["name"] == "clerk"
    unit = {"code": "xa-moi", "name": "Xã Mới", "kind": "xa"}
    officer.ok("POST", "/v1/units", json=unit, headers=clerk)
    for wrong in ("Bearer x", "Basic eA==", "Bearer", ""):
        officer.refused("unauthenticated", 401, "GET", "/v1/me", headers={"Authorization": wrong})


def test_what_the_cookie_holds_is_no_bearer(officer: Browser) -> None:
    token = cookie_of(officer)
    officer.ok("GET", "/v1/me")
    for shown, query in (
        (token, {}),
        (f"__Host-dondoc {token}", {}),
        (f"\t{token}", {}),
        ("x", {"register": f"\n{token}"}),
        ("", {"register": token}),
    ):
        headers = {"Authorization": f"Bearer {shown}"}
        officer.refused("unauthenticated", 401, "GET", "/v1/me", headers=headers, params=query)


def test_a_session_ends_when_nobody_uses_it_and_after_a_week_at_last(
    app: FastAPI, api: Api, clock: SettableClock
) -> None:
    with_password(api)
    context: Context = app.state.context
    with browser(app) as idle:
        idle.sign_in()
        clock.advance(hours=8)
        idle.refused("unauthenticated", 401, "GET", "/v1/me")
    with browser(app) as busy:
        busy.sign_in()
        for _ in range(7 * 24 // 6 - 1):
            clock.advance(hours=6)
            busy.ok("GET", "/v1/me")
            note_uses(context)
        clock.advance(hours=6)
        busy.refused("unauthenticated", 401, "GET", "/v1/me")


def test_signing_out_ends_it_for_whoever_copied_the_cookie(
    app: FastAPI, officer: Browser, database: Database
) -> None:
    with browser(app) as copied:
        copied.cookies.set("dondoc", cookie_of(officer))
        assert copied.ok("GET", "/v1/me")["role"] == "officer"
        officer.refused("precondition-required", 428, "DELETE", "/v1/sessions/current")
        answer = officer.delete("/v1/sessions/current", headers=ANY)
        assert answer.status_code == 200
        assert 'dondoc=""; HttpOnly; Max-Age=0' in answer.headers["set-cookie"]
        copied.refused("unauthenticated", 401, "GET", "/v1/me")


def test_signing_out_everywhere_ends_the_other_browsers_too(app: FastAPI, officer: Browser) -> None:
    with browser(app) as elsewhere:
        elsewhere.sign_in()
        officer.refused("stale-version", 412, "DELETE", "/v1/sessions", headers={"If-Match": '"v1"'})
        current = officer.get("/v1/sessions/current").headers["etag"]
        officer.ok("DELETE", "/v1/sessions", headers={"If-Match": current})
        elsewhere.refused("unauthenticated", 401, "GET", "/v1/me")


def test_a_changed_password_ends_the_other_sessions_and_not_this_one(app: FastAPI, officer: Browser) -> None:
    path, new = "/v1/me/password", "mật khẩu mới tinh tươm"
    with browser(app) as elsewhere:
        elsewhere.sign_in()
        wrong = {"present": "không phải cái này", "new": new}
        officer.refused("sign-in-refused", 401, "PUT", path, json=wrong, headers=ANY)
        same = {"present": PASSWORD, "new": "can-bo.a2024"}
        officer.refused("password-refused", 422, "PUT", path, json=same, headers=ANY)
        officer.ok("PUT", path, json={"present": PASSWORD, "new": new}, headers=ANY)
        elsewhere.refused("unauthenticated", 401, "GET", "/v1/me")
        officer.ok("GET", "/v1/me")
        assert try_to_sign_in(elsewhere).status_code == 401
        elsewhere.sign_in(password=new)


def test_somebody_at_an_open_browser_cannot_guess_the_password_for_ever(officer: Browser) -> None:
    body: dict[str, Any] = {"present": "không phải cái này", "new": "mật khẩu mới tinh tươm"}
    for _ in range(5):
        officer.refused("sign-in-refused", 401, "PUT", "/v1/me/password", json=body, headers=ANY)
    right = body | {"present": PASSWORD}
    officer.refused("sign-in-refused", 401, "PUT", "/v1/me/password", json=right, headers=ANY)


@pytest.mark.parametrize("how", ["disable", "code"])
def test_an_account_that_is_disabled_or_set_anew_is_out_everywhere_within_two_seconds(
    how: str,
    app: FastAPI,
    officer: Browser,
    api: Api,
    settings: Settings,
    database: Database,
    clock: SettableClock,
) -> None:
    (account,) = api.speak_for("admin").ok("GET", "/v1/accounts")["items"]
    context: Context = app.state.context
    app.state.context = Context(settings, database, clock, ReadingRoom(settings))
    officer.ok("GET", "/v1/me")
    other_process, app.state.context = app.state.context, context
    if how == "disable":
        api.ok("POST", f"/v1/accounts/{account['id']}/disable")
    else:
        code = api.ok("POST", f"/v1/accounts/{account['id']}/codes")["code"]
        api.ok("POST", "/v1/account-codes/redeem", json={"code": code, "password": PASSWORD})
    officer.refused("unauthenticated", 401, "GET", "/v1/me")
    app.state.context = other_process
    clock.advance(seconds=2)
    officer.refused("unauthenticated", 401, "GET", "/v1/me")
    if how == "disable":
        assert try_to_sign_in(api).status_code == 401
        api.ok("POST", f"/v1/accounts/{account['id']}/enable")
        assert try_to_sign_in(api).status_code == 201


def test_another_role_holds_for_who_is_signed_in_already(officer: Browser, api: Api) -> None:
    (account,) = api.speak_for("admin").ok("GET", "/v1/accounts")["items"]
    change = {"role": "reader", "unit_code": "xa-b"}
    api.ok("PATCH", f"/v1/accounts/{account['id']}", json=change, headers=ANY)
    me = officer.ok("GET", "/v1/me")
    assert (me["role"], me["unit_code"]) == ("reader", "xa-b")


def test_a_key_has_no_session_and_no_password(api: Api) -> None:
    api.speak_for("clerk")
    api.refused("not-found", 404, "GET", "/v1/sessions/current")
    body = {"present": "x", "new": "mật khẩu mới tinh tươm"}
    api.refused("not-found", 404, "PUT", "/v1/me/password", json=body, headers=ANY)


def test_sessions_that_are_long_over_are_forgotten(
    officer: Browser, database: Database, clock: SettableClock
) -> None:
    for later, left in ((timedelta(days=36), 1), (timedelta(days=2), 0)):
        clock.at += later
        with database.write() as session:
            retention.forget_sessions(session, now=clock.now())
        with database.read() as connection:
            assert retention.anything_old(connection, now=clock.now()) is False
            assert connection.execute(sa.select(sa.func.count()).select_from(session_row)).scalar() == left


def test_an_account_that_is_not_bound_to_one_register_names_it(app: FastAPI, api: Api) -> None:
    api.speak_for("admin").ok("POST", "/v1/registers", json={"code": "hai", "name": "Sổ hai"})
    body = {"login": "tat-ca", "name": "Quản trị", "role": "administrator", "every_register": True}
    made = api.ok("POST", "/v1/accounts", params={"register": "chinh"}, json=body)
    api.ok("POST", "/v1/account-codes/redeem", json={"code": made["code"], "password": PASSWORD})
    with browser(app) as administrator:
        administrator.sign_in("Tat-Ca")
        administrator.refused("register-required", 422, "GET", "/v1/me")
        assert administrator.ok("GET", "/v1/me", params={"register": "hai"})["register"]["code"] == "hai"
