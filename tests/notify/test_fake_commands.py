"""An integrator tries the product without accounts: each stand-in says where it is, obeys and tells."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from service.notify.channel import ChannelTools, Retry, Sent
from service.notify.channels.email import EmailChannel
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing

SECRET = "whsec_" + "c2VjcmV0IG9mIGFuIGVuZHBvaW50IGZvciB0ZXN0cw=="


@contextmanager
def running(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run a stand-in for the length of the block; give what it printed."""
    command = [sys.executable, "-m", "service", "fake", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(20)
        assert process.returncode == 0


def test_a_relay_takes_what_the_channel_sends_refuses_on_order_and_shows_what_came(tmp_path: Path) -> None:
    tools = ChannelTools(now=StoppedClock(FIRST.sent_on), folder=tmp_path)
    with running("smtp", "--security", "starttls", "--login", "--ledger", str(tmp_path / "ledger")) as told:
        channel = EmailChannel.configure(told["channel"]["settings"], told["channel"]["secrets"], tools)
        assert isinstance(channel.send(outgoing()), Sent)
        order = {"faults": [{"at": "rcpt", "reply": "451 4.3.0 later"}]}
        assert httpx.post(f"{told['control']}seed", json=order).json()["faults_waiting"] == 1
        assert isinstance(channel.send(outgoing(2)), Retry)
        channel.close()
        (accepted,) = httpx.get(f"{told['control']}state").json()["accepted"]
    assert (accepted["to"], accepted["subject"]) == (FIRST.address, FIRST.subject)
    (line,) = (tmp_path / "ledger").read_text().splitlines()
    assert json.loads(line)["message_id"] == accepted["message_id"]


def test_without_the_library_the_relay_says_what_to_install() -> None:
    start = "import sys; sys.modules['aiosmtpd'] = None; from service.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", start, "fake", "smtp"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "dondoc[fakes]" in ended.stderr
    assert "Traceback" not in ended.stderr


def call(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a call, signed by code that is not ours."""
    return {
        "webhook-id": "e1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": f"v1,AAAA {Webhook(secret).sign('e1', at, body.decode())}",
    }


def test_a_receiver_keeps_in_its_ledger_what_it_took(tmp_path: Path) -> None:
    event = json.dumps({"type": "obligation.assigned.v1", "data": {}}).encode()
    with running("receiver", "--ledger", str(tmp_path / "ledger")) as told:
        assert httpx.post(told["url"], content=event).status_code == 200
    (kept,) = (tmp_path / "ledger").read_text("utf-8").splitlines()
    assert "obligation.assigned.v1" in kept


def test_a_receiver_repeats_challenges_believes_signatures_only_and_fails_on_order() -> None:
    at = datetime(2026, 12, 28, 1, 30, tzinfo=UTC)
    event = json.dumps({"type": "obligation.assigned.v1", "data": {}}).encode()
    challenge = json.dumps({"type": "webhook.challenge.v1", "data": {"challenge": "c1"}}).encode()
    with running("receiver", "--secret", SECRET) as told:
        assert httpx.post(told["url"], content=challenge).json() == {"challenge": "c1"}
        assert httpx.post(told["url"], content=event).status_code == 401
        signed = call(SECRET, event, at)
        assert httpx.post(told["url"], content=event, headers=signed).status_code == 200
        assert httpx.post(told["url"], content=event + b" ", headers=signed).status_code == 401
        slow_down = {"status": 429, "headers": {"retry-after": "7"}, "body": "chậm lại"}
        order = {"say": [slow_down, {"status": 410}, {"filler": 10_000_000}], "always": {"status": 500}}
        assert httpx.post(f"{told['control']}seed", json=order).json()["answers_waiting"] == 3
        answers = [httpx.post(told["url"], content=event, headers=signed) for _ in range(4)]
        assert [each.status_code for each in answers] == [429, 410, 200, 500]
        assert (answers[0].headers["retry-after"], answers[0].text) == ("7", "chậm lại")
        assert len(answers[2].content) == 10_000_000
        asked = httpx.options(told["url"], headers={"webhook-request-origin": "dondoc.example.vn"})
        assert asked.headers["webhook-allowed-origin"] == "dondoc.example.vn"
        got = httpx.get(f"{told['control']}state").json()["got"]
        assert [each["proven"] for each in got] == [False, False, True, False, True, True, True, True]


@pytest.mark.parametrize("name", ["zalo", "smtp", "receiver"])
def test_an_order_that_is_none_of_its_own_is_not_found(name: str) -> None:
    with running(name) as told:
        base = told.get("control") or f"{told['base_url']}/__fake__/"
        assert httpx.get(f"{base}state").status_code == 200
        assert httpx.get(f"{base}nothing").status_code == 404
