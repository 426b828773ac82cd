"""What is told to other systems, generated from the facts themselves: AsyncAPI 3.1."""

from dataclasses import fields
from datetime import date
from functools import cache
from inspect import getdoc
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter
from typing_extensions import is_typeddict

from service.domain.commitments import ERASED, ERASED_NAMES, with_free_text
from service.domain.events import catalogue
from service.domain.events.base import Event

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
CHALLENGE = "webhook.challenge.v1"
ABOUT = (
    "What is told to webhook endpoints, and listed at `GET /v1/events` and `GET /v1/events/stream`."
    " Events come at least once, in no promised order: `id` is the same in every attempt, `sequence` sorts."
)
ERASURE = f"Names of the values that were erased on request; where they stood stands “{ERASED}”."
EXAMPLES: dict[Any, Any] = {
    UUID: "0190a1b2-0000-7000-8000-000000000001",
    date: "2024-05-15",
    str: "Xã An Bình",
    int: 1,
    bool: True,
    NoneType: None,
}


@cache
def asyncapi() -> dict[str, Any]:
    """Return the document."""
    kinds = catalogue.kinds()
    messages = {kind: _message(kind, getdoc(each) or "") for kind, each in kinds.items()}
    messages[CHALLENGE] = _message(CHALLENGE, "An endpoint answers 2xx and repeats `data.challenge`.")
    schemas = {kind: _schema(kind, _data(each), _example(each)) for kind, each in kinds.items()}
    challenge = {"type": "object", "required": ["challenge"], "properties": {"challenge": {"type": "string"}}}
    schemas[CHALLENGE] = _schema(CHALLENGE, challenge, {"challenge": "5f0c"}, is_placed=False)
    told = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in messages}
    return {
        "asyncapi": "3.1.0",
        "info": {"title": "Đôn đốc: events", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            "endpoint": {
                "address": None,
                "description": "The URL of an endpoint, as registered at `POST /v1/webhook-endpoints`.",
                "messages": told,
                "bindings": {"http": {}},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/endpoint"},
                "bindings": {"http": {"method": "POST"}},
            }
        },
        "components": {"messages": messages, "schemas": {**schemas, "WebhookHeaders": _headers()}},
    }


def _message(kind: str, about: str) -> dict[str, Any]:
    return {
        "name": kind,
        "summary": " ".join(about.split()),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/WebhookHeaders"},
        "payload": {"$ref": f"#/components/schemas/{kind}"},
    }


def _headers() -> dict[str, Any]:
    about = {
        "webhook-id": "The event's `id`: the same in every attempt.",
        "webhook-timestamp": "The instant of this attempt, in seconds since 1970.",
        "webhook-signature": "`v1,` HMAC-SHA256, `v1a,` ed25519 of id.timestamp.body, separated by spaces.",
    }
    properties = {name: {"type": "string", "description": said} for name, said in about.items()}
    return {"type": "object", "required": sorted(about), "properties": properties}


def _schema(
    kind: str, data: dict[str, Any], example: dict[str, Any], *, is_placed: bool = True
) -> dict[str, Any]:
    """Return the schema of a CloudEvent of one kind; a challenge has no place in the ledger."""
    uuid, text = {"type": "string", "format": "uuid"}, {"type": "string"}
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": uuid,
        "source": {"type": "string", "format": "uri-reference", "minLength": 1},
        "type": {"const": kind},
        "subject": uuid,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
    }
    shown = {
        "specversion": "1.0",
        "id": "5d1f7f3e-9a4b-8c2d-9e0f-112233445566",
        "source": "https://dondoc.example.vn/v1/registers/chinh",
        "type": kind,
        "subject": EXAMPLES[UUID],
        "time": "2024-05-15T02:00:00.000000Z",
        "datacontenttype": "application/json",
    }
    if is_placed:
        properties |= {"sequence": {**text, "pattern": "^[0-9]{20}$"}, "actorid": uuid}
        shown |= {"sequence": f"{1:020}", "actorid": EXAMPLES[UUID]}
    return {
        "type": "object",
        "required": [*properties, "data"],
        "properties": {**properties, "data": data},
        "examples": [{**shown, "data": example}],
    }


def _data(kind: type[Event]) -> dict[str, Any]:
    """Return the schema of the values of a fact. More may be added later: a reader passes over them."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.name != "subject_id"]
    properties = {name: _schema_of(hints[name]) for name in names}
    if with_free_text(kind):
        properties[ERASED_NAMES] = {"type": "array", "items": {"type": "string"}, "description": ERASURE}
    return {"type": "object", "required": names, "properties": properties}


def _schema_of(hint: Any) -> dict[str, Any]:
    """Return the schema of a value, with nothing in it that is defined elsewhere."""
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema_of(get_args(hint)[0])}
    if is_typeddict(hint):
        parts = {name: _schema_of(each) for name, each in get_type_hints(hint).items()}
        return {"type": "object", "required": [*parts], "properties": parts}
    return TypeAdapter(hint).json_schema()


def _example(kind: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: _value(hints[field.name]) for field in fields(kind) if field.name != "subject_id"}


def _value(hint: Any) -> Any:
    if get_origin(hint) is list:
        return [_value(get_args(hint)[0])]
    if get_origin(hint) is dict:
        return {"name": _value(get_args(hint)[1])}
    if is_typeddict(hint):
        return {name: _value(each) for name, each in get_type_hints(hint).items()}
    return EXAMPLES[hint if hint in EXAMPLES else get_args(hint)[0]]
