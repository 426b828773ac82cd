"""Finds cited documents ("Thông báo số 144/TB-HĐND, ngày 17/4/2023 của Hội đồng nhân dân huyện")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import marks
from .blocks import Block
from .days import last_day
from .proposal import Basis, Span

DATE = r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{1,2} tháng \d{1,2} năm \d{4}"
_ABBREVIATION = r"[A-ZĐ][A-Za-zĐđƯÔÂ&]*\d*"
_CITED = re.compile(
    rf"(?<![\w/])(?P<number>\d{{1,5}}[a-zA-Z]?)\s?(?P<symbol>(?:/\s?\d{{4}}\s?/\s?|/|(?=-))-?\s?"
    rf"{_ABBREVIATION}(?:\s?[-/.]\s?{_ABBREVIATION}|\sKV(?=[IVX]+-)[IVX]+)*)"
)
_NAMED = re.compile(rf"\b(?P<type>{'|'.join(marks.TYPE_NAMES)})\b", re.IGNORECASE)
_DATED = re.compile(rf"^\s*(?:,|\()?\s*(?:ngày|ban hành ngày)\s+(?P<date>{DATE})")
_ISSUER = re.compile(
    r"^\s*,?\s*của\s+(?P<issuer>[^,.;:()]+?)"
    r"(?=\s+(?:về|quy định|ban hành|phê duyệt|công bố|hướng dẫn|sửa đổi|thông qua|giao|thông báo|tại|"
    r"kết luận|"
    r"quyết định|triển khai|về việc|cùng)\b|[,.;:()]|$)"
)
_ISSUER_BEFORE = re.compile(r"\bcủa\s+(?P<issuer>[^,.;:()]{3,70}?)\s+tại\s*$")
_SENTENCE_END = re.compile(r"[.;:](?=\s|$)")
LIST_GAP = 8
"""Characters between two numbers of one enumeration."""
REACH = 90
"""Characters before a number in which its type is named."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited document in one block; offsets are within the block."""

    basis: Basis
    start: int
    end: int


def iso_of(date: str) -> str | None:
    """A written day as ISO; None when the calendar has no such day."""
    day, month, year = (int(n) for n in re.findall(r"\d+", date))
    if year < 1900 or not 1 <= month <= 12 or not 1 <= day <= last_day(year, month):
        return None
    return f"{year}-{month:02}-{day:02}"


def citations(block: Block) -> list[Citation]:
    """All documents cited by number in a block, in order."""
    found: list[Citation] = []
    for match in _CITED.finditer(block.plain):
        if re.fullmatch(r"[/-]?\s?(?:TTg|[A-Z])", match["symbol"]) and not match["symbol"].startswith("/"):
            continue
        found.append(_cite(block, match, found))
    return _share(found)


def _cite(block: Block, match: re.Match[str], before: list[Citation]) -> Citation:
    text = block.plain
    dated = _DATED.match(text[match.end() :])
    end = match.end() + (dated.end() if dated else 0)
    issuer = _ISSUER.match(text[end:])
    issuer_end = end + (issuer.end("issuer") if issuer else 0)
    start, name = _type_before(text, match, before)
    symbol = re.sub(r"\s*([-/&.])\s*", r"\1", match["symbol"]).lstrip("/-")
    named = _ISSUER_BEFORE.search(text[max(start - 2 * REACH, 0) : start])
    issued_by = block.text[end + issuer.start("issuer") : issuer_end] if issuer else None
    if issued_by is None and named:
        issued_by = named["issuer"]
    basis = Basis(
        doc_type=name or _type_of(symbol),
        number=match["number"],
        symbol=symbol,
        date=iso_of(dated["date"]) if dated else None,
        issuer=issued_by,
        text=block.text[start : issuer_end if issuer else end],
        span=Span(block.start + start, block.start + (issuer_end if issuer else end)),
    )
    return Citation(basis, start, issuer_end if issuer else end)


def _type_before(text: str, match: re.Match[str], before: list[Citation]) -> tuple[int, str | None]:
    """Where the citation starts and its type; a further number in a list has the type of the one before."""
    floor = max(match.start() - REACH, before[-1].end if before else 0)
    reach = text[floor : match.start()]
    named = next(reversed(list(_NAMED.finditer(reach))), None)
    if named and not _SENTENCE_END.search(reach[named.end() :].replace("số:", "số")):
        name = next(n for n in marks.TYPE_NAMES if n.lower() == named["type"].lower())
        return floor + named.start(), name
    if before and len(reach) < 12:
        return match.start(), before[-1].basis.doc_type
    return match.start(), None


def _type_of(symbol: str) -> str | None:
    for part in re.split(r"[-/]", symbol.upper()):
        if part in marks.TYPES:
            return marks.TYPES[part]
    return "Công văn" if "-" in symbol else None


def _share(found: list[Citation]) -> list[Citation]:
    """In "số 1/A, 2/B ngày … của …" the day and the issuer belong to both."""
    out: list[Citation] = []
    for citation in reversed(found):
        out.append(_with_day_of(citation, out[-1]) if out else citation)
    return out[::-1]


def _with_day_of(citation: Citation, following: Citation) -> Citation:
    basis, later = citation.basis, following.basis
    apart = following.start - citation.end > LIST_GAP
    if basis.date is not None or apart or later.doc_type != basis.doc_type:
        return citation
    issuer = basis.issuer or later.issuer
    return replace(citation, basis=replace(basis, date=later.date, issuer=issuer))


def read_basis(preamble: Iterable[tuple[Block, int]]) -> tuple[Basis, ...]:
    """The documents that the preamble rests on.

    Args:
        preamble: Blocks before the items, each with the offset at which its demand begins.
    """
    out: list[Basis] = []
    seen: set[tuple[str | None, str]] = set()
    open_ = False
    for block, limit in preamble:
        plain = block.plain.lstrip("\"'.,-^ ")
        goes_on = open_ and _NAMED.match(plain)
        open_ = bool(marks.BASIS_OPENS.match(plain) or goes_on)
        if not open_:
            continue
        open_ = plain.rstrip().endswith((";", ","))
        for citation in citations(block):
            key = (citation.basis.number, citation.basis.symbol)
            if citation.start < limit and key not in seen:
                seen.add(key)
                out.append(citation.basis)
    return tuple(out)
