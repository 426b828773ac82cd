"""A program that was written against a release must work with every later one."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.__main__ import PRESENT, RELEASED
from tests.contract.breaking import broken, promise

Document = dict[str, Any]
CONTRACT: Document = json.loads(PRESENT.read_text(encoding="utf-8"))
DUTIES = "/v1/obligations"
DUTY = "/v1/obligations/{obligation_id}"


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def parameter(document: Document, name: str) -> Document:
    found: Document = next(
        each for each in document["paths"][DUTIES]["get"]["parameters"] if each.get("name") == name
    )
    return found


def drop_field(name: str, field: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del schema(document, name)["properties"][field]
        schema(document, name)["required"] = [
            each for each in schema(document, name).get("required", []) if each != field
        ]

    return change


def edit(name: str, *path: str, **changes: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place = schema(document, name)
        for step in path:
            place = place[step]
        place.update(changes)

    return change


def in_operation(path: str, method: str, **changes: Any) -> Callable[[Document], None]:
    return lambda document: document["paths"][path][method].update(changes)


BREAKING: dict[str, tuple[Callable[[Document], Any], str]] = {
    "an operation": (lambda d: d["paths"][DUTY].pop("get"), "GET /v1/obligations/{obligation_id}: is gone"),
    "a path": (lambda d: d["paths"].pop("/v1/units"), "POST /v1/units: is gone"),
    "the name a generated client calls": (in_operation(DUTIES, "get", operationId="x"), "operationId"),
    "what anybody could ask": (
        in_operation("/problems", "get", security=[{"bearer": []}]),
        "GET /problems: needs a key",
    ),
    "a filter": (
        lambda d: d["paths"][DUTIES]["get"]["parameters"].remove(parameter(d, "timeliness")),
        "query timeliness is gone",
    ),
    "a filter nobody had to give": (lambda d: parameter(d, "q").update(required=True), "query q is required"),
    "a filter nobody knew": (
        lambda d: d["paths"][DUTIES]["get"]["parameters"].append(
            {"in": "query", "name": "new", "required": True, "schema": {"type": "string"}}
        ),
        "requires query new",
    ),
    "a larger page": (lambda d: parameter(d, "limit")["schema"].update(maximum=50), "maximum 200 against 50"),
    "a field of a body": (drop_field("ProgressReport", "difficulties"), "/difficulties: is not taken"),
    "a field that was left out": (
        edit("SubmissionOfResult", required=["text", "document"]),
        "/document: is required",
    ),
    "a longer text": (edit("ProgressReport", "properties", "text", maxLength=10), "maxLength"),
    "a word of a body": (
        lambda d: schema(d, "AssignmentRole")["enum"].remove("monitor"),
        "monitor is not among the values",
    ),
    "a kind of value": (
        edit("UnitBody", "properties", "name", type="integer"),
        "/name: string where integer is read",
    ),
    "an upload": (
        lambda d: d["paths"]["/v1/files"]["post"]["requestBody"]["content"].pop("multipart/form-data"),
        "takes no multipart/form-data",
    ),
    "a status": (
        lambda d: d["paths"]["/v1/units"]["post"]["responses"].pop("201"),
        "POST /v1/units 201: is not answered",
    ),
    "a field of an answer": (drop_field("ObligationView", "due_on"), "/due_on: is gone"),
    "a field that was always there": (
        lambda d: schema(d, "ObligationView")["required"].remove("state"),
        "/state: is not always there",
    ),
    "a text that may now be null": (
        edit("UnitReference", "properties", "name", anyOf=[{"type": "string"}, {"type": "null"}]),
        "null where string is read",
    ),
    "a word that may now be any": (lambda d: schema(d, "State").pop("enum"), "any value is not among"),
}
HARMLESS: dict[str, Callable[[Document], Any]] = {
    "a new operation": lambda d: d["paths"].update({"/v1/new": {"get": {"responses": {"200": {}}}}}),
    "a new filter": lambda d: d["paths"][DUTIES]["get"]["parameters"].append(
        {"in": "query", "name": "new", "schema": {"type": "string"}}
    ),
    "a new optional field of a body": edit("ProgressReport", "properties", new={"type": "string"}),
    "a new field of an answer": edit("ObligationView", "properties", new={"type": "string"}),
    "a longer text in a body": edit("ProgressReport", "properties", "text", maxLength=50_000),
    "a further word in answers": lambda d: schema(d, "Timeliness")["enum"].append("new"),
    "another sentence": lambda d: d["paths"][DUTIES]["get"].update(description="x", summary="y"),
    "a further refusal": lambda d: d["paths"][DUTIES]["get"]["responses"].update({"418": {}}),
}


def changed(change: Callable[[Document], Any]) -> Document:
    document = copy.deepcopy(CONTRACT)
    change(document)
    return document


@pytest.mark.parametrize("name", BREAKING)
def test_what_a_client_relies_on_is_not_taken_away_unnoticed(name: str) -> None:
    change, words = BREAKING[name]
    found = broken(promise(CONTRACT), promise(changed(change)))
    assert any(words in each for each in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_what_breaks_nobody_is_not_reported(name: str) -> None:
    assert broken(promise(CONTRACT), promise(changed(HARMLESS[name]))) == []


def test_what_was_deprecated_in_a_release_may_go() -> None:
    release = changed(in_operation(DUTY, "get", deprecated=True))
    later = copy.deepcopy(release)
    del later["paths"][DUTY]["get"]
    assert broken(promise(release), promise(later)) == []


def test_the_present_contract_keeps_what_the_last_release_promised() -> None:
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    assert broken(released, promise(CONTRACT)) == []
    assert released["version"].split(".")[0] == CONTRACT["info"]["version"].split(".")[0]
