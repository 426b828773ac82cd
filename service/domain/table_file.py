"""A table as an office keeps it, in CSV or XLSX: bytes in, lines of text out. Pure."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice, zip_longest
from typing import Any, Generic, TypeVar

from service.domain.errors import InvalidValue
from service.domain.text import fold, nfc

ROWS_MAX = 20_000
COLUMNS_MAX = 50
CELL_MAX = 2_000
"""Characters in one cell."""
UNPACKED_MAX = 50_000_000
"""Bytes of a file, and of what an XLSX file claims to unpack to."""

SAMPLE = 10
"""Lines of a CSV file that show which separator it has."""

HEADING_MAX = 10
"""Lines among which the headings are looked for."""

MERGED = re.compile(rb'mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

Row = TypeVar("Row")

YES, NO = frozenset({"co", "x", "true", "1", "yes"}), frozenset({"khong", "false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Row]):
    """What a file holds; `unknown_columns` are headings that were not read."""

    rows: list[Row]
    unknown_columns: list[str]


def no_table(detail: str) -> InvalidValue:
    """Return the refusal of a whole file."""
    return InvalidValue(field="file", detail=f"không đọc được bảng: {detail}")


def parse(
    content: bytes,
    columns: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    make: Callable[["Cells"], Row],
    *,
    line_break: str = " ",
) -> Parsed[Row]:
    """Read the rows of a table under its headings, which may stand in two lines.

    Args:
        content: CSV or XLSX.
        columns: Column → its headings; case and accents do not matter, and the column's name is one too.
        required: Columns that must be there.
        make: Makes a row of its cells.
        line_break: What stands for a line break inside a cell.

    Raises:
        InvalidValue: It is no table, is too large, or lacks a required column.
    """
    names = {fold(name): column for column, also in columns.items() for name in (column, *also)}
    lines = enumerate(read_lines(content, line_break=line_break), start=1)
    heading = _heading(lines, names, required, columns)
    below = list(islice(lines, 1))
    if below and _is_heading(below[0][1], names):
        heading = [under or over for over, under in zip_longest(heading, below.pop()[1], fillvalue="")]
    found = [names[fold(name)] for name in heading if fold(name) in names]
    if len(set(found)) < len(found):
        raise no_table("hai cột cùng nghĩa")
    places = {names[fold(name)]: place for place, name in enumerate(heading) if fold(name) in names}
    rows = [make(Cells(number, places, values)) for number, values in chain(below, lines) if any(values)]
    return Parsed(rows, [name for name in heading if name and fold(name) not in names])


def _heading(
    lines: Iterator[tuple[int, list[str]]],
    names: Mapping[str, str],
    required: tuple[str, ...],
    columns: Mapping[str, tuple[str, ...]],
) -> list[str]:
    """Return the line of headings; a title may stand above it."""
    lacking = list(required)
    for _, line in islice(lines, HEADING_MAX):
        found = [names[fold(cell)] for cell in line if fold(cell) in names]
        missing = [column for column in required if column not in found]
        if not missing:
            return line
        lacking = min(lacking, missing, key=len)
    raise no_table(f"không có cột {', '.join(columns[column][0] for column in lacking)}")


def _is_heading(line: list[str], names: Mapping[str, str]) -> bool:
    """Return if a line has headings and nothing else."""
    filled = [cell for cell in line if cell]
    return bool(filled) and all(fold(cell) in names for cell in filled)


def read_lines(content: bytes, *, line_break: str = " ") -> Iterator[list[str]]:
    """Yield the lines of a table, each cell as text; a cell that is merged downwards counts in every line.

    Raises:
        InvalidValue: The bytes are no table, or more than the limits allow.
    """
    if len(content) > UNPACKED_MAX:
        raise no_table(f"tệp lớn hơn {UNPACKED_MAX // 1_000_000} MB")
    lines = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    for number, line in enumerate(lines, start=1):
        if number > ROWS_MAX + 1:
            raise no_table(f"tệp dài hơn {ROWS_MAX} dòng")
        yield [_text(cell, line_break) for cell in line]


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise no_table("hãy lưu lại dạng CSV UTF-8 hoặc XLSX") from None
    if "\0" in text:
        raise no_table("hãy lưu lại dạng CSV UTF-8 hoặc XLSX")
    top = "".join(text.splitlines(keepends=True)[:SAMPLE])
    delimiter = max(",;\t", key=top.count)
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
                rows = sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX)
                values = ([cell.value for cell in row] for row in rows)
                yield from _spread(values, archive.read(sheet._worksheet_path))
                return
    except Exception as error:  # a damaged workbook fails in a dozen ways
        raise no_table(type(error).__name__) from None
    raise no_table(f"tệp giải nén lớn hơn {UNPACKED_MAX // 1_000_000} MB")


def _spread(rows: Iterable[list[Any]], sheet: bytes) -> Iterator[list[Any]]:
    """Yield the rows of a sheet, what is merged downwards in every row that it covers."""
    from openpyxl.utils import column_index_from_string

    begins: dict[int, list[tuple[int, int]]] = {}
    for left, top, _, bottom in MERGED.findall(sheet):
        place = column_index_from_string(left.decode()) - 1
        if place < COLUMNS_MAX and int(top) < int(bottom):
            begins.setdefault(int(top), []).append((place, int(bottom)))
    held: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows, start=1):
        held = {place: kept for place, kept in held.items() if kept[0] >= number}
        values = row + [None] * (max(held, default=-1) + 1 - len(row))
        for place, (_, value) in held.items():
            values[place] = value
        for place, last in begins.get(number, ()):
            held[place] = (last, values[place] if place < len(values) else None)
        yield values


def _text(value: object, line_break: str) -> str:
    """Return a cell as text without line breaks of its own; a spreadsheet's 5971.0 is the code 5971."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return line_break.join(filter(None, map(nfc, str(value).splitlines())))


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

    def shown(self, column: str) -> str:
        """Return a cell as it stands in the file, "" where there is none."""
        place = self._places.get(column, COLUMNS_MAX)
        return self._values[place] if place < len(self._values) else ""

    def text(self, column: str) -> str:
        """Return a cell, "" where there is none; a formula is never worked out."""
        value = self.shown(column)
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
