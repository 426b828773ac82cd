"""The account was authorised over HTTP: by a link that works once, and by nobody else's answer.

The complaints these prevent: "somebody sent me a link and now our office writes for another account", "Zalo
said nothing and the old tokens were gone".
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain import ledger
from service.domain.tables import ChannelAccount, ChannelConsent, table
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_world import APP_SECRET, OA_ID
from service.notify.consents import exchange_next
from service.settings import Settings
from service.vault import Vault
from tests.api.world import Api
from tests.conftest import SettableClock

ASK = "/v1/channels/zalo/consents"
account, consent = table(ChannelAccount), table(ChannelConsent)


@pytest.fixture
def zalo(api: Api, clock: SettableClock) -> Iterator[FakeZalo]:
    with FakeZalo() as opened:
        opened.world.clock = clock.now
        opened.world.issue_tokens()
        body = {
            "is_enabled": True,
            "settings": opened.settings(oa_id=OA_ID),
            "secrets": {"app_secret": APP_SECRET, "access_token": "old", "refresh_token": "old"},
        }
        api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v0"'})
        yield opened


def ask(api: Api, **body: Any) -> dict[str, Any]:
    return dict(api.speak_for("keeper_admin").ok("POST", ASK, json=body))


def say_yes(url: str) -> str:
    """Let the administrator say yes; return where Zalo leads back, without the host."""
    back = urlsplit(httpx.get(url, trust_env=False).headers["location"])
    return f"{back.path}?{back.query}"


def tokens(database: Database, settings: Settings) -> tuple[str, str]:
    with database.read() as connection:
        sealed = connection.execute(sa.select(account.c.secrets)).scalar_one()
    opened = Vault(settings.secret_key).open(sealed)
    assert opened["app_secret"] == APP_SECRET
    return opened["access_token"], opened["refresh_token"]


def outcomes(database: Database) -> list[str]:
    with database.read() as connection:
        query = sa.select(consent.c.outcome).where(consent.c.ended_at.is_not(None)).order_by(consent.c.id)
        return list(connection.execute(query).scalars())


def exchange(database: Database, settings: Settings, clock: SettableClock) -> bool:
    return exchange_next(database, Vault(settings.secret_key), clock)


def test_the_administrators_yes_becomes_tokens_within_a_round_of_the_worker(
    api: Api, zalo: FakeZalo, database: Database, settings: Settings, clock: SettableClock
) -> None:
    made = ask(api)
    assert urlsplit(made["callback"]).path == "/v1/hooks/zalo/chinh/consent"
    back = say_yes(made["url"])
    del api.headers["authorization"]
    assert api.ok("GET", back) == {"kept": True}
    assert tokens(database, settings) == ("old", "old"), "kept before anybody uses it"
    with database.read() as connection:
        kept = connection.execute(sa.select(consent.c.code, consent.c.sealed)).one()
    assert "code-" not in str(kept), "what came back is sealed"
    assert exchange(database, settings, clock)
    assert not exchange(database, settings, clock)
    assert tokens(database, settings) == (zalo.world.access_token, zalo.world.refresh_token)
    channels = api.speak_for("keeper_admin").ok("GET", "/v1/channels")["items"]
    (shown,) = (each for each in channels if each["channel"] == "zalo")
    assert (shown["health"], shown["is_paused"]) == ("ok", False)
    assert outcomes(database) == [""]


def journal(api: Api) -> list[tuple[str, dict[str, Any]]]:
    items = api.speak_for("keeper_admin").ok("GET", "/v1/events", params={"type": "channel.*"})["items"]
    return [(each["type"], each["data"]) for each in items]


def test_the_journal_says_who_set_the_channel_up_and_authorised_it_and_gives_no_secret_away(
    api: Api, zalo: FakeZalo, database: Database, settings: Settings, clock: SettableClock
) -> None:
    before = zalo.settings(oa_id=OA_ID)
    made = ask(api)
    api.ok("GET", say_yes(made["url"]))
    assert exchange(database, settings, clock)
    version = {"If-Match": '"v2"'}
    body = {"is_enabled": False, "settings": {**before, "oa_id": "77"}}
    api.speak_for("keeper_admin").refused(
        "stale-version", 412, "PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v1"'}
    )
    api.ok("PUT", "/v1/channels/zalo", json=body, headers=version)
    with database.write() as session:
        while ledger.sequence(session, now=clock.now()):
            pass
    first, *others = journal(api)
    assert first[0] == "channel.set_up.v1"
    assert {"is_enabled", "secrets", "settings.oa_id"} <= set(first[1]["fields"])
    assert others == [
        ("channel.consent_asked.v1", {"channel": "zalo", "consent_id": made["id"]}),
        ("channel.authorised.v1", {"channel": "zalo", "consent_id": made["id"]}),
        ("channel.set_up.v1", {"channel": "zalo", "number": 3, "fields": ["is_enabled", "settings.oa_id"]}),
    ]
    for private in (APP_SECRET, OA_ID, zalo.world.access_token, zalo.world.refresh_token):
        assert private not in str([first, *others])


def test_an_answer_that_nobody_asked_for_changes_nothing(
    api: Api, zalo: FakeZalo, database: Database, settings: Settings, clock: SettableClock
) -> None:
    back = say_yes(ask(api)["url"])
    del api.headers["authorization"]
    path, _, query = back.partition("?")
    for wrong in (
        path,
        f"{path}?code=c1",
        f"{path}?code=c1&state=x",
        back.replace(OA_ID, "1"),
        back.replace("code=", "kode="),
        back.replace("chinh", "khac"),
    ):
        api.refused("unauthenticated", 401, "GET", wrong)
    api.ok("GET", back)
    api.refused("unauthenticated", 401, "GET", back)
    late = say_yes(ask(api)["url"])
    clock.at += timedelta(hours=1, seconds=1)
    api.refused("unauthenticated", 401, "GET", late)
    assert query
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count(consent.c.came_at))).scalar_one() == 1


@pytest.mark.parametrize(
    ("fault", "says"), [(Fault("reset", on="oauth"), "RemoteProtocolError|ReadError"), (None, "-14005")]
)
def test_where_no_tokens_come_the_old_ones_stay_and_the_reason_is_kept(
    api: Api,
    zalo: FakeZalo,
    database: Database,
    settings: Settings,
    clock: SettableClock,
    fault: Fault | None,
    says: str,
) -> None:
    api.ok("GET", say_yes(ask(api)["url"]))
    if fault:
        zalo.fail(fault)
    else:
        clock.at += timedelta(minutes=11)  # the code is too old by now
    assert exchange(database, settings, clock)
    assert tokens(database, settings) == ("old", "old")
    (outcome,) = outcomes(database)
    assert any(each in outcome for each in says.split("|"))
    assert not exchange(database, settings, clock), "a code is used once"


def test_only_who_administers_asks_and_a_repeat_shows_no_link(api: Api, zalo: FakeZalo) -> None:
    once = {"headers": {"Idempotency-Key": "k"}, "json": {"callback": "https://dondoc.example.vn/back"}}
    first = api.speak_for("keeper_admin").ok("POST", ASK, **once)
    again = api.ok("POST", ASK, **once)
    assert (first["id"], again["url"]) == (again["id"], None)
    assert "redirect_uri=https%3A%2F%2Fdondoc.example.vn%2Fback" in first["url"]
    for name in ("clerk", "officer_a", "leader"):
        api.speak_for(name).refused("not-allowed", 403, "POST", ASK, json={})
    api.speak_for("keeper_admin").refused("not-found", 404, "POST", "/v1/channels/email/consents", json={})
    api.refused("invalid-request", 422, "POST", ASK, json={"callback": "javascript:alert(1)"})
