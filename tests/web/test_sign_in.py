"""Signing in at a page: who may, what they are shown, and what other sites cannot make a browser do."""

import pytest
from fastapi import FastAPI

from service.domain.accounts import AccountTerms, make_account
from service.domain.permissions import KeyRole
from service.web.page import pages
from service.web.site import PagesForAnybody, require_visitors
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read
from tests.web.phone import open_site

PASSWORD = "mot cau du dai de nho"


def test_a_new_clerk_sets_a_password_with_the_code_signs_in_and_lands_where_they_wanted(
    office: District,
) -> None:
    terms = AccountTerms(login="van-thu", name="Văn thư", role=KeyRole.CLERK, unit_code="van-phong")
    with office.database.write() as session:
        code = make_account(session, office.chair, terms, now=office.now()).code
    with open_site(office) as site:
        asked = site.get("/account", follow_redirects=False)
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?then=/account")
        wrong = {"code": code, "new": PASSWORD, "again": "khác"}
        assert "không giống nhau" in site.post("/set-password", data=wrong, headers=FROM_A_PAGE).text
        right = {"code": code, "new": PASSWORD, "again": PASSWORD}
        assert "Đã đặt mật khẩu" in site.post("/set-password", data=right, headers=FROM_A_PAGE).text
        tried = {"login": "van-thu", "password": "sai", "then": "/account"}
        refused = site.post("/sign-in", data=tried, headers=FROM_A_PAGE)
        assert refused.status_code == 401
        assert "không đúng" in refused.text
        landed = site.post("/sign-in", data=tried | {"password": PASSWORD}, headers=FROM_A_PAGE)
        assert landed.url.path == "/account"
        assert "Văn thư" in landed.text


def test_signing_in_leads_to_no_other_site(office: District) -> None:
    with open_site(office) as site:
        page = site.get("/sign-in", params={"then": "https://evil.example/"})
        assert dict(Forms(page.text).found)["/sign-in"]["then"] == "/"


def test_another_site_cannot_sign_somebody_out_or_in(office: District) -> None:
    desk = Desk.of(office)
    for path in ("/sign-out", "/account/password"):
        without = desk.site.post(path, data={"everywhere": "1"}, headers=FROM_A_PAGE)
        assert without.status_code == 403
    form = dict(Forms(desk.open("/account")).found)["/sign-out"]
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert desk.site.post("/sign-out", data=form, headers=elsewhere).status_code == 403
    assert "clerk van-phong" in read(desk.open("/account"))


def test_signing_out_everywhere_ends_the_session_of_the_phone_too(office: District) -> None:
    desk, phone = Desk.of(office), Desk.of(office)
    desk.send("/account", "/sign-out", everywhere="1")
    assert phone.site.get("/account").url.path == "/sign-in"


def test_a_page_that_is_not_there_says_so_in_words_and_keeps_strangers_out(office: District) -> None:
    desk = Desk.of(office)
    gone = desk.site.post("/sign-out", data={"csrf": "x"}, headers=FROM_A_PAGE)
    assert "Chưa có gì được ghi nhận" in gone.text
    assert gone.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_page_that_asks_nobody_who_looks_stops_the_start() -> None:
    router = pages()

    @router.get("/open")
    def forgotten() -> None:
        """Show everything to everybody."""

    site = FastAPI()
    site.include_router(router)
    with pytest.raises(PagesForAnybody, match="forgotten"):
        require_visitors(site)
