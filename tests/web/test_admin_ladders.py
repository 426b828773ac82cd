"""A ladder is read in words and changed with what that does seen first; nothing that was typed is lost."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.permissions import KeyRole
from service.domain.tables import EscalationPolicy, table
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

PATH = "/admin/policies/deadline/thuong"
policies = table(EscalationPolicy)


def rung(number: int, count: str, role: str, side: str = "after", place: str = "unit") -> dict[str, str]:
    return {
        f"count.{number}": count, f"side.{number}": side, f"role.{number}": role,
        f"place.{number}": place, f"condition.{number}": "always",
    }  # fmt: skip


SHORT = {
    "pace": "working_days", "repeat_last": "1", "repeat_days": "7", "basis": "Quy chế đôn đốc",
    **rung(0, "2", "officer", "before"), **rung(1, "", "head"), **rung(2, "3", "office_chief"),
    **rung(3, "1", "head"),
}  # fmt: skip
"""A ladder whose second row was emptied and whose last stands out of order."""


@pytest.fixture
def desk(office: District) -> Desk:
    """The desk of an administrator of the office that keeps the register."""
    return Desk.of(office, KeyRole.ADMINISTRATOR)


def versions(office: District) -> list[tuple[int, bool]]:
    """Return the versions of the ladder of deadlines of ordinary letters."""
    mine = sa.and_(policies.c.kind == "deadline", policies.c.urgency == "thường")
    rows = sa.select(policies.c.version, policies.c.is_current).where(mine).order_by(policies.c.version)
    with office.database.read() as connection:
        return [(row.version, row.is_current) for row in connection.execute(rows)]


def test_a_ladder_is_read_in_words(desk: Desk) -> None:
    assert f'href="{PATH}"' in desk.open("/admin/policies")
    words = read(desk.open(PATH))
    assert "Tính từ ngày hết hạn." in words
    assert "trước 3 ngày làm việc: thủ trưởng, nếu chưa báo cáo" in words
    assert "sau 3 ngày làm việc: chánh văn phòng (cơ quan giữ sổ)" in words
    assert "2 bậc cuối được nhắc lại mỗi 7 ngày" in words
    assert "gộp vào bản tin buổi sáng" in words


def test_what_another_ladder_would_do_is_said_in_figures_and_nothing_is_written(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 8))
    desk = Desk.of(office, KeyRole.ADMINISTRATOR)
    page = desk.send(PATH, PATH, **SHORT, rebase="1", only_look="1")
    seen = read(page)
    assert "2 việc đang chạy theo thang này 2 việc chuyển sang thang mới 0 lời nhắc đến hạn ngay" in seen
    assert "2 việc có lời nhắc trong 7 ngày tới; hiện nay là 2" in seen
    assert "Không có lời nhắc nào được gửi ngay" in seen
    assert "07:30 12/03/2024, cán bộ đầu mối 07:30 11/03/2024, cán bộ đầu mối" in seen
    assert 'value="Quy chế đôn đốc"' in page
    assert versions(office) == [(1, True)]
    alone = read(desk.send(PATH, PATH, **SHORT, only_look="1"))
    assert "0 việc chuyển sang thang mới" in alone
    assert "Việc đang chạy giữ thang cũ" in alone


def test_a_changed_ladder_is_a_new_version_and_what_runs_goes_on_by_it(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 8))
    desk = Desk.of(office, KeyRole.ADMINISTRATOR)
    page = read(desk.send(PATH, PATH, **SHORT, rebase="1"))
    assert "Đã đổi thang đôn đốc" in page
    assert "Lần 2." in page
    assert re.search("trước 2 .*sau 1 ngày làm việc: thủ trưởng sau 3 ngày làm việc: chánh văn phòng", page)
    assert versions(office) == [(1, False), (2, True)]
    before = len(office.inbox())
    office.worker.round()
    assert len(office.inbox()) == before, "nobody is told because a ladder changed"
    office.wait_until(date(2024, 3, 11))
    assert office.inbox()[before:] == [("2024-03-11", "xa-a.officer")]
    journal = read(Desk.of(office, KeyRole.ADMINISTRATOR).open("/admin/audit"))
    assert "Đổi thang đôn đốc “nhắc thời hạn”, văn bản thường (lần 2)" in journal


def test_what_is_wrong_with_a_ladder_is_named_and_what_was_typed_stays(desk: Desk, office: District) -> None:
    wrong = (
        ({"count.0": "x"}, "Khoảng cách: Có giá trị không phù hợp"),
        ({"repeat_days": "0"}, "Nhắc lại sau mỗi (ngày): Có giá trị không phù hợp"),
        ({"repeat_last": "2"}, "Số bậc cuối được nhắc lại: Có giá trị không phù hợp"),
        ({"basis": ""}, "Căn cứ: Có giá trị không phù hợp"),
        ({"count.0": "", "count.2": "", "count.3": ""}, "Các bậc: Có giá trị không phù hợp"),
    )
    for change, sentence in wrong:
        page = desk.send(PATH, PATH, status=422, **SHORT | change)
        assert sentence in read(page)
        assert f'value="{(SHORT | change)["basis"]}"' in page
    assert versions(office) == [(1, True)]


def test_two_who_change_a_ladder_at_once_do_not_undo_each_other(desk: Desk, office: District) -> None:
    form = dict(Forms(desk.open(PATH)).found)[PATH]
    Desk.of(office, KeyRole.ADMINISTRATOR).send(PATH, PATH, **SHORT)
    late = desk.site.post(PATH, data=form | SHORT | {"basis": "Quy chế khác"}, headers=FROM_A_PAGE)
    assert late.status_code == 412
    assert "Có người vừa sửa thang này" in read(late.text)
    assert 'value="Quy chế khác"' in late.text


def test_every_ladder_has_a_page_and_others_have_none(desk: Desk) -> None:
    found = re.findall(r'href="(/admin/policies/[a-z/-]+)"', desk.open("/admin/policies"))
    assert len(set(found)) == 32
    for path in found:
        desk.open(path)
    desk.open("/admin/policies/deadline/rat-khan", 404)
    desk.open("/admin/policies/nothing/thuong", 404)


@pytest.mark.parametrize("role", [KeyRole.CLERK, KeyRole.LEADER])
def test_who_does_not_administer_changes_no_ladder(office: District, role: KeyRole) -> None:
    Desk.of(office, role).open(PATH, 403)
