"""What the cells of an older register say: a document, a deadline, how a duty stands. Pure; never a guess.

Whatever is not read completely raises `Doubt`, whose text tells the clerk what to mend.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.lifecycle import State
from service.domain.text import fold, nfc

_DAY = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})(?![\d/-])"
    r"|(?<![\d/.-])(\d{4})-(\d{2})-(\d{2})(?![\d/-])"
    r"|(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\d/.-])(?:số\s*:?\s*)?(?P<number>\d{1,6}[a-zđ]?)\s?[/-]\s?"
    r"(?P<symbol>(?:\d{4}\s?/\s?)?[^\W\d_][\w&]*(?:[-/&.][^\W\d_][\w&]*)*)",
    re.IGNORECASE,
)
_ISSUER = re.compile(r"\bcủa\s+(.+?)(?=\s+(?:ngày|về|v/v)\b|\s*[,;(]|$)", re.IGNORECASE)
_REGARDING = re.compile(r"(?:\bv/v|\bvề(?: việc)?)\s+(.+)$", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?:^|\s+)(?:số|ngày)\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"(?<!\d)(\d{1,3})\s?%")
_PERIOD = re.compile(
    r"(?:(?:trong|den|het|cuoi) )*"
    r"(?:thang (?P<month>\d{1,2}) (?:nam )?|quy (?P<quarter>iv|i{1,3}|[1-4]) (?:nam )?|nam )(?P<year>\d{4})"
)
_RECURRING = re.compile(r"\b(?:hang|dinh ky|moi) ?(?:ngay|tuan|thang|quy|nam|6 thang)?\b")
_DONE = re.compile(r"(?:da )?(?:hoan thanh|hoan tat|xong|thuc hien xong)\b")
_UNTOUCHED = re.compile(r"chua\b|trong han\b|qua han\b|tre han\b|den han\b|sap den han\b")
_WORKING = re.compile(r"dang\b|tiep tuc\b")
_ENDED = re.compile(r"(?:da )?(?:thu hoi|rut|bai bo|huy|dung|tam dung|tam hoan|chuyen)\b(?! han)")
_LATE = re.compile(r"\b(?:qua|tre|cham) (?:han|tien do)\b")
_IN_TIME = re.compile(r"\b(?:dung|truoc|trong) (?:han|tien do)\b")

EDGES = " .,;:()-"
"""What may stand around a piece of a cell."""

DEADLINE_WORDS = frozenset(
    fold("trước, chậm nhất, trong ngày, đến hết, xong, hạn hoàn thành, báo cáo, là thời gian").split()
)
"""Words that may stand beside the one day of a deadline without changing it."""

DONE_WORDS = frozenset(
    fold("nhiệm vụ, ngày, theo, tại, báo cáo, công văn, văn bản, quyết định, kế hoạch số").split()
)
"""Words that may stand beside "hoàn thành", a day and a document's number without taking it back."""

NO_DEADLINE = frozenset(
    {"", "khong", "khong han", "khong thoi han", "khong co thoi han", "khong quy dinh", "khong xac dinh"}
)
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Doubt(Exception):
    """A cell that a person must look at; the text is for the clerk."""


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document as a register names it. Without a number, `doc_type` is all that is written.

    `written` is the cell; `day` the day that stands in it.
    """

    written: str
    doc_type: str
    number: str | None
    symbol: str | None
    day: date | None
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands: its state, the day it was done, and how far it is in percent."""

    state: State
    done_on: date | None = None
    percent: int | None = None


def days_in(text: str) -> list[date]:
    """Return the days that stand in a text, once each.

    Raises:
        Doubt: One of them is in no calendar.
    """
    found = []
    for match in _DAY.finditer(text):
        first, iso, words = match.groups()[:3], match.groups()[3:6], match.groups()[6:]
        year, month, day = iso if iso[0] else reversed(words if words[0] else first)
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            raise Doubt(f"“{match[0]}” không phải là ngày") from None
    return list(dict.fromkeys(found))


def read_day(text: str) -> date | None:
    """Return the day that a cell is; None for an empty one.

    Raises:
        Doubt: It is anything else.
    """
    if not text:
        return None
    found = days_in(text)
    rest = _without_days(text)
    if len(found) != 1 or rest:
        raise Doubt(f"“{text}” không phải là một ngày (ghi ngày/tháng/năm)")
    return found[0]


def read_document(text: str) -> NamedDocument:
    """Read "Công văn số 123/UBND-VP ngày 15/4/2024 của UBND huyện về …", or whatever names a document.

    Raises:
        Doubt: It names none, two documents or two days.
    """
    days = days_in(text)
    if not fold(text):
        raise Doubt("không có văn bản giao")
    if len(days) > 1:
        raise Doubt("có hai ngày văn bản")
    plain = nfc(_DAY.sub(" ", text))
    numbers = list(_NUMBER.finditer(plain))
    if len(numbers) > 1:
        raise Doubt("có hai số văn bản: tách thành hai dòng")
    day = days[0] if days else None
    if not numbers and not _trimmed(plain):
        raise Doubt("không có văn bản giao")
    if not numbers:
        return NamedDocument(text, _trimmed(plain), None, None, day, "", "")
    (match,) = numbers
    after = plain[match.end() :]
    issuer, regarding = _ISSUER.search(after), _REGARDING.search(after)
    return NamedDocument(
        written=text,
        doc_type=_trimmed(plain[: match.start()]),
        number=match["number"],
        symbol=re.sub(r"\s", "", match["symbol"]),
        day=day,
        issuer=issuer[1].strip() if issuer else "",
        subject=regarding[1].strip() if regarding else "",
    )


