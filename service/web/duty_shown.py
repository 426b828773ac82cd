"""One duty arranged for the eye: its journal with what was written, its deadline in words, who was told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from service.domain.deadlines import Start
from service.domain.escalation import ROLE_WORDS, Pace, WatchKind
from service.domain.reading.deadlines import CountingRow, Explained
from service.domain.reading.evidence import HandedIn
from service.domain.reading.message_words import show
from service.domain.reading.next_steps import NextStep
from service.domain.reading.progress import ProgressRow
from service.domain.reading.sentences import MEANS_WORDS, RECEIPT_WORDS, sentence
from service.domain.reading.telling import DeliveryRow
from service.domain.reading.timeline import TimelineRow
from service.domain.tables import DeliveryState
from service.domain.text import cited
from service.web.language import marked

DELIVERY_WORDS = {
    DeliveryState.QUEUED: marked("chờ gửi"),
    DeliveryState.SENDING: marked("đang gửi"),
    DeliveryState.SENT: marked("đã gửi"),
    DeliveryState.UNKNOWN: marked("chưa rõ đã gửi"),
    DeliveryState.FAILED: marked("không gửi được"),
    DeliveryState.SUPERSEDED: marked("thôi gửi"),
}
CLOCKS = {
    WatchKind.DEADLINE: marked("nhắc thời hạn"),
    WatchKind.ACKNOWLEDGEMENT: marked("nhắc xác nhận đã nhận"),
    WatchKind.SILENCE: marked("nhắc báo cáo"),
    WatchKind.ACCEPTANCE: marked("nhắc xác nhận hoàn thành"),
    WatchKind.RETURN: marked("nhắc trả lời việc trả lại"),
    WatchKind.EXTENSION: marked("nhắc trả lời đề nghị gia hạn"),
    WatchKind.EXPLANATION: marked("nhắc giải trình"),
    WatchKind.COORDINATION: marked("nhắc trả lời phối hợp"),
}
STARTS = {
    Start.SIGNING: "ngày ký văn bản",
    Start.ISSUE: "ngày ban hành",
    Start.RECEIPT: "ngày đơn vị nhận văn bản",
    Start.EVENT: "ngày sự việc xảy ra",
    Start.DAY: "ngày nêu trong văn bản",
}
PACES = {Pace.WORKING_DAYS: "ngày làm việc", Pace.DAYS: "ngày", Pace.MINUTES: "phút"}


class Line(NamedTuple):
    """One line of the journal, and what was written with it."""

    at: datetime
    text: str
    actor: str
    written: str


class Told(NamedTuple):
    """One message on one channel: to whom, how, when, and what became of it."""

    person: str
    channel: str
    at: datetime
    words: str
    is_bad: bool
    proof_at: datetime | None


class Coming(NamedTuple):
    """What a clock will do by itself."""

    what: str
    who: str
    at: datetime


def journal(
    lines: Sequence[TimelineRow], updates: Sequence[ProgressRow], handed_in: Sequence[HandedIn]
) -> list[Line]:
    """Return the journal, the newest first, each line with the words of the report that it tells of."""
    written = {str(each.id): _said(each.text, each.difficulties) for each in updates}
    written |= {str(each.row.id): each.row.text for each in handed_in}
    shown = [
        Line(line.at, sentence(line.kind, line.facts), line.actor_name or "", written.get(_about(line), ""))
        for line in lines
    ]
    return shown[::-1]


def _about(line: TimelineRow) -> str:
    is_report = line.kind.startswith(("obligation.progress_reported", "obligation.submitted"))
    return str(line.facts.get("update_id") or line.facts.get("submission_id") or "") if is_report else ""


def _said(text: str, difficulties: str) -> str:
    return f"{text} Khó khăn: {difficulties}" if difficulties else text


def told(rows: Sequence[DeliveryRow]) -> list[Told]:
    """Return who was told, the newest first."""
    return [_told(row) for row in rows][::-1]


def _told(row: DeliveryRow) -> Told:
    proofs = [at for at in row.proof if at is not None]
    words = DELIVERY_WORDS[row.state]
    if row.means is not None:
        words = MEANS_WORDS[row.means]
    is_bad = row.state is DeliveryState.FAILED and row.means is None
    return Told(row.person_name, row.channel, row.made_at, words, is_bad, min(proofs) if proofs else None)


def coming(steps: Sequence[NextStep]) -> list[Coming]:
    """Return what comes next by itself."""
    return [
        Coming(
            CLOCKS[each.kind],
            f"{ROLE_WORDS[each.role]} {'ở nơi giữ sổ' if each.at_keeper else each.unit}",
            each.at,
        )
        for each in steps
    ]


def counted(explained: Explained) -> list[str]:
    """Return how the deadline came about, a sentence a step, in the order in which it did."""
    text = explained.deadline.get("text") if explained.deadline else None
    told = [f"Văn bản ghi: “{text}”."] if text else []
    if explained.period is not None:
        each = explained.period
        calendar = f"lịch {each.calendar}, phiên bản {each.calendar_version}"
        told.append(
            f"Định kỳ: “{each.text}”; kỳ này đến {show(each.end_on)}, hạn {show(each.due_on)} ({calendar})."
        )
    told += [
        f"Đơn vị có văn bản ngày {show(each.received_on)} ({RECEIPT_WORDS[each.source]})."
        for each in reversed(explained.receipts)
    ]
    told += [f"“{each.name}”: ngày {show(each.happened_on)}." for each in explained.occurrences]
    if explained.counting is not None:
        told.append(_counting(explained.counting))
    told += [
        f"Đổi thành {show(each.due_on)} theo {each.basis}. {each.reason}".strip()
        for each in reversed(explained.changes)
    ]
    return told


def _counting(row: CountingRow) -> str:
    calendar = f"lịch {row.calendar}, phiên bản {row.calendar_version}"
    if row.start_on is None:
        return f"Tính từ {STARTS[row.start]}: chưa có ngày này, nên hạn chưa tính ({calendar})."
    deemed = ", coi là đã nhận" if row.is_deemed else ""
    length = f"{row.days} {PACES[row.pace]}" if row.days is not None else "đến ngày nêu trong văn bản"
    begun = f"Tính từ {STARTS[row.start]} {show(row.start_on)}{deemed}"
    return f"{begun}: {length}, đến {show(row.due_on)} ({calendar})."


def document_of(document: dict[str, Any] | None) -> str:
    """Return a document that proves something as letters name it."""
    if not document or not document.get("number"):
        return ""
    day = document.get("issued_on")
    return cited(
        "Văn bản", document["number"], document.get("symbol"), date.fromisoformat(day) if day else None
    )


def ids_of(files: Sequence[Sequence[UUID]]) -> list[UUID]:
    """Return the files of several requests, each once."""
    return list(dict.fromkeys(file_id for each in files for file_id in each))
