"""A table as an office keeps it, in CSV or XLSX: bytes in, lines of text out. Pure."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

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

YES, NO = frozenset({"co", "x", "true", "1", "yes"}), frozenset({"khong", "false", "0", "no"})


def no_table(detail: str) -> InvalidValue:
    """Return the refusal of a whole file."""
    return InvalidValue(field="file", detail=f"không đọc được bảng: {detail}")


def read_lines(content: bytes) -> Iterator[list[str]]:
    """Yield the lines of a table, each cell as one line of text.

    Raises:
        InvalidValue: The bytes are no table, or more than the limits allow.
    """
    if len(content) > UNPACKED_MAX:
        raise no_table(f"tệp lớn hơn {UNPACKED_MAX // 1_000_000} MB")
    lines = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    for number, line in enumerate(lines, start=1):
        if number > ROWS_MAX + 1:
            raise no_table(f"tệp dài hơn {ROWS_MAX} dòng")
        yield [_text(cell) for cell in line]


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
