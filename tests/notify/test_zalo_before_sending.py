"""What is asked before a message leaves.

The complaints these prevent: "we paid for messages although the window was open", "every reminder was refused
for a week and nobody knew that the template had been switched off", "the title was too long for Zalo".
"""

import unicodedata
from typing import Any

import pytest

from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_world import TEMPLATE_ID
from service.notify.channel import Refused, Retry, Sent
from service.notify.channels.zalo.templates import Parameter
from tests.fakes.outgoing import FIRST, outgoing
from tests.notify.zalo_office import BY_BOTH, BY_PHONE, BY_UID, MORNING, Office

QUOTA, DAILY = "openapi/v3.0/oa/quota/message", "business/message/quota"
INFO, CS, ZBS = "business/template/info/v2", "openapi/v3.0/oa/message/cs", "business/message/template"


@pytest.fixture
def office(zalo: FakeZalo) -> Office:
    zalo.forget()
    return Office(zalo)


# --- windows and quotas -------------------------------------------------------------------------------


def test_the_window_is_asked_once_and_remembered_while_it_is_open(office: Office) -> None:
    with office.channel(ask_first=True) as channel:
        assert isinstance(channel.send(BY_UID), Sent)
        assert isinstance(channel.send(outgoing(2, address="uid:1001")), Sent)
        assert office.asked == [QUOTA, CS, CS]
        office.clock.advance(hours=48)
        assert isinstance(channel.send(outgoing(3, address="uid:1001")), Sent)
        assert [asked for asked in office.asked[3:] if "oauth" not in asked] == [QUOTA, CS], (
            "the window may have closed meanwhile"
        )


@pytest.mark.parametrize(
    ("hours", "paid", "goes"),
    [
        (47, False, "cs"),
        (49, False, "template"),
        (49, True, "cs"),
        (167, True, "cs"),
        (169, True, "template"),
    ],
)
def test_a_closed_or_costly_window_is_not_tried(office: Office, hours: float, paid: bool, goes: str) -> None:
    office.zalo.world.knows("1001", hours_since_contact=hours)
    outcome = office.send(BY_BOTH, ask_first=True, consultation_paid=paid)
    assert isinstance(outcome, Sent)
    assert [entry["api"] for entry in office.zalo.accepted] == [goes]
    assert (CS in office.asked) == (goes == "cs"), "what is known to be refused is not asked"


def test_without_another_way_the_reason_is_the_window(office: Office) -> None:
    office.zalo.world.knows("1001", hours_since_contact=169)
    outcome = office.send(BY_UID, ask_first=True)
    assert isinstance(outcome, Refused)
    assert "nobody wrote within seven days" in outcome.reason
    assert (outcome.next_channel, outcome.channel_fault) == (True, False)


def test_the_last_free_reply_is_counted(office: Office) -> None:
    office.zalo.world.people["1001"].replies_left = 2
    with office.channel(ask_first=True) as channel:
        for number in (1, 2):
            assert isinstance(channel.send(outgoing(number, address="uid:1001")), Sent)
        office.zalo.world.people["1001"].replies_left = 0
        outcome = channel.send(outgoing(3, address="uid:1001"))
        assert isinstance(outcome, Refused)
        assert "no reply is left" in outcome.reason
    assert office.asked == [QUOTA, CS, CS, QUOTA]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", -223, on="quota"),
        Fault("hang", on="quota"),
        Fault("not_json", on="quota"),
        Fault("error", -999, on="quota"),
    ],
    ids=lambda fault: f"{fault.kind}{fault.code}",
)
def test_a_question_without_an_answer_stops_no_message(office: Office, fault: Fault) -> None:
    office.zalo.fail(fault)
    assert isinstance(office.send(BY_UID, ask_first=True, read_seconds=1), Sent)
    assert [entry["api"] for entry in office.zalo.accepted] == ["cs"]


def test_an_expired_token_is_renewed_for_a_question_too(office: Office) -> None:
    office.zalo.world.expire_access_token()
    assert isinstance(office.send(BY_UID, ask_first=True), Sent)
    assert office.zalo.world.refreshes == 1


def test_the_question_that_used_up_the_minute_holds_the_message_back(office: Office) -> None:
    office.zalo.world.rate_limit = 1
    outcome = office.send(BY_UID, ask_first=True)
    assert isinstance(outcome, Retry)
    assert outcome.channel_fault
    assert office.zalo.accepted == []


def test_the_days_templates_are_counted_down_and_not_tried_in_vain(office: Office) -> None:
    office.zalo.world.daily_quota = 1
    with office.channel(ask_first=True) as channel:
        assert isinstance(channel.send(BY_PHONE), Sent)
        spent = channel.send(outgoing(2, address="phone:84900000001"))
        assert isinstance(spent, Refused)
        assert (spent.channel_fault, spent.next_channel) == (True, True)
        assert office.asked == [INFO, DAILY, ZBS]
        office.zalo.world.daily_quota = 5
        office.clock.advance(minutes=11)
        assert isinstance(channel.send(outgoing(2, address="phone:84900000001")), Sent)


