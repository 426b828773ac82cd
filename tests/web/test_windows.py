"""The pages everybody has, in real Chromium: no complaint of the console, nothing serious for axe-core."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, window

STATIC = Path("service/web/static")
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
@pytest.mark.parametrize("path", ["/sign-in", "/set-password"])
def test_a_stranger_reads_and_uses_what_is_open_to_them(
    office: District, chromium: Browser, size: tuple[int, int], path: str
) -> None:
    with window(office, chromium, size=size) as shown:
        shown.open(path)
        assert shown.serious() == []
        assert not shown.is_wider_than_its_window()
        assert shown.errors == []


@SIZES
def test_the_head_of_every_page_fits_a_phone(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        shown.open("/account")
        assert shown.serious() == []
        assert not shown.is_wider_than_its_window()
        assert shown.errors == []


def test_the_sheet_is_whole_and_says_nothing_twice() -> None:
    """Else a block that was never closed takes the next one into itself, and nobody sees why."""
    depth, seen, where = 0, set(), ""
    for line in (STATIC / "office.css").read_text(encoding="utf-8").splitlines():
        where = line if line.startswith("@media") else where if depth else ""
        for rule in line.split("} "):
            selector, _, declared = rule.strip().partition(" {")
            if declared and not selector.startswith(("@media", "/*")):
                assert (where, selector) not in seen, selector
                seen.add((where, selector))
        depth += line.count("{") - line.count("}")
        assert depth in (0, 1, 2), line
    assert depth == 0
