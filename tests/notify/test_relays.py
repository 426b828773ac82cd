"""Several relays of one channel, on real sockets.

The complaints these prevent: "one relay was down for an hour and nothing left the house, with the second
idle", "our provider blocked us for sending too fast", "the second relay sent it again".
"""

from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from service.database import Database
from service.domain.reading import telling
from service.domain.tables import ChannelAccount
from service.fakes.smtp import FakeSmtp, SmtpFault
from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outcome,
    Refused,
    Retry,
    Sent,
    Shared,
    Unknown,
)
from service.notify.channels.email import EmailChannel
from service.notify.channels.relay_store import RelayMemory, RelayStore
from service.notify.channels.relays import RELAY_PAUSE, SPENT
from service.notify.relay_states import DatabaseRelayStore
from tests.district import District
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing


class Pair:
    """Two relays and a channel over both."""

    def __init__(self, first: FakeSmtp, second: FakeSmtp, store: RelayStore, **settings: Any) -> None:
        self.first, self.second, self.store = first, second, store
        self.clock = StoppedClock(FIRST.sent_on)
        of_second = settings.pop("of_second", {})
        more = {"name": "thu-hai", "host": second.host, "port": second.port, "security": "none"}
        self.settings = first.settings(name="thu-nhat", **settings) | {"more_relays": [more | of_second]}
        self.tools = ChannelTools(now=self.clock, folder=Path("/nonexistent"), relay_store=store)
        self.channel = self.open()

    def open(self) -> EmailChannel:
        return EmailChannel.configure(self.settings, {}, self.tools)

    def send(self, number: int = 1) -> Outcome:
        return self.channel.send(outgoing(number))

    def got(self) -> tuple[int, int]:
        return len(self.first.messages), len(self.second.messages)


@contextmanager
def paired(store: RelayStore | None = None, **settings: Any) -> Iterator[Pair]:
    with FakeSmtp() as first, FakeSmtp() as second:
        pair = Pair(first, second, store or RelayMemory(), **settings)
        try:
            yield pair
        finally:
            pair.channel.close()


@pytest.mark.parametrize(
    ("at", "reply"),
    [
        ("connect", "554 No service here"),
        ("connect", "421 4.3.2 Closing"),
        ("mail", "451 4.3.0 Out of space"),
        ("rcpt", "550 5.7.1 Relaying denied"),
        ("body", "554 5.7.1 Blocked by policy"),
    ],
)
def test_what_an_ill_relay_refuses_goes_by_the_other_which_is_used_until_the_first_has_rested(
    at: Any, reply: str
) -> None:
    with paired() as pair:
        pair.first.fail(SmtpFault(at, reply))
        answer = pair.send(1)
        assert isinstance(answer, Sent)
        assert answer.detail.startswith("thu-hai: 250 ")
        until, detail = pair.store.marks["thu-nhat"]  # type: ignore[attr-defined]
        assert until == pair.clock.at + RELAY_PAUSE
        assert reply.split(maxsplit=1)[0] in detail
        assert isinstance(pair.send(2), Sent)
        assert pair.got() == (0, 2), "it is left in peace"
        pair.clock.advance(minutes=5)
        assert isinstance(pair.send(3), Sent)
        assert pair.got() == (1, 2)
        assert pair.store.marks["thu-nhat"] == (None, "")  # type: ignore[attr-defined]


def test_what_one_relay_defers_is_offered_to_the_other_and_none_is_called_ill() -> None:
    with paired() as pair:
        pair.first.fail(SmtpFault("rcpt", "451 4.7.1 Greylisted"))
        assert isinstance(pair.send(1), Sent)
        assert pair.store.marks == {}  # type: ignore[attr-defined]
        for relay in (pair.first, pair.second):
            relay.fail(SmtpFault("rcpt", "451 4.7.1 Greylisted"))
        answer = pair.send(2)
        assert isinstance(answer, Retry)
        assert (answer.after, answer.channel_fault) == (timedelta(minutes=5), False)
        assert pair.got() == (0, 1)


def test_what_the_first_relay_may_have_taken_and_who_does_not_exist_goes_to_no_second_one() -> None:
    with paired(whole_seconds=2) as pair:
        pair.first.fail(SmtpFault("rcpt", "550 5.1.1 No such user"))
        answer = pair.send(1)
        assert isinstance(answer, Refused)
        assert answer.address_invalid
        pair.first.fail(SmtpFault("body", then="drop", accepts=True))
        assert isinstance(pair.send(2), Unknown)
        assert pair.got() == (1, 0)


def test_when_every_relay_is_ill_the_channel_is_and_the_one_that_rested_longest_is_asked_first() -> None:
    with paired() as pair:
        pair.first.fail(SmtpFault("connect", "421 4.3.2 Closing"))
        pair.second.fail(SmtpFault("connect", "554 No service"))
        answer = pair.send(1)
        assert isinstance(answer, Retry)
        assert answer.channel_fault
        assert isinstance(pair.send(2), Sent)
        assert pair.got() == (1, 0)


def test_a_relay_gets_no_more_messages_a_minute_than_it_may_and_waiting_costs_no_attempt() -> None:
    with paired(messages_per_minute=2, of_second={"messages_per_minute": 1}) as pair:
        outcomes = [pair.send(number) for number in range(1, 6)]
        assert [type(each) for each in outcomes] == [Sent] * 3 + [Retry] * 2
        assert pair.got() == (2, 1)
        pair.clock.advance(seconds=20)
        assert pair.send(6) == Retry(SPENT, after=timedelta(seconds=40), channel_fault=True)
        pair.clock.advance(seconds=40)
        assert isinstance(pair.send(7), Sent)
        assert pair.got() == (3, 1)


