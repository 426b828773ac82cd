"""Rows of a registry file: units or people as an office keeps them, in CSV or XLSX. Bytes in, rows out."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from service.domain.errors import InvalidValue
from service.domain.escalation import Role
from service.domain.text import fold, nfc

ROWS_MAX = 20_000
COLUMNS_MAX = 50
CELL_MAX = 2_000
"""Characters in one cell."""
UNPACKED_MAX = 50_000_000
"""Bytes of a file, and of what an XLSX file claims to unpack to."""

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
YES, NO = frozenset({"co", "x", "true", "1", "yes"}), frozenset({"khong", "false", "0", "no"})

Row = TypeVar("Row")


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
class Parsed(Generic[Row]):
    """What a file holds; `unknown_columns` are headings that were not read."""

    rows: list[Row]
    unknown_columns: list[str]


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
    return _parse(content, UNIT_COLUMNS, ("code", "name", "kind"), _unit_row)


def parse_people(content: bytes) -> Parsed[PersonRow]:
    """Read a file of people; raises as `parse_units` does."""
    return _parse(content, PERSON_COLUMNS, ("code", "name", "unit_code", "role"), _person_row)


def _parse(
    content: bytes,
    columns: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    make: Callable[["Cells"], Row],
) -> Parsed[Row]:
    if len(content) > UNPACKED_MAX:
        raise no_table(f"tệp lớn hơn {UNPACKED_MAX // 1_000_000} MB")
    lines = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    names = {fold(name): column for column, also in columns.items() for name in (column, *also)}
    heading = [nfc(_text(cell)) for cell in next(iter(lines), [])]
    places = {names[fold(name)]: place for place, name in enumerate(heading) if fold(name) in names}
    if len(places) < sum(fold(name) in names for name in heading):
        raise no_table("hai cột cùng nghĩa")
    missing = [columns[column][0] for column in required if column not in places]
    if missing:
        raise no_table(f"không có cột {', '.join(missing)}")
    rows = []
    for number, line in enumerate(lines, start=2):
        if number > ROWS_MAX + 1:
            raise no_table(f"tệp dài hơn {ROWS_MAX} dòng")
        values = [_text(cell) for cell in line]
        if any(values):
            rows.append(make(Cells(number, places, values)))
    return Parsed(rows, [name for name in heading if name and fold(name) not in names])


def no_table(detail: str) -> InvalidValue:
    """Return the refusal of a whole file."""
    return InvalidValue(field="file", detail=f"không đọc được bảng: {detail}")


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise no_table("hãy lưu lại dạng CSV UTF-8 hoặc XLSX") from None
    if "\0" in text:
        raise no_table("hãy lưu lại dạng CSV UTF-8 hoặc XLSX")
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise no_table(str(error)) from None


def _xlsx(content: bytes) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked <= UNPACKED_MAX:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            yield from (
                [cell.value for cell in row]
                for row in sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX)
            )
            return
    except Exception as error:  # a damaged workbook fails in a dozen ways
        raise no_table(type(error).__name__) from None
    raise no_table(f"tệp giải nén lớn hơn {UNPACKED_MAX // 1_000_000} MB")


def _text(value: object) -> str:
    """Return a cell as one line of text; a spreadsheet's 5971.0 is the code 5971."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return nfc(str(value))


class Cells:
    """One row under its headings; what is wrong with it gathers in `problems`."""

    def __init__(self, number: int, places: Mapping[str, int], values: list[str]) -> None:
        self.number = number
        self._places = places
        self._values = values
        self.problems: list[str] = []

    def has(self, column: str) -> bool:
        """Return whether the file has the column at all."""
        return column in self._places

    def text(self, column: str) -> str:
        """Return a cell, "" where there is none; a formula is never worked out."""
        place = self._places.get(column, COLUMNS_MAX)
        value = self._values[place] if place < len(self._values) else ""
        if value.startswith("="):
            self.problems.append(f"{column}: ô chứa công thức")
        elif len(value) > CELL_MAX:
            self.problems.append(f"{column}: dài hơn {CELL_MAX} ký tự")
        else:
            return value
        return ""

    def several(self, column: str) -> tuple[str, ...] | None:
        """Return the parts of a cell, separated by `;` or `|`; None without the column."""
        if not self.has(column):
            return None
        parts = (part.strip() for part in re.split(r"[;|]", self.text(column)))
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, column: str) -> date | None:
        """Return a day written 2024-04-17, 17/4/2024 or 17-4-2024."""
        text = self.text(column)
        if not text:
            return None
        written = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text)
        try:
            if written:
                day, month, year = map(int, written.groups())
                return date(year, month, day)
            return date.fromisoformat(text)
        except ValueError:
            self.problems.append(f"{column}: {text} không phải là ngày")
            return None

    def yes_or_no(self, column: str) -> bool | None:
        """Return có or không; None for an empty cell."""
        text = fold(self.text(column))
        if text and text not in YES | NO:
            self.problems.append(f"{column}: ghi có hoặc không")
        return text in YES if text else None


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
