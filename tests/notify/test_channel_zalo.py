"""Zalo, against a fake that behaves as Zalo is described, over real sockets.

The complaints these prevent: "Zalo said OK with an error inside and we believed it", "a time-out gave me
the reminder twice", "it rang at three in the morning", "one person who left Zalo stopped everybody's".
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.replies import Reply, read_reply
from service.fakes.zalo import FakeZalo, Fault
from service.fakes.zalo_world import APP_SECRET, TEMPLATE_ID, Group
from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.errors import BUSINESS, OPENAPI, Meaning
from service.notify.channels.zalo.tokens import Tokens, TokenState
from tests.fakes.clock import StoppedClock
from tests.fakes.outgoing import FIRST, outgoing
from tests.fakes.tokens import SharedTokens
from tests.notify.zalo_office import BY_BOTH, BY_PHONE, BY_UID, LOCAL, MORNING, Office


@pytest.fixture
def office(zalo: FakeZalo) -> Office:
    zalo.forget()
    return Office(zalo)


# --- paths --------------------------------------------------------------------------------------------


def test_a_person_who_knows_the_account_gets_the_free_message(office: Office) -> None:
    outcome = office.send(BY_BOTH)
    accepted = office.zalo.accepted
    assert [(entry["api"], entry["to"], entry["text"]) for entry in accepted] == [("cs", "1001", FIRST.text)]
    assert outcome == Sent(accepted[0]["message_id"], "consultation, quota left 7")


def test_the_token_travels_in_zalos_own_header_only(office: Office) -> None:
    office.send(BY_BOTH)
    headers = office.zalo.requests[0].headers
    assert headers["access_token"] == office.zalo.world.access_token
    assert "authorization" not in headers
    assert "appsecret_proof" not in headers


def test_the_proof_is_sent_where_the_app_demands_it(office: Office) -> None:
    office.zalo.world.proof_required = True
    refused = office.send(BY_BOTH)
    assert isinstance(refused, Refused)
    assert refused.channel_fault
    assert isinstance(office.send(BY_BOTH, appsecret_proof=True), Sent)


@pytest.mark.parametrize("why", ["silent for eight days", "never followed"])
def test_who_cannot_get_the_free_message_gets_the_template(office: Office, why: str) -> None:
    if why == "never followed":
        office.zalo.world.people.clear()
    else:
        office.zalo.world.knows("1001", hours_since_contact=24 * 8)
    outcome = office.send(BY_BOTH)
    assert isinstance(outcome, Sent)
    assert [entry["api"] for entry in office.zalo.accepted] == ["template"]
    assert outcome.detail == "template by phone, quota left 999999"


def test_the_cheaper_ways_come_first_and_each_only_after_a_refusal(office: Office) -> None:
    world = office.zalo.world
    everywhere = outgoing(address="uid:1001;group:g1;phone:84900000001")
    world.groups["g1"] = Group()
    world.knows("1001", hours_since_contact=24 * 8)
    world.templates[TEMPLATE_ID].by_uid = True

    def went(**settings: Any) -> list[str]:
        before, asked = len(office.zalo.accepted), len(office.asked)
        outcome = office.send(everywhere, **({"template_by_uid": True} | settings))
        assert isinstance(outcome, Sent), outcome
        (accepted,) = office.zalo.accepted[before:]
        assert outcome.reference == accepted["message_id"]
        return [*office.asked[asked:-1], accepted["api"]]

    cs, group = "openapi/v3.0/oa/message/cs", "openapi/v3.0/oa/group/message"
    by_uid = "openapi/v3.0/oa/message/template"
    assert went() == [cs, "group"]
    world.groups["g1"].active = False
    assert went() == [cs, group, "template_by_uid"]
    world.templates[TEMPLATE_ID].by_uid = False
    assert went() == [cs, group, by_uid, "template"], "-249: this template goes by phone only"
    assert went(template_by_uid=False, groups=False) == [cs, "template"]
    world.knows("1001")
    assert went() == ["cs"]


def test_a_group_that_ran_out_does_not_stop_everybody(office: Office) -> None:
    for group in (Group(active=False), Group(has_account=False)):
        office.zalo.world.groups["g1"] = group
        outcome = office.send(outgoing(address="group:g1"))
        assert isinstance(outcome, Refused)
        assert (outcome.next_channel, outcome.channel_fault) == (True, False)


def test_nobody_is_mentioned_in_a_group(office: Office) -> None:
    office.zalo.world.groups["g1"] = Group()
    office.send(outgoing(address="group:g1", text=f"Việc [@g1] của [@[@x]1001]: {FIRST.link}"))
    (sent,) = office.zalo.accepted
    assert sent["mentioned"] == []


def test_a_button_answers_for_the_very_delivery(office: Office) -> None:
    office.send(BY_UID, button=True)
    (sent,) = office.zalo.accepted
    (button,) = sent["buttons"]
    assert button["type"] == "oa.query.hide"
    assert read_reply(button["payload"]) == Reply(received=True, delivery_id=BY_UID.delivery_id)


def test_development_reaches_administrators_only_and_never_a_uid_by_template(office: Office) -> None:
    office.zalo.world.templates[TEMPLATE_ID].by_uid = True
    trial = {"development": True, "template_by_uid": True, "consultation": False}
    refused = office.send(BY_BOTH, **trial)
    assert isinstance(refused, Refused)
    assert "-127" in refused.reason
    office.zalo.world.administrators.add("84900000001")
    assert isinstance(office.send(BY_BOTH, **trial), Sent)
    assert {entry["api"] for entry in office.zalo.accepted} == {"template"}


def test_without_a_phone_the_next_channel_takes_over(office: Office) -> None:
    office.zalo.world.knows("1001", hours_since_contact=24 * 8)
    outcome = office.send(BY_UID)
    assert isinstance(outcome, Refused)
    assert (outcome.next_channel, outcome.channel_fault, outcome.address_invalid) == (True, False, False)


def test_without_a_template_a_phone_number_is_of_no_use(office: Office) -> None:
    outcome = office.send(BY_PHONE, template_id="")
    assert isinstance(outcome, Refused)
    assert outcome.next_channel
    assert office.asked == []


def test_a_template_gets_its_parameters_within_their_limits(office: Office) -> None:
    title = unicodedata.normalize("NFD", "Rà soát, đánh giá kết quả thực hiện nhiệm vụ ") * 9
    office.send(outgoing(address="phone:84900000001", title=title, unit="Phòng " * 20, due=""))
    entry = office.zalo.accepted[0]
    values = entry["values"]
    assert entry["tracking_id"] == str(FIRST.delivery_id)
    assert values["ma_viec"] == "123/UBND-VP"
    assert 150 < len(values["trich_yeu"]) <= 200
    assert values["trich_yeu"].endswith("…")
    assert unicodedata.is_normalized("NFC", values["trich_yeu"])
    assert len(values["don_vi"]) <= 30
    assert values["han"] == "-"


def test_kinds_of_message_may_have_templates_and_parameters_of_their_own(office: Office) -> None:
    templates = office.zalo.world.templates
    templates["200002"] = type(templates["100001"])({"tieu_de": 200, "lien_ket": 200})
    message = outgoing(address="phone:84900000001", kind="escalation")
    parameters = {"title": "tieu_de", "link": "lien_ket"}
    assert isinstance(
        office.send(message, template_ids={"escalation": "200002"}, parameters=parameters), Sent
    )
    assert office.zalo.accepted[0]["values"] == {"tieu_de": FIRST.title, "lien_ket": FIRST.link}


# --- what an answer means -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "code", "kind", "flags"),
    [
        (BY_UID, -201, Refused, {}),
        (BY_UID, -221, Refused, {"channel_fault"}),
        (BY_UID, -321, Refused, {"channel_fault"}),
        (BY_UID, -227, Refused, {}),
        (BY_UID, -211, Refused, {"channel_fault"}),
        (BY_UID, -218, Refused, set()),
        (BY_UID, -200, Retry, set()),
        (BY_UID, -100, Refused, {}),
        (BY_UID, -99999, Retry, set()),
        (BY_PHONE, -100, Retry, set()),
        (BY_PHONE, -108, Refused, {"address_invalid"}),
        (BY_PHONE, -118, Refused, {"address_invalid"}),
        (BY_PHONE, -139, Refused, set()),
        (BY_PHONE, -131, Refused, {"channel_fault"}),
        (BY_PHONE, -115, Refused, {"channel_fault"}),
        (BY_PHONE, -1471, Refused, set()),
        (BY_PHONE, -1121, Refused, set()),
    ],
)
def test_an_error_number_blames_the_right_party(
    office: Office, message: Outgoing, code: int, kind: type, flags: set[str]
) -> None:
    office.zalo.fail(Fault("error", code))
    outcome = office.send(message)
    assert isinstance(outcome, kind)
    assert str(code) in outcome.reason
    raised = {flag for flag in ("channel_fault", "address_invalid") if getattr(outcome, flag, False)}
    assert raised == set(flags)
    assert len(office.asked) == 1


@pytest.mark.parametrize("code", [-221, -201, -32, -200])
def test_only_who_cannot_be_reached_is_worth_a_paid_message(office: Office, code: int) -> None:
    office.zalo.fail(Fault("error", code))
    assert not isinstance(office.send(BY_BOTH), Sent)
    assert len(office.asked) == 1


def test_the_two_hosts_keep_their_numbers_apart() -> None:
    assert OPENAPI[-100] is Meaning.PAYLOAD
    assert BUSINESS[-100] is Meaning.TRANSIENT
    assert -124 not in OPENAPI
    assert -216 not in BUSINESS


@pytest.mark.parametrize(
    "fault",
    [
        Fault("hang", accepts=True),
        Fault("reset", accepts=True),
        Fault("truncated", accepts=True),
        Fault("slow", accepts=True),
        Fault("html", 502, accepts=True),
        Fault("not_json", accepts=True),
        Fault("status", 500, accepts=True),
    ],
    ids=lambda fault: fault.kind,
)
def test_no_clear_answer_is_unknown_and_neither_repeated_nor_sent_by_another_path(
    office: Office, fault: Fault
) -> None:
    office.zalo.fail(fault)
    outcome = office.send(BY_BOTH, read_seconds=1, whole_seconds=2)
    assert isinstance(outcome, Unknown), outcome
    assert len(office.zalo.accepted) == 1
    assert len(office.asked) == 1


@pytest.mark.parametrize("code", [302, 403, 404])
def test_a_page_in_between_stops_the_channel_and_nothing_is_followed(office: Office, code: int) -> None:
    office.zalo.fail(Fault("html", code))
    outcome = office.send(BY_BOTH)
    assert isinstance(outcome, Refused)
    assert outcome.channel_fault
    assert len(office.asked) == 1


# --- when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "sent"), [("21:59", True), ("22:01", False), ("05:59", False), ("06:01", True)]
)
def test_a_template_refused_at_night_waits_for_six_in_the_morning(
    office: Office, at: str, sent: bool
) -> None:
    office.zalo.world.closed_at_night = True
    hour, minute = map(int, at.split(":"))
    office.clock.at = MORNING.replace(hour=hour, minute=minute)
    outcome = office.send(BY_PHONE)
    if sent:
        assert isinstance(outcome, Sent)
        return
    assert isinstance(outcome, Retry)
    assert outcome.after is not None
    again = (office.clock.at + outcome.after).astimezone(LOCAL)
    assert again.day == (28 if hour < 6 else 29)
    assert again.replace(hour=6, minute=0) <= again < again.replace(hour=6, minute=15)
    assert not outcome.channel_fault, "only this message waits"


def test_too_many_a_minute_waits_for_the_next_one(office: Office) -> None:
    office.clock.at = MORNING.replace(second=40)
    office.zalo.fail(Fault("error", -32))
    assert office.send(BY_UID) == Retry(
        "zalo openapi -32 asked to fail", after=timedelta(seconds=20), channel_fault=True
    )


def test_the_last_request_of_a_minute_is_not_exceeded(office: Office) -> None:
    office.zalo.world.rate_limit = 2
    with office.channel() as channel:
        first, second, third = (channel.send(outgoing(number, address="uid:1001")) for number in (1, 2, 3))
        assert isinstance(first, Sent)
        assert isinstance(second, Sent)
        assert isinstance(third, Retry)
        assert len(office.asked) == 2, "the third was not even asked"
        office.clock.advance(minutes=1)
        assert isinstance(channel.send(outgoing(3, address="uid:1001")), Sent)


# --- tokens, as a sender sees them --------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("message", [BY_UID, BY_PHONE], ids=["uid", "phone"])
def test_an_expired_token_is_renewed_and_the_message_sent_once(
    office: Office, message: Outgoing, status: int
) -> None:
    office.zalo.world.unauthorised_status = status
    office.zalo.world.expire_access_token()
    assert isinstance(office.send(message), Sent)
    assert len(office.zalo.accepted) == 1
    assert office.zalo.world.refreshes == 1
    assert office.tokens.read().access_token == office.zalo.world.access_token


def test_a_fresh_token_that_is_refused_too_calls_for_a_person(office: Office) -> None:
    office.zalo.fail(Fault("error", -216, on="cs"), Fault("error", -216, on="cs"))
    outcome = office.send(BY_BOTH)
    assert isinstance(outcome, Refused)
    assert (outcome.channel_fault, outcome.next_channel) == (True, True)
    assert office.tokens.read().state is TokenState.REAUTH_REQUIRED
    before = len(office.asked)
    assert isinstance(office.send(BY_BOTH), Refused)
    assert len(office.asked) == before, "a dead account is not asked again"


# --- settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"openapi_url": "http://openapi.example.test"}, "must be https"),
        ({"oauth_url": "openapi.example.test"}, "must be an address"),
        ({"consultation": False, "template_id": ""}, "nobody can be reached"),
        ({"parameters": {"chuc_vu": "x"}}, "parameters"),
        ({"app_id": ""}, "app_id"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_a_sentence(settings: dict[str, Any], says: str) -> None:
    tools = ChannelTools(
        now=StoppedClock(MORNING),
        folder=Path("/nonexistent"),
        token_store=SharedTokens(Tokens("a", "r", datetime(2026, 1, 1, tzinfo=UTC))),
    )
    with pytest.raises(ChannelMisconfigured, match=f"^zalo: .*{says}"):
        ZaloChannel.configure(
            {"app_id": "1", "template_id": "2", **settings}, {"app_secret": APP_SECRET}, tools
        )


def test_an_account_nobody_authorised_yet_is_not_a_channel() -> None:
    tools = ChannelTools(now=StoppedClock(MORNING), folder=Path("/nonexistent"))
    with pytest.raises(ChannelMisconfigured, match="authorise"):
        ZaloChannel.configure({"app_id": "1"}, {"app_secret": APP_SECRET}, tools)