def test_the_threads_of_a_process_share_few_connections_and_the_last_one_out_ends_them() -> None:
    with FakeSmtp(delay_ms=30) as relay:
        tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"), shared=Shared())
        settings = relay.settings(connections=2)
        channels = [EmailChannel.configure(settings, {}, tools) for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            sent = list(pool.map(lambda n: channels[n % 6].send(outgoing(n + 1)), range(24)))
        assert all(isinstance(each, Sent) for each in sent)
        assert len({received.raw for received in relay.messages}) == len(relay.messages) == 24
        assert relay.connections == 2
        for each in channels[1:]:
            each.close()
        assert isinstance(channels[0].send(outgoing(30)), Sent)
        assert relay.connections == 2, "the others' going did not end them"
        channels[0].close()


def test_when_the_first_relays_connections_are_in_use_the_next_relay_helps() -> None:
    with paired(connections=1) as pair:
        pair.first.delay_ms = 300
        with ThreadPoolExecutor(2) as pool:
            sent = list(pool.map(pair.send, (1, 2)))
        assert all(isinstance(each, Sent) for each in sent)
        assert pair.got() == (1, 1)


@pytest.mark.parametrize(
    ("settings", "secrets", "says"),
    [
        ({"more_relays": [{"host": "relay.example.test"}]}, {}, "two relays have one name"),
        ({"more_relays": [{"host": "b.test", "username": "u"}]}, {"password": "x"}, "belong together"),
        ({"more_relays": [{"host": "b.test", "securitty": "tls"}]}, {}, "more_relays.0.securitty"),
        ({"messages_per_minute": 0}, {}, "messages_per_minute"),
        ({"dkim_domain": "x.test"}, {}, "dkim_domain and dkim_key belong together"),
        ({"dkim_domain": "x.test"}, {"dkim_key": "not a key"}, "the key cannot sign"),
        ({}, {"dkim_kay": "x"}, "dkim_kay"),
    ],
)
def test_relays_that_cannot_work_are_refused_in_a_sentence(
    settings: dict[str, Any], secrets: dict[str, str], says: str
) -> None:
    working = {"host": "relay.example.test", "sender": "nhacviec@dondoc.example.vn"}
    tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"))
    with pytest.raises(ChannelMisconfigured, match=f"^email: .*{says}"):
        EmailChannel.configure({**working, **settings}, secrets, tools)


def test_each_relay_has_a_password_of_its_own() -> None:
    with FakeSmtp() as first, FakeSmtp(security="starttls", login=True) as second:
        first.fail(SmtpFault("connect", "554 No service"))
        more = {name: value for name, value in second.settings(name="b").items() if name != "sender"}
        settings = first.settings() | {"more_relays": [more]}
        tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"))
        channel = EmailChannel.configure(settings, {"password.b": second.secrets()["password"]}, tools)
        assert isinstance(channel.send(outgoing()), Sent)
        channel.close()
        assert second.messages[0].encrypted


def test_a_signature_holds_until_a_byte_is_changed() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    asked: list[bytes] = []

    def published(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return b"v=DKIM1; k=rsa; p=" + b64encode(der)

    with FakeSmtp() as relay:
        tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"))
        settings = relay.settings(dkim_domain="dondoc.example.vn", dkim_selector="s2024")
        channel = EmailChannel.configure(settings, {"dkim_key": pem.decode()}, tools)
        assert isinstance(channel.send(outgoing(text=".một\n..hai  \n", html="<p>đến hạn</p>")), Sent)
        channel.close()
        raw = relay.messages[0].raw
    assert raw.startswith(b"DKIM-Signature: ")
    assert dkim.verify(raw, dnsfunc=published)
    assert asked == [b"s2024._domainkey.dondoc.example.vn."]
    for old, new in ((b"To: canbo@", b"To: kelac@"), (b"hai", b"bay")):
        assert old in raw
        assert not dkim.verify(raw.replace(old, new), dnsfunc=published)


def account_of(office: District) -> ChannelAccount:
    with office.database.write() as session:
        made = ChannelAccount(
            id=uuid4(), register_id=office.chair.register_id, channel="email", is_enabled=True, settings={}
        )
        session.add(made)
        session.flush()
        session.expunge(made)
        return made


@pytest.mark.both_databases
def test_two_workers_count_into_one_minute_and_the_office_sees_which_relay_is_ill(office: District) -> None:
    account = account_of(office)
    one, other = (DatabaseRelayStore(office.database, account.id) for _ in range(2))
    now = office.now()
    assert [store.take("a", 3, now) for store in (one, other, one, other)] == [
        *(None, None, None),
        timedelta(minutes=1),
    ]
    assert one.take("a", 3, now + timedelta(seconds=59)) == timedelta(seconds=1)
    assert one.take("a", 3, now + timedelta(seconds=60)) is None
    assert one.take("b", 1, now) is None
    other.mark("b", now + RELAY_PAUSE, "smtp connect: 421 4.3.2 Closing")
    with office.database.read() as connection:
        shown = telling.relays(connection, office.chair)["email"]
    assert [(each.name, each.ill_until, each.minute_count) for each in shown] == [
        ("a", None, 1),
        ("b", now + RELAY_PAUSE, 1),
    ]
    one.mark("b", None, "")
    with office.database.read() as connection:
        assert telling.relays(connection, office.chair)["email"][1].ill_until is None


def test_a_lost_database_does_not_turn_a_message_that_left_into_one_that_did_not() -> None:
    nowhere = Database("sqlite:////nonexistent/dondoc.db", pool_size=1)
    DatabaseRelayStore(nowhere, uuid4()).mark("a", None, "")
    nowhere.dispose()
