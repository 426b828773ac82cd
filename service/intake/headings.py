"""What the columns of a task table are called (TT | Nhiệm vụ | Chủ trì | Phối hợp | Thời gian | Sản phẩm)."""

import re
from collections.abc import Mapping
from enum import StrEnum

from .restore import fold


class Column(StrEnum):
    """What a column of a task table holds."""

    NUMBER = "number"
    TASK = "task"
    LEAD = "lead"
    COORDINATE = "coordinate"
    MONITOR = "monitor"
    DEADLINE = "deadline"
    PRODUCT = "product"


WORDS_MAX = 14
_UNIT = r"(?:co quan|don vi|bo phan|to chuc|ca nhan|dia phuong|phong ban|phong|can bo|nguoi|so nganh|cac cap)"
_DOES = (
    r"(?:thuc hien|trien khai|to chuc|tham muu|giai quyet|xu ly|chiu trach nhiem|trach nhiem|duoc giao|"
    r"duoc phan cong|dau moi|phu trach|chinh|giao|nhan nhiem vu|bao cao|hoan thanh)"
)
_FORMS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (Column.NUMBER, re.compile(r"^(?:s?tt|s tt|st t|so tt|so thu tu|thu tu|no)$")),
    (Column.MONITOR, re.compile(r"\b(?:theo doi|don doc)\b")),
    (Column.COORDINATE, re.compile(r"^(?!.*\bchu tri\b).*\bphoi hop\b")),
    (
        Column.LEAD,
        re.compile(
            rf"\bchu tri\b|^(?:cac )?{_UNIT}(?: (?:va )?{_UNIT})*(?: (?:va )?{_DOES})*$|"
            rf"^(?:phan cong|giao|trach nhiem|dau moi)(?: (?:{_UNIT}|{_DOES}|nhiem vu|cho))*$"
        ),
    ),
    (
        Column.DEADLINE,
        re.compile(
            r"^(?!.*\bdia diem\b).*\b(?:thoi gian|thoi han|thoi diem|tien do|moc|ngay hoan thanh|han)\b"
        ),
    ),
    (Column.PRODUCT, re.compile(r"\b(?:san pham|ket qua|dau ra|hinh thuc)\b")),
    (
        Column.TASK,
        re.compile(
            r"\b(?:nhiem vu|noi dung|cong viec|hoat dong|dau viec|giai phap|cong tac)\b|"
            r"^ten (?:de an|van ban|ke hoach|du an|chuong trinh)"
        ),
    ),
)
_FIRM_DEADLINE = re.compile(r"hoan thanh|thoi han|tien do|\bhan\b|trinh|ban hanh")


def column_of(heading: str) -> Column | None:
    """What stands under a heading; None when it is none that the genre knows."""
    folded = fold(heading)
    if not folded or len(folded.split()) > WORDS_MAX:
        return None
    return next((column for column, form in _FORMS if form.search(folded)), None)


def columns_of(headings: Mapping[int, str]) -> dict[Column, int] | None:
    """The columns of a task table by what they hold, None when the headings are of another table.

    A column without a known heading is the task column when the others give units and days.
    """
    found: dict[Column, int] = {}
    for index, heading in sorted(headings.items()):
        column = column_of(heading)
        if column is not None:
            found.setdefault(column, index)
    gives_unit = Column.LEAD in found or Column.COORDINATE in found
    gives_day = Column.DEADLINE in found
    if Column.TASK not in found:
        unknown = [index for index, heading in sorted(headings.items()) if column_of(heading) is None]
        if not (Column.LEAD in found and gives_day and unknown):
            return None
        found[Column.TASK] = unknown[0]
    firm = gives_day and bool(_FIRM_DEADLINE.search(fold(headings[found[Column.DEADLINE]])))
    if gives_unit or firm or (gives_day and Column.PRODUCT in found):
        return found
    return None
