"""The page behind the link in a message."""

from datetime import date
from uuid import uuid4

from service.domain.channels import lose_authorisation, set_channel
from service.web.assets import versioned
from tests.district import District
from tests.web.phone import open_site


def test_the_link_in_a_message_leads_to_what_the_message_said(office: District) -> None:
    office.give(due="2024-03-29", items=2, units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    link = office.mails()[0]["link"]
    with open_site(office) as client:
        page = client.get(link.removeprefix("http://127.0.0.1:8000"))
        assert page.status_code == 200
        assert "Việc số 1" in page.text
        assert "29/03/2024" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert client.get(versioned("message.css")).headers["content-type"].startswith("text/css")


def test_a_scanner_that_opens_every_link_changes_nothing(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    path = office.mails()[0]["link"].removeprefix("http://127.0.0.1:8000")
    with open_site(office) as client:
        for _ in range(3):
            client.get(path)
            client.head(path)
        assert "đã giao, chưa nhận" in client.get(path).text


def test_the_link_in_a_notice_leads_to_what_happened_and_says_when_it_was_mended(office: District) -> None:
    with office.database.write() as session:
        made = set_channel(
            session, office.chair, "zalo", is_enabled=True, settings={}, secrets_sealed="x", version=None,
            now=office.now(),
        )  # fmt: skip
        lose_authorisation(session, made.id, now=office.now())
    office.worker.round()
    (mail,) = office.mails()
    path = mail["link"].removeprefix("http://127.0.0.1:8000")
    with open_site(office) as client:
        assert "cấp quyền lại cho tài khoản" in client.get(path).text
        with office.database.write() as session:
            set_channel(
                session, office.chair, "zalo", is_enabled=True, settings={}, secrets_sealed="y", version=None,
                now=office.now(),
            )  # fmt: skip
        assert "đã được khắc phục" in client.get(path).text


def test_a_torn_link_says_what_to_do(office: District) -> None:
    with open_site(office) as client:
        page = client.get(f"/m/{uuid4()}")
        assert page.status_code == 404
        assert "tin nhắn gốc" in page.text
