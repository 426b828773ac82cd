"""Schemathesis over the same office: right and wrong data, and walks along the links that it infers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.calls.campaign import offices
from tests.calls.contract import contract
from tests.calls.office import Office

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
)
ENDLESS = "/v1/events/stream"


@dataclass(slots=True)
class Explored:
    """What came of it."""

    cases: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)


def explore(kind: str, *, seed: int, examples: int, paths: str | None = None) -> Explored:
    """Let Schemathesis try every operation (or those whose path matches) on an office of a kind."""
    with offices(kind) as made, made.opened(kind) as office:
        return explore_office(office, seed=seed, examples=examples, paths=paths)


def explore_office(office: Office, *, seed: int, examples: int, paths: str | None = None) -> Explored:
    """Let Schemathesis try an office: every operation so many times, and walk half as often."""
    found, began = Explored(), time.monotonic()
    for event in _events(office, seed, examples, paths):
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.failures.append(repr(event))
        if isinstance(event, events.ScenarioFinished):
            for case_id, checks in event.recorder.checks.items():
                found.failures += [
                    _told(event.recorder, case_id, each) for each in checks if each.failure_info
                ]
            found.cases += len(event.recorder.interactions)
    found.seconds = time.monotonic() - began
    return found


def _events(office: Office, seed: int, examples: int, paths: str | None) -> Iterator[Any]:
    key = office.tokens["keeper_admin"]
    generation = {"max-examples": examples, "no-shrink": True, "database": "none"}
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {key}"},
            "generation": generation,
            "continue-on-failure": True,
            "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
            "phases": {
                "examples": {"enabled": False},
                "coverage": {"enabled": False},
                "stateful": {"generation": generation | {"max-examples": max(1, examples // 2)}},
            },
        }
    )
    schema = schemathesis.openapi.from_dict(contract().document, config=config)
    schema.app = office.app
    chosen = schema.exclude(path=ENDLESS)
    if paths is not None:
        chosen = chosen.include(path_regex=paths)
    yield from from_schema(chosen).execute()


def _told(recorder: Any, case_id: str, check: Any) -> str:
    case = recorder.cases[case_id].value
    return f"{check.name}: {case.method} {case.formatted_path}: {check.failure_info.failure!r}"[:1000]
