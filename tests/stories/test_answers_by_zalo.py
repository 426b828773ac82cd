"""I answered "Đã nhận" on Zalo, and the office still said that we had not received it."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from service.domain.channels import set_channel
from service.domain.checks import examine
from service.domain.inbound import Arrived, keep
from service.domain.lifecycle import State
from service.domain.linking import make_code
from service.domain.reading import telling
from service.domain.reading.proof import Proof
from service.domain.reading.timeline import of_obligation
from service.domain.replies import received_payload, show_code
from service.domain.tables import (
    Address,
    Delivery,
    DeliveryReceipt,
    DeliveryState,
    Inbound,
    InboundEvent,
    Message,
    Obligation,
    table,
)
from service.edge.zalo_bot_updates import read_update
from service.edge.zalo_events import read_event
from service.fakes import zalo_events as events
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_bot import Bot
from service.fakes.zalo_world import APP_SECRET
from tests.district import District

OFFICER = "xa-a.officer.20240101"
UID = "7001"
NUMBERS = count()
"""Of what people say; Zalo numbers every message."""

address, delivery, kept = table(Address), table(Delivery), table(InboundEvent)
receipt, message, obligation = table(DeliveryReceipt), table(Message), table(Obligation)


def tell(office: District, event: dict[str, Any]) -> str:
    """Let Zalo tell an event; return what became of it, or "known" for one told before."""
    content = events.sign(event).body
    with office.database.write() as session:
        arrived = read_event(content, "app_id+body", office.now())
        if not keep(session, office.chair.register_id, "zalo", arrived, now=office.now()):
            return "known"
    assert office.worker.listen() == 1
    with office.database.read() as connection:
        query = sa.select(kept.c.outcome).where(kept.c.dedupe_key == arrived.dedupe_key)
        return str(connection.execute(query).scalar_one())


def says(office: District, text: str, *, uid: str = UID, quotes: str = "") -> str:
    number = f"said-{next(NUMBERS)}"
    return tell(office, events.user_sends(uid, text, office.now(), msg_id=number, quotes=quotes))


def code_for(office: District, who: str = OFFICER) -> str:
    with office.database.write() as session:
        return make_code(session, office.chair, who, channel="zalo", now=office.now()).code


def by_zalo(office: District) -> None:
    """Let everything the officer is told count as sent by Zalo, under a number of Zalo's."""
    with office.database.write() as session:
        session.connection().execute(
            sa.update(delivery).values(
                channel="zalo", state="sent", reference="z1", next_attempt_at=None, fence=1
            )
        )


def told(office: District, *, items: int = 1, units: tuple[str, ...] = ("xa-a",)) -> None:
    office.give(due="2024-03-29", items=items, units=units)
    office.worker.watch()
    by_zalo(office)


def states(office: District) -> list[tuple[str, str]]:
    with office.database.read() as connection:
        query = sa.select(obligation.c.state).order_by(obligation.c.id)
        return [str(state) for state in connection.execute(query).scalars()]  # type: ignore[misc]


def sentences(office: District, unit: str) -> list[tuple[str, str | None]]:
    with office.database.read() as connection:
        lines = of_obligation(connection, office.duty(unit, "1").id).lines
        return [(each.kind, each.actor_name) for each in lines]


def test_the_answer_on_zalo_acknowledges_every_duty_of_the_message_and_says_who_answered(
    office: District,
) -> None:
    assert says(office, code_for(office)) == "linked"
    told(office, items=2, units=("xa-a", "xa-b"))
    assert says(office, "Đã nhận") == "acknowledged 2"
    for item in ("1", "2"):
        assert office.duty("xa-a", item).state is State.ACKNOWLEDGED
        assert office.duty("xa-b", item).state is State.ASSIGNED, "nobody answers for another commune"
    assert sentences(office, "xa-a")[-2:] == [
        ("obligation.answered_by_message.v1", "officer xa-a"),
        ("obligation.acknowledged.v1", "officer xa-a"),
    ]
    assert says(office, "Đã nhận") == "acknowledged 0", "saying it twice changes nothing"


def test_what_zalo_tells_again_changes_nothing(office: District) -> None:
    said = events.user_sends(UID, code_for(office), office.now(), msg_id="m0")
    assert [tell(office, said), tell(office, said)] == ["linked", "known"]
    told(office)
    answer = events.user_sends(UID, "Đã nhận", office.now(), msg_id="m1")
    assert [tell(office, answer), tell(office, answer)] == ["acknowledged 1", "known"]
    before = sentences(office, "xa-a")
    assert tell(office, answer) == "known"
    assert sentences(office, "xa-a") == before


