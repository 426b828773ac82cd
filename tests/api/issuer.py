"""An identity provider on a real socket that does wrong when it is told to; its signatures are real."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode

AUDIENCE, CLIENT, SECRET = "https://dondoc.example.vn", "dondoc", "a secret of the client"
CLAIMS = {"sub": "u-1", "name": "Cán bộ xã A", "unit": "xa-a", "groups": ["moi-nguoi", "chuyen-vien"]}
MAPPING = {
    "unit_claim": "unit",
    "units": {"XA-B": "xa-b"},
    "role_claim": "groups",
    "roles": [
        {"value": "quan-tri", "role": "administrator", "installation": True},
        {"value": "lanh-dao", "role": "head"},
        {"value": "chuyen-vien", "role": "officer"},
    ],
    "administrator_needs": ["mfa"],
}


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


FIRST_KEY, OTHER_KEY = rsa_key(), rsa_key()


def public(key: Any, **more: Any) -> dict[str, Any]:
    """Return a key as it is published."""
    kinds = {rsa.RSAPrivateKey: RSAAlgorithm, ec.EllipticCurvePrivateKey: ECAlgorithm}
    kind = next((kinds[each] for each in kinds if isinstance(key, each)), OKPAlgorithm)
    made: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
    made.pop("key_ops", None)
    return made | more


class Issuer:
    """Publishes keys, signs tokens, and exchanges codes as RFC 6749 and 7636 have it."""

    def __init__(self) -> None:
        self.keys = {"k1": FIRST_KEY}
        self.published: list[dict[str, Any]] | None = None
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.metadata: dict[str, Any] = {}
        self.seconds = 0.0
        self.ended = threading.Event()
        self.codes: dict[str, dict[str, Any]] = {}
        self.claims: dict[str, Any] = dict(CLAIMS)
        self.now: datetime
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return an order to set this provider up."""
        order = {
            "code": "tinh",
            "issuer": self.url,
            "name": "Đăng nhập một lần của tỉnh",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "audience": AUDIENCE,
            "mapping": MAPPING,
        }
        return order | changes

    def claims_now(self, **changes: Any) -> dict[str, Any]:
        """Return what a good access token says; a change to None leaves a claim out."""
        now = self.now.timestamp()
        said = CLAIMS | {
            "iss": self.url,
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now) + 300,
            "azp": CLIENT,
        }
        return {name: value for name, value in (said | changes).items() if value is not None}

    def token(
        self,
        *,
        kid: str | None = "k1",
        key: Any = None,
        alg: str = "RS256",
        typ: str = "at+jwt",
        header: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """Return a token, signed."""
        headers = {"typ": typ, **(header or {})} | ({"kid": kid} if kid else {})
        return jwt.encode(self.claims_now(**changes), key or self.keys["k1"], algorithm=alg, headers=headers)

    def unsigned(self, alg: str, sign: Any = lambda _: b"", **changes: Any) -> str:
        """Return a token put together by hand."""
        head = base64url_encode(json.dumps({"alg": alg, "typ": "at+jwt", "kid": "k1"}).encode())
        body = base64url_encode(json.dumps(self.claims_now(**changes)).encode())
        return b".".join([head, body, base64url_encode(sign(head + b"." + body))]).decode()

    def allow(self, location: str, **changes: Any) -> str:
        """Let the person whom a browser was sent here for sign in; return where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked | changes
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def exchanged(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Answer the token endpoint."""
        asked = self.codes.pop(form.get("code", ""), None)
        right = b64decode(authorization.removeprefix("Basic ")) == f"{CLIENT}:a+secret+of+the+client".encode()
        if asked is None or not right or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, b'{"error": "invalid_grant"}'
        challenge = base64url_encode(sha256(form["code_verifier"].encode()).digest()).decode()
        if challenge != asked["code_challenge"] or asked["code_challenge_method"] != "S256":
            return 400, b'{"error": "invalid_grant"}'
        said = {"aud": CLIENT, "azp": None, "nonce": asked["nonce"], **self.claims, **asked.get("claims", {})}
        token = asked.get("id_token") or self.token(typ="JWT", **said)
        return 200, json.dumps({"id_token": token, "access_token": "x", "token_type": "Bearer"}).encode()

    def answer(self, path: str) -> tuple[int, bytes]:
        """Answer a question about the provider itself."""
        self.asked.append(path)
        self.ended.wait(self.seconds)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            places = {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize?theme=tinh",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
            }
            return 200, json.dumps(places | self.metadata).encode()
        if path == "/jwks":
            made = [public(key, kid=kid, use="sig") for kid, key in self.keys.items()]
            return 200, json.dumps({"keys": made if self.published is None else self.published}).encode()
        return 404, b"{}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(*issuer.answer(self.path))

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(content).items()}
                self._send(*issuer.exchanged(form, self.headers.get("authorization", "")))

            def _send(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def issuing(now: datetime) -> Iterator[Issuer]:
    """Give an issuer for the length of the block; its tokens begin at a time."""
    issuer = Issuer()
    issuer.now = now
    thread = threading.Thread(target=issuer.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.ended.set()
        issuer.server.shutdown()
        issuer.server.server_close()
        thread.join()
