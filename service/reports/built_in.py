"""The document templates that are built in, in the form of Nghị định 30/2020/NĐ-CP, Appendix I.

They are made here and not kept as files: an office takes one along, alters it in Word and gives it back.
Sizes are those of the decree: A4, margins of 20, 20, 30 and 15 mm, Times New Roman, 13 to 14 points.
"""

import io
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from service.domain.letter_rules import DocumentKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import Table, _Cell, _Row

FONT = "Times New Roman"
BODY, SMALL = 14, 11
DOTS = "……………………………………………………………………………………………………"


@cache
def built_in(kind: DocumentKind) -> bytes:
    """Return a template as a DOCX file."""
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    across = kind is DocumentKind.LATE_LIST
    _set_page(document, across=across)
    letter = kind in (DocumentKind.URGING, DocumentKind.CRITICISM)
    _head(document, subject=letter)
    {
        DocumentKind.PROGRESS: _progress,
        DocumentKind.LATE_LIST: _late_list,
        DocumentKind.URGING: _urging,
        DocumentKind.CRITICISM: _criticism,
    }[kind](document)
    _foot(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _set_page(document: "Document", *, across: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    long, short = Mm(297), Mm(210)
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    _number_pages(section)


def _number_pages(section: "Section") -> None:
    """Number every page but the first, in the middle of the upper margin."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    _line(section.header, "", size=13, align="CENTER", first=True)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    section.header.paragraphs[0]._p.append(field)


def _line(
    place: Any,
    text: str,
    *,
    size: float = BODY,
    bold: bool = False,
    italic: bool = False,
    align: str = "JUSTIFY",
    indent: bool = False,
    first: bool = False,
) -> None:
    """Write a paragraph at the end of a place; `first` takes the empty one that a cell begins with."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.space_before = Pt(6)
        paragraph.paragraph_format.space_after = Pt(4)


def _head(document: "Document", *, subject: bool) -> None:
    """Write the issuing body and its number at the left, quốc hiệu, tiêu ngữ, place and date at the right."""
    table = document.add_table(rows=2, cols=2)
    _set_widths(table, _shares(document, (2, 3)))
    left, right = table.rows[0].cells
    _line(left, "{{ co_quan_chu_quan | upper }}", size=12, align="CENTER", first=True)
    _line(left, "{{ co_quan | upper }}", size=12, bold=True, align="CENTER")
    _line(left, "_______", size=8, bold=True, align="CENTER")
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, align="CENTER", first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True, align="CENTER")
    _line(right, "_____________________", size=8, bold=True, align="CENTER")
    left, right = table.rows[1].cells
    _line(left, "Số:          /", size=13, align="CENTER", first=True)
    if subject:
        _line(left, "V/v {{ trich_yeu }}", size=12, align="CENTER")
    _line(right, "…………, ngày …… tháng …… năm ………", size=13, italic=True, align="CENTER", first=True)


def _foot(document: "Document") -> None:
    """Write to whom it goes at the left, and room for the signature at the right."""
    _line(document, "")
    table = document.add_table(rows=1, cols=2)
    _mark(table.rows[0], "w:cantSplit")
    _set_widths(table, _shares(document, (1, 1)))
    left, right = table.rows[0].cells
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, align="LEFT", first=True)
    _line(left, "{%p for noi in noi_nhan %}", size=SMALL, align="LEFT")
    _line(left, "- {{ noi }};", size=SMALL, align="LEFT")
    _line(left, "{%p endfor %}", size=SMALL, align="LEFT")
    _line(left, "- Lưu: VT.", size=SMALL, align="LEFT")
    _line(right, "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", bold=True, align="CENTER", first=True)
    _line(right, "(Chữ ký, dấu)", size=13, italic=True, align="CENTER")
    for _ in range(3):
        _line(right, "")
    _line(right, "Họ và tên", bold=True, align="CENTER")


def _title(document: "Document", kind: str, subject: str) -> None:
    _line(document, "")
    _line(document, kind, bold=True, align="CENTER")
    _line(document, subject, bold=True, align="CENTER")
    _line(document, "_____________", size=8, bold=True, align="CENTER")


