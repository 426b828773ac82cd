"""Accounts: no password comes with one, its code works once, and guessing does not get far."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi import FastAPI

from service.database import Database
from service.domain import sign_ins
from service.domain.tables import Account, Event, table
from service.edge.context import Context
from service.edge.passwords import AT_ONCE, HASHER, Passwords
from tests.api.people import OFFICER, PASSWORD, QUICK, browser, make, try_to_sign_in, with_password
from tests.api.world import Api, issue, obligation_of
from tests.conftest import SettableClock

REDEEM = "/v1/account-codes/redeem"


def facts(database: Database, kind: str) -> list[dict[str, Any]]:
    """Return what the journal says of a kind, in order."""
    event = table(Event)
    with database.read() as connection:
        found = sa.select(event.c.payload).where(event.c.kind == kind).order_by(event.c.seq)
        return list(connection.execute(found).scalars())


def stored(database: Database, column: str) -> Any:
    """Return a column of the only account that has the login of the officer."""
    account = table(Account)
    with database.read() as connection:
        return connection.execute(sa.select(account.c[column]).where(account.c.login == "can-bo.a")).scalar()


def test_an_account_has_no_password_until_its_holder_sets_one(
    app: FastAPI, api: Api, database: Database
) -> None:
    made = make(api)
    assert (made["has_password"], made["role"], made["unit_code"]) == (False, "officer", "xa-a")
    for guess in (made["code"], made["login"], "", " ", PASSWORD):
        assert try_to_sign_in(api, password=guess or "x").status_code == 401
    api.ok("POST", REDEEM, json={"code": made["code"].lower().replace("-", " "), "password": PASSWORD})
    with browser(app) as officer:
        officer.sign_in()
        assert officer.ok("GET", "/v1/me")["name"] == "Cán bộ xã A"
    assert not QUICK.check_needs_rehash(stored(database, "password_hash"))
    assert len(facts(database, "account.password_set.v1")) == 1
    shown = api.ok("GET", f"/v1/accounts/{made['id']}")
    assert (shown["has_password"], shown["code_expires_at"]) == (True, None)
    assert "code" not in shown


def test_a_code_works_once_for_a_day_and_only_the_newest(
    api: Api, clock: SettableClock, database: Database
) -> None:
    made = make(api)
    newer = api.ok("POST", f"/v1/accounts/{made['id']}/codes")
    api.refused("code-refused", 403, "POST", REDEEM, json={"code": made["code"], "password": PASSWORD})
    api.ok("POST", REDEEM, json={"code": newer["code"], "password": PASSWORD})
    api.refused("code-refused", 403, "POST", REDEEM, json={"code": newer["code"], "password": PASSWORD})
    late = api.ok("POST", f"/v1/accounts/{made['id']}/codes")["code"]
    clock.advance(hours=24)
    api.refused("code-refused", 403, "POST", REDEEM, json={"code": late, "password": PASSWORD})
    assert late not in str(facts(database, "account.code_made.v1"))


def test_a_repeated_request_does_not_show_the_code_again(api: Api) -> None:
    api.speak_for("admin")
    key = {"Idempotency-Key": "one"}
    first = api.ok("POST", "/v1/accounts", json=OFFICER, headers=key)
    again = api.ok("POST", "/v1/accounts", json=OFFICER, headers=key)
    assert (again["id"], again["code"]) == (first["id"], None)
    api.refused("already-exists", 409, "POST", "/v1/accounts", json=OFFICER | {"login": "CAN-BO.A"})


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn quá thôi"[:11], "too_short"),
        ("dài quá " * 17, "too_long"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("Matkhaumatkhau1", "common"),
        ("password123456!", "common"),
        ("123456789012", "common"),
        ("Quantri@2024!!", "common"),
        ("can-bo.a!!!!!", "login"),
        ("CAN-BO.A2024", "login"),
    ],
)
def test_what_everybody_tries_first_is_no_password(api: Api, password: str, why: str) -> None:
    code = make(api)["code"]
    refused = api.refused("password-refused", 422, "POST", REDEEM, json={"code": code, "password": password})
    assert refused["why"] == why
    assert password not in str(refused)
    api.ok("POST", REDEEM, json={"code": code, "password": "một hai ba bốn"})


def test_a_password_may_be_written_in_either_form_of_unicode(app: FastAPI, api: Api) -> None:
    code = make(api)["code"]
    composed, apart = "trời đẹp quá đi", "tr\u01a1\u0300i đẹp quá đi"
    assert composed != apart
    api.ok("POST", REDEEM, json={"code": code, "password": apart})
    assert try_to_sign_in(api, password=composed).status_code == 201


def test_nobody_learns_which_logins_there_are(api: Api, clock: SettableClock) -> None:
    made = with_password(api)
    make(api, login="chua-dat", name="Chưa đặt mật khẩu")
    told = [try_to_sign_in(api, login, "sai mật khẩu rồi") for login in ("can-bo.a", "nobody", "chua-dat")]
    api.speak_for("admin").ok("POST", f"/v1/accounts/{made['id']}/disable")
    told.append(try_to_sign_in(api))
    bodies = [answer.json() | {"request_id": ""} for answer in told]
    assert all(body == bodies[0] for body in bodies)
    assert {answer.status_code for answer in told} == {401}
    assert "set-cookie" not in told[0].headers


def test_an_unknown_login_asks_the_disk_for_as_much(api: Api, database: Database) -> None:
    with_password(api)
    written: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *called: written.append(called[2]))
    sa.event.listen(database.engine, "commit", lambda _: written.append("COMMIT"))
    seen = []
    for login in ("can-bo.a", "nobody"):
        written.clear()
        try_to_sign_in(api, login, "sai mật khẩu rồi")
        seen.append([text.split()[0] for text in written if text.startswith(("UPDATE account", "COMMIT"))])
    assert seen[0] == seen[1] == ["UPDATE", "COMMIT"]


def test_nobodys_password_is_measured_like_anybodys() -> None:
    passwords = Passwords()
    assert passwords.hashed("anything at all").startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert not passwords.fits("anything at all", None)
    assert passwords.fits("anything at all", HASHER.hash("anything at all"))
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    weak = old.hash("anything at all")
    assert passwords.renewed("anything at all", weak) != weak
    assert passwords.renewed("anything at all", HASHER.hash("anything at all")) is None
    assert not passwords.fits("anything at all", "not a hash")


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(api: Api, database: Database) -> None:
    with_password(api)
    account = table(Account)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.write() as session:
        session.connection().execute(sa.update(account).values(password_hash=weak))
    assert try_to_sign_in(api).status_code == 201
    assert not QUICK.check_needs_rehash(stored(database, "password_hash"))
    assert try_to_sign_in(api).status_code == 201


def test_after_five_wrong_passwords_nothing_is_tried_for_longer_and_longer(
    api: Api, clock: SettableClock, database: Database
) -> None:
    made = with_password(api)
    for _ in range(5):
        assert try_to_sign_in(api, password="sai mật khẩu rồi").status_code == 401
    for minutes in (1, 5, 15, 60, 60):
        assert try_to_sign_in(api).status_code == 401, "even the right one waits"
        clock.advance(minutes=minutes, seconds=-1)
        assert try_to_sign_in(api).status_code == 401
        clock.advance(seconds=1)
        assert try_to_sign_in(api, password="sai mật khẩu rồi").status_code == 401
    assert [fact["attempts"] for fact in facts(database, "account.locked.v1")] == [5, 6, 7, 8, 9, 10]
    locked = api.speak_for("admin").ok("GET", f"/v1/accounts/{made['id']}")
    assert locked["locked_until"] is not None
    clock.advance(minutes=60)
    assert try_to_sign_in(api).status_code == 201, "it goes on by itself"
    assert stored(database, "failed_attempts") == 0
    for _ in range(5):
        try_to_sign_in(api, password="sai mật khẩu rồi")
    assert try_to_sign_in(api).status_code == 401
    api.ok("POST", f"/v1/accounts/{made['id']}/unlock")
    assert try_to_sign_in(api).status_code == 201


@pytest.mark.both_databases
def test_many_guesses_at_once_are_not_more_guesses(
    api: Api, database: Database, clock: SettableClock
) -> None:
    with_password(api)

    def guess(_: int) -> bool:
        with database.write() as session:
            return sign_ins.begin_attempt(session, "can-bo.a", now=clock.now()) is not None

    with ThreadPoolExecutor(12) as pool:
        tried = sum(pool.map(guess, range(36)))
    assert tried == 5
    assert try_to_sign_in(api).status_code == 401


@pytest.mark.both_databases
def test_guesses_over_http_at_once_end_at_five_too(api: Api, database: Database) -> None:
    with_password(api)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: try_to_sign_in(api, password=f"đoán lần thứ {n}"), range(24)))
    assert {answer.status_code for answer in told} == {401}
    assert stored(database, "failed_attempts") == 5
    assert try_to_sign_in(api).status_code == 401


def test_passwords_never_hold_every_thread(api: Api, app: FastAPI) -> None:
    with_password(api)
    context: Context = app.state.context
    turns = [context.passwords.turn() for _ in range(AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    body = {"login": "can-bo.a", "password": PASSWORD}
    answer = api.post("/v1/sessions", json=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    for turn in turns:
        turn.__exit__(None, None, None)
    assert api.post("/v1/sessions", json=body).status_code == 201


def test_a_keepers_administrator_reaches_no_further_than_the_register(api: Api) -> None:
    own, above = make(api), make(api, login="tren", every_register=True, unit_code=None, role="administrator")
    api.speak_for("keeper_admin")
    assert [each["login"] for each in api.ok("GET", "/v1/accounts")["items"]] == ["can-bo.a"]
    for wanted in ({"unit_code": None}, {"every_register": True}):
        api.refused("not-allowed", 403, "POST", "/v1/accounts", json=OFFICER | {"login": "moi"} | wanted)
    for path in ("", "/codes", "/unlock", "/disable", "/enable"):
        method = "POST" if path else "GET"
        api.refused("not-found", 404, method, f"/v1/accounts/{above['id']}{path}")
    api.ok("POST", f"/v1/accounts/{own['id']}/disable")
    api.speak_for("clerk").refused("not-allowed", 403, "GET", "/v1/accounts")


def test_a_change_names_the_version_it_was_decided_on(api: Api, database: Database) -> None:
    made = make(api)
    path, change = f"/v1/accounts/{made['id']}", {"role": "head", "unit_code": "xa-b"}
    api.refused("precondition-required", 428, "PATCH", path, json=change)
    api.refused("stale-version", 412, "PATCH", path, json=change, headers={"If-Match": '"v9"'})
    changed = api.ok("PATCH", path, json=change, headers={"If-Match": '"v1"'})
    assert (changed["role"], changed["unit_code"], changed["version"]) == ("head", "xa-b", 2)
    api.ok("PATCH", path, json=change, headers={"If-Match": '"v2"'})
    (fact,) = facts(database, "account.changed.v1")
    assert fact["fields"] == ["role", "unit"]
    api.refused(
        "unknown-reference",
        422,
        "POST",
        "/v1/accounts",
        json=OFFICER | {"login": "x1", "person_code": "khong-co"},
    )


def test_lists_of_accounts_come_in_pages(api: Api) -> None:
    for n in range(3):
        make(api, login=f"can-bo-{n}")
    first = api.ok("GET", "/v1/accounts", params={"limit": 2})
    rest = api.ok("GET", "/v1/accounts", params={"limit": 2, "after": first["next"]})
    listed = [each["login"] for each in first["items"] + rest["items"]]
    assert sorted(listed) == [f"can-bo-{n}" for n in range(3)]
    assert rest["next"] is None


@pytest.mark.parametrize("login", ["a", "có dấu", "a b", "-a", "a/b", "a" * 101, "x\u200by"])
def test_a_login_is_plain(api: Api, login: str) -> None:
    api.speak_for("admin").refused(
        "invalid-request", 422, "POST", "/v1/accounts", json=OFFICER | {"login": login}
    )


def test_who_did_what_has_the_name_of_the_account(app: FastAPI, api: Api) -> None:
    issue(api)
    duty = obligation_of(api, "xa-a")
    with_password(api)
    with browser(app) as officer:
        officer.sign_in()
        officer.ok("POST", f"/v1/obligations/{duty['id']}/acknowledge")
        told = officer.ok("GET", f"/v1/obligations/{duty['id']}")["timeline"]
    assert any(
        line["actor_name"] == "Cán bộ xã A" for line in told if line["kind"].startswith("obligation.ack")
    )
