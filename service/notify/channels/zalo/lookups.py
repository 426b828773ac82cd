"""What Zalo is asked before a message leaves: windows, quotas, templates. Nothing here sends.

An answer is remembered for as long as it cannot get worse: who wrote yesterday may be written to freely until
tomorrow. A question that stays without an answer stops no message: Zalo will say so itself.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from service.notify.channels.zalo.client import Answer, NoAnswer, TurnedAway, ZaloClient
from service.notify.channels.zalo.errors import Host, Meaning
from service.notify.channels.zalo.templates import KnownTemplate, TemplateStore, read_template
from service.notify.channels.zalo.verdicts import read

FREE_FOR = timedelta(hours=48)
OPEN_FOR = timedelta(days=7)
ASK_DAILY_EVERY = timedelta(minutes=10)
READ_EVERY = timedelta(minutes=1)
"""The store may know better than this instance: an event, or another worker."""

CONTACTS_MAX = 10_000
CONTACT_ROUTE = "/v3.0/oa/quota/message"
DAILY_ROUTE = "/message/quota"
TEMPLATE_ROUTE, TEMPLATES_ROUTE, PAGE = "/template/info/v2", "/template/all", 100

Ask = Callable[[Host, Callable[[str], Answer]], Answer]


@dataclass(frozen=True, slots=True)
class Contact:
    """When a person last spoke to the account, and the replies left; None where Zalo names no number."""

    last_at: datetime
    replies_left: int | None

    def is_free(self, now: datetime) -> bool:
        """Return whether a consultation message costs nothing."""
        return now - self.last_at <= FREE_FOR

    def is_open(self, now: datetime) -> bool:
        """Return whether a consultation message may be sent at all."""
        return now - self.last_at <= OPEN_FOR


class Lookups:
    """Asks, and remembers; of one channel instance."""

    def __init__(
        self, client: ZaloClient, ask: Ask, now: Callable[[], datetime], store: TemplateStore | None
    ) -> None:
        self._client = client
        self._ask = ask
        self._now = now
        self._store = store
        self._contacts: OrderedDict[str, Contact] = OrderedDict()
        self._daily: tuple[datetime, int | None] | None = None
        self._templates: dict[str, tuple[datetime, KnownTemplate | None]] = {}

    def contact(self, uid: str) -> Contact | None:
        """Return a person's window, None where Zalo does not say."""
        known = self._contacts.get(uid)
        if known is not None and known.is_free(self._now()) and known.replies_left != 0:
            left = known.replies_left
            self._contacts[uid] = replace(known, replies_left=None if left is None else left - 1)
            return known
        body = {"user_id": uid}
        answer = self._asked(
            Host.OPENAPI, lambda token: self._client.post(Host.OPENAPI, CONTACT_ROUTE, token, body)
        )
        last = _instant(answer.data.get("last_interaction")) if answer else None
        if answer is None or last is None:
            return None
        replies = answer.data.get("cs_reply")
        left = _count(replies.get("remain")) if isinstance(replies, Mapping) else None
        contact = Contact(last, left)
        self._contacts[uid] = replace(contact, replies_left=max(left - 1, 0)) if left is not None else contact
        self._contacts.move_to_end(uid)
        if len(self._contacts) > CONTACTS_MAX:
            self._contacts.popitem(last=False)
        return contact

    def daily_left(self) -> int | None:
        """Return how many templates may still go by phone today, None where Zalo does not say."""
        now = self._now()
        if self._daily is None or now - self._daily[0] >= ASK_DAILY_EVERY:
            answer = self._asked(Host.BUSINESS, lambda token: self._client.get(DAILY_ROUTE, token, {}))
            self._daily = now, _count(answer.data.get("remainingQuota")) if answer else None
        return self._daily[1]

    def count_daily(self, left: object) -> None:
        """Remember what the answer to a message said of the day's quota."""
        if (number := _count(left)) is not None:
            self._daily = self._now(), number

    def template(self, template_id: str) -> KnownTemplate | None:
        """Return a template as Zalo described it lately, None where nobody knows it."""
        now = self._now()
        read_at, known = self._templates.get(template_id, (None, None))
        if read_at is None or now - read_at >= READ_EVERY:
            known = self._store.read(template_id) if self._store else known
            if known is None or known.is_stale(now):
                known = self._fetched(template_id) or known
            self._templates[template_id] = now, known
        return known

    def _fetched(self, template_id: str) -> KnownTemplate | None:
        query = {"template_id": template_id}
        answer = self._asked(Host.BUSINESS, lambda token: self._client.get(TEMPLATE_ROUTE, token, query))
        if answer is None:
            return None
        known = read_template(template_id, answer.data, self._now())
        if self._store:
            self._store.save(known)
        return known

    def _asked(self, host: Host, call: Callable[[str], Answer]) -> Answer | None:
        """Return a good answer, else None; without a connection or a token it is told as for a message."""
        try:
            answer = self._ask(host, call)
        except NoAnswer:
            return None
        return answer if read(host, answer) is Meaning.SENT else None


def fetch_templates(client: ZaloClient, token: str, at: datetime) -> list[KnownTemplate]:
    """Return every template of the account, as Zalo describes it now.

    Raises:
        NothingSent, NoAnswer, TurnedAway
    """
    found: list[str] = []
    more = True
    while more:
        page = _good(client.get(TEMPLATES_ROUTE, token, {"offset": str(len(found)), "limit": str(PAGE)}))
        ids = [str(each["templateId"]) for each in page.listed if each.get("templateId")]
        found += ids
        more = len(ids) == PAGE
    told = ((one, _good(client.get(TEMPLATE_ROUTE, token, {"template_id": one}))) for one in found)
    return [read_template(one, answer.data, at) for one, answer in told]


def _good(answer: Answer) -> Answer:
    if answer.error:
        raise TurnedAway(f"zalo {answer.error} {answer.message}".strip())
    return answer


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


def _instant(stamp: object) -> datetime | None:
    number = _count(stamp)
    try:
        return datetime.fromtimestamp(number / 1000, UTC) if number else None
    except (OverflowError, OSError, ValueError):
        return None
