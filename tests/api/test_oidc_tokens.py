"""Tokens of a province's sign-on: believed only as its row says, and never as they would like."""

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID

import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from fastapi import FastAPI
from sqlmodel import Session

from service.database import Database
from service.domain import providers
from service.domain.permissions import KeyRole
from service.domain.providers import Standing
from service.domain.tables import Account, Event, table
from service.edge.context import Context
from service.edge.oidc.outward import Unreachable, ask, walls_for
from service.edge.reading_room import ReadingRoom
from service.settings import Settings
from tests.api.issuer import (
    AUDIENCE,
    CLAIMS,
    CLIENT,
    FIRST_KEY,
    MAPPING,
    OTHER_KEY,
    Issuer,
    issuing,
    public,
    rsa_key,
)
from tests.api.world import Api
from tests.conftest import MONDAY, SettableClock

PROVIDERS = "/v1/identity-providers"
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
account, event = table(Account), table(Event)


@pytest.fixture
def kind() -> str:
    """Ask one kind of database where it makes no difference."""
    return "sqlite"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """Return a provider that nobody here knows yet."""
    with issuing(MONDAY) as running:
        yield running


@pytest.fixture
def known(issuer: Issuer, api: Api) -> Issuer:
    """Return a provider that is set up."""
    api.speak_for("admin").ok("POST", PROVIDERS, json=issuer.body())
    return issuer


def show(api: Api, token: str, **sent: Any) -> Any:
    """Ask who a token is for; return the answer."""
    return api.get("/v1/me", headers={"Authorization": f"Bearer {token}"}, **sent)


def accounts(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.select(account).where(account.c.subject.is_not(None))).all())


def facts(database: Database, kind: str) -> list[dict[str, Any]]:
    with database.read() as connection:
        return list(connection.execute(sa.select(event.c.payload).where(event.c.kind == kind)).scalars())


@BOTH
def test_whom_the_province_knows_acts_as_what_it_says_of_them(
    known: Issuer, api: Api, database: Database
) -> None:
    me = show(api, known.token())
    assert me.status_code == 200, me.text
    assert (me.json()["name"], me.json()["role"], me.json()["unit_code"]) == (
        "Cán bộ xã A",
        "officer",
        "xa-a",
    )
    assert show(api, known.token(jti="another")).json()["principal_id"] == me.json()["principal_id"]
    (row,) = accounts(database)
    assert (row.login, row.password_hash, row.subject) == (None, None, "u-1")
    moved = show(api, known.token(unit="XA-B", groups=["lanh-dao"], name="Tên khác"))
    assert (moved.json()["role"], moved.json()["unit_code"]) == ("head", "xa-b")
    assert moved.json()["principal_id"] == me.json()["principal_id"]
    assert [fact["fields"] for fact in facts(database, "account.changed.v1")] == [["claims"]]
    other = show(api, known.token(sub="u-2"))
    assert other.json()["principal_id"] != me.json()["principal_id"]


@BOTH
def test_two_first_requests_of_one_person_make_one_account(
    known: Issuer, api: Api, database: Database, clock: SettableClock
) -> None:
    known_here, standing = known.body()["code"], Standing(None, KeyRole.READER, None)
    with database.read() as connection:
        provider = providers.by_code(connection, known_here)

    def admitted(session: Session) -> UUID:
        return providers.admit(session, provider, "u-9", standing, name="cán bộ", now=clock.now()).id

    def second() -> UUID:
        with database.write() as session:
            return admitted(session)

    with ThreadPoolExecutor(1) as beside, database.write() as session:
        made = admitted(session)
        other = beside.submit(second)
        wait([other], 0.3)
        session.commit()
        assert other.result() == made
    assert [row.id for row in accounts(database)] == [made]
    assert len(facts(database, "account.made.v1")) == 1


def test_a_token_of_the_province_needs_no_csrf_token(known: Issuer, api: Api) -> None:
    headers = {"Authorization": f"Bearer {known.token(groups=['quan-tri'], amr=['pwd', 'mfa'])}"}
    unit = {"code": "xa-moi", "name": "Xã Mới", "kind": "xa"}
    api.ok("POST", "/v1/units", json=unit, headers=headers | {"Sec-Fetch-Site": "cross-site"})


