"""Joins lines to paragraphs and lays them out as one restored text; every later span points into it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import lexicon as lex
from . import marks
from .grid import join
from .heal import legible
from .labels import COUNTED, LOOSE, read_label
from .lines import Cell, Line, Zone
from .roles import is_attribute

UNWRAPPED_WIDTH = 130
"""Lines longer than this are whole paragraphs: nobody wraps a letter so wide."""
FULL_LINE = 0.72
FIRST_LINE_INDENT = 3
LETTERS_FIXED = 5
SPACED_MIN = 3
ADDRESS_INLINE = 30
SHORT_SHARE = 0.1
_LEADS_ON = re.compile(
    r"(?<!\w)(?:khoản|điểm|Điều|điều|mục|Mục|số|ngày|tháng|năm|quý|đến|từ|và|của|các|tại|khóa|Khóa|thứ|"
    r"hơn|đạt|"
    r"Phụ lục|phụ lục|Chương|phần|tỷ lệ|là|với|theo)$"
)
"""After these words a number or a letter at the start of the next line is no label."""
_RIGHT_HALVES = re.compile(
    r"(?:"
    + "|".join(sorted({re.escape(half) for name in lex.FIELDS for half in name.split(" - ")[1:]}))
    + r"|Thương binh|Truyền hình|Viễn thông|Tự do|Hạnh phúc|Xã hội)(?!\w)"
)
"""What follows a dash inside a name ("Lao động - Thương binh và Xã hội")."""

_SMALL_WORD = re.compile(r"(?<!\w)[^\W\d_A-ZĐ]{2,}(?!\w)")
_TERMINAL = re.compile(r"[.;:!?…]\s*[\"')]?$|\.\s*/\s*\.?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or one table cell's paragraph; `restored[start:end] == text`.

    `plain` is the same text in canonical form, character by character, for matching.
    """

    text: str
    start: int
    plain: str
    zone: Zone
    cell: Cell | None
    gap: bool

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the body's lines tell about how the text was wrapped.

    Attributes:
        wrapped: Lines were broken at a width.
        width: That width, in characters.
        indented: A paragraph's first line stands further right.
        spaced: Empty lines part the paragraphs, so that lines without one belong together.
        margins: The left margin of each page.
    """

    wrapped: bool
    width: int
    indented: bool
    spaced: bool
    margins: tuple[int, ...]


def build(lines: Sequence[Line]) -> tuple[str, list[Block]]:
    """The restored text and its blocks, in reading order."""
    shape = _measure(lines)
    groups: list[list[Line]] = []
    page = -1
    title_open = False
    for index, line in enumerate(lines):
        page += line.page or index == 0
        margin = shape.margins[min(page, len(shape.margins) - 1)]
        title_open = title_open and not line.gap and line.zone is Zone.BODY
        joins = groups and _joins_title(groups[-1][-1], line, title_open)
        if groups and (joins or _continues(groups[-1], line, shape, margin)):
            groups[-1].append(line)
            continue
        groups.append([line])
        title_open = _opens_title(groups, title_open)
    return _lay_out(groups)


def _opens_title(groups: list[list[Line]], was_open: bool) -> bool:
    """The line after the name of a type begins the trích yếu, which runs on to the next empty line."""
    if was_open or len(groups) < 2:
        return False
    before, line = groups[-2][-1], groups[-1][0]
    is_type = marks.TYPE_LINE.match(legible(before.text)) and marks.is_capitals(before.text)
    return bool(is_type and not line.whole and before.zone is Zone.BODY)


def _joins_title(last: Line, line: Line, title_open: bool) -> bool:
    text = legible(line.text)
    if len(line.text) > UNWRAPPED_WIDTH or (
        marks.is_capitals(last.text) and len(last.text) > UNWRAPPED_WIDTH
    ):
        return False
    opens_body = (
        marks.BASIS_OPENS.match(text) or marks.SENTENCE_OPENS.match(text) or marks.ADDRESSED.match(text)
    )
    return title_open and not line.whole and not opens_body and read_label(text) is None


def _lay_out(groups: list[list[Line]]) -> tuple[str, list[Block]]:
    blocks: list[Block] = []
    texts: list[str] = []
    offset = 0
    for group in groups:
        text = _join(group)
        if not text:
            continue
        first = group[0]
        blocks.append(Block(text, offset, legible(text), first.zone, first.cell, first.gap))
        texts.append(text)
        offset += len(text) + 1
    return "\n".join(texts), blocks


def _join(group: Sequence[Line]) -> str:
    return join([re.sub(r"\s+", " ", line.text).strip() for line in group])


def _length(line: Line) -> int:
    return line.indent + len(line.text)


def _measure(lines: Sequence[Line]) -> Shape:
    body = [line for line in lines if line.zone is Zone.BODY and not line.whole and line.cell is None]
    lengths = sorted(_length(line) for line in body)
    width = lengths[int(len(lengths) * 0.95)] if lengths else 0
    margins: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if line.page and index:
            margins.append([])
        if line.zone is Zone.BODY and _length(line) >= FULL_LINE * width:
            margins[-1].append(line.indent)
    lowest = tuple(min(page, default=0) for page in margins)
    steps = [line.indent for line in body if line.indent >= min(lowest) + FIRST_LINE_INDENT]
    wrapped = 0 < width <= UNWRAPPED_WIDTH
    return Shape(wrapped, width, len(steps) >= 3, wrapped and _is_spaced(body, width), lowest)


def _is_spaced(body: Sequence[Line], width: int) -> bool:
    """A line without an empty line before it nearly always goes on from a full one."""
    gaps = sum(line.gap for line in body)
    close = [(before, line) for before, line in pairwise(body) if not line.gap and not line.page]
    short = sum(_length(before) < FULL_LINE * width for before, _ in close)
    labelled = any(read_label(legible(line.text)) for _, line in close)
    return gaps >= SPACED_MIN and not labelled and short <= SHORT_SHARE * len(close)


def _continues(group: Sequence[Line], line: Line, shape: Shape, margin: int) -> bool:
    last = group[-1]
    if line.whole or last.whole or line.zone is not last.zone:
        return False
    if line.zone is Zone.HEAD:
        return _continues_head(group, line)
    if line.zone is Zone.FOOT:
        return _continues_foot(group, line)
    if (line.cell is None) != (last.cell is None):
        return False
    return _continues_body(last, line, shape, margin)


def _continues_head(group: Sequence[Line], line: Line) -> bool:
    text = legible(line.text)
    known = (
        marks.NATION.search(text)
        or marks.MOTTO.search(text)
        or marks.NUMBER.match(text)
        or marks.PLACE_DATE.search(text)
        or marks.SECRET_STAMP.match(text)
        or marks.URGENT_STAMP.match(text)
    )
    same_column = _column(group[-1]) == _column(line)
    return bool(marks.REGARDING.match(legible(group[0].text))) and same_column and not known and not line.gap


def _continues_foot(group: Sequence[Line], line: Line) -> bool:
    """An entry of the recipients goes on until the next bullet, an end mark or the signer's lines."""
    text = legible(line.text)
    first = legible(group[0].text)
    entry = read_label(first)
    return (
        bool(entry and entry.rank in LOOSE)
        and _column(group[-1]) == _column(line)
        and not line.gap
        and read_label(text) is None
        and not re.search(r"[;.]\s*\S?$", group[-1].text)
        and not marks.SIGNING.match(text)
        and not (marks.is_capitals(text) and not _SMALL_WORD.search(text))
    )


