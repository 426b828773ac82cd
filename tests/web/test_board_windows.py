"""The board, a directive's coverage and oversight in real Chromium, at a desk, on a phone and on paper."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from service.domain.implementing import Origin, link_items
from service.domain.permissions import KeyRole
from service.domain.units import register_unit
from tests.district import District
from tests.plays import Plays
from tests.web.chromium import DESKTOP, PHONE, Window, window

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
ANSWERING, SILENT = 17, 3
NAMES = ("Thượng Cường", "Hồng Phong", "Thạch Đạn")
COUNCIL = "hdnd"


@pytest.fixture
def year(office: District, plays: Plays) -> District:
    """Return an office with twenty communes, three of which say nothing, and a conclusion of the council."""
    office.letter, office.conclusion = plays.after(live, office, on=office.stage)  # type: ignore[attr-defined]
    return office


def live(office: District) -> tuple[UUID, UUID]:
    """Let the communes answer or not; return their letter and the conclusion."""
    names = [f"Ủy ban nhân dân xã số {n}" for n in range(1, ANSWERING + 1)]
    names += [f"Ủy ban nhân dân xã {name}" for name in NAMES]
    with office.database.write() as session:
        for n, name in enumerate(names, start=1):
            register_unit(
                session, office.chair, code=f"dv-{n}", name=name, kind="thi_tran", parent_code=None,
                aliases=[], valid_from=date(2000, 1, 1), subordinate=True, attributes=[], identifiers={},
                now=office.now(),
            )  # fmt: skip
        register_unit(
            session, office.chair, code=COUNCIL, name="Hội đồng nhân dân huyện", kind="hdnd",
            parent_code=None, aliases=[], valid_from=date(2000, 1, 1), subordinate=False, attributes=[],
            identifiers={}, now=office.now(),
        )  # fmt: skip
    codes = [f"dv-{n}" for n in range(1, len(names) + 1)]
    for code in codes[-SILENT:]:
        office.hire(code, "officer")
    letter = issue(office, "123", "van-phong", ["Rà soát, báo cáo kết quả xây dựng nông thôn mới"], codes)
    conclusion = issue(
        office, "144", COUNCIL, ["Khắc phục tồn tại qua giám sát", "Báo cáo kết quả"], ["van-phong"]
    )
    with office.database.write() as session:
        above = [Origin(conclusion, "1")]
        link_items(session, office.chair, letter, "1", above, version=None, now=office.now())
    for n, code in enumerate(codes[:ANSWERING]):
        (office.acknowledge if n % 3 else lambda unit: office.report(unit, "1", 60, "Đang làm"))(code)
    office.wait_until(date(2024, 3, 12))
    for code in codes[:6]:
        office.submit(code, "1", "Đã rà soát xong, không còn tồn tại", "9")
        office.accept(code, "1")
    office.wait_until(date(2024, 4, 10))
    return letter, conclusion


def issue(office: District, number: str, issuer: str, texts: list[str], units: list[str]) -> UUID:
    """Issue a directive whose items all have the same leads."""
    items = [
        {"label": str(n), "text": text, "due_on": "2024-03-15", "deadline": None}
        for n, text in enumerate(texts, start=1)
    ]
    facts = {"subject": "Việc xây dựng nông thôn mới", "doc_type": "Công văn", "symbol": "UBND-VP"}
    made = office.draft({**facts, "number": number, "issuing_body": "UBND huyện", "items": items})
    for n in range(1, len(texts) + 1):
        office.assign(made, str(n), units=units)
    office.issue(made, issuer=issuer, on=date(2024, 3, 4))
    office.clock.at += timedelta(minutes=1)
    return made


def pages(office: District) -> Iterator[str]:
    """Return every page of the area."""
    letter, conclusion = office.letter, office.conclusion  # type: ignore[attr-defined]
    yield from ("/board", "/board?by=directive", "/board/cell?figure=overdue", "/board/lateness")
    yield from (f"/directives/{letter}", f"/directives/{letter}/units?heard=silent")
    yield from ("/oversight", f"/oversight/{conclusion}", f"/oversight/{letter}")


def fits(shown: Window, path: str) -> None:
    """Return if a page reads well."""
    assert shown.serious() == [], path
    assert not shown.is_wider_than_its_window(), path
    assert shown.errors == [], path


@SIZES
def test_every_page_reads_well_at_a_desk_and_on_a_phone(
    year: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(year, chromium, KeyRole.LEADER, size=size) as shown:
        for path in pages(year):
            shown.open(path).wait_for_load_state("networkidle")
            fits(shown, path)


def test_a_leader_finds_the_three_communes_that_say_nothing_in_three_clicks(
    year: District, chromium: Browser
) -> None:
    with window(year, chromium, KeyRole.LEADER) as shown:
        page = shown.open("/account")
        page.get_by_role("link", name="Bảng điều hành").click()
        page.get_by_role("link", name="16 Quá hạn").click()
        page.get_by_role("link", name="123/UBND-VP").first.click()
        silent = page.get_by_role("table", name="Đơn vị chưa phản hồi").get_by_role("rowheader")
        silent.first.wait_for()
        found = {name.removeprefix("Ủy ban nhân dân xã ") for name in silent.all_inner_texts()}
        assert found == set(NAMES)


def test_lateness_over_time_comes_onto_the_board_by_itself(year: District, chromium: Browser) -> None:
    with window(year, chromium, KeyRole.LEADER) as shown:
        page = shown.open("/board")
        page.get_by_role("img", name="Số nhiệm vụ quá hạn cuối mỗi tháng").wait_for()
        assert page.locator("ul.months li").count() == 12
        assert shown.errors == []


def test_a_board_on_paper_has_its_figures_and_nothing_to_press(year: District, chromium: Browser) -> None:
    with window(year, chromium, KeyRole.LEADER) as shown:
        for path in ("/board", f"/oversight/{year.conclusion}"):  # type: ignore[attr-defined]
            page = shown.open(path)
            page.emulate_media(media="print")
            assert page.get_by_role("table").first.is_visible()
            assert not page.locator("nav:visible, form:visible, button:visible").count()


def test_a_stranger_is_asked_to_sign_in_and_sees_no_figure(year: District, chromium: Browser) -> None:
    with window(year, chromium) as shown:
        for path in pages(year):
            page = shown.open(path)
            assert "/sign-in?then=" in page.url, path
            assert "Quá hạn" not in page.inner_text("body")
