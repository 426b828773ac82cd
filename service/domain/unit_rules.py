"""What a unit may be, and which rows of a file are taken. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from service.domain.registry_file import RefusedRow, RegistryRow
from service.domain.text import fold_name, nfc

FROM_THE_START = date(1900, 1, 1)
"""The first day of what has been so for as long as anybody remembers."""

OPEN = date.max
"""The end of what has not ended."""

KINDS = {
    "tinh": "tỉnh",
    "thanh_pho": "thành phố",
    "huyen": "huyện",
    "quan": "quận",
    "thi_xa": "thị xã",
    "xa": "xã",
    "phuong": "phường",
    "thi_tran": "thị trấn",
    "dac_khu": "đặc khu",
    "so": "sở",
    "phong": "phòng",
    "ban": "ban",
    "van_phong": "văn phòng",
    "thanh_tra": "thanh tra",
    "co_quan": "cơ quan",
    "don_vi": "đơn vị sự nghiệp",
    "to_chuc": "tổ chức chính trị - xã hội",
}
"""Usual kinds of units. An office may use others: a kind is any word that `KIND` matches."""

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
KIND = re.compile(r"[a-z_]{2,40}")
SCHEME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

NAME_MAX, ATTRIBUTE_MAX, IDENTIFIER_MAX = 300, 60, 100
"""Characters that the columns hold."""

LOOP = "đơn vị không thể đứng trên chính nó"


def tidy(row: RegistryRow) -> RegistryRow:
    """Return a row with every text in the form that is stored, and nothing twice."""
    pairs, attributes = row.identifiers, row.attributes
    return replace(
        row,
        name=nfc(row.name),
        aliases=_once(row.aliases),
        attributes=None if attributes is None else _once(map(str.lower, attributes)),
        identifiers=None if pairs is None else {nfc(scheme): nfc(value) for scheme, value in pairs.items()},
    )


def _once(parts: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if parts is None else tuple(dict.fromkeys(filter(None, map(nfc, parts))))


def faults(row: RegistryRow) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a row by itself: the field, and the reason in Vietnamese."""
    if not CODE.fullmatch(row.code):
        yield "code", "mã gồm chữ không dấu, chữ số và . _ -, tối đa 60 ký tự"
    if not fold_name(row.name) or len(row.name) > NAME_MAX:
        yield "name", f"tên phải có và không dài hơn {NAME_MAX} ký tự"
    if not KIND.fullmatch(row.kind):
        yield "kind", "loại là một từ như xa, thi_tran, phong"
    if row.parent_code == row.code:
        yield "parent_code", LOOP
    for phrase in row.aliases or ():
        if not fold_name(phrase) or len(phrase) > NAME_MAX:
            yield "aliases", f"tên gọi khác phải có chữ và không dài hơn {NAME_MAX} ký tự"
    if any(len(name) > ATTRIBUTE_MAX for name in row.attributes or ()):
        yield "attributes", f"thuộc tính không dài hơn {ATTRIBUTE_MAX} ký tự"
    for scheme, value in (row.identifiers or {}).items():
        if not SCHEME.fullmatch(scheme) or not 0 < len(value) <= IDENTIFIER_MAX:
            yield "identifiers", f"mã định danh ghi dạng hệ thống:mã, mã không dài hơn {IDENTIFIER_MAX} ký tự"


class New(NamedTuple):
    """A unit to be entered."""

    id: UUID
    row: RegistryRow
    parent_id: UUID | None


class Change(NamedTuple):
    """A unit to be changed, in the fields named."""

    known: "Known"
    row: RegistryRow
    parent_id: UUID | None
    fields: list[str]


@dataclass(slots=True)
class Known:
    """A unit that lives today or later, with what holds of it today."""

    id: UUID
    code: str
    name: str
    kind: str
    parent_id: UUID | None
    subordinate: bool
    valid_from: date
    valid_to: date | None
    named_from: date
    aliases: dict[str, UUID] = field(default_factory=dict)
    attributes: dict[str, UUID] = field(default_factory=dict)
    identifiers: dict[str, tuple[str, UUID]] = field(default_factory=dict)

    def differences(self, row: RegistryRow, parent_id: UUID | None) -> list[str]:
        """Return the fields in which a row says something else; what it does not say is no difference."""
        own_identifiers = {scheme: value for scheme, (value, _) in self.identifiers.items()}
        differs = {
            "name": row.name != self.name,
            "kind": row.kind != self.kind,
            "parent_code": row.parent_code is not None and parent_id != self.parent_id,
            "subordinate": row.subordinate not in (None, self.subordinate),
            "aliases": row.aliases is not None and set(row.aliases) != set(self.aliases),
            "attributes": row.attributes is not None and set(row.attributes) != set(self.attributes),
            "identifiers": row.identifiers is not None and row.identifiers != own_identifiers,
        }
        return [name for name, yes in differs.items() if yes]


