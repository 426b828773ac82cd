"""What a message says, in Vietnamese: a code, a short title, how it stands, a link; nothing else (R25)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from uuid import UUID

from service.domain.escalation import ROLE_WORDS, WatchKind
from service.domain.lifecycle import WORKING
from service.domain.link_rules import LinkAction
from service.domain.reading.letter import card, letter, link, paragraph, strong
from service.domain.reading.message_lines import Line
from service.domain.reading.notices import Notice
from service.domain.recurrence import in_words
from service.domain.text import shorten
from service.domain.wording import DEFAULTS, DUTY, RULES, TITLE_MAX, WHOLE, Texts, WordingKind, fill

LINES_MAX = 20

EVENTS = {
    "obligation.assigned.v1": "việc mới",
    "obligation.taken_over.v1": "việc đang theo dõi, chuyển từ sổ cũ",
    "obligation.put_in_writing.v1": "chỉ đạo đã có văn bản",
    "obligation.sent_back.v1": "kết quả chưa được chấp nhận, đề nghị tiếp tục hoàn thiện",
    "obligation.reopened.v1": "được mở lại, đề nghị tiếp tục thực hiện",
    "obligation.withdrawn.v1": "đã được thu hồi, đơn vị không phải thực hiện",
    "obligation.accepted.v1": "đã được xác nhận hoàn thành",
    "obligation.awaited_event_came.v1": "điều kiện đã có, hạn bắt đầu tính",
    "obligation.due_day_moved.v1": "được điều chỉnh thời hạn",
    "obligation.period_moved.v1": "được điều chỉnh thời hạn theo chế độ định kỳ mới",
    "obligation.due_day_counted_again.v1": "hạn được tính lại theo lịch làm việc mới",
    "obligation.submitted.v1": "đơn vị báo cáo hoàn thành, chờ xác nhận",
    "obligation.closing_proposed.v1": "các việc giao lại đã hoàn thành, đề nghị báo cáo kết quả",
    "obligation.withdrawn_with_parent.v1": "đã được thu hồi cùng nhiệm vụ cấp trên",
    "coordinator.added.v1": "được giao phối hợp thực hiện",
    "coordination.requested.v1": "đơn vị chủ trì đề nghị phối hợp, cần trả lời",
    "coordination.passed_on.v1": "quý đơn vị trả lời yêu cầu phối hợp thay đơn vị đã thôi hoạt động",
    "coordination.unit_ended.v1": "đơn vị phối hợp thôi hoạt động khi chưa trả lời, cần hỏi đơn vị khác",
    "coordination.answered.v1": "đơn vị phối hợp đã trả lời",
    "coordination.withdrawn.v1": "đơn vị chủ trì rút yêu cầu phối hợp",
    "obligation.returned.v1": "đơn vị trả lại, chờ quyết định",
    "obligation.return_refused.v1": "không được trả lại, đề nghị tiếp tục thực hiện",
    "obligation.return_accepted.v1": "đã nhận lại, đơn vị không phải thực hiện",
    "obligation.suspended.v1": "tạm dừng thực hiện",
    "obligation.resumed.v1": "tiếp tục thực hiện",
    "obligation.extension_requested.v1": "đơn vị đề nghị gia hạn, chờ quyết định",
    "obligation.extension_granted.v1": "được gia hạn",
    "obligation.extension_refused.v1": "không được gia hạn",
    "obligation.cause_claimed.v1": "đơn vị nêu nguyên nhân khách quan, chờ xác nhận",
    "obligation.cause_confirmed.v1": "nguyên nhân khách quan được xác nhận",
    "obligation.cause_refused.v1": "nguyên nhân khách quan không được công nhận",
    "obligation.explanation_asked.v1": "có yêu cầu giải trình",
    "obligation.explanation_given.v1": "đơn vị đã giải trình",
    "obligation.value_corrected.v1": "đơn vị sửa số liệu đã báo cáo",
    "obligation.explanation_closed.v1": "đã kết thúc yêu cầu giải trình",
}


def standing(line: Line, today: date) -> str:
    """Return how the duty stands, in a few words."""
    match line.watch:
        case None:
            words = EVENTS[line.event or ""]
            return words + (f", hạn {show(line.due_on)}" if line.due_on and line.state in WORKING else "")
        case WatchKind.ACKNOWLEDGEMENT:
            due = f", hạn {show(line.due_on)}" if line.due_on else ""
            return f"chưa xác nhận đã nhận{due}"
        case WatchKind.SILENCE:
            return "không thời hạn, chưa có báo cáo"
        case WatchKind.ACCEPTANCE:
            return "đơn vị đã báo cáo hoàn thành, chờ xác nhận"
        case WatchKind.RETURN:
            return "đơn vị trả lại, chờ quyết định"
        case WatchKind.EXTENSION:
            return "đơn vị đề nghị gia hạn, chờ quyết định"
        case WatchKind.EXPLANATION:
            return f"chưa giải trình, {_deadline(line.due_on, today)}"
        case WatchKind.COORDINATION:
            return f"chưa trả lời yêu cầu phối hợp, {_deadline(line.due_on, today)}"
        case WatchKind.DEADLINE:
            return _deadline(line.due_on, today)


def _deadline(due_on: date | None, today: date) -> str:
    if due_on is None or due_on > today:
        return f"đến hạn {show(due_on)}"
    return "hết hạn hôm nay" if due_on == today else f"quá hạn từ {show(due_on)}"


def show(day: date | None) -> str:
    """Return a day as letters have it: 15/05/2024."""
    return f"{day:%d/%m/%Y}" if day else "không thời hạn"


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words, for one channel; `shown` of its lines are in it, the others are counted there."""

    subject: str
    text: str
    html: str
    code: str
    title: str
    unit: str
    due: str
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a message is about: at least one duty, or one fact about the machinery.

    Attributes:
        notices: What it tells of the machinery; comes first.
        notice_text: How a line about the machinery reads.
        office: Name of the unit that keeps the register.
        link: Leads to the whole message, or to its only duty.
        answers: The links by which a reader answers for single duties.
        offers: What the reader may answer for each.
    """

    lines: Sequence[Line]
    office: str
    link: str
    answers: Mapping[UUID, str]
    offers: Mapping[UUID, Sequence[LinkAction]]
    today: date
    notices: Sequence[Notice] = ()
    notice_text: str = DEFAULTS[WordingKind.NOTICE].duty

    def __len__(self) -> int:
        """Return how much there is to tell."""
        return len(self.notices) + len(self.lines)

    def codes(self) -> list[str]:
        """Return what it is about, each once: what of ours has stopped, and the directives."""
        told = (*(notice.matter for notice in self.notices), *(line.code for line in self.lines))
        return list(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: its text with the values of its names, and what the reader may answer."""

    text: str
    values: Mapping[str, str]
    is_late: bool = False
    reply: str = ""
    actions: Sequence[LinkAction] = ()