def _progress(document: "Document") -> None:
    _title(
        document,
        "BÁO CÁO",
        "Tình hình thực hiện nhiệm vụ được giao (tính đến hết ngày {{ ngay }})",
    )
    _line(document, "I. TÌNH HÌNH CHUNG", bold=True, indent=True)
    _line(
        document,
        "Tổng số nhiệm vụ được giao: {{ tong.tong_so }}. Đã hoàn thành {{ tong.hoan_thanh }} (đúng hạn "
        "{{ tong.dung_han }}, quá hạn {{ tong.cham }}, không thời hạn {{ tong.xong_khong_han }}). "
        "Chưa hoàn thành {{ tong.chua_xong }} (trong hạn {{ tong.trong_han }}, quá hạn "
        "{{ tong.qua_han }}, không thời hạn {{ tong.khong_han }}). Tạm dừng {{ tong.tam_dung }}.",
        indent=True,
    )
    _line(document, "II. KẾT QUẢ THEO ĐƠN VỊ", bold=True, indent=True)
    _table(
        document,
        "don_vi",
        (
            ("TT", "stt", 3),
            ("Đơn vị", "ten", 12),
            ("Tổng số", "tong_so", 4),
            ("Hoàn thành đúng hạn", "dung_han", 5),
            ("Hoàn thành quá hạn", "cham", 5),
            ("Chưa xong, trong hạn", "trong_han", 5),
            ("Chưa xong, quá hạn", "qua_han", 5),
            ("Không thời hạn, đã xong", "xong_khong_han", 5),
            ("Không thời hạn, chưa xong", "khong_han", 5),
            ("Tạm dừng", "tam_dung", 4),
        ),
    )
    _line(document, "III. NHIỆM VỤ QUÁ HẠN", bold=True, indent=True)
    _line(document, "{%p if nhiem_vu %}")
    _duties(document)
    _line(document, "{%p else %}")
    _line(document, "Không có nhiệm vụ quá hạn.", indent=True)
    _line(document, "{%p endif %}")
    _line(document, "IV. ĐÁNH GIÁ, KIẾN NGHỊ", bold=True, indent=True)
    _line(document, DOTS, indent=True)
    _line(document, "Trên đây là báo cáo tình hình thực hiện nhiệm vụ được giao./.", indent=True)


def _late_list(document: "Document") -> None:
    _title(document, "DANH SÁCH", "Nhiệm vụ quá hạn (tính đến hết ngày {{ ngay }})")
    _line(document, "Tổng số nhiệm vụ quá hạn: {{ so_nhiem_vu }}; số đơn vị: {{ so_don_vi }}.", indent=True)
    columns = (
        *_DUTY_COLUMNS,
        ("Tình hình, vướng mắc đã báo cáo", "bao_cao", 20),
        ("Ý kiến chỉ đạo", None, 13),
    )
    _table(document, "nhiem_vu", columns)
    _cut(document)


_DUTY_COLUMNS: tuple[tuple[str, str | None, int], ...] = (
    ("TT", "stt", 6),
    ("Đơn vị chủ trì", "don_vi", 16),
    ("Văn bản giao", "van_ban", 17),
    ("Mục", "muc", 8),
    ("Nội dung nhiệm vụ", "noi_dung", 28),
    ("Thời hạn", "thoi_han", 13),
    ("Số ngày quá hạn", "so_ngay", 9),
)


def _duties(document: "Document") -> None:
    _table(document, "nhiem_vu", _DUTY_COLUMNS)
    _cut(document)


def _cut(document: "Document") -> None:
    _line(document, "{%p if con_lai %}")
    _line(document, "(Còn {{ con_lai }} nhiệm vụ quá hạn khác trong sổ theo dõi.)", italic=True)
    _line(document, "{%p endif %}")


