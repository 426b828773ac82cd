"""Views of the book under a name: opened again as they were saved, by whoever saved them and nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from service.domain.errors import InvalidValue
from service.domain.permissions import KeyRole
from service.domain.saved_views import VIEWS_MAX
from service.domain.tables import SavedView, table
from service.web.duty_filter import asked_by
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

DUTY = re.compile(r'href="/duties/([0-9a-f-]{36})"')
VIEW = re.compile(r'<li><a href="(/duties\?[^"]*)"[^>]*>([^<]*)</a>')
REMOVE = re.compile(r"/duties/views/[0-9a-f-]{36}/remove")
ASKED = "/duties?q=viec+so+2&unit=xa-a&sort=due_on&state="


def views(page: str) -> dict[str, str]:
    """Return the addresses of the views on a page, by name."""
    return {unescape(name): unescape(path) for path, name in VIEW.findall(page)}


def saved(office: District) -> int:
    with office.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table(SavedView))).scalar_one())


def test_a_saved_view_opens_the_same_rows_again(office: District) -> None:
    office.give(due="2024-03-29", items=3, units=["xa-a", "xa-b"])
    desk = Desk.of(office)
    assert "/duties/views" not in desk.open("/duties"), "without filters there is nothing to save"
    rows = DUTY.findall(desk.open(ASKED))
    after = desk.send(ASKED, "/duties/views", name="  Việc số 2 <xã A> ")
    assert "Đã lưu cách xem." in read(after)
    assert DUTY.findall(after) == rows
    found = views(desk.open("/duties"))
    assert found == {"Việc số 2 <xã A>": "/duties?q=viec+so+2&unit=xa-a&sort=due_on"}
    again = desk.open(found["Việc số 2 <xã A>"])
    assert DUTY.findall(again) == rows
    assert len(rows) == 1
    assert 'aria-current="page">Việc số 2' in again


def test_what_somebody_saved_is_seen_and_removed_by_nobody_else(office: District) -> None:
    desk, other = Desk.of(office), Desk.of(office, KeyRole.LEADER)
    (path,) = REMOVE.findall(desk.send(ASKED, "/duties/views", name="Của tôi"))
    page = other.open(ASKED)
    assert views(page) == {}
    form = dict(Forms(page).found)["/duties/views"]
    assert other.site.post(path, data=form, headers=FROM_A_PAGE).status_code == 404
    other.send("/duties?unit=xa-b", "/duties/views", name="Của tôi")
    assert views(desk.open("/duties")) == {"Của tôi": "/duties?q=viec+so+2&unit=xa-a&sort=due_on"}


def test_a_removed_view_is_gone_and_the_filters_stay(office: District) -> None:
    desk = Desk.of(office)
    (path,) = REMOVE.findall(desk.send(ASKED, "/duties/views", name="Tạm"))
    after = desk.send("/duties?unit=xa-b", path)
    assert "Đã xóa cách xem." in read(after)
    assert views(after) == {}
    assert '<option value="xa-b" selected>' in after
    assert saved(office) == 0


def test_a_name_used_again_replaces_and_stays_in_its_place(office: District) -> None:
    desk = Desk.of(office)
    for name, query in (("Một", "unit=xa-a"), ("Hai", "unit=xa-b"), ("Một", "unit=xa-c")):
        desk.send(f"/duties?{query}", "/duties/views", name=name)
        office.clock.at += timedelta(seconds=1)
    found = views(desk.open("/duties"))
    assert list(found.items()) == [("Một", "/duties?unit=xa-c"), ("Hai", "/duties?unit=xa-b")]


@pytest.mark.parametrize(
    "query",
    [
        "unit=xa-a&next=https://example.test",
        "unit=xa-a&after=1",
        "unit=xa-a&unit=xa-b",
        "state=bogus",
        "due_from=mai",
        "q=%ff",
        "&".join(["q=a"] * 100),
    ],
)
def test_what_is_no_filter_of_the_book_is_no_view(query: str) -> None:
    with pytest.raises(InvalidValue):
        asked_by(query)


def test_hostile_views_are_refused_and_nothing_is_kept(office: District) -> None:
    desk = Desk.of(office)
    tries = [
        {"query": "unit=xa-a&next=https://example.test"},
        {"query": "https://example.test/?q"},
        {"query": ""},
        {"query": f"q={'a' * 300}&field={'b' * 200}"},
        {"name": " "},
        {"name": "a" * 101},
    ]
    for fields in tries:
        said = desk.send(ASKED, "/duties/views", status=422, **({"name": "Lạ"} | fields))
        assert "Có giá trị không phù hợp." in read(said)
    assert saved(office) == 0


def test_so_many_and_no_more_are_kept(office: District) -> None:
    desk = Desk.of(office)
    form = dict(Forms(desk.open(ASKED)).found)["/duties/views"]
    codes = [
        desk.site.post(
            "/duties/views", data=form | {"name": f"Số {number}"}, headers=FROM_A_PAGE, follow_redirects=False
        ).status_code
        for number in (*range(VIEWS_MAX + 1), 0)
    ]
    assert codes == [303] * VIEWS_MAX + [422, 303], "one more is refused, one that is there is replaced"
    page = desk.open(ASKED)
    assert len(views(page)) == saved(office) == VIEWS_MAX
    assert 'action="/duties/views"' not in page
    assert f"Đã lưu {VIEWS_MAX} cách xem, là số nhiều nhất." in read(page)
