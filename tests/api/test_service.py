"""The service itself: health, metrics, headers, contract, documentation, problems explained."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from pydantic import SecretStr

from service.api import problems, telemetry
from service.api.app import create_app
from service.api.contract import asks_who_acts, operations
from service.cli import contract
from service.clock import SystemClock
from service.database import Database
from service.domain import holds
from service.domain.errors import DomainError
from service.domain.ids import new_id
from service.domain.key_rules import new_parts, written
from service.edge import statuses
from service.edge.schema import newest_revision
from service.intake.refusals import IntakeRefused
from service.settings import Settings
from tests.api.test_strangers import OPEN
from tests.api.world import Api, Worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kind() -> str:
    """Ask one kind of database where it makes no difference."""
    return "sqlite"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the contract."""
    loaded: dict[str, Any] = json.loads(contract.contract())
    return loaded


def test_every_refusal_has_a_status() -> None:
    assert set(problems.leaves(DomainError)) == statuses.STATUS.keys()
    assert set(problems.leaves(IntakeRefused)) == statuses.DOCUMENT_STATUS.keys()
    kinds: list[statuses.Refusal] = [*statuses.STATUS, *statuses.DOCUMENT_STATUS]
    slugs = [kind.slug for kind in kinds]
    assert len(set(slugs)) == len(slugs)
    assert all(problems.explanation(kind) for kind in problems.explained().values())


