"""A message is sent once, by one process at a time (I-07, I-09)."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.tables import (
    HELD_UP,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Message,
    MessageLine,
    table,
)

delivery, attempt, message = table(Delivery), table(DeliveryAttempt), table(Message)
line = table(MessageLine)
later, between = attempt.alias("later"), attempt.alias("between")

TAKEN = DeliveryState.SENT.value
CAME_BACK = DeliveryState.FAILED.value
PROOF = (TAKEN, "delivered", "relayed", "expanded")
"""Outcomes of tries that say that a message went on its way; the last three come in reports."""


def checks() -> dict[str, Check]:
    """Return the checks of sending."""
    return _of_copies() | _of_fences()


def _of_copies() -> dict[str, Check]:
    came_back = sa.exists().where(
        between.c.delivery_id == attempt.c.delivery_id,
        between.c.fence > attempt.c.fence,
        between.c.fence < later.c.fence,
        between.c.outcome == CAME_BACK,
    )
    again = sa.and_(later.c.delivery_id == attempt.c.delivery_id, later.c.fence > attempt.c.fence)

    gathered = sa.exists().where(
        delivery.c.message_id == message.c.id,
        delivery.c.state == DeliveryState.SUPERSEDED.value,
        delivery.c.reason.startswith(HELD_UP),
    )

    def told_twice(cause: sa.ColumnElement[object]) -> sa.Select[tuple[object, ...]]:
        """Find whom two messages tell of a cause; a step that was put off is told of its new due day.

        What an outage held up is told by the message that gathered it, and by that one only.
        """
        return (
            sa.select(cause, message.c.person_id)
            .join(message, message.c.id == line.c.message_id)
            .where(cause.is_not(None), ~gathered)
            .group_by(cause, message.c.person_id, line.c.obligation_id, line.c.anchor_on)
            .having(sa.func.count() > 1)
        )

    return {
        "delivery-sent-again": Check(
            "what a provider took is not sent again, unless it came back (I-07)",
            sa.select(attempt.c.delivery_id, later.c.fence)
            .join(later, again)
            .where(attempt.c.outcome == TAKEN, later.c.outcome == TAKEN, ~came_back),
        ),
        "step-told-twice": Check("nobody is told twice of one step (I-07)", told_twice(line.c.reminder_id)),
        "fact-told-twice": Check("nobody is told twice of one fact (I-07)", told_twice(line.c.event_seq)),
    }


def _of_fences() -> dict[str, Check]:
    newest = (
        sa.select(sa.func.coalesce(sa.func.max(attempt.c.fence), 0))
        .where(attempt.c.delivery_id == delivery.c.id)
        .scalar_subquery()
    )
    proven = sa.exists().where(attempt.c.delivery_id == delivery.c.id, attempt.c.outcome.in_(PROOF))
    sending = delivery.c.state == DeliveryState.SENDING
    return {
        "attempt-beyond-fence": Check(
            "no try has a higher fence than its delivery (I-09)",
            sa.select(attempt.c.delivery_id, attempt.c.fence)
            .join(delivery, delivery.c.id == attempt.c.delivery_id)
            .where(attempt.c.fence > delivery.c.fence),
        ),
        "claim-without-lease": Check(
            "what is being sent has a lease, and a try under its fence (I-09)",
            sa.select(delivery.c.id).where(
                sending, sa.or_(delivery.c.next_attempt_at.is_(None), newest != delivery.c.fence)
            ),
        ),
        "sent-unproven": Check(
            "what counts as sent was taken by a provider, or shown by it afterwards (I-09)",
            sa.select(delivery.c.id).where(
                delivery.c.state == DeliveryState.SENT, ~proven, newest == delivery.c.fence
            ),
        ),
        "sent-but-due": Check(
            "what was taken is tried no more (I-09)",
            sa.select(delivery.c.id).where(
                delivery.c.state.in_((DeliveryState.SENT, DeliveryState.SUPERSEDED)),
                delivery.c.next_attempt_at.is_not(None),
            ),
        ),
    }
