"""Sound files of every kind that is read, to be damaged."""

from collections.abc import Sequence
from typing import Any

from tests.intake.documents import SEED, docx
from tests.intake.messages import message, zipped
from tests.intake.offices import HEADINGS, LETTER, ROWS, plan, task_table, workbook
from tests.intake.pdfs import LANDSCAPE, Page, document
from tests.intake.test_documents import DECISION, DISPATCH
from tests.intake.test_docx import level, listed, numbering
from tests.intake.test_helpers import DOC
from tests.intake.test_tables import laid_out_plan, printed_plan

Seed = tuple[str, bytes]
"""A file's name and its bytes."""


def seeds() -> list[Seed]:
    """Every seed, in an order that does not change."""
    table = plan(task_table)
    lists = numbering(level(0, "%1.") + level(1, "%2)", "lowerLetter"))
    body = listed("Sở Y tế rà soát;") + listed("báo cáo;", 1) + listed("Sở Nội vụ tổng hợp.")
    return [
        ("letter.md", SEED.encode()),
        ("letter.txt", SEED.replace("*", "").encode("utf-16")),
        ("decision.txt", DECISION.encode()),
        ("dispatch.txt", DISPATCH.encode()),
        ("plan.txt", laid_out_plan(centred=True, parted=False)),
        ("plan.docx", table),
        ("merged.docx", plan(_merged)),
        ("lists.docx", docx(body=body, parts={"word/numbering.xml": lists})),
        ("plan.pdf", printed_plan()),
        ("pages.pdf", printed_plan(per_page=2)),
        ("bare.pdf", printed_plan(ruled=False)),
        ("turned.pdf", _turned()),
        ("list.xlsx", workbook([["DANH MỤC NHIỆM VỤ"], HEADINGS, *ROWS], merged=["A1:F1"])),
        ("message.edxml", message({"plan.docx": table})),
        ("message.xml", message({"letter.txt": SEED.encode(), "list.xlsx": workbook([HEADINGS, *ROWS])})),
        (
            "message.zip",
            zipped({"m.edxml": message({"a.txt": SEED.encode()}, inside=False), "a.txt": SEED.encode()}),
        ),
        ("letter.doc", DOC),
    ]


def _merged(document: Any) -> None:
    table = task_table(document)
    table.cell(2, 2).merge(table.cell(3, 2))
    table.cell(1, 1).merge(table.cell(1, 5))


def _turned() -> bytes:
    page = Page(LANDSCAPE, turned=90).stamp(50, 400, "So: 12/UBND")
    page.lines(60, 560, LETTER)
    return document([page])


PIECES: Sequence[str] = (
    "Điều 1.", "a) ", "I. ", "1.1. ", "- ", "(1) ", "Số: 12/QĐ-UBND", "Kính gửi:", "Nơi nhận:",
    "KT. CHỦ TỊCH",
    "PHỤ LỤC", "V/v", "TT   Nhiệm vụ     Chủ trì    Phối hợp    Thời gian", "trước ngày 31/12/2026",
    "ngày 31/2/2024", "định kỳ hằng tháng", "quý IV", "trong 0 ngày làm việc", "từ ngày 1/1 đến ngày 2/2",
    "phối hợp với", "Giao các Sở: Y tế, Nội vụ", "UBND các xã A, B", "\f", "\t", "   ", "12", "|", "\u200b",
    "\u0301", "Ð", "\uf0b7", "99999999999999999999", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ngày tháng năm",
    "MẬT", "\U0001f600",
)  # fmt: skip
