"""Deliveries that a server took and gave back later: recorded, and what failed goes by the next channel."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.tables import Delivery, DeliveryAttempt, DeliveryState, table
from service.notify.channels.bounce_reports import Report
from service.notify.delivery import Claim, Settlement, settle

delivery, attempt = table(Delivery), table(DeliveryAttempt)

ANSWERABLE = (DeliveryState.SENT.value, DeliveryState.UNKNOWN.value)
BECOMES = {"failed": DeliveryState.FAILED, "delayed": None}
"""Action → what the delivery is afterwards; None leaves it, any other action says that it went on its way."""


class Recorded(StrEnum):
    """What a report changed."""

    UNKNOWN = "unknown"
    KNOWN = "known"
    RECORDED = "recorded"
    FAILED = "failed"


def record(session: Session, report: Report, *, now: datetime) -> Recorded:
    """Write what a server reported, as an attempt of its own; the first failure of a delivery counts.

    A failure gives the message to the person's next channel, and marks the address when the report blames it.
    """
    connection = session.connection()
    columns = ("id", "fence", "register_id", "message_id", "channel", "address", "attempts", "doubts")
    more = (delivery.c.state, delivery.c.reference, delivery.c.next_attempt_at)
    row = connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == report.delivery_id, delivery.c.state.in_(ANSWERABLE))
        .values(fence=delivery.c.fence + 1)
        .returning(*(delivery.c[name] for name in columns), *more)
    ).first()
    if row is None:
        known = connection.execute(
            sa.select(delivery.c.id).where(delivery.c.id == report.delivery_id)
        ).first()
        return Recorded.UNKNOWN if known is None else Recorded.KNOWN
    taken = Claim(*row[: len(columns)])
    began = {"delivery_id": taken.id, "fence": taken.fence, "began_at": now, "outcome": "", "reason": ""}
    connection.execute(sa.insert(attempt), [began])
    state = BECOMES.get(report.action, DeliveryState.SENT) or DeliveryState(row.state)
    failed = state is DeliveryState.FAILED
    settlement = Settlement(
        taken,
        outcome=report.action,
        reason=report.reason,
        state=state,
        attempts=taken.attempts,
        doubts=taken.doubts,
        reference=row.reference,
        next_attempt_at=row.next_attempt_at if state is DeliveryState.UNKNOWN else None,
        falls_back=failed,
        address_invalid=report.address_invalid,
    )
    settle(session, [settlement], now=now)
    return Recorded.FAILED if failed else Recorded.RECORDED