@pytest.mark.parametrize(
    ("at", "sent"), [("21:59", True), ("22:00", False), ("05:59", False), ("06:00", True)]
)
def test_templates_wait_for_the_morning_where_the_office_wants_it(
    office: Office, at: str, sent: bool
) -> None:
    hour, minute = map(int, at.split(":"))
    office.clock.at = MORNING.replace(hour=hour, minute=minute)
    outcome = office.send(BY_PHONE, templates_at_night=False)
    assert isinstance(outcome, Sent if sent else Retry)
    assert (ZBS in office.asked) == sent
    assert isinstance(office.send(BY_UID, templates_at_night=False), Sent), "a consultation goes at any hour"


# --- templates ----------------------------------------------------------------------------------------


def template(office: Office, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(office.zalo.world.templates[TEMPLATE_ID], name, value)


def test_a_template_is_asked_once_kept_and_asked_again_when_it_is_old(office: Office) -> None:
    with office.channel(ask_first=True) as channel:
        for number in (1, 2):
            assert isinstance(channel.send(outgoing(number, address="phone:84900000001")), Sent)
        assert office.asked.count(INFO) == 1
        kept = office.templates.kept[TEMPLATE_ID]
        assert kept.parameters[0] == Parameter("ma_viec", "STRING", 30)
        office.clock.advance(hours=6)
        assert isinstance(channel.send(outgoing(3, address="phone:84900000001")), Sent)
        assert office.asked.count(INFO) == 2


@pytest.mark.parametrize("status", ["REJECT", "DISABLE", "PENDING_REVIEW", "DELETE"])
def test_a_template_that_is_not_approved_is_not_used_until_it_is(office: Office, status: str) -> None:
    template(office, status=status, reason="nội dung không phù hợp")
    with office.channel(ask_first=True) as channel:
        outcome = channel.send(BY_PHONE)
        assert isinstance(outcome, Refused)
        assert outcome.reason == f"zalo template {TEMPLATE_ID}: {status} (nội dung không phù hợp)"
        assert (outcome.next_channel, outcome.channel_fault) == (True, False), "other ways stay open"
        assert ZBS not in office.asked
        assert isinstance(channel.send(BY_UID), Sent)
        template(office, status="ENABLE")
        office.clock.advance(minutes=15)
        assert isinstance(channel.send(outgoing(2, address="phone:84900000001")), Sent)


def test_a_title_is_cut_to_what_the_template_takes_and_the_attempt_says_so(office: Office) -> None:
    title = unicodedata.normalize("NFD", "Rà soát kết quả thực hiện nhiệm vụ được giao")
    template(office, parameters={"ma_viec": 30, "trich_yeu": 20, "han": 20, "don_vi": 30})
    outcome = office.send(outgoing(address="phone:84900000001", title=title), ask_first=True)
    assert isinstance(outcome, Sent)
    assert outcome.detail.endswith("shortened: trich_yeu")
    value = office.zalo.accepted[0]["values"]["trich_yeu"]
    assert value == "Rà soát kết quả…"
    exact = outgoing(2, address="phone:84900000001", title=unicodedata.normalize("NFD", "ế" * 20))
    kept = office.send(exact, ask_first=True)
    assert isinstance(kept, Sent)
    assert "shortened" not in kept.detail, "counted after NFC"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"parameters": {"ma_viec": 30, "lien_ket": 10}}, "lien_ket takes 10 characters"),
        ({"parameters": {"ma_viec": 30, "so_tien": 20}}, "so_tien, which nothing fills"),
        ({"types": {"han": "DATE"}}, "han takes a day only"),
        ({"types": {"ma_viec": "NUMBER"}}, "ma_viec takes a number only"),
    ],
)
def test_what_cannot_be_cut_goes_by_another_way_and_says_why(
    office: Office, facts: dict[str, Any], why: str
) -> None:
    template(office, **facts)
    parts = {"code": "ma_viec", "title": "trich_yeu", "due": "han", "unit": "don_vi", "link": "lien_ket"}
    message = outgoing(address="phone:84900000001", due="", link=FIRST.link)
    outcome = office.send(message, ask_first=True, parameters=parts)
    assert isinstance(outcome, Refused)
    assert why in outcome.reason
    assert (outcome.next_channel, outcome.channel_fault) == (True, False)
    assert ZBS not in office.asked


def test_a_template_nobody_could_ask_about_is_used_within_the_usual_limits(office: Office) -> None:
    office.zalo.fail(Fault("error", -100, on="template_info"))
    outcome = office.send(outgoing(address="phone:84900000001", title="tên " * 100), ask_first=True)
    assert isinstance(outcome, Sent)
    assert len(office.zalo.accepted[0]["values"]["trich_yeu"]) <= 200
    assert office.templates.kept == {}
