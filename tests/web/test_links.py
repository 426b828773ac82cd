"""What the page behind a link in a message refuses, and how it says so."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from service.domain.lifecycle import State
from service.domain.tables import Event, Unit, table
from service.web.forms import FORM_OPEN, STRIKES_FOR, STRIKES_MAX
from tests.district import District
from tests.web.phone import FORM, Phone, open_site


@pytest.fixture
def site(office: District) -> Iterator[TestClient]:
    """The pages over an office whose commune has one new duty."""
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    with open_site(office) as client:
        yield client


def facts(office: District) -> int:
    with office.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table(Event))).scalar_one())


def test_a_form_acts_only_from_a_page_of_ours_shown_not_long_ago(office: District, site: TestClient) -> None:
    phone = Phone.of(office, site, "xa-a.officer")
    seal, before = phone.form("received")["seal"], facts(office)
    for fields, headers in (
        ({}, {}),
        ({"seal": "x"}, {}),
        ({"seal": phone.form("not_ours")["seal"], "text": "x"}, {}),
        ({"seal": f"9{seal}"}, {}),
        ({"seal": seal}, {"Sec-Fetch-Site": "cross-site"}),
        ({"seal": seal}, {"Origin": "https://elsewhere.test"}),
    ):
        refused = phone.send("received", fields, **headers)
        assert refused.status_code == HTTPStatus.FORBIDDEN
        assert "Chưa có gì được ghi nhận" in refused.text
    office.clock.at += FORM_OPEN + timedelta(seconds=1)
    assert phone.send("received", {"seal": seal}).status_code == HTTPStatus.FORBIDDEN
    assert facts(office) == before
    ours = {"Origin": office.settings.public_url}
    assert "Đã ghi nhận" in phone.send("received", phone.form("received"), **ours).text


def test_what_is_not_enough_is_said_and_what_was_written_is_kept(office: District, site: TestClient) -> None:
    phone, before = Phone.of(office, site, "xa-a.officer"), facts(office)
    for action, fields, words in (
        ("progress", {"text": "  "}, "Xin viết nội dung"),
        ("progress", {"text": "Đang làm", "percent": "101"}, "từ 0 đến 100"),
        ("progress", {"text": "Đang làm", "percent": "²"}, "từ 0 đến 100"),
        ("extension", {"text": "Chờ số liệu", "wanted_on": "2024-03-29"}, "sau thời hạn"),
        ("extension", {"text": "Chờ số liệu", "wanted_on": "mai"}, "sau thời hạn"),
        ("extension", {"text": "Chờ số liệu"}, "sau thời hạn"),
        ("not_ours", {"text": ""}, "Xin viết nội dung"),
    ):
        page = phone.tap(action, **fields)
        assert page.status_code == HTTPStatus.CONFLICT
        assert words in page.text
        assert not fields["text"].strip() or f">{fields['text']}</textarea>" in page.text
    assert facts(office) == before
    assert phone.send("received", {"text": "x" * 30_000}).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert phone.send("accept", phone.form("received")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<b>" not in phone.tap("progress", text="<b>đậm</b>", percent="x").text


def test_a_second_request_waits_for_the_answer_to_the_first(office: District, site: TestClient) -> None:
    first = Phone.of(office, site, "xa-a.officer")
    office.wait_until(date(2024, 3, 20))
    second = Phone.of(office, site, "xa-a.officer")
    assert first.path != second.path
    assert "hết hạn" in first.open().text
    second.tap("extension", text="Chờ số liệu", wanted_on="2024-04-05")
    assert "Đã ghi nhận: xin gia hạn" in second.open().text
    office.wait_until(date(2024, 3, 26))
    third = Phone.of(office, site, "xa-a.officer")
    page = third.tap("extension", text="Vẫn chờ", wanted_on="2024-04-08")
    assert "đang chờ trả lời" in page.text


def test_who_tries_many_links_is_asked_to_wait_and_a_right_one_works_all_the_same(
    office: District, site: TestClient
) -> None:
    phone = Phone.of(office, site, "xa-a.officer")
    wrong = [site.get(f"/l/{number:024d}").status_code for number in range(STRIKES_MAX + 2)]
    assert wrong == [404] * STRIKES_MAX + [429] * 2
    assert site.get("/sign-in").status_code == HTTPStatus.OK
    assert "<form" in phone.open().text
    office.clock.at += STRIKES_FOR + timedelta(seconds=1)
    assert site.get("/l/short").status_code == HTTPStatus.NOT_FOUND


def test_a_unit_that_ended_answers_no_more(office: District, site: TestClient) -> None:
    phone = Phone.of(office, site, "xa-a.officer")
    form = phone.form("received")
    with office.database.write() as session:
        session.get_one(Unit, office.unit("xa-a").id).valid_to = date(2024, 3, 4)
    assert "đã kết thúc hoạt động" in phone.send("received", form).text
    assert office.duty("xa-a", "1").state is State.ASSIGNED


def test_the_token_stays_out_of_logs_caches_and_other_sites(office: District, site: TestClient) -> None:
    phone = Phone.of(office, site, "xa-a.officer")
    with capture_logs() as logs:
        page = phone.open()
        phone.tap("received")
    assert len(logs) >= 3
    assert phone.path.removeprefix("/l/") not in str(logs)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script" not in page.text


def test_a_message_of_several_duties_has_a_link_for_each(office: District) -> None:
    office.give(due="2024-03-29", items=3, units=["xa-b"])
    office.wait_until(date(2024, 3, 4))
    told = office.told_of("2024-03-04", "xa-b.officer")
    assert told.count("Trả lời: http://127.0.0.1:8000/l/") == 3
    assert "Xem và trả lời: http://127.0.0.1:8000/m/" in told


def test_without_the_installations_key_messages_lead_to_a_page_that_only_shows(
    office: District,
) -> None:
    office.worker.close()
    office.settings = office.settings.model_copy(update={"secret_key": None})
    (office.worker,) = office.more_workers(1)
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    assert all("/m/" in mail["link"] for mail in office.mails())


BUTTON = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+)</a>')


def test_every_answer_has_its_button_in_the_mail_and_none_of_them_acts_by_being_opened(
    office: District, site: TestClient
) -> None:
    (mail,) = [mail for mail in office.mails() if mail["to"].startswith("xa-a.officer")]
    content = message_from_bytes((office.mailbox / mail["file"]).read_bytes(), policy=default)
    html = content.get_body(("html",)).get_content()  # type: ignore[union-attr]
    *pressed, (whole, _) = BUTTON.findall(html)
    buttons = {words: url.removeprefix(office.settings.public_url) for url, words in pressed}
    assert list(buttons) == ["Đã nhận", "Báo cáo tiến độ", "Xin gia hạn", "Không phải việc của đơn vị"]
    assert f"Xem và trả lời: {whole}" in content.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    before = facts(office)
    for path in buttons.values():
        assert site.get(path).status_code == site.head(path).status_code == HTTPStatus.OK
    assert facts(office) == before
    page = site.get(buttons["Xin gia hạn"]).text
    assert [name for _, name, _ in FORM.findall(page)] == ["extension"]
    assert "Trả lời khác" in page
    phone = Phone(site, whole.removeprefix(office.settings.public_url))
    done = phone.send("received", {"seal": FORM.findall(site.get(buttons["Đã nhận"]).text)[0][2]})
    assert "Đã ghi nhận: đã nhận" in done.text
    again = site.get(buttons["Đã nhận"]).text
    assert "Đã ghi nhận: đã nhận" in again
    assert "received" not in [name for _, name, _ in FORM.findall(again)]
    assert "script" not in html
    assert "<img" not in html
    assert site.get(f"{phone.path}/accept").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_late_duty_stands_out_in_the_mail(office: District) -> None:
    office.give(due="2024-03-08", items=2, units=["xa-b"])
    office.wait_until(date(2024, 3, 12))
    late = [mail for mail in office.mails() if mail["to"].startswith("xa-b.head")][-1]
    content = message_from_bytes((office.mailbox / late["file"]).read_bytes(), policy=default)
    html = content.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "quá hạn từ 08/03/2024" in html
    assert html.count("#b42318") == 2
