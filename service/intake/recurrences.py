"""Reads recurring deadlines ("trước ngày 20 hằng tháng", "16h00 thứ Sáu hằng tuần", "định kỳ 6 tháng")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .proposal import Rule

TIME = r"(?:(?P<h>[01]?\d|2[0-4])\s?(?:giờ|h|g|:)\s?(?P<mi>[0-5]\d)?(?:\s?phút)?)"
"""A time of day; the named groups are read by `clock`."""

_FREQUENCY = {"ngày": "daily", "tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "năm": "yearly"}
_MONTHS_NAMED = {3: "quarterly", 6: "half_yearly"}
_WEEKDAY = {
    "hai": "MO", "2": "MO", "ba": "TU", "3": "TU", "tư": "WE", "4": "WE", "năm": "TH", "5": "TH", "sáu": "FR",
    "6": "FR", "bảy": "SA", "7": "SA",
}  # fmt: skip
_DAY = r"(?:hai|ba|tư|năm|sáu|bảy|[2-7])"
_EACH = r"(?:hằng|hàng|mỗi)"
_BY = r"(?:(?:trước|chậm nhất|muộn nhất)(?:\s+(?:là|vào|trước))*\s+)?"

_OF_MONTH = r"(?:\s?[/.-]\s?|\s+tháng\s+)"
_AFTER = rf"\s*,?\s*\(?\s*(?:báo cáo\s+|gửi\s+)?(?=trước|chậm|muộn|vào|ngày)(?:vào\s+)?{_BY}"

_MONTH_DAY = re.compile(
    rf"{_BY}(?:{TIME}\s*,?\s*)?ngày\s+(?P<d>\d{{1,2}})(?:(?:\s*,\s*|\s+và\s+)(?:ngày\s+)?(?P<d2>\d{{1,2}}))?"
    rf"(?:\s+(?:của\s+)?(?:tháng\s+)?{_EACH}\s+tháng|\s*{_EACH}\s+tháng|\s+của tháng(?: sau| kế tiếp|"
    rf" báo cáo)?)",
    re.IGNORECASE,
)
_MONTH_END = re.compile(rf"{_BY}ngày (?:cuối cùng|cuối) (?:của |{_EACH} )tháng", re.IGNORECASE)
_QUARTER_DAY = re.compile(
    rf"{_BY}ngày\s+(?P<d>\d{{1,2}})\s+(?:của\s+)?(?:tháng cuối(?: của)?(?: {_EACH})? quý|tháng đầu quý sau|"
    rf"{_EACH} quý)",
    re.IGNORECASE,
)
_WORDS = r"(?:,?\s+(?!thứ\s|trước\s)\w+){0,16}?"
"""What a unit sends and to whom, between the period and its day."""
_MONTHLY_BY = re.compile(
    rf"(?:{_EACH}\s+|\d{{1,2}} lần\s*/\s*)tháng{_WORDS}{_AFTER}ngày\s+(?P<d>\d{{1,2}})(?![/.\d])(?:\s+của "
    rf"tháng)?\)?",
    re.IGNORECASE,
)
_WEEKLY_BY = re.compile(
    rf"(?:{_EACH}|báo cáo|giao ban)\s+tuần{_WORDS}\s*,?\s*\(?\s*(?:vào\s+)?{_BY}(?:{TIME}\s*,?\s*)?"
    rf"(?:(?:buổi\s+)?(?:sáng|chiều)\s+)?(?:ngày\s+)?"
    rf"thứ\s+(?P<w>{_DAY})(?:(?:\s*,|\s+và)\s+thứ\s+(?P<w2>{_DAY}))?",
    re.IGNORECASE,
)
_DAILY_AT = re.compile(
    rf"(?:{_EACH}\s+ngày(?:\s+[^\W\d_]+){{0,12}}?\s*(?:\([^)]{{0,80}}\)\s*)?,?\s*\(?\s*(?:trước|vào|lúc|"
    rf"chậm nhất)\s+{TIME}(?!\s*,?\s*ngày)|"
    rf"(?:trước|lúc|vào lúc|chậm nhất)\s+{TIME.replace('?P<', '?P<b_')}\s*,?\s*{_EACH}\s+ngày)",
    re.IGNORECASE,
)
_WEEK_DAY = re.compile(
    rf"{_BY}(?:{TIME}\s*,?\s*)?(?:(?:buổi\s+)?(?:sáng|chiều)\s+)?(?:ngày\s+)?thứ\s+(?P<w>{_DAY})"
    rf"(?:(?:\s*,|\s+và)\s+thứ\s+(?P<w2>{_DAY}))?\s+(?:của\s+)?{_EACH}\s+tuần",
    re.IGNORECASE,
)
_YEAR_DAY = re.compile(
    rf"(?:{_EACH}\s+năm\s*,?\s*\(?\s*{_BY}(?:ngày\s+)?(?P<d>\d{{1,2}}){_OF_MONTH}(?P<m>\d{{1,2}})(?![/.]?\d)\)?"
    rf"|{_EACH}\s+năm{_WORDS}\s+(?:trước|chậm nhất(?: là|"
    rf" vào)?)\s+(?:ngày\s+)?(?P<d3>\d{{1,2}}){_OF_MONTH}(?P<m3>\d{{1,2}})"
    rf"(?!\s*(?:[/.-]|năm)\s*\d)"
    rf"|{_BY}(?:ngày\s+)?(?P<d2>\d{{1,2}}){_OF_MONTH}(?P<m2>\d{{1,2}})\s+(?:của\s+)?{_EACH}\s+năm)",
    re.IGNORECASE,
)
_TWO_DAYS_A_YEAR = re.compile(
    rf"{_BY}ngày\s+(?P<d1>\d{{1,2}}){_OF_MONTH}(?P<m1>\d{{1,2}})(?:\s+và|"
    rf"\s*,)\s+(?:trước\s+)?ngày\s+(?P<d2>\d{{1,2}})"
    rf"{_OF_MONTH}(?P<m2>\d{{1,2}})\s+{_EACH}\s+năm",
    re.IGNORECASE,
)
_EVERY_OTHER = re.compile(
    r"(?:định kỳ\s+)?0?(?P<n>[2-9])\s+(?P<unit>ngày|tuần|tháng|năm)\s*(?:/\s*(?:01\s+)?|"
    r"một\s+)lần(?!\w)",
    re.IGNORECASE,
)
_TERM_DAY = re.compile(
    r"(?P<term>0?6 tháng(?: đầu năm)?|sáu tháng|(?<!\w)năm|quý)\s*(?:\(|:|,)?\s*(?:trước|"
    r"chậm nhất)(?:\s+(?:là|vào))?\s+(?:ngày\s+)?(?P<d>\d{1,2})(?:[/.]|"
    r"\s+tháng\s+)(?P<m>\d{1,2})(?![/.]?\d)\)?",
    re.IGNORECASE,
)
_DAY_TERM = re.compile(
    r"trước\s+(?:ngày\s+)?(?P<d>\d{1,2})(?:[/.]|\s+tháng\s+)(?P<m>\d{1,2})\s*\((?P<term>0?6 tháng|năm|"
    r"cả năm)[^)]{0,20}\)",
    re.IGNORECASE,
)
_TERM = (
    rf"(?:{_EACH}\s+)?(?:0?6 tháng(?: đầu năm)?|sáu tháng|nửa năm|(?:cả )?năm(?!\s+\d)|ngày(?!\s+\d)|tuần|"
    r"tháng(?!\s+\d)|quý(?!\s+[IVX\d]))(?!\w)"
)
_PERIODIC = re.compile(
    r"(?<!chế độ báo cáo )(?<!thông tin, báo cáo )định kỳ(?:\s*,)?\s*(?:\(\s*)?"
    rf"(?:(?:vào\s+)?(?P<terms>{_TERM}(?:(?:\s*[,;/]\s*|\s+(?:và|"
    rf"hoặc)\s+){_TERM})*))?",
    re.IGNORECASE,
)
_BARE_DAY = r"(?:ngày\s+)?[0-3]?\d[/.][01]?\d(?![/.]?\d)"
_DAY_MONTH = re.compile(r"(?P<d>[0-3]?\d)[/.](?P<m>[01]?\d)(?![/.]?\d)")
_TERMS_THEN_DAYS = re.compile(
    rf"(?P<terms>{_TERM}(?:(?:\s*[,;/]\s*|\s+(?:và|hoặc)\s+){_TERM})*)(?:\s+[^\W\d_]+){{0,14}}?\s*,?\s*\(?"
    rf"(?:trước|chậm nhất(?: là| vào)?)\s+"
    rf"(?P<days>{_BARE_DAY}(?:(?:\s*[,;]\s*|\s+và\s+)(?:trước\s+)?{_BARE_DAY})*)",
    re.IGNORECASE,
)
_LISTED = re.compile(_TERM, re.IGNORECASE)
_BEARERS = (
    r"(?:kế hoạch|chỉ tiêu|dự toán|danh mục|vốn|nhiệm vụ|chương trình|mục tiêu|ngân sách|kinh phí|biên chế)"
)
_OPENING = re.compile(
    rf"(?:(?<=^)|(?<=[.;:]\s)|(?<=báo cáo )|(?<=tổng hợp )|(?<=cập nhật )|(?<=giao ban )|(?<=kiểm tra )|"
    rf"(?<=rà soát )|(?<=kỳ, )|"
    rf"(?<=tháng, )|(?<=quý, )|(?<=tuần, )){_EACH}\s+(?P<unit>ngày|tuần|tháng|quý|năm)",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    rf"(?:báo cáo|tổng hợp|cập nhật|giao ban|rà soát|kiểm tra|đánh giá|đối chiếu|thống kê|theo dõi|họp|"
    rf"công khai|"
    rf"kiểm đếm|công bố|gửi)(?:\s+(?!{_BEARERS}|"
    rf"{_EACH})[^\W\d_]+){{0,6}}\s+(?P<each>{_EACH}\s+(?P<unit>ngày|tuần|tháng|quý|"
    rf"năm))(?!\s+\d)",
    re.IGNORECASE,
)
"""After a verb of reporting the period belongs to the verb, unless a noun between them bears periods."""
_BEFORE_VERB = re.compile(
    rf"(?P<bearer>{_BEARERS}\s+)?(?P<each>{_EACH}\s+(?P<unit>ngày|tuần|tháng|quý|năm)),?\s+(?:phải\s+)?"
    r"(?:báo cáo|tổng hợp|cập nhật|giao ban|rà soát|kiểm tra|đánh giá|đối chiếu|thống kê|công khai|"
    r"công bố|gửi)(?!\w)",
    re.IGNORECASE,
)
"""Before a verb of reporting it does too, unless a noun that bears periods stands before it."""
_TIMES = re.compile(
    rf"(?:\d{{1,2}} (?:lần|đợt|cuộc|buổi)\s*(?:/|mỗi|một|trong một)\s*|"
    rf"{_EACH}\s+(?=\w+\s+(?:tổ chức |kiểm tra )?(?:ít nhất |tối thiểu |không quá )?\d{{1,2}} (?:lần|đợt|"
    rf"cuộc|buổi)))"
    rf"(?P<unit>ngày|tuần|tháng|quý|năm)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline found in a passage; offsets are within it."""

    kind: str
    start: int
    end: int
    confidence: float
    facts: dict[str, Any]


