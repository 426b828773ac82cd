"""What happened to a duty, line by line: the journal, who was reminded, where it came from (R15, R20)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.consent_rules import FAILURE_WORDS
from service.domain.deadlines import ReceiptSource
from service.domain.escalation import ROLE_WORDS, Outcome
from service.domain.lifecycle import State
from service.domain.link_rules import ACTION_WORDS
from service.domain.recurrence import in_words
from service.domain.tables import (
    ApiKey,
    CoordinationRequest,
    Event,
    Means,
    Obligation,
    ObligationVersion,
    Person,
    Predecessor,
    Reminder,
    Silence,
    Unit,
    table,
)
from service.domain.wording import KIND_WORDS

LINES_MAX = 500

event, api_key, reminder = table(Event), table(ApiKey), table(Reminder)
obligation, link, unit = table(Obligation), table(Predecessor), table(Unit)
version, request = table(ObligationVersion), table(CoordinationRequest)
person = table(Person)
part = obligation.alias("part")
_SUBJECT: sa.BindParameter[Any] = sa.bindparam("subject_id", type_=event.c.subject_id.type)


class TimelineRow(NamedTuple):
    """Something that happened to a duty or to one that goes on in it: when, what, by whom."""

    at: datetime
    seq: int | None
    kind: str
    obligation_id: UUID
    facts: dict[str, Any]
    actor_id: UUID | None
    actor_name: str | None


class RelatedRow(NamedTuple):
    """A duty that goes on in another, or in which another goes on."""

    id: UUID
    state: State
    due_on: date | None
    joined: bool
    unit_id: UUID
    unit_code: str
    unit_name: str


class DeadlineRow(NamedTuple):
    """A deadline, and when it was set; None took it away."""

    due_on: date | None
    set_at: datetime


class History(NamedTuple):
    """What happened to a duty, its deadlines in turn, whose it was before and whose it became.

    `has_requests`: coordinating units were asked about it. `has_parts`: it was handed on in parts.
    """

    lines: list[TimelineRow]
    deadlines: list[DeadlineRow]
    predecessors: list[RelatedRow]
    successors: list[RelatedRow]
    has_requests: bool
    has_parts: bool


def _lineage() -> sa.CTE:
    """Return the duty and all that go on in it."""
    line = sa.select(_SUBJECT.label("id")).cte("lineage", recursive=True)
    before = sa.select(link.c.predecessor_id).join(line, line.c.id == link.c.obligation_id)
    return line.union(before)


def _related(mine: sa.Column[Any], other: sa.Column[Any]) -> sa.Select[Any]:
    """Return the duties at the other end of the links of one."""
    columns = (obligation.c.state, obligation.c.due_on, link.c.joined, unit.c.id, unit.c.code, unit.c.name)
    return (
        sa.select(obligation.c.id, *columns)
        .select_from(link)
        .join(obligation, obligation.c.id == other)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .where(mine == _SUBJECT)
        .order_by(unit.c.name_folded, obligation.c.id)
    )


_before = sa.func.lag(version.c.due_on).over(order_by=version.c.version)
_versions = (
    sa.select(version.c.version, version.c.due_on, version.c.recorded_from, _before.label("before"))
    .where(version.c.obligation_id == _SUBJECT)
    .subquery("told")
)
_set = _versions.c.due_on.is_distinct_from(_versions.c.before)
GLANCE = (
    sa.select(
        _versions.c.due_on,
        _versions.c.recorded_from,
        sa.exists().where(link.c.obligation_id == _SUBJECT).label("has_predecessors"),
        sa.exists().where(link.c.predecessor_id == _SUBJECT).label("has_successors"),
        sa.exists().where(request.c.obligation_id == _SUBJECT).label("has_requests"),
        sa.exists().where(part.c.parent_id == _SUBJECT, part.c.delegator_id.is_not(None)).label("has_parts"),
    )
    .select_from(obligation.outerjoin(_versions, _set))
    .where(obligation.c.id == _SUBJECT)
    .order_by(_versions.c.version)
)
"""The deadlines of a duty, and whether it is worth asking for more: most duties have nothing beside them."""

PREDECESSORS = _related(link.c.obligation_id, link.c.predecessor_id)
SUCCESSORS = _related(link.c.predecessor_id, link.c.obligation_id)


def _as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(column, sa.Text())


_worth_a_line = sa.or_(reminder.c.outcome == Outcome.TOLD, reminder.c.outcome == Outcome.NOBODY)
_role_as_json = sa.literal('{"role":"') + _as_text(reminder.c.role) + sa.literal('"}')


def _lines(whose: Callable[[sa.Column[Any]], sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Return the lines of the duties of a condition on the column that names them."""
    events = (
        sa.select(
            event.c.recorded_at.label("at"),
            event.c.seq,
            event.c.kind,
            event.c.subject_id.label("obligation_id"),
            event.c.payload.label("facts"),
            event.c.actor_id,
            sa.func.coalesce(api_key.c.name, person.c.name).label("actor_name"),
        )
        .outerjoin(api_key, api_key.c.id == event.c.actor_id)
        .outerjoin(person, person.c.id == event.c.actor_id)
        .where(whose(event.c.subject_id))
    )
    reminders = sa.select(
        reminder.c.taken_at,
        sa.null(),
        sa.literal("reminder.") + _as_text(reminder.c.outcome),
        reminder.c.obligation_id,
        sa.type_coerce(_role_as_json, event.c.payload.type),
        sa.null(),
        sa.null(),
    ).where(whose(reminder.c.obligation_id), _worth_a_line)
    both = sa.union_all(events, reminders).subquery("line")
    return sa.select(both).order_by(both.c.at, both.c.seq).limit(LINES_MAX)


