"""Every cell: a route, what is asked for, who asks, in which role, with which scopes."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI

from service.api.contract import operations
from tests.api.test_strangers import CASES, NOBODY_ID
from tests.asgi import Call
from tests.permissions.driver import question
from tests.permissions.evaluator import Outcome, Rule, expected
from tests.permissions.world import ACTORS, HOLDERS, Holder, Place

SUBJECTS = {
    "whole": tuple(ACTORS),
    "part": ("keeper", "lead", "delegate", "parent", "child", "none"),
    "transferred": ("keeper", "abolished", "heir", "sibling", "none"),
    "successor": ("heir", "abolished", "none"),
}
FEW = ("keeper", "lead", "none", "other", "installation")
"""Who asks for what is not there."""

CODES = ("xa-a", "nguoi-a", "cac-xa", "chinh", "ntm-318", "tinh")
"""Codes in paths, in whose place an unknown one is asked for."""

NAMED_IN_BODY = {"begin_series": "directive", "preview_wording": "message"}


class Cell(NamedTuple):
    """One question, and what should come of it."""

    route: str
    subject: str
    actor: str
    holder: Holder
    expected: Outcome


class Ask(NamedTuple):
    """A question with everybody who puts it."""

    route: str
    subject: str
    question: Call
    actors: tuple[str, ...]


def asks(app: FastAPI, place: Place) -> Iterator[Ask]:
    """Yield every question that routes with a key are asked."""
    methods = {route.name: method for method, route in operations(app)}
    for route, case in CASES.items():
        sent = _filled(route, case.sent, place.ids)

        def made(path: str, route: str = route, sent: dict[str, Any] = sent) -> Call:
            return question(methods[route], path, sent)

        if "{obligation}" in case.path:
            for subject, actors in SUBJECTS.items():
                path = case.path.format(obligation=place.duties[subject])
                yield Ask(route, subject, made(path), actors)
        else:
            yield Ask(route, "present", made(case.path.format(**place.ids)), tuple(ACTORS))
        absent = _absent(case.path)
        if absent is not None:
            yield Ask(route, "absent", made(absent), FEW)


def cells(ask: Ask, rule: Rule) -> Iterator[Cell]:
    """Yield the cells of a question."""
    subject = ask.subject
    if subject == "present":
        subject = {"duty": "whole"}.get(rule.about, rule.about)
    for actor in ask.actors:
        for holder in HOLDERS:
            yield Cell(ask.route, ask.subject, actor, holder, expected(rule, subject, actor, *holder))


def _absent(path: str) -> str | None:
    """Return the path of something that is not there; None where the path names nothing."""
    names = ("obligation", "request", "extension", "cause", "explanation", "directive", "draft", "series")
    names += ("publication", "goal", "measure", "unit", "file", "delivery", "untold", "reorganisation")
    names += ("meaning", "absence", "webhook", "api_key", "account", "letter", "oversight_link")
    gone = path.format(**dict.fromkeys(names, NOBODY_ID))
    if gone != path:
        return gone
    place, _, query = gone.partition("?")
    parts = [{"1": "999999"}.get(part, part) if "audit" in place else part for part in place.split("/")]
    gone = "/".join("khong-co" if part in CODES else part for part in parts) + (f"?{query}" if query else "")
    return gone if gone != path else None


def _filled(route: str, sent: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    if route not in NAMED_IN_BODY:
        return sent
    text = json.dumps(sent).replace(NOBODY_ID, ids[NAMED_IN_BODY[route]])
    return dict(json.loads(text))
