"""The labels that number items, and which of them stand under which."""

import re
from dataclasses import dataclass
from enum import IntEnum

from .letters import UPPER


class Rank(IntEnum):
    """Depth of a label in the usual order (domain facts 2.7); a smaller rank stands above a larger one."""

    PART = 0
    CHAPTER = 1
    SECTION = 2
    CAPITAL = 3
    ROMAN = 4
    ARTICLE = 5
    NUMBER = 6
    NUMBER_2 = 7
    NUMBER_3 = 8
    NUMBER_4 = 9
    LETTER = 10
    BRACKET = 11
    ORDINAL = 12
    BULLET = 13
    DASH = 14
    PLUS = 15
    PARAGRAPH = 16


LOOSE = frozenset({Rank.BULLET, Rank.DASH, Rank.PLUS, Rank.PARAGRAPH})
"""Ranks that count nothing: their items are named by a mark, not by a number."""

COUNTED = frozenset({Rank.ROMAN, Rank.NUMBER, Rank.NUMBER_2, Rank.NUMBER_3, Rank.NUMBER_4})
"""Ranks whose labels are also how days, articles and amounts are written."""

PARAGRAPH_MARK = "¶"


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed, without its dot or bracket, and the length of what precedes the item's text."""

    rank: Rank
    text: str
    width: int


_UPPER = f"[{UPPER}]"
_FORMS: tuple[tuple[Rank, re.Pattern[str]], ...] = (
    (Rank.PART, re.compile(rf"(?P<label>(?:Phần|PHẦN) (?:thứ \w+|[IVX]+|\d+|{_UPPER}\w+))\s*[.:)]?\s*")),
    (Rank.CHAPTER, re.compile(r"(?P<label>(?:Chương|CHƯƠNG) (?:[IVX]+|\d+))\s*[.:)]?\s*")),
    (Rank.SECTION, re.compile(r"(?P<label>(?:Mục|MỤC|Tiểu mục) (?:[IVX]+|\d+))\s*[.:)]\s*")),
    (Rank.ARTICLE, re.compile(r"(?P<label>(?:Điều|ĐIỀU)\s+\d+[a-zđ]?)\s*[.:]\s*")),
    (Rank.ROMAN, re.compile(r"(?P<label>[IVX]{1,5})\s*(?:[.):]|/(?!\d)|-(?=\s))\s*(?=\S)")),
    (Rank.NUMBER_4, re.compile(r"(?P<label>\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2})(?:[.)]\s*|\s+)(?=[^\W\d])")),
    (Rank.NUMBER_3, re.compile(r"(?P<label>\d{1,2}\.\d{1,2}\.\d{1,2})(?:[.)]\s*|\s+)(?=[^\W\d])")),
    (Rank.NUMBER_2, re.compile(r"(?P<label>\d{1,2}\.\d{1,2})(?:[.)]\s*|\s+|-\s+)(?=[^\W\d])")),
    (
        Rank.NUMBER,
        re.compile(
            r"(?P<label>\d{1,3})\s?[.)](?:\s*(?=[^\W\d]|\")|\s+(?=\d+(?:[.,]\d+)?\s?[%\w]))"
            r"|(?P<label_2>\d{1,3})\s?-\s+(?=[^\W\d]|\")"
            rf"|(?P<label_3>\d{{1,2}}),\s+(?={_UPPER})"
        ),
    ),
    (Rank.LETTER, re.compile(r"(?P<label>[a-zđ]{1,2}\d?)\s?\)\s*(?=\S)")),
    (Rank.LETTER, re.compile(r"(?P<label>[a-zđ])\.\s+(?=\S)")),
    (Rank.CAPITAL, re.compile(r"(?P<label>[A-HĐ])\s?[.)]\s+(?=\S)")),
    (Rank.BRACKET, re.compile(r"(?P<label>\((?:\d{1,2}|[a-zđ]|[ivx]{1,4})\))\s*(?=\S)")),
    (
        Rank.ORDINAL,
        re.compile(r"(?P<label>(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười|Thứ \w+) là)\s*[,:]?\s*(?=\S)"),
    ),
    (Rank.DASH, re.compile(r"(?P<label>-)\s*(?=[^\s\d-])|(?P<label_2>-)\s+(?=\d)")),
    (Rank.PLUS, re.compile(r"(?P<label>\+)\s*(?=\S)")),
    (Rank.BULLET, re.compile(r"(?P<label>[•*●▪◦·○■□➢✓])\s*(?=\S)")),
)


def read_label(text: str) -> Label | None:
    """Read the label at the start of a canonical line; None when it starts with its own words."""
    for rank, form in _FORMS:
        match = form.match(text)
        if match:
            return Label(rank, next(g for g in match.groups() if g), match.end())
    return None


def ordinal(label: Label) -> int | None:
    """The place of a numbered label among its siblings, from 1; None for labels that are not counted here."""
    if label.rank is Rank.ARTICLE:
        return int(re.sub(r"\D", "", label.text))
    if label.rank in (Rank.NUMBER, Rank.NUMBER_2, Rank.NUMBER_3, Rank.NUMBER_4):
        return int(label.text.rsplit(".", 1)[-1])
    if label.rank is Rank.ROMAN:
        return _roman(label.text)
    return None


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[c] for c in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))
