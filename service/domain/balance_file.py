"""Rows of an older register, as an office kept it in a spreadsheet. Bytes in, rows out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from service.domain.balance_words import (
    Doubt,
    NamedDocument,
    Standing,
    read_day,
    read_deadline,
    read_document,
    read_standing,
)
from service.domain.calendar import FIRST_YEAR, LAST_YEAR
from service.domain.deadlines import UNDATED
from service.domain.lifecycle import State
from service.domain.table_file import Cells, Parsed, parse
from service.domain.text import fold, nfc

COLUMNS: dict[str, tuple[str, ...]] = {
    "label": ("STT", "TT", "Số TT", "Số thứ tự"),
    "document": (
        *("Văn bản giao", "Văn bản giao việc", "Văn bản", "Tên văn bản"),
        *("Số, ký hiệu", "Số và ký hiệu", "Số, ký hiệu văn bản", "Số văn bản"),
    ),
    "day": ("Ngày", "Ngày văn bản", "Ngày ban hành", "Ngày giao", "Ngày, tháng", "Ngày tháng năm"),
    "subject": ("Trích yếu", "Trích yếu nội dung"),
    "issuer": ("Cơ quan ban hành", "Nơi ban hành", "Cơ quan giao"),
    "source": ("Nguồn giao",),
    "text": ("Nội dung nhiệm vụ", "Nhiệm vụ", "Nhiệm vụ được giao", "Nội dung", "Nội dung công việc"),
    "leads": ("Đơn vị chủ trì", "Chủ trì", "Cơ quan chủ trì", "Đơn vị thực hiện"),
    "helpers": ("Đơn vị phối hợp", "Phối hợp", "Cơ quan phối hợp"),
    "due": ("Thời hạn", "Thời hạn hoàn thành", "Hạn hoàn thành", "Thời gian hoàn thành", "Hạn xử lý"),
    "status": ("Tình trạng/kết quả", "Tình trạng", "Tình trạng thực hiện", "Trạng thái"),
    "result": ("Kết quả", "Kết quả thực hiện"),
    "done": ("Ngày hoàn thành",),
    "evidence": ("Văn bản báo cáo kết quả", "Văn bản báo cáo", "Sản phẩm"),
    "note": ("Ghi chú",),
}
"""Column → the headings that offices write over it."""

REQUIRED = ("document", "text", "leads")
LENGTHS = {"issuer": 300, "source": 60, "doc_type": 100, "number": 40, "symbol": 80, "label": 40}
"""Characters that the tables of directives hold."""

COUNTED = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
"""A cell of the line that only counts the columns: (1), (2), …"""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """A row of an older register: one piece of a document, the units that have it, and how it stands.

    `leads` and `helpers` are unit names as written, one a line where the cell has several lines. What could
    not be read stands in `doubts`, in Vietnamese; such a row is left out as a whole.
    """

    number: int
    label: str
    document: NamedDocument | None
    day: date | None
    issuer: str
    subject: str
    source: str
    text: str
    leads: str
    helpers: str
    deadline: dict[str, Any]
    due_on: date | None
    standing: Standing | None
    status: str
    evidence: dict[str, Any] | None
    note: str
    doubts: tuple[str, ...] = ()


def parse_balance(content: bytes, *, today: date) -> Parsed[BalanceRow]:
    """Read an older register; a line that counts its columns, or has a number and nothing else, is no row.

    Args:
        content: CSV or XLSX.
        today: The day of the import; what lies after it is doubtful.

    Raises:
        InvalidValue: It is no table, is too large, or has no column for document, content or lead.
    """
    found = parse(content, COLUMNS, REQUIRED, lambda cells: _row(cells, today), line_break="\n")
    return Parsed([row for row in found.rows if row is not None], found.unknown_columns)


class _Reader:
    """Reads the cells of one row; what is doubtful gathers in the row's problems."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def line(self, column: str) -> str:
        """Return a cell as one line, no longer than the tables hold."""
        value = nfc(self.cells.text(column))
        if len(value) > LENGTHS.get(column, len(value)):
            self.doubt(column, f"dài hơn {LENGTHS[column]} ký tự")
        return value

    def read(self, column: str, how: Callable[[str], Read], default: Read) -> Read:
        """Return what a cell says; the default, and a doubt, where that is not certain."""
        try:
            return how(self.line(column))
        except Doubt as doubt:
            self.doubt(column, str(doubt))
            return default

    def doubt(self, column: str, detail: str) -> None:
        self.cells.problems.append(f"{column}: {detail}")


