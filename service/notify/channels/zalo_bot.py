"""The Zalo Bot Platform: for a pilot, or an office without a verified Official Account.

A bot reaches whoever wrote to it first, a few dozen people, and is never told whether a message arrived. So
what must be delivered does not go by it: an urgent reminder and an escalation take the person's next channel.

Unverified against live Zalo; the address is a setting.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self

import httpx
from pydantic import Field, SecretStr, field_validator

from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Kind,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Strict,
    Unknown,
    validated,
)
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway, exchange, json_object
from service.notify.channels.zalo.payloads import consultation_text
from service.notify.channels.zalo.settings import private_address

ADDRESS = re.compile(r"uid:([0-9A-Za-z_-]{1,64})")
TOKEN = re.compile(r"\d{1,20}:[0-9A-Za-z_-]{8,200}")
MUST_DELIVER: frozenset[Kind] = frozenset({"urgent", "escalation"})


class BotMeaning(StrEnum):
    """What an answer of the Bot Platform asks of us."""

    CHAT = "chat"
    """This person never wrote to the bot, or the text is not taken: another way."""
    CONFIG = "config"
    """Token or address: nothing leaves until a person repairs it."""
    LIMIT = "limit"
    """Too many a minute, or the month's messages are used up."""
    LATER = "later"
    """Certainly not carried out, and worth another try."""


MEANINGS: Mapping[int, BotMeaning] = {
    400: BotMeaning.CHAT,
    401: BotMeaning.CONFIG,
    403: BotMeaning.CONFIG,
    404: BotMeaning.CONFIG,
    408: BotMeaning.LATER,
    429: BotMeaning.LIMIT,
}
"""Of `error_code`; a table of its own, for the numbers of the other hosts mean nothing here."""


class BotSettings(Strict):
    """Where the platform is, and how long it is waited for."""

    bot_url: str = "https://bot-api.zaloplatforms.com"
    connect_seconds: float = Field(5.0, gt=0, le=30)
    read_seconds: float = Field(15.0, gt=0, le=60)
    whole_seconds: float = Field(30.0, gt=0, le=120)

    @field_validator("bot_url")
    @classmethod
    def _is_private(cls, value: str) -> str:
        return private_address(value)


class BotSecrets(Strict):
    """The bot's token, and the word that its webhook shows."""

    token: SecretStr
    webhook_secret: SecretStr = SecretStr("")

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("must be digits, a colon and the secret; was something else pasted?")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not (8 <= len(secret) <= 256 and secret.isascii() and secret.isprintable()):
            raise ValueError("must be 8 to 256 printable ASCII characters")
        return value


class ZaloBotChannel:
    """Writes to people who opened a chat with the register's bot."""

    name: ClassVar[str] = "zalo-bot"

    def __init__(self, settings: BotSettings, secrets: BotSecrets) -> None:
        self._token = secrets.token.get_secret_value()
        self._webhook_secret = secrets.webhook_secret.get_secret_value()
        self._whole = settings.whole_seconds
        self._address = f"{settings.bot_url}/bot{self._token}"
        wait = httpx.Timeout(
            connect=settings.connect_seconds, read=settings.read_seconds, write=10.0, pool=5.0
        )
        limits = httpx.Limits(max_connections=2, max_keepalive_connections=2, keepalive_expiry=30.0)
        self._http = httpx.Client(timeout=wait, limits=limits, trust_env=False, follow_redirects=False)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make the channel; the platform is first spoken to by `send`."""
        given = validated(cls.name, BotSettings, settings)
        return cls(given, validated(cls.name, BotSecrets, secrets))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Write once; a text beyond 2,000 characters is cut, its link stays whole."""
        found = ADDRESS.fullmatch(outgoing.address.strip())
        if found is None:
            return Refused("zalo-bot: the address is uid:<chat>, learnt by a link code", address_invalid=True)
        if outgoing.kind in MUST_DELIVER:
            return Refused("zalo-bot: no receipts, so what must be delivered goes by another way")
        body = {"chat_id": found[1], "text": consultation_text(outgoing) or outgoing.subject or "-"}
        try:
            status, answer = self._asked("sendMessage", body)
        except NothingSent as error:
            return Retry(self._said(error), channel_fault=True)
        except NoAnswer as error:
            return Unknown(self._said(error))
        except TurnedAway as error:
            return Refused(self._said(error), channel_fault=True)
        return self._outcome(status, answer)

    def listen_at(self, url: str) -> str:
        """Let updates come to an address, shown with the account's word; return the one that is kept.

        Raises:
            NothingSent, NoAnswer, TurnedAway: nobody knows, or certainly not carried out.
            ChannelMisconfigured: the platform refused it, or the account has no word to show.
        """
        if not self._webhook_secret:
            raise ChannelMisconfigured("zalo-bot: the secret webhook_secret is not set")
        _, answer = self._asked("setWebhook", {"url": url, "secret_token": self._webhook_secret})
        result = answer.get("result")
        if answer.get("ok") is not True or not isinstance(result, dict):
            raise ChannelMisconfigured(self._said(answer.get("description", "refused")))
        return str(result.get("url", ""))

    def _asked(self, method: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        request = self._http.build_request("POST", f"{self._address}/{method}", json=body)
        response, content = exchange(self._http, request, self._whole)
        return response.status_code, json_object(response, content)

    def _outcome(self, status: int, answer: Mapping[str, Any]) -> Outcome:
        result = answer.get("result")
        if answer.get("ok") is True and isinstance(result, dict):
            return Sent(str(result.get("message_id", "")))
        if answer.get("ok") is not False and status == 200:
            return Unknown("zalo-bot: HTTP 200 without ok")
        code = answer.get("error_code", status)
        reason = self._said(f"{code} {answer.get('description', '')}".strip())
        match MEANINGS.get(code if isinstance(code, int) else status, BotMeaning.LATER):
            case BotMeaning.CHAT:
                return Refused(reason)
            case BotMeaning.CONFIG | BotMeaning.LIMIT:
                return Refused(reason, channel_fault=True)
            case _:
                return Retry(reason)

    def _said(self, what: object) -> str:
        """Return a reason in which the token, which stands in every address, does not show."""
        return f"zalo-bot: {what}".replace(self._token, "…")[:300]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
