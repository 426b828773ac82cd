"""The OpenAPI document: what every route shares is written here once, from the same source as the code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from service.api.problems import PROBLEM_SCHEMA, problems
from service.api.telemetry import QUIET
from service.domain import errors
from service.edge import refusals
from service.edge.actor import current_actor, current_holder
from service.edge.conditions import _if_match, _if_match_required
from service.edge.reads import asked, asked_at_once
from service.edge.sessions import COOKIE, CSRF_HEADER, SAFE
from service.edge.statuses import Refusal
from service.edge.work import _named_work

EXAMPLES = Path(__file__).with_name("examples.json")
"""What was sent and answered when somebody carried out every operation; `python -m tests.tour` writes it."""

TITLE = "Đôn đốc"
VERSION = "1.0.0"
DESCRIPTION = """\
Turns signed directives into duties that named units cannot lose sight of.

* **Keys.** `Authorization: Bearer <key>`; a browser has a session and sends its `X-CSRF-Token`.
* **Registers.** Where several exist, name one: `?register=<code>`.
* **Days and instants.** Days are `YYYY-MM-DD` in the office's zone, instants RFC 3339 with an offset.
* **Lists** are `{"items": [...], "next": "<cursor>" | null}`; send `next` back as `after`. A page may hold
  fewer items than `limit` although more follow: only `next` tells.
* **Repeats.** A POST with an `Idempotency-Key` takes effect once; its repeat gets the first answer with
  `Idempotent-Replayed: true`.
* **Versions.** `ETag` names the version you read; send it back as `If-Match`. PUT, PATCH and DELETE
  require it.