def clock(match: re.Match[str]) -> str:
    """The time of day of a match of `TIME`, as HH:MM."""
    return f"{int(match['h']):02}:{int(match['mi'] or 0):02}"


def find_recurrences(plain: str, _issued: object) -> Iterator[Found]:
    """Recurring deadlines of a passage; the precise forms come first."""
    yield from _twice_a_year(plain)
    yield from _every_other(plain)
    yield from _fixed_days(plain)
    yield from _terms(plain)
    yield from _term_days(plain)
    for match in _PERIODIC.finditer(plain):
        yield from _periodic(match)
    for form, confidence in ((_OPENING, 0.8), (_TIMES, 0.7)):
        for match in form.finditer(plain):
            yield _recurring(match, confidence, {"freq": _FREQUENCY[match["unit"].lower()]})
    free = (match for match in _BEFORE_VERB.finditer(plain) if not match["bearer"])
    for match in (*_ADVERBIAL.finditer(plain), *free):
        rule = Rule([("freq", _FREQUENCY[match["unit"].lower()])])
        yield Found("recurring", *match.span("each"), 0.75, {"rule": rule})


def _recurring(match: re.Match[str], confidence: float, rule: dict[str, Any]) -> Found:
    end = match.start() + len(match[0].rstrip(" ,"))
    return Found("recurring", match.start(), end, confidence, {"rule": Rule(rule.items())})