_its_own = sa.select(_lineage().c.id)
LINES = {
    True: _lines(lambda column: column.in_(_its_own)),
    False: _lines(lambda column: column == _SUBJECT),
}
"""Has it predecessors? → its lines, theirs included."""


def of_obligation(connection: Connection, obligation_id: UUID) -> History:
    """Return the journal of a visible obligation and its predecessors, with the reminders that were taken."""
    name = {"subject_id": obligation_id}

    def related(statement: sa.Select[Any]) -> list[RelatedRow]:
        return [RelatedRow._make(row) for row in connection.execute(statement, name)]

    glance = connection.execute(GLANCE, name).all()
    seen = glance[0]
    return History(
        [TimelineRow._make(row) for row in connection.execute(LINES[bool(seen.has_predecessors)], name)],
        [DeadlineRow(row.due_on, row.recorded_from) for row in glance if row.recorded_from is not None],
        related(PREDECESSORS) if seen.has_predecessors else [],
        related(SUCCESSORS) if seen.has_successors else [],
        has_requests=bool(seen.has_requests),
        has_parts=bool(seen.has_parts),
    )


SENTENCES = {
    "channel.set_up.v1": "{actor} cài đặt kênh gửi tin {channel} (lần {number}): {fields}",
    "channel.consent_asked.v1": "{actor} xin chủ tài khoản {channel} cho phép gửi tin",
    "channel.authorised.v1": "Tài khoản {channel} đã được cho phép gửi tin",
    "channel.reauthorisation_needed.v1": "Tài khoản {channel} phải được cho phép gửi tin lại từ đầu",
    "channel.connect_failed.v1": "Chưa cấp được quyền gửi tin cho tài khoản {channel}: {failure}",
    "webhook.registered.v1": "{actor} đăng ký nơi nhận thông báo tự động {url}",
    "checkpoint.made.v1": "Niêm phong nhật ký lần {number}: {size} mục",
    "webhook.changed.v1": "{actor} thay đổi nơi nhận thông báo tự động",
    "webhook.disabled.v1": "Ngừng gửi thông báo tự động: {reason}",
    "unit.registered.v1": "Đăng ký đơn vị {code}",
    "unit.changed.v1": "Sửa thông tin đơn vị {code}: {fields}",
    "unit.address_linked.v1": "Liên kết tài khoản {channel} bằng mã xác nhận",
    "unit.notification_preferences_changed.v1": "Có người giữ vị trí đổi cách nhận tin (lần {number})",
    "unit.absence_recorded.v1": "Có người giữ vị trí vắng mặt từ ngày {from_on}",
    "unit.absence_ended.v1": "Người giữ vị trí có mặt trở lại từ ngày {ended_on}",
    "unit_group.changed.v1": "Cập nhật nhóm đơn vị {code}",
    "phrase.confirmed.v1": "Xác nhận “{phrase}” là {code}",
    "phrase.revoked.v1": "Thôi dùng cách hiểu “{phrase}”",
    "register.keeper_changed.v1": "Chuyển đơn vị giữ sổ từ ngày {from_on}",
    "register.rules_changed.v1": "Đặt quy tắc sổ: trả lời trả lại trong {return_days} ngày làm việc, "
    "quá hạn coi là {silent_return}, gia hạn tối đa {extensions_max} lần",
    "unit.ended.v1": "Kết thúc hoạt động từ ngày {from_on}: {basis}",
    "reorganisation.drafted.v1": "Nhập phương án sắp xếp theo {basis}, hiệu lực ngày {effective_on}",
    "reorganisation.heirs_decided.v1": "Quyết định nơi nhận {obligations} nhiệm vụ: {heirs}",
    "reorganisation.scheduled.v1": "Chốt phương án, thực hiện ngày {effective_on}",
    "reorganisation.held_up.v1": "Chưa thực hiện được: {obligations} nhiệm vụ chưa có nơi nhận",
    "reorganisation.undone.v1": "Hủy phương án: {reason}",
    "reorganisation.carried_out.v1": "Thực hiện: chuyển {passed_on}, hết hiệu lực {lapsed} nhiệm vụ",
    "scoring.changed.v1": "Đổi cách tính số liệu, chấm điểm (lần {number}), căn cứ: {basis}",
    "statistics.published.v1": "Công bố số liệu đến ngày {cut_off}",
    "directive.drafted.v1": "Nhập dự thảo",
    "directive.changed.v1": "Sửa: {fields}",
    "item.assigned.v1": "Phân công mục {locator}",
    "directive.issued.v1": "Ban hành ngày {issued_on}, giao {obligations} nhiệm vụ",
    "directive.corrected.v1": "Đính chính theo {basis}",
    "directive.amended.v1": "Bỏ mục {items} theo {basis}, thu hồi {withdrawn} nhiệm vụ",
    "directive.replaced.v1": (
        "Được thay thế bởi {basis}: thu hồi {withdrawn}, chuyển tiếp {carried_over}, giữ {kept} nhiệm vụ"
    ),
    "directive.revoked.v1": "Bị bãi bỏ theo {basis}, thu hồi {withdrawn} nhiệm vụ",
    "directive.series_began.v1": (
        "Mục {item} thực hiện định kỳ từ {from_on} theo {basis}: {obligations} nhiệm vụ, thu hồi {withdrawn}"
    ),
    "directive.series_changed.v1": (
        "Đổi chế độ định kỳ của mục {item} từ {from_period} theo {basis}:"
        " giao {obligations}, đổi hạn {moved}, thu hồi {withdrawn} nhiệm vụ"
    ),
    "directive.series_stopped.v1": (
        "Thôi thực hiện định kỳ mục {item} từ {from_period} theo {basis}: thu hồi {withdrawn} nhiệm vụ"
    ),
    "obligation.answered_by_message.v1": "Cán bộ đơn vị trả lời “Đã nhận” qua {channel}",
    "obligation.period_given.v1": "Nhiệm vụ định kỳ: {period}",
    "obligation.period_moved.v1": "Đổi hạn {period} thành {due_on} theo {basis}: {reason}",
    "directive.extended.v1": "Giao bổ sung mục {item} theo {basis}: {obligations} nhiệm vụ",
    "directive.put_in_writing.v1": "Văn bản hóa bằng {basis}",
    "directive.redelivered.v1": "Trục liên thông gửi thêm gói tin ({message_kind}): {fields} {reason}",
    "directive.linked.v1": "Mục {items} triển khai: {origins}",
    "directive.carried_out.v1": "{directive} triển khai mục {items}",
    "obligation.assigned.v1": "Giao nhiệm vụ",
    "opening_balance.entered.v1": (
        "Nhập sổ cũ {sha256}: {rows} dòng, nhận {taken}, {doubtful} dòng cần xem lại"
    ),
    "directive.taken_over.v1": "Chuyển từ sổ cũ: {items} nhiệm vụ",
    "obligation.taken_over.v1": (
        "Chuyển từ sổ cũ (dòng {row}), giao theo {basis}; tình trạng khi chuyển: {standing}"
    ),
    "obligation.taken_over_done.v1": (
        "Chuyển từ sổ cũ (dòng {row}), giao theo {basis}, đã hoàn thành: {standing}"
    ),
    "obligation.instructed.v1": "Giao theo: {basis}",
    "obligation.put_in_writing.v1": "Chỉ đạo được văn bản hóa: {basis}",
    "obligation.acknowledged.v1": "Đơn vị đã nhận nhiệm vụ",
    "obligation.progress_reported.v1": "Đơn vị báo cáo tiến độ",
    "obligation.submitted.v1": "Đơn vị báo cáo hoàn thành ngày {submitted_on}",
    "obligation.accepted.v1": "Xác nhận hoàn thành, tính từ ngày {done_on}",
    "obligation.sent_back.v1": "Yêu cầu làm tiếp: {reason}",
    "obligation.reopened.v1": "Mở lại: {reason}",
    "obligation.withdrawn.v1": "Thu hồi: {reason}",
    "obligation.transferred.v1": "Chuyển cho {unit}: {basis}",
    "obligation.lapsed.v1": "Hết hiệu lực do sắp xếp: {basis}",
    "obligation.replaced.v1": "Thay bằng nhiệm vụ theo văn bản mới: {basis}",
    "obligation.carried_over.v1": "Tiếp tục nhiệm vụ của văn bản được thay thế: {basis}",
    "obligation.inherited.v1": "Nhận từ {unit}: {basis}",
    "obligation.delegated.v1": "Giao lại cho {unit}: {instruction}",
    "obligation.delegation_received.v1": "{unit} giao lại: {instruction}",
    "obligation.closing_proposed.v1": "Các việc giao lại đã xong, đề nghị báo cáo hoàn thành",
    "obligation.withdrawn_with_parent.v1": "Thu hồi vì nhiệm vụ cấp trên đã kết thúc",
    "coordinator.added.v1": "Thêm {unit} là đơn vị phối hợp: {reason}",
    "coordination.requested.v1": "Đề nghị {unit} phối hợp, trả lời chậm nhất ngày {due_on}",
    "coordination.answered.v1": "{unit} trả lời yêu cầu phối hợp ngày {answered_on}, hạn {due_on}",
    "coordination.withdrawn.v1": "Rút yêu cầu phối hợp gửi {unit}: {reason}",
    "coordination.passed_on.v1": "{unit} trả lời yêu cầu phối hợp thay {from_unit}, chậm nhất ngày {due_on}",
    "coordination.unit_ended.v1": "{unit} thôi hoạt động khi chưa trả lời yêu cầu phối hợp",
    "coordination.closed.v1": "{unit} không phải trả lời yêu cầu phối hợp nữa: nhiệm vụ {state}",
    "obligation.returned.v1": "Đơn vị trả lại: {reason}",
    "obligation.return_refused.v1": "Không nhận lại, đơn vị tiếp tục thực hiện: {reason}",
    "obligation.return_accepted.v1": "Nhận lại nhiệm vụ: {reason}",
    "obligation.suspended.v1": "Tạm dừng: {reason}",
    "obligation.resumed.v1": "Tiếp tục thực hiện, hạn {due_on}: {reason}",
    "obligation.extension_requested.v1": "Xin gia hạn đến {wanted_on}: {reason}",
    "obligation.extension_granted.v1": "Gia hạn từ {due_before_on} đến {due_on}",
    "obligation.extension_refused.v1": "Không gia hạn: {reason}",
    "obligation.cause_claimed.v1": "Nêu nguyên nhân khách quan: {reason}",
    "obligation.cause_confirmed.v1": "Xác nhận nguyên nhân khách quan: {reason}",
    "obligation.cause_refused.v1": "Không công nhận nguyên nhân khách quan: {reason}",
    "obligation.explanation_asked.v1": "Yêu cầu giải trình trước {due_on}: {question}",
    "obligation.explanation_given.v1": "Đơn vị đã giải trình",
    "obligation.explanation_closed.v1": "Kết thúc yêu cầu giải trình",
    "obligation.letter_received.v1": "Nhận văn bản ngày {received_on} ({shown_by}) {reason}",
    "obligation.awaited_event_came.v1": "Đã có “{name}” ngày {happened_on}, hạn bắt đầu tính",
    "obligation.due_day_moved.v1": "Đổi hạn thành {due_on} theo {basis} {reason}",
    "obligation.due_day_counted_again.v1": (
        "Tính lại hạn theo lịch {calendar} phiên bản {to_version} (trước là {from_version}): {legal_basis}"
    ),
    "directive.occurrence_recorded.v1": "Ghi nhận “{name}” ngày {happened_on}: {obligations} nhiệm vụ có hạn",
    "directive.deadlines_changed.v1": (
        "Đổi hạn mục {items} thành {due_on} theo {basis}: {obligations} nhiệm vụ"
    ),
    "register.calendar_changed.v1": (
        "Lịch {from_calendar} phiên bản {from_version} thay bằng {to_calendar} phiên bản {to_version}"
        " ({legal_basis}): {due_days} hạn tính lại, {clocks} lịch nhắc đang chạy"
    ),
    "register.deadline_rules_changed.v1": (
        "Coi là đã nhận sau {receipt_deemed_days} ngày làm việc; hạn rơi vào ngày nghỉ: {off_days}"
    ),
    "register.telling_rules_changed.v1": "Không gửi tin từ {quiet_from} đến {quiet_until}",
    "register.wording_changed.v1": "Sửa mẫu tin {wording_kind} (lần {number}): {reason}",
    "criterion_set.changed.v1": "Ban hành bộ tiêu chí {code} (lần {number}), căn cứ: {basis}",
    "obligation.goal_set.v1": "Gắn tiêu chí {criterion} ({set_code}) năm {year} của {unit} {target}",
    "obligation.goal_ended.v1": "Thôi gắn tiêu chí {criterion} ({set_code}) năm {year}: {reason}",
    "obligation.value_measured.v1": (
        "Số liệu tiêu chí {criterion} ({set_code}) năm {year}: {value}, đo ngày {measured_on}"
    ),
    "obligation.value_corrected.v1": (
        "Sửa số liệu tiêu chí {criterion} ({set_code}) năm {year} từ {wrong} thành {value}: {reason}"
    ),
    "obligation.told_by_hand.v1": "Tin nhắn không gửi được; đã báo {means} ngày {told_on}",
    "message.told_by_hand.v1": "Tin về sự cố không gửi được; đã báo {means} ngày {told_on}",
    "obligation.told_without_message.v1": "Chưa có người nhận tin; đã báo {means} ngày {told_on}",
    "obligation.acted_by_link.v1": "Thao tác trên ({link_action}) qua liên kết trong tin nhắn {message_id}",
    "reminder.told": "Đã nhắc {role}",
    "reminder.nobody": "Không có ai giữ vị trí {role} để nhắc",
}
"""Event kind → what a Vietnamese reader is told; a test keeps it complete."""

