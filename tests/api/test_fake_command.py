"""An integrator without accounts starts a stand-in, and the product sends to it as it would to Zalo."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from service.notify.channel import ChannelTools, Sent
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.tokens import Tokens
from tests.fakes.outgoing import outgoing
from tests.fakes.tokens import SharedTokens


def test_what_the_stand_in_prints_is_what_a_channel_takes() -> None:
    command = [sys.executable, "-m", "service", "fake", "zalo", "--everyone"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            settings, secrets = told["channel"]["settings"], dict(told["channel"]["secrets"])
            now = datetime.now(UTC)
            pair = Tokens(
                secrets.pop("access_token"), secrets.pop("refresh_token"), now + timedelta(hours=25)
            )
            tools = ChannelTools(now=lambda: now, folder=Path("/nonexistent"), token_store=SharedTokens(pair))
            channel = ZaloChannel.configure(settings, secrets, tools)
            assert isinstance(channel.send(outgoing(address="phone:0900000001")), Sent)
            channel.close()
            state = httpx.get(f"{told['base_url']}/__fake__/state").json()
            assert state["accepted"] == 1
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
