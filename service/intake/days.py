"""Reads deadlines that are days or windows on the calendar ("trước ngày 15/5", "trong quý II/2024").

A missing year is the first in which the day is not long past on the day of issue; such a reading is marked as
unsure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .recurrences import TIME, Found, clock

CERTAIN, LIKELY = 0.95, 0.75
STALE_DAYS = 60
"""A day this long before the directive is a condition ("dự án phê duyệt trước ngày …"), not a deadline."""

_DAY = (
    r"(?P<d>\d{1,2})(?:\s?[/.-]\s?|\s+tháng\s+)(?P<m>\d{1,2})"
    r"(?:(?:\s?[/.-]\s?|\s+năm\s+)(?P<y>\d{4}))?(?![\d/])"
)
LATEST = (
    r"(?:(?:chậm nhất|muộn nhất|trễ nhất|hạn cuối|hạn chót)(?:\s+(?:là|vào|đến|trong|trước|hết))*|"
    r"không (?:quá|muộn hơn|chậm hơn))"
)
_TERM = (
    r"(?:thời hạn|thời gian|tiến độ|hạn)(?:\s+(?:hoàn thành|thực hiện|gửi|báo cáo|xong|nộp|trình|là))*\s*:"
)
_DONE = r"(?:hoàn thành|xong|gửi|nộp|báo cáo|trình|ban hành|phê duyệt|kết thúc)"
_BOUND = (
    rf"(?P<before>(?:{LATEST}\s+)?(?:xong\s+|đến\s+)?trước(?:\s+thời điểm)?)"
    rf"|(?P<until>đến(?=\s+ngày))|(?P<by>{LATEST}|{_TERM}|(?:đến |vào )?hết|"
    rf"{_DONE}[^.;:()]{{0,90}}?\s(?:đến|trong|vào|xong))"
    r"|(?P<on>trong)"
)
_PLAIN_DAY = re.compile(_DAY, re.IGNORECASE)
_DATE = re.compile(rf"(?:{_BOUND})\s*(?:{TIME}\s*,?\s*)?(?:(?:của\s+)?ngày\s+)?{_DAY}", re.IGNORECASE)
_VERB_BEFORE_DAY = re.compile(rf"{_DONE}[^.;:()]*?\s(?=(?:đến|trong|vào|xong)$)", re.IGNORECASE)
_MONTH = re.compile(
    rf"(?:(?P<end>(?:{LATEST}\s+)?(?:đến\s+)?(?:hết|cuối))|(?P<start>(?:{LATEST}\s+)?(?:đến\s+|"
    rf"xong\s+)?trước)"
    rf"|(?P<within>(?:{LATEST}|{_TERM}|ngay trong|trong|vào(?=\s+quý)|"
    rf"{_DONE}(?:\s+(?:vào|trong)|\s*:)?)(?:\s+trong)?))\s*"
    r"(?:tháng\s+(?P<m>\d{1,2})(?:\s*,\s*tháng\s+(?P<m2>\d{1,2}))?|quý\s+(?P<q>IV|I{1,3}|[1-4])(?:(?:\s*,|"
    r"\s+và)\s+quý\s+(?P<q2>IV|I{1,3}|[1-4]))?)"
    r"(?:(?:\s?[/.-]\s?|\s+năm\s+|\s+)(?P<y>\d{4}))?(?![\d/])",
    re.IGNORECASE,
)
_HALF = re.compile(r"trong\s+(?:0?6|sáu) tháng (?P<which>đầu|cuối) năm(?:\s+(?P<y>\d{4}))?", re.IGNORECASE)
_YEAR = re.compile(
    rf"(?:(?P<end>(?:{LATEST}\s+|{_DONE}[^.;:()]{{0,40}}?\s)(?:đến\s+)?(?:hết|cuối))|"
    rf"(?P<within>{_DONE}[^.;:()]{{0,200}}?\strong))\s+năm\s+(?P<y>\d{{4}})",
    re.IGNORECASE,
)
_VERB_BEFORE_YEAR = re.compile(r"(?=(?:đến\s+)?(?:hết|cuối|trong)\s+năm)", re.IGNORECASE)
_FROM_TO = re.compile(
    rf"từ\s+(?:ngày\s+)?{_DAY.replace('?P<', '?P<a_')}\s*(?:đến|-)\s*(?:hết\s+)?(?:ngày\s+)?{_DAY}",
    re.IGNORECASE,
)
_OF_YEAR = r"(?:(?:\s?[/.-]\s?|\s+năm\s+)(?P<y>\d{4}))?"
_MONTHS_FROM_TO = re.compile(
    rf"từ\s+tháng\s+(?P<a_m>\d{{1,2}}){_OF_YEAR.replace('?P<y>', '?P<a_y>')}\s*(?:đến|-)\s*(?:hết\s+)?"
    rf"tháng\s+(?P<m>\d{{1,2}}){_OF_YEAR}(?![\d/])",
    re.IGNORECASE,
)
_EVENT = re.compile(
    rf"(?P<before>trước|chậm nhất(?: là)?)\s+(?:ngày|dịp|khi|"
    rf"lễ)?[^.;:()]{{3,60}}\((?:ngày\s+)?{_DAY}\)",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    rf"(?P<before>trước|chậm nhất|xong)\s+{TIME}\s*,?\s*(?:trong\s+)?cùng ngày", re.IGNORECASE
)
_FROM_NOW = re.compile(
    r"từ nay (?:cho )?đến (?:hết|cuối) "
    r"(?:(?:ngày\s+(?P<d>\d{1,2})(?:\s?[/.-]\s?|\s+tháng\s+)|tháng\s+)(?P<m>\d{1,2})"
    r"(?:\s?[/.-]\s?|\s+năm\s+)?|năm\s*)(?P<y>\d{4})?",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\s*,?\s*(?:mà\s+)?(?:chưa|đã|còn|vẫn|cả nước|toàn (?:tỉnh|huyện)|ước)(?!\w)")
"""After "đến ngày …" these words say how things stand on that day."""
_CUT_OFF = re.compile(
    r"(?:(?:số|dữ) liệu(?:\s+(?:được|tổng hợp|thống kê|báo cáo|cập nhật|lấy|chốt|tính))*\s*|"
    r"(?:(?<!máy )tính|lũy kế|từ năm \d{4}|thời điểm|hiệu lực|thay cho|thay vì|so với)[^.;,(]{0,25}|"
    r"(?:kỳ|phiên) họp(?: thường lệ)?\s*|"
    r"giai đoạn(?: từ)?(?: năm)?(?: \d{4})?(?: đến)?\s*)$",
    re.IGNORECASE,
)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True, slots=True)
class Issued:
    """The directive's day as far as it is known; it settles deadlines that name no year.

    `named` is the last day that the text names before a passage; "cùng ngày" means it.
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    named: str | None = None


