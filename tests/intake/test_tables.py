"""Task tables of annexes become items, whatever file they come in."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from service.intake import Item, Proposal, read

from .offices import FOOT, HEAD, HEADINGS, LETTER, READ, ROWS, plan, task_table, workbook
from .pdfs import LANDSCAPE, Page, document

WIDTHS = (40, 260, 130, 140, 120, 90)


def facts(items: Sequence[Item]) -> list[tuple[str, tuple[str, ...], tuple[Any, ...]]]:
    """Path without the annex, leads, and kind and day of each row."""
    found = []
    for item in (each for root in items for each in root.walk()):
        deadline = item.deadline
        day = deadline.fact("iso") or deadline.fact("end")
        leads = tuple(a.unit for a in item.assigned if a.role == "lead")
        kind = () if deadline.kind == "none" else (deadline.kind, day)
        found.append((item.path.removeprefix("Phụ lục."), leads, kind))
    return found


def units(item: Item, role: str) -> list[str]:
    return [a.unit for a in item.assigned if a.role == role]


def annex_of(proposal: Proposal) -> Item:
    (annex,) = (item for item in proposal.items if item.label == "Phụ lục")
    return annex


def at(proposal: Proposal, path: str) -> Item:
    (item,) = (item for item in proposal.walk() if item.path == path)
    return item


def printed_plan(rows: Sequence[Sequence[str]] = ROWS, *, ruled: bool = True, per_page: int = 99) -> bytes:
    """The plan as PDF, its annex on landscape pages of so many rows, the heading repeated on each."""
    first = Page()
    for x, lines in zip((60, 290), HEAD, strict=True):
        first.lines(x, 790, lines)
    y = first.lines(80, 700, [line for text in LETTER for line in wrapped(text)])
    for x, lines in zip((60, 340), FOOT, strict=True):
        first.lines(x, y - 30, lines)
    pages = [first]
    for start in range(0, len(rows), per_page):
        page = Page(LANDSCAPE)
        top = 560.0
        if not start:
            top = page.lines(300, 560, ["PHỤ LỤC", "PHÂN CÔNG NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2026"]) - 10
        page.text(420, 20, str(len(pages) + 1))
        page.table(30, top, WIDTHS, [HEADINGS, *rows[start : start + per_page]], ruled=ruled)
        pages.append(page)
    return document(pages)


def wrapped(text: str, width: int = 72) -> list[str]:
    words, lines = text.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{word}"
    return lines


def laid_out(rows: Sequence[Sequence[str]], widths: Sequence[int], *, centred: bool, parted: bool) -> str:
    """A table as programs lay out the text of a page: cells wrapped, their lines side by side."""
    out = []
    for row in rows:
        cells = [wrapped(text, width - 3) for text, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        for line in range(height):
            parts = []
            for cell, width in zip(cells, widths, strict=True):
                index = line - ((height - len(cell)) // 2 if centred else 0)
                parts.append((cell[index] if 0 <= index < len(cell) else "").ljust(width))
            out.append("".join(parts).rstrip())
        if parted:
            out.append("")
    return "\n".join(out)


def laid_out_plan(*, centred: bool, parted: bool) -> bytes:
    head = "\n".join(f"{left:<40}{right}" for left, right in zip(*HEAD, strict=True))
    body = "\n".join(line for text in LETTER for line in wrapped(text))
    foot = f"{FOOT[0][0]:<44}{FOOT[1][0]}\n{FOOT[0][1]:<44}{FOOT[1][1]}\n{FOOT[0][3]}\n\n{'':<44}{FOOT[1][2]}"
    table = laid_out([HEADINGS, *ROWS], (5, 26, 20, 22, 18, 14), centred=centred, parted=parted)
    title = "PHỤ LỤC\nPHÂN CÔNG NHIỆM VỤ CHUYỂN ĐỔI SỐ NĂM 2026"
    return f"{head}\n\n{body}\n\n{foot}\n\f{title}\n\n{table}\n".encode()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "Word": ("a.docx", lambda: plan(task_table)),
    "PDF with rules": ("a.pdf", printed_plan),
    "PDF with rules, two rows a page": ("a.pdf", lambda: printed_plan(per_page=2)),
    "PDF without rules": ("a.pdf", lambda: printed_plan(ruled=False)),
    "text, cells at the top": ("a.txt", lambda: laid_out_plan(centred=False, parted=False)),
    "text, cells in the middle": ("a.txt", lambda: laid_out_plan(centred=True, parted=False)),
    "text, rows set apart": ("a.txt", lambda: laid_out_plan(centred=True, parted=True)),
}


@pytest.mark.parametrize("kind", FILES)
def test_an_annex_table_reads_alike_in_every_kind_of_file(kind: str) -> None:
    name, build = FILES[kind]
    proposal = read(build(), name)
    assert facts(annex_of(proposal).items) == list(READ)
    assert annex_of(proposal).text.startswith("PHÂN CÔNG NHIỆM VỤ")
    row = at(proposal, "Phụ lục.I.1")
    assert row.text == ROWS[1][1]
    assert units(row, "coordinate") == ["Sở Tài chính", "UBND các xã, phường"]
    assert proposal.header.issuing_body is not None
    assert [phrase.text for phrase in proposal.recipients][-1] == "Lưu: VT"
    assert proposal.signer is not None
    assert proposal.signer.name == "Trần Văn Mẫu"
    assert not {f.code for f in proposal.findings} & {"annex-not-read", "table-in-body"}


def test_a_workbook_alone_is_a_document_whose_head_is_missing() -> None:
    proposal = read(workbook([["PHÂN CÔNG NHIỆM VỤ NĂM 2026"], HEADINGS, *ROWS]), "danh-muc.xlsx")
    assert facts(proposal.items) == list(READ)
    assert {"number-missing", "date-missing", "issuer-missing"} <= {f.code for f in proposal.findings}


def test_days_and_numbers_of_a_workbook_are_what_the_office_sees() -> None:
    rows = [HEADINGS, [1, "Báo cáo kết quả", "Sở Nội vụ", None, date(2026, 5, 30), None]]
    (item,) = read(workbook(rows), "a.xlsx").walk()
    assert (item.path, item.deadline.fact("iso"), item.deadline.text) == ("1", "2026-05-30", "30/05/2026")


def test_headings_may_stand_one_above_the_other() -> None:
    rows = [
        ["TT", "Nội dung công việc", "Phân công thực hiện", None, "Tiến độ"],
        [None, None, "Chủ trì", "Phối hợp", None],
        ["1", "Rà soát quy hoạch", "Sở Y tế", "Sở Nội vụ", "30/6/2026"],
    ]
    (item,) = read(workbook(rows, merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2"]), "a.xlsx").walk()
    assert (units(item, "lead"), units(item, "coordinate")) == (["Sở Y tế"], ["Sở Nội vụ"])


@pytest.mark.parametrize(
    ("headings", "column", "role"),
    [
        (("STT", "Nội dung", "Đơn vị thực hiện", "Thời gian"), 2, "lead"),
        (("TT", "Công việc", "Cơ quan, đơn vị chủ trì", "Thời hạn"), 2, "lead"),
        (("Số TT", "Nhiệm vụ, giải pháp", "Cơ quan chịu trách nhiệm", "Tiến độ"), 2, "lead"),
        (("TT", "Nội dung nhiệm vụ", "Đơn vị phối hợp", "Thời gian hoàn thành"), 2, "coordinate"),
        (("TT", "Nhiệm vụ", "Cơ quan theo dõi, đôn đốc", "Hạn hoàn thành"), 2, "report_to"),
        (("TT", "Nhiệm vụ cụ thể", "Theo dõi, kiểm tra, đôn đốc", "Thời hạn hoàn thành"), 2, "report_to"),
    ],
)
def test_columns_go_by_many_names(headings: tuple[str, ...], column: int, role: str) -> None:
    row = ["1", "Rà soát quy hoạch", "Sở Y tế", "30/6/2026"]
    (item,) = read(workbook([headings, row]), "a.xlsx").walk()
    assert units(item, role) == [row[column]]
    assert item.deadline.fact("iso") == "2026-06-30"


@pytest.mark.parametrize(
    ("cell", "kind", "day"),
    [
        ("30/6/2026", "date", "2026-06-30"),
        ("Trước 30/6/2026", "date", "2026-06-30"),
        ("Tháng 6/2026", "period", "2026-06-30"),
        ("Quý III năm 2026", "period", "2026-09-30"),
        ("Năm 2026", "period", "2026-12-31"),
        ("2026", "period", "2026-12-31"),
        ("Thường xuyên", "ongoing", None),
        ("Hằng quý", "recurring", None),
        ("15 ngày làm việc kể từ ngày ký", "relative_working_days", None),
    ],
)
def test_a_column_of_days_needs_no_preposition(cell: str, kind: str, day: str | None) -> None:
    proposal = read(workbook([HEADINGS, ["1", "Rà soát", "Sở Y tế", "", cell, ""]]), "a.xlsx")
    (item,) = proposal.walk()
    assert (item.deadline.kind, item.deadline.fact("iso") or item.deadline.fact("end")) == (kind, day)
    assert item.deadline.span is not None
    assert proposal.text[item.deadline.span.start : item.deadline.span.end] == item.deadline.text


def test_a_day_that_is_not_understood_is_told() -> None:
    proposal = read(workbook([HEADINGS, ["7", "Rà soát", "Sở Y tế", "", "Sau bão", ""]]), "a.xlsx")
    (finding,) = (f for f in proposal.findings if f.code == "deadline-uncertain")
    assert finding.where == "7"
    assert "Sau bão" in finding.message


def test_a_merged_cell_holds_for_every_row_that_it_covers() -> None:
    rows = [["1", "Rà soát", "Sở Y tế", "", "30/6/2026", ""], ["2", "Báo cáo", "", "", "", ""]]

    def annex(document: Any) -> None:
        table = task_table(document, rows)
        for column in (2, 4):
            table.cell(1, column).merge(table.cell(2, column))

    second = at(read(plan(annex), "a.docx"), "Phụ lục.2")
    assert units(second, "lead") == ["Sở Y tế"]
    assert second.deadline.fact("iso") == "2026-06-30"


def test_rules_left_out_between_cells_of_a_pdf_merge_them() -> None:
    page = Page(LANDSCAPE).text(300, 560, "PHỤ LỤC")
    rows = [HEADINGS, ["1", "Rà soát", "Sở Y tế", "", "30/6/2026", ""], ["2", "Báo cáo", "", "", "", ""]]
    page.table(30, 540, WIDTHS, rows, merged=[(1, 2, 2), (1, 4, 2)])
    first, second = annex_of(read(document([page]), "a.pdf")).items
    assert units(first, "lead") == units(second, "lead") == ["Sở Y tế"]
    assert second.deadline.fact("iso") == "2026-06-30"


def test_the_same_as_above_is_the_unit_above() -> None:
    rows = [HEADINGS, ["1", "Rà soát", "Sở Y tế", "", "", ""], ["2", "Báo cáo", "Như trên", "", "", ""]]
    first, second = read(workbook(rows), "a.xlsx").walk()
    assert units(first, "lead") == units(second, "lead") == ["Sở Y tế"]


def test_a_row_broken_over_two_pages_is_one_row() -> None:
    first, second = Page(LANDSCAPE), Page(LANDSCAPE)
    first.text(300, 560, "PHỤ LỤC")
    whole = ["1", "Rà soát, bổ sung quy hoạch sử dụng đất của", "Sở Y tế", "", "30/6/2026", ""]
    first.table(30, 540, WIDTHS, [HEADINGS, whole])
    rest = ["", "các xã, phường trên địa bàn tỉnh", "", "", "", ""]
    second.table(30, 560, WIDTHS, [HEADINGS, rest, ["2", "Báo cáo", "Sở Nội vụ", "", "", ""]])
    proposal = read(document([first.text(420, 20, "1"), second.text(420, 20, "2")]), "a.pdf")
    assert [(i.path, i.text) for i in annex_of(proposal).items] == [
        ("Phụ lục.1", "Rà soát, bổ sung quy hoạch sử dụng đất của các xã, phường trên địa bàn tỉnh"),
        ("Phụ lục.2", "Báo cáo"),
    ]


def test_a_row_with_units_only_adds_them_to_the_row_above() -> None:
    rows = [HEADINGS, ["1", "Rà soát", "Sở Y tế", "", "", ""], ["", "", "Sở Nội vụ", "", "", ""]]
    (item,) = read(workbook(rows), "a.xlsx").walk()
    assert units(item, "lead") == ["Sở Y tế", "Sở Nội vụ"]


def test_numbers_below_numbers_stand_under_them() -> None:
    rows = [
        HEADINGS,
        ["A", "THỂ CHẾ", "", "", "", ""],
        ["1", "Nhóm nhiệm vụ về quy hoạch", "", "", "", ""],
        ["1.1", "Rà soát", "Sở Y tế", "", "", ""],
        ["1.2", "Báo cáo", "Sở Nội vụ", "", "", ""],
        ["a", "Tổng hợp", "", "", "", ""],
    ]
    proposal = read(workbook(rows), "a.xlsx")
    assert [(i.path, i.tracked) for i in proposal.walk()] == [
        ("A", False), ("A.1", False), ("A.1.1.1", True), ("A.1.1.2", False), ("A.1.1.2.a", True),
    ]  # fmt: skip


def test_a_unit_that_the_grammar_does_not_know_is_still_the_unit_of_its_column() -> None:
    rows = [HEADINGS, ["1", "Rà soát", "Tổ giúp việc 57\nVP. HĐND-UBND", "", "", ""]]
    (item,) = read(workbook(rows), "a.xlsx").walk()
    assert units(item, "lead")[0] == "Tổ giúp việc 57"


def test_a_table_in_the_body_stands_under_the_item_that_introduces_it() -> None:
    from docx import Document

    from .offices import saved

    document = Document()
    for text in ("1. Yêu cầu chung", "Các đơn vị nghiêm túc thực hiện.", "2. Nhiệm vụ cụ thể:"):
        document.add_paragraph(text)
    task_table(document, [["1", "Rà soát", "Sở Y tế", "", "", ""]])
    document.add_paragraph("3. Giao Sở Nội vụ tổng hợp.")
    proposal = read(saved(document), "a.docx")
    assert [(i.path, i.tracked) for i in proposal.walk()][-3:] == [("2", False), ("2.1", True), ("3", True)]


@pytest.mark.parametrize(
    "headings",
    [
        ("TT", "Nội dung", "Đơn vị tính", "Số lượng", "Đơn giá", "Thành tiền"),
        ("TT", "Họ và tên", "Chức vụ", "Nơi công tác", "Điện thoại", "Ghi chú"),
        ("TT", "Tên xã", "Diện tích", "Dân số", "Số thôn", "Ghi chú"),
    ],
)
def test_a_table_of_anything_else_gives_no_tasks(headings: tuple[str, ...]) -> None:
    proposal = read(plan(lambda d: task_table(d, ROWS, headings)), "a.docx")
    assert all(item.label != "Phụ lục" for item in proposal.items)
    assert "annex-not-read" in {f.code for f in proposal.findings}


def test_the_programme_of_a_meeting_gives_no_tasks() -> None:
    rows = [
        ["1", "Đón tiếp đại biểu", "Văn phòng", "", "7h30 - 8h00", ""],
        ["2", "Khai mạc", "", "", "8h00", ""],
    ]
    proposal = read(plan(lambda d: task_table(d, rows)), "a.docx")
    assert all(item.label != "Phụ lục" for item in proposal.items)


def test_a_report_tells_what_was_done_in_the_same_columns() -> None:
    report = ("BÁO CÁO", *LETTER[1:])
    proposal = read(plan(task_table, report), "a.docx")
    assert all(item.label != "Phụ lục" for item in proposal.items)


def test_two_annexes_keep_their_numbers_apart() -> None:
    def annex(document: Any) -> None:
        task_table(document, [["1", "Rà soát", "Sở Y tế", "", "", ""]])
        document.add_paragraph("PHỤ LỤC II")
        document.add_paragraph("NHIỆM VỤ THƯỜNG XUYÊN")
        task_table(document, [["1", "Kiểm tra", "Sở Nội vụ", "", "", ""]])

    paths = [item.path for item in read(plan(annex), "a.docx").walk()]
    assert paths[-4:] == ["Phụ lục", "Phụ lục.1", "Phụ lục II", "Phụ lục II.1"]


def test_a_gap_in_the_text_of_a_cell_is_no_new_row() -> None:
    def annex(document: Any) -> None:
        table = task_table(document, [["1", "Rà soát:", "Sở Y tế", "", "", ""]])
        table.cell(1, 1).add_paragraph("- Quy hoạch;")
        table.cell(1, 1).add_paragraph("- Kế hoạch.")

    item = at(read(plan(annex), "a.docx"), "Phụ lục.1")
    assert item.text == "Rà soát:\n- Quy hoạch;\n- Kế hoạch."


def test_rules_drawn_as_thin_boxes_are_rules() -> None:
    page = Page(LANDSCAPE, filled=True).text(300, 560, "PHỤ LỤC")
    page.table(30, 540, WIDTHS, [HEADINGS, *ROWS])
    page.rules = [(x0, min(y0, y1), x1, max(y0, y1)) for x0, y0, x1, y1 in page.rules]
    assert facts(annex_of(read(document([page]), "a.pdf")).items) == list(READ)


TEXT_WIDTHS = (5, 26, 20, 22, 18, 14)


def text_of(*pages: str) -> bytes:
    return ("PHỤ LỤC\nPHÂN CÔNG NHIỆM VỤ\n\n" + "\n\f".join(pages)).encode()


def test_a_page_of_text_may_be_set_further_left_and_need_not_repeat_the_heading() -> None:
    first = laid_out([HEADINGS, *ROWS[:3]], TEXT_WIDTHS, centred=True, parted=False)
    second = laid_out(ROWS[3:], (3, 24, 20, 22, 18, 14), centred=True, parted=False)
    assert facts(annex_of(read(text_of(first, second), "a.txt")).items) == list(READ)


def test_a_cell_that_fills_its_column_leaves_one_space_to_the_next() -> None:
    rows = [
        ("1", "Rà soát quy hoạch của xã", "Sở Y tế", "Sở Nội vụ", "Quý II/2026", ""),
        ("2", "Rà soát quy hoạch của các", "Sở Nội vụ", "Sở Y tế", "Quý III/2026", ""),
    ]
    text = laid_out([HEADINGS, *rows], (5, 26, 20, 22, 18, 14), centred=False, parted=False)
    found = facts(annex_of(read(text_of(text), "a.txt")).items)
    assert [leads for _, leads, _ in found] == [("Sở Y tế",), ("Sở Nội vụ",)]


def test_what_follows_a_table_of_text_is_no_part_of_it() -> None:
    table = laid_out([HEADINGS, *ROWS], TEXT_WIDTHS, centred=False, parted=False)
    note = "\n\nGhi chú: Các cơ quan, đơn vị báo cáo kết quả về Sở Khoa học và Công nghệ để tổng hợp chung./."
    assert facts(annex_of(read(text_of(table + note), "a.txt")).items) == list(READ)


def test_one_deadline_ends_where_the_next_begins() -> None:
    rows = [
        ("1", "Số hóa hồ sơ", "Sở Y tế", "", "Trước ngày 30/6/2026", ""),
        ("", "Báo cáo", "Sở Nội vụ", "", "Quý III/2026", ""),
    ]
    text = laid_out([HEADINGS, *rows], (5, 26, 20, 22, 14, 14), centred=True, parted=False)
    assert facts(annex_of(read(text_of(text), "a.txt")).items) == [
        ("1", ("Sở Y tế",), ("date", "2026-06-30")),
        ("1b", ("Sở Nội vụ",), ("period", "2026-09-30")),
    ]
