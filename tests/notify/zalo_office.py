"""An office with an Official Account of the fake Zalo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from service.notify.channel import ChannelTools, Outcome, Outgoing
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.templates import KnownTemplate
from service.notify.channels.zalo.tokens import Tokens
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import outgoing
from tests.fakes.tokens import SharedTokens

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 12, 28, 8, 30, tzinfo=LOCAL)


class KeptTemplates:
    """A store of templates in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, KnownTemplate] = {}

    def read(self, template_id: str) -> KnownTemplate | None:
        return self.kept.get(template_id)

    def save(self, known: KnownTemplate) -> None:
        self.kept[known.template_id] = known


class Office:
    """One Official Account: the fake, its clock, its tokens, and a channel made from them.

    The channel asks nothing first, unless a test says so.
    """

    def __init__(self, zalo: FakeZalo) -> None:
        self.zalo = zalo
        self.clock = zalo.world.clock = StoppedClock(MORNING)
        zalo.world.issue_tokens()
        zalo.world.knows("1001", "84900000001")
        self.tokens = SharedTokens(
            Tokens(zalo.world.access_token, zalo.world.refresh_token, MORNING + timedelta(hours=25))
        )

        self.templates = KeptTemplates()

    @contextmanager
    def channel(self, **settings: Any) -> Iterator[ZaloChannel]:
        tools = ChannelTools(
            now=self.clock,
            folder=Path("/nonexistent"),
            token_store=self.tokens,
            template_store=self.templates,
        )
        given = self.zalo.settings(**{"ask_first": False, **settings})
        made = ZaloChannel.configure(given, {"app_secret": APP_SECRET}, tools)
        try:
            yield made
        finally:
            made.close()

    def send(self, message: Outgoing, **settings: Any) -> Outcome:
        with self.channel(**settings) as channel:
            return channel.send(message)

    @property
    def asked(self) -> list[str]:
        return [asked.path.removeprefix("/") for asked in self.zalo.requests]


BY_UID = outgoing(address="uid:1001")
BY_PHONE = outgoing(address="phone:0900 000 001")
BY_BOTH = outgoing(address="uid:1001;phone:84900000001")
