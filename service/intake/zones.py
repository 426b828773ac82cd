"""Finds letterhead, body, foot and annexes, and takes the two columns of letterhead and foot apart."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from . import marks
from .heal import legible
from .labels import read_label
from .letters import UPPER
from .lines import Cell, Line, Zone
from .pipes import without_bars

HEAD_LINES_MAX = 70
COLUMN_GAP = re.compile(r"\s{3,}")
_POST_AFTER = re.compile(rf"(?<=[;.,:)])\s+(?=[{UPPER}]{{2,}}(?:\s+[{UPPER}]{{2,}})+$)")
_REGARDING_INSIDE = re.compile(r"[;,]?\s(?=V/[vV]\b)")
_DAY_FOLLOWS = re.compile(r"^[^,.;:\d]{2,40}, ngày$")
_NAME_AFTER = re.compile(rf"\s(?=(?:[{UPPER}][^\W\d_{UPPER}]+\s?){{2,5}}$)")
_POST_INSIDE = re.compile(
    r"(?<!PHÓ)(?<!QUYỀN)(?<!^Q\.)(?<!KT\.)(?<!TL\.)(?<!TUQ\.)(?<!BÍ THƯ,)\s(?=(?:KT\.\s*)?(?:PHÓ )?(?:CHỦ "
    r"TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|"
    r"THỨ TRƯỞNG|CHÁNH VĂN PHÒNG|CỤC TRƯỞNG|BÍ THƯ)(?:\s|$))"
)
_CAME_WITH = re.compile(r"\(?\s*(?:Ban hành\s+|Phê duyệt\s+)?[Kk]èm theo\b")
PLAN_TITLE_LINES = 6
COLUMN_SLACK = 14
"""A line without a left part stands right when it starts at most this many spaces left of that column."""

_HEAD_RIGHT = (marks.NATION, marks.MOTTO, marks.PLACE_DATE)


def arrange(lines: Sequence[Line]) -> list[Line]:
    """Give every line its zone; letterhead and foot in columns come out column by column."""
    lines = _whole_dates(without_bars(lines))
    lines = [part for index, line in enumerate(lines) for part in _number_apart(line, index)]
    head = _head_end(lines)
    foot = _foot_start(lines, head)
    annex = _annex_start(lines, foot)
    plan = _plan_start(lines, foot, annex)
    out = _in_columns(lines[:head], Zone.HEAD, -1)
    out += lines[head:foot]
    signing = [part for line in lines[foot:plan] for part in _signing_apart(line)]
    out += _in_columns(signing, Zone.FOOT, -2)
    out += [replace(line, zone=Zone.PLAN) for line in lines[plan:annex]]
    out += [replace(line, zone=Zone.ANNEX) for line in lines[annex:]]
    return out


def _signing_apart(line: Line) -> list[Line]:
    """ "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Lò Văn Mẫu" on one line are three."""
    text = legible(line.text)
    if not (marks.SIGNING.match(text) or marks.POST.match(text)) or COLUMN_GAP.search(text):
        return [line]
    name = _NAME_AFTER.search(text)
    posts = [m.start() for m in _POST_INSIDE.finditer(text) if not name or m.start() < name.start()]
    cuts = [0, *posts, *([name.start()] if name else []), len(text)]
    return [replace(line, text=line.text[a:b].strip()) for a, b in pairwise(cuts)]


def _whole_dates(lines: Sequence[Line]) -> list[Line]:
    """ "Bình Phước, ngày" at the end of a line goes on with the day on the next."""
    out: list[Line] = []
    for line in lines:
        opens = out and len(out) < HEAD_LINES_MAX and _DAY_FOLLOWS.search(legible(out[-1].text))
        if opens and re.match(r"\d{1,2}\s+tháng", legible(line.text)):
            out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}")
        else:
            out.append(line)
    return out


def _number_apart(line: Line, index: int) -> list[Line]:
    """ "Số: 88/BYT-DP; V/v …" on one line are two."""
    regarding = _REGARDING_INSIDE.search(line.text)
    if index >= HEAD_LINES_MAX or not regarding or not marks.NUMBER.match(legible(line.text)):
        return [line]
    rest = line.text[regarding.end() :]
    date = marks.PLACE_DATE.search(legible(rest))
    gap = COLUMN_GAP.search(rest)
    cut = gap.start() if gap else date.start() if date else len(rest)
    above = line.text[: regarding.start()].rstrip() + rest[cut:]
    return [replace(line, text=above), replace(line, text=rest[:cut].strip(), gap=False, page=False)]


def _is_head_mark(text: str) -> bool:
    return bool(
        marks.NATION.search(text)
        or marks.MOTTO.search(text)
        or marks.NUMBER.match(text)
        or marks.REGARDING.match(text)
        or (len(text) < 160 and marks.PLACE_DATE.search(text) and re.search(r"\bnăm\W*\d{4}\W*$", text))
    )


def _head_end(lines: Sequence[Line]) -> int:
    """Index after the letterhead: before the title or the addressees, else after its last mark."""
    last = -1
    for index, line in enumerate(lines[:HEAD_LINES_MAX]):
        text = legible(line.text)
        if marks.ADDRESSED.match(text) or (marks.TYPE_LINE.match(text) and marks.is_capitals(text)):
            return index
        if last >= 0 and (marks.BASIS_OPENS.match(text) or marks.SENTENCE_OPENS.match(text)) and line.gap:
            return index
        if _is_head_mark(text):
            last = index
    if last < 0:
        return 0
    last += 1
    while last < len(lines) and _continues_regarding(lines, last):
        last += 1
    return last


def _continues_regarding(lines: Sequence[Line], index: int) -> bool:
    """The V/v of a letter without addressees goes on in close lines under it."""
    line = lines[index]
    return not line.gap and not line.whole and not marks.BASIS_OPENS.match(legible(line.text)) and index < 40


def _foot_start(lines: Sequence[Line], head: int) -> int:
    for index in range(head, len(lines)):
        text = legible(lines[index].text)
        if marks.RECIPIENTS.match(text) or marks.SIGNING.match(text):
            return index
        inside = marks.SIGNING_INSIDE.search(text)
        if inside and len(text) < 110 and marks.SIGNING.match(text[inside.end() :]):
            return index
        if index > head + 2 and marks.POST.match(text) and _nothing_follows(lines[index + 1 :]):
            return index
    return len(lines)


def _nothing_follows(lines: Sequence[Line]) -> bool:
    """After a signer's post come names and recipients; a preamble or items mean it was no signature."""
    texts = [legible(line.text) for line in lines]
    return not any(marks.BASIS_OPENS.match(t) or read_label(t.lstrip("-+ ")) or len(t) > 200 for t in texts)