def test_a_button_and_a_quote_answer_for_their_own_message_only(office: District) -> None:
    says(office, code_for(office))
    told(office)
    office.clock.at += timedelta(hours=1)
    office.give(due="2024-04-15", units=["xa-a"])
    office.worker.watch()
    with office.database.write() as session:
        newer = sa.update(delivery).where(delivery.c.state == "queued")
        session.connection().execute(
            newer.values(channel="zalo", state="sent", reference="z2", next_attempt_at=None)
        )
    with office.database.read() as connection:
        older = connection.execute(sa.select(delivery.c.id).where(delivery.c.reference == "z1")).scalars()
        first = next(iter(older))
    assert says(office, "Đã nhận", quotes="no such") == "message_unknown"
    assert states(office) == ["assigned", "assigned"]
    assert says(office, received_payload(first)) == "acknowledged 1"
    assert states(office) == ["acknowledged", "assigned"]
    assert says(office, "Đã nhận", quotes="z2") == "acknowledged 1"
    assert states(office) == ["acknowledged", "acknowledged"]


def test_who_is_not_linked_or_is_linked_no_more_acknowledges_nothing(office: District) -> None:
    told(office)
    assert says(office, "Đã nhận") == "sender_unknown"
    assert says(office, code_for(office)) == "linked"
    with office.database.write() as session:
        typed = sa.update(address).where(address.c.channel == "zalo").values(address="uid:9999")
        session.connection().execute(typed)
    assert says(office, "Đã nhận") == "sender_unknown", "the office typed another account"
    assert office.duty("xa-a", "1").state is State.ASSIGNED


def test_who_has_left_the_post_answers_for_the_unit_no_more(office: District) -> None:
    says(office, code_for(office))
    told(office)
    office.dismiss("xa-a", "officer")
    assert says(office, "Đã nhận") == "acknowledged 0"
    assert office.duty("xa-a", "1").state is State.ASSIGNED


def test_a_code_works_once_for_one_day_and_for_one_person(office: District) -> None:
    first = code_for(office)
    assert says(office, f"{first[:4]} {first[4:]}".lower()) == "linked"
    assert says(office, first) == "code_used"
    assert says(office, "22222222") == "code_unknown"
    other = code_for(office, "xa-b.officer.20240101")
    assert says(office, other) == "account_of_another"
    office.clock.at += timedelta(hours=24, seconds=1)
    assert says(office, other, uid="7002") == "code_expired"


def test_linking_keeps_the_telephone_and_leaving_the_account_keeps_what_still_works(
    office: District,
) -> None:
    office.dismiss("xa-a", "officer")
    who = office.hire("xa-a", "officer", since=office.now().date(), zalo="phone:84900000001")
    assert says(office, code_for(office, who)) == "linked"
    assert says(office, code_for(office, "xa-b.officer.20240101"), uid="7002") == "linked"

    def reached() -> dict[str, bool]:
        query = sa.select(address.c.address, address.c.invalid_at).where(address.c.channel == "zalo")
        with office.database.read() as connection:
            return {row.address: row.invalid_at is None for row in connection.execute(query)}

    for uid in (UID, "7002"):
        assert tell(office, events.follow(uid, office.now(), leaves=True)) == "left"
    assert reached() == {f"uid:{UID};phone:84900000001": True, "uid:7002": False}
    late = office.now() - timedelta(minutes=5)
    assert tell(office, events.follow("7002", late)) == "overtaken", "events come in any order"
    office.clock.at += timedelta(minutes=1)
    assert tell(office, events.follow("7002", office.now())) == "follows"
    assert reached()["uid:7002"]


@pytest.mark.parametrize("flat", [False, True])
def test_a_receipt_ends_the_doubt_about_a_message_whose_answer_was_lost(office: District, flat: bool) -> None:
    told(office)
    with office.database.write() as session:
        doubt = {"state": "unknown", "reference": "", "next_attempt_at": office.now()}
        session.connection().execute(sa.update(delivery).values(**doubt))
        (one,) = session.connection().execute(sa.select(delivery.c.id)).scalars()
    event = events.template_received(
        "84900000001", office.now(), msg_id="z9", tracking_id=str(one), flat=flat
    )
    assert tell(office, event) == "delivered"
    with office.database.read() as connection:
        row = connection.execute(sa.select(delivery)).one()
        got = connection.execute(sa.select(receipt.c.kind, receipt.c.happened_at)).all()
        stored = connection.execute(sa.select(kept.c.content, kept.c.sender)).one()
    assert (row.state, row.next_attempt_at, row.fence) == (DeliveryState.SENT, None, 2)
    assert [(kind, at) for kind, at in got] == [("delivered", office.now())]
    assert "84900000001" not in str(stored), "the telephone number is not kept"
    assert office.worker.deliver() == 0, "it is sent no second time"


