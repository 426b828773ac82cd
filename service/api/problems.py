"""Refusal → RFC 9457 problem document; its status stands in `edge/statuses.py`."""

import inspect
from typing import Any, cast

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from service.domain import account_refusals, errors
from service.domain.errors import DomainError
from service.edge import refusals
from service.edge.idempotency import Replay
from service.edge.statuses import STATUS, Refusal, refusal_of, status_of
from service.intake.refusals import IntakeRefused

MEDIA_TYPE = "application/problem+json"
REALM = 'Bearer realm="dondoc"'

AGAIN = refusals.ServiceBusy | refusals.TooManyRequests | refusals.ProviderUnreachable


def leaves(root: type[Any]) -> list[type[Any]]:
    """Return the classes under a root that stand for one reason each."""
    children = root.__subclasses__()
    return [root] if not children else [leaf for child in children for leaf in leaves(child)]


def explained() -> dict[str, Refusal]:
    """Return every refusal by its slug."""
    kinds: list[Refusal] = [*STATUS, *leaves(IntakeRefused)]
    return {kind.slug: kind for kind in sorted(kinds, key=lambda kind: kind.slug)}


def explanation(kind: Refusal) -> str:
    """Return what a refusal means, in the words of its class."""
    return inspect.getdoc(kind) or kind.title


def problems(*kinds: Refusal) -> dict[int | str, dict[str, Any]]:
    """Return `responses=` of a route that may refuse so; see `api/contract.py` for what every route may."""
    by_status: dict[int | str, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(status_of(kind), []).append(f"`{kind.slug}`: {kind.title}")
    return {
        status: {"description": ". ".join(reasons), "content": {MEDIA_TYPE: {"schema": PROBLEM_REFERENCE}}}
        for status, reasons in by_status.items()
    }


PROBLEM_REFERENCE = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Further members are facts that a program may act on.",
    "type": "object",
    "required": ["type", "title", "status", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Resolves to an explanation."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "instance": {"type": "string", "description": "The path that was asked."},
        "request_id": {"type": "string", "description": "Stands in the log as well."},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "query", "path", "header"]},
                    "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901)."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}


def document(request: Request, refused: DomainError | IntakeRefused) -> Response:
    """Return a refusal as a problem document."""
    headers = {}
    if isinstance(refused, refusals.Unauthenticated):
        headers["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if refused.is_wrong else REALM
    if isinstance(refused, account_refusals.SignInRefused):
        headers["WWW-Authenticate"] = REALM
    if isinstance(refused, AGAIN):
        headers["Retry-After"] = str(refused.retry_after)
    if isinstance(refused, errors.RequestInProgress):
        headers["Retry-After"] = "1"
    if isinstance(refused, errors.StaleVersion):
        headers["ETag"] = f'"v{refused.version}"'
    content = content_of(request, refused, instance=request.url.path)
    return Response(to_json(content), content["status"], headers, MEDIA_TYPE)


def content_of(request: Request, refused: DomainError | IntakeRefused, *, instance: str) -> dict[str, Any]:
    """Return what a problem document says; `instance` is the path of what was refused."""
    facts = {} if isinstance(refused, refusals.Unauthenticated | IntakeRefused) else refused.facts()
    return facts | {
        "type": f"/problems/{refused.slug}",
        "title": refused.title,
        "status": status_of(type(refused)),
        "instance": instance,
        "request_id": request.scope.get("dondoc.request_id", ""),
    }


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem document."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(IntakeRefused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(sa.exc.SQLAlchemyError, _database)
    app.add_exception_handler(Replay, _replay)


async def _refused(request: Request, error: Exception) -> Response:
    return document(request, cast("DomainError | IntakeRefused", error))


async def _replay(_request: Request, error: Exception) -> Response:
    return cast(Replay, error).response


async def _invalid(request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    return document(request, refusals.InvalidRequest(errors=[_place(problem) for problem in found[:50]]))


def _place(problem: dict[str, Any]) -> dict[str, str]:
    where, *path = problem["loc"]
    steps = (str(step).replace("~", "~0").replace("/", "~1")[:100] for step in path)
    pointer = "".join(f"/{step}" for step in steps)
    return {"in": str(where), "pointer": pointer, "detail": str(problem["msg"])[:300]}


async def _http(request: Request, error: Exception) -> Response:
    raised = cast(HTTPException, error)
    refused: DomainError = refusals.MalformedRequest(detail="the body cannot be read")
    if raised.status_code == 404:
        refused = errors.NotFound(what="path")
    if raised.status_code == 405:
        refused = refusals.MethodNotAllowed()
    response = document(request, refused)
    for name, value in (raised.headers or {}).items():
        response.headers[name] = value
    return response


async def _database(request: Request, error: Exception) -> Response:
    return document(request, refusal_of(cast(sa.exc.SQLAlchemyError, error)))
