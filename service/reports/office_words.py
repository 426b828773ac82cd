"""What stands in the places of document templates: the names are Vietnamese, as offices write templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.figures import Cell
from service.domain.letter_rules import SUBJECTS, LetterKind
from service.domain.reading.letterheads import Letterhead
from service.domain.reading.letters import NamedDuty
from service.domain.reading.register_lines import RegisterLine
from service.domain.text import cited

CELL_NAMES = {
    Cell.DONE_ON_TIME: "dung_han",
    Cell.DONE_LATE: "cham",
    Cell.OPEN_IN_TIME: "trong_han",
    Cell.OPEN_OVERDUE: "qua_han",
    Cell.UNDATED_DONE: "xong_khong_han",
    Cell.UNDATED_OPEN: "khong_han",
    Cell.PAUSED: "tam_dung",
}
DONE = (Cell.DONE_ON_TIME, Cell.DONE_LATE, Cell.UNDATED_DONE)
OPEN = (Cell.OPEN_IN_TIME, Cell.OPEN_OVERDUE, Cell.UNDATED_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateDuty:
    """A late duty as documents name it; `told` is what its unit said of it last."""

    unit: str
    subordinate: bool
    document: str
    locator: str
    text: str
    due_on: date
    days_late: int
    told: str = ""


def late_duties(lines: Sequence[RegisterLine]) -> list[LateDuty]:
    """Return lines of the book that are late as documents name them."""
    return [
        LateDuty(
            unit=line.row.unit_name,
            subordinate=line.subordinate,
            document=cited(
                line.source.doc_type,
                line.source.number,
                line.source.symbol,
                line.source.signed_on or line.source.issued_on,
            ),
            locator=line.row.locator,
            text=line.row.text,
            due_on=line.row.due_on,
            days_late=line.days_late,
            told=". ".join(part for part in (line.told.text, line.told.difficulties) if part)
            if line.told
            else "",
        )
        for line in lines
        if line.row.due_on is not None and line.days_late is not None
    ]


def named_duties(duties: Sequence[NamedDuty]) -> list[LateDuty]:
    """Return what a letter names as documents name it."""
    return [
        LateDuty(
            unit=each.unit_name,
            subordinate=each.subordinate,
            document=cited(each.doc_type, each.number, each.symbol, each.signed_on),
            locator=each.locator,
            text=each.text,
            due_on=each.due_on,
            days_late=each.days_late,
        )
        for each in duties
    ]


def late_list(
    head: Letterhead, duties: Sequence[LateDuty], *, total: int, units: int, cut_off: date
) -> dict[str, Any]:
    """Return the values of the list of late duties; `total` and `units` count what found no room too."""
    return {
        **_common(head, cut_off),
        "nhiem_vu": [_duty(number, each) for number, each in enumerate(duties, start=1)],
        "so_nhiem_vu": total,
        "so_don_vi": units,
        "con_lai": total - len(duties),
        "noi_nhan": [f"Lãnh đạo {head.parent or head.body}"],
    }


def progress(
    late: Mapping[str, Any], total: Mapping[Cell, int], units: Sequence[tuple[str, Mapping[Cell, int]]]
) -> dict[str, Any]:
    """Return the values of the periodic report.

    Args:
        late: The values of the list of late duties at the same cut-off.
        total: How many duties are in each cell of the month-end table.
        units: The same of each unit by name.
    """
    return {
        **late,
        "tong": _counts(total),
        "don_vi": [
            {"stt": number, "ten": name, **_counts(cells)}
            for number, (name, cells) in enumerate(units, start=1)
        ],
    }


def letter(
    head: Letterhead, kind: LetterKind, duties: Sequence[LateDuty], *, cut_off: date
) -> dict[str, Any]:
    """Return the values of a letter: units under the office are told to, the others are asked to (R18)."""
    units = {each.unit: each.subordinate for each in duties}
    return {
        **_common(head, cut_off),
        "trich_yeu": SUBJECTS[kind],
        "kinh_gui": list(units),
        "yeu_cau": [name for name, subordinate in units.items() if subordinate],
        "de_nghi": [name for name, subordinate in units.items() if not subordinate],
        "nhiem_vu": [_duty(number, each) for number, each in enumerate(duties, start=1)],
        "so_nhiem_vu": len(duties),
        "so_don_vi": len(units),
        "con_lai": 0,
        "noi_nhan": ["Như trên", f"Lãnh đạo {head.parent or head.body} (báo cáo)"],
    }


def _common(head: Letterhead, cut_off: date) -> dict[str, Any]:
    return {"co_quan": head.body, "co_quan_chu_quan": head.parent, "ngay": f"{cut_off:%d/%m/%Y}"}


def _duty(number: int, duty: LateDuty) -> dict[str, Any]:
    return {
        "stt": number,
        "don_vi": duty.unit,
        "van_ban": duty.document,
        "muc": duty.locator,
        "noi_dung": duty.text,
        "thoi_han": f"{duty.due_on:%d/%m/%Y}",
        "so_ngay": duty.days_late,
        "bao_cao": duty.told,
    }


def _counts(cells: Mapping[Cell, int]) -> dict[str, int]:
    return {
        "tong_so": sum(cells.values()),
        "hoan_thanh": sum(cells[cell] for cell in DONE),
        "chua_xong": sum(cells[cell] for cell in OPEN),
        **{name: cells[cell] for cell, name in CELL_NAMES.items()},
    }