@dataclass(slots=True)
class Stored:
    """What the tables hold of some codes, or of all.

    `current` are the units that live today or later by code, the earliest first; `until` the day on which
    a code falls free; `holders` who has an identifier, and until when.
    """

    current: dict[str, Known] = field(default_factory=dict)
    until: dict[str, date] = field(default_factory=dict)
    code_of: dict[UUID, str] = field(default_factory=dict)
    holders: dict[tuple[str, str], dict[UUID, date]] = field(default_factory=dict)

    def is_free(self, code: str, from_on: date) -> bool:
        """Return whether nobody bears a code from a day on."""
        return self.until.get(code, date.min) <= from_on

    def taken(self, row: RegistryRow, own_id: UUID | None, from_on: date) -> list[str]:
        """Return the identifiers of a row that another unit has on or after a day."""
        return [
            f"{scheme}:{value}"
            for scheme, value in (row.identifiers or {}).items()
            for holder, until in self.holders.get((scheme, value), {}).items()
            if holder != own_id and until > from_on
        ]

    def parent_id(self, row: RegistryRow, new: Mapping[str, UUID]) -> UUID | None:
        """Return the id of the parent that a row names, stored or new."""
        if not row.parent_code:
            return None
        return new.get(row.parent_code) or self.current[row.parent_code].id


class Plan:
    """Which rows of a file are taken: those that are sound and, with what is stored, make a forest."""

    def __init__(self, stored: Stored, day: date) -> None:
        self.stored = stored
        self.day = day
        self.accepted: dict[str, RegistryRow] = {}
        self.refused: list[RefusedRow] = []
        self._lines: dict[str, int] = {}
        self._claimed: dict[tuple[str, str], str] = {}

    def take(self, row: RegistryRow) -> None:
        """Accept a row, or refuse it for what it says itself."""
        reason = self._fault(row)
        self._lines.setdefault(row.code, row.number)
        if reason:
            self.refused.append(RefusedRow(row.number, row.code, reason))
        else:
            self.accepted[row.code] = row
            self._claimed |= dict.fromkeys((row.identifiers or {}).items(), row.code)

    def _fault(self, row: RegistryRow) -> str:
        problems = [*row.problems, *(f"{name}: {reason}" for name, reason in faults(row))]
        if problems:
            return "; ".join(problems)
        if row.code in self._lines:
            return f"mã {row.code} đã có ở dòng {self._lines[row.code]}"
        known = self.stored.current.get(row.code)
        if known is not None and row.valid_from not in (None, known.valid_from):
            return f"mã {row.code} đang thuộc đơn vị có từ ngày {known.valid_from:%d/%m/%Y}"
        from_on = row.valid_from or FROM_THE_START
        if known is None and not self.stored.is_free(row.code, from_on):
            return f"mã {row.code} thuộc một đơn vị khác đến ngày {self.stored.until[row.code]:%d/%m/%Y}"
        taken = self.stored.taken(row, known.id if known else None, self.day if known else from_on)
        taken += [f"{a}:{b}" for a, b in (row.identifiers or {}).items() if (a, b) in self._claimed]
        return f"mã định danh {taken[0]} thuộc đơn vị khác" if taken else ""

    def _parent(self, code: str) -> str | None:
        """Return the code of the parent, as the file or else the tables have it."""
        row = self.accepted.get(code)
        if row is not None and row.parent_code is not None:
            return row.parent_code or None
        known = self.stored.current.get(code)
        parent = self.stored.code_of.get(known.parent_id) if known and known.parent_id else None
        return parent if parent in self.stored.current else None

    def settle(self) -> None:
        """Refuse rows whose parent is nowhere or stands below them, until none is left."""
        below: dict[str, list[str]] = defaultdict(list)
        for code, row in self.accepted.items():
            if row.parent_code:
                below[row.parent_code].append(code)
        orphans = [parent for parent in below if not self._exists(parent)]
        while orphans or (orphans := self._refuse_loops()):
            missing = orphans.pop()
            for code in [] if self._exists(missing) else below[missing]:
                if code in self.accepted:
                    self._drop(code, f"không có đơn vị cấp trên {missing}")
                    orphans.append(code)

    def _exists(self, code: str) -> bool:
        return code in self.accepted or code in self.stored.current

    def _drop(self, code: str, reason: str) -> None:
        row = self.accepted.pop(code)
        self.refused.append(RefusedRow(row.number, code, reason))

    def _refuse_loops(self) -> list[str]:
        """Refuse the rows that stand above themselves; return their codes."""
        seen: dict[str, str] = {}
        looped: list[str] = []
        for start in self.accepted:
            path: list[str] = []
            code: str | None = start
            while code is not None and code not in seen:
                seen[code] = start
                path.append(code)
                code = self._parent(code)
            if code is not None and seen[code] == start:
                looped += [each for each in path[path.index(code) :] if each in self.accepted]
        for code in looped:
            self._drop(code, LOOP)
        return looped

    def parents_first(self) -> list[str]:
        """Return the accepted codes so that a parent comes before its children."""
        ordered: dict[str, None] = {}
        for start in self.accepted:
            path = []
            code: str | None = start
            while code in self.accepted and code not in ordered:
                path.append(code)
                code = self._parent(code)
            ordered |= dict.fromkeys(reversed(path))
        return list(ordered)
