"""Two hundred tokens that are nearly right: keys and access tokens, each changed in one way."""

import base64
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256, sha384, sha512
from hmac import new as hmac
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tests.api.conftest import SECRET

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SIGNING = hmac(SECRET.encode(), b"access token", sha256).digest()
"""What the service signs with: of a token that is made with it, only what it says can be wrong."""

AT_JWT = {"typ": "at+jwt"}


def nearly(key: str, token: str, at: datetime, chance: random.Random, count: int) -> Iterator[str]:
    """Give so many texts, none of which may open anything; `token` is an access token for `key`."""
    made = [*forged(token, at)]
    seen = {key, token, ""}
    while len(made) < count:
        made.append(changed(chance.choice((key, token)), chance))
    for each in made:
        if each not in seen:
            seen.add(each)
            yield each


def changed(text: str, chance: random.Random) -> str:
    """Return a text with one letter flipped, taken out or put in, with two swapped, cut, or doubled."""
    place = chance.randrange(len(text) - 1)
    letter = chance.choice([each for each in LETTERS if each != text[place]])
    way = chance.randrange(7)
    if way == 0:
        return text[: chance.randrange(1, len(text))]
    if way == 1:
        return text[:place] + letter + text[place:]
    if way == 2:
        return text[:place] + text[place + 1 :]
    if way == 3:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if way == 4:
        return text + text[place:]
    if way == 5:
        return text.swapcase()
    return text[:place] + letter + text[place + 1 :]


def forged(token: str, at: datetime) -> Iterator[str]:
    """Give tokens that say something else, or are signed in another way."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    for algorithm in ("none", "None", "NONE", "nOnE"):
        yield f"{_part(AT_JWT | {'alg': algorithm})}.{body}."
        yield f"{_part(AT_JWT | {'alg': algorithm})}.{body}.{signature}"
    for algorithm, digest in (("HS384", sha384), ("HS512", sha512)):
        yield _signed(claims, SIGNING, algorithm, digest)
    yield jwt.encode(claims, generate_private_key(SECP256R1()), algorithm="ES256", headers=AT_JWT)
    for other in (b"x" * 32, SECRET.encode(), SIGNING[::-1], sha256(SIGNING).digest()):
        yield _signed(claims, other)
    past, ahead = int((at - timedelta(seconds=1)).timestamp()), str(int((at + timedelta(days=1)).timestamp()))
    wrongs = (
        {"exp": past}, {"exp": 0}, {"exp": -1}, {"exp": ahead}, {"exp": None}, {"exp": True}, {"iss": "khac"},
        {"iss": ""}, {"iss": ["dondoc"]}, {"sub": "khong-co"}, {"sub": ""}, {"aud": "khac"},
        {"aud": ["dondoc"]}, {"sub": None}, {"scope": None},
    )  # fmt: skip
    for wrong in wrongs:
        yield _signed(claims | wrong, SIGNING)
    for name in ("iss", "sub", "scope", "exp"):
        less = {key: value for key, value in claims.items() if key != name}
        yield _signed(less, SIGNING)
    yield from (
        f"{head}.{body}",
        f"{head}..{signature}",
        f".{body}.{signature}",
        "..",
        f"{token}.",
        f"{token}=",
    )
    more = _part(claims | {"scope": "read write", "exp": 2**40})
    yield f"{head}.{more}.{signature}"


def _signed(claims: dict[str, Any], key: bytes, algorithm: str = "HS256", digest: Any = sha256) -> str:
    """Return a token signed by hand: the library refuses to make what it refuses to read."""
    text = f"{_part(AT_JWT | {'alg': algorithm})}.{_part(claims)}"
    return f"{text}.{_letters(hmac(key, text.encode(), digest).digest())}"


def _part(content: object) -> str:
    return _letters(json.dumps(content).encode())


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
