"""A bot for pilots: what it may carry, whom it reaches, and what its answers mean.

The complaints these prevent: "the escalation went by the bot and nobody can say whether it arrived", "the
token stood in the log".
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_bot import BOT_TOKEN
from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from service.notify.channels.zalo_bot import MEANINGS, BotMeaning, ZaloBotChannel
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing

TOOLS = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=Path("/nonexistent"))
TO_CHAT = outgoing(address="uid:c1")


@pytest.fixture(scope="module")
def server() -> Iterator[FakeZalo]:
    with FakeZalo() as opened:
        yield opened


@pytest.fixture
def zalo(server: FakeZalo) -> FakeZalo:
    server.forget()
    server.write_to_bot("c1", "xin chào")
    return server


def send(zalo: FakeZalo, message: Outgoing, *, token: str = BOT_TOKEN, **settings: Any) -> Outcome:
    given = zalo.state()["bot_channel"]
    channel = ZaloBotChannel.configure(
        given["settings"] | settings, given["secrets"] | {"token": token}, TOOLS
    )
    outcome = channel.send(message)
    channel.close()
    return outcome


def test_a_reminder_goes_to_who_wrote_first_whole_link_included(zalo: FakeZalo) -> None:
    outcome = send(zalo, outgoing(address="uid:c1", text="Nội dung dài. " * 300 + FIRST.link))
    (accepted,) = zalo.accepted
    assert outcome == Sent(accepted["message_id"])
    assert len(accepted["text"]) <= 2000
    assert accepted["text"].endswith(f"…\n{FIRST.link}")
    stranger = send(zalo, outgoing(address="uid:c2"))
    assert isinstance(stranger, Refused)
    assert (stranger.next_channel, stranger.channel_fault) == (True, False)


@pytest.mark.parametrize("kind", ["urgent", "escalation"])
def test_what_must_be_delivered_takes_the_next_channel(zalo: FakeZalo, kind: Any) -> None:
    outcome = send(zalo, outgoing(address="uid:c1", kind=kind))
    assert isinstance(outcome, Refused)
    assert (outcome.next_channel, outcome.channel_fault, outcome.address_invalid) == (True, False, False)
    assert zalo.accepted == []


@pytest.mark.parametrize(
    ("code", "kind", "ill"),
    [
        (400, Refused, False),
        (401, Refused, True),
        (403, Refused, True),
        (404, Refused, True),
        (408, Retry, False),
        (429, Refused, True),
        (418, Retry, False),
    ],
)
def test_every_number_of_the_platform_blames_the_right_party(
    zalo: FakeZalo, code: int, kind: type, ill: bool
) -> None:
    assert set(MEANINGS) == {400, 401, 403, 404, 408, 429}
    assert (MEANINGS.get(code, BotMeaning.LATER) is BotMeaning.LATER) == (kind is Retry)
    zalo.fail(Fault("bot_error", code, on="bot"))
    outcome = send(zalo, TO_CHAT)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "channel_fault", False) is ill


@pytest.mark.parametrize("kind", ["hang", "reset", "truncated", "html", "not_json"])
def test_no_clear_answer_is_unknown(zalo: FakeZalo, kind: Any) -> None:
    zalo.fail(Fault(kind, on="bot", accepts=True))
    outcome = send(zalo, TO_CHAT, read_seconds=1)
    assert isinstance(outcome, Unknown)
    assert len(zalo.accepted) == 1


def test_the_token_shows_in_no_reason(zalo: FakeZalo) -> None:
    wrong = send(zalo, TO_CHAT, token="1000:another-secret")
    assert isinstance(wrong, Refused)
    assert wrong.channel_fault
    assert "another-secret" not in wrong.reason
    with pytest.raises(ChannelMisconfigured) as raised:
        send(zalo, TO_CHAT, token="khong phai token")
    assert "khong phai" not in str(raised.value)
