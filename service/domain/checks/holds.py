"""A restored copy sends nothing before somebody says so (I-16)."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.tables import DeliveryAttempt, Hold, WebhookAttempt, table

hold, attempt, tried = table(Hold), table(DeliveryAttempt), table(WebhookAttempt)

LEFT = ("", "sent", "unknown", "retry", "refused")
"""Outcomes of what was really tried, or cut off; others come in reports of what had left before."""


def checks() -> dict[str, Check]:
    """Return the checks of holds."""

    def while_held(began: sa.ColumnElement[object]) -> sa.ColumnElement[bool]:
        ended = sa.or_(hold.c.released_at.is_(None), began < hold.c.released_at)
        return sa.exists().where(began >= hold.c.restored_at, ended)

    return {
        "sent-while-held": Check(
            "no message is tried before a restored copy is released (I-16)",
            sa.select(attempt.c.delivery_id, attempt.c.fence).where(
                attempt.c.outcome.in_(LEFT), while_held(attempt.c.began_at)
            ),
        ),
        "called-while-held": Check(
            "no endpoint is called before a restored copy is released (I-16)",
            sa.select(tried.c.endpoint_id, tried.c.position).where(while_held(tried.c.began_at)),
        ),
    }
