"""The book on a page: found without accents, narrowed, read to the end, and worked on many at once."""

import re
from datetime import date
from uuid import UUID

from service.domain.permissions import KeyRole
from service.web import duties
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

BOX = re.compile(r'name="duty" value="([^"]+)"')
DUTY = re.compile(r'href="/duties/([0-9a-f-]{36})"')


def test_a_duty_is_found_without_accents_and_by_what_it_is(office: District) -> None:
    office.give(due="2024-03-05", items=2, units=["xa-a", "xa-b"], field="Giáo dục")
    office.give(due="2024-03-29", units=["xa-c"])
    office.wait_until(date(2024, 3, 8))
    desk = Desk.of(office)

    def count(query: str) -> int:
        return len(DUTY.findall(desk.open(f"/duties?{query}")))

    assert count("") == 5
    assert count("q=viec+so+2") == 2
    assert count("q=khong+co") == 0
    assert count("unit=xa-a&timeliness=overdue&state=&field=") == 2
    assert count("field=Gi%C3%A1o+d%E1%BB%A5c") == 4
    assert count("due_from=2024-03-06") == 1
    assert "không phù hợp" in read(desk.open("/duties?due_from=mai", status=422))
    assert "Không có nhiệm vụ nào như vậy" in read(desk.open("/duties?q=khong+co"))


def test_the_file_answers_the_same_question_as_the_page(office: District) -> None:
    office.give(due="2024-03-29", items=2, units=["xa-a", "xa-b"])
    desk = Desk.of(office)
    page = desk.open("/duties?q=viec+so+2&unit=xa-a")
    (path,) = re.findall(r'href="(/v1/reports/register.csv[^"]*)"', page)
    book = desk.site.get(path.replace("&amp;", "&"))
    assert book.status_code == 200
    assert book.text.count("Việc số 2") == len(DUTY.findall(page)) == 1
    assert "Việc số 1" not in book.text


def test_pages_follow_each_other_and_miss_nothing(office: District) -> None:
    office.give(due="2024-03-29", items=7, groups=["cac-xa"])
    desk, seen, path = Desk.of(office), set[str](), "/duties?sort=due_on"
    duties.ROWS, whole = 4, duties.ROWS
    try:
        for _ in range(10):
            page = desk.open(path)
            seen |= set(DUTY.findall(page))
            found = re.search(r'href="(/duties\?[^"]*after=[^"]*)"', page)
            if found is None:
                break
            path = found[1].replace("&amp;", "&")
    finally:
        duties.ROWS = whole
    assert len(seen) == 21


def test_a_unit_sees_its_own_duties_and_no_others(office: District) -> None:
    office.give(due="2024-03-29", groups=["cac-xa"])
    page = Desk.of(office, KeyRole.OFFICER, "xa-a").open("/duties")
    assert DUTY.findall(page) == [str(office.duties("xa-a")[0][1])]
    assert "Dự thảo công văn" not in page


def _tick(desk: Desk, on: str, deed: str, chosen: list[str] | None = None) -> str:
    page = desk.open(on)
    fields = dict(Forms(page).found)["/duties/bulk"]
    boxes = BOX.findall(page) if chosen is None else chosen
    answer = desk.site.post("/duties/bulk", data=fields | {"deed": deed, "duty": boxes}, headers=FROM_A_PAGE)
    return answer.text


def test_each_of_many_is_done_or_says_why_it_was_not(office: District) -> None:
    office.give(due="2024-03-29", items=3, units=["xa-a"])
    for item in "12":
        office.submit("xa-a", item, "Đã xong", "12")
    desk = Desk.of(office)
    said = read(_tick(desk, "/duties", "accept"))
    assert "Đã làm 2 trong 3 nhiệm vụ." in said
    assert said.count("Đã xác nhận hoàn thành.") == 2
    assert "Trạng thái hiện nay của nhiệm vụ không cho phép việc này." in said
    assert office.duty("xa-a", "1").state == "accepted"


def test_somebody_who_was_faster_is_not_overrun(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.submit("xa-a", "1", "Đã xong", "12")
    desk = Desk.of(office)
    stale = BOX.findall(desk.open("/duties"))
    office.send_back("xa-a", "1", "Thiếu số liệu")
    office.submit("xa-a", "1", "Đã bổ sung", "13")
    assert "đã thay đổi sau khi bạn mở trang" in read(_tick(desk, "/duties", "accept", stale))
    assert office.duty("xa-a", "1").state == "submitted"


def test_nothing_ticked_says_so_and_a_late_unit_is_urged_by_letter(office: District) -> None:
    office.give(due="2024-03-05", units=["xa-a"])
    office.wait_until(date(2024, 3, 8))
    desk = Desk.of(office)
    assert "Chưa chọn nhiệm vụ nào" in read(_tick(desk, "/duties", "accept", []))
    drafted = _tick(desk, "/duties", "remind")
    (path,) = re.findall(r'href="(/v1/letters/[^"?]*)"', drafted)
    UUID(path.split("/")[3])
    assert desk.site.get(path).content.startswith(b"PK")
