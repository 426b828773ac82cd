"""`python -m tests.pictures`: play the demo, open its office in Chromium, and take the README's pictures."""

import io
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from playwright.sync_api import Browser, Page
from rich.console import Console

from service.clock import GoingOnFrom
from service.database import Database
from service.demo.looking import settings_left_in
from service.demo.play import LETTER, perform
from service.site import site_of
from tests.web.chromium import DESKTOP, PHONE, started
from tests.web.serving import served

HERE = Path(__file__).parent


def main() -> int:
    """Write `desk.png`, `phone.png` and `board.png` beside this file."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with TemporaryDirectory() as named:
        folder = Path(named)
        went_well, ends_at = perform(folder, Console(file=io.StringIO()))
        settings = settings_left_in(folder)
        password = (folder / "password.txt").read_text("ascii")
        with (
            Database.of(settings) as database,
            served(site_of(settings, database, GoingOnFrom(ends_at))) as address,
            started() as chromium,
        ):
            desk = signed_in(chromium, address, "van-thu", password, DESKTOP)
            desk.goto(f"{address}/intake")
            desk.get_by_label("Tệp văn bản").set_input_files(LETTER)
            desk.get_by_role("button", name="Đọc văn bản").click()
            desk.screenshot(path=HERE / "desk.png")
            phone = signed_in(chromium, address, "can-bo", password, PHONE)
            phone.goto(f"{address}/work")
            phone.screenshot(path=HERE / "phone.png")
            board = signed_in(chromium, address, "lanh-dao", password, DESKTOP)
            board.goto(f"{address}/board")
            board.screenshot(path=HERE / "board.png")
    return int(not went_well)


def signed_in(chromium: Browser, address: str, login: str, password: str, size: tuple[int, int]) -> Page:
    """Return a window in which somebody has signed in."""
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    page.goto(f"{address}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


if __name__ == "__main__":
    sys.exit(main())