def word(contents: Contents, texts: Texts, *, channel: str) -> Words:
    """Return the words of one message; on Zalo as many of its lines as its length allows."""
    values = _values(contents)
    is_outside = not contents.notices and not (contents.lines[0].subordinate or contents.lines[0].at_keeper)
    values["mo_dau"] = fill(texts.request if is_outside else texts.opening, values)
    entries = _entries(contents, texts)
    text, shown = _fitted(contents, texts, values, entries, channel)
    first = contents.lines[0] if contents.lines else None
    return Words(
        subject=fill(texts.subject, values),
        text=text,
        html=_html(contents, texts, values, entries),
        code=values["van_ban"] if len(contents.codes()) == 1 else f"{len(contents)} việc",
        title=shorten(first.subject if first else contents.notices[0].happened, TITLE_MAX),
        unit=first.unit if first else contents.office,
        due=show(first.due_on) if first else "",
        shown=shown,
    )


def _values(contents: Contents) -> dict[str, str]:
    """Return what the names of headlines and first sentences stand for."""
    lines, notices = contents.lines, contents.notices
    duties = len({line.obligation_id for line in lines})
    codes = contents.codes()
    if len(codes) == 1:
        count = f" ({duties} việc)" if duties > 1 else ""
        van_ban = codes[0]
        trich_yeu = shorten(lines[0].subject if lines else notices[-1].happened, TITLE_MAX) + count
    elif notices:
        van_ban = f"{len(notices)} sự cố" + (f", {duties} việc" if duties else "")
        trich_yeu = ", ".join(codes)
    else:
        van_ban, trich_yeu = f"{duties} việc thuộc {len(codes)} văn bản", ", ".join(codes)
    values = {
        "so_viec": str(duties + len(notices)),
        "co_quan": contents.office,
        "van_ban": van_ban,
        "trich_yeu": trich_yeu,
    }
    bounded = {name: shorten(value, WHOLE[name].length_max) for name, value in values.items()}
    return bounded | {"lien_ket": contents.link}