ENDINGS = {
    State.ACCEPTED: "đã được xác nhận hoàn thành",
    State.WITHDRAWN: "đã bị thu hồi",
    State.TRANSFERRED: "đã chuyển đơn vị khác",
}
"""How a duty ended, in a line about something that ended with it."""

SILENCES = {Silence.REFUSED: "không nhận lại", Silence.ACCEPTED: "nhận lại"}
"""What silence about a duty that was given back means, in words."""

RECEIPT_WORDS = {
    ReceiptSource.ACKNOWLEDGEMENT: "đơn vị xác nhận",
    ReceiptSource.EXCHANGE: "trục liên thông báo đã nhận",
    ReceiptSource.OPENED: "đơn vị đã mở xem",
    ReceiptSource.BY_HAND: "văn thư ghi nhận",
}
"""What a Vietnamese reader is told of what shows a receipt."""

MEANS_WORDS = {
    Means.PHONE: "qua điện thoại",
    Means.IN_PERSON: "trực tiếp",
    Means.LETTER: "bằng văn bản",
    Means.OTHER: "bằng cách khác",
}
"""What a Vietnamese reader is told of how somebody was told by hand."""

WORDS: Mapping[str, Mapping[Any, str]] = {
    "shown_by": RECEIPT_WORDS,
    "means": MEANS_WORDS,
    "failure": FAILURE_WORDS,
    "role": ROLE_WORDS,
    "link_action": ACTION_WORDS,
    "wording_kind": KIND_WORDS,
    "silent_return": SILENCES,
    "state": ENDINGS,
}
"""Value of a fact that is one word of a few → what a Vietnamese reader is told of each."""


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return a line of the timeline in words."""
    words = {name: _worded(name, value) for name, value in facts.items()}
    text = SENTENCES[kind].format_map(words) if kind in SENTENCES else kind
    text = text.strip()
    return f"{text}: {words['percent']}%" if facts.get("percent") is not None else text


def _worded(name: str, value: Any) -> str:
    if value is None:
        return "không thời hạn" if name.endswith("_on") else ""
    if name in WORDS:
        return WORDS[name][value]
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return in_words(value) if name in ("period", "from_period") else str(value)
