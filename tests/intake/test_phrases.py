"""The genre's standing phrases, one small case each: who is told what, until when, in which form."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.intake import Item, Proposal, read
from service.intake.days import issued_from
from service.intake.deadlines import read_deadlines
from service.intake.names import unit_key
from service.intake.restore import canonical
from service.intake.roles import read_roles

CASES = json.loads((Path(__file__).parent / "cases" / "phrases.json").read_text(encoding="utf-8"))
ISSUER = "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN"
HEAD = f"""{ISSUER}

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 77/UBND-VP
V/v triển khai nhiệm vụ

Lạng Sơn, ngày 10 tháng 4 năm 2024

"""
ROLES = ("lead", "coordinate", "report_to")


def bare(name: str) -> str:
    """A unit without articles and the honours of its head: the clerk does not mind either."""
    key = unit_key(name)
    for words in ("dong chi ", "cac ", "ong ba "):
        key = key.removeprefix(words)
    return unit_key(key)


@pytest.mark.parametrize(("text", "told"), CASES["roles"])
def test_a_sentence_tells_its_units_what_to_do(text: str, told: dict[str, list[str]]) -> None:
    found: dict[str, list[str]] = {}
    for assigned in read_roles(canonical(text), text, 0, ISSUER).assigned:
        if assigned.role in ROLES:
            found.setdefault(assigned.role, []).append(bare(assigned.unit))
    assert found == {role: [bare(unit) for unit in units] for role, units in told.items()}


@pytest.mark.parametrize(("text", "expected"), CASES["deadlines"])
def test_a_phrase_sets_the_deadlines_a_clerk_would_note(text: str, expected: list[dict[str, Any]]) -> None:
    plain = canonical(text)
    found = [d.to_json() for d in read_deadlines(plain, text, 0, issued_from("2024-04-10"), [])]
    found = json.loads(json.dumps(found))
    assert len(found) == len(expected)
    for deadline, facts in zip(found, expected, strict=True):
        assert deadline == {**deadline, **facts}


def proposal(body: str, head: str = HEAD) -> Proposal:
    return read((head + body).encode(), "letter.txt")


def flat(items: tuple[Item, ...], leads: tuple[str, ...] = ()) -> list[list[str]]:
    """Each task as its path and what the clerk would be shown of it."""
    out = []
    for item in items:
        mine = tuple(a.unit for a in item.assigned if a.role == "lead") or leads
        shown = [item.path, *(["closing"] if item.closing else [])]
        if mine:
            shown.append("lead: " + ", ".join(mine))
        for role in ROLES[1:]:
            units = [a.unit for a in item.assigned if a.role == role]
            shown += [f"{role}: " + ", ".join(units)] if units else []
        out += [shown + [_day(d.to_json()) for d in (item.deadline, *item.more_deadlines) if d.text]]
        out += flat(item.items, mine)
        if not item.task:
            out = [row for row in out if row is not shown and row[0] != item.path]
    return out


def _day(deadline: dict[str, Any]) -> str:
    rule = deadline.get("rule", {}).get("freq")
    return " ".join(filter(None, (deadline["kind"], deadline.get("iso") or deadline.get("end") or rule)))


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES["bodies"]], ids=lambda x: None)
def test_a_body_is_taken_apart_into_its_tasks(body: str, expected: list[list[str]]) -> None:
    found = flat(proposal(body).items)
    assert [sorted(row) for row in found] == [sorted(row) for row in expected]


@pytest.mark.parametrize(("head", "fields"), [case[1:] for case in CASES["headers"]], ids=lambda x: None)
def test_a_letterhead_gives_its_fields(head: str, fields: dict[str, Any]) -> None:
    facts = proposal("\n1. Giao Sở Y tế rà soát.\n", head).to_json()
    assert {name: facts[name] for name in fields} == fields


@pytest.mark.parametrize(("foot", "fields"), [case[1:] for case in CASES["feet"]], ids=lambda x: None)
def test_a_foot_gives_recipients_and_signer(foot: str, fields: dict[str, Any]) -> None:
    facts = proposal(
        "Kính gửi: Sở Y tế.\n\n1. Giao Sở Y tế rà soát.\n2. Giao Sở Nội vụ theo dõi./.\n\n" + foot
    )
    shown = facts.to_json()
    got = {**shown["signer"], "recipients": shown["recipients"]}
    assert {name: got[name] for name in fields} == fields
