"""Rotating tokens: a refresh token works once, and a lost answer may cost the account.

The complaints these prevent: "since Tuesday nothing goes out and an administrator has to log in again",
"two workers refreshed at once and locked each other out", "an error page was stored as our token".
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from service.fakes.ledger import read_ledger
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_world import APP_SECRET
from service.notify.channel import ChannelTools, Outcome, Refused, Retry, Sent
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.client import NothingSent
from service.notify.channels.zalo.tokens import (
    ReauthRequired,
    RefreshPending,
    RefreshRefused,
    TokenKeeper,
    TokenPair,
    Tokens,
    TokenState,
    complete_pair,
    token_hash,
)
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import outgoing
from tests.fakes.tokens import SharedTokens

NOW = datetime(2026, 12, 28, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MINUTE = timedelta(seconds=60)


class Account:
    """An Official Account in the fake, what we stored of it, and a channel that uses it."""

    def __init__(self, zalo: FakeZalo) -> None:
        self.zalo, self.world = zalo, zalo.world
        self.clock = self.world.clock = StoppedClock(NOW)
        self.world.issue_tokens()
        self.world.everyone_reachable = True
        self.store = SharedTokens(
            Tokens(self.world.access_token, self.world.refresh_token, NOW + timedelta(hours=25))
        )

    def channel(self, **settings: Any) -> ZaloChannel:
        tools = ChannelTools(now=self.clock, folder=Path("/nonexistent"), token_store=self.store)
        return ZaloChannel.configure(self.zalo.settings(**settings), {"app_secret": APP_SECRET}, tools)

    def send(self, **settings: Any) -> Outcome:
        channel = self.channel(**settings)
        try:
            return channel.send(outgoing(address="uid:1001"))
        finally:
            channel.close()

    @property
    def refresh_requests(self) -> int:
        return sum(asked.path.startswith("/oauth/") for asked in self.zalo.requests)


@pytest.fixture
def account(zalo: FakeZalo) -> Account:
    zalo.forget()
    return Account(zalo)


@pytest.mark.both_databases
def test_two_workers_and_one_expired_token_make_exactly_one_refresh(account: Account) -> None:
    account.world.expire_access_token()
    account.zalo.delay_ms = 50
    together = threading.Barrier(2)
    outcomes: list[Outcome] = []

    def work(number: int) -> None:
        channel = account.channel()
        together.wait()
        outcomes.append(channel.send(outgoing(number, address="uid:1001")))
        channel.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent]
    assert account.refresh_requests == account.world.refreshes == account.store.saves == 1
    assert len(account.zalo.accepted) == 2


@pytest.mark.parametrize(("hours_left", "refreshes"), [(6.01, 0), (5.99, 1)])
def test_a_token_is_renewed_ahead_of_time_and_not_on_every_send(
    account: Account, hours_left: float, refreshes: int
) -> None:
    account.clock.advance(hours=25 - hours_left)
    channel = account.channel()
    for number in range(1, 4):
        assert isinstance(channel.send(outgoing(number, address="uid:1001")), Sent)
    channel.close()
    assert account.world.refreshes == refreshes
    if refreshes:
        assert account.store.read().expires_at == account.clock() + timedelta(hours=25)


def test_a_refresh_whose_answer_was_lost_ends_at_a_person_and_overwrites_nothing(account: Account) -> None:
    stored = account.store.read()
    account.world.expire_access_token()
    account.zalo.fail(Fault("reset", on="oauth", accepts=True))

    lost = account.send()
    assert isinstance(lost, Retry)
    assert (lost.after, lost.channel_fault) == (MINUTE, True)
    assert account.store.read().state is TokenState.REFRESH_IN_DOUBT
    assert account.store.read().refresh_hash == token_hash(stored.refresh_token)

    account.clock.advance(seconds=20)
    waiting = account.send()
    assert isinstance(waiting, Retry)
    assert waiting.after == timedelta(seconds=40)
    assert account.refresh_requests == 1

    account.clock.advance(seconds=41)
    dead = account.send()
    assert isinstance(dead, Refused)
    assert (dead.channel_fault, dead.next_channel) == (True, True)
    assert account.refresh_requests == 2
    after = account.store.read()
    assert after.state is TokenState.REAUTH_REQUIRED
    assert (after.access_token, after.refresh_token) == (stored.access_token, stored.refresh_token)
    assert account.store.saves == 0


def test_a_refresh_zalo_never_carried_out_is_repaired_by_itself(account: Account) -> None:
    account.world.expire_access_token()
    account.zalo.fail(Fault("hang", on="oauth"))
    assert isinstance(account.send(refresh_seconds=1), Retry)
    account.clock.advance(seconds=61)
    assert isinstance(account.send(), Sent)
    assert account.store.states == [TokenState.OK, TokenState.REFRESH_IN_DOUBT, TokenState.OK]


def test_the_present_token_keeps_working_while_a_refresh_is_in_doubt(account: Account) -> None:
    account.clock.advance(hours=20)
    account.zalo.fail(Fault("html", 502, on="oauth"))
    channel = account.channel()
    assert isinstance(channel.send(outgoing(1, address="uid:1001")), Sent)
    assert isinstance(channel.send(outgoing(2, address="uid:1001")), Sent)
    assert account.refresh_requests == 1, "not asked again within the minute"
    account.clock.advance(seconds=61)
    assert isinstance(channel.send(outgoing(3, address="uid:1001")), Sent)
    channel.close()
    assert account.store.read().state is TokenState.OK


def test_a_crash_between_refresh_and_save_is_noticed_by_the_next_worker(account: Account) -> None:
    account.world.expire_access_token()
    with account.store.lock() as held:
        held.begin_refresh(token_hash(account.store.read().refresh_token), account.clock())
    outcome = account.send()
    assert isinstance(outcome, Retry)
    assert outcome.after == MINUTE
    assert account.refresh_requests == 0
    account.clock.advance(seconds=61)
    assert isinstance(account.send(), Sent)


def test_a_pair_pasted_by_an_administrator_ends_the_doubt_at_once(account: Account) -> None:
    account.world.expire_access_token()
    account.zalo.fail(Fault("reset", on="oauth", accepts=True))
    account.send()
    account.world.issue_tokens()
    pasted = TokenPair(account.world.access_token, account.world.refresh_token)
    account.store.save(pasted, NOW + timedelta(hours=25))
    assert isinstance(account.send(), Sent)


def test_a_doubt_about_another_token_delays_nothing(account: Account) -> None:
    account.world.expire_access_token()
    with account.store.lock() as held:
        held.begin_refresh(token_hash("the token before this one"), account.clock())
    assert isinstance(account.send(), Sent)


def test_a_pasted_refresh_token_alone_is_enough_to_begin(account: Account) -> None:
    account.store.save(TokenPair("", account.world.refresh_token), NOW)
    assert isinstance(account.send(), Sent)


@pytest.mark.parametrize("pasted", ["", "mã làm mới", "two\nlines"])
def test_what_is_not_a_token_is_never_sent(account: Account, pasted: str) -> None:
    account.store.save(TokenPair(pasted, pasted), NOW + timedelta(hours=25))
    outcome = account.send()
    assert isinstance(outcome, Refused)
    assert outcome.channel_fault
    assert len(account.zalo.requests) == 0
    assert account.store.read().state is TokenState.REAUTH_REQUIRED


def test_a_spent_refresh_token_is_not_tried_in_a_loop(account: Account) -> None:
    account.world.expire_access_token()
    account.world.refresh_token = "somebody-authorised-another-app"
    for _ in range(3):
        outcome = account.send()
        assert isinstance(outcome, Refused)
        assert outcome.channel_fault
    assert account.refresh_requests == 1


def test_an_error_of_the_app_is_not_taken_for_a_dead_account(account: Account) -> None:
    account.world.expire_access_token()
    account.zalo.fail(Fault("error", -14004, on="oauth"))
    outcome = account.send()
    assert isinstance(outcome, Refused)
    assert outcome.channel_fault
    assert account.store.saves == 0
    assert account.store.read().state is TokenState.EXPIRING
    assert isinstance(account.send(), Sent), "repaired: the same refresh token still works"


@pytest.mark.parametrize(
    "answer",
    [
        {"error": -14014, "error_name": "Invalid refresh token", "access_token": "a", "refresh_token": "r"},
        {"error_name": "no number", "access_token": "a", "refresh_token": "r"},
        {"access_token": "", "refresh_token": "r"},
        {"access_token": None, "refresh_token": "r"},
        {"refresh_token": "r"},
        {"access_token": "a\nb", "refresh_token": "r"},
        {},
    ],
)
def test_no_error_is_ever_saved_as_a_token(answer: Mapping[str, Any]) -> None:
    assert complete_pair(answer, used="old") is None


def test_an_answer_without_a_new_refresh_token_keeps_the_old_one() -> None:
    assert complete_pair({"access_token": "a"}, used="old") == TokenPair("a", "old")


def keeper(account: Account, answer: Mapping[str, Any] | Exception) -> TokenKeeper:
    def exchange(refresh_token: str) -> Mapping[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return TokenKeeper(account.store, exchange, account.clock, MINUTE)


def test_a_refresh_that_never_left_leaves_no_doubt(account: Account) -> None:
    account.clock.advance(hours=20)
    assert keeper(account, NothingSent("no route")).access() == account.store.read().access_token
    assert account.store.read().state is TokenState.EXPIRING
    assert account.store.read().refresh_started_at is None


def test_once_the_token_is_dead_the_trouble_is_told_by_name(account: Account) -> None:
    account.clock.advance(hours=26)
    with pytest.raises(RefreshPending):
        keeper(account, NothingSent("no route")).access()
    with pytest.raises(RefreshRefused, match="-14002"):
        keeper(account, {"error": -14002, "error_name": "Invalid app"}).access()
    with pytest.raises(ReauthRequired, match="-14020"):
        keeper(account, {"error": -14020, "error_name": "Used"}).access()


@pytest.mark.parametrize(
    ("expires_in", "hours"), [("90000", 25), (3600, 1), ("soon", 25), (None, 25), ("-5", 25)]
)
def test_the_life_of_a_token_is_read_from_text(account: Account, expires_in: object, hours: int) -> None:
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": expires_in}
    assert keeper(account, answer).renewed(failed=account.store.read().access_token) == "a"
    assert account.store.read().expires_at == NOW + timedelta(hours=hours)


def test_a_worker_that_cannot_get_the_lock_sends_on_with_the_present_token(account: Account) -> None:
    account.clock.advance(hours=20)
    busy = SharedTokens(account.store.read(), lock_seconds=0.01)
    waiting = TokenKeeper(busy, lambda _: {}, account.clock, MINUTE)
    with busy.lock():
        assert waiting.access() == busy.read().access_token
        with pytest.raises(RefreshPending):
            waiting.renewed(failed=busy.read().access_token)
        assert waiting.give_up(refused=busy.read().access_token) is False


def test_tokens_are_not_shown_when_printed(account: Account) -> None:
    tokens = account.store.read()
    shown = f"{tokens!r} {TokenPair('access-9', 'refresh-9')!r}"
    assert "access-" not in shown
    assert "refresh-" not in shown


def test_the_fake_runs_as_a_process_and_writes_what_it_accepted(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    command = [
        sys.executable,
        "-m",
        "service.fakes.zalo",
        "--ledger",
        str(ledger),
        "--delay-ms",
        "5",
        "--everyone",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        there = json.loads(process.stdout.readline())
        body = {"recipient": {"user_id": "7"}, "message": {"text": "Xin chào"}}
        headers = {"access_token": there["access_token"]}
        url = f"{there['base_url']}/openapi/v3.0/oa/message/cs"
        with httpx.Client(trust_env=False) as client:
            answer = client.post(url, json=body, headers=headers).json()
            assert client.get(f"{there['base_url']}/__fake__/state").json()["accepted"] == 1
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert [entry["message_id"] for entry in read_ledger(ledger)] == [answer["data"]["message_id"]]
