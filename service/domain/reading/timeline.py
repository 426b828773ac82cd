"""What happened to a subject, line by line: the journal, and for obligations who was reminded (R15)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import ROLE_WORDS, Outcome, Role
from service.domain.tables import ApiKey, Event, Reminder, table

LINES_MAX = 500

event, api_key, reminder = table(Event), table(ApiKey), table(Reminder)
_SUBJECT: sa.BindParameter[Any] = sa.bindparam("subject_id", type_=event.c.subject_id.type)


class TimelineRow(NamedTuple):
    """Something that happened: when, what, by whom."""

    at: datetime
    seq: int | None
    kind: str
    facts: dict[str, Any]
    actor_id: UUID | None
    actor_name: str | None


_events = (
    sa.select(
        event.c.recorded_at.label("at"),
        event.c.seq,
        event.c.kind,
        event.c.payload.label("facts"),
        event.c.actor_id,
        api_key.c.name.label("actor_name"),
    )
    .outerjoin(api_key, api_key.c.id == event.c.actor_id)
    .where(event.c.subject_id == _SUBJECT)
)


def _as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(column, sa.Text())


_worth_a_line = sa.or_(reminder.c.outcome == Outcome.TOLD, reminder.c.outcome == Outcome.NOBODY)
_role_as_json = sa.literal('{"role":"') + _as_text(reminder.c.role) + sa.literal('"}')
_reminders = sa.select(
    reminder.c.taken_at,
    sa.null(),
    sa.literal("reminder.") + _as_text(reminder.c.outcome),
    sa.type_coerce(_role_as_json, event.c.payload.type),
    sa.null(),
    sa.null(),
).where(reminder.c.obligation_id == _SUBJECT, _worth_a_line)

_both = sa.union_all(_events, _reminders).subquery("line")
OF_OBLIGATION = sa.select(_both).order_by(_both.c.at, _both.c.seq).limit(LINES_MAX)


def of_obligation(connection: Connection, obligation_id: UUID) -> list[TimelineRow]:
    """Return the journal of a visible obligation with the reminders that were taken."""
    rows = connection.execute(OF_OBLIGATION, {"subject_id": obligation_id})
    return [TimelineRow._make(row) for row in rows]


SENTENCES = {
    "unit.registered.v1": "Đăng ký đơn vị {code}",
    "unit.changed.v1": "Sửa thông tin đơn vị {code}: {fields}",
    "unit_group.changed.v1": "Cập nhật nhóm đơn vị {code}",
    "phrase.confirmed.v1": "Xác nhận “{phrase}” là {code}",
    "phrase.revoked.v1": "Thôi dùng cách hiểu “{phrase}”",
    "register.keeper_changed.v1": "Chuyển đơn vị giữ sổ từ ngày {from_on}",
    "directive.drafted.v1": "Nhập dự thảo",
    "directive.changed.v1": "Sửa: {fields}",
    "item.assigned.v1": "Phân công mục {locator}",
    "directive.issued.v1": "Ban hành ngày {issued_on}, giao {obligations} nhiệm vụ",
    "obligation.assigned.v1": "Giao nhiệm vụ",
    "obligation.acknowledged.v1": "Đơn vị đã nhận nhiệm vụ",
    "obligation.progress_reported.v1": "Đơn vị báo cáo tiến độ",
    "obligation.submitted.v1": "Đơn vị báo cáo hoàn thành ngày {submitted_on}",
    "obligation.accepted.v1": "Xác nhận hoàn thành, tính từ ngày {done_on}",
    "obligation.sent_back.v1": "Yêu cầu làm tiếp: {reason}",
    "obligation.reopened.v1": "Mở lại: {reason}",
    "obligation.withdrawn.v1": "Thu hồi: {reason}",
    "reminder.told": "Đã nhắc {role}",
    "reminder.nobody": "Không có ai giữ vị trí {role} để nhắc",
}
"""Event kind → what a Vietnamese reader is told; a test keeps it complete."""


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return a line of the timeline in words."""
    words = {name: _worded(name, value) for name, value in facts.items()}
    text = SENTENCES[kind].format_map(words) if kind in SENTENCES else kind
    return f"{text}: {words['percent']}%" if facts.get("percent") is not None else text


def _worded(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return ROLE_WORDS[Role(value)] if name == "role" else str(value)
