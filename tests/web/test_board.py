"""The board: every figure opens as many rows as it says, the worst comes first, strangers see nothing."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest

from service.domain.permissions import KeyRole
from service.web.charts import curve, round_up, shares
from tests.district import COMMUNES, District
from tests.plays import Plays
from tests.web.desk import Desk, read

FIGURE = re.compile(r'<a[^>]*href="(/board/cell\?[^"]+)"[^>]*>(?:<b>)?([\d.]+)<')
ROW = re.compile(r'href="/duties/[0-9a-f-]{36}"')
UNIT_ROW = re.compile(r'<th scope="row"><a href="/board/cell')


@pytest.fixture
def month(office: District, plays: Plays) -> District:
    """Return an office after a month: one commune done in time, one late, one silent; an undated duty too."""
    plays.after(live, office, on=office.stage)
    return office


def live(office: District) -> None:
    """Let a month pass."""
    office.give(due="2024-03-13", items=2, groups=["cac-xa"], field="Nội vụ")
    office.wait_until(date(2024, 3, 11))
    office.submit("xa-a", "1", "Đã xong", "7")
    office.accept("xa-a", "1")
    office.report("xa-b", "2", 40, "Đang làm")
    office.wait_until(date(2024, 3, 20))
    office.submit("xa-b", "1", "Đã xong", "8")
    office.accept("xa-b", "1")
    office.give(due=None, units=["xa-a"], waive=["no-deadline"])
    office.wait_until(date(2024, 4, 10))


def figures(page: str) -> Iterator[tuple[str, int]]:
    """Return the address and the number of every figure of a page."""
    for address, number in FIGURE.findall(page):
        yield unescape(address), int(number.replace(".", ""))


def test_every_figure_opens_as_many_rows_as_it_says(month: District) -> None:
    desk = Desk.of(month, KeyRole.LEADER)
    seen = {}
    for by in ("unit", "field", "directive", "source"):
        seen |= dict(figures(desk.open(f"/board?by={by}")))
    assert len(seen) > 20
    for address, number in seen.items():
        assert len(ROW.findall(desk.open(address))) == number, address


def test_a_day_of_the_past_is_judged_as_of_that_day(month: District) -> None:
    desk = Desk.of(month, KeyRole.LEADER)
    page = desk.open("/board?cut_off=2024-03-14")
    assert "Tính đến hết ngày 14/03/2024" in read(page)
    overdue = [n for address, n in figures(page) if "figure=overdue" in address and "beyond" not in address]
    assert overdue[0] == 5, "all but the one that was done in time"


def test_the_worst_comes_first(month: District) -> None:
    page = Desk.of(month, KeyRole.LEADER).open("/board")
    places = [page.index(f">{unit}</a>") for unit in ("xa-c", "xa-b", "xa-a")]
    assert places == sorted(places)


def test_lateness_over_time_opens_its_rows_too(month: District) -> None:
    desk = Desk.of(month, KeyRole.LEADER)
    numbers = list(figures(desk.open("/board/lateness")))
    assert [number for _, number in numbers] == [4, 4], "at the end of March, and today"
    for address, number in numbers:
        assert len(ROW.findall(desk.open(address))) == number


def test_a_figure_narrowed_to_a_unit_says_whose_it_is(month: District) -> None:
    desk = Desk.of(month, KeyRole.LEADER)
    unit = month.unit("xa-c")
    page = desk.open(f"/board?unit={unit.id}&by=directive")
    assert "Đơn vị: xa-c" in read(page)
    assert next(figures(page))[1] == 2
    assert "Đơn vị: xa-c" in read(desk.open(f"/board/lateness?unit={unit.id}"))


def test_rows_go_on_where_a_page_ends(office: District) -> None:
    office.give(due="2024-03-29", items=20, groups=["cac-xa"])
    desk = Desk.of(office, KeyRole.LEADER)
    first = desk.open("/board/cell?figure=total")
    (more,) = re.findall(r'<a href="([^"]+)" rel="next"', first)
    rest = desk.open(unescape(more))
    ids = set(ROW.findall(first)) | set(ROW.findall(rest))
    assert (len(ROW.findall(first)), len(ids)) == (50, 60)


def test_an_officer_of_a_commune_sees_the_figures_of_that_commune_only(month: District) -> None:
    desk = Desk.of(month, KeyRole.HEAD, "xa-c")
    page = read(desk.open("/board"))
    assert "xa-c" in page
    assert "xa-a" not in page


def test_who_is_not_signed_in_is_asked_to(month: District) -> None:
    desk = Desk.of(month)
    desk.site.cookies.clear()
    for path in ("/board", "/board/cell?figure=total", "/board/lateness", "/oversight"):
        assert desk.site.get(path).url.path == "/sign-in"


@pytest.mark.parametrize(
    "path",
    ["/board?cut_off=moon", "/board/cell?figure=moon", "/board?unit=7", "/board/cell?figure=total&beyond=-1"],
)
def test_an_address_that_means_nothing_is_answered_in_words(office: District, path: str) -> None:
    assert "Không có trang này" in read(Desk.of(office, KeyRole.LEADER).open(path, 404))


def test_an_empty_board_says_so(office: District) -> None:
    assert "Chưa có nhiệm vụ nào" in read(Desk.of(office, KeyRole.LEADER).open("/board"))


def test_which_communes_say_nothing_is_told_by_name_with_how_they_were_told(month: District) -> None:
    desk = Desk.of(month, KeyRole.LEADER)
    (letter,) = set(re.findall(r'/directives/([0-9a-f-]{36})"', desk.open("/board/cell?figure=overdue")))
    page = desk.open(f"/directives/{letter}")
    words = read(page)
    assert "1 trên 3 đơn vị đã phản hồi. Còn 2 đơn vị" in words
    silent = read(page[page.index('id="silent"') : page.index('id="items"')])
    assert [unit for unit in COMMUNES if unit in silent] == ["xa-a", "xa-c"]
    assert "Đã gửi qua hộp thư thử nghiệm lúc" in words or "Đã gửi qua thư điện tử lúc" in words
    for address, number in figures(page):
        assert len(ROW.findall(desk.open(address))) == number, address


def test_units_of_each_kind_are_as_many_as_the_tile_says(office: District) -> None:
    letter = office.give(due="2024-03-13", groups=["cac-xa"])
    office.acknowledge("xa-a")
    office.report("xa-b", "1", 40, "Đang làm")
    desk = Desk.of(office, KeyRole.LEADER)
    page = desk.open(f"/directives/{letter}")
    assert "2 trên 3 đơn vị đã phản hồi. Còn 1 đơn vị chưa phản hồi" in read(page)
    tiles = re.findall(r'href="(/directives/[^"]+/units\?heard=\w+)"><b>(\d+)<', page)
    assert [int(number) for _, number in tiles] == [3, 2, 1, 1, 0]
    for address, number in tiles:
        assert len(UNIT_ROW.findall(desk.open(address))) == int(number), address
    for address in re.findall(r'<a href="(/board/cell[^"]+figure=total)">xa-', desk.open(tiles[0][0])):
        assert len(ROW.findall(desk.open(unescape(address)))) == 1


def test_the_parts_of_a_bar_fill_it_and_a_scale_holds_its_values() -> None:
    parts = shares([("a", 1), ("b", 0), ("c", 2)])
    assert [part.name for part in parts] == ["a", "c"]
    assert abs(parts[-1].x + parts[-1].width - 100) < 0.1
    assert shares([("a", 0)]) == []
    assert [round_up(value) for value in (0, 1, 3, 7, 12, 4_001)] == [1, 1, 5, 10, 20, 5_000]
    drawn = curve([("1", 0), ("2", 5)])
    assert (drawn.points[0].y, drawn.points[1].y) == (drawn.rules[0].y, drawn.rules[-1].y)
