"""What an answer must be: documented, in its shape, never a failure, never a yes to what is wrong."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from service.api.problems import explained
from service.edge.statuses import status_of
from tests.asgi import Answer, Call
from tests.calls.contract import JSON, PROBLEM, Contract, Operation, Parameter, Schema
from tests.calls.drawing import Draft

SECURITY = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}
TYPES = {f"/problems/{slug}": status_of(kind) for slug, kind in explained().items()}
INTEGER = re.compile(r"[+-]?\d+")
TRUTHS = frozenset({"true", "false", "1", "0", "yes", "no", "on", "off", "t", "f", "y", "n"})
"""Ways to write yes and no in a query; the contract's two and those that every form has ever sent."""

Violation = tuple[str, str]
"""Its kind, and what was seen."""


def judge(contract: Contract, draft: Draft, call: Call, answer: Answer) -> list[Violation]:
    """Return what is wrong with an answer."""
    found = [*_always(answer)]
    operation = draft.operation
    is_meant = draft.path is None and draft.method == operation.method and not _leads_elsewhere(draft)
    if not is_meant:
        if answer.status >= 400:
            found += _problem(contract, answer, None)
        elif (
            call.method not in ("HEAD", "OPTIONS")
            and draft.path is None
            and draft.method not in METHODS_MEANT
        ):
            found.append(("a method that does not exist was answered", str(answer.status)))
        return found
    if answer.status not in operation.answers:
        found.append(("undocumented status", str(answer.status)))
        return found
    if answer.status >= 400:
        return found + _problem(contract, answer, operation)
    found += _shape(operation, answer)
    return found + [("wrongly accepted", why) for why in wrongs(operation, draft, call)]


METHODS_MEANT = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def _leads_elsewhere(draft: Draft) -> bool:
    """Return if what stands in a place makes it another path."""
    places = [unquote(value) for value in draft.places.values()]
    return any("/" in value or value == "" or "\ufffd" in value for value in places)


def _always(answer: Answer) -> list[Violation]:
    """Check what holds of every answer, whatever was asked."""
    found = []
    if answer.status >= 500 and not (answer.status == 503 and "retry-after" in answer.headers):
        found.append(("failure", f"{answer.status} {answer.body[:200]!r}"))
    found += [
        ("missing header", name) for name, value in SECURITY.items() if answer.headers.get(name) != value
    ]
    found += [
        ("missing header", name) for name in ("x-request-id", "cache-control") if name not in answer.headers
    ]
    needed = {401: "www-authenticate", 405: "allow", 412: "etag", 503: "retry-after"}.get(answer.status)
    if needed is not None and needed not in answer.headers:
        found.append(("missing header", f"{needed} with {answer.status}"))
    return found


def _problem(contract: Contract, answer: Answer, operation: Operation | None) -> list[Violation]:
    """Check a problem document, and that the operation says it may come."""
    if answer.headers.get("content-type") != PROBLEM:
        return [("not a problem document", answer.headers.get("content-type", ""))]
    document = json.loads(answer.body) if answer.body else {}
    if not contract.problem.is_valid(document):
        return [("not a problem document", str(document)[:200])]
    found = []
    kind = document["type"]
    if kind not in TYPES:
        found.append(("unknown problem", kind))
    if document["status"] != answer.status or TYPES.get(kind, answer.status) != answer.status:
        found.append(("status and document differ", f"{answer.status} {kind}"))
    if operation is not None and kind not in operation.problems.get(answer.status, ()):
        found.append(("undocumented problem", f"{answer.status} {kind}"))
    return found


def _shape(operation: Operation, answer: Answer) -> list[Violation]:
    """Check the body of a good answer, and the version in its headers."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    documented = operation.answers[answer.status]
    if kind not in documented:
        return [("undocumented type", kind)]
    if kind != JSON or documented[kind] is None:
        return []
    content = json.loads(answer.body)
    validator = documented[kind]
    if not validator.is_valid(content):
        error = next(validator.iter_errors(content))
        return [("schema deviation", f"{error.instance_path} {error.message[:200]}")]
    version = content.get("version") if isinstance(content, dict) else None
    if isinstance(version, int) and answer.headers.get("etag") != f'"v{version}"':
        return [("version without ETag", f"{version} {answer.headers.get('etag')}")]
    return []


def wrongs(operation: Operation, draft: Draft, call: Call) -> list[str]:
    """Return what the contract forbids in a request, by the schemas alone."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in call.headers}
    found = [*_wrong_body(operation, call, headers)]
    for each in operation.of("path"):
        if not _fits(each, [unquote(draft.places[each.name])]):
            found.append(f"path {each.name}={draft.places[each.name]!r}")
    asked: dict[str, list[str]] = {}
    for name, value in parse_qsl(call.query, keep_blank_values=True):
        asked.setdefault(name, []).append(value)
    for each in operation.of("query"):
        if each.name in asked and not _fits(each, asked[each.name]):
            found.append(f"query {each.name}={asked[each.name]!r}")
        if each.required and each.name not in asked:
            found.append(f"query without {each.name}")
    for each in operation.of("header"):
        written = headers.get(each.name.lower())
        if written is None and each.required:
            found.append(f"header without {each.name}")
        if written is not None and not _fits(each, [written]):
            found.append(f"header {each.name}={written!r}")
    return found


def _wrong_body(operation: Operation, call: Call, headers: dict[str, str]) -> list[str]:
    if operation.body is None:
        return []
    if not call.body:
        return ["no body"] if operation.body_required else []
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != operation.media:
        return [f"content type {kind!r}"]
    if operation.media != JSON:
        return []
    try:
        value = json.loads(call.body.decode(), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"[:80]]
    if "\\ud" in json.dumps(value).lower() and not _is_text(value):
        return ["half a character"]
    if not operation.body_validator.is_valid(value):
        error = next(operation.body_validator.iter_errors(value))
        return [f"body {'/'.join(map(str, error.instance_path))}: {error.message[:120]}"]
    return []


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _fits(parameter: Parameter, written: list[str]) -> bool:
    """Return if any reading of what is written is allowed by a parameter's schema."""
    if _type(parameter.schema) == "array":
        return bool(parameter.validator.is_valid(written))
    return any(parameter.validator.is_valid(each) for each in _readings(parameter.schema, written[-1]))


def _type(schema: Schema) -> str:
    return str(schema.get("type", ""))


def _readings(schema: Schema, text: str) -> list[Any]:
    kinds = {_type(each) for each in schema.get("anyOf", [schema])}
    found: list[Any] = [text]
    if "integer" in kinds and INTEGER.fullmatch(text):
        found.append(int(text))
    if "boolean" in kinds and text.lower() in TRUTHS:
        found.append(True)
    return found