def _periodic(match: re.Match[str]) -> Iterator[Found]:
    """ "định kỳ" with each of the periods that follow it; alone it leaves the period open."""
    if not match["terms"]:
        yield _recurring(match, 0.85, {"freq": "unspecified"})
        return
    start = match.start()
    for term in _LISTED.finditer(match.string, *match.span("terms")):
        yield Found("recurring", start, term.end(), 0.85, {"rule": Rule([("freq", _frequency(term[0]))])})
        start = term.end()


def _frequency(term: str) -> str:
    words = term.lower()
    if "6 tháng" in words or "sáu tháng" in words or "nửa năm" in words:
        return "half_yearly"
    return _FREQUENCY[words.split()[-1]]


def _twice_a_year(plain: str) -> Iterator[Found]:
    """ "trước ngày 15 tháng 6 và ngày 15 tháng 12 hằng năm" are two days a year."""
    for match in _TWO_DAYS_A_YEAR.finditer(plain):
        start = match.start()
        for n in "12":
            day, month, end = int(match[f"d{n}"]), int(match[f"m{n}"]), match.end(f"m{n}")
            rule = Rule([("freq", "yearly"), ("by_month", month), ("by_month_day", day)])
            yield Found("recurring", start, end if n == "1" else match.end(), 0.85, {"rule": rule})
            start = end


