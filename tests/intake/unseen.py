"""`python -m tests.intake.unseen [-v]`: how many phrases that no rule was written for are read as expected.

Held apart from the tests: rules are written for `cases/phrases.json`; these tell their worth elsewhere.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from service.intake import Proposal, read
from service.intake.names import unit_key

CASES = Path(__file__).parent / "cases" / "unseen.json"
LETTER = """{issuer}

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 77/UBND-VP
V/v triển khai nhiệm vụ

Lạng Sơn, ngày {day} tháng {month} năm {year}

Kính gửi: Các sở, ban, ngành; UBND các huyện, thành phố

{text}"""
ROLES = {"leads": "lead", "coordinates": "coordinate", "report_to": "report_to"}
HONOURS = ("dong chi ", "cac ", "ong ba ")


def misread(case: dict[str, Any]) -> dict[str, Any]:
    """Return what was read otherwise than expected, by field."""
    year, month, day = case["issued_on"].split("-")
    facts = {"issuer": case["issuer"].upper(), "day": day, "month": month, "year": year}
    proposal = read(LETTER.format(**facts, text=case["text"]).encode(), "letter.txt")
    found, expected = found_in(proposal), case["expect"]
    return {name: found[name] for name, value in expected.items() if not same(name, found[name], value)}


def found_in(proposal: Proposal) -> dict[str, Any]:
    """Return what a case may ask of a proposal."""
    items = list(proposal.walk())
    assigned = [each for item in items for each in item.assigned if each.named_in is None]
    deadlines = [each for item in items for each in (item.deadline, *item.more_deadlines)]
    return {
        **{name: [each.unit for each in assigned if each.role == role] for name, role in ROLES.items()},
        "deadlines": [each.to_json() for each in deadlines if each.kind != "none"],
        "tasks": sum(item.task for item in items),
        "labels": [item.label for item in items],
        "basis": [(each.number, each.symbol, each.date) for each in proposal.basis],
    }


def same(name: str, found: Any, expected: Any) -> bool:
    """Return if a field was read as expected; a deadline may carry more facts than the case names."""
    if name in ROLES:
        return {bare(unit) for unit in found} == {bare(unit) for unit in expected}
    if name == "basis":
        return bool(found == [(each["number"], each["symbol"], each.get("date")) for each in expected])
    if name != "deadlines":
        return bool(found == expected)
    left = list(found)
    for wanted in expected:
        match = next((each for each in left if agrees(wanted, each)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def agrees(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    """Return if every fact that a case names was read so; "before" or "by" is the office's policy."""
    told = json.loads(json.dumps(found))
    facts = {key: value for key, value in wanted.items() if key not in ("bound", "rule")}
    rule = told.get("rule", {})
    return all(told.get(key) == value for key, value in facts.items()) and all(
        str(rule.get(key)) == str(value) for key, value in wanted.get("rule", {}).items()
    )


def bare(unit: str) -> str:
    """Return a unit's name without articles and the honours of its head."""
    key = unit_key(unit)
    for words in HONOURS:
        key = key.removeprefix(words)
    return unit_key(key)


def main() -> None:
    """Print how many cases of each kind were read as expected, and with -v the others."""
    good: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        wrong = misread(case)
        every[case["kind"]] += 1
        good[case["kind"]] += not wrong
        if wrong and "-v" in sys.argv:
            sys.stdout.write(f"{case['name']}\n  {case['text']}\n  {wrong}\n")
    for kind, count in every.items():
        sys.stdout.write(f"{kind:12} {good[kind]:4} of {count}\n")
    sys.stdout.write(f"{'all':12} {good.total():4} of {every.total()}\n")


if __name__ == "__main__":
    main()
