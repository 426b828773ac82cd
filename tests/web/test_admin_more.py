"""Calendar, groups, keys, endpoints, rules and the journal on the pages of administration."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.events import catalogue
from service.domain.permissions import KeyRole
from service.domain.reading.sentences import SENTENCES
from service.domain.tables import ApiKey, Calendar, WebhookEndpoint, table
from tests.deadlines import FROM_RECEIPT, duty, give
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, read
from tests.web.test_admin import CODE
from tests.web.test_admin_windows import PAGES

calendar, api_key, endpoint = table(Calendar), table(ApiKey), table(WebhookEndpoint)
HOLIDAY = {
    "day.0": "2024-03-12", "works.0": "off", "note.0": "Nghỉ lễ của tỉnh", "confirmed.0": "1",
    "source": "Thông báo của tỉnh", "legal_basis": "12/TB-UBND",
}  # fmt: skip
PLACEHOLDER = re.compile(r"\{(\w+)")


@pytest.fixture
def desk(office: District) -> Desk:
    """The desk of an administrator of the office that keeps the register."""
    return Desk.of(office, KeyRole.ADMINISTRATOR)


def count(office: District, rows: sa.Table) -> int:
    """Return how many rows a table has."""
    with office.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())


def test_a_holiday_is_looked_at_before_it_moves_deadlines(desk: Desk, office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    page, before = "/admin/calendar/2024?scope=register", count(office, calendar)
    looked = desk.send(page, page, only_look="1", **HOLIDAY)
    assert "1 thời hạn thay đổi" in read(looked)
    assert "xa-a 13/03/2024 14/03/2024" in read(looked)
    assert duty(office, "xa-a").due_on == date(2024, 3, 13)
    assert 'value="Nghỉ lễ của tỉnh"' in looked
    assert count(office, calendar) == before
    saved = desk.send(page, page, **HOLIDAY)
    assert "12/03/2024: Nghỉ lễ của tỉnh được nghỉ" in read(saved)
    assert 'value="Nghỉ lễ của tỉnh"' in saved
    assert duty(office, "xa-a").due_on == date(2024, 3, 14)
    assert 'name="day.4"' not in saved, "the days of the national calendar are no days of the register"


def test_the_national_calendar_is_not_a_registers_to_change(desk: Desk) -> None:
    page = desk.open("/admin/calendar/2024?scope=national")
    assert "Lịch làm việc của cả nước" in read(page)
    assert "Lưu lịch" not in page


def test_a_day_of_another_year_is_refused_with_everything_still_written(desk: Desk) -> None:
    page = "/admin/calendar/2024?scope=register"
    refused = desk.send(page, page, status=422, **HOLIDAY | {"day.0": "2025-03-14"})
    assert "Ngày: Có giá trị không phù hợp" in read(refused)
    assert 'value="12/TB-UBND"' in refused


def test_a_group_by_rule_names_its_members_of_today(desk: Desk) -> None:
    new = {"code": "xa-tru-a", "name": "Các xã trừ A", "how": "rule", "kinds": "xa", "except": "xa-a"}
    page = read(desk.send("/admin/groups/new", "/admin/groups", **new))
    assert "Thành viên hôm nay: 2" in page
    listed = new | {"how": "members", "members": "xa-a\nxa-c"}
    assert "Thành viên hôm nay: 2 xa-a xa-c" in read(
        desk.send("/admin/groups/xa-tru-a", "/admin/groups/xa-tru-a", **listed)
    )
    twice = desk.send("/admin/groups/new", "/admin/groups", status=409, **new)
    assert "đã có" in read(twice)


def test_a_key_is_shown_once_replaced_in_time_and_revoked(desk: Desk) -> None:
    new = {"name": "Cổng tích hợp", "role": "clerk", "unit_code": "van-phong", "may_write": "1"}
    page = desk.send("/admin/keys/new", "/admin/keys", **new)
    (token,) = CODE.findall(page)
    bearer = {"Authorization": f"Bearer {token}"}
    assert desk.site.get("/v1/units", headers=bearer).status_code == 200
    assert token not in desk.open("/admin/keys")
    replace = re.findall(r'action="(/admin/keys/[^"]+/replace)"', page)[0]
    (other,) = CODE.findall(desk.send("/admin/keys", replace, overlap_hours="2"))
    assert other != token
    revoke = replace.replace("/replace", "/revoke")
    assert "Đã thu hồi khóa" in read(desk.send("/admin/keys", revoke))
    desk.site.cookies.clear()
    assert desk.site.get("/v1/units", headers=bearer).status_code == 401


def test_an_endpoint_is_registered_stopped_and_told_again(desk: Desk, office: District) -> None:
    wrong = {"url": "mailto:a@example.vn", "types": "*", "description": "Một cửa"}
    page = desk.send("/admin/webhooks/new", "/admin/webhooks", status=422, **wrong)
    assert "Địa chỉ nhận: Có giá trị" in read(page)
    right = wrong | {"url": "https://mot-cua.example.vn/su-kien"}
    page = desk.send("/admin/webhooks/new", "/admin/webhooks", **right)
    (secret,) = CODE.findall(page)
    path = re.findall(r'action="(/admin/webhooks/[^"]+)/test"', page)[0]
    assert secret not in desk.open(path)
    assert "Đã gửi lời thử" in read(desk.send(path, f"{path}/test"))
    assert "đã ngừng: bảo trì" in read(desk.send(path, f"{path}/disable", reason="bảo trì"))
    assert "bảo trì" in read(desk.open("/admin"))
    assert "Đã bật lại" in read(desk.send(path, f"{path}/enable"))
    assert "sẽ được gửi lại" in read(desk.send(path, f"{path}/replay"))
    (other,) = CODE.findall(desk.send(path, f"{path}/rotate"))
    assert other != secret
    assert count(office, endpoint) == 1


def test_rules_and_quiet_hours_are_changed_beside_the_ladder(desk: Desk) -> None:
    page = "/admin/policies"
    assert "Nhắc thời hạn" in read(desk.open(page))
    desk.send(page, f"{page}/rules", return_days="7", silent_return="refused", extensions_max="3")
    quiet = {"quiet_from": "22:00", "quiet_until": "05:30", "messages_per_minute": ""}
    saved = desk.send(page, f"{page}/telling", **quiet)
    assert 'value="7"' in saved
    assert 'value="05:30"' in saved
    late = desk.send(page, f"{page}/telling", status=422, **quiet | {"quiet_from": "25:00"})
    assert "Giờ yên tĩnh từ: Có giá trị" in read(late)


def test_the_journal_says_who_did_what_the_newest_first(desk: Desk, office: District) -> None:
    new = {"code": "xa-moi", "name": "Xã mới", "kind": "xa"}
    desk.send("/admin/units/new", "/admin/units", **new)
    office.worker.round()
    page = desk.open("/admin/audit")
    newest = read(page.partition("<tbody>")[2].partition("</tr>")[0])
    assert "administrator van-phong" in newest
    assert "unit.registered.v1" in newest
    proof = re.findall(r'href="(/v1/audit/entries/\d+/proof)"', page)
    assert len(proof) == len(set(proof)) > 1
    oldest = desk.open("/admin/audit?oldest=1")
    assert "unit.registered.v1" in oldest
    assert proof[0] in desk.open(f"/admin/audit?oldest=1&beyond={int(proof[0].split('/')[4]) - 1}")
    assert "Chưa có điểm ký nào" in read(desk.open("/admin/audit/checkpoints"))


def test_every_page_of_administration_reads_in_english(desk: Desk) -> None:
    desk.site.post("/language", data={"language": "en", "then": "/account"}, headers=FROM_A_PAGE)
    for path in PAGES:
        page = desk.open(path)
        assert 'lang="en"' in page
        assert "Overview" in read(page)


@pytest.mark.parametrize("kind", sorted(SENTENCES.keys() & catalogue.kinds().keys()))
def test_the_journal_can_say_every_sentence(kind: str) -> None:
    known = set(catalogue.kinds()[kind].__dataclass_fields__) | {"actor"}
    assert set(PLACEHOLDER.findall(SENTENCES[kind])) <= known
