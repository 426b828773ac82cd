"""`openapi/openapi.json` made ready: every operation with what it takes and what it may answer, compiled."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"
Schema = dict[str, Any]
JSON = "application/json"
REFERENCE = re.compile(r"#/components/schemas/(\w+)")
SLUG = re.compile(r"`([a-z0-9-]+)`:")
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a path, a query or a header."""

    name: str
    place: str
    required: bool
    schema: Schema
    validator: Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it takes, and for each status and media type what the body must be."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    media: str | None
    body: Schema | None
    body_required: bool
    body_validator: Any
    answers: dict[int, dict[str, Any]]
    problems: dict[int, frozenset[str]]
    """The problems that each status may carry, as its description names them."""

    view: str
    """The title of what a good answer holds."""

    needs_key: bool

    @property
    def writes(self) -> bool:
        """Return if it changes anything."""
        return self.method != "GET"

    def of(self, place: str) -> list[Parameter]:
        """Return the parameters of a place."""
        return [each for each in self.parameters if each.place == place]


class Contract:
    """The document and its operations."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self._compiled: dict[str, Any] = {}
        self.schemas: dict[str, Schema] = document["components"]["schemas"]
        self.operations = [
            self._operation(method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        ]
        self.problem = self.compiled({"$ref": "#/components/schemas/Problem"})

    def resolved(self, schema: Schema) -> Schema:
        """Return what a reference points at."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def compiled(self, schema: Schema) -> Any:
        """Return a validator that asserts formats, with the components that the schema names."""
        text = json.dumps(schema, sort_keys=True)
        if text not in self._compiled:
            named = {name: self.schemas[name] for name in self._reached(schema)}
            whole = schema | {"components": {"schemas": named}}
            self._compiled[text] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._compiled[text]

    def _reached(self, schema: Schema) -> set[str]:
        found: set[str] = set()
        waiting = [schema]
        while waiting:
            for name in REFERENCE.findall(json.dumps(waiting.pop())):
                if name not in found:
                    found.add(name)
                    waiting.append(self.schemas[name])
        return found

    def _operation(self, method: str, path: str, operation: Schema) -> Operation:
        content = operation.get("requestBody", {}).get("content", {})
        media, described = next(iter(content.items()), (None, {}))
        body = described.get("schema")
        answers = {
            int(status): {
                kind.partition(";")[0]: self._answer(kind, each.get("schema"))
                for kind, each in answer.get("content", {}).items()
            }
            for status, answer in operation["responses"].items()
        }
        return Operation(
            id=operation["operationId"],
            method=method,
            path=path,
            parameters=tuple(self._parameter(each) for each in operation.get("parameters", [])),
            media=media,
            body=body,
            body_required=operation.get("requestBody", {}).get("required", False),
            body_validator=self.compiled(body) if body is not None and media == JSON else None,
            answers=answers,
            problems={
                int(status): frozenset(f"/problems/{slug}" for slug in SLUG.findall(answer["description"]))
                for status, answer in operation["responses"].items()
            },
            view=self._view(operation["responses"]),
            needs_key=bool(operation["security"]),
        )

    def _parameter(self, described: Schema) -> Parameter:
        if "$ref" in described:
            described = self.document["components"]["parameters"][described["$ref"].rsplit("/", 1)[-1]]
        schema = described["schema"]
        needed = described.get("required", False)
        return Parameter(described["name"], described["in"], needed, schema, self.compiled(schema))

    def _answer(self, kind: str, schema: Schema | None) -> Any:
        if kind == PROBLEM or schema is None or kind != JSON:
            return None
        return self.compiled(schema)

    def _view(self, answers: Schema) -> str:
        for status, answer in answers.items():
            schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
            if status.startswith("2") and "$ref" in schema:
                return str(schema["$ref"].rsplit("/", 1)[-1])
        return ""


@cache
def contract() -> Contract:
    """Return the contract as it is committed, compiled once a process."""
    return Contract(json.loads(DOCUMENT.read_text(encoding="utf-8")))
