"""The delivery report of a directive as a sheet: one row a person, duty and channel."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from service.api.views.implementing import CitedDirective
from service.domain.calendar import ZONE
from service.domain.escalation import WatchKind
from service.domain.reading.delivery_report import Reach, Sending, Told, UnitLine
from service.domain.tables import DeliveryState, Occasion, Route
from service.domain.text import cited
from service.reports.sheets import Cell, Sheet

LINES_MAX = 50_000
"""Lines of a file; office programs open about a million."""

COLUMNS = (
    "TT",
    "Đơn vị",
    "Mục",
    "Nội dung",
    "Người nhận",
    "Lập lúc",
    "Kênh",
    "Lý do chọn kênh",
    "Tình trạng",
    "Gửi lúc",
    "Số lần gửi",
    "Ghi chú",
)
REACH_WORDS = {
    Reach.ON_ITS_WAY: "Chưa nhận được: đang gửi",
    Reach.UNCERTAIN: "Chưa chắc đã nhận được",
    Reach.FAILED: "Chưa nhận được: gửi không thành công",
    Reach.NOBODY: "Chưa nhận được: đơn vị chưa có người nhận",
}
OCCASION_WORDS = {
    Occasion.ISSUE: "Giao việc",
    Occasion.DIGEST: "Thông báo trong ngày",
    Occasion.URGENT: "Thông báo ngay",
    Occasion.MISSED: "Gửi gộp sau gián đoạn",
}
REMINDER_WORDS = {
    WatchKind.DEADLINE: "Nhắc thời hạn",
    WatchKind.ACKNOWLEDGEMENT: "Nhắc xác nhận đã nhận",
    WatchKind.SILENCE: "Nhắc báo cáo",
    WatchKind.ACCEPTANCE: "Nhắc xác nhận kết quả",
    WatchKind.RETURN: "Nhắc trả lời đề nghị trả lại",
    WatchKind.EXTENSION: "Nhắc trả lời đề nghị gia hạn",
    WatchKind.EXPLANATION: "Nhắc giải trình",
    WatchKind.COORDINATION: "Nhắc trả lời yêu cầu phối hợp",
}
STATE_WORDS = {
    DeliveryState.QUEUED: "Chờ gửi",
    DeliveryState.SENDING: "Đang gửi",
    DeliveryState.SENT: "Đã gửi",
    DeliveryState.UNKNOWN: "Chưa rõ kết quả",
    DeliveryState.FAILED: "Không gửi được",
    DeliveryState.SUPERSEDED: "Không cần gửi nữa",
}
ROUTE_WORDS = {
    Route.REGISTRY: None,
    Route.OWN_ORDER: "Theo lựa chọn của người nhận",
    Route.NEXT: "Kênh trước không gửi được",
}


def delivery_sheet(
    directive: CitedDirective,
    units: Sequence[UnitLine],
    told: Sequence[Told],
    *,
    is_whole: bool,
    now: datetime,
) -> Sheet:
    """Return the report as an office prints it; the units that nobody reached come first."""
    named = cited(directive["doc_type"], directive["number"], directive["symbol"], directive["issued_on"])
    unreached = [line for line in units if line.is_unreached]
    reached = sum(line.reach is Reach.REACHED for line in units)
    cut = [] if is_whole else [f"Chỉ gồm {len(told)} dòng đầu"]
    rows = [*_unreached_rows(unreached), *_told_rows(told)]
    return Sheet(
        title="TÌNH HÌNH GỬI, NHẬN",
        notes=[
            f"{named}: {directive['subject']}",
            f"Tính đến {_instant(now)}; {reached}/{len(units)} đơn vị đã được báo, "
            f"{len(unreached)} đơn vị chưa nhận được",
            *cut,
        ],
        columns=COLUMNS,
        rows=[[number, *row] for number, row in enumerate(rows, start=1)],
    )


def _unreached_rows(units: Sequence[UnitLine]) -> Iterator[list[Cell]]:
    for line in units:
        yield [line.name, None, None, None, None, None, None, REACH_WORDS[line.reach], None, None, None]


def _told_rows(told: Sequence[Told]) -> Iterator[list[Cell]]:
    for each in told:
        row = each.row
        what = REMINDER_WORDS[row.watch] if row.watch else OCCASION_WORDS[row.occasion]
        head: list[Cell] = [row.unit_name, row.locator, what, row.person_name, _instant(row.made_at)]
        if not each.sendings:
            yield [*head, None, None, "Chưa có địa chỉ", None, None, None]
        for sending in each.sendings:
            yield [*head, *_sending(sending)]


def _standing(sending: Sending) -> str:
    """Return the strongest that is known of a message."""
    if sending.told_on:
        return f"Đã báo trực tiếp ngày {sending.told_on:%d/%m/%Y}"
    for at, words in (
        (sending.answered_at, "Đã trả lời"),
        (sending.seen_at, "Đã xem"),
        (sending.delivered_at, "Đã đến máy người nhận"),
    ):
        if at is not None:
            return f"{words} lúc {_instant(at)}"
    return STATE_WORDS[sending.state]


def _sending(sending: Sending) -> list[Cell]:
    return [
        sending.channel,
        ROUTE_WORDS[sending.route],
        _standing(sending),
        _instant(sending.sent_at) if sending.sent_at else None,
        sending.attempts,
        sending.reason or None,
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M %d/%m/%Y}"
