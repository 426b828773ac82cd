"""A person at a desk: signed in, opens pages, fills the forms in that they find there, and sends them."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import col, select

from service.domain.accounts import AccountTerms, make_account
from service.domain.permissions import KeyRole
from service.domain.sign_ins import begin_session
from service.domain.tables import Account
from tests.district import District
from tests.web.phone import open_site

FROM_A_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
TAGS = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL)


def session_of(
    office: District,
    role: KeyRole,
    unit: str | None,
    *,
    every_register: bool = False,
    person: str | None = None,
) -> str:
    """Return the token of a session of somebody with an account; the account is made the first time."""
    login = f"{role}.{unit or 'all'}"
    with office.database.write() as session:
        row = session.exec(select(Account).where(col(Account.login) == login)).first()
        if row is None:
            terms = AccountTerms(
                login=login, name=f"{role} {unit or ''}".strip(), role=role, unit_code=unit,
                every_register=every_register, person_code=person,
            )  # fmt: skip
            row = make_account(session, office.chair, terms, now=office.now()).row
        life = office.settings.session_lifetime
        return begin_session(session, row, user_agent="desk", life=life, now=office.now()).token


class Forms(HTMLParser):
    """The forms of a page: their addresses and the fields that they come with."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a hidden field of the form last begun."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "input" and given.get("type") == "hidden" and self.found:
            self.found[-1][1][given["name"]] = given.get("value", "")


@dataclass
class Desk:
    """One browser without scripts, of one person."""

    site: TestClient

    @classmethod
    def of(cls, office: District, role: KeyRole = KeyRole.CLERK, unit: str | None = "van-phong") -> "Desk":
        """Return the desk of somebody who is signed in."""
        site = open_site(office)
        site.cookies.set("dondoc", session_of(office, role, unit))
        return cls(site)

    def open(self, path: str, status: int = 200) -> str:
        """Open a page, following where it leads; return its HTML."""
        page = self.site.get(path)
        assert page.status_code == status, (page.status_code, read(page.text))
        return page.text

    def send(self, on: str, action: str, *, status: int = 200, **fields: Any) -> str:
        """Open a page, fill the form with this address in, send it; return the page that follows."""
        forms = dict(Forms(self.open(on)).found)
        assert action in forms, sorted(forms)
        answer = self.site.post(action, data=forms[action] | fields, headers=FROM_A_PAGE)
        assert answer.status_code == status, (answer.status_code, read(answer.text))
        return answer.text


def read(page: str) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", TAGS.sub(" ", page)).strip()
