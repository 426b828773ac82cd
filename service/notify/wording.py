"""What a message says, in Vietnamese: a code, a short title, how it stands, a link; nothing else (R25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.escalation import ROLE_WORDS, WatchKind
from service.domain.lifecycle import WORKING
from service.domain.link_rules import LinkAction
from service.domain.reading.message_lines import Line
from service.domain.recurrence import in_words
from service.domain.text import shorten
from service.notify.letter import Entry, letter

LINES_MAX = 20
TITLE_MAX = 90
PREFIX = "[Nhắc việc]"
OPENING = "Đồng chí có {count} việc cần xem và xử lý:"
REQUEST = "Kính đề nghị quý cơ quan phối hợp xử lý {count} việc sau:"
"""To a unit that the issuing side does not command (R18)."""

FOOTER = "Tin nhắn tự động để nhắc việc; không phải văn bản hành chính."

EVENTS = {
    "obligation.assigned.v1": "việc mới",
    "obligation.taken_over.v1": "việc đang theo dõi, chuyển từ sổ cũ",
    "obligation.put_in_writing.v1": "chỉ đạo đã có văn bản",
    "obligation.sent_back.v1": "kết quả chưa được chấp nhận, cần làm tiếp",
    "obligation.reopened.v1": "được mở lại",
    "obligation.withdrawn.v1": "đã rút",
    "obligation.accepted.v1": "đã được xác nhận hoàn thành",
    "obligation.awaited_event_came.v1": "điều kiện đã có, hạn bắt đầu tính",
    "obligation.due_day_moved.v1": "được đổi hạn",
    "obligation.period_moved.v1": "được đổi hạn theo chế độ định kỳ mới",
    "obligation.due_day_counted_again.v1": "hạn được tính lại theo lịch làm việc mới",
    "obligation.submitted.v1": "đơn vị báo đã hoàn thành, chờ xác nhận",
    "obligation.closing_proposed.v1": "các việc giao lại đã xong, đề nghị báo cáo hoàn thành",
    "obligation.withdrawn_with_parent.v1": "đã rút cùng nhiệm vụ cấp trên",
    "coordinator.added.v1": "quý đơn vị được giao phối hợp",
    "coordination.requested.v1": "đơn vị chủ trì đề nghị phối hợp, cần trả lời",
    "coordination.answered.v1": "đơn vị phối hợp đã trả lời",
    "coordination.withdrawn.v1": "đơn vị chủ trì rút yêu cầu phối hợp",
    "obligation.returned.v1": "đơn vị trả lại, chờ quyết định",
    "obligation.return_refused.v1": "không được trả lại, tiếp tục thực hiện",
    "obligation.return_accepted.v1": "đã nhận lại, đơn vị không phải thực hiện",
    "obligation.suspended.v1": "tạm dừng thực hiện",
    "obligation.resumed.v1": "tiếp tục thực hiện",
    "obligation.extension_requested.v1": "đơn vị xin gia hạn, chờ trả lời",
    "obligation.extension_granted.v1": "được gia hạn",
    "obligation.extension_refused.v1": "không được gia hạn",
    "obligation.cause_claimed.v1": "đơn vị nêu nguyên nhân khách quan, chờ xác nhận",
    "obligation.cause_confirmed.v1": "nguyên nhân khách quan được xác nhận",
    "obligation.cause_refused.v1": "nguyên nhân khách quan không được công nhận",
    "obligation.explanation_asked.v1": "phải giải trình",
    "obligation.explanation_given.v1": "đơn vị đã giải trình",
    "obligation.value_corrected.v1": "đơn vị sửa số liệu đã báo cáo",
    "obligation.explanation_closed.v1": "không phải giải trình nữa",
}


def standing(line: Line, today: date) -> str:
    """Return how the duty stands, in a few words."""
    match line.watch:
        case None:
            words = EVENTS[line.event or ""]
            return words + (f", hạn {show(line.due_on)}" if line.due_on and line.state in WORKING else "")
        case WatchKind.ACKNOWLEDGEMENT:
            return "chưa xác nhận đã nhận"
        case WatchKind.SILENCE:
            return "không thời hạn, chưa có báo cáo"
        case WatchKind.ACCEPTANCE:
            return "đơn vị đã báo hoàn thành, chờ xác nhận"
        case WatchKind.RETURN:
            return "đơn vị trả lại, chờ quyết định"
        case WatchKind.EXTENSION:
            return "đơn vị xin gia hạn, chờ trả lời"
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
    """Return a day as people read it: 15/5/2024."""
    return f"{day.day}/{day.month}/{day.year}" if day else "không thời hạn"


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words."""

    subject: str
    text: str
    html: str
    code: str
    title: str
    unit: str
    due: str


