"""A real OpenID provider: what it publishes, signs and answers is taken as it is."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from service.clock import SystemClock
from tests.api.issuer import AUDIENCE, MAPPING
from tests.api.people import browser
from tests.api.real_provider import install, running
from tests.api.world import Api
from tests.conftest import SettableClock

SECRET = "a secret of the client, long enough"
PEOPLE = {
    "u-1": {"name": "Cán bộ xã A", "unit": "xa-a", "groups": ["chuyen-vien"]},
    "u-2": {"name": "Người ngoài", "groups": []},
}
CLIENT = {
    "client_id": "dondoc",
    "client_secret": SECRET,
    "redirect_uris": ["http://127.0.0.1:8000/v1/sign-in/tinh/callback"],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the provider is installed."""
    return install(tmp_path_factory.mktemp("oidc-provider"))


@contextmanager
def connected(installed: Path, api: Api, clock: SettableClock, algorithm: str) -> Iterator[str]:
    """Give a provider that is set up here, on its own clock."""
    order = {"algorithm": algorithm, "client": CLIENT, "audience": AUDIENCE, "people": PEOPLE}
    with running(installed, order) as issuer:
        body = {
            "code": "tinh",
            "issuer": issuer,
            "name": "Đăng nhập một lần của tỉnh",
            "client_id": "dondoc",
            "client_secret": SECRET,
            "audience": AUDIENCE,
            "algorithms": [algorithm],
            "scopes": ["openid"],
            "mapping": MAPPING,
        }
        api.speak_for("admin").ok("POST", "/v1/identity-providers", json=body)
        clock.at = SystemClock().now()
        yield issuer


def pass_through(location: str, login: str) -> str:
    """Sign in at the provider as a person would; return where it sends the browser back to."""
    with httpx.Client(trust_env=False) as person:
        for _ in range(12):
            answer = person.get(location)
            if answer.status_code in (302, 303):
                location = urljoin(location, answer.headers["location"])
                if urlsplit(location).path.endswith("/callback"):
                    return location
                continue
            assert answer.status_code == 200, answer.text
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert action is not None
            assert prompt is not None, answer.text
            form = {"prompt": prompt[1], "login": login, "password": "anything"}
            location = urljoin(location, person.post(action[1], data=form).headers["location"])
    raise AssertionError("the provider leads nowhere")


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [
        ("postgresql", "RS256"),
        ("sqlite", "RS256"),
        ("sqlite", "PS256"),
        ("sqlite", "ES256"),
        ("sqlite", "EdDSA"),
    ],
)
def test_an_official_comes_in_through_a_real_provider(
    algorithm: str, installed: Path, app: FastAPI, api: Api, clock: SettableClock
) -> None:
    with connected(installed, api, clock, algorithm), browser(app) as person:
        person.follow_redirects = False
        began = person.get("/v1/sign-in/tinh", params={"then": "/viec"})
        back = urlsplit(pass_through(began.headers["location"], "u-1"))
        assert back.netloc == "127.0.0.1:8000"
        answer = person.get(f"{back.path}?{back.query}")
        assert (answer.status_code, answer.headers.get("location")) == (303, "/viec"), answer.text
        me = person.ok("GET", "/v1/me")
        assert (me["name"], me["role"], me["unit_code"]) == ("Cán bộ xã A", "officer", "xa-a")
        began = person.get("/v1/sign-in/tinh")
        back = urlsplit(pass_through(began.headers["location"], "u-2"))
        answer = person.get(f"{back.path}?{back.query}")
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/claims-not-mapped")


def tokens(issuer: str, grant: dict[str, str]) -> dict[str, Any]:
    """Return what the provider gives for a grant."""
    answer = httpx.post(f"{issuer}/token", data=grant, auth=("dondoc", SECRET), trust_env=False)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_program_of_an_official_shows_the_providers_token(
    installed: Path, api: Api, clock: SettableClock
) -> None:
    verifier = "a" * 64
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    with connected(installed, api, clock, "RS256") as issuer:
        asked = {
            "client_id": "dondoc",
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": CLIENT["redirect_uris"][0],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "state": "x",
        }
        back = pass_through(str(httpx.URL(f"{issuer}/auth", params=asked)), "u-1")
        code = httpx.URL(back).params["code"]
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        given = tokens(issuer, grant | {"redirect_uri": CLIENT["redirect_uris"][0]})
        shown = {"Authorization": f"Bearer {given['access_token']}"}
        me = api.get("/v1/me", headers=shown)
        assert me.status_code == 200, me.text
        assert (me.json()["name"], me.json()["unit_code"]) == ("Cán bộ xã A", "xa-a")
        id_token = {"Authorization": f"Bearer {given['id_token']}"}
        assert api.get("/v1/me", headers=id_token).status_code == 401, "an ID token is no bearer"
        machine = tokens(issuer, {"grant_type": "client_credentials"})["access_token"]
        refused = api.get("/v1/me", headers={"Authorization": f"Bearer {machine}"})
        assert refused.json()["type"] == "/problems/claims-not-mapped", (
            "a program is nobody until it is mapped"
        )