def _to_units(document: "Document") -> None:
    _line(document, "")
    _line(document, "Kính gửi:", align="CENTER")
    _line(document, "{%p for noi in kinh_gui %}")
    _line(document, "- {{ noi }}{% if loop.last %}.{% else %};{% endif %}", align="CENTER")
    _line(document, "{%p endfor %}")


def _urging(document: "Document") -> None:
    _to_units(document)
    _line(
        document,
        "Qua theo dõi, tính đến hết ngày {{ ngay }}, các cơ quan, đơn vị nêu trên còn {{ so_nhiem_vu }} "
        "nhiệm vụ đã quá thời hạn mà chưa báo cáo kết quả, cụ thể:",
        indent=True,
    )
    _duties(document)
    _line(document, "{%p if yeu_cau %}")
    _line(
        document,
        "Yêu cầu {{ yeu_cau | join(', ') }} khẩn trương hoàn thành, báo cáo kết quả, nêu rõ nguyên nhân.",
        indent=True,
    )
    _line(document, "{%p endif %}")
    _line(document, "{%p if de_nghi %}")
    _line(
        document,
        "Đề nghị {{ de_nghi | join(', ') }} quan tâm thực hiện và thông tin kết quả để tổng hợp.",
        indent=True,
    )
    _line(document, "{%p endif %}")
    _line(document, "{{ co_quan }} thông báo để các cơ quan, đơn vị biết, thực hiện./.", indent=True)


def _criticism(document: "Document") -> None:
    _to_units(document)
    _line(
        document,
        "Tính đến hết ngày {{ ngay }}, {{ so_nhiem_vu }} nhiệm vụ được giao đã quá thời hạn mà chưa được "
        "hoàn thành, cụ thể:",
        indent=True,
    )
    _duties(document)
    _line(
        document,
        "{{ co_quan }} phê bình {{ yeu_cau | join(', ') }} vì để chậm các nhiệm vụ nêu trên.",
        indent=True,
    )
    _line(
        document,
        "Yêu cầu thủ trưởng các cơ quan, đơn vị kiểm điểm trách nhiệm, hoàn thành ngay các nhiệm vụ quá hạn "
        "và báo cáo kết quả trước ngày ………./.",
        indent=True,
    )


def _table(document: "Document", rows: str, columns: Sequence[tuple[str, str | None, int]]) -> None:
    """Write a table with a row for each of some values; its heading comes again on every page."""
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    _set_widths(table, _shares(document, [share for _, _, share in columns]))
    _set_margins(table, 57)
    head, begin, row, end = table.rows
    _mark(head, "w:cantSplit", "w:tblHeader")
    _mark(row, "w:cantSplit")
    _line(begin.cells[0], f"{{%tr for dong in {rows} %}}", size=SMALL, first=True)
    _line(end.cells[0], "{%tr endfor %}", size=SMALL, first=True)
    for (name, value, _), title, place in zip(columns, head.cells, row.cells, strict=True):
        _line(title, name, size=SMALL, bold=True, align="CENTER", first=True)
        align = "LEFT" if value in ("ten", "don_vi", "van_ban", "noi_dung", "bao_cao") else "CENTER"
        _line(place, f"{{{{ dong.{value} }}}}" if value else "", size=SMALL, align=align, first=True)


def _set_margins(table: "Table", width: int) -> None:
    """Set how far the words of a table stand from the lines beside them, in twentieths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _mark(row: "_Row", *marks: str) -> None:
    """Give a row of a table properties that are said by being there."""
    from docx.oxml import OxmlElement

    for name in marks:
        row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shares(document: "Document", shares: Sequence[int]) -> list[int]:
    """Return the widths that share out a line of the page."""
    section = document.sections[0]
    edges = (section.left_margin or 0) + (section.right_margin or 0)
    width = (section.page_width or 0) - edges
    return [width * share // sum(shares) for share in shares]


def _set_widths(table: "Table", widths: Sequence[int]) -> None:
    """Give every column and cell its width: programs differ in which of them they ask."""
    from docx.shared import Emu

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(width)
    for row in table.rows:
        cells: Sequence[_Cell] = row.cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = Emu(width)
