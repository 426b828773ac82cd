"""Before a letter is issued the page says what that will do; then it does just that."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.permissions import KeyRole
from service.domain.tables import Obligation, Waiver, table
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read
from tests.web.test_intake import answer, drop

LEAD = {"role.0": "lead", "target.0": "group:cac-xa"}


def ready(desk: Desk) -> str:
    """Drop a letter, answer what it asks; return the path of its desk."""
    path = drop(desk)
    answer(desk, path, "1", **LEAD)
    answer(
        desk, path, "2", **{"role.0": "coordinate", "other.0": "xa-b", "role.1": "lead", "other.1": "xa-a"}
    )
    return path


def duties(office: District) -> int:
    """Return how many duties there are."""
    with office.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table(Obligation))).scalar_one())


def rows(page: str) -> list[str]:
    """Return the words of each row of the page's table."""
    return [read(row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]]


def test_the_preview_names_who_is_then_told_and_nothing_is_given_before_the_button(office: District) -> None:
    desk = Desk.of(office)
    path = ready(desk)
    page = desk.open(f"{path}/issue")
    words = read(page)
    for figure in (
        "4 nhiệm vụ",
        "3 đơn vị chủ trì",
        "1 đơn vị phối hợp",
        "3 người được báo",
        "0 đơn vị không ai",
    ):
        assert figure in words
    assert rows(page) == [
        "xa-a 2 15/03/2024 1 không thời hạn officer xa-a thư điện tử",
        "xa-b 1 15/03/2024 officer xa-b thư điện tử",
        "xa-c 1 15/03/2024 officer xa-c thư điện tử",
    ]
    assert "Mục 1 giao “Các xã” nhưng phần Kính gửi" in words
    assert "signer:" not in words
    assert duties(office) == 0
    done = read(desk.send(f"{path}/issue", f"{path}/issue"))
    assert "Đã ban hành. Số nhiệm vụ đã giao: 4." in done
    assert "Sửa" not in done
    office.worker.round()
    assert [who for _, who in office.inbox()] == ["xa-a.officer", "xa-b.officer", "xa-c.officer"]


def test_a_unit_where_nobody_can_be_told_is_named_before_it_is_too_late(office: District) -> None:
    desk = Desk.of(office)
    path = ready(desk)
    for role in ("officer", "head"):
        office.dismiss("xa-c", role)
    assert "chánh" not in rows(desk.open(f"{path}/issue"))[2]
    assert "ở cơ quan theo dõi, vì đơn vị không có ai" in rows(desk.open(f"{path}/issue"))[2]
    for role in ("office_chief", "vice_chair", "chair"):
        office.dismiss("van-phong", role)
    page = desk.open(f"{path}/issue")
    assert rows(page)[2] == "xa-c 1 15/03/2024 không có ai"
    assert "Không có ai để báo ở: xa-c." in read(page)


def test_a_deadline_before_the_day_of_issue_needs_a_reason_which_is_kept(office: District) -> None:
    desk = Desk.of(office)
    path = ready(desk)
    late = f"{path}/issue?issuer=van-phong&issued_on=2024-03-18&number=12"
    page = desk.open(late)
    assert 'name="reason.deadline-before-issue"' in page
    refused = desk.send(late, f"{path}/issue", status=409)
    assert "Thời hạn trước ngày ban hành." in read(refused)
    desk.send(late, f"{path}/issue", **{"reason.deadline-before-issue": "Giao lại việc cũ"})
    with office.database.read() as connection:
        kept = connection.execute(sa.select(table(Waiver).c.code, table(Waiver).c.reason)).all()
    assert [tuple(row) for row in kept] == [("deadline-before-issue", "Giao lại việc cũ")]
    assert office.duty("xa-b", "1").assigned_on == date(2024, 3, 18)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("issuer=Sở+lạ&issued_on=2024-03-04", "Xin ghi đúng tên"),
        ("issuer=van-phong&issued_on=x", "Xin chọn ngày"),
    ],
)
def test_what_cannot_be_issued_says_what_to_write(office: District, asked: str, said: str) -> None:
    desk = Desk.of(office)
    path = ready(desk)
    assert said in read(desk.open(f"{path}/issue?{asked}", status=422))


def test_a_draft_that_lacks_a_unit_leads_back_to_its_questions(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    assert "còn 2 việc phải làm" in read(desk.open(f"{path}/issue"))


def test_who_issues_twice_or_over_a_colleagues_change_gives_no_duty_twice(office: District) -> None:
    desk, colleague = Desk.of(office), Desk.of(office)
    path = ready(desk)
    form = dict(Forms(desk.open(f"{path}/issue")).found)[f"{path}/issue"]
    colleague.send(path, f"{path}/head", subject="Trích yếu khác")
    told = desk.site.post(f"{path}/issue", data=form, headers=FROM_A_PAGE)
    assert (told.status_code, duties(office)) == (412, 0)
    again = dict(Forms(told.text).found)[f"{path}/issue"]
    for _ in range(2):
        assert desk.site.post(f"{path}/issue", data=again, headers=FROM_A_PAGE).status_code == 200
    assert duties(office) == 4


def test_whoever_may_only_draft_sees_no_button_that_issues(office: District) -> None:
    path = ready(Desk.of(office))
    officer = Desk.of(office, KeyRole.OFFICER)
    assert f"{path}/issue" not in officer.open(path)
    officer.open(f"{path}/issue", status=403)
    Desk.of(office, KeyRole.OFFICER, "xa-a").open(f"{path}/issue", status=403)
