"""What Word and PDF files hold besides plain paragraphs."""

import pytest

from service.intake import read

from .documents import CORPUS, WORD, docx, pdf

NUMBERING = f"""<w:numbering xmlns:w="{WORD}">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>
</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def listed(text: str, level: int) -> str:
    number = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
    return f"<w:p>{number}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_numbers_that_word_counts_are_labels() -> None:
    body = "".join(
        [
            listed("Sở Y tế chịu trách nhiệm:", 0),
            listed("Rà soát.", 1),
            listed("Kiểm tra.", 1),
            listed("Báo cáo.", 2),
            listed("Sở Nội vụ tổng hợp.", 0),
        ]
    )
    proposal = read(docx(body=body, parts={"word/numbering.xml": NUMBERING}), "plan.docx")
    assert [item.path for item in proposal.walk()] == ["1", "1.a", "1.b", "1.b.-", "2"]


def test_deleted_text_is_not_read_and_inserted_text_is() -> None:
    body = (
        "<w:p><w:r><w:t>1. Giao </w:t></w:r><w:del><w:r><w:delText>Sở Y tế</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Sở Nội vụ</w:t></w:r></w:ins><w:r><w:t> rà soát.</w:t></w:r></w:p>"
    )
    (item,) = read(docx(body=body), "plan.docx").walk()
    assert item.text == "Giao Sở Nội vụ rà soát."


def test_text_in_content_controls_is_read_once() -> None:
    paragraph = "<w:p><w:r><w:t>1. Giao Sở Y tế rà soát.</w:t></w:r></w:p>"
    body = f"<w:sdt><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"
    assert read(docx(body=body), "plan.docx").text == "1. Giao Sở Y tế rà soát."


def test_a_table_in_the_body_is_said_to_need_a_look() -> None:
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("1", "Rà soát", "Sở Y tế"))
    body = f"<w:p><w:r><w:t>Giao việc:</w:t></w:r></w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    assert "table-in-body" in {f.code for f in read(docx(body=body), "plan.docx").findings}


def test_a_word_file_may_have_no_extension_or_an_unknown_one() -> None:
    data = docx(["1. Giao Sở Y tế rà soát."])
    assert read(data, "thư tháng 4.2024").text == read(data, "").text


def test_twenty_pages_of_word_are_read_to_their_last_item() -> None:
    sentence = (
        "Giao Sở Y tế chủ trì, phối hợp với UBND các xã rà soát, báo cáo UBND tỉnh trước ngày 20/5/2025. "
    )
    data = docx([f"{n}. {sentence * 3}" for n in range(1, 161)])
    assert [each.label for each in read(data, "plan.docx").items] == [str(n) for n in range(1, 161)]


def test_a_pdf_is_read_line_by_line_from_top_to_bottom() -> None:
    assert (
        read(pdf(["So: 12", "Thank you for the letter."]), "letter.pdf").text
        == "So: 12\nThank you for the letter."
    )


@pytest.mark.skipif(not CORPUS.exists(), reason="no labelled documents here")
@pytest.mark.parametrize("name", ["cv507-quang-ngai", "cv5816-bo-noi-vu", "tb565-quang-ngai"])
def test_a_published_pdf_reads_like_its_text(name: str) -> None:
    printed = read((CORPUS / f"{name}.pdf").read_bytes(), f"{name}.pdf").to_json()
    plain = read((CORPUS / f"{name}.txt").read_bytes(), f"{name}.txt").to_json()
    for field in ("number", "symbol", "issued_on", "subject", "addressees", "recipients"):
        assert printed[field] == plain[field]
    assert [item["path"] for item in printed["items"]] == [item["path"] for item in plain["items"]]
