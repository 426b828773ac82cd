"""What Word files hold besides plain paragraphs: numbers, columns, boxes, changes, fields."""

from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from service.intake import SecretDocument, read

from .documents import WORD, docx
from .offices import HEAD, LETTER, letterhead, plan, saved

BOX = "<w:p><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def listed(text: str, level: int = 0, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(depth: int, form: str, style: str = "decimal", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{form}"/></w:lvl>'
    )


def numbering(levels: str, numbers: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    lists = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{WORD}">{lists}{numbers}</w:numbering>'


def texts(body: str, **parts: str) -> list[str]:
    named = {f"word/{name}.xml": text for name, text in parts.items()}
    return read(docx(body=body, parts=named), "a.docx").text.split("\n")


def test_a_number_may_carry_the_numbers_above_it() -> None:
    levels = level(0, "%1.", "upperRoman") + level(1, "%1.%2.", more="<w:isLgl/>") + level(2, "%1.%2.%3.")
    body = (
        listed("Chung") + listed("Rà soát", 1) + listed("Báo cáo", 1) + listed("Riêng") + listed("Rà soát", 1)
    )
    assert texts(body, numbering=numbering(levels)) == [
        "I. Chung", "1.1. Rà soát", "1.2. Báo cáo", "II. Riêng", "2.1. Rà soát",
    ]  # fmt: skip


def test_articles_and_chapters_are_numbers_of_lists_too() -> None:
    levels = level(0, "Điều %1.") + level(1, "%2.") + level(2, "%3)", "lowerLetter")
    body = listed("Phê duyệt") + listed("Sở Y tế", 1) + listed("rà soát;", 2) + listed("Hiệu lực")
    assert texts(body, numbering=numbering(levels)) == [
        "Điều 1. Phê duyệt", "1. Sở Y tế", "a) rà soát;", "Điều 2. Hiệu lực",
    ]  # fmt: skip


def test_a_letter_typed_by_hand_stands_between_those_that_word_counts() -> None:
    levels = level(0, "%1)", "lowerLetter")
    body = "".join(listed(f"việc {n};") for n in range(4)) + paragraph("đ) việc 4;") + listed("việc 5.")
    assert [t[:2] for t in texts(body, numbering=numbering(levels))] == ["a)", "b)", "c)", "d)", "đ)", "e)"]


def test_a_list_that_starts_over_counts_from_its_own_start() -> None:
    numbers = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = listed("a") + listed("b") + listed("c", number=2) + listed("d", number=3)
    assert [t[:1] for t in texts(body, numbering=numbering(level(0, "%1."), numbers))] == ["1", "2", "1", "2"]


def test_a_list_may_replace_a_level_of_its_kind() -> None:
    numbers = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        f"{level(0, '(%1)', 'lowerRoman')}</w:lvlOverride></w:num>"
    )
    assert texts(listed("Rà soát"), numbering=numbering(level(0, "%1."), numbers)) == ["(i) Rà soát"]


def test_a_level_may_go_on_counting_across_the_levels_above() -> None:
    levels = level(0, "%1.", "upperRoman") + level(1, "%2.", more='<w:lvlRestart w:val="0"/>')
    body = listed("A") + listed("a", 1) + listed("B") + listed("b", 1)
    assert [t[:2] for t in texts(body, numbering=numbering(levels))] == ["I.", "1.", "II", "2."]


def test_a_style_may_carry_the_list_also_through_the_style_it_is_based_on() -> None:
    styles = (
        f'<w:styles xmlns:w="{WORD}">'
        '<w:style w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="MucCon"><w:basedOn w:val="Muc"/></w:style>'
        '<w:style w:styleId="Diem"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        "</w:styles>"
    )
    levels = level(0, "%1.") + level(1, "%2)", "lowerLetter", '<w:pStyle w:val="Diem"/>')
    body = "".join(
        paragraph(text, f'<w:pStyle w:val="{style}"/>')
        for text, style in (("Rà soát", "Muc"), ("quy hoạch", "Diem"), ("Báo cáo", "MucCon"))
    )
    found = texts(body, numbering=numbering(levels), styles=styles)
    assert found == ["1. Rà soát", "a) quy hoạch", "2. Báo cáo"]


