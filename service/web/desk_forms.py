"""What the forms of the intake desk say: the header, the units of an item, what is decided about an item."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from service.domain.assignments import AssignmentOrder
from service.domain.cuts import Half
from service.domain.errors import InvalidValue
from service.domain.tables import AssignmentRole
from service.domain.text import nfc
from service.web.desk_shown import Node

LENGTHS = {
    **dict.fromkeys(("doc_type", "place", "field"), 100),
    **dict.fromkeys(("issuing_body", "parent_body"), 300),
    **{"number": 40, "symbol": 80, "subject": 4_000, "signer_title": 300, "signer_name": 300},
}
"""Most characters of the fields of the header."""

ROWS_MAX = 200
NAMES_MAX, NAME_MAX = 1_000, 300
DAYS = re.compile(r"[0-9]{1,4}")
NONE = ""
"""The choice of a row that gives nobody the item."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form did nothing, and what was written in it; `form` says which one of the page."""

    form: str
    sentence: str
    fields: Mapping[str, str] = field(default_factory=dict)


class Row(NamedTuple):
    """One row of the form of an item's units.

    `phrase` are the document's words, `choices` what they may mean ("unit:code"), with their names; `other`
    is a name or a code that somebody typed instead.
    """

    role: str
    target: str
    other: str
    left_out: str
    due_on: str
    phrase: str
    is_remembered: bool
    choices: tuple[tuple[str, str], ...] = ()