* **Quotas.** `RateLimit` says what is left of this minute; who asks more gets 429 with `Retry-After`.
* **Problems** are RFC 9457 documents; `type` resolves to an explanation.
"""
TAGS = {
    "directives": "Directives (văn bản chỉ đạo): draft, map, issue",
    "obligations": "Obligations (nhiệm vụ) of units, from receipt to acceptance",
    "units": "Units, groups of units, and the people who hold their posts",
    "registers": "Registers (sổ theo dõi), their calendar, policies and channels",
    "statistics": "Statistics (số liệu) at a cut-off day, published tables and rankings",
    "criteria": "Sets of criteria (bộ tiêu chí), what was measured of them, and the matrix that follows",
    "messages": "Who was told what, and whether it arrived",
    "audit": "The ledger (nhật ký): what happened, signed, and proofs for whoever audits",
    "files": "Documents and evidence",
    "keys": "Keys of programs and people",
    "accounts": "People who sign in (tài khoản), their passwords and sessions",
    "service": "The service itself",
}
SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, the token it is exchanged for, or a token of an identity provider.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A person who signed in; `Authorization`, if sent, counts alone.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "Goes with the session in every change; `GET /v1/sessions/current` says it.",
    },
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "register": {
        "name": "register",
        "in": "query",
        "required": False,
        "description": "Code of the register; needed only where several exist and the key is bound to none.",
        "schema": {"type": "string"},
    },
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Any text that is new for every new request of this route.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "if_match": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag you read; refused with 412 if it is no longer the present one.",
        "schema": {"type": "string", "examples": ['"v3"']},
    },
}
HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Policy": {
        "description": "Quotas (`q`) in a window of seconds (`w`): of the address, of the key, of its unit.",
        "schema": {"type": "string", "examples": ['"key";q=6000;w=60']},
    },
    "RateLimit": {
        "description": "Requests left (`r`) of each quota, and for how many seconds that counts (`t`).",
        "schema": {"type": "string", "examples": ['"key";r=5999;t=60']},
    },
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}},
}
for _name in ("if_match", "idempotency_key"):
    PARAMETERS[f"{_name}_required"] = PARAMETERS[_name] | {"required": True}


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the contract of an application."""
    document = get_openapi(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        servers=[{"url": "/"}],
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    components["parameters"] = PARAMETERS
    components["headers"] = HEADERS
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for method, route in operations(app):
        operation = document["paths"][route.path][method.lower()]
        _complete(operation, method, route)
        _exemplify(operation, examples.get(route.name, {}))
    return document


def operations(app: FastAPI) -> list[tuple[str, APIRoute]]:
    """Return every documented operation: method and route."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            found += [(method, route) for method in sorted(route.methods or ())]
    return found


def calls(route: APIRoute) -> set[Any]:
    """Return the functions that a route depends on."""
    waiting, found = list(route.dependant.dependencies), set()
    while waiting:
        dependant = waiting.pop()
        found.add(dependant.call)
        waiting += dependant.dependencies
    return found


def asks_who_acts(route: APIRoute) -> bool:
    """Return if a route needs a key or a session."""
    return bool(calls(route) & {current_actor, current_holder, asked, asked_at_once})


def _complete(operation: dict[str, Any], method: str, route: APIRoute) -> None:
    """Add what a route has because of what it depends on."""
    operation["operationId"] = route.name
    if 422 not in route.responses:  # the framework's own, in a shape that nobody gets
        operation["responses"].pop("422", None)
    shown = ["session"] if method in SAFE else ["session", "csrf"]
    keys: list[dict[str, list[str]]] = [{"bearer": []}, {name: [] for name in shown}]
    operation["security"] = keys if asks_who_acts(route) else []
    shared = _shared_parameters(method, route)
    own = [each for each in operation.pop("parameters", []) if each["name"] not in shared]
    if own or shared:
        named = [{"$ref": f"#/components/parameters/{name}"} for name in shared]
        operation["parameters"] = own + named
    _merge(operation["responses"], problems(*_refusals(operation, method, route)))
    _name_headers(operation["responses"], is_counted=route.path not in QUIET)


def _shared_parameters(method: str, route: APIRoute) -> list[str]:
    """Return the names of what a route takes like many others."""
    needs, found = calls(route), []
    if asks_who_acts(route):
        found.append("register")
    if method == "POST":
        found.append("idempotency_key_required" if _named_work in needs else "idempotency_key")
    if _if_match_required in needs:
        found.append("if_match_required")
    elif _if_match in needs:
        found.append("if_match")
    return found


def _refusals(operation: dict[str, Any], method: str, route: APIRoute) -> Iterator[Refusal]:
    """Yield how a route may refuse because of what it is, beside what it declares itself."""
    needs = calls(route)
    yield from (refusals.InternalError, refusals.ServiceBusy)
    if route.path not in QUIET:
        yield refusals.TooManyRequests
    if asks_who_acts(route):
        yield from (refusals.Unauthenticated, errors.NotAllowed, errors.RegisterRequired)
    if method not in SAFE:
        yield refusals.ConcurrentChange
        if asks_who_acts(route):
            yield from (errors.InvalidValue, refusals.CrossSiteRefused)
    if method == "POST":
        yield from (errors.KeyReused, errors.RequestInProgress)
    if _named_work in needs:
        yield refusals.IdempotencyKeyRequired
    if _if_match_required in needs:
        yield refusals.PreconditionRequired
    if needs & {_if_match, _if_match_required}:
        yield errors.StaleVersion
    if operation.get("parameters") or "requestBody" in operation:
        yield refusals.InvalidRequest
    if "requestBody" in operation:
        yield from (refusals.MalformedRequest, refusals.UnsupportedMediaType, refusals.ContentTooLarge)


def _name_headers(responses: dict[str, Any], *, is_counted: bool) -> None:
    """Say which answers carry what is left of a quota, and which say when to ask again."""
    for status, response in responses.items():
        tells_what_is_left = is_counted and (status[0] == "2" or status == "429")
        names = ["RateLimit-Policy", "RateLimit"] if tells_what_is_left else []
        names += ["Retry-After"] if status in ("429", "503") else []
        if names:
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _exemplify(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Show what was once sent and answered."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in example:
            content["example"] = example["request"]
    for status, answers in example.get("responses", {}).items():
        contents = operation["responses"].get(status, {}).get("content", {})
        for media, content in contents.items():
            if media.partition(";")[0] in answers:
                content["example"] = answers[media.partition(";")[0]]


def _merge(responses: dict[str, Any], more: dict[int | str, dict[str, Any]]) -> None:
    for status, response in more.items():
        known = responses.setdefault(str(status), {"description": "", "content": response["content"]})
        parts = [text for text in (known["description"], response["description"]) if text]
        known["description"] = ". ".join(parts)
