"""What proves that a message came to its reader: a receipt of the provider, or an answer by a link in it."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.domain.tables import (
    ActionLink,
    Delivery,
    DeliveryReceipt,
    LinkUse,
    ReceiptKind,
    table,
)

delivery, receipt = table(Delivery), table(DeliveryReceipt)
link, use = table(ActionLink), table(LinkUse)


class Proof(NamedTuple):
    """When a message reached the device, was looked at, and was answered; each None where nothing says so.

    A page that was only opened proves nothing: programs open links too. An answer is of the message, on
    whichever channel it was read.
    """

    delivered_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None


def _confirmed(kind: ReceiptKind) -> sa.ScalarSelect[Any]:
    return (
        sa.select(receipt.c.happened_at)
        .where(receipt.c.delivery_id == delivery.c.id, receipt.c.kind == kind)
        .scalar_subquery()
    )


PROOF = (
    _confirmed(ReceiptKind.DELIVERED),
    _confirmed(ReceiptKind.SEEN),
    sa.select(sa.func.min(use.c.used_at))
    .join(link, link.c.id == use.c.link_id)
    .where(link.c.message_id == delivery.c.message_id)
    .scalar_subquery(),
)
"""Columns of a statement that selects deliveries, as `Proof` has them."""
