"""The stand-in for Zalo behaves as Zalo is described, or what is proved with it proves nothing.

Numbered as the list of what a faithful stand-in does; each test is one point of it. Point 11, the ways in
which answers go wrong, is walked by every fault in `test_channel_zalo.py`.
"""

import json
import socket
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from service.fakes.receiver import Receiver, Said, receiving
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_bot import BOT_TOKEN
from service.fakes.zalo_world import APP_ID, APP_SECRET, OA_ID, TEMPLATE_ID, Group, Template
from tests.fakes.clock import StoppedClock

NIGHT = datetime(2026, 12, 28, 22, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MORNING = NIGHT.replace(hour=8)
PHONE = "84900000001"
VALUES = {"ma_viec": "1", "trich_yeu": "x", "han": "31/12/2026", "don_vi": "y"}


class Caller:
    """An app that speaks to Zalo."""

    def __init__(self, zalo: FakeZalo) -> None:
        self.zalo = zalo
        self.clock = zalo.world.clock = StoppedClock(MORNING)
        zalo.world.issue_tokens()
        self.http = httpx.Client(base_url=zalo.base_url, trust_env=False)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        given = headers or {"access_token": self.zalo.world.access_token}
        return self.http.post(path, json=body, headers=given).json()

    def get(self, path: str, **query: Any) -> Any:
        headers = {"access_token": self.zalo.world.access_token}
        return self.http.get(path, params=query, headers=headers).json()

    def oauth(self, **form: str) -> dict[str, Any]:
        sent = {"app_id": APP_ID, **form}
        headers = {"secret_key": APP_SECRET}
        return dict(self.http.post("/oauth/v4/oa/access_token", data=sent, headers=headers).json())

    def says(self, text: str = "x", uid: str = "7001", **more: Any) -> int:
        body = {"recipient": {"user_id": uid}, "message": {"text": text, **more}}
        return int(self.post("/openapi/v3.0/oa/message/cs", body)["error"])

    def sends(self, **changes: Any) -> dict[str, Any]:
        body = {"phone": PHONE, "template_id": TEMPLATE_ID, "template_data": VALUES, "tracking_id": "t"}
        return dict(self.post("/business/message/template", body | changes))

    def bot(self, method: str, token: str = BOT_TOKEN, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = self.http.post(f"/bot/bot{token}/{method}", json=body)
        return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def server() -> Iterator[FakeZalo]:
    with FakeZalo() as zalo:
        yield zalo


@pytest.fixture
def app(server: FakeZalo) -> Iterator[Caller]:
    server.forget()
    caller = Caller(server)
    yield caller
    caller.http.close()


@pytest.fixture
def hook(app: Caller) -> Iterator[Receiver]:
    with receiving() as opened:
        app.zalo.teller.url = opened.url()
        yield opened
        app.zalo.teller.forget()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; the test's own limit ends a wait that is in vain."""
    while not holds():
        Event().wait(0.02)


def test_1_a_code_and_a_refresh_token_work_once_and_errors_are_http_200(app: Caller) -> None:
    world = app.zalo.world
    code = world.new_code("v")
    granted = app.oauth(grant_type="authorization_code", code=code, code_verifier="v")
    assert granted["expires_in"] == "90000"
    again = app.oauth(grant_type="authorization_code", code=code, code_verifier="v")
    assert (again["error"], again["error_name"]) == (-14005, "Invalid code")
    late = world.new_code("v")
    app.clock.advance(minutes=11)
    assert app.oauth(grant_type="authorization_code", code=late, code_verifier="v")["error"] == -14005
    spent, old = granted["refresh_token"], {"access_token": granted["access_token"]}
    assert app.oauth(grant_type="refresh_token", refresh_token=spent)["access_token"]
    assert app.oauth(grant_type="refresh_token", refresh_token=spent)["error"] == -14014
    assert app.post("/openapi/v3.0/oa/quota/message", {"user_id": "1"}, **old)["error"] == -216
    app.zalo.fail(Fault("reset", on="oauth", accepts=True))
    with pytest.raises(httpx.HTTPError):
        app.oauth(grant_type="refresh_token", refresh_token=world.refresh_token)
    assert world.refreshes == 2, "the answer is lost, the token spent"


def test_1_the_consent_leads_back_with_a_code_for_the_challenge_of_the_link(app: Caller) -> None:
    asked = {"app_id": APP_ID, "redirect_uri": "https://dondoc.example.vn/back", "state": "s"}
    back = app.http.get("/oauth/v4/oa/permission", params=asked | {"code_challenge": "c"})
    assert back.status_code == 302
    assert dict(httpx.URL(back.headers["location"]).params).keys() == {"code", "oa_id", "state"}
    app.zalo.world.callback = "https://other.example.vn"
    assert app.http.get("/oauth/v4/oa/permission", params=asked).json()["error"] == -14003


def test_2_the_header_is_access_token_and_each_host_has_its_own_refusal(app: Caller) -> None:
    cs, phone = "/openapi/v3.0/oa/message/cs", "/business/message/template"
    bearer = {"access_token": app.zalo.world.access_token, "authorization": "Bearer x"}
    assert [app.post(cs, {}, **bearer)["error"], app.post(phone, {}, **bearer)["error"]] == [-216, -124]
    app.zalo.world.expire_access_token()
    assert [app.says(), app.sends()["error"]] == [-220, -124]
    app.zalo.world.unauthorised_status = 401
    given = {"access_token": app.zalo.world.access_token}
    assert app.http.post(cs, json={}, headers=given).status_code == 401


def test_3_a_consultation_is_free_for_two_days_paid_for_seven_then_refused(app: Caller) -> None:
    world = app.zalo.world
    assert app.says() == -213
    for hours, kind in ((47, "reply"), (49, "purchase_quota"), (167, "purchase_quota")):
        world.knows("7001", hours_since_contact=hours)
        body = {"recipient": {"user_id": "7001"}, "message": {"text": "x"}}
        answer = app.post("/openapi/v3.0/oa/message/cs", body)
        assert answer["data"]["quota"]["quota_type"] == kind
    world.knows("7001", hours_since_contact=169)
    assert app.says() == -230
    world.knows("7001", follows=False)
    assert app.says() == -213
    world.knows("7001")
    assert app.says("ế" * 2000) == 0
    assert app.says(unicodedata.normalize("NFD", "ế" * 2000)) == 0, "counted after NFC"
    assert app.says("ế" * 2001) == -210
    for buttons, error in ((5, 0), (6, -201)):
        attachment = {"type": "template", "payload": {"buttons": [{}] * buttons}}
        assert app.says(attachment=attachment) == error


def test_4_a_group_has_members_a_package_and_no_templates(app: Caller) -> None:
    def says(**message: Any) -> int:
        body = {"recipient": {"group_id": "g1"}, "message": {"text": "x", **message}}
        return int(app.post("/openapi/v3.0/oa/group/message", body)["error"])

    assert says() == -403
    app.zalo.world.groups["g1"] = Group(active=False)
    assert says() == -237
    app.zalo.world.groups["g1"].active = True
    assert says(text="[@all] họp") == 0
    assert app.zalo.accepted[-1]["mentioned"] == ["all"]
    assert says(attachment={"type": "template"}) == -201


def test_5_a_template_by_phone_is_refused_for_each_reason_by_its_number(app: Caller) -> None:
    world = app.zalo.world
    assert app.sends(phone="0900000001")["error"] == -108
    assert app.sends()["error"] == -118
    person = world.knows(phone=PHONE)
    sent = app.sends()["data"]
    assert {type(sent[name]) for name in ("msg_id", "sent_time", "sending_mode")} == {str}
    assert sent["quota"] == {"dailyQuota": "1000000", "remainingQuota": "999999"}
    app.sends()
    assert len(app.zalo.accepted) == 2, "nothing is merged by its tracking id"
    for refused in (-139, -141):
        person.refused = refused
        assert app.sends()["error"] == refused
    person.refused = 0
    assert app.sends(template_id="1")["error"] == -109
    assert app.sends(tracking_id="t" * 49)["error"] == -132
    assert app.sends(mode="development")["error"] == -127
    assert app.sends(template_data={**VALUES, "ma_viec": "x" * 31})["error"] == -1121
    assert app.sends(template_data={"ma_viec": "x"})["error"] == -1122
    world.templates[TEMPLATE_ID].types = {"han": "DATE"}
    assert app.sends(template_data={**VALUES, "han": "-"})["error"] == -1124
    world.templates[TEMPLATE_ID].status = "REJECT"
    assert app.sends()["error"] == -131
    world.templates[TEMPLATE_ID].status = "ENABLE"
    app.clock.at = NIGHT
    assert app.sends()["error"] == 0
    world.closed_at_night = True
    assert app.sends()["error"] == -133
    world.closed_at_night, world.daily_quota = False, 0
    assert app.sends()["error"] == -144
    asked = {"message_id": sent["msg_id"]}
    assert app.get("/business/message/status", **asked)["data"]["status"] == 1
    assert app.get("/business/message/status", message_id="other")["data"]["status"] == -1


def test_6_a_template_by_uid_names_its_message_differently(app: Caller) -> None:
    app.zalo.world.knows("7001")
    body = {"user_id": "7001", "template_id": TEMPLATE_ID, "template_data": VALUES}
    assert app.post("/openapi/v3.0/oa/message/template", body)["error"] == -249
    app.zalo.world.templates[TEMPLATE_ID].by_uid = True
    sent = app.post("/openapi/v3.0/oa/message/template", body)["data"]
    assert "message_id" in sent
    assert "msg_id" not in sent


def test_7_the_rate_is_told_and_one_too_many_is_refused(app: Caller) -> None:
    app.zalo.world.rate_limit = 1
    given = {"access_token": app.zalo.world.access_token}
    first = app.http.get("/openapi/v2.0/oa/getoa", headers=given)
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remain"]) == ("1", "0")
    assert first.json()["data"]["oaid"] == OA_ID
    assert app.says() == -32
    app.clock.advance(minutes=1)
    assert app.says() == -213


def test_8_each_host_has_its_own_style_of_question(app: Caller) -> None:
    world = app.zalo.world
    world.knows("7001", hours_since_contact=1)
    detail = "/openapi/v3.0/oa/user/detail"
    assert app.get(detail, user_id="7001")["error"] == -201
    assert app.get(detail, data=json.dumps({"user_id": "7001"}))["data"]["user_is_follower"] is True
    world.templates["200002"] = Template(status="REJECT", reason="nội dung")
    listed = app.get("/business/template/all", offset=0, limit=100, status=3)
    assert [each["templateId"] for each in listed["data"]] == ["200002"]
    assert app.get("/business/template/all", offset=0, limit=100, status="REJECT")["error"] == -132
    assert app.get("/business/template/all", data="{}")["error"] == -132
    info = app.get("/business/template/info/v2", template_id="200002")["data"]
    assert (info["status"], info["reason"], info["listParams"][0]["maxLength"]) == ("REJECT", "nội dung", 30)
    assert app.get("/business/message/quota")["data"]["remainingQuota"] == "1000000"
    asked = app.post("/openapi/v3.0/oa/quota/message", {"user_id": "7001"})["data"]
    assert asked["last_interaction"] == str(int((MORNING - timedelta(hours=1)).timestamp() * 1000))


def test_a_request_whose_sender_dies_in_the_midst_of_it_was_never_made(app: Caller, hook: Receiver) -> None:
    for address in (app.zalo.base_url, hook.url()):
        url = httpx.URL(address)
        with socket.create_connection((url.host, url.port or 80)) as dying:
            dying.sendall(b"POST /nhan HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
            dying.shutdown(socket.SHUT_WR)
            assert dying.recv(100) == b"", "nobody is answered"
    assert not app.zalo.requests
    assert hook.got == []


def test_9_events_are_signed_told_again_along_the_ladder_and_given_up(app: Caller, hook: Receiver) -> None:
    teller = app.zalo.teller
    hook.always = Said(500)
    app.zalo.world.knows("7001")
    app.says()
    eventually(lambda: len(hook.got) == 2)
    names = {got.event()["event_name"] for got in hook.got}
    assert names == {"oa_send_text", "user_received_message"}
    assert all(got.headers["x-zevent-signature"].startswith("mac=") for got in hook.got)
    for number, seconds in enumerate((30, 300, 900, 1800, 3600), 1):
        assert teller.waiting == 2
        app.clock.advance(seconds=seconds)
        while len(teller.told) < 2 + 2 * number and not teller.is_disabled:
            Event().wait(0.02)
            app.clock.advance(seconds=seconds / 20)  # one may have been put off only after the clock was set
    eventually(lambda: teller.is_disabled)
    assert teller.waiting == 0
    assert hook.got[-1].headers["num_retry"] == "5"


def test_9_a_slow_answer_counts_as_none_and_events_may_come_twice(app: Caller, hook: Receiver) -> None:
    app.zalo.teller.times = 2
    hook.say = [Said(seconds=2.5)]
    app.zalo.world.knows(phone=PHONE)
    app.sends()
    eventually(lambda: len(app.zalo.teller.told) == 2)
    assert sorted(status for _, status in app.zalo.teller.told) == [0, 200]
    assert app.zalo.teller.waiting == 1
    app.zalo.teller.times = 1
    app.sends()
    eventually(lambda: len(hook.got) == 3)
    first, _, other = (got.event() for got in hook.got)
    assert "tracking_id" in other, "the flat shape"
    assert "tracking_id" in first["message"]


def test_10_a_bot_has_envelopes_and_statuses_of_its_own(app: Caller, hook: Receiver) -> None:
    world = app.zalo.world
    assert app.bot("getMe")[1]["result"]["account_type"] == "BASIC"
    assert app.bot("getMe", token="1:x")[0] == 401
    assert app.bot("fly")[0] == 404
    status, idle = app.bot("getUpdates", timeout=1)
    assert (status, idle["ok"], idle["error_code"]) == (408, False, 408)
    assert app.bot("sendMessage", chat_id="c1", text="x")[0] == 400, "the person has to write first"
    app.zalo.write_to_bot("c1", "xin chào")
    assert app.bot("getUpdates")[1]["result"]["message"]["text"] == "xin chào", "one object, no list"
    assert app.bot("sendMessage", chat_id="c1", text="x")[1]["result"]["message_id"]
    assert app.bot("sendMessage", chat_id="c1", text="x" * 2001)[0] == 400
    world.bot.left = 0
    assert app.bot("sendMessage", chat_id="c1", text="x")[0] == 429
    assert app.bot("getWebhookInfo")[0] == 404
    assert app.bot("setWebhook", url=hook.url(), secret_token="short")[0] == 400
    assert app.bot("setWebhook", url=hook.url(), secret_token="long-enough")[0] == 200
    assert app.bot("getUpdates")[0] == 400
    app.zalo.write_to_bot("c2", "một")
    app.zalo.write_to_bot("c3", "hai")
    eventually(lambda: len(hook.got) == 2)
    assert {got.headers["x-bot-api-secret-token"] for got in hook.got} == {"long-enough"}
    assert sorted("ok" in got.event() for got in hook.got) == [False, True], "bare and wrapped"


def test_12_the_clock_and_the_world_obey_orders_from_another_process(app: Caller, hook: Receiver) -> None:
    order = {
        "now": NIGHT.isoformat(),
        "advance_seconds": 60,
        "people": [{"phone": PHONE}],
        "closed_at_night": True,
        "templates": {TEMPLATE_ID: {"status": "DISABLE", "reason": "chất lượng thấp"}},
        "say": [{"uid": "7001", "text": "Đã nhận"}],
        "follow": ["7002"],
    }
    app.http.post("/__fake__/seed", json=order)
    assert app.zalo.world.clock() == NIGHT + timedelta(minutes=1)
    eventually(lambda: len(hook.got) == 3)
    names = sorted(got.event()["event_name"] for got in hook.got)
    assert names == ["change_template_status", "follow", "user_send_text"]
    app.zalo.world.issue_tokens()
    assert app.sends()["error"] == -133
    assert app.says() == 0, "who wrote may be written to"
    assert app.http.get("/__fake__/accepted").json()["accepted"][0]["to"] == "7001"
