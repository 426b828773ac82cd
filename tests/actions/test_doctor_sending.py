"""What must never be stored of messages, links and calls is planted by hand, and found by name."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import ledger, webhook_queue
from service.domain.checks import examine
from service.domain.events.links import ObligationActedByLink
from service.domain.ids import NIL
from service.domain.tables import (
    ActionLink,
    Delivery,
    DeliveryAttempt,
    Event,
    LinkUse,
    Message,
    MessageLine,
    ObligationVersion,
    OversightLink,
    WebhookAttempt,
    WebhookCall,
    WebhookEndpoint,
    table,
)
from tests.actions.test_doctor import Plant, change
from tests.district import COMMUNES, District
from tests.plays import Plays

delivery, attempt, line = table(Delivery), table(DeliveryAttempt), table(MessageLine)
link, use, event, version = table(ActionLink), table(LinkUse), table(Event), table(ObligationVersion)
endpoint, call, tried = table(WebhookEndpoint), table(WebhookCall), table(WebhookAttempt)
A, B, _ = COMMUNES


def tell(office: District) -> None:
    """Let the units of an office, and its partner, be told."""
    with office.database.write() as session:
        session.connection().execute(
            sa.insert(endpoint).values(
                id=uuid4(), register_id=office.chair.register_id, version=1, description="", reason="",
                url="https://partner.example.test/", types=["obligation.*"], state="active", challenge="x",
                secrets="", public_key="", position=0, kept_after=0, made_by=NIL, made_at=office.now(),
            )
        )  # fmt: skip
    office.give(due="2024-03-12", items=2, groups=["cac-xa"])
    office.worker.watch()
    office.worker.deliver()
    office.clock.at = office.clock.at + timedelta(minutes=1)
    with office.database.write() as session:
        while ledger.sequence(session, now=office.now()):
            pass
        webhook_queue.fan_out(session, now=office.now())
        connection = session.connection()
        connection.execute(sa.update(call).values(state="sent", fence=1, next_attempt_at=None))
        places = connection.execute(sa.select(call.c.endpoint_id, call.c.position)).all()
        blank = {"fence": 1, "began_at": office.now(), "status": 204, "reason": "", "answer": ""}
        connection.execute(sa.insert(tried), [place._asdict() | blank for place in places])
    assert len(places) >= 6
    assert office.examine() == []


@pytest.fixture
def told(office: District, plays: Plays) -> District:
    plays.after(tell, office, on=office.stage)
    return office


@pytest.fixture(scope="module")
def unchanged(shared_office: District) -> District:
    """An office that every test leaves as it found it: what is planted is taken back."""
    tell(shared_office)
    return shared_office


def of(office: District, unit: str) -> UUID:
    """Return the delivery of the message to the officer of a unit."""
    with office.database.read() as connection:
        query = sa.select(delivery.c.id).where(delivery.c.address.startswith(f"{unit}.officer"))
        return UUID(str(connection.execute(query).scalar_one()))


def copied(source: sa.Table, *where: Any, **values: Any) -> Any:
    """Plant copies of rows with some values of their own."""

    def plant(connection: Connection) -> None:
        rows = connection.execute(sa.select(source).where(*where)).all()
        connection.execute(sa.insert(source), [row._asdict() | values for row in rows])

    return plant


def a_second_message(office: District) -> Any:
    """Plant a message to the same person about the same fact."""
    one, duty, name = of(office, A), office.duty(A, "1").id, uuid4()

    def plant(connection: Connection) -> None:
        message = table(Message)
        which = connection.execute(sa.select(delivery.c.message_id).where(delivery.c.id == one)).scalar_one()
        copied(message, message.c.id == which, id=name, occasion_key="x")(connection)
        again = {"id": uuid4(), "message_id": name}
        copied(delivery, delivery.c.id == one, **again, state="superseded")(connection)
        copied(line, line.c.message_id == which, line.c.obligation_id == duty, **again)(connection)

    return plant


def a_use(office: District) -> Any:
    row = {"action": "received", "used_at": office.now(), "user_agent": "", "network": ""}

    def plant(connection: Connection) -> None:
        which = connection.execute(sa.select(link.c.id).limit(1)).scalar_one()
        connection.execute(sa.insert(use).values(link_id=which, **row))

    return plant


def an_opened_directive(office: District) -> Any:
    """Plant a link to oversight that no fact tells of."""
    duty = office.duty(A, "1")
    row = {
        "id": uuid4(),
        "register_id": duty.register_id,
        "directive_id": duty.directive_id,
        "token_sha256": "x",
        "purpose": "x",
        "made_by": NIL,
        "made_at": office.now() - timedelta(days=1),
        "until_on": office.now().date(),
        "openings": 0,
    }
    return lambda connection: connection.execute(sa.insert(table(OversightLink)), row)


def a_fact(office: District) -> Any:
    """Plant what a link would write, without its use."""
    fact = ObligationActedByLink(
        subject_id=office.duty(A, "1").id, message_id=NIL, link_id=NIL, link_action="received"
    )
    row = {
        "register_id": office.chair.register_id,
        "kind": fact.kind,
        "subject_id": fact.subject_id,
        "payload": fact.payload(),
        "actor_id": NIL,
        "recorded_at": office.now(),
    }
    return lambda connection: connection.execute(sa.insert(event).values(row))


LAST = sa.select(sa.func.max(call.c.position)).scalar_subquery()

PLANTED: list[tuple[set[str], Plant]] = [
    (
        {"delivery-sent-again", "attempt-beyond-fence"},
        lambda office: copied(attempt, attempt.c.delivery_id == of(office, A), fence=9),
    ),
    ({"attempt-beyond-fence"}, lambda office: change(delivery, delivery.c.id == of(office, A), fence=0)),
    (
        {"sent-unproven"},
        lambda office: change(attempt, attempt.c.delivery_id == of(office, A), outcome="retry"),
    ),
    (
        {"sent-but-due"},
        lambda office: change(delivery, delivery.c.id == of(office, A), next_attempt_at=office.now()),
    ),
    (
        {"claim-without-lease", "message-undelivered"},
        lambda office: change(delivery, delivery.c.id == of(office, A), state="sending"),
    ),
    (
        {"claim-without-lease"},
        lambda office: change(
            delivery, delivery.c.id == of(office, A), state="sending", fence=2, next_attempt_at=office.now()
        ),
    ),
    ({"fact-told-twice"}, a_second_message),
    (
        {"change-unjournalled"},
        lambda office: change(
            version, version.c.obligation_id == office.duty(A, "1").id,
            recorded_from=office.now() - timedelta(days=1),
        ),
    ),
    ({"link-use-unjournalled"}, a_use),
    ({"link-acted-unused"}, a_fact),
    ({"oversight-link-unjournalled"}, an_opened_directive),
    (
        {"link-of-a-stranger"},
        lambda office: change(
            link, link.c.obligation_id == office.duty(A, "1").id, unit_id=office.unit(B).id
        ),
    ),
    (
        {"webhook-call-missing"},
        lambda _: lambda connection: connection.execute(
            sa.delete(call).where(call.c.position == LAST)
        ),
    ),
    ({"webhook-call-unproven"}, lambda _: change(tried, status=500)),
    (
        {"webhook-call-unproven"},
        lambda _: lambda connection: (
            connection.execute(sa.delete(tried)),
            connection.execute(sa.update(call).values(state="failed")),
        ),
    ),
    ({"webhook-call-lost"}, lambda _: change(call, state="queued")),
    (
        {"webhook-call-late"},
        lambda office: change(call, state="queued", next_attempt_at=office.now() - timedelta(hours=1)),
    ),
    ({"webhook-fence"}, lambda _: change(tried, fence=7)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "plant"), PLANTED, ids=[f"{n}-{'+'.join(sorted(p[0]))}" for n, p in enumerate(PLANTED)]
)
def test_each_violation_is_found_by_name(unchanged: District, names: set[str], plant: Plant) -> None:
    carry_out = plant(unchanged)
    with unchanged.database.write() as session:
        connection = session.connection()
        carry_out(connection)
        found = examine(connection, now=unchanged.now())
        session.rollback()
    assert {violation.check for violation in found} == names
    assert all(violation.rows for violation in found)


def test_a_step_that_somebody_was_told_twice_is_found(told: District) -> None:
    told.wait_until(date(2024, 3, 8))
    with told.database.write() as session:
        connection = session.connection()
        reminded = sa.select(line.c.message_id, line.c.id).where(line.c.reminder_id.is_not(None)).limit(1)
        first = connection.execute(reminded).one()
        message, name = table(Message), uuid4()
        copied(message, message.c.id == first.message_id, id=name, occasion_key="x")(connection)
        moved = delivery.c.message_id == first.message_id
        copied(delivery, moved, id=uuid4(), message_id=name, state="superseded")(connection)
        copied(line, line.c.id == first.id, id=uuid4(), message_id=name)(connection)
        found = examine(connection, now=told.now())
        session.rollback()
    assert "step-told-twice" in {violation.check for violation in found}


def test_what_came_back_and_was_sent_again_is_no_second_copy(told: District) -> None:
    one = of(told, A)
    with told.database.write() as session:
        connection = session.connection()
        copied(attempt, attempt.c.delivery_id == one, fence=2, outcome="failed")(connection)
        copied(attempt, attempt.c.delivery_id == one, attempt.c.fence == 1, fence=3)(connection)
        change(delivery, delivery.c.id == one, fence=3)(connection)
        assert examine(connection, now=told.now()) == []
        session.rollback()
