"""Short-lived tokens that stand for a key, so that the key itself travels once in a quarter of an hour."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac

import jwt
from pydantic import SecretStr

from service.edge.refusals import SecretKeyMissing
from service.vault import keys_of

LIFE = timedelta(minutes=15)
ALGORITHM, ISSUER, TYPE = "HS256", "dondoc", "at+jwt"
FORM = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
"""Base64url without padding; the last letter of 32 bytes has two bits to spare, and they are zero. The
library reads other forms of the same token too."""

CLAIMS = ["iss", "sub", "scope", "exp"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says: the handle of its key, and what it may do at most."""

    handle: str
    scopes: frozenset[str]


class AccessTokens:
    """Signs and reads tokens with keys made from the installation's; of several the newest signs.

    A token carries no right of its own: the key it was made for is looked up each time.
    """

    def __init__(self, key: SecretStr | None) -> None:
        """Take the key as the settings have it: comma-separated, newest first."""
        self._keys = [hmac(part.encode(), b"access token", sha256).digest() for part in keys_of(key)]

    def sign(self, claim: Claim, now: datetime) -> str:
        """Return a token that lives for `LIFE`.

        Raises:
            SecretKeyMissing: The installation has no key.
        """
        if not self._keys:
            raise SecretKeyMissing
        claims = {
            "iss": ISSUER,
            "sub": claim.handle,
            "scope": " ".join(sorted(claim.scopes)),
            "exp": int((now + LIFE).timestamp()),
        }
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM, headers={"typ": TYPE})

    def read(self, token: str, now: datetime) -> Claim | None:
        """Return what a token says, or None if it is not one of ours or has ended."""
        if FORM.fullmatch(token) is None:
            return None
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[ALGORITHM],
                    issuer=ISSUER,
                    options={"require": CLAIMS, "verify_exp": False},
                )
            except jwt.InvalidTokenError:
                continue
            if isinstance(claims["exp"], int) and claims["exp"] > now.timestamp():
                return Claim(str(claims["sub"]), frozenset(str(claims["scope"]).split()))
        return None