def test_a_list_that_names_a_numbering_style_is_the_list_of_that_style() -> None:
    lists = (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="DS"/>'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:styleLink w:val="DS"/>{level(0, "%1/")}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{WORD}"><w:style w:styleId="DS"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr>'
        "</w:pPr></w:style></w:styles>"
    )
    assert texts(listed("Rà soát"), numbering=lists, styles=styles) == ["1/ Rà soát"]


def test_an_empty_cell_of_a_numbered_column_shows_its_number() -> None:
    def annex(document: Any) -> None:
        from .offices import HEADINGS, task_table

        table = task_table(document, [["", "Rà soát", "Sở Y tế", "", "", ""]] * 2, HEADINGS)
        for row in table.rows[1:]:
            row.cells[0].paragraphs[0].style = "List Number"

    paths = [item.path for item in read(plan(annex), "a.docx").walk()]
    assert paths[-2:] == ["Phụ lục.1", "Phụ lục.2"]


@pytest.mark.parametrize("gap", ["\t", "\t\t\t"])
def test_two_columns_parted_by_tabs_are_two_columns(gap: str) -> None:
    document = Document()
    for left, right in zip(*HEAD, strict=True):
        document.add_paragraph(f"{left}{gap}{right}")
    for text in LETTER:
        document.add_paragraph(text)
    header = read(saved(document), "a.docx").header
    assert header.issuing_body is not None
    assert header.issuing_body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert (header.number and header.number.text, header.issued_on) == ("123", "2026-01-05")


def test_a_letterhead_in_two_text_boxes_is_the_letterhead() -> None:
    boxes = "".join(BOX.format("".join(map(paragraph, column))) for column in HEAD)
    header = read(docx(body=boxes + "".join(map(paragraph, LETTER))), "a.docx").header
    assert header.issuing_body is not None
    assert header.issuing_body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert header.doc_type == "Kế hoạch"


def test_a_letterhead_in_frames_is_the_letterhead() -> None:
    frame = '<w:framePr w:w="4000" w:hSpace="180"/>'
    body = "".join(paragraph(text, frame) for column in HEAD for text in column)
    header = read(docx(body=body + "".join(map(paragraph, LETTER))), "a.docx").header
    assert (header.number and header.number.text, header.issued_on) == ("123", "2026-01-05")


def test_a_letterhead_in_the_page_header_is_the_letterhead() -> None:
    document = Document()
    header = document.sections[0].header
    for left, right in zip(*HEAD, strict=True):
        header.add_paragraph(f"{left}\t{right}")
    for text in LETTER:
        document.add_paragraph(text)
    found = read(saved(document), "a.docx").header
    assert (found.number and found.number.text, found.issued_on) == ("123", "2026-01-05")


@pytest.mark.parametrize("part", ["header", "footer"])
def test_page_headers_and_footers_are_no_text_but_their_stamps_count(part: str) -> None:
    document = Document()
    getattr(document.sections[0], part).paragraphs[0].text = "Trang 1"
    document.add_paragraph("1. Giao Sở Y tế rà soát.")
    assert read(saved(document), "a.docx").text == "1. Giao Sở Y tế rà soát."
    getattr(document.sections[0], part).paragraphs[0].text = "MẬT"
    with pytest.raises(SecretDocument):
        read(saved(document), "a.docx")


def test_a_stamp_in_a_box_over_the_letterhead_is_no_body() -> None:
    box = BOX.format(paragraph("HỎA TỐC"))
    document = Document()
    letterhead(document, HEAD)
    header = read(docx(body=box + "".join(map(paragraph, [*HEAD[0], *HEAD[1], *LETTER]))), "a.docx").header
    assert header.urgency is not None
    assert header.urgency.text == "Hỏa tốc"
    assert header.issuing_body is not None
    assert header.issuing_body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"


def test_capitals_that_word_only_draws_are_capitals() -> None:
    left = "".join(f"<w:p>{run(text, '<w:caps/>')}</w:p>" for text in ("Ủy ban nhân dân", "Tỉnh Quảng Ngãi"))
    rest = "".join(map(paragraph, ["Số: 123/KH-UBND", *HEAD[1], *LETTER]))
    header = read(docx(body=left + rest), "a.docx").header
    assert header.issuing_body is not None
    assert header.issuing_body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"