def test_the_committed_contract_is_the_present_one() -> None:
    assert (ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8") == contract.contract()
    standings = ROOT / "tests" / "snapshots" / "permissions.txt"
    assert standings.read_text(encoding="utf-8") == contract.standings()


def test_every_operation_says_how_it_fails(document: dict[str, Any]) -> None:
    names = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names.add(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            assert len(operation["tags"]) >= 1
            responses = operation["responses"]
            assert {"500", "503"} <= responses.keys()
            assert any(status.startswith(("2", "303")) for status in responses)
            if operation["security"]:
                assert {"401", "403", "422"} <= responses.keys(), path
            if method in ("put", "patch", "delete"):
                assert {"412", "428"} <= responses.keys(), path
            for status, response in responses.items():
                if status[0] in "45":
                    assert list(response["content"]) == ["application/problem+json"], (path, status)
                    assert response["description"]
    assert len(names) == sum(len(methods) for methods in document["paths"].values())
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["openapi"].startswith("3.1")


def test_what_a_route_may_refuse_stands_in_the_contract(document: dict[str, Any]) -> None:
    app = create_app(Settings(), Database("sqlite://"), SystemClock())
    for method, route in operations(app):
        written = document["paths"][route.path][method.lower()]["responses"]
        for status, declared in route.responses.items():
            for reason in re.findall(r"`[a-z-]+`: ", declared.get("description", "")):
                assert reason in written[str(status)]["description"], (method, route.path, status)


def test_every_route_under_v1_asks_who_acts() -> None:
    app = create_app(Settings(), Database("sqlite://"), SystemClock())
    for method, route in operations(app):
        shows_it_otherwise = route.path.startswith(("/v1/hooks/", "/v1/oauth/")) or route.name in OPEN
        needs_key = route.path.startswith("/v1") and not shows_it_otherwise
        assert asks_who_acts(route) == needs_key, (method, route.path)


def test_views_have_no_defaults(document: dict[str, Any]) -> None:
    answered = set()
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    answered |= set(re.findall(r"schemas/(\w+)", json.dumps(response)))
    for name in answered:
        schema = document["components"]["schemas"][name]
        assert set(schema["required"]) == schema["properties"].keys(), name


HERE, ELSEWHERE = ("127.0.0.1", 50000), ("203.0.113.9", 50000)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everybody_who_watches_sees_that_a_copy_is_held(
    settings: Settings, clock: Any, worlds: Worlds, kind: str, database: Database
) -> None:
    api = Api(create_app(settings, database, clock), client=HERE)
    api.tokens = worlds.tokens[kind]
    assert api.speak_for("clerk").ok("GET", "/v1/channels")["held_since"] is None
    with database.write() as session:
        placed = holds.placing(new_id(clock.now()), holds.Head(clock.now(), 0, ""), now=clock.now())
        session.connection().execute(placed)
    since = api.ok("GET", "/v1/channels")["held_since"]
    assert datetime.fromisoformat(since) == clock.now()
    assert api.ok("GET", "/readyz") == {"status": "held", "oldest_due_seconds": 0, "held_since": since}
    assert "dondoc_held 1.0" in api.get("/metrics").text


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_health_and_metrics_need_no_key(
    settings: Settings, clock: Any, worlds: Worlds, kind: str, database: Database
) -> None:
    api = Api(create_app(settings, database, clock), client=HERE)
    api.tokens = worlds.tokens[kind]
    assert api.ok("GET", "/healthz") == {"status": "ok"}
    assert api.ok("GET", "/readyz") == {"status": "ready", "oldest_due_seconds": 0, "held_since": None}
    api.speak_for("clerk").get("/v1/units/xa-a")
    text = api.get("/metrics").text
    assert 'dondoc_http_requests_total{method="GET",route="/v1/units/{code}",status="200"} 1.0' in text
    assert 'dondoc_http_request_seconds_count{method="GET",route="/v1/units/{code}"} 1.0' in text
    assert "dondoc_delivery_oldest_due_seconds 0.0" in text
    assert "dondoc_held 0.0" in text
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
    api.refused("service-busy", 503, "GET", "/readyz")
    assert newest_revision() == (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip()


def test_metrics_are_for_this_machine_or_for_a_token(
    settings: Settings, clock: Any, database: Database
) -> None:
    for unproven in (ELSEWHERE, ("unknown", 0), ("_hidden:x", 0), ("", 0)):
        Api(create_app(settings, database, clock), client=unproven).refused(
            "unauthenticated", 401, "GET", "/metrics"
        )
    guarded = settings.model_copy(update={"metrics_token": SecretStr("long-enough-token")})
    for place in (HERE, ELSEWHERE):
        api = Api(create_app(guarded, database, clock), client=place)
        for shown in ({}, {"authorization": "Bearer wrong"}):
            api.refused("unauthenticated", 401, "GET", "/metrics", headers=shown)
        told = api.get("/metrics", headers={"authorization": "Bearer long-enough-token"})
        assert "dondoc_deliveries_due" in told.text


def test_metrics_are_told_without_the_database_too(settings: Settings, clock: Any) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with Api(create_app(settings, away, clock), client=HERE) as api:
        assert "dondoc_http_requests" in api.get("/metrics").text


def test_a_database_that_is_away_is_503_and_not_500(settings: Settings, clock: Any) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with Api(create_app(settings, away, clock)) as api:
        for path in ("/readyz", "/v1/me"):
            shown = {"authorization": f"Bearer {written(new_parts())}"}
            api.refused("service-busy", 503, "GET", path, headers=shown)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (sa.exc.DataError, 422),
        (sa.exc.IntegrityError, 409),
        (sa.exc.OperationalError, 503),
        (sa.exc.ProgrammingError, 500),
    ],
)
def test_what_a_database_refuses_is_a_problem_too(
    fault: type[sa.exc.DBAPIError], status: int, settings: Settings, clock: Any
) -> None:
    app = create_app(settings, Database("sqlite://"), clock)

    @app.get("/broken")
    def broken() -> None:
        raise fault("SELECT secret", None, ValueError("secret"))

    with Api(app) as api:
        response = api.get("/broken")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


def test_a_fault_of_ours_tells_nothing_but_its_number(
    api: Api, monkeypatch: pytest.MonkeyPatch, app: FastAPI
) -> None:
    app.state.context = None
    with structlog.testing.capture_logs() as lines:
        monkeypatch.setattr(telemetry, "log", structlog.get_logger())
        problem = api.refused("internal-error", 500, "GET", "/v1/me")
    assert problem.keys() == {"type", "title", "status", "instance", "request_id"}
    (line,) = (each for each in lines if each["event"] == "unexpected")
    assert line["request_id"] == problem["request_id"]


def test_answers_carry_an_id_and_close_the_door(api: Api) -> None:
    answer = api.get("/v1/me", headers={"x-request-id": "abcdef-123456"})
    assert answer.headers["x-request-id"] == "abcdef-123456"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    forged = api.get("/v1/me", headers={"x-request-id": "a b\tc"})
    assert forged.headers["x-request-id"] != "a b\tc"


def test_a_log_line_names_the_principal_and_no_secret(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with structlog.testing.capture_logs() as lines:
        monkeypatch.setattr(telemetry, "log", structlog.get_logger())
        api.get("/v1/units?q=bi-mat")
        api.get("/healthz")
    (line,) = lines
    assert (line["route"], line["status"], line["method"]) == ("/v1/units", 200, "GET")
    assert line["principal_id"]
    assert "bi-mat" not in str(line)
    assert api.tokens["clerk"] not in str(line)


def test_the_documentation_loads_nothing_from_elsewhere(api: Api) -> None:
    page = api.get("/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(link.startswith(("/docs/", "data:")) for link in links)
    for link in links:
        if link.startswith("/"):
            assert api.get(link).status_code == 200, link
    assert "<script>" not in page.text
    assert api.ok("GET", "/openapi.json")["openapi"].startswith("3.1")
    api.refused("not-found", 404, "GET", "/docs/passwd")


def test_problems_explain_themselves(api: Api) -> None:
    listed = api.ok("GET", "/problems")["items"]
    assert {"items-without-lead", "document-secret", "unauthenticated"} <= {
        each["type"].rsplit("/", 1)[-1] for each in listed
    }
    for each in listed:
        assert api.ok("GET", each["type"]) == each
    page = api.get("/problems/items-without-lead", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    written = api.ok("GET", "/openapi.json")["paths"]["/problems/{slug}"]["get"]["responses"]["200"][
        "content"
    ]
    assert written.keys() == {"application/json", "text/html"}
    assert "Items that no unit answers for" in page.text
    api.refused("not-found", 404, "GET", "/problems/no-such")