@pytest.mark.parametrize(
    ("changes", "what", "claim"),
    [
        ({"unit": None}, "unit", "unit"),
        ({"unit": "khong-co"}, "unit", "unit"),
        ({"unit": 7}, "unit", "unit"),
        ({"groups": None}, "role", "groups"),
        ({"groups": ["moi-nguoi"]}, "role", "groups"),
        ({"groups": {"chuyen-vien": True}}, "role", "groups"),
        ({"groups": ["quan-tri"]}, "assurance", "amr"),
        ({"groups": ["quan-tri"], "amr": ["pwd"]}, "assurance", "amr"),
    ],
)
def test_whom_the_mapping_does_not_know_is_told_what_is_missing(
    known: Issuer, api: Api, changes: dict[str, Any], what: str, claim: str, database: Database
) -> None:
    answer = show(api, known.token(**changes))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/claims-not-mapped")
    assert (answer.json()["what"], answer.json()["claim"]) == (what, claim)
    assert accounts(database) == []


@BOTH
def test_a_mapping_that_is_taken_away_holds_for_the_next_token(known: Issuer, api: Api) -> None:
    assert show(api, known.token()).status_code == 200
    body = {name: value for name, value in known.body().items() if name not in ("code", "issuer")}
    roles = [rule for rule in MAPPING["roles"] if rule["value"] != "chuyen-vien"]  # type: ignore[index]
    change = body | {"mapping": MAPPING | {"roles": roles}}
    api.ok("PUT", f"{PROVIDERS}/tinh", json=change, headers={"If-Match": '"v1"'})
    assert show(api, known.token()).json()["what"] == "role"
    api.ok("PUT", f"{PROVIDERS}/tinh", json=body | {"is_enabled": False}, headers={"If-Match": '"v2"'})
    assert show(api, known.token()).status_code == 401
    versions = api.ok("GET", f"{PROVIDERS}/tinh/history")["items"]
    assert [(each["version"], each["is_enabled"], each["has_secret"]) for each in versions] == [
        (3, False, True),
        (2, True, True),
        (1, True, True),
    ]


@BOTH
def test_a_unit_is_found_by_the_identifier_of_another_system(issuer: Issuer, api: Api) -> None:
    csv = "code,name,kind,parent_code,identifiers\nxa-a,UBND xã An Bình,xa,cao-loc,edxml:H01.02.03\n".encode()
    api.speak_for("admin")
    loaded = api.post("/v1/units/import", files={"file": ("units.csv", csv, "text/csv")})
    assert loaded.status_code in (200, 201), loaded.text
    mapping = MAPPING | {"unit_scheme": "edxml"}
    api.ok("POST", PROVIDERS, json=issuer.body(mapping=mapping))
    assert show(api, issuer.token(unit="H01.02.03")).json()["unit_code"] == "xa-a"
    assert show(api, issuer.token(unit="xa-a")).status_code == 403
    assert show(api, issuer.token(unit="XA-B")).json()["unit_code"] == "xa-b"


def test_claims_may_lie_deeper(issuer: Issuer, api: Api) -> None:
    mapping = MAPPING | {"role_claim": "realm_access.roles"}
    api.speak_for("admin").ok("POST", PROVIDERS, json=issuer.body(mapping=mapping))
    assert show(api, issuer.token(groups=None, realm_access={"roles": ["chuyen-vien"]})).status_code == 200
    assert show(api, issuer.token()).status_code == 403


def pem(key: Any) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.new(secret, signed, hashlib.sha256).digest()


FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "none": lambda i: i.unsigned("none"),
    "none written otherwise": lambda i: i.unsigned("nOnE"),
    "the public key as a shared secret": lambda i: i.unsigned("HS256", hs256(pem(FIRST_KEY))),
    "the published key as a shared secret": lambda i: i.unsigned(
        "HS256", hs256(json.dumps(public(FIRST_KEY, kid="k1", use="sig")).encode())
    ),
    "an algorithm that is not this provider's": lambda i: i.token(alg="PS256"),
    "a longer hash": lambda i: i.token(alg="RS512"),
    "a key of somebody else": lambda i: i.token(key=OTHER_KEY),
    "a key that nobody knows": lambda i: i.token(key=OTHER_KEY, kid="k9"),
    "a key that it brings along": lambda i: i.token(key=OTHER_KEY, header={"jwk": public(OTHER_KEY)}),
    "an address to fetch keys from": lambda i: i.token(
        key=OTHER_KEY, kid="k9", header={"jku": f"{i.url}/evil", "x5u": f"{i.url}/evil"}
    ),
    "something critical": lambda i: i.token(header={"crit": ["exp"]}),
    "something critical that it names": lambda i: i.token(header={"crit": ["x"], "x": 1}),
    "another issuer": lambda i: i.token(iss="https://example.test"),
    "an issuer with a slash more": lambda i: i.token(iss=f"{i.url}/"),
    "no issuer": lambda i: i.token(iss=None),
    "for another service": lambda i: i.token(aud="https://example.test"),
    "for nobody": lambda i: i.token(aud=None),
    "for several, and nobody says who has it": lambda i: i.token(aud=[AUDIENCE, "x"], azp=None),
    "given to another client": lambda i: i.token(azp="somebody"),
    "given to another client, said otherwise": lambda i: i.token(azp=None, client_id="somebody"),
    "given to a list of clients": lambda i: i.token(azp=[CLIENT]),
    "an ID token": lambda i: i.token(typ="JWT", aud=CLIENT, nonce="x"),
    "a logout token": lambda i: i.token(typ="logout+jwt"),
    "a type that is no text": lambda i: i.token(header={"typ": 1}),
    "expired": lambda i: i.token(exp=int(i.now.timestamp()) - 60),
    "without an end": lambda i: i.token(exp=None),
    "an end that is no number": lambda i: i.token(exp="4000000000"),
    "an end that is true": lambda i: i.token(exp=True),
    "an end that is not a number": lambda i: i.token(exp=float("nan")),
    "not yet": lambda i: i.token(nbf=int(i.now.timestamp()) + 61),
    "made tomorrow": lambda i: i.token(iat=int(i.now.timestamp()) + 61),
    "made at no time": lambda i: i.token(iat=None),
    "about nobody": lambda i: i.token(sub=None),
    "about an empty name": lambda i: i.token(sub=""),
    "about a number": lambda i: i.token(sub=7),
    "about a name without end": lambda i: i.token(sub="x" * 256),
    "about a name with control characters": lambda i: i.token(sub="x\x00y"),
    "too long": lambda i: i.token(padding="x" * 20_000),
    "two parts": lambda i: i.token().rpartition(".")[0],
    "five parts": lambda i: i.token() + ".a.b",
    "no signature": lambda i: i.token().rpartition(".")[0] + ".",
    "nothing": lambda i: "..",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_the_province_did_not_sign_for_us_opens_nothing(
    forgery: str, known: Issuer, api: Api, database: Database
) -> None:
    answer = show(api, FORGERIES[forgery](known))
    assert answer.status_code == 401, answer.text
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert accounts(database) == []
    assert "/evil" not in known.asked
    assert show(api, known.token()).status_code == 200, "the control: the same token, unharmed"


def test_two_hundred_tokens_with_one_letter_changed_open_nothing(known: Issuer, api: Api) -> None:
    token, chance = known.token(), random.Random(20240614)  # noqa: S311 - a seed that can be repeated
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(200):
        place = chance.randrange(len(token) - 1)
        if token[place] == ".":
            continue
        other = chance.choice(letters.replace(token[place], ""))
        assert show(api, token[:place] + other + token[place + 1 :]).status_code == 401, (place, other)
    assert show(api, token).status_code == 200


def test_clocks_may_differ_by_less_than_a_minute(known: Issuer, api: Api, clock: SettableClock) -> None:
    now = int(clock.now().timestamp())
    assert show(api, known.token(exp=now - 59)).status_code == 200
    assert show(api, known.token(iat=now + 60, nbf=now + 60)).status_code == 200
    token = known.token()
    clock.advance(minutes=6, seconds=1)
    assert show(api, token).status_code == 401


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_each_algorithm_that_a_provider_may_have(algorithm: str, issuer: Issuer, api: Api) -> None:
    keys = {"ES256": ec.generate_private_key(ec.SECP256R1()), "EdDSA": ed25519.Ed25519PrivateKey.generate()}
    issuer.keys = {"k1": keys.get(algorithm, FIRST_KEY)}
    api.speak_for("admin").ok("POST", PROVIDERS, json=issuer.body(algorithms=[algorithm]))
    answer = show(api, issuer.token(alg=algorithm))
    assert answer.status_code == 200, answer.text
    assert show(api, issuer.token(alg=algorithm, kid=None)).status_code == 200, "there is only one key"


