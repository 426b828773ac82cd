"""An administrator of a provider's account lets our app act for it (OAuth with PKCE): the link, the answer.

Sources disagree on whether we make Zalo's link or its console does, with one fixed challenge: so a verifier
may be given. Unverified against live Zalo.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

OAUTH_URL = "https://oauth.zaloapp.com"
CONSENT_LIFE = timedelta(hours=1)
"""Of the link; the code that comes back lives ten minutes."""


class Failure(StrEnum):
    """Why no tokens came of a consent that came back, in a word that gives nothing away."""

    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    NOT_SET_UP = "not_set_up"


FAILURE_WORDS = {
    Failure.REFUSED: "nhà cung cấp từ chối",
    Failure.NO_ANSWER: "nhà cung cấp không trả lời",
    Failure.UNREACHABLE: "không kết nối được nhà cung cấp",
    Failure.NOT_SET_UP: "cài đặt của kênh chưa đúng",
}
"""What a Vietnamese reader is told of why."""


class ConsentRefused(Exception):
    """No tokens came of it; the sentence says why, and shows no secret."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One consent asked for: what the answer has to fit."""

    verifier: str = field(repr=False)
    state: str

    @classmethod
    def begin(cls, verifier: str = "") -> Self:
        """Return an attempt; `verifier` is the console's fixed one, if it has one."""
        return cls(verifier or _random(), _random())

    def link(self, oauth_url: str, app_id: str, callback: str) -> str:
        """Return where the administrator says yes."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "app_id": app_id,
            "redirect_uri": callback,
            "code_challenge": _plain(digest),
            "state": self.state,
        }
        return f"{oauth_url}/v4/oa/permission?{urlencode(asked)}"

    def code_in(self, address: str, oa_id: str) -> str:
        """Return the one-time code in the address to which Zalo led the administrator back.

        Raises:
            ConsentRefused: It answers another attempt, is for another account, or holds no code.
        """
        found = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
        if not hmac.compare_digest(found.get("state", "").encode(), self.state.encode()):
            raise ConsentRefused("the address answers another attempt")
        return code_for(found, oa_id)


def code_for(found: Mapping[str, str], oa_id: str) -> str:
    """Return the code of an answer for an account; `oa_id` is empty where any will do.

    Raises:
        ConsentRefused: It is for another account, or holds no code.
    """
    if oa_id and found.get("oa_id", oa_id) != oa_id:
        raise ConsentRefused("the consent is for another Official Account")
    if not found.get("code"):
        raise ConsentRefused("the address holds no code")
    return found["code"]


def _random() -> str:
    return _plain(secrets.token_bytes(32))


def _plain(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
