"""PDF pages as offices publish them: stamps, columns, wraps, turned pages, fonts that tell nothing."""

from itertools import pairwise
from pathlib import Path

import pytest

from service.intake import ScannedDocument, read, read_safely

from .documents import SEED
from .offices import FOOT, HEAD, HEADINGS
from .pdfs import LANDSCAPE, PORTRAIT, Page, document

BODY = (
    "Kính gửi: Các sở, ban, ngành.",
    "1. Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng",
    "hợp, báo cáo UBND tỉnh trước ngày 20/5/2026.",
    "2. Giao Sở Nội vụ theo dõi, đôn đốc việc thực hiện./.",
)


def letter(*, foot_right: tuple[str, ...] = FOOT[1]) -> Page:
    page = Page()
    for x, lines in zip((60, 290), HEAD, strict=True):
        page.lines(x, 760, lines)
    y = page.lines(80, 680, BODY)
    page.lines(60, y - 30, FOOT[0])
    page.lines(340, y - 30, foot_right)
    return page


def test_a_stamp_above_the_letterhead_does_not_hide_the_body_that_issues() -> None:
    page = (
        letter()
        .text(60, 820, "Ký bởi: Ủy ban nhân dân tỉnh")
        .text(60, 806, "Ngày ký: 05-01-2026 08:30:00", size=8)
    )
    header = read(document([page]), "a.pdf").header
    assert header.issuing_body is not None
    assert header.issuing_body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert (header.number and header.number.text, header.issued_on) == ("123", "2026-01-05")


def test_a_number_stamped_on_later_is_read_where_it_is_seen() -> None:
    page = Page().text(60, 760, "Số:      /KH-UBND")
    page.stamp(84, 756, "123")
    assert read(document([page]), "a.pdf").text == "Số: 123 /KH-UBND"


def test_the_recipients_beside_the_signer_stay_apart() -> None:
    proposal = read(document([letter()]), "a.pdf")
    assert [r.text for r in proposal.recipients] == [
        "Chủ tịch UBND tỉnh (b/c)",
        "Các sở, ban, ngành",
        "Lưu: VT",
    ]
    assert proposal.signer is not None
    assert (proposal.signer.on_behalf, proposal.signer.name) == ("KT", "Trần Văn Mẫu")


def test_a_wrapped_line_goes_on_and_page_numbers_are_no_text() -> None:
    first, second = Page().text(290, 30, "1"), Page().text(290, 820, "2")
    opening = ["Kính gửi: Các sở, ban, ngành.", "UBND tỉnh yêu cầu:"]
    first.lines(
        80, 700, [*opening, "1. Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng"]
    )
    second.lines(80, 780, ["hợp, báo cáo UBND tỉnh.", "2. Giao Sở Nội vụ theo dõi."])
    assert [item.text for item in read(document([first, second]), "a.pdf").walk()] == [
        "Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng hợp, báo cáo UBND tỉnh.",
        "Giao Sở Nội vụ theo dõi.",
    ]


def test_an_indent_begins_a_paragraph_even_after_a_full_line() -> None:
    full = "Sở Y tế rà soát, tổng hợp, báo cáo đầy đủ kết quả thực hiện nhiệm vụ được"
    page = Page()
    page.text(100, 700, "1. " + full).text(80, 682, full).text(80, 664, full + ".")
    page.text(100, 646, "2. " + full).text(80, 628, full + ".")
    page.text(100, 610, "3. " + full)
    assert [item.path for item in read(document([page]), "a.pdf").walk()] == ["1", "2", "3"]


def test_a_symbol_broken_at_its_hyphen_is_one_symbol() -> None:
    page = Page()
    page.lines(80, 700, ["1. Thực hiện Công văn số 12/UBND-", "KGVX ngày 05/01/2026, giao Sở Y tế rà soát."])
    (item,) = read(document([page]), "a.pdf").walk()
    assert "12/UBND-KGVX ngày" in item.text


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_reads_alike_however_its_entry_turns_it(turned: int) -> None:
    page = letter()
    page.turned = turned
    assert read(document([page]), "a.pdf").text == read(document([letter()]), "a.pdf").text