def _row(cells: Cells, today: date) -> BalanceRow | None:
    shown = {column: value for column in COLUMNS if (value := cells.shown(column))}
    if shown.keys() <= {"label"} or (len(shown) > 2 and all(map(COUNTED.fullmatch, shown.values()))):
        return None
    reader = _Reader(cells)
    document = reader.read("document", read_document, None)
    written_on = reader.read("day", read_day, None)
    day = _day(reader, document, written_on)
    unread: tuple[dict[str, Any], date | None] = (dict(UNDATED), None)
    deadline, due_on = reader.read("due", read_deadline, unread)
    done_on = reader.read("done", read_day, None)
    text = reader.line("text")
    if not fold(text):
        reader.doubt("text", "không có nội dung nhiệm vụ")
    if not fold(cells.shown("leads")):
        reader.doubt("leads", "không có đơn vị chủ trì")
    standing = _standing(reader, done_on, due_on=due_on, today=today)
    _compare(reader, day=day, due_on=due_on, standing=standing, today=today)
    named = document or NamedDocument("", "", None, None, None, "", "")
    for name in ("doc_type", "number", "symbol"):
        if len(getattr(named, name) or "") > LENGTHS[name]:
            reader.doubt("document", f"dài hơn {LENGTHS[name]} ký tự")
    return BalanceRow(
        number=cells.number,
        label=nfc(cells.shown("label"))[: LENGTHS["label"]],
        document=document,
        day=day,
        issuer=reader.line("issuer") or named.issuer,
        subject=reader.line("subject") or named.subject,
        source=reader.line("source"),
        text=text,
        leads=cells.text("leads"),
        helpers=cells.text("helpers"),
        deadline=deadline,
        due_on=due_on,
        standing=standing,
        status=", ".join(filter(None, (reader.line("status"), reader.line("result")))),
        evidence=_evidence(reader),
        note=reader.line("note"),
        doubts=tuple(dict.fromkeys(cells.problems)),
    )


def _day(reader: _Reader, document: NamedDocument | None, written_on: date | None) -> date | None:
    """Return the day of the document, which may stand in two places if they agree."""
    told = {day for day in (document.day if document else None, written_on) if day}
    if len(told) > 1:
        reader.doubt("day", "khác ngày ghi trong cột văn bản giao")
    elif not told:
        reader.doubt("day", "không có ngày văn bản")
    return told.pop() if len(told) == 1 else None


def _standing(reader: _Reader, done_on: date | None, *, due_on: date | None, today: date) -> Standing | None:
    """Return how the duty stands by its status; a result beside it may say when it was done."""
    status, result = reader.line("status"), reader.line("result")
    readings: list[Standing | None] = []
    doubts: list[str] = []
    for text in (status or result, result, f"{status}, {result}"):
        try:
            readings.append(read_standing(text, done_on, due_on=due_on, today=today))
        except Doubt as doubt:
            readings.append(None)
            doubts.append(str(doubt))
    alone, beside, together = readings
    if alone and alone.state is not State.ACCEPTED and result and beside and beside.done_on:
        reader.doubt("result", f"“{result}” mà tình trạng là “{status}”")
    elif alone or (status and result and together):
        return alone or together
    else:
        reader.doubt("status", doubts[0])
    return None


def _compare(
    reader: _Reader, *, day: date | None, due_on: date | None, standing: Standing | None, today: date
) -> None:
    """Doubt days that cannot be true together."""
    done_on = standing.done_on if standing else None
    for column, which in (("day", day), ("due", due_on)):
        if which and not FIRST_YEAR < which.year < LAST_YEAR:
            reader.doubt(column, f"{which:%d/%m/%Y} nằm ngoài lịch ({FIRST_YEAR + 1}–{LAST_YEAR - 1})")
    if day and day > today:
        reader.doubt("day", f"{day:%d/%m/%Y} chưa đến")
    if day and due_on and due_on < day:
        reader.doubt("due", "thời hạn trước ngày văn bản")
    if done_on and done_on > today:
        reader.doubt("done", f"{done_on:%d/%m/%Y} chưa đến")
    if day and done_on and done_on < day:
        reader.doubt("done", "hoàn thành trước ngày văn bản")


def _evidence(reader: _Reader) -> dict[str, Any] | None:
    """Return the document that shows the result: of its own column, or named in the status."""
    for column in ("evidence", "result", "status"):
        try:
            found = read_document(nfc(reader.cells.shown(column)))
        except Doubt:
            continue
        if found.number:
            day = found.day.isoformat() if found.day else None
            return {"number": found.number, "symbol": found.symbol or "", "issued_on": day}
    return None
