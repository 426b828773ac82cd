"""The contract of events is what is committed, keeps the standard's form, and its examples are valid."""

import json

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from jsonschema_rs import Draft202012Validator, meta

from service.api.asyncapi import CHALLENGE, CONTENT_TYPE, asyncapi
from service.cli.asyncapi import DOCUMENT, document
from service.domain.events import catalogue

pytestmark = pytest.mark.rules


def test_the_committed_contract_is_the_present_one() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `dondoc asyncapi`"


def test_every_kind_is_told_of_with_a_valid_example() -> None:
    made = asyncapi()
    assert made["asyncapi"] == "3.1.0"
    assert set(made["channels"]["endpoint"]["messages"]) == {*catalogue.kinds(), CHALLENGE}
    for kind, message in made["components"]["messages"].items():
        schema = made["components"]["schemas"][message["payload"]["$ref"].rpartition("/")[2]]
        meta.validate(schema)
        (example,) = schema["examples"]
        checks = Draft202012Validator(schema, validate_formats=True)
        checks.validate(example)
        assert not checks.is_valid(example | {"type": "other.v1"})
        assert not checks.is_valid({**example, "subject": None})
        body = json.dumps(example).encode()
        event = from_http_event(HTTPMessage(headers={"content-type": CONTENT_TYPE}, body=body))
        assert event.get_type() == kind
        assert message["summary"]
