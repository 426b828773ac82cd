"""A message of the document exchange: its header wins, its files are read, its dangers are refused."""

import pytest

from service.intake import (
    DocumentTooLarge,
    IntakeRefused,
    Proposal,
    SecretDocument,
    UnreadableDocument,
    UnsupportedDocument,
    read,
    read_safely,
)

from .messages import DOCUMENT_ID, HEADER, message, zipped
from .offices import HEADINGS, LETTER, ROWS, plan, task_table, workbook
from .test_tables import annex_of, facts, printed_plan

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
SECRET = plan(paragraphs=("MẬT", *LETTER))


def codes(proposal: Proposal) -> set[str]:
    return {finding.code for finding in proposal.findings}


@pytest.mark.parametrize("packed", [True, False])
def test_the_header_wins_over_the_text_and_the_difference_is_told(packed: bool) -> None:
    proposal = read(message({"kh.docx": plan()}, number="124", packed=packed), "goi.edxml")
    head = proposal.header
    assert (head.number and head.number.text, head.symbol and head.symbol.text) == ("124", "KH-UBND")
    assert head.issued_on == "2026-01-05"
    assert head.urgency is not None
    assert head.urgency.text == "Khẩn"
    (finding,) = (f for f in proposal.findings if f.code == "envelope-differs" and f.where == "number")
    assert "124" in finding.message
    assert "123" in finding.message


def test_names_of_the_same_body_are_no_difference_and_keep_their_place() -> None:
    proposal = read(message({"kh.docx": plan()}), "goi.xml")
    body = proposal.header.issuing_body
    assert body is not None
    assert body.text == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert proposal.text[body.span.start : body.span.end].startswith("ỦY BAN NHÂN DÂN")
    assert proposal.signer is not None
    assert proposal.signer.chain == ("KT. CHỦ TỊCH",)


def test_receivers_are_the_addressees_and_places_the_recipients() -> None:
    proposal = read(message({"kh.docx": plan()}), "goi.edxml")
    assert [a.text for a in proposal.addressees] == ["Sở Nội vụ", "Sở Y tế"]
    assert [r.text for r in proposal.recipients] == ["Các sở, ban, ngành", "Lưu: VT"]


def test_what_it_answers_and_each_receivers_day_are_kept() -> None:
    envelope = read(message({"kh.docx": plan()}), "goi.edxml").to_json()["envelope"]
    assert envelope["document_id"] == DOCUMENT_ID
    assert envelope["to"][0] == {"organ_id": "000.00.01.H48", "name": "Sở Nội vụ", "due_on": "2026-03-31"}
    (answered,) = envelope["response_for"]
    assert (answered["code"], answered["issued_on"]) == ("88/VPCP-KSTT", "2025-12-01")


def test_the_day_of_the_message_is_proposed_where_the_text_sets_none() -> None:
    proposal = read(message({"kh.docx": plan()}), "goi.edxml")
    days = {item.path: item.deadline.fact("iso") for item in proposal.walk() if item.task}
    assert days["II.1"] == "2026-12-20"
    undated = read(
        message({"a.txt": "1. Giao Sở Y tế rà soát.\n2. Giao Sở Nội vụ tổng hợp.".encode()}), "a.xml"
    )
    assert [item.deadline.fact("iso") for item in undated.walk()] == ["2026-12-15", "2026-12-15"]
    assert "due-day-from-envelope" in codes(undated)


def test_an_annex_in_a_file_of_its_own_is_the_annex() -> None:
    annex = workbook([HEADINGS, *ROWS])
    proposal = read(message({"pl.xlsx": annex, "kh.pdf": printed_plan()}), "goi.edxml")
    attached = [item for item in proposal.items if item.label == "Phụ lục"]
    assert len(attached) == 2
    assert [path for path, _, _ in facts(attached[1].items)][:2] == ["Phụ lục#2.I", "Phụ lục#2.I.1"]
    assert attached[1].text == "pl.xlsx"


def test_the_signed_copy_of_the_same_letter_is_read_once() -> None:
    proposal = read(message({"kh.pdf": printed_plan(), "kh.docx": plan(task_table)}), "goi.edxml")
    assert "attachment-repeats" in codes(proposal)
    assert len(annex_of(proposal).items) == 2


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_read() -> None:
    proposal = read(message({"anh.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "kh.docx": plan()}), "goi.edxml")
    (finding,) = (f for f in proposal.findings if f.code == "attachment-not-read")
    assert "anh.png" in finding.message
    assert proposal.header.doc_type == "Kế hoạch"


def test_a_message_without_a_readable_file_still_has_its_header() -> None:
    proposal = read(message({}), "goi.edxml")
    assert proposal.header.number is not None
    assert (proposal.header.number.text, proposal.text) == ("123", "Kế hoạch chuyển đổi số năm 2026")
    assert "no-items" in codes(proposal)


def test_files_may_lie_beside_the_message_in_one_archive() -> None:
    files = {"kh.docx": plan(task_table)}
    packed = zipped({"goi.edxml": message(files, inside=False), **files})
    assert facts(annex_of(read(packed, "goi.zip")).items) == facts(
        annex_of(read(message(files), "a.xml")).items
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (message({"a.docx": plan()}, before=LAUGHS), UnreadableDocument),
        (message({"a.docx": plan()}, before=OUTSIDE), UnreadableDocument),
        (message({"a.docx": plan()})[:-200], UnreadableDocument),
        (message({"a.docx": plan()}, header="<x>" * 300 + "</x>" * 300), DocumentTooLarge),
        (message({"a.docx": SECRET}), SecretDocument),
        (message({"a.docx": plan(), "b.docx": SECRET}), SecretDocument),
        (message({}, header="<edXML:StatusCode>03</edXML:StatusCode>"), UnsupportedDocument),
        (b"<?xml version='1.0'?><edXML/>", UnsupportedDocument),
        (b"<?xml version='1.0'?><rss/>", UnsupportedDocument),
        (
            message({"a.xml": message({"a.docx": plan()})}, header=HEADER.replace("Subject", "Other")),
            IntakeRefused,
        ),
    ],
)
def test_what_a_message_must_not_bring_is_refused(data: bytes, expected: type[IntakeRefused]) -> None:
    with pytest.raises(expected):
        read(data, "goi.edxml")


def test_a_message_is_read_in_the_child_process_too(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "upload"
    data = message({"kh.docx": plan(task_table)})
    path.write_bytes(data)
    assert read_safely(path, "goi.edxml") == read(data, "goi.edxml")


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [("0", None), ("2", "Thượng khẩn"), ("3", "Hỏa tốc"), ("Khẩn", "Khẩn"), ("x", None)],
)
def test_the_priority_is_the_degree_of_urgency(priority: str, urgency: str | None) -> None:
    found = read(message({"kh.docx": plan()}, priority=priority), "goi.edxml").header.urgency
    assert (found and found.text) == urgency