def _fitted(
    contents: Contents, texts: Texts, values: Mapping[str, str], entries: Sequence[Entry], channel: str
) -> tuple[str, int]:
    """Return the text for a channel, and how many lines are in it."""
    name = "zalo" if channel == "zalo" else "body"
    shown = len(entries)
    while True:
        listed = _list(contents, entries[:shown])
        text = unicodedata.normalize("NFC", fill(getattr(texts, name), {**values, "cac_viec": listed}))
        if name == "body" or shown == 1 or len(text) <= RULES[name].length_max:
            return text, shown
        shown -= 1


def _entries(contents: Contents, texts: Texts) -> list[Entry]:
    """Return the lines of a message, no more than fit into one: the machinery first, then the duties."""
    told = [Entry(contents.notice_text, _of_notice(notice, contents.office)) for notice in contents.notices]
    for line in contents.lines:
        is_late = (
            line.watch is WatchKind.DEADLINE and line.due_on is not None and line.due_on < contents.today
        )
        told.append(
            Entry(
                texts.duty,
                _of_duty(line, contents.today),
                is_late=is_late,
                reply=contents.answers.get(line.obligation_id, ""),
                actions=contents.offers.get(line.obligation_id, ()),
            )
        )
    return told[:LINES_MAX]


def _list(contents: Contents, entries: Sequence[Entry]) -> str:
    """Return the lines as text; a link to answer by is named where it is not that of the whole message."""
    numbered = [
        f"{number}. {fill(entry.text, entry.values)}"
        + (f"\n   Trả lời: {entry.reply}" if entry.reply not in ("", contents.link) else "")
        for number, entry in enumerate(entries, start=1)
    ]
    return "\n".join([*numbered, *_rest(contents, len(entries))])


def _rest(contents: Contents, shown: int) -> list[str]:
    more = len(contents) - shown
    return [f"… và {more} việc khác."] if more else []


def _html(contents: Contents, texts: Texts, values: Mapping[str, str], entries: Sequence[Entry]) -> str:
    """Return a mail's text as HTML: its paragraphs, a card a duty, links that can be pressed."""
    shown = {name: escape(value) for name, value in values.items()} | {"lien_ket": link(contents.link)}
    rows: list[str] = []
    for part in escape(texts.body).split("\n\n"):
        before, listed, after = part.partition("{cac_viec}")
        rows += [paragraph(fill(before.strip(), shown))] if before.strip() else []
        rows += _cards(contents, entries) if listed else []
        rows += [paragraph(fill(after.strip(), shown))] if after.strip() else []
    return letter(rows)


def _cards(contents: Contents, entries: Sequence[Entry]) -> list[str]:
    cards = []
    for number, entry in enumerate(entries, start=1):
        emphasised = {name: escape(value) for name, value in entry.values.items()} | {
            "noi_dung": strong(entry.values["noi_dung"]),
            "tinh_trang": strong(entry.values["tinh_trang"], is_late=entry.is_late),
        }
        sentence = fill(escape(entry.text), emphasised)
        cards.append(card(number, sentence, reply=entry.reply, actions=entry.actions))
    return cards + [paragraph(escape(part)) for part in _rest(contents, len(entries))]


def _of_duty(line: Line, today: date) -> dict[str, str]:
    """Return what the names of a duty's line stand for."""
    told = ", ".join(f"{ROLE_WORDS[role]} {count} lần" for role, count in line.told_before.items())
    before = f" (đã nhắc: {told})" if told else ""
    values = {
        "van_ban": line.code,
        "muc": line.locator + (f", {in_words(line.period)}" if line.period else ""),
        "noi_dung": line.title,
        "don_vi": line.unit,
        "tinh_trang": f"{standing(line, today)}{before}{_deputy(line)}",
    }
    return _bounded(values)


def _of_notice(notice: Notice, office: str) -> dict[str, str]:
    """Return what the same names stand for where the machinery is told of."""
    values = {
        "van_ban": notice.matter,
        "muc": notice.since_when(),
        "noi_dung": notice.happened,
        "don_vi": office,
        "tinh_trang": f"{notice.to_do}{_deputy(notice)}",
    }
    return _bounded(values)


def _deputy(told: Line | Notice) -> str:
    return f" (thay {ROLE_WORDS[told.in_place_of]} vắng mặt)" if told.in_place_of else ""


def _bounded(values: Mapping[str, str]) -> dict[str, str]:
    return {name: shorten(value, DUTY[name].length_max) for name, value in values.items()}
