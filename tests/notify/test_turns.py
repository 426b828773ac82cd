"""One office sent fifty thousand messages, and another's urgent one waited behind them."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain.ids import new_id
from service.domain.registers import create_register
from service.domain.tables import Delivery, DeliveryState, Message, Occasion, Person, Register, table
from service.notify.delivery import claim
from tests.conftest import MONDAY

pytestmark = pytest.mark.both_databases

message, delivery, register = table(Message), table(Delivery), table(Register)
CROWD = 3_000
LEASE = timedelta(minutes=5)
LONG_AGO = MONDAY - timedelta(days=1)


def queue(database: Database, register_id: UUID, count: int, *, precedence: int, since: timedelta) -> None:
    """Let one person have so many messages due since a while."""
    due_at = MONDAY - since
    with database.write() as session:
        person = Person(id=new_id(MONDAY), code=f"{register_id}-{precedence}", name="An")
        session.add(person)
        session.flush()
        ids = [new_id(LONG_AGO) for _ in range(count)]
        occasion = Occasion.DIGEST if precedence else Occasion.URGENT
        shared = {"register_id": register_id, "person_id": person.id, "occasion": occasion}
        session.connection().execute(
            sa.insert(message),
            [
                {"id": i, "occasion_key": str(i), "made_at": due_at, "not_before": due_at, **shared}
                for i in ids
            ],
        )
        values = {
            "register_id": register_id, "channel": "email", "address": "an@xa.test", "position": 0,
            "state": DeliveryState.QUEUED, "attempts": 0, "doubts": 0, "fence": 0,
            "reference": "", "reason": "",
            "next_attempt_at": due_at, "needs_person": False, "precedence": precedence, "version": 1,
        }  # fmt: skip
        session.connection().execute(
            sa.insert(delivery), [{"id": new_id(LONG_AGO), "message_id": i, **values} for i in ids]
        )


def taken(database: Database, batch: int, *, after: timedelta = timedelta()) -> Counter[UUID]:
    """Return how many deliveries of which register one claim takes."""
    with database.write() as session:
        claims = claim(session, batch=batch, lease=LEASE, now=MONDAY + after)
    return Counter(each.register_id for each in claims)


def test_registers_take_turns_the_urgent_go_first_and_nobody_sends_more_than_agreed(
    database: Database,
) -> None:
    with database.write() as session:
        large = create_register(session, code="lon", name="Sổ lớn", now=MONDAY).id
        small = create_register(session, code="nho", name="Sổ nhỏ", now=MONDAY).id
    queue(database, large, CROWD, precedence=1, since=timedelta(hours=1))
    queue(database, small, 1, precedence=0, since=timedelta())
    assert taken(database, 20) == {large: 10, small: 1}, "a crowd that came first does not delay the other"
    assert taken(database, 20) == {large: 20}, "who is alone has the whole batch"

    queue(database, large, 2, precedence=0, since=timedelta())
    with database.write() as session:
        claims = claim(session, batch=2, lease=LEASE, now=MONDAY)
        urgent = sa.select(delivery.c.id).where(delivery.c.precedence == 0, delivery.c.register_id == large)
        assert {each.id for each in claims} == set(session.connection().execute(urgent).scalars())

    with database.write() as session:
        limit = sa.update(register).where(register.c.id == large).values(messages_per_minute=40)
        session.connection().execute(limit)
    assert taken(database, 100) == {large: 8}, "32 of the 40 of this minute are used up"
    assert taken(database, 100) == {}
    assert taken(database, 100, after=timedelta(seconds=61)) == {large: 40}


def test_a_crowd_that_an_outage_held_up_for_one_person_is_one_delivery(database: Database) -> None:
    with database.write() as session:
        large = create_register(session, code="lon", name="Sổ lớn", now=MONDAY).id
    queue(database, large, CROWD, precedence=1, since=timedelta(hours=3))
    assert taken(database, 20) == {large: 1}
    assert taken(database, 20) == {}
