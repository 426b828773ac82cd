"""What should come of every question, worked out from `expectations.txt` and from nothing of the service."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

EVERYBODY = "AKOHLR"


class Outcome(StrEnum):
    """How a question ends: done or refused for what it says, refused for who asks, or nothing is there."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"


class Rule(NamedTuple):
    """A line of the expectations."""

    scope: str
    about: str
    may: dict[str, str]


STANDINGS: dict[str, dict[str, str]] = {
    "whole": {"keeper": "keeper", "lead": "lead", "parent": "above", "coordinator": "coordinator"},
    "part": {"delegate": "lead", "lead": "delegator", "keeper": "above", "parent": "above"},
    "transferred": {
        "abolished": "lead",
        "heir": "successor",
        "keeper": "keeper",
        "parent": "above",
        "coordinator": "coordinator",
    },
    "successor": {"heir": "lead", "keeper": "keeper", "parent": "above", "coordinator": "coordinator"},
    "absent": {},
    "letter": {
        "keeper": "keeper",
        "overseer": "overseer",
        **dict.fromkeys(("lead", "delegate", "heir", "abolished"), "lead"),
        "coordinator": "coordinator",
        "parent": "above",
    },
    "series": {"keeper": "keeper", "lead": "lead", "parent": "above"},
    "publication": {"keeper": "keeper"},
    "cell": {"keeper": "keeper", "other": "keeper", "lead": "lead", "parent": "above"},
    "person": {"keeper": "keeper", "other": "keeper", "lead": "member", "parent": "above"},
}
"""Subject → who asks → what they are to it. Who is missing may not know that it is there."""

SHARED_OFFICES = {"keeper", "other"}
"""Who keeps any register cares for what belongs to the whole installation."""


def rules() -> dict[str, Rule]:
    """Return the expectation of every route that needs a key."""
    found = {}
    text = (Path(__file__).parent / "expectations.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        route, scope, about, *may = (part.strip() for part in line.split("|"))
        given = may[0].split() if may else []
        found[route] = Rule(scope, about, {who: roles for who, _, roles in (g.partition(":") for g in given)})
    return found


def expected(rule: Rule, subject: str, actor: str, role: str, scopes: str) -> Outcome:
    """Return what should come of a question.

    Args:
        rule: What the route asks.
        subject: What is asked for: a key of `STANDINGS`, or `present` where everybody is equally far from it.
        actor: Who asks.
        role: The letter of the key's role.
        scopes: The letters of the key's scopes.
    """
    if rule.about == "session":
        return Outcome.HIDDEN
    has_scope = rule.scope == "-" or rule.scope in scopes
    if rule.about in ("anybody", "here", "named"):
        return _of_everybody(rule, subject, actor, role, has_scope)
    if rule.about in ("register", "one", "shared", "member", "own-unit"):
        return _in_register(rule, subject, actor, role, has_scope)
    standing = _standing(subject, actor)
    if rule.scope == "r" and not has_scope:
        return Outcome.FORBIDDEN
    if not _sees(standing, role):
        return Outcome.HIDDEN
    may = _sees(standing, role) if "seen" in rule.may else role in rule.may.get(standing, "")
    return Outcome.ALLOWED if may and has_scope else Outcome.FORBIDDEN


def _standing(subject: str, actor: str) -> str:
    if actor == "installation" and subject != "absent":
        return "installation"
    return STANDINGS[subject].get(actor, "none")


def _sees(standing: str, role: str) -> bool:
    return role == "A" if standing == "installation" else standing != "none"


def _of_everybody(rule: Rule, subject: str, actor: str, role: str, has_scope: bool) -> Outcome:
    if rule.about == "named" and (actor == "other" or subject == "absent"):
        return Outcome.HIDDEN
    if rule.about == "named" and "seen" not in rule.may:
        return _in_register(rule, subject, actor, role, has_scope)
    if not has_scope:
        return Outcome.FORBIDDEN
    elsewhere = rule.about == "here" and actor == "other"
    return Outcome.HIDDEN if elsewhere or subject == "absent" else Outcome.ALLOWED


def _in_register(rule: Rule, subject: str, actor: str, role: str, has_scope: bool) -> Outcome:
    """Refuse first, and only then look: nobody learns of a thing from how they are refused."""
    standings = {"keeper" if actor in SHARED_OFFICES else actor}
    if actor == "lead" and (rule.about == "own-unit" or (rule.about == "member" and subject != "absent")):
        standings.add("member")
    if not (has_scope and any(role in rule.may.get(standing, "") for standing in standings)):
        return Outcome.FORBIDDEN
    elsewhere = rule.about == "one" and actor == "other"
    return Outcome.HIDDEN if elsewhere or subject == "absent" else Outcome.ALLOWED