@pytest.mark.parametrize(
    "published",
    [
        [public(FIRST_KEY, kid="k1", use="enc")],
        [public(FIRST_KEY, kid="k1", alg="PS256")],
        [public(FIRST_KEY, kid="k1", key_ops=["encrypt"])],
        [public(FIRST_KEY, kid="k1", key_ops="verify")],
        [public(FIRST_KEY, kid="k1"), public(OTHER_KEY, kid="k1")],
        [public(OTHER_KEY, kid="k1"), public(FIRST_KEY, kid="k1")],
        [{"kty": "RSA", "kid": "k1"}],
        [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}],
        ["k1", None, 7],
        [],
    ],
)
def test_a_published_key_that_is_for_something_else_or_one_of_two_is_not_used(
    published: list[Any], known: Issuer, api: Api
) -> None:
    known.published = published
    assert show(api, known.token()).status_code == 401


def test_a_key_that_is_too_short_is_not_used(known: Issuer, api: Api) -> None:
    known.keys = {"k1": rsa_key(1024)}
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = known.token()
    assert show(api, token).status_code == 401


def test_a_new_key_is_fetched_but_not_more_often_than_once_a_minute(
    known: Issuer, api: Api, clock: SettableClock
) -> None:
    assert show(api, known.token()).status_code == 200
    known.keys = {"k2": OTHER_KEY}
    for n in range(20):
        assert show(api, known.token(key=OTHER_KEY, kid=f"guess-{n}")).status_code == 401
    assert known.asked.count("/jwks") == 1, "within the minute nobody asks"
    clock.advance(minutes=1)
    assert show(api, known.token(key=OTHER_KEY, kid="k2")).status_code == 200
    for n in range(20):
        assert show(api, known.token(key=OTHER_KEY, kid=f"guess-{n}")).status_code == 401
    assert known.asked.count("/jwks") == 2
    assert show(api, known.token(key=FIRST_KEY)).status_code == 401, "the key before is gone"


def test_keys_serve_for_a_day_when_nobody_answers(
    known: Issuer, api: Api, clock: SettableClock, app: FastAPI, settings: Settings, database: Database
) -> None:
    assert show(api, known.token()).status_code == 200
    known.answers["/jwks"] = (500, b"")
    for hours, status in ((1, 200), (22, 200), (1, 503)):
        clock.advance(hours=hours)
        known.now = clock.now()
        answer = show(api, known.token())
        assert answer.status_code == status, answer.text
    assert answer.json()["type"] == "/problems/provider-unreachable"
    clock.advance(minutes=1)
    known.answers.clear()
    assert show(api, known.token()).status_code == 200
    app.state.context = Context(settings, database, clock, ReadingRoom(settings))
    known.answers["/.well-known/openid-configuration"] = (503, b"")
    assert show(api, known.token()).status_code == 503, "a process that has just begun knows no keys"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/jwks", (200, b"<html>")),
        ("/jwks", (200, b"[]")),
        ("/jwks", (200, b'{"keys": {}}')),
        ("/jwks", (200, b'{"keys": [' + b"{}," * 60 + b"{}]}")),
        ("/jwks", (200, b'{"keys": [], "x": "' + b"x" * 70_000 + b'"}')),
        ("/jwks", (302, b"")),
        ("/jwks", (200, b"[" * 50_000)),
        ("/.well-known/openid-configuration", (404, b"{}")),
    ],
)
def test_a_provider_that_answers_nonsense_is_not_there(
    path: str, answer: tuple[int, bytes], known: Issuer, api: Api
) -> None:
    known.answers[path] = answer
    assert show(api, known.token()).status_code == 503
    asked = len(known.asked)
    assert show(api, known.token(jti="2")).status_code == 503
    assert len(known.asked) == asked, "it is not asked again at once"


def test_metadata_of_another_issuer_is_not_taken(known: Issuer, api: Api) -> None:
    known.metadata = {"issuer": "https://example.test"}
    assert show(api, known.token()).status_code == 503


def test_a_provider_that_speaks_slowly_is_left(known: Issuer, settings: Settings) -> None:
    known.seconds = 5
    with pytest.raises(Unreachable, match="ReadTimeout"):
        ask(settings, f"{known.url}/jwks", seconds=0.2)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.5/jwks",
        "https://10.0.0.5/jwks",
        "https://127.0.0.1/jwks",
        "https://169.254.169.254/latest",
        "https://[::1]/jwks",
        "https://localhost/jwks",
        "http://example.test/jwks",
        "https://sso.example.test:22/jwks",
        "ftp://127.0.0.1/jwks",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_provider_is_not_a_way_into_the_network(url: str, settings: Settings) -> None:
    with pytest.raises(Unreachable, match=r"called|address"):
        ask(settings, url)


