"""Zalo through an Official Account: a free message to a person who knows it, else an approved template.

In this order: a consultation message (to a uid; costs nothing but needs a recent contact), a message to a
group, a ZBS template to the uid (cheaper), and to the phone number (always may be sent, costs most). The next
is tried only after the one before was *refused*: after silence it would be a second message.

Unverified against live Zalo; every address, template and parameter name is a setting.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Self

from service.domain.tables import USABLE_TEMPLATE
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
from service.notify.channels.zalo.lookups import Lookups
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.templates import Unfit, fit
from service.notify.channels.zalo.tokens import (
    ReauthRequired,
    RefreshPending,
    RefreshRefused,
    TokenKeeper,
    TokenTrouble,
)

CONSULTATION_ROUTE = "/v3.0/oa/message/cs"
GROUP_ROUTE = "/v3.0/oa/group/message"
TEMPLATE_BY_UID_ROUTE = "/v3.0/oa/message/template"
TEMPLATE_BY_PHONE_ROUTE = "/message/template"
CHANGED_AFTER = timedelta(seconds=5)
UNANSWERED = (NothingSent, NoAnswer, TurnedAway, RefreshPending, RefreshRefused, ReauthRequired)


@dataclass(frozen=True, slots=True)
class Path:
    """One way to this person; `remark` is what had to be done to the message for it."""

    name: str
    host: Host
    route: str
    body: Mapping[str, Any]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """A way that is known to lead nowhere now."""

    outcome: Outcome


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
        self._lookups = Lookups(client, self._with_token, tools.now, tools.template_store)

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
            address = ZaloAddress.parse(outgoing.address)
        except AddressInvalid as error:
            return Refused(f"zalo: {error}", address_invalid=True)
        if (busy := self._minute_full()) is not None:
            return busy
        outcome: Outcome = Refused("zalo: no configured path leads to this address")
        host = Host.OPENAPI
        try:
            for way in self._ways(address, outgoing):
                if (busy := self._minute_full()) is not None:
                    return busy
                if isinstance(way, Closed):
                    outcome = way.outcome
                    continue
                host = way.host
                answer = self._with_token(host, partial(self._client.post, host, way.route, body=way.body))
                if verdicts.read(host, answer) is Meaning.SENT:
                    return self._accepted(way, answer)
                outcome = verdicts.outcome_of(host, answer, outgoing, self._now())
                if not verdicts.another_path_may_help(host, answer):
                    break
        except UNANSWERED as error:
            return _unanswered(host, error)
        return outcome

    def freshen(self) -> bool:
        """Renew the tokens if it is time, with nothing to send; return if the account can send now."""
        try:
            self._keeper.access()
        except TokenTrouble:
            return False
        return True

    def _ways(self, address: ZaloAddress, outgoing: Outgoing) -> Iterator[Path | Closed]:
        """Give the ways in turn; what Zalo is asked about one is asked when its turn has come."""
        if address.uid and self._settings.consultation:
            yield self._consultation(address.uid, outgoing)
        if address.group and self._settings.groups:
            yield Path("group", Host.OPENAPI, GROUP_ROUTE, payloads.group(address.group, outgoing))
        template_id = self._settings.template_ids.get(outgoing.kind, self._settings.template_id)
        by_uid = self._settings.template_by_uid and not self._settings.development
        if template_id and (address.phone or (address.uid and by_uid)):
            yield from self._templates(address, template_id, outgoing, by_uid=by_uid)

    def _consultation(self, uid: str, outgoing: Outgoing) -> Path | Closed:
        contact = self._lookups.contact(uid) if self._settings.ask_first else None
        if contact is not None:
            now = self._now()
            shut = {
                "nobody wrote within seven days": not contact.is_open(now),
                "it would cost money": not contact.is_free(now) and not self._settings.consultation_paid,
                "no reply is left in the window": contact.replies_left == 0 and contact.is_free(now),
            }
            for reason, holds in shut.items():
                if holds:
                    return Closed(Refused(f"zalo consultation: {reason}"))
        body = payloads.consultation(uid, outgoing, with_button=self._settings.button)
        return Path("consultation", Host.OPENAPI, CONSULTATION_ROUTE, body)

    def _templates(
        self, address: ZaloAddress, template_id: str, outgoing: Outgoing, *, by_uid: bool
    ) -> Iterator[Path | Closed]:
        known = self._lookups.template(template_id) if self._settings.ask_first else None
        if known is not None and known.status != USABLE_TEMPLATE:
            why = f" ({known.reason})" if known.reason else ""
            yield Closed(Refused(f"zalo template {template_id}: {known.status}{why}"))
            return
        try:
            fitted = fit(known, self._settings.parameters, outgoing)
        except Unfit as error:
            yield Closed(Refused(f"zalo template {template_id}: {error}"))
            return
        remark = f"shortened: {', '.join(fitted.shortened)}" if fitted.shortened else ""
        if address.uid and by_uid:
            body = payloads.template_by_uid(address.uid, template_id, fitted.values)
            yield Path("template by uid", Host.OPENAPI, TEMPLATE_BY_UID_ROUTE, body, remark)
        if address.phone:
            yield self._by_phone(address.phone, template_id, fitted.values, outgoing, remark)

    def _by_phone(
        self, phone: str, template_id: str, values: Mapping[str, str], outgoing: Outgoing, remark: str
    ) -> Path | Closed:
        given, now = self._settings, self._now()
        if not given.templates_at_night and verdicts.is_night(now):
            wait = verdicts.until_morning(now, outgoing)
            return Closed(Retry("zalo: templates wait for the morning", after=wait))
        if given.ask_first and self._lookups.daily_left() == 0:
            return Closed(Refused("zalo: the day's templates are used up", channel_fault=True))
        body = payloads.template_by_phone(
            phone, template_id, values, outgoing, in_development=given.development
        )
        return Path("template by phone", Host.BUSINESS, TEMPLATE_BY_PHONE_ROUTE, body, remark)

    def _minute_full(self) -> Retry | None:
        now = self._now()
        if self._full_until is None or now >= self._full_until:
            return None
        wait = self._full_until - now
        return Retry("zalo: this minute's requests are used up", wait, channel_fault=True)

    def _with_token(self, host: Host, call: Callable[[str], Answer]) -> Answer:
        """Ask; when the token is refused, renew it and ask once more. A refused token has sent nothing."""
        token = self._keeper.access()
        answer = self._noted(call(token))
        if verdicts.read(host, answer) is not Meaning.AUTH:
            return answer
        token = self._keeper.renewed(failed=token)
        answer = self._noted(call(token))
        if verdicts.read(host, answer) is Meaning.AUTH and not self._keeper.give_up(refused=token):
            raise RefreshPending("zalo: the token changed while it was used", CHANGED_AFTER)
        return answer

    def _noted(self, answer: Answer) -> Answer:
        if answer.rate_left is not None and answer.rate_left <= 0:
            now = self._now()
            self._full_until = now + verdicts.until_next_minute(now)
        return answer

    def _accepted(self, path: Path, answer: Answer) -> Sent:
        reference = answer.data.get("message_id") or answer.data.get("msg_id") or ""
        quota = answer.data.get("quota")
        told = quota if isinstance(quota, dict) else {}
        self._lookups.count_daily(told.get("remainingQuota"))
        remain = told.get("remainingQuota") or told.get("remain")
        left = f"quota left {remain}" if remain is not None else ""
        return Sent(str(reference), detail=", ".join(filter(None, (path.name, left, path.remark))))

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


def _unanswered(host: Host, error: Exception) -> Outcome:
    """Return the outcome of a request that has no answer from Zalo."""
    reason = f"zalo {host}: {error}"
    match error:
        case NoAnswer():
            return Unknown(reason)
        case NothingSent():
            return Retry(reason, channel_fault=True)
        case RefreshPending():
            return Retry(reason, after=error.after, channel_fault=True)
        case _:
            return Refused(reason, channel_fault=True)
