"""Rows of a registry file: units or people as an office keeps them, in CSV or XLSX. Bytes in, rows out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.domain.errors import InvalidValue
from service.domain.escalation import Role
from service.domain.table_file import Cells, Parsed, parse
from service.domain.text import fold

UNIT_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị"),
    "name": ("Tên", "Tên đơn vị"),
    "kind": ("Loại",),
    "parent_code": ("Mã đơn vị cấp trên",),
    "aliases": ("Tên gọi khác",),
    "valid_from": ("Từ ngày",),
    "subordinate": ("Trực thuộc",),
    "attributes": ("Thuộc tính",),
    "identifiers": ("Mã định danh",),
}
GROUP_KEYS = frozenset({"code", "name", "aliases", "members", "rule"})
PERSON_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("Mã",),
    "name": ("Tên", "Họ và tên"),
    "unit_code": ("Mã đơn vị",),
    "role": ("Vai trò",),
    "field": ("Lĩnh vực",),
    "valid_from": ("Từ ngày",),
    "valid_to": ("Đến ngày",),
    "email": ("Thư điện tử", "E-mail"),
    "zalo": ("Zalo",),
    "first_channel": ("Kênh ưu tiên",),
}
"""Column → its Vietnamese headings; case and accents do not matter, and the English name is one too."""

ROLES = {
    "can bo dau moi": Role.OFFICER,
    "van thu": Role.CLERK,
    "thu truong": Role.HEAD,
    "cap pho": Role.DEPUTY,
    "chanh van phong": Role.OFFICE_CHIEF,
    "pho chu tich": Role.VICE_CHAIR,
    "chu tich": Role.CHAIR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """A unit as a file gives it. None is a column that the file does not have: what is stored stays.

    `number` is the row as a spreadsheet counts it, the heading being 1. `parent_code` "" is a unit
    without a parent. `problems` say in Vietnamese what the clerk has to mend; such a row is refused.
    """

    code: str
    name: str
    kind: str
    number: int = 0
    parent_code: str | None = None
    aliases: tuple[str, ...] | None = None
    valid_from: date | None = None
    subordinate: bool | None = None
    attributes: tuple[str, ...] | None = None
    identifiers: Mapping[str, str] | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One post of a person as a file gives it; a person with two posts has two rows.

    `addresses` are (channel, address), the preferred channel first.
    """

    code: str
    name: str
    unit_code: str
    role: str
    number: int = 0
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    addresses: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A code of the file whose entry was changed, and in which fields."""

    code: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out, and why, in Vietnamese."""

    row: int
    code: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did; a second run of the same file finds everything unchanged."""

    new: list[str] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    refused: list[RefusedRow] = field(default_factory=list)


def parse_units(content: bytes) -> Parsed[RegistryRow]:
    """Read a file of units.

    Raises:
        InvalidValue: It is no table, is too large, or has no column for code, name or kind.
    """
    return parse(content, UNIT_COLUMNS, ("code", "name", "kind"), _unit_row)


def parse_people(content: bytes) -> Parsed[PersonRow]:
    """Read a file of people; raises as `parse_units` does."""
    return parse(content, PERSON_COLUMNS, ("code", "name", "unit_code", "role"), _person_row)


def _unit_row(cells: Cells) -> RegistryRow:
    identifiers = cells.several("identifiers")
    pairs = [tuple(part.strip() for part in each.split(":", 1)) for each in identifiers or ()]
    if any(len(pair) < 2 for pair in pairs):
        cells.problems.append("identifiers: ghi dạng hệ thống:mã, ví dụ census:06190")
    return RegistryRow(
        number=cells.number,
        code=cells.text("code"),
        name=cells.text("name"),
        kind=fold(cells.text("kind")).replace(" ", "_"),
        parent_code=cells.text("parent_code") if cells.has("parent_code") else None,
        aliases=cells.several("aliases"),
        valid_from=cells.day("valid_from"),
        subordinate=cells.yes_or_no("subordinate"),
        attributes=cells.several("attributes"),
        identifiers=None if identifiers is None else dict(pair for pair in pairs if len(pair) == 2),
        problems=tuple(cells.problems),
    )


def _person_row(cells: Cells) -> PersonRow:
    role = cells.text("role")
    first = fold(cells.text("first_channel"))
    if first not in {"", "email", "zalo"}:
        cells.problems.append("first_channel: ghi email hoặc zalo")
    channels: Iterable[str] = ("zalo", "email") if first == "zalo" else ("email", "zalo")
    addresses = tuple((channel, cells.text(channel)) for channel in channels)
    return PersonRow(
        number=cells.number,
        code=cells.text("code"),
        name=cells.text("name"),
        unit_code=cells.text("unit_code"),
        role=ROLES.get(fold(role), role),
        field=cells.text("field"),
        valid_from=cells.day("valid_from"),
        valid_to=cells.day("valid_to"),
        addresses=tuple(pair for pair in addresses if pair[1]),
        problems=tuple(cells.problems),
    )


def parse_groups(content: bytes) -> list[dict[str, Any]]:
    """Return the groups of a JSON file, as `define_group` takes them.

    Raises:
        InvalidValue: It is no list of groups, each with a code, a name and members or a rule.
    """
    try:
        orders = json.loads(content)
    except ValueError as error:
        raise InvalidValue(field="groups", detail=str(error)) from None
    sound = isinstance(orders, list) and all(isinstance(each, dict) and _is_group(each) for each in orders)
    if not sound:
        raise InvalidValue(field="groups", detail=f"a list of groups with {', '.join(sorted(GROUP_KEYS))}")
    return list(orders)


def _is_group(order: dict[str, Any]) -> bool:
    texts = [order.get("code"), order.get("name"), *order.get("aliases", []), *order.get("members", [])]
    return set(order) <= GROUP_KEYS and all(isinstance(text, str) for text in texts)
