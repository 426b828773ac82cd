"""Eight kinds of visitors that are no people. Each visits one link as its kind does in the field."""

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from fastapi.testclient import TestClient

from tests.web.phone import FORM

ACTIONS = ("received", "progress", "extension", "not_ours")
WRITTEN = {"text": "máy", "percent": "100", "wanted_on": "2024-12-31"}
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


class Page(HTMLParser):
    """The links, and the fields of the forms, of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what leads on."""
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag == "form":
            self.forms.append((given["action"], {}))
        elif "name" in given and self.forms:
            self.forms[-1][1][given["name"]] = given.get("value") or WRITTEN.get(given["name"], "")


def gateway_that_asks_first(site: TestClient, path: str) -> None:
    """HEAD, then GET with a range, as mail gateways do before they let a message through."""
    site.head(path)
    site.get(path, headers={"Range": "bytes=0-1023", "User-Agent": "Mozilla/5.0 (gateway)"})


def gateway_that_rewrites(site: TestClient, path: str) -> None:
    """GET of the link inside a parameter-bearing address, twice, without its fragment."""
    for _ in range(2):
        site.get(f"{path}?data=05%7C02%7C&reserved=0")
    site.options(path)


def prefetcher(site: TestClient, path: str) -> None:
    """A browser that opens ahead what a reader may tap."""
    site.get(path, headers={"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"})


def preview(site: TestClient, path: str) -> None:
    """A messenger that draws a card of the page, pictures and icon included."""
    page = site.get(path, headers={"User-Agent": "facebookexternalhit/1.1"})
    for link in Page(page.text).links:
        site.get(urljoin(path, link))


def crawler(site: TestClient, path: str) -> None:
    """Follows every link, and sends every form as if it were GET, filled in."""
    found = Page(site.get(path).text)
    for link in found.links:
        site.get(urljoin(path, link))
    for action, fields in found.forms:
        site.get(action, params=fields)
        site.head(action)
        site.put(action, data=fields)


def poster(site: TestClient, path: str) -> None:
    """Posts to whatever it finds, without what a page shows, or with what it made up."""
    for action in ACTIONS:
        site.post(f"{path}/{action}", data=WRITTEN)
        site.post(f"{path}/{action}", data=WRITTEN | {"seal": "1709514000.AAAAAAAAAAAAAAAAAAAA"})
    site.post(path, data=WRITTEN)


def foreign_page(site: TestClient, path: str) -> None:
    """A page elsewhere that makes a reader's browser post a form which it fetched itself."""
    for action, _, seal in FORM.findall(site.get(path).text):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.test"}):
            site.post(action, data=WRITTEN | {"seal": seal}, headers=headers)


class Replayer:
    """Sends forms that were captured before, on the wire, by an earlier visit to the same link."""

    def __init__(self, site: TestClient, paths: list[str]) -> None:
        self._captured = {path: FORM.findall(site.get(path).text) for path in paths}

    def __call__(self, site: TestClient, path: str) -> None:
        """Replay every form of a link."""
        for action, _, seal in self._captured[path]:
            site.post(action, data=WRITTEN | {"seal": seal}, headers={"Sec-Fetch-Site": "same-origin"})


QUICK: tuple[Callable[[TestClient, str], None], ...] = (
    gateway_that_asks_first,
    gateway_that_rewrites,
    prefetcher,
    preview,
    crawler,
    poster,
    foreign_page,
)


def has_browser() -> bool:
    """Return if there is a Chromium on this machine."""
    return shutil.which(CHROMIUM[0]) is not None


def browser(address: str, folder: Any) -> str:
    """Open an address in a Chromium that runs scripts for five of its own seconds; return what it saw."""
    run = subprocess.run(
        [*CHROMIUM, f"--user-data-dir={folder}", "--virtual-time-budget=5000", "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return re.sub(r"\s+", " ", run.stdout)
