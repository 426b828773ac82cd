"""Oversight by a link: whoever holds it reads one directive, without names, and nothing else."""

import re
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from service.domain.implementing import Origin, link_items
from service.domain.oversight_links import LINKS_MAX, make_link, revoke_link
from service.domain.permissions import KeyRole
from service.domain.reading import oversight_links
from service.domain.reading.oversight_links import OversightLinkRow
from service.domain.retention import forget_links
from service.domain.tables import Event, table
from service.web.shown import moment
from tests.district import District
from tests.plays import Plays
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read
from tests.web.phone import open_site
from tests.web.test_oversight import give

event = table(Event)
LINK = re.compile(r'<output class="code">http://127.0.0.1:8000(/o/[0-9A-Za-z]{43})</output>')
LAST_DAY = date(2024, 4, 19)
TYPED = "Trần Thị Ví Dụ, 0900 000 000, đã khắc phục"
FOR_WHOM = "Đoàn giám sát của Thường trực HĐND"


@pytest.fixture
def conclusion(office: District, plays: Plays) -> UUID:
    """Return a conclusion of xa-c that a letter of the office carries out; xa-a answered, xa-b is late."""
    return plays.after(carry_out, office, on=office.stage)


def carry_out(office: District) -> UUID:
    """Let a conclusion be carried out; return it."""
    above = give(office, "144", "xa-c", ["van-phong"])
    letter = give(office, "12", "van-phong", ["xa-a", "xa-b"])
    with office.database.write() as session:
        origins = [Origin(above, "1")]
        link_items(session, office.chair, letter, "1", origins, version=None, now=office.now())
    office.wait_until(date(2024, 3, 12))
    office.submit("xa-a", "1", TYPED, "9")
    office.accept("xa-a", "1")
    office.wait_until(date(2024, 3, 20))
    return above


@pytest.fixture
def outside(office: District) -> TestClient:
    """Return the browser of somebody without an account."""
    return open_site(office)


def made(office: District, directive: UUID, until_on: date = LAST_DAY) -> str:
    """Make a link; return its path."""
    with office.database.write() as session:
        link = make_link(
            session, office.chair, directive, purpose=FOR_WHOM, until_on=until_on, now=office.now()
        )
    return link.url("")


def listed(office: District, directive: UUID) -> list[OversightLinkRow]:
    with office.database.read() as connection:
        _, rows, _ = oversight_links.of_directive(connection, office.chair, directive, after=None, limit=50)
    return rows


