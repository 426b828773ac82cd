"""The administrator of an Official Account lets our app send for it (OAuth v4 with PKCE).

Sources disagree on whether we make the link or Zalo's console does, with one fixed challenge: so a verifier
may be given. Unverified against live Zalo.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

from service.notify.channels.zalo.client import ZaloClient
from service.notify.channels.zalo.tokens import TokenStore, complete_pair, lifetime


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
        if oa_id and found.get("oa_id", oa_id) != oa_id:
            raise ConsentRefused("the consent is for another Official Account")
        if not found.get("code"):
            raise ConsentRefused("the address holds no code")
        return found["code"]


def redeem(client: ZaloClient, store: TokenStore, code: str, attempt: Attempt, *, now: datetime) -> None:
    """Exchange a code and keep the pair; the pair before stays if nothing comes of it.

    Raises:
        ConsentRefused: Zalo gave no complete pair.
        NothingSent, NoAnswer, TurnedAway, TokensBusy
    """
    with store.lock() as held:
        answer = client.redeem(code, attempt.verifier)
        pair = complete_pair(answer, "")
        if pair is None:
            raise ConsentRefused(
                f"zalo oauth {answer.get('error', '')} {answer.get('error_name', '')}".strip()
            )
        held.save(pair, now + lifetime(answer))


def _random() -> str:
    return _plain(secrets.token_bytes(32))


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
