"""Plain text and Markdown, and the laid-out text that other readers produce."""

import re

from ..encoding import decode
from ..limits import Limits
from ..lines import Line, Pages
from ..refusals import DocumentTooLarge
from ..restore import clean, unmark

TAB_COLUMNS = 4
_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*[-/]\s*\d{0,3})?\s*$|^\s*Trang \d+(?:\s*/\s*\d+)?\s*$")


def read_text(data: bytes, limits: Limits) -> Pages:
    """Read UTF-8 (with or without mark) or UTF-16 with mark."""
    return Pages(tuple(lines_of(unmark(clean(decode(data))), limits)))


def lines_of(text: str, limits: Limits) -> list[Line]:
    """Lines of laid-out text; page numbers are dropped, page breaks and empty lines remembered."""
    lines: list[Line] = []
    gap = page = False
    rows = text.split("\n", limits.paragraphs * 4)
    if len(rows) > limits.paragraphs * 4:
        raise DocumentTooLarge
    for number, raw in enumerate(rows):
        page = page or ("\f" in raw and bool(lines))
        row = raw.replace("\f", "").expandtabs(TAB_COLUMNS).rstrip()
        bare = row.lstrip()
        if not bare:
            gap = True
            continue
        if _PAGE_NUMBER.match(row) and lines and _stands_alone(rows, number):
            page = True
            continue
        lines.append(Line(bare, indent=len(row) - len(bare), gap=gap or not lines, page=page))
        gap = page = False
    return lines


def _stands_alone(rows: list[str], number: int) -> bool:
    """A page number has an empty line, or the page's edge, on at least one side."""
    before = rows[number - 1] if number else ""
    after = rows[number + 1] if number + 1 < len(rows) else ""
    return not before.strip() or not after.strip() or "\f" in rows[number]
