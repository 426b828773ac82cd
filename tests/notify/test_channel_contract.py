"""What every channel promises, checked against every registered channel.

The complaints these prevent: "it said sent and nobody got it", "I got it twice", "one dead mail server
stopped all reminders".
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from service.fakes.smtp import FakeSmtp, SmtpFault
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_world import APP_SECRET
from service.notify.channel import (
    Channel,
    ChannelMisconfigured,
    ChannelTools,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from service.notify.channels.zalo.tokens import Tokens
from service.notify.registry import DuplicateChannel, UnknownChannel, channel_class, installed
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing
from tests.fakes.tokens import SharedTokens

NOBODY_LISTENS = 1  # a port of 127.0.0.1 that only root could open


@dataclass
class Rig:
    """One channel with an honest provider behind it."""

    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    tools: ChannelTools
    address: str
    identities: Callable[[], list[str]]
    """What the provider was told each accepted message is called."""
    impatient: Mapping[str, Any]
    """What is added to the settings so that a silence ends within the test."""
    unreachable: Mapping[str, Any]
    """Settings under which nobody answers; for the console, which needs nobody, its folder is lost."""
    fall_silent: Callable[[], None] | None
    """Make the provider accept the next message and say nothing; None where there is no provider."""

    def message(self, number: int = 1, **changes: Any) -> Outgoing:
        return outgoing(number, **{"address": self.address, **changes})


def tools(folder: Path, tokens: SharedTokens | None = None) -> ChannelTools:
    return ChannelTools(now=StoppedClock(FIRST.sent_on), folder=folder, token_store=tokens)


def console_rig(folder: Path, closing: ExitStack) -> Rig:
    out = folder / "out"
    return Rig(
        settings={},
        secrets={},
        tools=tools(out),
        address="canbo@xa1.example.vn",
        identities=lambda: [path.stem for path in out.glob("*.eml")],
        impatient={},
        unreachable={},
        fall_silent=None,
    )


def email_rig(folder: Path, closing: ExitStack) -> Rig:
    relay = closing.enter_context(FakeSmtp())
    return Rig(
        settings=relay.settings(),
        secrets={},
        tools=tools(folder),
        address="canbo@xa1.example.vn",
        identities=lambda: [str(received.message["message-id"]) for received in relay.messages],
        impatient={"whole_seconds": 2},
        unreachable=relay.settings(port=NOBODY_LISTENS),
        fall_silent=lambda: relay.fail(SmtpFault("body", then="hang", accepts=True)),
    )


def zalo_rig(folder: Path, closing: ExitStack) -> Rig:
    zalo = closing.enter_context(FakeZalo())
    zalo.world.clock = StoppedClock(FIRST.sent_on)
    zalo.world.issue_tokens()
    zalo.world.knows(phone="84900000001")
    tokens = Tokens(zalo.world.access_token, zalo.world.refresh_token, FIRST.sent_on + timedelta(hours=25))
    nobody = f"http://127.0.0.1:{NOBODY_LISTENS}"
    return Rig(
        settings=zalo.settings(),
        secrets={"app_secret": APP_SECRET},
        tools=tools(folder, SharedTokens(tokens)),
        address="phone:84900000001",
        identities=lambda: [entry["tracking_id"] for entry in zalo.accepted],
        impatient={"read_seconds": 1},
        unreachable=zalo.settings(openapi_url=nobody, business_url=nobody),
        fall_silent=lambda: zalo.fail(Fault("hang", on="template", accepts=True)),
    )


RIGS = {"console": console_rig, "email": email_rig, "zalo": zalo_rig}


def test_every_registered_channel_is_under_this_contract() -> None:
    assert set(installed()) == set(RIGS)


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Rig]]:
    with ExitStack() as closing:
        yield request.param, RIGS[request.param](tmp_path, closing)


@pytest.fixture
def channel(rig: tuple[str, Rig]) -> Iterator[Channel]:
    name, given = rig
    made = channel_class(name).configure(given.settings, given.secrets, given.tools)
    yield made
    made.close()


def test_a_message_that_was_taken_is_sent_and_has_a_reference(rig: tuple[str, Rig], channel: Channel) -> None:
    outcome = channel.send(rig[1].message())
    assert isinstance(outcome, Sent)
    assert outcome.reference
    assert len(rig[1].identities()) == 1


def test_a_second_attempt_of_one_delivery_bears_the_same_name(rig: tuple[str, Rig], channel: Channel) -> None:
    channel.send(rig[1].message())
    channel.send(rig[1].message())
    channel.send(rig[1].message(number=2))
    assert len(set(rig[1].identities())) == 2


def test_a_dead_provider_is_an_answer_that_spares_the_recipient(rig: tuple[str, Rig]) -> None:
    name, given = rig
    if name == "console":
        given.tools.folder.write_text("a file stands where the folder should be")
    channel = channel_class(name).configure(given.unreachable, given.secrets, given.tools)
    outcome = channel.send(given.message())
    channel.close()
    assert isinstance(outcome, Retry)
    assert outcome.channel_fault


def test_silence_after_the_message_left_is_unknown_and_nothing_is_sent_again(rig: tuple[str, Rig]) -> None:
    name, given = rig
    if given.fall_silent is None:
        pytest.skip("this channel speaks to nobody")
    hasty = channel_class(name).configure({**given.settings, **given.impatient}, given.secrets, given.tools)
    given.fall_silent()
    assert isinstance(hasty.send(given.message()), Unknown)
    assert len(given.identities()) == 1
    assert isinstance(hasty.send(given.message(number=2)), Sent), "the channel works on afterwards"
    hasty.close()


@pytest.mark.parametrize(
    "address", ["", "khong phai dia chi", "a@b@c", "phone:12", "uid:", "x\r\nBcc: y@z.test"]
)
def test_an_impossible_address_is_refused_before_the_network(
    rig: tuple[str, Rig], channel: Channel, address: str
) -> None:
    outcome = channel.send(rig[1].message(address=address))
    assert isinstance(outcome, Refused)
    assert outcome.address_invalid
    assert outcome.next_channel
    assert not outcome.channel_fault
    assert rig[1].identities() == []


@pytest.mark.parametrize(
    "changes",
    [
        {
            "subject": "Dòng một\r\nBcc: ke-la@example.test\r\n\r\nthân",
            "thread": ("<a@x>\r\nX-Evil: 1", "b@x"),
        },
        {"subject": "", "text": "", "title": "", "unit": "", "due": "", "code": "", "link": ""},
        {"text": "dài " * 5000, "title": "tên " * 500, "unit": "đơn vị " * 50},
        {"text": "một\x00hai\x07ba 🙂", "title": "\u202eđảo", "html": "<p>Xin chào 🙂</p>"},
    ],
    ids=["line breaks", "nothing", "too much", "odd characters"],
)
def test_odd_wording_is_carried_not_choked_on(
    rig: tuple[str, Rig], channel: Channel, changes: dict[str, Any]
) -> None:
    outcome = channel.send(rig[1].message(**changes))
    assert isinstance(outcome, Sent), outcome


def test_a_misspelt_setting_is_named_and_no_secret_is_shown(rig: tuple[str, Rig]) -> None:
    name, given = rig
    with pytest.raises(ChannelMisconfigured, match="tiem_out"):
        channel_class(name).configure({**given.settings, "tiem_out": 5}, given.secrets, given.tools)
    with pytest.raises(ChannelMisconfigured) as raised:
        channel_class(name).configure(given.settings, {**given.secrets, "pasword": "rat-bi-mat"}, given.tools)
    assert "rat-bi-mat" not in str(raised.value)


def test_closing_twice_does_no_harm(rig: tuple[str, Rig], channel: Channel) -> None:
    channel.send(rig[1].message())
    channel.close()
    channel.close()


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group="dondoc.channels")


CONSOLE = "service.notify.channels.console:ConsoleChannel"


def test_a_name_nobody_provides_says_what_there_is() -> None:
    with pytest.raises(UnknownChannel, match="fax: installed are console, email, zalo"):
        channel_class("fax")


def test_two_claims_to_one_name_stop_the_process() -> None:
    with pytest.raises(DuplicateChannel, match="console"):
        installed([entry("console", CONSOLE), entry("console", "stranger:Channel")])


def test_a_class_registered_under_another_name_stops_the_process() -> None:
    with pytest.raises(DuplicateChannel, match="calls itself 'console'"):
        channel_class("sms", [entry("sms", CONSOLE)])


def test_a_message_without_a_time_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        outgoing(sent_on=FIRST.sent_on.replace(tzinfo=None))