def _column(line: Line) -> int:
    return line.cell.column if line.cell else 0


def _continues_body(last: Line, line: Line, shape: Shape, margin: int) -> bool:
    text = legible(line.text)
    before = legible(last.text)
    ended = bool(_TERMINAL.search(before))
    lower = text[:1].islower() or text[:1] in ",;)"
    outset = shape.indented and line.indent < margin + FIRST_LINE_INDENT
    if _starts_item(before, text, line, ended, outset) or (text[:1].isupper() and is_attribute(text)):
        return False
    if marks.ADDRESSED.match(before) and len(before) > ADDRESS_INLINE and not ended and not line.gap:
        return _is_full(last, shape)
    if shape.spaced and not line.gap and not line.page:
        return not (_is_fixed(before) or _is_fixed(text))
    if line.page:
        return not ended and shape.wrapped and (outset if shape.indented else lower or _is_full(last, shape))
    if line.gap:
        return not ended and lower and not _is_fixed(before)
    if not shape.wrapped or _is_fixed(before) or _is_fixed(text):
        return False
    if not ended and _LEADS_ON.search(before):
        return True
    if shape.indented:
        return outset or (not ended and lower)
    return (_is_full(last, shape) or lower) if not ended else _is_full(last, shape) and lower


def _is_full(line: Line, shape: Shape) -> bool:
    return _length(line) >= FULL_LINE * shape.width


def _is_fixed(text: str) -> bool:
    return bool(
        marks.ADDRESSED.match(text)
        or (marks.is_capitals(text) and sum(map(str.isalpha, text)) > LETTERS_FIXED)
    )


def _starts_item(before: str, text: str, line: Line, ended: bool, outset: bool) -> bool:
    """A label starts a paragraph, unless the sentence before is open and the mark is only a dash in it."""
    label = read_label(text)
    if label is None:
        return False
    inside = not ended and not line.gap and not before.endswith(",")
    if inside and label.rank in COUNTED and _LEADS_ON.search(before):
        return False
    rest = text[label.width :]
    goes_on = outset or rest[:1].islower() or rest[:1].isdigit() or _RIGHT_HALVES.match(rest)
    return not (inside and label.rank in LOOSE and goes_on)
