"""`python -m tests.bench.intake [--repeat N]`: how long documents take to read, and how much memory.

Needs no database. Wanted: a DOCX of 20 pages in under 1 s, a PDF with text of 50 pages in under 5 s, each in
the child process that the service reads in.
"""

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from service.intake import read, read_safely
from tests.bench.measure import Samples, alternate, say
from tests.intake.documents import SEED
from tests.intake.messages import message
from tests.intake.offices import FOOT, HEAD, HEADINGS, LETTER, plan, task_table, workbook
from tests.intake.pdfs import LANDSCAPE, Page, document

SENTENCE = (
    "Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng hợp kết quả thực hiện, "
    "báo cáo UBND tỉnh trước ngày 20/5/2026; định kỳ hằng quý cập nhật tiến độ và đề xuất giải pháp. "
)
LINES = (
    "1. Giao Sở Y tế chủ trì, phối hợp với UBND các xã, phường rà soát, tổng hợp,",
    "báo cáo UBND tỉnh trước ngày 20/5/2026; định kỳ hằng quý cập nhật kết quả.",
)
ROW = (
    "1",
    "Rà soát, bổ sung quy hoạch của các xã",
    "Sở Y tế",
    "Sở Tài chính; UBND các xã",
    "30/6/2026",
    "Báo cáo",
)


def docx_20() -> bytes:
    """Twenty pages of numbered items, 60 KB of text."""
    return plan(paragraphs=[*LETTER[:3], *(f"{n}. {SENTENCE * 2}" for n in range(1, 161))])


def docx_table() -> bytes:
    """A plan whose annex is a task table of 200 rows."""
    rows = [(str(n), *ROW[1:]) for n in range(1, 201)]
    return plan(lambda made: task_table(made, rows))


def pdf_50() -> bytes:
    """Fifty pages of text."""
    pages = []
    for number in range(50):
        page = Page()
        if not number:
            for x, lines in zip((60, 290), HEAD, strict=True):
                page.lines(x, 810, lines, step=14)
        page.lines(70, 740, LINES * 20)
        pages.append(page)
    for x, lines in zip((60, 340), FOOT, strict=True):
        pages[-1].lines(x, 10, lines, step=2)
    return document(pages)


def pdf_tables() -> bytes:
    """Fifty landscape pages of ruled task tables."""
    pages = []
    for number in range(50):
        page = Page(LANDSCAPE)
        rows = [(str(number * 14 + n), *ROW[1:]) for n in range(1, 15)]
        page.table(30, 560, (40, 260, 130, 140, 120, 90), [HEADINGS, *rows])
        pages.append(page)
    return document(pages)


def xlsx_2000() -> bytes:
    """A workbook of 2,000 tasks."""
    return workbook([HEADINGS, *((str(n), *ROW[1:]) for n in range(1, 2001))])


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "the seed, Markdown": ("a.md", SEED.encode),
    "DOCX, 20 pages": ("a.docx", docx_20),
    "DOCX, table of 200 rows": ("a.docx", docx_table),
    "PDF, 50 pages of text": ("a.pdf", pdf_50),
    "PDF, 50 pages of tables": ("a.pdf", pdf_tables),
    "XLSX, 2,000 rows": ("a.xlsx", xlsx_2000),
    "edXML with the 20 pages": ("a.edxml", lambda: message({"a.docx": docx_20()})),
}


def main() -> int:
    """Measure every file in this process and in a child, and the memory of a process that reads it once."""
    parser = argparse.ArgumentParser(description="Measure how documents are read.")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory_of:
        name, build = FILES[given.memory_of]
        read(build(), name)
        say(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
        return 0
    os.environ["PATH"] = ""
    say(f"{'ms':30}{'in a child':>10} {'best':>9} {'worst':>9} {'here':>9} {'KB':>8} {'MB of memory':>13}")
    with TemporaryDirectory() as folder:
        for title, (name, build) in FILES.items():
            _measure(title, name, build(), Path(folder) / name, given.repeat)
    return 0


def _measure(title: str, name: str, data: bytes, path: Path, repeat: int) -> None:
    path.write_bytes(data)
    apart, here = alternate(
        [("in a child", lambda: lambda: read_safely(path, name)), ("here", lambda: lambda: read(data, name))],
        times=repeat,
    )
    say(f"{title:30}{apart.shown()} {_median(here):9.1f} {len(data) // 1024:8} {_memory(title):>13}")


def _median(samples: Samples) -> float:
    return samples.median() * 1000


def _memory(title: str) -> str:
    """The largest memory of a fresh process that makes the file and reads it."""
    asked = [sys.executable, "-m", "tests.bench.intake", "--memory-of", title]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