def _annex_start(lines: Sequence[Line], foot: int) -> int:
    for index in range(foot, len(lines)):
        if marks.ANNEX.match(legible(lines[index].text)):
            return index
    return len(lines)


def _plan_start(lines: Sequence[Line], foot: int, annex: int) -> int:
    """After the signature stands what the decision issues, when its title says that it came with it."""
    for index in range(foot + 1, annex):
        title = legible(lines[index].text)
        if marks.TYPE_LINE.match(title) and marks.is_capitals(title):
            below = [
                legible(line.text) for line in lines[index + 1 : min(index + 1 + PLAN_TITLE_LINES, annex)]
            ]
            if any(_CAME_WITH.match(text) for text in below):
                return index
    return annex


def _split(line: Line, zone: Zone) -> tuple[str, str, int] | None:
    """Left text, right text and the right one's column; None when the line has one part only."""
    text = legible(line.text)
    gap = max(_gaps(text), key=lambda m: len(m[0]), default=None)
    if gap:
        return line.text[: gap.start()], line.text[gap.end() :], line.indent + gap.end()
    if zone is Zone.HEAD:
        for form in _HEAD_RIGHT:
            match = form.search(text)
            start = match.start() if match else 0
            if match and form is marks.PLACE_DATE:
                start = _place_start(text, start)
            if start > 1:
                return line.text[:start].rstrip(), line.text[start:], 0
        return None
    if marks.SIGNING.match(text):
        return None
    inside = marks.SIGNING_INSIDE.search(text)
    if inside:
        return line.text[: inside.start()], line.text[inside.end() :], 0
    tail = _POST_AFTER.search(text)
    return (line.text[: tail.start()], line.text[tail.end() :], 0) if tail else None


def _gaps(text: str) -> list[re.Match[str]]:
    """The gaps between columns; the blanks left for a number or a day are none."""
    blanks = [
        match.span()
        for match in (marks.NUMBER.match(text), marks.PLACE_DATE.search(text))
        if match and not COLUMN_GAP.search(match.groupdict().get("place") or "")
    ]
    return [
        gap
        for gap in COLUMN_GAP.finditer(text)
        if not any(start < gap.start() and gap.end() < end for start, end in blanks)
    ]


def _place_start(text: str, start: int) -> int:
    """A number may stand before the place on one line: the place starts after the symbol."""
    number = marks.NUMBER.match(text)
    if not number:
        return start
    words = [m.start() for m in re.finditer(r"\S+", text)]
    symbol_end = number.start("symbol") + len(re.match(r"\S+", text[number.start("symbol") :])[0])  # type: ignore[index]
    return next((w for w in words if w >= symbol_end), start)


def _in_columns(lines: Sequence[Line], zone: Zone, table: int) -> list[Line]:
    """Put what stands left before what stands right; text in one column keeps its order."""
    splits = [None if line.cell else _split(line, zone) for line in lines]
    rights = [s[2] for s in splits if s and s[2]]
    if not any(splits):
        return [replace(line, zone=zone) for line in lines]
    edge = min(rights, default=10_000) - COLUMN_SLACK if rights else 10_000
    left: list[Line] = []
    right: list[Line] = []
    for row, (line, split) in enumerate(zip(lines, splits, strict=True)):
        if line.cell:
            left.append(replace(line, zone=zone))
            continue
        parts = split or ((line.text, "", 0) if line.indent < max(edge, 24) else ("", line.text, 0))
        for column, text in enumerate(parts[:2]):
            if text.strip():
                side = (left, right)[column]
                place = Cell(table, row, column)
                side.append(replace(line, text=text.strip(), indent=0, zone=zone, cell=place))
    return [*left, *right]
