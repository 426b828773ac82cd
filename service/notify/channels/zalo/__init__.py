"""Zalo through an Official Account: a free message to a person who knows it, else an approved template.

In this order: a consultation message (to a uid; costs nothing but needs a recent contact), a message to a
group, a ZBS template to the uid (cheaper), and to the phone number (always may be sent, costs most). The next
is tried only after the one before was *refused*: after silence it would be a second message.

Unverified against live Zalo; every address, template and parameter name is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unknown,
    validated,
)
from service.notify.channels.zalo import payloads, verdicts
from service.notify.channels.zalo.address import AddressInvalid, ZaloAddress
from service.notify.channels.zalo.client import (
    Answer,
    App,
    Endpoints,
    NoAnswer,
    NothingSent,
    Patience,
    TurnedAway,
    ZaloClient,
)
from service.notify.channels.zalo.errors import Host, Meaning
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import (
    ReauthRequired,
    RefreshPending,
    RefreshRefused,
    TokenKeeper,
)

CONSULTATION_ROUTE = "/v3.0/oa/message/cs"
GROUP_ROUTE = "/v3.0/oa/group/message"
TEMPLATE_BY_UID_ROUTE = "/v3.0/oa/message/template"
TEMPLATE_BY_PHONE_ROUTE = "/message/template"
CHANGED_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Path:
    """One way to this person."""

    name: str
    host: Host
    route: str
    body: Mapping[str, Any]


class ZaloChannel:
    """Sends by consultation message, then by template."""

    name: ClassVar[str] = "zalo"

    def __init__(
        self, settings: ZaloSettings, client: ZaloClient, keeper: TokenKeeper, tools: ChannelTools
    ) -> None:
        self._settings = settings
        self._client = client
        self._keeper = keeper
        self._now = tools.now
        self._full_until: datetime | None = None

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make the channel; Zalo is first spoken to by `send`."""
        given = validated(cls.name, ZaloSettings, settings)
        hidden = validated(cls.name, ZaloSecrets, secrets)
        if tools.token_store is None:
            raise ChannelMisconfigured("zalo: the account has no tokens yet; authorise it or paste a pair")
        client = client_for(given, hidden)
        again_after = timedelta(seconds=given.refresh_again_seconds)
        keeper = TokenKeeper(tools.token_store, client.refresh, tools.now, again_after)
        return cls(given, client, keeper, tools)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Try the paths to this person in turn until one answers for the message."""
        try:
            paths = self._paths(ZaloAddress.parse(outgoing.address), outgoing)
        except AddressInvalid as error:
            return Refused(f"zalo: {error}", address_invalid=True)
        now = self._now()
        if self._full_until is not None and now < self._full_until:
            return Retry(
                "zalo: this minute's requests are used up", self._full_until - now, channel_fault=True
            )
        outcome: Outcome = Refused("zalo: no configured path leads to this address")
        for path in paths:
            try:
                answer = self._asked(path)
            except (
                NothingSent,
                NoAnswer,
                TurnedAway,
                RefreshPending,
                RefreshRefused,
                ReauthRequired,
            ) as error:
                return _unanswered(path, error)
            meaning = verdicts.read(path.host, answer)
            if meaning is Meaning.SENT:
                return _accepted(path, answer)
            outcome = verdicts.outcome_of(path.host, answer, outgoing, self._now())
            if not verdicts.another_path_may_help(path.host, answer):
                break
        return outcome

    def _paths(self, address: ZaloAddress, outgoing: Outgoing) -> list[Path]:
        paths = []
        if address.uid and self._settings.consultation:
            body = payloads.consultation(address.uid, outgoing, with_button=self._settings.button)
            paths.append(Path("consultation", Host.OPENAPI, CONSULTATION_ROUTE, body))
        if address.group and self._settings.groups:
            body = payloads.group(address.group, outgoing)
            paths.append(Path("group", Host.OPENAPI, GROUP_ROUTE, body))
        template_id = self._settings.template_ids.get(outgoing.kind, self._settings.template_id)
        return paths + (self._templates(address, template_id, outgoing) if template_id else [])

    def _templates(self, address: ZaloAddress, template_id: str, outgoing: Outgoing) -> list[Path]:
        paths = []
        given = self._settings
        if address.uid and given.template_by_uid and not given.development:
            body = payloads.template_by_uid(address.uid, template_id, given.parameters, outgoing)
            paths.append(Path("template by uid", Host.OPENAPI, TEMPLATE_BY_UID_ROUTE, body))
        if address.phone:
            body = payloads.template_by_phone(
                address.phone, template_id, given.parameters, outgoing, in_development=given.development
            )
            paths.append(Path("template by phone", Host.BUSINESS, TEMPLATE_BY_PHONE_ROUTE, body))
        return paths

    def _asked(self, path: Path) -> Answer:
        """Ask; when the token is refused, renew it and ask once more. A refused token has sent nothing."""
        token = self._keeper.access()
        answer = self._post(path, token)
        if verdicts.read(path.host, answer) is not Meaning.AUTH:
            return answer
        token = self._keeper.renewed(failed=token)
        answer = self._post(path, token)
        if verdicts.read(path.host, answer) is Meaning.AUTH and not self._keeper.give_up(refused=token):
            raise RefreshPending("zalo: the token changed while it was used", CHANGED_AFTER)
        return answer

    def _post(self, path: Path, token: str) -> Answer:
        answer = self._client.post(path.host, path.route, token, path.body)
        if answer.rate_left is not None and answer.rate_left <= 0:
            now = self._now()
            self._full_until = now + verdicts.until_next_minute(now)
        return answer

    def close(self) -> None:
        """Close the connections to Zalo."""
        self._client.close()


def client_for(given: ZaloSettings, hidden: ZaloSecrets) -> ZaloClient:
    """Return a client as an account's row describes it; it opens no connection yet."""
    secret = hidden.app_secret.get_secret_value()
    return ZaloClient(
        Endpoints(openapi=given.openapi_url, business=given.business_url, oauth=given.oauth_url),
        App(app_id=given.app_id, secret=secret, prove=given.appsecret_proof),
        Patience(
            connect=given.connect_seconds,
            read=given.read_seconds,
            write=given.write_seconds,
            pool=given.pool_seconds,
            whole=given.whole_seconds,
            refresh=given.refresh_seconds,
        ),
    )


def _accepted(path: Path, answer: Answer) -> Sent:
    reference = answer.data.get("message_id") or answer.data.get("msg_id") or ""
    quota = answer.data.get("quota")
    remain = (quota.get("remainingQuota") or quota.get("remain")) if isinstance(quota, dict) else None
    left = f", quota left {remain}" if remain is not None else ""
    return Sent(str(reference), detail=f"{path.name}{left}")


def _unanswered(path: Path, error: Exception) -> Outcome:
    """Return the outcome of a request that has no answer from Zalo."""
    reason = f"zalo {path.host}: {error}"
    match error:
        case NoAnswer():
            return Unknown(reason)
        case NothingSent():
            return Retry(reason, channel_fault=True)
        case RefreshPending():
            return Retry(reason, after=error.after, channel_fault=True)
        case _:
            return Refused(reason, channel_fault=True)
