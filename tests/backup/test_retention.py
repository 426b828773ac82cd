"""What is kept for a while only goes when its time has come, and nothing else goes with it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from service.domain import retention
from service.domain.ids import NIL
from service.domain.tables import (
    ActionLink,
    Delivery,
    DeliveryAttempt,
    Event,
    Idempotency,
    LinkUse,
    Message,
    Table,
    table,
)
from tests.district import District

idempotency, delivery, attempt = table(Idempotency), table(Delivery), table(DeliveryAttempt)
link, use = table(ActionLink), table(LinkUse)


@pytest.fixture
def told(office: District) -> District:
    """A district whose people were told of a letter."""
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.watch()
    office.worker.deliver()
    return office


def count(office: District, model: type[Table], *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table(model)).where(*where)
    with office.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def tidy_after(office: District, time: timedelta) -> None:
    office.clock.at += time
    office.worker.tidy()


def test_an_answer_is_repeated_for_seven_days_and_no_longer(told: District) -> None:
    row = {"route": "POST /v1/x", "key": "k", "request_sha256": "", "status": 201, "body": "{}", "etag": None}
    with told.database.write() as session:
        rows = [row | {"principal_id": uuid4(), "made_at": told.now()} for _ in range(3)]
        session.connection().execute(sa.insert(idempotency), rows)
    tidy_after(told, timedelta(days=7))
    assert count(told, Idempotency) == 3
    tidy_after(told, timedelta(seconds=1))
    assert count(told, Idempotency) == 0


def test_tries_go_after_two_years_and_the_messages_stay(told: District) -> None:
    kept = {model: count(told, model) for model in (Message, Delivery, Event)}
    assert count(told, DeliveryAttempt) == 3
    tidy_after(told, timedelta(days=730))
    assert count(told, DeliveryAttempt) == 3
    tidy_after(told, timedelta(seconds=1))
    assert count(told, DeliveryAttempt) == 0
    assert {model: count(told, model) for model in kept} == kept
    assert count(told, Delivery, delivery.c.state == "sent") == 3
    assert not {"sent-unproven", "delivery-sent-again"} & {found.check for found in told.examine()}


def test_the_tries_of_a_message_that_still_waits_are_kept(told: District) -> None:
    with told.database.write() as session:
        one = session.connection().execute(sa.select(delivery.c.id).limit(1)).scalar_one()
        waits = sa.update(delivery).where(delivery.c.id == one).values(next_attempt_at=told.now())
        session.connection().execute(waits)
    tidy_after(told, timedelta(days=731))
    assert count(told, DeliveryAttempt) == count(told, DeliveryAttempt, attempt.c.delivery_id == one) == 1


def test_from_where_a_link_was_tapped_is_forgotten_after_a_year(told: District) -> None:
    with told.database.write() as session:
        which = session.connection().execute(sa.select(link.c.id).limit(1)).scalar_one()
        traced = {"link_id": which, "action": "received", "used_at": told.now()}
        session.connection().execute(
            sa.insert(use).values(traced | {"user_agent": "Phone", "network": "203.0.113.0/24"})
        )
    tidy_after(told, timedelta(days=365))
    assert count(told, LinkUse, use.c.network != "") == 1
    tidy_after(told, timedelta(seconds=1))
    assert count(told, LinkUse, use.c.network == "", use.c.user_agent == "", use.c.used_at.is_not(None)) == 1


def test_more_rows_than_one_transaction_takes_are_let_go_all_the_same(told: District) -> None:
    blank = {"route": "r", "request_sha256": "", "status": 200, "body": "", "etag": None}
    rows = [
        blank | {"principal_id": NIL, "key": str(n), "made_at": told.now()}
        for n in range(retention.BATCH + 1)
    ]
    with told.database.write() as session:
        session.connection().execute(sa.insert(idempotency), rows)
    told.clock.at += timedelta(days=8)
    with told.database.write() as session:
        assert retention.forget_repeats(session, now=told.now()) == retention.BATCH
    told.worker.tidy()
    assert count(told, Idempotency) == 0
