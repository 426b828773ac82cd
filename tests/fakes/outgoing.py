"""A message such as the planner hands to a channel."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service.notify.channel import Outgoing

FIRST = Outgoing(
    delivery_id=UUID("01900000-0000-7000-8000-000000000001"),
    address="canbo@xa1.example.vn",
    subject="[Nhắc việc] 123/UBND-VP: Rà soát, báo cáo kết quả cải cách hành chính",
    text="Nhiệm vụ của đơn vị đến hạn ngày 31/12/2026.\nMở nhiệm vụ: https://dondoc.example.vn/o/1",
    html=None,
    link="https://dondoc.example.vn/o/1",
    code="123/UBND-VP",
    title="Rà soát, báo cáo kết quả cải cách hành chính",
    unit="UBND xã Một",
    due="31/12/2026",
    kind="digest",
    thread=(),
    sent_on=datetime(2026, 12, 28, 1, 30, tzinfo=UTC),
)


def outgoing(number: int = 1, **changes: Any) -> Outgoing:
    """Return the message of delivery `number`, changed where a test says so."""
    return replace(FIRST, delivery_id=UUID(int=FIRST.delivery_id.int - 1 + number), **changes)
