"""Plain text and Markdown, and the laid-out text that other readers produce."""

import re
from itertools import count

from ..encoding import decode
from ..limits import Limits
from ..lines import Line, Pages
from ..refusals import DocumentTooLarge
from ..restore import clean, unmark
from .columns import with_tables

TAB_COLUMNS = 4
PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*[-/]\s*\d{0,3})?\s*$|^\s*Trang \d+(?:\s*/\s*\d+)?\s*$")


def read_text(data: bytes, limits: Limits) -> Pages:
    """Read UTF-8 (with or without mark) or UTF-16 with mark."""
    return Pages(tuple(with_tables(lines_of(unmark(clean(decode(data))), limits), count())))


def lines_of(text: str, limits: Limits, *, begun: bool = False) -> list[Line]:
    """Lines of laid-out text; page numbers are dropped, page breaks and empty lines remembered.

    Args:
        text: The text, with a form feed where a page begins.
        limits: More lines than these allow are refused.
        begun: Something stands before it in the document.
    """
    lines: list[Line] = []
    gap = page = False
    rows = text.split("\n", limits.paragraphs * 4)
    if len(rows) > limits.paragraphs * 4:
        raise DocumentTooLarge
    for number, raw in enumerate(rows):
        page = page or ("\f" in raw and (begun or bool(lines)))
        row = raw.replace("\f", "").expandtabs(TAB_COLUMNS).rstrip()
        bare = row.lstrip()
        if not bare:
            gap = True
            continue
        if PAGE_NUMBER.match(row) and (begun or lines) and _stands_alone(rows, number):
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