def word(
    lines: Sequence[Line],
    *,
    today: date,
    link: str,
    answers: Mapping[UUID, str],
    offers: Mapping[UUID, Sequence[LinkAction]],
) -> Wording:
    """Return the words for the lines of one message; there is at least one line.

    `link` leads to the whole message, or to its only duty; `answers` are the links by which a reader
    answers for single duties, and `offers` what may be said of each.
    """
    first = lines[0]
    codes = list(dict.fromkeys(line.code for line in lines))
    if len(codes) == 1:
        count = f" ({len(lines)} việc)" if len(lines) > 1 else ""
        subject = f"{PREFIX} {first.code}: {shorten(first.subject, TITLE_MAX)}{count}"
    else:
        subject = f"{PREFIX} {len(lines)} việc thuộc {len(codes)} văn bản"
    beside = {line.obligation_id: answers.get(line.obligation_id, link) for line in lines}
    shown = [_sentence(line, today) for line in lines[:LINES_MAX]]
    replies = [url if (url := beside[line.obligation_id]) != link else "" for line in lines[:LINES_MAX]]
    more = len(lines) - len(shown)
    opening = (OPENING if first.subordinate else REQUEST).format(count=len(lines))
    rest = [f"… và {more} việc khác."] if more else []
    numbered = [
        f"{number}. {sentence}" + (f"\n   Trả lời: {reply}" if reply else "")
        for number, (sentence, reply) in enumerate(zip(shown, replies, strict=True), start=1)
    ]
    text = "\n".join([opening, "", *numbered, *rest, "", f"Xem và trả lời: {link}", "", FOOTER])
    entries = [
        _entry(line, today, beside[line.obligation_id], offers.get(line.obligation_id, ()))
        for line in lines[:LINES_MAX]
    ]
    html = letter(opening, entries, rest="".join(rest), link=link, footer=FOOTER)
    return Wording(
        subject=subject,
        text=text,
        html=html,
        code=first.code if len(codes) == 1 else f"{len(lines)} việc",
        title=shorten(first.subject, TITLE_MAX),
        unit=first.unit,
        due=show(first.due_on),
    )


def _entry(line: Line, today: date, reply: str, actions: Sequence[LinkAction]) -> Entry:
    late = line.watch is WatchKind.DEADLINE and line.due_on is not None and line.due_on < today
    return Entry(
        place=_place(line),
        title=shorten(line.title, TITLE_MAX),
        unit=line.unit,
        standing=_standing(line, today),
        is_late=late,
        reply=reply,
        actions=actions,
    )


def _sentence(line: Line, today: date) -> str:
    return f"{_place(line)}: {shorten(line.title, TITLE_MAX)} – {line.unit} – {_standing(line, today)}"


def _place(line: Line) -> str:
    return f"{line.code}, mục {line.locator}" + (f", {in_words(line.period)}" if line.period else "")


def _standing(line: Line, today: date) -> str:
    """Return how the duty stands, who was told before, and in whose place the reader is told."""
    told = ", ".join(f"{ROLE_WORDS[role]} {count} lần" for role, count in line.told_before.items())
    before = f" (đã nhắc: {told})" if told else ""
    deputy = f" (thay {ROLE_WORDS[line.in_place_of]} vắng mặt)" if line.in_place_of else ""
    return f"{standing(line, today)}{before}{deputy}"
