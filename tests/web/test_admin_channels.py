"""Channels on the pages of administration: set up, tried, and never showing a secret again."""

import re

import pytest
import sqlalchemy as sa

from service.domain.channels import set_channel
from service.domain.permissions import KeyRole
from service.domain.tables import ChannelAccount, Delivery, table
from service.fakes.smtp import FakeSmtp, SmtpFault
from tests.district import District
from tests.web.desk import Desk, read

PAGE, TRIALS = "/admin/channels/email", "/admin/channels/email/trials"
SECRET = "mat-khau-may-chu-thu"
delivery, account = table(Delivery), table(ChannelAccount)


@pytest.fixture
def desk(office: District) -> Desk:
    """The desk of an administrator of the office that keeps the register."""
    return Desk.of(office, KeyRole.ADMINISTRATOR)


def settings_of(relay: FakeSmtp) -> dict[str, str]:
    """Return what the form says of a relay on this machine."""
    there = {"host": relay.host, "port": str(relay.port), "security": "none", "is_enabled": "1"}
    return there | {"sender": "nhacviec@dondoc.example.vn", "sender_name": "", "reply_to": ""}


def needs_person(office: District) -> int:
    """Return how many messages wait for somebody to tell them by hand."""
    with office.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(delivery).where(delivery.c.needs_person)
        return int(connection.execute(query).scalar_one())


def test_a_trial_arrives_by_the_channel_and_says_that_it_is_one(desk: Desk, office: District) -> None:
    person = office.hire("xa-a", "clerk", zalo="uid:123")
    with FakeSmtp(security="none") as relay:
        assert "Đã lưu cài đặt" in read(desk.send(PAGE, PAGE, **settings_of(relay)))
        page = read(desk.send(PAGE, TRIALS, person_code=person))
        assert "đang chờ gửi" in page
        office.worker.round()
        (received,) = relay.messages
    assert received.recipient == f"{person}@cao-loc.test"
    assert received.message["subject"] == "[Tin thử] Kênh thư điện tử"
    body = received.message.get_body(("plain",)).get_content()
    assert "tin thử đã đến, kênh này gửi được tin; không phải trả lời" in body
    assert "sự cố" not in body
    assert "đã gửi" in read(desk.open(PAGE))
    link = next(word for word in body.split() if "/m/" in word)
    assert "Tin thử" in read(desk.open(link.removeprefix(office.settings.public_url)))
    assert office.examine() == []


def test_a_trial_that_fails_says_why_and_gives_nobody_work(desk: Desk, office: District) -> None:
    person = office.hire("xa-a", "clerk", zalo="uid:123")
    with FakeSmtp(security="none") as relay:
        relay.fail(SmtpFault(at="rcpt", reply="550 5.1.1 no such user"))
        desk.send(PAGE, PAGE, **settings_of(relay))
        desk.send(PAGE, TRIALS, person_code=person)
        office.worker.round()
        assert relay.messages == []
    page = read(desk.open(PAGE))
    assert "không gửi được" in page
    assert "5.1.1" in page
    assert needs_person(office) == 0
    assert office.examine() == []


def test_a_trial_needs_a_channel_that_is_on_and_somebody_with_an_address_there(
    desk: Desk, office: District
) -> None:
    with FakeSmtp(security="none") as relay:
        desk.send(PAGE, PAGE, **settings_of(relay))
    page = read(desk.send(PAGE, TRIALS, status=422, person_code="khong-co-ai"))
    assert "Người nhận tin thử: Có mã chưa được đăng ký. (khong-co-ai)" in page
    off = settings_of(relay) | {"is_enabled": ""}
    assert TRIALS not in desk.send(PAGE, PAGE, **off)


def test_the_password_of_a_relay_is_sealed_never_shown_and_kept_when_nothing_is_written(
    desk: Desk, office: District
) -> None:
    new = {"host": "mail.example.vn", "port": "587", "security": "starttls", "username": "nhacviec"}
    new |= {"sender": "nhacviec@example.vn", "is_enabled": "1"}
    assert SECRET not in desk.send(PAGE, PAGE, password=SECRET, **new)
    desk.send(PAGE, PAGE, password="", **new | {"host": "mail2.example.vn"})
    with office.database.read() as connection:
        row = connection.execute(sa.select(account).where(account.c.channel == "email")).one()
    assert row.settings["host"] == "mail2.example.vn"
    assert SECRET not in row.secrets
    assert office.vault.open(row.secrets) == {"password": SECRET}


def test_settings_that_the_form_does_not_ask_for_stay(desk: Desk, office: District) -> None:
    own = {
        "host": "mail.example.vn",
        "sender": "a@example.vn",
        "dkim_selector": "so-1",
        "reply_to": "b@x.test",
    }
    with office.database.write() as session:
        set_channel(
            session, office.chair, "email", is_enabled=True, settings=own, secrets_sealed=None, version=None,
            now=office.now(),
        )  # fmt: skip
    with FakeSmtp(security="none") as relay:
        desk.send(PAGE, PAGE, **settings_of(relay))
    with office.database.read() as connection:
        row = connection.execute(sa.select(account.c.settings).where(account.c.channel == "email")).one()
    assert (row.settings["host"], row.settings["dkim_selector"]) == (relay.host, "so-1")
    assert "reply_to" not in row.settings


def test_a_port_that_is_none_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    wrong = {"host": "mail.example.vn", "port": "không", "security": "starttls", "sender": "a@example.vn"}
    page = desk.send(PAGE, PAGE, status=422, **wrong)
    assert "Cổng: Có giá trị không phù hợp" in read(page)
    assert 'value="mail.example.vn"' in page


def test_the_link_for_zalo_is_shown_once_to_whoever_asked_for_it(desk: Desk) -> None:
    page = "/admin/channels/zalo"
    new = {"app_id": "12345", "oa_id": "", "template_id": "", "is_enabled": "1", "app_secret": SECRET}
    desk.send(page, page, **new)
    shown = desk.send(page, f"{page}/consents")
    (link,) = re.findall(r'href="(https://oauth[^"]+)"', shown)
    assert "app_id=12345" in link
    assert "/v1/hooks/zalo/chinh/consent" in shown
    assert "oauth" not in desk.open(page)