def test_hidden_text_and_prompts_of_empty_controls_are_not_shown() -> None:
    hidden = run("bí danh ", "<w:vanish/>")
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + run("Bấm để nhập")
        + "</w:sdtContent></w:sdt>"
    )
    assert texts(f"<w:p>{run('1. Giao ')}{hidden}{run('Sở Y tế')}{control}{run(' rà soát.')}</w:p>") == [
        "1. Giao Sở Y tế rà soát."
    ]


def test_links_and_fields_show_what_they_stand_for() -> None:
    link = f"<w:hyperlink>{run('Công văn số 12/UBND-VP')}</w:hyperlink>"
    field = "<w:r><w:fldChar/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>" + run(" ngày 5/1/2026")
    simple = f'<w:fldSimple w:instr="PAGE">{run(" của UBND tỉnh")}</w:fldSimple>'
    assert texts(f"<w:p>{link}{field}{simple}</w:p>") == [
        "Công văn số 12/UBND-VP ngày 5/1/2026 của UBND tỉnh"
    ]


def test_footnotes_and_comments_are_not_read() -> None:
    notes = f'<w:footnotes xmlns:w="{WORD}"><w:footnote>{paragraph("Xem thêm")}</w:footnote></w:footnotes>'
    body = f'<w:p>{run("1. Giao Sở Y tế rà soát")}<w:r><w:footnoteReference w:id="1"/></w:r>{run(".")}</w:p>'
    assert texts(body, footnotes=notes, comments=notes) == ["1. Giao Sở Y tế rà soát."]


def test_moved_text_is_read_where_it_went() -> None:
    moved = f"<w:p><w:moveFrom>{run('2. Báo cáo.')}</w:moveFrom></w:p>"
    target = f"<w:p><w:moveTo>{run('2. Báo cáo.')}</w:moveTo></w:p>"
    assert texts(moved + paragraph("1. Rà soát.") + target) == ["1. Rà soát.", "2. Báo cáo."]


def test_a_deleted_end_of_a_paragraph_joins_it_to_the_next() -> None:
    body = paragraph("1. Giao Sở Y tế ", "<w:rPr><w:del/></w:rPr>") + paragraph("rà soát.")
    assert texts(body) == ["1. Giao Sở Y tế rà soát."]


def test_a_soft_break_inside_a_sentence_is_no_end_of_it() -> None:
    soft = "<w:r><w:br/></w:r>"
    body = soft.join([run("1. Giao Sở Y tế"), run("rà soát;"), run("- báo cáo.")])
    assert texts(f"<w:p>{body}</w:p>") == ["1. Giao Sở Y tế rà soát;", "- báo cáo."]


def test_marks_of_picture_fonts_are_the_marks_they_draw() -> None:
    mark = '<w:r><w:sym w:font="Wingdings" w:char="F0D8"/></w:r>'
    assert texts(f"<w:p>{mark}{run(' Giao Sở Y tế rà soát.')}</w:p>") == ["➢ Giao Sở Y tế rà soát."]


def test_columns_that_a_cell_spans_are_counted() -> None:
    def annex(document: Any) -> None:
        from .offices import HEADINGS, task_table

        table = task_table(
            document, [["A", "QUY HOẠCH", "", "", "", ""], ["1", "Rà soát", "Sở Y tế", "", "", ""]]
        )
        row = table.rows[1]
        row.cells[1].merge(row.cells[len(HEADINGS) - 1])
        for text in row.cells[1].paragraphs[1:]:
            text._p.getparent().remove(text._p)

    items = list(read(plan(annex), "a.docx").walk())
    assert [(item.path, item.task) for item in items][-2:] == [("Phụ lục.A", True), ("Phụ lục.A.1", True)]
    assert [a.unit for a in items[-1].assigned] == ["Sở Y tế"]


def test_a_row_may_begin_some_columns_further_right() -> None:
    def annex(document: Any) -> None:
        from .offices import task_table

        table = task_table(
            document, [["1", "Rà soát", "Sở Y tế", "", "", ""], ["", "Báo cáo", "Sở Nội vụ", "", "", ""]]
        )
        row = table.rows[2]._tr
        row.remove(row.tc_lst[0])
        before = OxmlElement("w:gridBefore")
        before.set(qn("w:val"), "1")
        row.get_or_add_trPr().append(before)

    items = list(read(plan(annex), "a.docx").walk())
    assert [(item.path, [a.unit for a in item.assigned]) for item in items][-1] == (
        "Phụ lục.1b",
        ["Sở Nội vụ"],
    )
