"""Word and Excel files as offices make them."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from openpyxl import Workbook

HEADINGS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn hoàn thành", "Sản phẩm")
ROWS: tuple[tuple[str, ...], ...] = (
    ("I", "HOÀN THIỆN THỂ CHẾ", "", "", "", ""),
    (
        "1",
        "Rà soát, bổ sung quy hoạch sử dụng đất của các xã, phường trên địa bàn tỉnh",
        "Sở Nông nghiệp và Môi trường",
        "Sở Tài chính; UBND các xã, phường",
        "Trước ngày 30/6/2026",
        "Báo cáo",
    ),
    ("2", "Xây dựng Kế hoạch đào tạo năm 2026", "Sở Nội vụ", "Các sở, ban, ngành", "Quý II/2026", "Kế hoạch"),
    ("", "Tổ chức bồi dưỡng cán bộ cấp xã", "Sở Khoa học và Công nghệ", "", "Tháng 9/2026", ""),
    ("II", "HẠ TẦNG", "", "", "", ""),
    ("3", "Kiểm tra đường truyền tại các xã", "Công an tỉnh", "", "Thường xuyên", "Báo cáo"),
)
READ = (
    ("I", (), ()),
    ("I.1", ("Sở Nông nghiệp và Môi trường",), ("date", "2026-06-30")),
    ("I.2", ("Sở Nội vụ",), ("period", "2026-06-30")),
    ("I.2b", ("Sở Khoa học và Công nghệ",), ("period", "2026-09-30")),
    ("II", (), ()),
    ("II.3", ("Công an tỉnh",), ("ongoing", None)),
)
"""Path under the annex, leads, and kind and day of the deadline of each of `ROWS`."""

LETTER = (
    "KẾ HOẠCH",
    "Chuyển đổi số năm 2026 trên địa bàn tỉnh",
    "Căn cứ Quyết định số 12/QĐ-UBND ngày 02/01/2026 của UBND tỉnh, UBND tỉnh ban hành Kế hoạch như sau:",
    "I. NHIỆM VỤ",
    "Các nhiệm vụ cụ thể tại Phụ lục kèm theo.",
    "II. TỔ CHỨC THỰC HIỆN",
    "1. Các sở, ban, ngành, UBND các xã, phường tổ chức thực hiện, báo cáo UBND tỉnh trước ngày 20/12/2026.",
    "2. Giao Sở Khoa học và Công nghệ theo dõi, đôn đốc việc thực hiện./.",
)
HEAD = (
    ("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", "Số: 123/KH-UBND"),
    (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Quảng Ngãi, ngày 05 tháng 01 năm 2026",
    ),
)
FOOT = (
    ("Nơi nhận:", "- Chủ tịch UBND tỉnh (b/c);", "- Các sở, ban, ngành;", "- Lưu: VT."),
    ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Văn Mẫu"),
)


def letterhead(document: Any, columns: Sequence[Sequence[str]]) -> None:
    """Set two columns side by side in a table without borders."""
    table = document.add_table(1, 2)
    for cell, lines in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)


def plan(annex: Any = None, paragraphs: Sequence[str] = LETTER) -> bytes:
    """A plan of a province as DOCX; `annex` writes into the landscape section at its end."""
    document = Document()
    letterhead(document, HEAD)
    for text in paragraphs:
        document.add_paragraph(text)
    letterhead(document, FOOT)
    if annex is not None:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
        document.add_paragraph("PHỤ LỤC")
        document.add_paragraph("PHÂN CÔNG NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2026")
        annex(document)
    return saved(document)


def task_table(
    document: Any, rows: Sequence[Sequence[str]] = ROWS, headings: Sequence[str] = HEADINGS
) -> Any:
    """Add a task table; its heading is repeated on every page, as Word does it."""
    table = document.add_table(1, len(headings))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        cell.text = text
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def saved(document: Any) -> bytes:
    """The bytes of a document or workbook."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = ()) -> bytes:
    """An XLSX of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    return saved(book)
