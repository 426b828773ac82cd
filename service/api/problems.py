"""Refusal → RFC 9457 problem document: the only file that knows both rules and statuses."""

import inspect
from typing import Any, cast

import sqlalchemy as sa
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from service.domain import account_refusals, audit_refusals, erasure_refusals, errors
from service.domain.errors import DomainError
from service.edge import refusals
from service.edge.idempotency import Replay
from service.intake import refusals as intake
from service.intake.refusals import IntakeRefused

MEDIA_TYPE = "application/problem+json"
REALM = 'Bearer realm="dondoc"'
BUSY_SECONDS = 2
log = structlog.get_logger("dondoc.api")

STATUS: dict[type[DomainError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.StaleVersion: 412,
    errors.AlreadyExists: 409,
    errors.UnknownReference: 422,
    errors.InvalidValue: 422,
    errors.RegisterRequired: 422,
    errors.DirectiveNotDraft: 409,
    errors.DirectiveNotInForce: 409,
    errors.ItemsWithoutLead: 409,
    errors.DirectiveIncomplete: 409,
    errors.CircularChain: 409,
    errors.MoveNotAllowed: 409,
    errors.NobodyToTell: 409,
    errors.NothingToTell: 409,
    errors.NotUnderWay: 409,
    errors.UnitEnded: 409,
    errors.NotCoordinator: 409,
    errors.LeadCoordinates: 409,
    errors.RequestEnded: 409,
    errors.DelegatedTooDeep: 409,
    errors.DueAfterParent: 409,
    errors.NotBelow: 409,
    errors.AbsencesOverlap: 409,
    errors.AlreadyAnswered: 409,
    errors.NoMoreExtensions: 409,
    errors.HeirsUndecided: 409,
    errors.ReorganisationNotOpen: 409,
    errors.EvidenceRequired: 422,
    errors.DueBeforeAssigned: 409,
    errors.SeriesEnded: 409,
    errors.LinkRefused: 409,
    errors.WordingRefused: 422,
    errors.RequestInProgress: 409,
    errors.KeyReused: 422,
    errors.KeyLivesTooLong: 422,
    errors.KeyNotAlone: 409,
    audit_refusals.NotUnderCheckpoint: 409,
    audit_refusals.LedgerBroken: 500,
    account_refusals.SignInRefused: 401,
    account_refusals.CodeRefused: 403,
    account_refusals.PasswordRefused: 422,
    account_refusals.SignsInElsewhere: 409,
    account_refusals.ClaimsNotMapped: 403,
    erasure_refusals.TextsErased: 409,
    erasure_refusals.PersonHoldsPosts: 409,
    erasure_refusals.PersonHoldsKeys: 409,
    erasure_refusals.PersonErasedAlready: 409,
    refusals.Unauthenticated: 401,
    refusals.CrossSiteRefused: 403,
    refusals.WrongNetwork: 403,
    refusals.GrantRefused: 400,
    refusals.MalformedRequest: 400,
    refusals.InvalidRequest: 422,
    refusals.IdempotencyKeyRequired: 400,
    refusals.PreconditionRequired: 428,
    refusals.UnsupportedMediaType: 415,
    refusals.ContentTooLarge: 413,
    refusals.ServiceBusy: 503,
    refusals.ProviderUnreachable: 503,
    refusals.SignInNotFinished: 403,
    refusals.TooManyRequests: 429,
    refusals.ConcurrentChange: 409,
    refusals.MethodNotAllowed: 405,
    refusals.SecretKeyMissing: 409,
    refusals.InternalError: 500,
}
DOCUMENT_STATUS: dict[type[IntakeRefused], int] = {
    intake.EmptyDocument: 422,
    intake.UnreadableDocument: 422,
    intake.UnsupportedDocument: 415,
    intake.LegacyDocument: 415,
    intake.MismatchedDocument: 415,
    intake.EncryptedDocument: 422,
    intake.DocumentTooLarge: 413,
    intake.ArchiveBomb: 413,
    intake.ScannedDocument: 422,
    intake.DocumentTooSlow: 422,
    intake.SecretDocument: 422,
}
AGAIN = refusals.ServiceBusy | refusals.TooManyRequests | refusals.ProviderUnreachable
Refusal = type[DomainError] | type[IntakeRefused]


def leaves(root: type[Any]) -> list[type[Any]]:
    """Return the classes under a root that stand for one reason each."""
    children = root.__subclasses__()
    return [root] if not children else [leaf for child in children for leaf in leaves(child)]


def status_of(kind: Refusal) -> int:
    """Return the status of a refusal."""
    if issubclass(kind, IntakeRefused):
        return DOCUMENT_STATUS.get(kind, 422)
    return STATUS[kind]


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
    """Busy, slow or away is 503, two equal rows at once 409, what fits no column 422; the rest is ours."""
    if isinstance(error, sa.exc.TimeoutError | sa.exc.OperationalError | sa.exc.InterfaceError):
        log.warning("database_busy", error=type(error).__name__, reason=type(error.__cause__).__name__)
        return document(request, refusals.ServiceBusy(retry_after=BUSY_SECONDS))
    if isinstance(error, sa.exc.DataError):
        log.warning("value_refused", error=type(error.orig).__name__)
        return document(request, errors.InvalidValue(field="", detail="a value does not fit its place"))
    if isinstance(error, sa.exc.IntegrityError):
        log.warning("concurrent_change", error=type(error.orig).__name__)
        return document(request, refusals.ConcurrentChange())
    log.error("database_error", exc_info=error)
    return document(request, refusals.InternalError())