def _every_other(plain: str) -> Iterator[Found]:
    """ "02 tuần/lần" comes every second week, "6 tháng một lần" every half-year."""
    for match in _EVERY_OTHER.finditer(plain):
        count, unit = int(match["n"]), match["unit"].lower()
        named = _MONTHS_NAMED.get(count) if unit == "tháng" else None
        rule = Rule([("freq", named)] if named else [("freq", _FREQUENCY[unit]), ("interval", count)])
        yield Found("recurring", match.start(), match.end(), 0.85, {"rule": rule})


def _fixed_days(plain: str) -> Iterator[Found]:
    rule: dict[str, Any]
    for match in _QUARTER_DAY.finditer(plain):
        yield _recurring(match, 0.9, {"freq": "quarterly", "by_month_day": int(match["d"])})
    for match in _MONTHLY_BY.finditer(plain):
        yield _recurring(match, 0.9, {"freq": "monthly", "by_month_day": int(match["d"])})
    for match in _DAILY_AT.finditer(plain):
        hour, minute = match["h"] or match["b_h"], match["mi"] or match["b_mi"] or 0
        yield _recurring(match, 0.9, {"freq": "daily", "by_time": f"{int(hour):02}:{int(minute):02}"})
    for match in _MONTH_DAY.finditer(plain):
        days = [int(match["d"]), *([int(match["d2"])] if match["d2"] else [])]
        if all(1 <= day <= 31 for day in days):
            rule = {
                "freq": "monthly",
                "by_month_day": days[0] if len(days) == 1 else tuple(days),
            }
            yield _recurring(match, 0.95, rule | ({"by_time": clock(match)} if match["h"] else {}))
    for match in _MONTH_END.finditer(plain):
        yield _recurring(match, 0.9, {"freq": "monthly", "by_month_day": -1})
    for match in (*_WEEK_DAY.finditer(plain), *_WEEKLY_BY.finditer(plain)):
        named = tuple(_WEEKDAY[day.lower()] for day in (match["w"], match["w2"]) if day)
        rule = {"freq": "weekly", "by_weekday": named[0] if len(named) == 1 else named}
        yield _recurring(match, 0.95, rule | ({"by_time": clock(match)} if match["h"] else {}))
    for match in _YEAR_DAY.finditer(plain):
        day = int(match["d"] or match["d2"] or match["d3"])
        month = int(match["m"] or match["m2"] or match["m3"])
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield _recurring(match, 0.9, {"freq": "yearly", "by_month": month, "by_month_day": day})


def _term_days(plain: str) -> Iterator[Found]:
    """ "định kỳ 6 tháng, năm … trước ngày 15/6 và ngày 15/12": each term has the day in its place."""
    for match in _TERMS_THEN_DAYS.finditer(plain):
        terms = [_frequency(t[0]) for t in _LISTED.finditer(plain, *match.span("terms"))]
        days = list(_DAY_MONTH.finditer(plain, *match.span("days")))
        if len(terms) != len(days) or not set(terms) <= {"half_yearly", "yearly"}:
            continue
        start = match.start()
        for freq, day in zip(terms, days, strict=True):
            rule = Rule([("freq", freq), ("by_month", int(day["m"])), ("by_month_day", int(day["d"]))])
            yield Found("recurring", start, day.end(), 0.85, {"rule": rule})
            start = day.end()


def _terms(plain: str) -> Iterator[Found]:
    """ "6 tháng (trước 10/6), năm (trước 10/12)" are two rules."""
    matches = [m for form in (_TERM_DAY, _DAY_TERM) for m in form.finditer(plain)]
    terms = {m["term"].lower() for m in matches}
    for match in matches:
        day, month = int(match["d"]), int(match["m"])
        half = "tháng" in match["term"].lower()
        lonely = not half and not any("tháng" in term for term in terms)
        if lonely or not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        freq = "half_yearly" if half else "quarterly" if match["term"].lower() == "quý" else "yearly"
        yield _recurring(match, 0.85, {"freq": freq, "by_month": month, "by_month_day": day})