def test_a_landscape_annex_set_sideways_on_upright_paper_is_read_from_its_side() -> None:
    rows = [HEADINGS, ["1", "Rà soát quy hoạch", "Sở Y tế", "Sở Nội vụ", "30/6/2026", ""]]
    page = Page(PORTRAIT, sideways=True).text(300, 560, "PHỤ LỤC")
    page.table(30, 540, (40, 260, 130, 140, 120, 90), rows)
    upright = Page(LANDSCAPE).text(300, 560, "PHỤ LỤC")
    upright.table(30, 540, (40, 260, 130, 140, 120, 90), rows)
    assert read(document([page]), "a.pdf").text == read(document([upright]), "a.pdf").text


def test_a_font_that_does_not_tell_its_letters_is_no_text() -> None:
    with pytest.raises(ScannedDocument):
        read(document([letter()], mapped=False), "a.pdf")


def test_text_in_an_old_code_table_is_told_and_not_guessed_at() -> None:
    page = Page()
    page.lines(
        80, 700, ["Céng hßa x· héi chñ nghÜa ViÖt Nam", "1. Giao Së Y tÕ vµ c¸c ®¬n vÞ thùc hiÖn ngµy 5"]
    )
    (finding,) = (f for f in read(document([page]), "a.pdf").findings if f.code == "legacy-encoding")
    assert "TCVN3" in finding.message
    assert finding.severity == "error"


def test_vni_is_told_apart_from_tcvn3() -> None:
    text = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam\n1. Giao Sôû Y teá vaø caùc ñôn vò thöïc hieän ngaøy 5"
    (finding,) = (f for f in read(text.encode(), "a.txt").findings if f.code == "legacy-encoding")
    assert "VNI" in finding.message


def test_the_seed_is_not_taken_for_old_text() -> None:
    assert "legacy-encoding" not in {f.code for f in read(SEED.encode(), "a.md").findings}


def test_a_shade_behind_lines_and_a_frame_around_them_are_no_table() -> None:
    page = letter()
    for top, bottom in pairwise((700.0, 680.0, 660.0, 640.0)):
        page.rules += [
            (70, top, 540, top),
            (70, bottom, 540, bottom),
            (70, bottom, 70, top),
            (540, bottom, 540, top),
        ]
    assert read(document([page]), "a.pdf").text == read(document([letter()]), "a.pdf").text


def test_bullets_of_picture_fonts_are_bullets() -> None:
    page = Page()
    page.lines(80, 700, ["1. Giao Sở Y tế:", "\uf0b7 Rà soát quy hoạch;", "\uf02d Báo cáo kết quả."])
    assert [item.label for item in read(document([page]), "a.pdf").walk()] == ["1", "•", "-"]


def test_fifty_full_pages_are_read_within_the_readers_own_limits(tmp_path: Path) -> None:
    lines = [
        "1. Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng hợp, báo cáo",
        "Ủy ban nhân dân tỉnh trước ngày 20/5/2026; định kỳ hằng quý cập nhật kết quả thực hiện.",
    ]
    pages = []
    for _ in range(50):
        page = Page()
        page.lines(70, 790, lines * 20)
        pages.append(page)
    (tmp_path / "a.pdf").write_bytes(document(pages))
    assert len(read_safely(tmp_path / "a.pdf", "a.pdf").items) == 1000


def test_a_drawing_of_a_million_edges_is_read_within_the_readers_own_limits(tmp_path: Path) -> None:
    page = letter()
    page.rules = [(50 + i % 500, 100 + i % 700, 58 + i % 500, 100 + i % 700) for i in range(100_000)]
    (tmp_path / "a.pdf").write_bytes(document([page]))
    assert read_safely(tmp_path / "a.pdf", "a.pdf").items
