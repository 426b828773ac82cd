"""The list of messages named only duties: what the machinery had told the clerk was an empty line in it."""

import pytest
import sqlalchemy as sa

from service.database import Database
from service.domain import ledger
from service.domain.channels import lose_authorisation
from service.domain.tables import ChannelAccount, table
from service.notify.planner import plan
from tests.api.test_strangers import WORDING
from tests.api.world import Api, issue
from tests.conftest import MONDAY

account = table(ChannelAccount)
PATH = "/v1/wordings/notice"
CLERK = {
    "code": "van-thu",
    "name": "Văn thư Văn phòng",
    "posts": [{"unit_code": "van-phong", "role": "clerk", "valid_from": "2024-01-01"}],
    "addresses": [{"channel": "email", "address": "van-thu@van-phong.example.vn"}],
}


@pytest.fixture
def lost(api: Api, database: Database) -> str:
    """Let Zalo's tokens be spent, and the clerk's message be made; return the account's id."""
    api.speak_for("admin").ok("POST", "/v1/people", json=CLERK)
    body = {"is_enabled": True, "settings": {}, "secrets": {"access_token": "a", "refresh_token": "r"}}
    api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v0"'})
    with database.write() as session:
        which = session.connection().execute(sa.select(account.c.id)).scalar_one()
        for _ in range(2):
            lose_authorisation(session, which, now=MONDAY)
    for made in (1, 0):
        with database.write() as session:
            assert plan(session, now=MONDAY) == made
    return str(which)


def test_a_message_without_a_duty_says_which_fact_it_tells(api: Api, lost: str) -> None:
    (told,) = api.speak_for("clerk").ok("GET", "/v1/messages", params={"person": "van-thu"})["items"]
    assert (told["occasion"], told["obligation_ids"]) == ("urgent", [])
    (notice,) = told["notices"]
    assert (notice["type"], notice["subject"]) == ("channel.reauthorisation_needed.v1", lost)
    (sent,) = api.ok("GET", "/v1/deliveries", params={"message_id": told["id"]})["items"]
    assert (sent["channel"], sent["state"]) == ("email", "queued")
    issue(api)
    assert all(each["notices"] == [] for each in api.ok("GET", "/v1/messages")["items"][1:])


def test_the_fact_is_in_the_feed_once_and_gives_no_secret_away(
    api: Api, lost: str, database: Database
) -> None:
    with database.write() as session:
        while ledger.sequence(session, now=MONDAY):
            pass
    asked = {"type": "channel.reauthorisation_needed.v1"}
    (fact,) = api.speak_for("keeper_admin").ok("GET", "/v1/events", params=asked)["items"]
    assert (fact["subject"], fact["data"]) == (lost, {"channel": "zalo"})


def test_an_office_words_its_notices_too_and_tries_them_on_a_real_one(api: Api, lost: str) -> None:
    (told,) = api.speak_for("leader").ok("GET", "/v1/messages")["items"]
    shown = api.ok("POST", f"{PATH}/preview", json={"message_id": told["id"]})
    mail, zalo = shown["channels"]
    assert mail["subject"].startswith("[Sự cố] Kênh Zalo: tài khoản cần được cấp quyền lại")
    assert "POST /v1/channels/zalo/consents" in zalo["text"]
    assert (shown["lines"], zalo["shown"]) == (1, 1)
    own = {**WORDING, "opening": "Báo cáo sự cố:", "duty": "{van_ban}, {muc}: {noi_dung}. {tinh_trang}"}
    api.ok("PUT", PATH, json=own, headers={"If-Match": '"v0"'})
    again = api.ok("POST", f"{PATH}/preview", json={"message_id": told["id"]})["channels"][1]["text"]
    assert "1. Kênh Zalo, từ " in again
