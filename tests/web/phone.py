"""A person with a phone: opens the link of the message, fills a form in, taps."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from service.api.app import create_app
from service.web.site import include_pages
from tests.conftest import NO_QUOTAS
from tests.district import District

FORM = re.compile(r'<form method="post" action="(/l/[^"]+)" id="(\w+)">\s*'
                  r'<input type="hidden" name="seal" value="([^"]+)">')  # fmt: skip


def open_site(office: District) -> TestClient:
    """Return a client of the API and the pages over the office's database; its clock stands still."""
    site = create_app(office.settings.model_copy(update=NO_QUOTAS), office.database, office.clock)
    include_pages(site)
    return TestClient(site)


@dataclass
class Phone:
    """One link, opened as a browser on a phone would."""

    site: TestClient
    path: str

    @classmethod
    def of(cls, office: District, site: TestClient, who: str) -> "Phone":
        """Return the phone of somebody who got a message about one duty; the newest counts."""
        found = [mail["link"] for mail in office.mails() if mail["to"].startswith(who)]
        return cls(site, found[-1].removeprefix(office.settings.public_url))

    def open(self) -> Any:
        """Open the link."""
        return self.site.get(self.path)

    def form(self, action: str) -> dict[str, str]:
        """Return the hidden fields of a form on the page."""
        forms = {name: seal for _, name, seal in FORM.findall(self.open().text)}
        return {"seal": forms[action]}

    def send(self, action: str, fields: dict[str, str], **headers: str) -> Any:
        """Send a form as a browser does, and show the page that follows."""
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": "null"} | headers
        return self.site.post(f"{self.path}/{action}", data=fields, headers=sent)

    def tap(self, action: str, **fields: str) -> Any:
        """Open the page, fill a form in and send it."""
        return self.send(action, self.form(action) | fields)