def read_deadline(text: str) -> tuple[dict[str, Any], date | None]:
    """Return a deadline in the form of the intake, and its last day; none is an ordinary answer (R9).

    Raises:
        Doubt: It recurs, names several days, or says more than a day.
    """
    folded, days = fold(text), days_in(text)
    if folded in NO_DEADLINE and (folded or not text.strip(" -–—/")):
        return {"kind": "none", "text": text}, None
    if len(days) > 1:
        raise Doubt(f"“{text}” có nhiều ngày: giữ hạn đang có hiệu lực")
    if days:
        said = set(fold(_DAY.sub(" ", text)).split())
        if not said <= DEADLINE_WORDS:
            raise Doubt(f"“{text}” còn nói thêm điều khác ngoài ngày")
        return {"kind": "date", "iso": days[0].isoformat(), "bound": "by", "text": text}, days[0]
    if folded == "thuong xuyen":
        return {"kind": "ongoing", "text": text}, None
    if _RECURRING.search(folded):
        raise Doubt(f"“{text}” là thời hạn định kỳ: nhập ngày của kỳ đang chờ")
    period = _PERIOD.fullmatch(folded)
    if period is None:
        raise Doubt(f"“{text}” không rõ ngày (ghi ngày/tháng/năm)")
    start, end = _bounds(period.groupdict(), text)
    return {"kind": "period", "start": start.isoformat(), "end": end.isoformat(), "text": text}, end


def _bounds(part: Mapping[str, str | None], text: str) -> tuple[date, date]:
    year, first, last = int(part["year"] or 0), 1, 12
    if part["month"]:
        first = last = int(part["month"])
    elif part["quarter"]:
        quarter = QUARTERS.get(part["quarter"]) or int(part["quarter"])
        first, last = quarter * 3 - 2, quarter * 3
    if not 1 <= last <= 12 or not year:
        raise Doubt(f"“{text}” không phải là tháng")
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def read_standing(text: str, done_on: date | None, *, due_on: date | None, today: date) -> Standing:
    """Return how a duty stands by its status cell and the column of the day it was done.

    Raises:
        Doubt: The cell does not say whether it is done, or contradicts the days.
    """
    folded, days = fold(text), days_in(text)
    percents = _PERCENT.findall(text)
    percent = int(percents[0]) if len(percents) == 1 else None
    if _ENDED.match(folded):
        raise Doubt(f"“{text}”: nhiệm vụ đã rút, dừng hay chuyển thì không nhập")
    if _is_done(text, folded, percent) or (not text and done_on):
        day = _done_day(text, days, done_on)
        _agree(folded, late=due_on is not None and day > due_on, dated=due_on is not None)
        return Standing(State.ACCEPTED, day)
    is_working = bool(_WORKING.match(folded) or (_DONE.match(folded) and percent not in (None, 100)))
    if not (is_working or not text or _UNTOUCHED.match(folded)):
        raise Doubt(f"“{text}” không rõ đã hoàn thành hay chưa")
    if done_on is not None:
        raise Doubt(f"có ngày hoàn thành mà tình trạng là “{text}”")
    if _LATE.search(folded) and (due_on is None or due_on >= today):
        raise Doubt(f"“{text}” mà thời hạn chưa qua")
    if percent is not None and percent > 100:
        raise Doubt(f"“{text}” quá 100%")
    return Standing(State.IN_PROGRESS if is_working else State.ASSIGNED, None, percent)


def _is_done(text: str, folded: str, percent: int | None) -> bool:
    """Return if a status says that the duty is done, and nothing that takes it back."""
    done = _DONE.match(folded)
    if done is None or percent not in (None, 100):
        return False
    beside = fold(_PERCENT.sub(" ", _NUMBER.sub(" ", _DAY.sub(" ", text))))
    for known in (_LATE, _IN_TIME, _DONE):
        beside = known.sub(" ", beside)
    return set(beside.split()) <= DONE_WORDS


def _done_day(text: str, days: list[date], done_on: date | None) -> date:
    told = list(dict.fromkeys([*days, *([done_on] if done_on else [])]))
    if not told:
        raise Doubt(f"“{text}” mà không có ngày hoàn thành")
    if len(told) > 1:
        raise Doubt(f"có nhiều ngày hoàn thành: {', '.join(f'{day:%d/%m/%Y}' for day in told)}")
    return told[0]


def _agree(folded: str, *, late: bool, dated: bool) -> None:
    """Raise if the words about lateness say other than the days."""
    says_late, says_in_time = bool(_LATE.search(folded)), bool(_IN_TIME.search(folded))
    if says_late and not late:
        raise Doubt("ghi quá hạn mà ngày hoàn thành không sau thời hạn")
    if says_in_time and (late or not dated):
        raise Doubt("ghi đúng hạn mà ngày hoàn thành không trước thời hạn")


def _without_days(text: str) -> str:
    return fold(re.sub(r"\bngày\b", " ", _DAY.sub(" ", text), flags=re.IGNORECASE))


def _trimmed(text: str) -> str:
    """Return the type of a document without "số" and "ngày" that stood before what was taken out."""
    return _LEFT_OVER.sub("", text.strip(EDGES)).strip(EDGES)