def test_an_echo_ends_the_doubt_too_and_a_look_is_kept(office: District) -> None:
    told(office)
    with office.database.write() as session:
        doubt = {"state": "unknown", "next_attempt_at": office.now()}
        session.connection().execute(sa.update(delivery).values(**doubt))
        (one,) = session.connection().execute(sa.select(message.c.id)).scalars()
    text = f"Xem: https://dondoc.example.vn/m/{one}"
    assert tell(office, events.oa_sent(UID, text, office.now(), msg_id="z1")) == "sent"
    assert tell(office, events.seen(UID, office.now(), msg_ids=["z1", "z0"])) == "seen"
    assert tell(office, events.seen(UID, office.now(), msg_ids=["z7"])) == "delivery_unknown"
    with office.database.read() as connection:
        assert connection.execute(sa.select(delivery.c.state)).scalar_one() == "sent"
        assert connection.execute(sa.select(receipt.c.kind)).scalars().all() == ["seen"]
        (row, *_), _ = telling.deliveries(connection, office.chair, telling.Which(), after=None, limit=9)
        assert row.proof == Proof(None, office.now(), None)


def sent_through(office: District, zalo: FakeZalo) -> dict[str, Any]:
    """Let the officer, who has linked the account, be told of one duty by Zalo; return what was sent."""
    zalo.world.clock = office.clock.now
    zalo.world.issue_tokens()
    zalo.world.knows(UID)
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    sealed = office.vault.seal({"app_secret": APP_SECRET, **tokens})
    with office.database.write() as session:
        set_channel(
            session, office.chair, "zalo", is_enabled=True, settings=zalo.settings(),
            secrets_sealed=sealed, version=None, now=office.now(),
        )  # fmt: skip
    says(office, code_for(office))
    with office.database.write() as session:
        first = sa.update(address).where(address.c.channel == "zalo").values(position=-1)
        session.connection().execute(first)
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    (sent,) = zalo.accepted
    return dict(sent)


def test_from_the_letter_to_the_answer_through_a_real_zalo_account(office: District) -> None:
    with FakeZalo() as zalo:
        sent = sent_through(office, zalo)
        assert says(office, "Đã nhận", quotes=sent["message_id"]) == "acknowledged 1"
    assert office.duty("xa-a", "1").state is State.ACKNOWLEDGED


def test_the_echo_of_what_really_went_out_ends_the_doubt(office: District) -> None:
    with FakeZalo() as zalo:
        sent = sent_through(office, zalo)
    with office.database.write() as session:
        doubt = {"state": "unknown", "next_attempt_at": office.now()}
        session.connection().execute(sa.update(delivery).values(**doubt))
    assert "/l/" in sent["text"]
    assert "/m/" not in sent["text"], "a message about one duty has no other link"
    assert tell(office, events.oa_sent(UID, sent["text"], office.now(), msg_id="z1")) == "sent"
    with office.database.read() as connection:
        assert set(connection.execute(sa.select(delivery.c.state)).scalars()) == {"sent"}


def test_an_event_that_nobody_can_read_does_not_keep_the_answers_behind_it_waiting(office: District) -> None:
    assert says(office, code_for(office)) == "linked"
    told(office)
    with office.database.write() as session:
        unreadable = Arrived(
            dedupe_key="unreadable",
            kind=Inbound.SAID,
            happened_at=office.now(),
            proof="app_id+body",
            sender=UID,
            content={"text": "Đã nhận", "quoted": {"of": "another shape"}},
        )
        assert keep(session, office.chair.register_id, "zalo", unreadable, now=office.now())
    assert office.worker.listen() == 1
    assert says(office, "Đã nhận") == "acknowledged 1"
    with office.database.read() as connection:
        assert [each.check for each in examine(connection, now=office.now())] == ["answer-not-applied"]


def test_a_code_sent_to_the_bot_links_the_chat_and_its_answer_acknowledges(office: District) -> None:
    with office.database.write() as session:
        made = make_code(session, office.chair, OFFICER, channel="zalo-bot", now=office.now())

    def writes(text: str, number: int) -> str:
        update = Bot().write("6ede9afa66b8", text, office.now())
        update["message"]["message_id"] = f"b{number}"
        arrived = read_update(json.dumps({"ok": True, "result": update}).encode(), office.now())
        assert arrived is not None
        with office.database.write() as session:
            assert keep(session, office.chair.register_id, "zalo-bot", arrived, now=office.now())
        office.worker.listen()
        with office.database.read() as connection:
            query = sa.select(kept.c.outcome).where(kept.c.dedupe_key == arrived.dedupe_key)
            return str(connection.execute(query).scalar_one())

    assert writes(show_code(made.code), 1) == "linked"
    with office.database.read() as connection:
        query = sa.select(address.c.address).where(address.c.channel == "zalo-bot")
        assert connection.execute(query).scalar_one() == "uid:6ede9afa66b8"
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.watch()
    with office.database.write() as session:
        by_bot = sa.update(delivery).values(channel="zalo-bot", state="sent", next_attempt_at=None)
        session.connection().execute(by_bot)
    assert writes("đã nhận", 2) == "acknowledged 1"
    assert office.duty("xa-a", "1").state is State.ACKNOWLEDGED
