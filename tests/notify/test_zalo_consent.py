"""The account was authorised by a link from a letter, and the tokens were another account's."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from service.domain.consent_rules import Attempt, ConsentRefused
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_events import OA_ID
from service.fakes.zalo_world import APP_ID, APP_SECRET
from service.notify.channel import validated
from service.notify.channels.zalo import client_for
from service.notify.channels.zalo.client import NoAnswer, ZaloClient
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import Tokens
from tests.fakes.tokens import SharedTokens

CALLBACK = "https://dondoc.example.vn/zalo"
NOW = datetime(2026, 12, 28, 1, 30, tzinfo=UTC)


@pytest.fixture
def zalo() -> Iterator[FakeZalo]:
    with FakeZalo() as zalo:
        zalo.world.clock = lambda: NOW
        yield zalo


@pytest.fixture
def client(zalo: FakeZalo) -> Iterator[ZaloClient]:
    given = validated("zalo", ZaloSettings, zalo.settings())
    made = client_for(given, validated("zalo", ZaloSecrets, {"app_secret": APP_SECRET}))
    yield made
    made.close()


def test_the_link_says_what_zalo_asks_for_and_the_code_fits_one_attempt_only() -> None:
    attempt = Attempt.begin()
    url = urlsplit(attempt.link("https://oauth.zaloapp.com", APP_ID, CALLBACK))
    asked = {name: value[0] for name, value in parse_qs(url.query).items()}
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    assert len(attempt.verifier) == 43
    assert (url.netloc, url.path) == ("oauth.zaloapp.com", "/v4/oa/permission")
    assert asked == {
        "app_id": APP_ID,
        "redirect_uri": CALLBACK,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "state": attempt.state,
    }
    back = f"{CALLBACK}?code=c1&oa_id={OA_ID}&state={attempt.state}"
    assert attempt.code_in(f" {back} ", OA_ID) == "c1"
    for address, oa_id, why in (
        (back, "1", "another Official Account"),
        (back.replace("code=c1", "error=1"), OA_ID, "no code"),
        (f"{CALLBACK}?code=c1", OA_ID, "another attempt"),
    ):
        with pytest.raises(ConsentRefused, match=why):
            attempt.code_in(address, oa_id)
    with pytest.raises(ConsentRefused, match="another attempt"):
        Attempt.begin().code_in(back, OA_ID)
    assert attempt.verifier not in repr(attempt)


def test_a_code_gives_one_pair_and_a_refusal_leaves_the_pair_before(
    zalo: FakeZalo, client: ZaloClient
) -> None:
    attempt = Attempt.begin("fixed-verifier")
    store = SharedTokens(Tokens("old-access", "old-refresh", NOW))
    code = zalo.world.new_code("fixed-verifier")
    redeem(client, store, code, attempt.verifier, now=NOW)
    kept = store.read()
    assert (kept.access_token, kept.refresh_token) == (zalo.world.access_token, zalo.world.refresh_token)
    with pytest.raises(ConsentRefused, match="-14005"):
        redeem(client, store, code, attempt.verifier, now=NOW)
    with pytest.raises(ConsentRefused, match="-14005"):
        redeem(client, store, zalo.world.new_code("other"), attempt.verifier, now=NOW)
    zalo.fail(Fault("reset", on="oauth"))
    with pytest.raises(NoAnswer):
        redeem(client, store, zalo.world.new_code("fixed-verifier"), attempt.verifier, now=NOW)
    assert store.read() == kept
