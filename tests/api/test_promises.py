"""What integrators rely on: no 2xx without a commit, one effect per key, no lost update."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session

from service.api.app import create_app
from service.api.contract import calls, operations
from service.database import Database, Standpoint
from service.domain.tables import ApiKey, Idempotency, ProgressUpdate, table
from service.edge.context import Context
from service.edge.idempotency import Once
from service.edge.upload import _upload_work
from service.edge.work import _work
from service.settings import Settings
from tests.api.test_strangers import CASES, about, places
from tests.api.world import Api, Worlds, assign, draft, issue, obligation_of
from tests.conftest import MONDAY, SettableClock


class FailingCommit(Database):
    """A database whose commits fail."""

    @contextmanager
    def write(self, standpoint: Standpoint | None = None) -> Iterator[Session]:
        """Open a transaction that cannot be committed."""
        with super().write(standpoint) as session:
            yield session
            raise sa.exc.OperationalError("COMMIT", None, OSError("the disk is full"))


def test_a_failing_commit_gives_no_2xx_on_any_route(
    api: Api, settings: Settings, database: Database, clock: SettableClock
) -> None:
    names = places(api)
    app = create_app(settings, FailingCommit(str(database.url)), clock)
    writes = {r.name: (m, r) for m, r in operations(app) if calls(r) & {_work, _upload_work}}
    with Api(app) as broken:
        broken.tokens = api.tokens
        for name, (method, _) in writes.items():
            case = CASES[name]
            headers = {"If-Match": "*"} if method != "GET" else {}
            more, sent = about(case, names["obligation"])
            for who in ("admin", "clerk", "officer_a"):
                broken.speak_for(who)
                path = case.path.format(**names)
                response = broken.request(method, path, headers=headers | more, **sent)
                assert response.status_code >= 400, f"{method} {path}: {response.text}"
        answer = broken.speak_for("clerk").post("/v1/units", json={"code": "u", "name": "U", "kind": "xa"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
    api.speak_for("clerk").refused("not-found", 404, "GET", "/v1/units/u")


def test_a_repeated_request_takes_effect_once(api: Api, database: Database) -> None:
    issue(api)
    path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}/progress-updates"
    api.speak_for("officer_a")
    sent = {"json": {"percent": 30, "text": "đang làm"}, "headers": {"Idempotency-Key": "k-1"}}
    first, second = api.post(path, **sent), api.post(path, **sent)  # type: ignore[arg-type]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    other = {"json": {"percent": 31, "text": "đang làm"}, "headers": {"Idempotency-Key": "k-1"}}
    api.refused("idempotency-key-reused", 422, "POST", path, **other)
    api.speak_for("clerk").ok("POST", path, **sent)
    with database.read() as connection:
        count = sa.select(sa.func.count()).select_from(table(ProgressUpdate))
        assert connection.execute(count).scalar_one() == 2
    api.refused("invalid-request", 422, "POST", path, json={"text": "x"}, headers={"Idempotency-Key": ""})


def test_a_refused_request_leaves_its_key_free(api: Api) -> None:
    directive_id, _ = draft(api)
    path = f"/v1/directives/{directive_id}/issue"
    sent = {
        "json": {"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
        "headers": {"Idempotency-Key": "k"},
    }
    api.refused("items-without-lead", 409, "POST", path, **sent)
    for item in "12":
        orders = [{"unit_code": "xa-a", "role": "lead"}]
        api.ok(
            "PUT",
            f"/v1/directives/{directive_id}/items/{item}/assignments",
            json=orders,
            headers={"If-Match": "*"},
        )
    first, again = api.post(path, **sent), api.post(path, **sent)  # type: ignore[arg-type]
    assert first.json() == again.json()
    assert first.json()["obligations"] == 2
    assert first.headers["etag"] == again.headers["etag"]


def test_a_key_that_cannot_be_one_is_refused_also_where_nothing_is_written(api: Api) -> None:
    too_long = {"Idempotency-Key": "x" * 256}
    word = {"files": {"file": ("mau.docx", b"PK", "application/octet-stream")}, "headers": too_long}
    for path in ("/v1/document-templates/urging/preview", "/v1/directives/intake"):
        problem = api.refused("invalid-request", 422, "POST", path, **word)
        assert problem["errors"][0]["pointer"] == "/Idempotency-Key"


def test_an_upload_is_known_by_its_file(api: Api) -> None:
    headers = {"Idempotency-Key": "f"}
    first = api.ok("POST", "/v1/files", files={"file": ("a.txt", b"abc")}, headers=headers)
    assert api.ok("POST", "/v1/files", files={"file": ("a.txt", b"abc")}, headers=headers) == first
    for other in (("a.txt", b"abd"), ("b.txt", b"abc")):
        api.refused(
            "idempotency-key-reused", 422, "POST", "/v1/files", files={"file": other}, headers=headers
        )


def test_a_new_key_is_shown_once_also_to_those_who_repeat(api: Api, database: Database) -> None:
    api.speak_for("admin")
    sent = {
        "json": {"name": "Hệ thống văn bản", "role": "clerk", "unit_code": "van-phong"},
        "headers": {"Idempotency-Key": "n"},
    }
    made, again = api.ok("POST", "/v1/api-keys", **sent), api.ok("POST", "/v1/api-keys", **sent)
    assert made["api_key"].startswith("dondoc_")
    assert again == made | {"api_key": None}
    with database.read() as connection:
        stored = connection.execute(sa.select(table(Idempotency).c.body)).scalar_one()
        names = connection.execute(sa.select(table(ApiKey).c.name)).scalars().all()
    assert made["api_key"].rsplit("_", 1)[-1] not in stored
    assert names.count("Hệ thống văn bản") == 1


def test_the_same_request_at_the_same_time_is_told_to_wait(
    worlds: Worlds, settings: Settings, clock: SettableClock
) -> None:
    with worlds.copy("postgresql") as database, Api(create_app(settings, database, clock)) as api:
        api.tokens = worlds.tokens["postgresql"]
        me = api.speak_for("clerk").ok("GET", "/v1/me")["principal_id"]
        with database.write() as session:
            Once(me, "POST /v1/units", "k", "hash", MONDAY).begin(session)
            sent = {"json": {"code": "u", "name": "U", "kind": "xa"}, "headers": {"Idempotency-Key": "k"}}
            api.refused("request-in-progress", 409, "POST", "/v1/units", **sent)
        api.ok("POST", "/v1/units", **sent)


@pytest.mark.both_databases
def test_simultaneous_repeats_have_one_effect(api: Api, database: Database) -> None:
    sent = {"json": {"code": "moi", "name": "Xã Mới", "kind": "xa"}, "headers": {"Idempotency-Key": "k"}}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post("/v1/units", **sent), range(16)))  # type: ignore[arg-type]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    refused = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert refused <= {"/problems/request-in-progress"}


def test_a_change_names_the_version_it_was_decided_on(api: Api) -> None:
    directive_id, tag = draft(api)
    path = f"/v1/directives/{directive_id}"
    assert tag == '"v1"'
    assert api.get(path).headers["etag"] == tag
    api.refused("precondition-required", 428, "PATCH", path, json={"place": "Cao Lộc"})
    api.refused("precondition-required", 428, "PUT", f"{path}/items/1/assignments", json=[])
    changed = api.patch(path, json={"place": "Cao Lộc"}, headers={"If-Match": tag})
    assert changed.headers["etag"] == '"v2"'
    for stale in (tag, '"v9"', "v2", 'W/"v2"', '"x"'):
        problem = api.refused(
            "stale-version", 412, "PATCH", path, json={"place": "x"}, headers={"If-Match": stale}
        )
        assert problem["version"] == 2
    api.refused(
        "invalid-request", 422, "PATCH", path, json={"place": "x"}, headers={"If-Match": '"v1", "v2"'}
    )
    api.refused("stale-version", 412, "POST", f"{path}/confirm-proposals", headers={"If-Match": tag})
    assert api.post(f"{path}/confirm-proposals", headers={"If-Match": '"v2"'}).status_code == 200


@pytest.mark.both_databases
def test_many_requests_at_once_do_not_stall_a_pool_of_four(
    worlds: Worlds, settings: Settings, clock: SettableClock, kind: str
) -> None:
    with worlds.copy(kind) as database, Api(create_app(settings, database, clock)) as api:
        assert settings.database_pool_size == 4
        api.tokens = worlds.tokens[kind]
        issue(api)
        path = f"/v1/obligations/{obligation_of(api, 'xa-a')['id']}"

        def ask(number: int) -> int:
            if number % 10 == 0:
                sent = {"text": str(number), "percent": number % 100}
                return api.post(f"{path}/progress-updates", json=sent).status_code
            return api.get(path if number % 2 else "/v1/obligations").status_code

        with ThreadPoolExecutor(300) as pool:
            statuses = list(pool.map(ask, range(300)))
        assert set(statuses) == {200, 201}
        assert len(api.ok("GET", "/v1/progress-updates")["items"]) == 30


def test_a_revoked_key_opens_nothing(api: Api, app: FastAPI, clock: SettableClock) -> None:
    api.speak_for("admin")
    body = {"name": "tạm", "role": "officer", "unit_code": "xa-a", "expires_at": "2024-05-01T00:00:00+07:00"}
    made = api.ok("POST", "/v1/api-keys", json=body)
    api.tokens = api.tokens | {"new": made["api_key"]}
    assert api.speak_for("new").ok("GET", "/v1/me")["unit_code"] == "xa-a"
    path = f"/v1/api-keys/{made['id']}"
    api.speak_for("admin").refused("precondition-required", 428, "DELETE", path)
    assert api.ok("DELETE", path, headers={"If-Match": '"v1"'})["revoked_at"]
    api.refused("stale-version", 412, "DELETE", path, headers={"If-Match": '"v1"'})
    api.speak_for("new").refused("unauthenticated", 401, "GET", "/v1/me")
    context: Context = app.state.context
    assert context.keys.find(made["api_key"], None, clock.now()) is None
    second = api.speak_for("admin").ok("POST", "/v1/api-keys", json=body)
    api.tokens = api.tokens | {"second": second["api_key"]}
    api.speak_for("second").ok("GET", "/v1/me")
    clock.set("2024-05-02")
    api.refused("unauthenticated", 401, "GET", "/v1/me")


def test_nobody_makes_a_key_that_opens_more_than_their_own(api: Api) -> None:
    api.speak_for("keeper_admin")
    body = {"name": "k", "role": "administrator"}
    api.refused("not-allowed", 403, "POST", "/v1/api-keys", json=body)
    wide = body | {"unit_code": "van-phong", "every_register": True}
    api.refused("not-allowed", 403, "POST", "/v1/api-keys", json=wide)
    api.ok("POST", "/v1/api-keys", json=body | {"unit_code": "xa-a", "role": "officer"})
    api.refused("unknown-reference", 422, "POST", "/v1/api-keys", json=body | {"unit_code": "xa-z"})
    listed = {key["name"] for key in api.ok("GET", "/v1/api-keys")["items"]}
    assert "admin" not in listed
    assert "k" in listed


def test_a_rehearsed_issue_shows_everything_and_changes_nothing(api: Api, database: Database) -> None:
    directive_id, _ = draft(api)
    assign(api, directive_id, "1", [{"group_code": "cac-xa", "role": "lead"}])
    assign(api, directive_id, "2", [{"unit_code": "xa-a", "role": "lead"}])
    path = f"/v1/directives/{directive_id}/issue"
    sent = {
        "json": {"issuer_code": "cao-loc", "issued_on": "2024-04-15"},
        "headers": {"Idempotency-Key": "d"},
    }
    rehearsed = api.ok("POST", path, params={"dry_run": True}, **sent)
    assert (rehearsed["obligations"], rehearsed["directive"]["state"]) == (4, "issued")
    assert api.ok("GET", f"/v1/directives/{directive_id}")["state"] == "draft"
    assert api.ok("GET", "/v1/obligations")["items"] == []
    done = api.ok("POST", path, **sent)
    assert (done["obligations"], done["directive"]["state"]) == (4, "issued")
