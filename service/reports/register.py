"""The office's book (sổ theo dõi) as a sheet: a row a duty, in the columns that an office writes by hand."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from service.domain.lifecycle import State, Timeliness
from service.domain.reading.register_lines import RegisterLine, Result
from service.domain.text import cited
from service.reports.sheets import Cell, Sheet

COLUMNS = {
    "STT": 6,
    "Số, ký hiệu": 18,
    "Ngày văn bản": 12,
    "Cơ quan ban hành": 24,
    "Trích yếu": 40,
    "Mục": 8,
    "Nội dung nhiệm vụ": 50,
    "Kỳ": 10,
    "Đơn vị chủ trì": 26,
    "Đơn vị phối hợp": 26,
    "Ngày giao": 12,
    "Thời hạn ban đầu": 12,
    "Thời hạn": 12,
    "Trạng thái": 18,
    "Tình trạng tiến độ": 18,
    "Số ngày quá hạn": 10,
    "Tỷ lệ thực hiện (%)": 10,
    "Ngày hoàn thành": 12,
    "Kết quả, văn bản": 36,
    "Ngày báo cáo gần nhất": 12,
    "Báo cáo gần nhất": 36,
    "Khó khăn, vướng mắc": 30,
    "Ghi chú": 24,
}
"""Name of a column → its width in characters."""

STATE_WORDS = {
    State.ASSIGNED: "Mới giao",
    State.ACKNOWLEDGED: "Đã nhận",
    State.IN_PROGRESS: "Đang thực hiện",
    State.SUBMITTED: "Chờ xác nhận",
    State.ACCEPTED: "Đã hoàn thành",
    State.RETURNED: "Đề nghị trả lại",
    State.SUSPENDED: "Tạm dừng",
    State.WITHDRAWN: "Đã thu hồi",
    State.TRANSFERRED: "Đã chuyển đơn vị khác",
}
TIMELINESS_WORDS = {
    None: None,
    Timeliness.UNDATED: "Không thời hạn",
    Timeliness.ON_TRACK: "Trong hạn",
    Timeliness.DUE_SOON: "Sắp đến hạn",
    Timeliness.OVERDUE: "Quá hạn",
    Timeliness.DONE_ON_TIME: "Hoàn thành đúng hạn",
    Timeliness.DONE_LATE: "Hoàn thành quá hạn",
    Timeliness.DONE_UNDATED: "Hoàn thành, không thời hạn",
    Timeliness.PAUSED: "Tạm dừng",
}


def register_sheet(lines: Iterable[RegisterLine], *, cut_off: date, cut_to: int | None) -> Sheet:
    """Return the book.

    Args:
        lines: The duties, in the order of the book; read while the file is written.
        cut_off: The day judged.
        cut_to: How many lines the file has, where there are more; None where it is whole.
    """
    cut = (
        []
        if cut_to is None
        else [f"Chỉ gồm {cut_to} dòng đầu; lọc theo văn bản, đơn vị hoặc thời hạn để có đủ"]
    )
    return Sheet(
        title="SỔ THEO DÕI THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO",
        notes=[f"Tính đến hết ngày {cut_off:%d/%m/%Y}", *cut],
        columns=list(COLUMNS),
        rows=([number, *_row(line)] for number, line in enumerate(lines, start=1)),
        widths=list(COLUMNS.values()),
    )


def _row(line: RegisterLine) -> list[Cell]:
    row, source, told = line.row, line.source, line.told
    return [
        code_of(source.number, source.symbol),
        source.signed_on or source.issued_on,
        source.issuing_body,
        source.subject,
        row.locator,
        row.text,
        row.period or None,
        row.unit_name,
        "; ".join(line.coordinators) or None,
        row.assigned_on,
        row.original_due_on,
        row.due_on,
        STATE_WORDS[row.state],
        TIMELINESS_WORDS[line.timeliness],
        line.days_late,
        row.percent,
        row.done_on,
        shown_result(line.result),
        row.reported_on,
        told.text if told else None,
        (told.difficulties or None) if told else None,
        f"Gia hạn {line.extensions} lần" if line.extensions else None,
    ]


def code_of(number: str | None, symbol: str | None) -> str | None:
    """Return the number and symbol of a document as it bears them: "123/UBND-VP"."""
    return "/".join(part for part in (number, symbol) if part) or None


def shown_result(result: Result | None) -> str | None:
    """Return what was handed in: the document that proves it, and the words beside it."""
    if result is None:
        return None
    document = _document(result.document)
    return f"{document}: {result.text}" if document else result.text


def _document(document: dict[str, Any] | None) -> str:
    if not document or not (document.get("number") or document.get("symbol")):
        return ""
    day = document.get("issued_on")
    named = cited(
        "Văn bản", document.get("number"), document.get("symbol"), date.fromisoformat(day) if day else None
    )
    return named
