"""People of the district who sign in with a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from tests.api.world import Api

PASSWORD = "ba con trâu qua cầu"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Measures in no time, for tests of everything but how long guessing takes."""

OFFICER = {"login": "can-bo.a", "name": "Cán bộ xã A", "role": "officer", "unit_code": "xa-a"}


def make(api: Api, **changes: Any) -> dict[str, Any]:
    """Make an account as the administrator; return what the answer says, its code included."""
    made: dict[str, Any] = api.speak_for("admin").ok("POST", "/v1/accounts", json=OFFICER | changes)
    return made


def with_password(api: Api, **changes: Any) -> dict[str, Any]:
    """Make an account whose holder has set a password."""
    made = make(api, **changes)
    api.ok("POST", "/v1/account-codes/redeem", json={"code": made["code"], "password": PASSWORD})
    return made


def try_to_sign_in(client: Api, login: str = "can-bo.a", password: str = PASSWORD) -> httpx.Response:
    """Sign in; a service that measures too many passwords at this moment is asked again."""
    while True:
        answer = client.post("/v1/sessions", json={"login": login, "password": password})
        if answer.status_code != 503:
            return answer


class Browser(Api):
    """A client that shows cookies and no key."""

    csrf: str

    def sign_in(self, login: str = "can-bo.a", password: str = PASSWORD) -> dict[str, Any]:
        """Sign in, and send the CSRF token from now on; return what the answer says."""
        answer = try_to_sign_in(self, login, password)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        self.csrf = told["csrf_token"]
        self.headers["x-csrf-token"] = self.csrf
        return told


@contextmanager
def browser(app: FastAPI, base_url: str = "http://testserver") -> Iterator[Browser]:
    """Give a browser that has never been here."""
    yield Browser(app, base_url=base_url)
