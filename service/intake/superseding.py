"""Finds what a document says that it does to earlier ones: replaces, revokes or amends them."""

import re
from collections.abc import Iterable, Iterator

from .blocks import Block
from .proposal import Basis, Finding
from .references import LIST_GAP, Citation, citations

VERBS = {
    "replaces-document": r"thay thế",
    "revokes-document": r"bãi bỏ|hủy bỏ|huỷ bỏ|thu hồi",
    "amends-document": r"sửa đổi, bổ sung|sửa đổi|bổ sung|điều chỉnh",
}
SAID = {
    "replaces-document": "thay thế",
    "revokes-document": "bãi bỏ",
    "amends-document": "sửa đổi",
}
_PART = (
    r"(?:\s+(?:toàn bộ|các|một số|nội dung|điều|khoản|điểm|mục|phần|thời hạn|thời gian|tại|của|trong|"
    r"[IVX]+|\d+[a-zđ]?|[a-zđ]|và|,))*"
)
_OPENS = r"(?:^\W*(?:(?:V/v|Về việc|về việc)\s+)?|\bnày\b[^.;:]{0,40}?\b)"
_ACTS = {
    code: re.compile(rf"{_OPENS}(?P<verb>{verbs}){_PART}\s*$", re.IGNORECASE) for code, verbs in VERBS.items()
}
"""The verb is the document's own: it opens the sentence or follows "… này"; a basis tells of others' acts."""
_SENTENCE = re.compile(r"[.;:](?=\s)")


def superseding_findings(blocks: Iterable[Block]) -> Iterator[Finding]:
    """Give a finding for every earlier document on which the document says to act; `where` is its number."""
    seen: set[tuple[str, str]] = set()
    for block in blocks:
        last: tuple[str, int] | None = None
        for citation in citations(block):
            code = _act(block, citation) or _goes_on(last, citation)
            last = (code, citation.end) if code else None
            where = f"{citation.basis.number}/{citation.basis.symbol}"
            if code and (code, where) not in seen:
                seen.add((code, where))
                message = f"Văn bản {SAID[code]} {_named(citation.basis)}; cần nêu khi ban hành."
                yield Finding(code, "warning", message, where)


def _act(block: Block, citation: Citation) -> str | None:
    before = block.plain[: citation.start]
    ends = [match.end() for match in _SENTENCE.finditer(before)]
    sentence = re.sub(r"\bsố:?\s*$", "", before[ends[-1] if ends else 0 :])
    return next((code for code, act in _ACTS.items() if act.search(sentence)), None)


def _goes_on(last: tuple[str, int] | None, citation: Citation) -> str | None:
    """A further number of the same enumeration is acted on in the same way."""
    return last[0] if last and citation.start - last[1] <= LIST_GAP else None


def _named(basis: Basis) -> str:
    code = f"{basis.number}/{basis.symbol}"
    return " ".join(part for part in (basis.doc_type or "văn bản", "số", code) if part)
