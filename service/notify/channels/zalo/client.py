"""HTTP to Zalo's three hosts: what was asked, what was answered, and whether anything was sent at all.

One `httpx.Client` for one thread. It follows no redirect, reads no proxy from the environment, and reads
at most 64 KB of an answer. Failures are HTTP 200 here: the truth is in the JSON.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from service.notify.channels.zalo.errors import Host
from service.trust import authorities

ANSWER_BYTES_MAX = 65_536
REASON_LENGTH_MAX = 300

UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.LocalProtocolError)
"""Failures before the first byte of the request has left."""


class NothingSent(Exception):
    """No connection: the request never left, it is safe to try again."""


class NoAnswer(Exception):
    """The request left and nothing intelligible came back: it may have been carried out."""


class TurnedAway(Exception):
    """Something in front of Zalo refused the request (a redirect, a 403 page): certainly not carried out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer of the OA or ZBS host.

    Attributes:
        status: HTTP status; 401 and 429 speak for themselves.
        error: Zalo's number, 0 for success.
        data: What was answered, where it is one thing.
        listed: What was answered, where it is a list.
        rate_left: Requests left this minute where the host says so.
    """

    status: int
    error: int
    message: str
    data: Mapping[str, Any]
    rate_left: int | None
    listed: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Base addresses without a slash at the end."""

    openapi: str
    business: str
    oauth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Longest waits, in seconds.

    Attributes:
        whole: For a message; a body that comes byte by byte ends here.
        refresh: For a token refresh. Shorter than the lease of the token store's lock, or two workers
            could refresh at once.
    """

    connect: float = 5.0
    read: float = 15.0
    write: float = 10.0
    pool: float = 5.0
    whole: float = 30.0
    refresh: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The Zalo app that the Official Account authorised.

    Attributes:
        prove: Send `appsecret_proof`, which Zalo can demand of an app.
    """

    app_id: str
    secret: str
    prove: bool


class ZaloClient:
    """Speaks to Zalo; decides nothing."""

    def __init__(self, endpoints: Endpoints, app: App, patience: Patience) -> None:
        self._endpoints = endpoints
        self._app = app
        self._patience = patience
        self._http = httpx.Client(
            timeout=httpx.Timeout(
                connect=patience.connect, read=patience.read, write=patience.write, pool=patience.pool
            ),
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=30.0),
            headers={"accept": "application/json", "accept-encoding": "identity"},
            verify=authorities(),
            trust_env=False,
            follow_redirects=False,
        )

    def post(self, host: Host, route: str, access_token: str, body: Mapping[str, Any]) -> Answer:
        """Send one message.

        Raises:
            NothingSent, NoAnswer, TurnedAway
        """
        base = self._endpoints.openapi if host is Host.OPENAPI else self._endpoints.business
        headers = self._headers(access_token)
        request = self._http.build_request("POST", base + route, headers=headers, json=dict(body))
        return _answer(*exchange(self._http, request, self._patience.whole))

    def get(self, route: str, access_token: str, query: Mapping[str, str]) -> Answer:
        """Ask the ZBS host something that changes nothing.

        Raises:
            NothingSent, NoAnswer, TurnedAway
        """
        address, headers = self._endpoints.business + route, self._headers(access_token)
        request = self._http.build_request("GET", address, headers=headers, params=dict(query))
        return _answer(*exchange(self._http, request, self._patience.whole))

    def _headers(self, access_token: str) -> dict[str, str]:
        proof = appsecret_proof(self._app.secret, access_token) if self._app.prove else ""
        return {"access_token": access_token} | ({"appsecret_proof": proof} if proof else {})

    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """Exchange a refresh token; return Zalo's answer, which may be an error.

        Raises:
            NothingSent, NoAnswer, TurnedAway
        """
        return self._tokens({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def redeem(self, code: str, verifier: str) -> Mapping[str, Any]:
        """Exchange the one-time code of a consent; return Zalo's answer, which may be an error.

        Raises:
            NothingSent, NoAnswer, TurnedAway
        """
        return self._tokens({"code": code, "code_verifier": verifier, "grant_type": "authorization_code"})

    def _tokens(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        wait = self._patience.refresh / 4
        request = self._http.build_request(
            "POST",
            f"{self._endpoints.oauth}/v4/oa/access_token",
            headers={"secret_key": self._app.secret},
            data={"app_id": self._app.app_id, **form},
            timeout=httpx.Timeout(connect=wait, write=wait, read=2 * wait, pool=wait),
        )
        return json_object(*exchange(self._http, request, self._patience.refresh))

    def close(self) -> None:
        """Close the connections; the client is not used afterwards."""
        self._http.close()


def exchange(http: httpx.Client, request: httpx.Request, seconds: float) -> tuple[httpx.Response, bytes]:
    """Send, and read the answer within the deadline and the size limit.

    Raises:
        NothingSent, NoAnswer
    """
    ends_at = time.monotonic() + seconds
    content = b""
    try:
        response = http.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > ANSWER_BYTES_MAX or time.monotonic() > ends_at:
                    raise NoAnswer("the answer is too long or too slow")
        finally:
            response.close()
    except UNSENT as error:
        raise NothingSent(_said(error)) from error
    except httpx.HTTPError as error:
        raise NoAnswer(_said(error)) from error
    return response, content


def appsecret_proof(secret: str, access_token: str) -> str:
    """Return the proof that the sender of a token knows the app's secret (formula of the PHP SDK)."""
    return hmac.new(secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:REASON_LENGTH_MAX]


def json_object(response: httpx.Response, content: bytes) -> dict[str, Any]:
    """Return the object in the answer; without one, say whether the request can have been carried out.

    Raises:
        NoAnswer, TurnedAway
    """
    status = response.status_code
    if status >= 500:
        raise NoAnswer(f"HTTP {status}")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if status in {401, 429}:
        return {}
    if status >= 300:
        raise TurnedAway(f"HTTP {status} without JSON")
    raise NoAnswer(f"HTTP {status} without JSON")


def _answer(response: httpx.Response, content: bytes) -> Answer:
    found = json_object(response, content)
    status = response.status_code
    error = integer(found.get("error"))
    if error is None:
        if status not in {401, 429}:
            raise NoAnswer(f"HTTP {status} with JSON but no error number")
        error = status
    data = found.get("data")
    return Answer(
        status=status,
        error=error,
        message=" ".join(str(found.get("message") or "").split())[:REASON_LENGTH_MAX],
        data=data if isinstance(data, dict) else {},
        rate_left=integer(response.headers.get("x-ratelimit-remain")),
        listed=[each for each in data if isinstance(each, dict)] if isinstance(data, list) else (),
    )


def integer(value: object) -> int | None:
    """Return a whole number that may be written as text; Zalo mixes both."""
    try:
        return int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        return None