def test_without_tls_a_provider_is_asked_only_where_the_service_is_tried(
    known: Issuer, settings: Settings
) -> None:
    assert ask(settings, f"{known.url}/jwks")["keys"]
    public_url = settings.model_copy(update={"public_url": "https://dondoc.example.vn"})
    with pytest.raises(Unreachable, match="only https"):
        ask(public_url, f"{known.url}/jwks")
    inside = settings.model_copy(update={"provider_allowed_cidrs": ("10.1.0.0/16",)})
    assert [str(each) for each in walls_for(inside, "https://10.1.2.3/").allowed] == ["10.1.0.0/16"]


@BOTH
def test_a_disabled_account_stays_out_whatever_the_province_says(known: Issuer, api: Api) -> None:
    made = show(api, known.token()).json()["principal_id"]
    path = f"/v1/accounts/{made}"
    shown = api.speak_for("admin").ok("GET", path)
    assert (shown["login"], shown["has_password"]) == (None, False)
    api.refused("signs-in-elsewhere", 409, "POST", f"{path}/codes")
    api.refused("signs-in-elsewhere", 409, "PATCH", path, json={"role": "head"}, headers={"If-Match": "*"})
    api.ok("PATCH", path, json={"name": "Tên đúng"}, headers={"If-Match": "*"})
    api.ok("POST", f"{path}/disable")
    assert show(api, known.token()).status_code == 401
    assert show(api, known.token(unit="XA-B")).status_code == 401
    api.ok("POST", f"{path}/enable")
    assert show(api, known.token()).status_code == 200


def test_a_provider_without_an_audience_opens_nothing_by_token(issuer: Issuer, api: Api) -> None:
    api.speak_for("admin").ok("POST", PROVIDERS, json=issuer.body(audience=None))
    assert show(api, issuer.token()).status_code == 401
    assert show(api, issuer.token(aud=CLIENT)).status_code == 401


@BOTH
def test_only_the_installations_administrator_manages_providers(issuer: Issuer, api: Api) -> None:
    for who in ("keeper_admin", "leader", "clerk"):
        api.speak_for(who).refused("not-allowed", 403, "POST", PROVIDERS, json=issuer.body())
        api.refused("not-allowed", 403, "GET", PROVIDERS)
    made = api.speak_for("admin").ok("POST", PROVIDERS, json=issuer.body())
    assert made["redirect_uri"] == "http://127.0.0.1:8000/v1/sign-in/tinh/callback"
    assert "secret of the client" not in json.dumps(made)
    api.refused("already-exists", 409, "POST", PROVIDERS, json=issuer.body(code="khac"))
    wrong = {"mapping": MAPPING | {"units": {"X": "khong-co"}}, "code": "k", "issuer": "https://k.example.vn"}
    refused = api.refused("unknown-reference", 422, "POST", PROVIDERS, json=issuer.body(**wrong))
    assert (refused["field"], refused["codes"]) == ("units", ["khong-co"])
    body = {name: value for name, value in issuer.body().items() if name not in ("code", "issuer")}
    api.refused("precondition-required", 428, "PUT", f"{PROVIDERS}/tinh", json=body)
    api.refused("stale-version", 412, "PUT", f"{PROVIDERS}/tinh", json=body, headers={"If-Match": '"v9"'})


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": CLIENT},
        {"algorithms": ["HS256"]},
        {"algorithms": []},
        {"scopes": ["profile"]},
        {"issuer": "ftp://example.vn"},
        {"issuer": "https://user@example.vn"},
        {"issuer": "https://example.vn/?x=1"},
        {"mapping": MAPPING | {"roles": []}},
        {"mapping": MAPPING | {"roles": [{"value": "x", "role": "clerk", "installation": True}]}},
    ],
)
def test_a_provider_that_would_be_unsafe_is_not_set_up(
    changes: dict[str, Any], issuer: Issuer, api: Api
) -> None:
    api.speak_for("admin").refused("invalid-request", 422, "POST", PROVIDERS, json=issuer.body(**changes))


def test_secrets_of_providers_lie_sealed(known: Issuer, database: Database) -> None:
    with database.read() as connection:
        kept = connection.execute(sa.text("SELECT secret FROM identity_provider_version")).scalar_one()
        told = [*connection.execute(sa.select(event.c.payload)).scalars()]
    assert "secret of the client" not in kept
    assert "secret of the client" not in str(told)
    assert str(CLAIMS["name"]) not in str(told)