def version_of(fields: Mapping[str, str]) -> int:
    """Return the version of the draft that a form was shown for; 0, which none has, if it names none."""
    written = fields.get("version", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0


def rows_of(node: Node, trouble: Trouble | None) -> list[Row]:
    """Return the rows that the form of an item shows: what was typed, else what holds, else what was read."""
    choices = {m["unit"]: tuple(_choice(c) for c in m["candidates"]) for m in node.row.mentions}
    if trouble is not None:
        held = {_target(order.row): order.row.name for order in node.orders}
        return [_with_choices(row, choices, held) for row in typed_rows(trouble.fields)]
    rows = [_held(order) for order in node.orders] or [_read(mention) for mention in node.row.mentions]
    return [*rows, Row("coordinate" if rows else "lead", "", "", "", "", "", is_remembered=False)]


def _held(order: Any) -> Row:
    row, target = order.row, _target(order.row)
    due = row.due_on.isoformat() if row.due_on else ""
    left_out = "; ".join(order.left_out)
    return Row(row.role, target, "", left_out, due, "", is_remembered=False, choices=((target, row.name),))


def _read(mention: Mapping[str, Any]) -> Row:
    choices = tuple(_choice(candidate) for candidate in mention["candidates"])
    target = choices[0][0] if mention["certain"] else ""
    return Row(mention["role"], target, "", "", "", mention["unit"], is_remembered=False, choices=choices)


def _with_choices(
    row: Row, choices: Mapping[str, tuple[tuple[str, str], ...]], held: Mapping[str, str]
) -> Row:
    offered = choices.get(row.phrase, ())
    if row.target and row.target not in dict(offered):
        offered = (*offered, (row.target, held.get(row.target, row.target.partition(":")[2])))
    return row._replace(choices=offered)


def _target(row: Any) -> str:
    return f"group:{row.group_code}" if row.group_code else f"unit:{row.unit_code}"


def _choice(candidate: Mapping[str, Any]) -> tuple[str, str]:
    return f"{candidate['kind']}:{candidate['code']}", str(candidate["name"])


def typed_rows(fields: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of a form of units as they were typed."""
    for number in range(ROWS_MAX):
        if f"role.{number}" not in fields:
            return
        names = ("role", "target", "other", "left_out", "due_on", "phrase")
        role, target, other, left_out, due_on, phrase = (
            fields.get(f"{name}.{number}", "").strip() for name in names
        )
        is_remembered = f"remember.{number}" in fields
        yield Row(role, target, other, left_out, due_on, phrase, is_remembered)


def orders_of(fields: Mapping[str, str], named: Callable[[str], str]) -> list[AssignmentOrder]:
    """Return who answers for an item as its form says.

    Args:
        fields: The form.
        named: Returns the "unit:code" or "group:code" behind a name or code; raises `InvalidValue`.

    Raises:
        InvalidValue: A row names words of the document and nobody for them, or a value is none.
    """
    found = []
    for row in typed_rows(fields):
        if row.role == NONE or not (row.target or row.other or row.phrase):
            continue
        if not (row.target or row.other):
            raise InvalidValue(field="target", detail=row.phrase)
        kind, _, code = (named(nfc(row.other)) if row.other else row.target).partition(":")
        if row.role not in tuple(AssignmentRole) or kind not in ("unit", "group"):
            raise InvalidValue(field="role", detail=row.role)
        order = AssignmentOrder(
            role=AssignmentRole(row.role),
            unit_code=code if kind == "unit" else None,
            group_code=code if kind == "group" else None,
            exceptions=tuple(_exceptions(row.left_out, named)) if kind == "group" else (),
            due_on=_day(row.due_on, "due_on"),
            remember=row.phrase if row.is_remembered and row.phrase else None,
        )
        found.append(order)
    return found


def _exceptions(written: str, named: Callable[[str], str]) -> Iterator[str]:
    for name in filter(None, (part.strip() for part in written.split(";"))):
        kind, _, code = named(nfc(name)).partition(":")
        if kind != "unit":
            raise InvalidValue(field="left_out", detail=name)
        yield code


def header_of(fields: Mapping[str, str], signer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of the header says; of the signer it asks title and name, the rest stays.

    Raises:
        InvalidValue: A value is too long, or no day.
    """
    for name, length in LENGTHS.items():
        if len(fields.get(name, "")) > length:
            raise InvalidValue(field=name, detail=f"longer than {length} characters")
    texts = ("subject", "doc_type", "issuing_body", "parent_body", "place", "field", "urgency")
    changes: dict[str, Any] = {name: nfc(fields[name]) for name in texts if name in fields}
    for name in ("number", "symbol"):
        if name in fields:
            changes[name] = nfc(fields[name]) or None
    if "signed_on" in fields:
        changes["signed_on"] = _day(fields["signed_on"], "signed_on")
    changes |= {name: _lines(fields[name], name) for name in ("addressees", "recipients") if name in fields}
    if "signer_title" in fields and "signer_name" in fields:
        said = {part: nfc(fields[f"signer_{part}"]) or None for part in ("title", "name")}
        changes["signer"] = {**signer, **said}
    return changes


def _lines(written: str, name: str) -> list[str]:
    lines = [nfc(line.strip()) for line in written.splitlines() if line.strip()]
    if len(lines) > NAMES_MAX or any(len(line) > NAME_MAX for line in lines):
        raise InvalidValue(field=name, detail=f"at most {NAMES_MAX} lines of {NAME_MAX} characters")
    return lines


AS_READ = "as_read"
CHOICE = re.compile(r"choice\.([0-9]{1,2})")
"""The value of a deadline among those of which a person chooses one."""


def decisions_of(fields: Mapping[str, str], choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is decided about an item as its form says.

    Args:
        fields: The form.
        choices: Deadlines of which the item waits for one to be chosen.

    Raises:
        InvalidValue: The field is too long, or the deadline lacks its day or number.
    """
    changes: dict[str, Any] = {name: name in fields for name in ("task", "tracked", "key_task", "text_alone")}
    changes["field"] = nfc(fields.get("field", "").strip())
    if len(changes["field"]) > LENGTHS["field"]:
        raise InvalidValue(field="field", detail="too long")
    kind = fields.get("kind", AS_READ)
    if chosen := CHOICE.fullmatch(kind):
        changes["deadline"] = _chosen(int(chosen[1]), choices)
    elif kind != AS_READ:
        changes["deadline"] = _deadline(kind, fields)
    return changes


def _chosen(number: int, choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if number >= len(choices):
        raise InvalidValue(field="kind", detail="no such choice")
    return dict(choices[number])


def cut_of(fields: Mapping[str, str]) -> tuple[int, Half]:
    """Return where a form cuts an item, and which part has the items below.

    Raises:
        InvalidValue: No place is chosen.
    """
    at = fields.get("at", "")
    if not (at.isascii() and at.isdecimal() and len(at) < 10):
        raise InvalidValue(field="at", detail="no place")
    return int(at), Half.SECOND if fields.get("children") == Half.SECOND else Half.FIRST


def _deadline(kind: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a deadline that a person decides, with the phrase of the document kept beside it (R16)."""
    phrase = {"text": fields.get("phrase", "")[:2_000]}
    if kind == "date":
        day = _day(fields.get("iso", ""), "iso")
        if day is None:
            raise InvalidValue(field="iso", detail="no day")
        return {"kind": kind, "iso": day.isoformat(), "bound": "by", **phrase}
    if kind in ("relative_days", "relative_working_days"):
        days = fields.get("days", "").strip()
        if not DAYS.fullmatch(days):
            raise InvalidValue(field="days", detail="no number of days")
        return {"kind": kind, "days": int(days), "from": fields.get("from", "issue"), **phrase}
    if kind == "recurring":
        return {"kind": kind, "rule": _rule(fields), **phrase}
    return {"kind": kind, **phrase}


def _rule(fields: Mapping[str, str]) -> dict[str, Any]:
    rule: dict[str, Any] = {"freq": fields.get("freq", "monthly")}
    day = fields.get("month_day", "").strip()
    if day:
        if not DAYS.fullmatch(day):
            raise InvalidValue(field="month_day", detail="no day of a month")
        rule["by_month_day"] = int(day)
    return rule


def _day(written: str, name: str) -> date | None:
    try:
        return date.fromisoformat(written.strip()) if written.strip() else None
    except ValueError:
        raise InvalidValue(field=name, detail="not a day") from None