def test_a_stranger_with_the_link_reads_the_conclusion_item_by_item_and_no_name(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    path = made(office, conclusion)
    page = outside.get(path)
    words = read(page.text)
    assert f"Chỉ để xem. Mở cho: {FOR_WHOM}, đến hết ngày 19/04/2024." in words
    assert "Giám sát 144" in words
    assert "Thông báo số 12/TB ngày 04/03/2024 (van-phong)" in words
    assert "Văn bản số 9/BC-UBND ngày 12/03/2024 nộp 12/03/2024" in words
    assert "xa-b 12/TB, mục 1 15/03/2024 Mới giao Quá hạn trễ 5 ngày chưa có" in words
    (item,) = {row.id for row in Items.of(office, conclusion)}
    words += read(outside.get(f"{path}/items/{item}").text)
    words += read(outside.get(f"{path}/items/1?cut_off=2024-03-11").text)
    assert "Tính đến hết ngày 11/03/2024." in words
    assert "Ví Dụ" not in words
    assert "0900" not in words
    assert "Giám sát 12" not in words, "what other offices call their documents is theirs"


class Items:
    """The items of a directive, as the office has them."""

    @staticmethod
    def of(office: District, directive: UUID) -> list[sa.Row[tuple[UUID]]]:
        items = oversight_links.oversight.item
        with office.database.read() as connection:
            return list(connection.execute(sa.select(items.c.id).where(items.c.directive_id == directive)))


def test_the_link_leads_nowhere_else_and_takes_nothing(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    path, other = made(office, conclusion), give(office, "150", "van-phong", ["xa-b"])
    page = outside.get(path).text
    leading = {unescape(each) for each in re.findall(r'(?:href|action|src)="([^"]+)"', page)}
    assert all(each.startswith((path, "/static/", "#")) or each == "/language" for each in leading), leading
    assert "<script" not in page
    (foreign,) = Items.of(office, other)
    assert outside.get(f"{path}/items/{foreign.id}").status_code == 404
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert outside.request(method, path, data={"x": "1"}).status_code == 405
    for at in (f"/oversight/{conclusion}", f"/directives/{conclusion}", "/duties"):
        assert outside.get(at, follow_redirects=False).status_code == 303


def test_a_link_that_ended_or_was_revoked_shows_what_a_wrong_one_shows(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    revoked, ended, good = (made(office, conclusion, day) for day in (LAST_DAY, date(2024, 3, 21), LAST_DAY))
    assert outside.get(ended).status_code == outside.get(revoked).status_code == 200
    (link,) = [row for row in listed(office, conclusion) if row.until_on == LAST_DAY and row.openings]
    with office.database.write() as session:
        revoke_link(session, office.chair, conclusion, link.id, now=office.now())
    office.wait_until(date(2024, 3, 22))
    answers = [outside.get(each) for each in ("/o/" + "x" * 43, "/o/x", revoked, ended, f"{ended}/items/1")]
    assert {each.status_code for each in answers} == {404}
    assert len({each.content for each in answers}) == 1
    ours = ("content-security-policy", "cache-control", "x-robots-tag", "referrer-policy")
    assert len({tuple(each.headers[name] for name in ours) for each in answers}) == 1
    assert outside.get(good).status_code == 200


def test_whoever_tries_many_links_waits_and_a_right_one_still_opens(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    path = made(office, conclusion)
    tried = [outside.get("/o/" + f"{number:043}").status_code for number in range(22)]
    assert (tried[0], tried[-1]) == (404, 429)
    assert outside.get("/l/" + "x" * 24).status_code == 429, "both kinds of links are counted together"
    assert outside.get(path).status_code == 200


def test_reading_changes_nothing_but_the_count_of_pages_shown(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    path = made(office, conclusion)
    outside.head(path)
    outside.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    (link,) = listed(office, conclusion)
    assert (link.openings, link.last_opened_at) == (0, None)
    with office.database.read() as connection:
        facts = connection.execute(sa.select(sa.func.count()).select_from(event)).scalar_one()
    office.clock.at += timedelta(hours=1)
    outside.get(path)
    outside.get(f"{path}/items/1")
    (link,) = listed(office, conclusion)
    assert (link.openings, link.last_opened_at) == (2, office.now())
    with office.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(event)).scalar_one() == facts


def test_the_address_stays_out_of_logs_caches_and_searches(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    path = made(office, conclusion)
    with capture_logs() as logs:
        page = outside.get(path)
    assert logs
    assert path.removeprefix("/o/") not in str(logs)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script" not in page.headers["content-security-policy"]


def test_the_office_makes_a_link_that_is_shown_once_and_revokes_it(
    office: District, conclusion: UUID, outside: TestClient
) -> None:
    desk, at = Desk.of(office), f"/oversight/{conclusion}/links"
    assert at in desk.open(f"/oversight/{conclusion}")
    page = desk.send(at, at, purpose=f"  {FOR_WHOM} ", until_on="2024-04-19")
    (path,) = LINK.findall(page)
    assert path.removeprefix("/o/") not in desk.open(at), "it is shown once"
    assert outside.get(path).status_code == 200
    words = read(desk.open(at))
    now = moment(office.now())
    assert f"{FOR_WHOM} {now} 19/04/2024 1 {now} Đang mở" in words
    (revoke,) = [action for action, _ in Forms(desk.open(at)).found if action.endswith("/revoke")]
    assert "từ nay liên kết không mở được gì nữa" in read(desk.send(at, revoke))
    assert outside.get(path).status_code == 404
    assert f"Thu hồi {now}" in read(desk.open(at))


def test_a_form_that_makes_no_sense_keeps_what_was_typed(office: District, conclusion: UUID) -> None:
    desk, at = Desk.of(office), f"/oversight/{conclusion}/links"
    assert 'value="2024-04-19"' in desk.open(at), "thirty days are proposed"
    for day in ("2024-03-19", "2024-09-17", ""):
        page = desk.send(at, at, status=422, purpose="Ban Pháp chế", until_on=day)
        assert 'value="Ban Pháp chế"' in page
    desk.send(at, at, status=422, purpose=" ", until_on="2024-03-20")
    assert listed(office, conclusion) == []
    desk.send(at, at, purpose="Ban Pháp chế", until_on="2024-09-16")


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (KeyRole.OFFICER, "van-phong", 403),
        (KeyRole.READER, "van-phong", 403),
        (KeyRole.HEAD, "xa-c", 403),
        (KeyRole.LEADER, "xa-a", 403),
    ],
)
def test_who_does_not_answer_for_the_directive_opens_it_to_nobody(
    office: District, conclusion: UUID, role: KeyRole, unit: str, status: int
) -> None:
    desk, at = Desk.of(office, role, unit), f"/oversight/{conclusion}/links"
    desk.open(at, status)
    fields = dict(Forms(desk.open("/account")).found)["/sign-out"] | {
        "purpose": "x",
        "until_on": "2024-04-01",
    }
    assert desk.site.post(at, data=fields, headers=FROM_A_PAGE).status_code == status
    assert listed(office, conclusion) == []


def test_so_many_links_and_no_more_open_a_directive(office: District, conclusion: UUID) -> None:
    for _ in range(LINKS_MAX):
        made(office, conclusion, date(2024, 3, 20))
    desk, at = Desk.of(office), f"/oversight/{conclusion}/links"
    assert f"đã có {LINKS_MAX} liên kết đang mở" in read(desk.open(at))
    assert at not in [action for action, _ in Forms(desk.open(at)).found]
    office.wait_until(date(2024, 3, 21))
    made(office, conclusion)


def test_a_draft_is_opened_to_nobody(office: District) -> None:
    draft = office.draft({"subject": "Dự thảo", "items": [], "issuing_body": "UBND huyện"})
    desk, at = Desk.of(office), f"/oversight/{draft}/links"
    desk.send(at, at, status=409, purpose="Ban Pháp chế", until_on="2024-03-20")
    assert listed(office, draft) == []


def test_the_journal_says_for_whom_and_what_ended_long_ago_is_let_go(
    office: District, conclusion: UUID
) -> None:
    made(office, conclusion)
    (link,) = listed(office, conclusion)
    with office.database.write() as session:
        revoke_link(session, office.chair, conclusion, link.id, now=office.now())
        revoke_link(session, office.chair, conclusion, link.id, now=office.now())
    kinds = sa.select(event.c.kind).where(event.c.subject_id == conclusion).order_by(event.c.seq)
    with office.database.read() as connection:
        told = [kind for kind in connection.execute(kinds).scalars() if "oversight" in kind]
    assert told == ["directive.oversight_opened.v1", "directive.oversight_closed.v1"]
    for day, left in ((date(2025, 4, 19), 1), (date(2025, 4, 21), 0)):
        office.clock.at = office.clock.at.replace(year=day.year, month=day.month, day=day.day)
        with office.database.write() as session:
            forget_links(session, now=office.now())
        assert len(listed(office, conclusion)) == left
