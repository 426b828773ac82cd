"""E-mail, against a real relay on a real socket.

The complaints these prevent: "the reminders stopped because one server hung", "my address was struck off
because our own server was on a blocklist", "the password went over the wire in clear", "the reminders of
one task are scattered over my inbox".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.fakes.smtp import PASSWORD, FakeSmtp, SmtpFault
from service.notify.channel import (
    CalendarPart,
    ChannelMisconfigured,
    ChannelTools,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from service.notify.channels.console import ConsoleChannel
from service.notify.channels.email import EmailChannel
from service.notify.channels.smtp_replies import Reply, Stage, outcome_of
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing

ANYWHERE = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"))


@pytest.fixture
def relay() -> Iterator[FakeSmtp]:
    with FakeSmtp() as relay:
        yield relay


@contextmanager
def channel_to(relay: FakeSmtp, **settings: Any) -> Iterator[EmailChannel]:
    channel = EmailChannel.configure(relay.settings(**settings), relay.secrets(), ANYWHERE)
    try:
        yield channel
    finally:
        channel.close()


# --- the message --------------------------------------------------------------------------------------


def test_the_message_reads_as_an_official_expects(relay: FakeSmtp) -> None:
    with channel_to(relay, reply_to="vpubnd@huyen.example.vn") as channel:
        outcome = channel.send(outgoing(html="<p>Nhiệm vụ <b>đến hạn</b></p>"))
    received = relay.messages[0]
    message = received.message
    assert outcome == Sent("<01900000-0000-7000-8000-000000000001@dondoc.example.vn>", outcome.detail)
    assert "queued as" in outcome.detail
    assert message["subject"] == FIRST.subject
    assert message["from"] == "Đôn đốc <nhacviec@dondoc.example.vn>"
    assert (message["to"], message["reply-to"]) == ("canbo@xa1.example.vn", "vpubnd@huyen.example.vn")
    assert message["date"] == "Mon, 28 Dec 2026 08:30:00 +0700"
    assert (message["auto-submitted"], message["x-auto-response-suppress"]) == ("auto-generated", "All")
    assert message["x-delivery-id"] == str(FIRST.delivery_id)
    assert message.get_body(("plain",)).get_content().splitlines() == FIRST.text.splitlines()
    assert "đến hạn" in message.get_body(("html",)).get_content()
    assert received.raw.isascii(), "any relay can carry it"


def test_the_relays_own_wire_format_survives_dots_and_long_lines(relay: FakeSmtp) -> None:
    text = ".một\n..hai\n.\n" + "rất dài, " * 300 + "hết"
    with channel_to(relay) as channel:
        channel.send(outgoing(text=text))
    assert relay.messages[0].message.get_content().splitlines() == text.splitlines()
    assert max(len(line) for line in relay.messages[0].raw.split(b"\r\n")) <= 78


def test_reminders_of_one_task_form_one_thread_even_under_a_long_domain(relay: FakeSmtp) -> None:
    domain = "nhacviec.vanphong-ubnd.huyen-cao-loc.tinh-lang-son.example.vn"
    root, first = f"ob-{FIRST.delivery_id}@{domain}", f"<{FIRST.delivery_id}@{domain}>"
    with channel_to(relay, domain=domain) as channel:
        channel.send(outgoing(2, thread=(root, first)))
    raw = relay.messages[0].raw.decode()
    assert f"References: <{root}>\r\n {first}\r\n" in raw
    assert f"In-Reply-To: {first}\r\n" in raw


def test_two_copies_of_one_delivery_are_the_same_to_the_byte(relay: FakeSmtp) -> None:
    with channel_to(relay) as channel:
        for _ in range(2):
            channel.send(outgoing(html="<p>Nhiệm vụ đến hạn</p>"))
    assert relay.messages[0] == relay.messages[1]


def test_a_line_break_in_a_title_adds_no_header(relay: FakeSmtp) -> None:
    with channel_to(relay) as channel:
        channel.send(outgoing(subject="Báo cáo\r\nBcc: ke-la@example.test\r\n\r\nthân giả"))
    message = relay.messages[0].message
    assert message["bcc"] is None
    assert message["subject"] == "Báo cáo Bcc: ke-la@example.test thân giả"


def test_a_bounce_names_its_delivery(relay: FakeSmtp) -> None:
    with channel_to(relay, bounce="bounce+{delivery}@dondoc.example.vn") as channel:
        channel.send(outgoing())
    assert relay.messages[0].sender == f"bounce+{FIRST.delivery_id.hex}@dondoc.example.vn"


def test_a_calendar_part_is_one_a_reader_finds_and_copies_are_the_same(relay: FakeSmtp) -> None:
    parts = tuple(CalendarPart(method, f"BEGIN:VCALENDAR\r\nX-A:{method} đúng\r\nEND:VCALENDAR\r\n")
                  for method in ("PUBLISH", "CANCEL"))  # fmt: skip
    with channel_to(relay) as channel:
        for _ in range(2):
            channel.send(outgoing(html="<p>x</p>", calendars=parts))
    first, second = relay.messages
    assert first.raw == second.raw
    found = [part for part in first.message.walk() if part.get_content_type() == "text/calendar"]
    assert [(part.get_param("method"), part.get_filename()) for part in found] == [
        ("PUBLISH", "han.ics"),
        ("CANCEL", "het-han.ics"),
    ]
    assert "PUBLISH đúng" in found[0].get_content()
    assert first.message.get_body(("plain",)) is not None
    assert first.message["list-id"] == "<nhac-viec.dondoc.example.vn>"


def test_a_relay_that_reports_failures_is_asked_to(relay: FakeSmtp) -> None:
    with FakeSmtp(reports=True) as able, channel_to(able) as channel:
        assert isinstance(channel.send(FIRST), Sent)
        assert able.asked == ["RET=HDRS", f"ENVID={FIRST.delivery_id.hex}", "NOTIFY=FAILURE,DELAY"]
    with channel_to(relay) as channel:
        assert isinstance(channel.send(FIRST), Sent)


def test_the_console_writes_the_same_message_once(tmp_path: Path) -> None:
    tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=tmp_path)
    channel = ConsoleChannel.configure({}, {}, tools)
    channel.send(outgoing())
    again = channel.send(outgoing())
    assert isinstance(again, Sent)
    assert "already" in again.detail
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{FIRST.delivery_id}.eml", "console.log"]
    assert len((tmp_path / "console.log").read_text().splitlines()) == 1


# --- the connection -----------------------------------------------------------------------------------


def test_many_messages_share_one_connection_and_a_refusal_does_not_end_it(relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("rcpt", "550 5.1.1 No such user"))
    with channel_to(relay) as channel:
        outcomes = [channel.send(outgoing(number)) for number in range(1, 6)]
    assert [type(outcome) for outcome in outcomes] == [Refused, Sent, Sent, Sent, Sent]
    assert relay.connections == 1


def test_a_connection_the_relay_closed_meanwhile_is_replaced_unnoticed(relay: FakeSmtp) -> None:
    with channel_to(relay) as channel:
        channel.send(outgoing(1))
        relay.hang_up()
        assert isinstance(channel.send(outgoing(2)), Sent)
        relay.fail(SmtpFault("mail", "421 4.4.2 Idle for too long"))
        assert isinstance(channel.send(outgoing(3)), Sent)
    assert len(relay.messages) == 3
    assert relay.connections == 3


def test_a_connection_is_renewed_after_so_many_messages_or_too_long_a_rest(relay: FakeSmtp) -> None:
    with channel_to(relay, messages_per_connection=2) as channel:
        for number in range(1, 6):
            channel.send(outgoing(number))
    assert relay.connections == 3
    with channel_to(relay, idle_seconds=0) as channel:
        channel.send(outgoing(6))
        channel.send(outgoing(7))
    assert relay.connections == 5


@pytest.mark.parametrize("at", ["connect", "mail", "rcpt", "data"])
def test_a_relay_that_hangs_for_ever_costs_the_deadline(relay: FakeSmtp, at: Any) -> None:
    relay.fail(SmtpFault(at, then="hang"))
    with channel_to(relay, whole_seconds=2) as channel:
        outcome = channel.send(outgoing())
        assert isinstance(outcome, Retry)
        assert outcome.channel_fault
        assert isinstance(channel.send(outgoing()), Sent)


def test_a_relay_that_answers_one_byte_at_a_time_cannot_hold_a_worker(relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("connect", "220-" + "x" * 200, then="drip"))
    with channel_to(relay, whole_seconds=1) as channel:
        outcome = channel.send(outgoing())
    assert isinstance(outcome, Retry), "the greeting would have taken twenty seconds"


@pytest.mark.parametrize("then", ["hang", "drop"])
def test_after_the_body_silence_means_perhaps_delivered(relay: FakeSmtp, then: Any) -> None:
    relay.fail(SmtpFault("body", then=then, accepts=True))
    with channel_to(relay, whole_seconds=2) as channel:
        assert isinstance(channel.send(outgoing()), Unknown)
    assert len(relay.messages) == 1


def test_before_the_body_a_torn_connection_is_a_plain_retry(relay: FakeSmtp) -> None:
    relay.fail(SmtpFault("rcpt", then="drop"))
    with channel_to(relay) as channel:
        outcome = channel.send(outgoing())
    assert isinstance(outcome, Retry)
    assert outcome.channel_fault
    assert relay.messages == []


# --- encryption and login -----------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encryption_demanded_is_encryption_used(security: Any) -> None:
    with FakeSmtp(security=security, login=True) as relay, channel_to(relay) as channel:
        assert isinstance(channel.send(outgoing()), Sent)
        assert relay.messages[0].encrypted


def test_a_relay_without_starttls_gets_nothing_in_clear(relay: FakeSmtp) -> None:
    with channel_to(relay, security="starttls") as channel:
        outcome = channel.send(outgoing())
    assert isinstance(outcome, Refused)
    assert (outcome.channel_fault, outcome.address_invalid, outcome.next_channel) == (True, False, True)
    assert relay.messages == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_not_believed(security: Any) -> None:
    with FakeSmtp(security=security) as relay, channel_to(relay, ca_file=None) as channel:
        outcome = channel.send(outgoing())
    assert isinstance(outcome, Refused)
    assert outcome.channel_fault
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason


def test_a_wrong_password_stops_the_channel_and_blames_nobody() -> None:
    with FakeSmtp(security="starttls", login=True) as relay:
        channel = EmailChannel.configure(relay.settings(), {"password": "sai-mat-khau"}, ANYWHERE)
        outcome = channel.send(outgoing())
        channel.close()
    assert isinstance(outcome, Refused)
    assert (outcome.channel_fault, outcome.address_invalid) == (True, False)
    assert "sai-mat-khau" not in outcome.reason


def test_a_login_the_relay_cannot_check_just_now_is_retried() -> None:
    with FakeSmtp(security="starttls", login=True) as relay, channel_to(relay) as channel:
        relay.fail(*[SmtpFault("login", "454 4.7.0 Temporary authentication failure")] * 2)
        outcome = channel.send(outgoing())
        assert isinstance(outcome, Retry)
        assert outcome.channel_fault
        assert isinstance(channel.send(outgoing()), Sent)


@pytest.mark.parametrize(
    ("settings", "secrets", "says"),
    [
        ({"username": "dondoc", "security": "none"}, {"password": PASSWORD}, "would show the password"),
        ({"username": "dondoc"}, {}, "username and password belong together"),
        ({"sender": "không phải"}, {}, "sender"),
        ({"bounce": "bounce {delivery}"}, {}, "bounce"),
        ({"security": "maybe"}, {}, "security"),
        ({"ca_file": "/nonexistent/ca.pem"}, {}, "ca_file"),
        ({"whole_seconds": 0}, {}, "whole_seconds"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_a_sentence(
    settings: dict[str, Any], secrets: dict[str, str], says: str
) -> None:
    working = {"host": "relay.example.test", "sender": "nhacviec@dondoc.example.vn"}
    with pytest.raises(ChannelMisconfigured, match=f"^email: .*{says}"):
        EmailChannel.configure({**working, **settings}, secrets, ANYWHERE)


# --- what a reply means -------------------------------------------------------------------------------

FIVE_MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)
GONE = {"address_invalid": True}
ILL = {"channel_fault": True}


@pytest.mark.parametrize(
    ("stage", "code", "text", "kind", "flags"),
    [
        ("rcpt", 450, "4.2.1 try later", Retry, {"after": FIVE_MINUTES}),
        ("rcpt", 451, "4.7.1 Greylisted", Retry, {"after": FIVE_MINUTES}),
        ("rcpt", 452, "4.2.2 Mailbox full", Retry, {}),
        ("rcpt", 451, "4.3.0 Queue file write error", Retry, ILL),
        ("rcpt", 421, "4.7.0 Too many connections", Retry, ILL),
        ("body", 451, "4.3.2 Not accepted", Retry, ILL),
        ("body", 450, "busy", Retry, {}),
        ("mail", 452, "4.3.1 Insufficient system storage", Retry, ILL),
        ("rcpt", 550, "4.2.0 a temporary thing under a permanent code", Retry, {}),
        ("rcpt", 550, "5.4.5 Daily sending quota exceeded", Retry, {"after": HOUR, **ILL}),
        ("connect", 554, "No SMTP service here", Refused, ILL),
        ("mail", 530, "5.7.0 Authentication required", Refused, ILL),
        ("login", 535, "5.7.8 Bad credentials", Refused, ILL),
        ("mail", 553, "5.7.1 Sender not owned by user", Refused, ILL),
        ("mail", 550, "Sender rejected", Refused, ILL),
        ("mail", 552, "5.3.4 Message too big", Refused, {}),
        ("rcpt", 550, "5.1.1 No such user", Refused, GONE),
        ("rcpt", 550, "User unknown", Refused, GONE),
        ("rcpt", 550, "5.1.10 Null MX", Refused, GONE),
        ("rcpt", 551, "User not local", Refused, GONE),
        ("rcpt", 501, "5.1.3 Bad address syntax", Refused, GONE),
        ("rcpt", 550, "5.7.1 Relaying denied", Refused, ILL),
        ("rcpt", 550, "5.7.133 Only senders of this organisation", Refused, {}),
        ("rcpt", 550, "5.5.0 Mailbox unavailable", Refused, {}),
        ("rcpt", 552, "5.2.2 Mailbox over quota", Refused, {}),
        ("body", 554, "5.7.1 Blocked by SPF", Refused, ILL),
        ("body", 550, "Content rejected", Refused, {}),
        ("body", 552, "5.3.4 Too big", Refused, {}),
        ("rcpt", 503, "Bad sequence", Refused, ILL),
    ],
)
def test_a_reply_blames_the_right_party(
    stage: str, code: int, text: str, kind: type, flags: dict[str, Any]
) -> None:
    reply = Reply(Stage(stage), code, text)
    assert outcome_of(reply) == kind(reply.reason, **flags)


@pytest.mark.parametrize("at", ["rcpt", "data", "body"])
def test_a_temporary_no_at_any_stage_delivers_nothing_and_is_retried(relay: FakeSmtp, at: Any) -> None:
    relay.fail(SmtpFault(at, "451 4.7.1 Try again later"))
    with channel_to(relay) as channel:
        assert isinstance(channel.send(outgoing()), Retry)
        assert relay.messages == []
        assert isinstance(channel.send(outgoing()), Sent)