def issued_from(iso: str | None) -> Issued:
    """From a full or partial ISO day."""
    parts = [int(part) for part in iso.split("-")] if iso else []
    year, month, day = (*parts, None, None, None)[:3]
    return Issued(year, month, day)


def last_day(year: int, month: int) -> int:
    """The number of days of a month."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_cut_off(plain: str, start: int) -> bool:
    """Whether a day bounds data, a scope or an older deadline instead of the work."""
    return bool(_CUT_OFF.search(plain[max(start - 60, 0) : start]))


def find_dates(plain: str, issued: Issued) -> Iterator[Found]:
    """Days with a bound: before, by or on; with a time when one is written."""
    for match in _DATE.finditer(plain):
        month = int(match["m"])
        year, confidence = _year_for(match, month, issued)
        iso = _iso(year, month, int(match["d"])) if year else None
        if iso is None or _is_stale(iso, issued) or is_cut_off(plain, match.start()):
            continue
        if match["until"] and (not _is_later(iso, issued) or _TELLS.match(plain, match.end())):
            continue
        verb = _VERB_BEFORE_DAY.match(match["by"]) if match["by"] else None
        facts: dict[str, Any] = {"iso": iso, "bound": _bound(match, after_verb=verb is not None)}
        if match["h"]:
            facts["time"] = clock(match)
        yield Found("date", match.start() + (verb.end() if verb else 0), match.end(), confidence, facts)


def _bound(match: re.Match[str], *, after_verb: bool) -> str:
    """ "hoàn thành vào ngày" is on the day, "hoàn thành đến ngày" and "chậm nhất vào ngày" are by it."""
    on_it = after_verb and match["by"].lower().endswith(("vào", "trong"))
    if match["on"] or on_it:
        return "on"
    return "before" if match["before"] else "by"


def find_events(plain: str, issued: Issued) -> Iterator[Found]:
    """A day that stands in brackets after the event that bounds the work."""
    for match in _EVENT.finditer(plain):
        year, confidence = _year_for(match, int(match["m"]), issued)
        iso = _iso(year, int(match["m"]), int(match["d"])) if year else None
        if iso and not _is_stale(iso, issued):
            bound = "before" if match["before"].lower() == "trước" else "by"
            yield Found("date", match.start(), match.end(), confidence, {"iso": iso, "bound": bound})


def find_same_days(plain: str, issued: Issued) -> Iterator[Found]:
    """ "trước 15 giờ cùng ngày": the last day that was named before."""
    for match in _SAME_DAY.finditer(plain):
        named = [m for m in _PLAIN_DAY.finditer(plain, 0, match.start()) if m["y"]]
        iso = _iso(int(named[-1]["y"]), int(named[-1]["m"]), int(named[-1]["d"])) if named else issued.named
        if iso:
            facts = {"iso": iso, "bound": "before", "time": clock(match)}
            yield Found("date", match.start(), match.end(), LIKELY, facts)


def last_named(plain: str) -> str | None:
    """The last full day that a text names."""
    days = [m for m in _PLAIN_DAY.finditer(plain) if m["y"]]
    return _iso(int(days[-1]["y"]), int(days[-1]["m"]), int(days[-1]["d"])) if days else None


def find_months(plain: str, issued: Issued) -> Iterator[Found]:
    """Months and quarters: a window, or the day that ends it."""
    for match in _MONTH.finditer(plain):
        first, last = _months_of(match)
        year, confidence = _year_for(match, last, issued)
        if year is None or not 1 <= first <= last <= 12 or is_cut_off(plain, match.start()):
            continue
        end = _month_end(year, last)
        if _is_stale(end, issued) or (match["within"] and _is_over(end, issued)):
            continue
        if match["start"]:
            iso = _month_end(year, first - 1) if first > 1 else _month_end(year - 1, 12)
            facts: dict[str, Any] = {"iso": iso, "bound": "by"}
            yield Found("date", match.start(), match.end(), min(confidence, LIKELY), facts)
        elif match["end"]:
            yield Found("date", match.start(), match.end(), confidence, {"iso": end, "bound": "by"})
        else:
            latest = {"bound": "by"} if re.match(LATEST, match["within"], re.IGNORECASE) else {}
            facts = {"start": f"{year}-{first:02}-01", "end": end, **latest}
            yield Found("period", match.start(), match.end(), confidence, facts)


def _months_of(match: re.Match[str]) -> tuple[int, int]:
    """The first and the last month of a month or a quarter, or of two of them."""
    if not match["q"]:
        return int(match["m"]), int(match["m2"] or match["m"])
    quarters = [_QUARTERS.get(q.upper()) or int(q) for q in (match["q"], match["q2"] or match["q"])]
    return quarters[0] * 3 - 2, quarters[1] * 3


def find_years(plain: str, issued: Issued) -> Iterator[Found]:
    """Years and half-years in which something must be done."""
    for match in _HALF.finditer(plain):
        year = int(match["y"]) if match["y"] else issued.year
        if year:
            start, end = ("01-01", "06-30") if match["which"].lower() == "đầu" else ("07-01", "12-31")
            facts = {"start": f"{year}-{start}", "end": f"{year}-{end}"}
            yield Found("period", match.start(), match.end(), LIKELY, facts)
    for match in _YEAR.finditer(plain):
        last = f"{match['y']}-12-31"
        if _is_stale(last, issued):
            continue
        begin = match.start() + len(_VERB_BEFORE_YEAR.split(match[0], maxsplit=1)[0])
        if is_cut_off(plain, begin):
            continue
        if match["end"]:
            yield Found("date", begin, match.end(), LIKELY, {"iso": last, "bound": "by"})
        else:
            yield Found("period", begin, match.end(), LIKELY, {"start": f"{match['y']}-01-01", "end": last})


def find_spans_of_months(plain: str, issued: Issued) -> Iterator[Found]:
    """Windows from a month to a month."""
    for match in _MONTHS_FROM_TO.finditer(plain):
        year, confidence = _year_for(match, int(match["m"]), issued)
        first, last = int(match["a_m"]), int(match["m"])
        begin = int(match["a_y"]) if match["a_y"] else year
        if year is None or begin is None or not (1 <= first <= 12 and 1 <= last <= 12):
            continue
        facts = {"start": f"{begin}-{first:02}-01", "end": _month_end(year, last)}
        over = facts["start"] > facts["end"] or _is_over(facts["end"], issued)
        if not over and not is_cut_off(plain, match.start()):
            yield Found("period", match.start(), match.end(), confidence, facts)


def find_periods(plain: str, issued: Issued) -> Iterator[Found]:
    """Windows from a day, or from now, to a day."""
    for match in _FROM_NOW.finditer(plain):
        month = int(match["m"] or 12)
        until = int(match["y"]) if match["y"] else issued.year
        if until and 1 <= month <= 12:
            end = _iso(until, month, int(match["d"] or last_day(until, month)))
            if end is None:
                continue
            facts = {"start": None, "end": end}
            yield Found("period", match.start(), match.end(), LIKELY, facts)
    for match in _FROM_TO.finditer(plain):
        year, confidence = _year_for(match, int(match["m"]), issued)
        start_year = int(match["a_y"]) if match["a_y"] else year
        end = _iso(year, int(match["m"]), int(match["d"])) if year else None
        start = _iso(start_year, int(match["a_m"]), int(match["a_d"])) if start_year else None
        sound = start and end and start <= end and not _is_stale(end, issued)
        if sound and not is_cut_off(plain, match.start()):
            yield Found("period", match.start(), match.end(), confidence, {"start": start, "end": end})


def _month_end(year: int, month: int) -> str:
    return f"{year}-{month:02}-{last_day(year, month):02}"


def _iso(year: int, month: int, day: int) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= last_day(year, month) or not 1990 <= year <= 2200:
        return None
    return f"{year}-{month:02}-{day:02}"


def _year_for(match: re.Match[str], month: int, issued: Issued) -> tuple[int | None, float]:
    if match["y"]:
        return int(match["y"]), CERTAIN
    if issued.year is None:
        return None, LIKELY
    past = issued.month is not None and month < issued.month - 1
    return issued.year + past, LIKELY


def _is_later(iso: str, issued: Issued) -> bool:
    """A bare "đến ngày" ends the work only when it is still to come; else it dates what was done."""
    if issued.year is None:
        return False
    return iso > f"{issued.year}-{issued.month or 1:02}-{issued.day or 31:02}"


def _is_over(end: str, issued: Issued) -> bool:
    """A window that closed before the issue tells what happened."""
    return issued.year is not None and end < f"{issued.year}-{issued.month or 1:02}-{issued.day or 1:02}"


def _is_stale(iso: str, issued: Issued) -> bool:
    if issued.year is None:
        return False
    year, month, day = (int(part) for part in iso.split("-"))
    age = (issued.year - year) * 365 + ((issued.month or 1) - month) * 30 + ((issued.day or 1) - day)
    return age > STALE_DAYS
