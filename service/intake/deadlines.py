"""Reads deadlines: the phrase as written, what it means, how sure that is (rule R16, domain facts 4.4).

Not deadlines: days of cited documents, scopes ("giai đoạn 2021 - 2025"), data cut-offs ("số liệu đến ngày"),
haste ("khẩn trương", "ngay từ đầu năm"). Days are read in `days`, recurrences in `recurrences`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .days import (
    CERTAIN,
    LATEST,
    LIKELY,
    Issued,
    find_dates,
    find_events,
    find_months,
    find_periods,
    find_same_days,
    find_spans_of_months,
    find_years,
    is_cut_off,
)
from .proposal import NO_DEADLINE, Deadline, Span
from .recurrences import Found, find_recurrences
from .restore import canonical

DOUBTFUL = 0.6

_RELATIVE = re.compile(
    rf"(?:(?P<firm>trong vòng|trong thời hạn|trong thời gian|thời hạn|(?:{LATEST})(?: sau)?)|trong|sau)\s*"
    r"(?:tối đa\s+|không quá\s+)?(?P<n>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?ngày(?P<working>\s+làm việc)?"
    r"(?P<since>,?\s+(?:(?:(?:tính\s+)?kể\s+)?từ|sau)\s+(?:ngày|khi|thời điểm)\s+"
    r"(?P<event>nhận|ký|ban hành|phát hành|\w+)"
    r"(?:[^.;,()]{0,40}?(?:văn bản|công văn|thông báo|chỉ thị|quyết định|kế hoạch)(?:\s+này)?|\s+được)?)?",
    re.IGNORECASE,
)
_SINCE = {"nhận": "receipt", "ký": "signing", "ban hành": "issue", "phát hành": "issue"}
_STANDING = re.compile(
    r"(?<!chi )(?<!phí )(?<!vốn )(?<!nguồn )(?<!nhiệm vụ )(?<!toán )(?<!đầu tư )(?<!hoạt động )(?<!không )"
    r"\bthường xuyên(?=,?\s+(?:và\s+)?[^\W\d_]|\s*[.;]?\s*$)(?! hơn)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"đúng (?:thời hạn|thời gian|tiến độ)(?: (?:yêu cầu|quy định|đề ra))?|cho đến khi có [^.;,]{3,40}|"
    r"theo (?:thời gian|thời hạn|tiến độ) (?:quy định |nêu )?tại [^.;]{3,60}",
    re.IGNORECASE,
)
_GLUE = re.compile(r"[\s,;]*(?:và\s+)?")
"""What stands between two rules of one phrase belongs to neither."""
_MAY_HOLD = re.compile(
    r"\d|quý|ngày cuối|hằng|hàng|mỗi|định kỳ|thường xuyên|đúng t|khi có|theo t", re.IGNORECASE
)
_PRIORITY = {
    "date": 0,
    "relative_working_days": 1,
    "relative_days": 1,
    "period": 2,
    "recurring": 3,
    "ongoing": 4,
    "none": 5,
}


def read_deadlines(
    plain: str, text: str, offset: int, issued: Issued, masked: Sequence[tuple[int, int]]
) -> list[Deadline]:
    """All deadlines of a passage, the most binding first.

    Args:
        plain: The passage in canonical form.
        text: The passage as restored, same length.
        offset: Where it starts in the document.
        issued: When the directive was issued.
        masked: Ranges of the passage that cite documents; what is dated there is no deadline.
    """
    if not _MAY_HOLD.search(plain):
        return []
    taken = list(masked)
    out: list[tuple[int, Deadline]] = []
    for find in _FINDERS:
        for found in list(find(plain, issued)):
            if any(found.start < end and start < found.end for start, end in taken):
                continue
            if found.kind == "none" and out:
                continue
            taken.append((found.start, found.end))
            glue = _GLUE.match(plain, found.start, found.end)
            start = glue.end() if glue else found.start
            span = Span(offset + start, offset + found.end)
            phrase = text[start : found.end]
            facts = tuple(sorted(found.facts.items()))
            confidence = (
                min(found.confidence, DOUBTFUL) if _is_mended(plain, text, found) else found.confidence
            )
            out.append((found.start, Deadline(found.kind, phrase, span, confidence, facts)))
    kept = sorted(_telling(out), key=lambda pair: (_PRIORITY[pair[1].kind], pair[0]))
    return [deadline for _, deadline in kept]


def _is_mended(plain: str, text: str, found: Found) -> bool:
    """Whether digits of the phrase were read through damage ("2O/5" as 20/5)."""
    return plain[found.start : found.end] != canonical(text[found.start : found.end])


def most_binding(deadlines: Iterable[Deadline]) -> tuple[Deadline, tuple[Deadline, ...]]:
    """The one deadline of an item and the others."""
    ordered = sorted(deadlines, key=lambda d: _PRIORITY[d.kind])
    real = [d for d in ordered if d.kind != "none"] or ordered
    return (real[0], tuple(real[1:])) if real else (NO_DEADLINE, ())


def _telling(found: list[tuple[int, Deadline]]) -> list[tuple[int, Deadline]]:
    """A bare "định kỳ" says nothing beside its period, nor "hằng quý" beside the day in the quarter."""
    rules = [dict(d.fact("rule")) for _, d in found if d.kind == "recurring"]
    detailed = {rule["freq"] for rule in rules if len(rule) > 1}
    known = any(rule["freq"] != "unspecified" for rule in rules)

    def says_nothing(deadline: Deadline) -> bool:
        rule = dict(deadline.fact("rule") or ())
        return len(rule) == 1 and (rule["freq"] in detailed or (known and rule["freq"] == "unspecified"))

    return [(at, d) for at, d in found if not says_nothing(d)]


def _relatives(plain: str, _issued: Issued) -> Iterator[Found]:
    for match in _RELATIVE.finditer(plain):
        bounded = match["working"] or match["since"] or match["firm"]
        if not bounded or is_cut_off(plain, match.start()):
            continue
        since = _SINCE.get((match["event"] or "").lower())
        facts: dict[str, Any] = {"days": int(match["n"]), **({"from": since} if since else {})}
        kind = "relative_working_days" if match["working"] else "relative_days"
        yield Found(kind, match.start(), match.end(), CERTAIN if since else DOUBTFUL, facts)


def _standing(plain: str, _issued: Issued) -> Iterator[Found]:
    for match in _STANDING.finditer(plain):
        yield Found("ongoing", match.start(), match.end(), LIKELY, {})


def _references(plain: str, _issued: Issued) -> Iterator[Found]:
    for match in _REFERENCE.finditer(plain):
        yield Found("none", match.start(), match.end(), LIKELY, {"by_reference": True})


_FINDERS = (
    find_recurrences,
    find_periods,
    find_spans_of_months,
    _relatives,
    find_dates,
    find_events,
    find_same_days,
    find_months,
    find_years,
    _standing,
    _references,
)
