"""Real Chromium on the served site, at a desk and on a phone."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.desk import session_of
from tests.web.phone import open_site
from tests.web.serving import served

DESKTOP, PHONE = (1280, 800), (360, 740)
AXE = Path(".venv/typescript/node_modules/axe-core/axe.min.js")
SERIOUS = frozenset({"serious", "critical"})


@contextmanager
def started() -> Iterator[Browser]:
    """Start Debian's Chromium for the length of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium for one file of tests: while it runs, nobody else can run an event loop."""
    with started() as browser:
        yield browser


@dataclass
class Window:
    """One browser window of one person; `errors` is what its console complained of."""

    page: Page
    address: str
    errors: list[str]

    def open(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def serious(self) -> list[str]:
        """Return what axe-core finds serious on the page that is open."""
        found = self.page.evaluate(AXE.read_text(encoding="utf-8") + ";axe.run()")
        return [
            f"{hit['id']}: {json.dumps([node['html'][:200] for node in hit['nodes']])}"
            for hit in found["violations"]
            if hit["impact"] in SERIOUS
        ]

    def is_wider_than_its_window(self) -> bool:
        """Return if the page must be moved sideways to be read."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )


def looks_well(shown: Window) -> None:
    """Complain of what axe finds serious, of a page that must be moved sideways, of the console."""
    assert shown.serious() == []
    assert not shown.is_wider_than_its_window()
    assert shown.errors == []


@contextmanager
def window(
    office: District,
    chromium: Browser,
    role: KeyRole | None = None,
    unit: str | None = "van-phong",
    *,
    size: tuple[int, int] = DESKTOP,
    scripts: bool = True,
) -> Iterator[Window]:
    """Open a window of somebody who is signed in; of a stranger without a role."""
    with open_site(office) as site, served(site.app) as address:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, locale="vi-VN"
        )
        if role is not None:
            token = session_of(office, role, unit)
            context.add_cookies([{"name": "dondoc", "value": token, "url": address}])
        page, errors = context.new_page(), list[str]()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        try:
            yield Window(page, address, errors)
        finally:
            context.close()
