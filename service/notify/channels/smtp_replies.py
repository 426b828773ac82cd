"""What a mail server's refusal means for the message, the address and the channel.

The enhanced code (RFC 3463) is read first, the basic code (RFC 5321) second. Temporary refusals are the
server asking us to come back. A permanent one blames the address only when it says so: a server that
dislikes *us* (policy, SPF, blocklist, credentials) answers 5xx as well, and must not cost an official
their address.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.notify.channel import Refused, Retry

REASON_LENGTH_MAX = 300
GREYLISTED_AFTER = timedelta(minutes=5)
RELAY_QUOTA_AFTER = timedelta(hours=1)

ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")

WRONG_ADDRESS = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})
"""Subject and detail: no such user, no such host, bad syntax, moved away, null MX, mailbox disabled."""

GREYLISTED = frozenset({(2, 1), (7, 0), (7, 1)})
RELAY_QUOTA = (4, 5)
"""5.4.5 "daily sending quota exceeded": our relay's limit, nobody's mailbox."""

BARE_WRONG_ADDRESS = frozenset({550, 551, 553})
CREDENTIALS = frozenset({530, 534, 535, 538})
PROTOCOL = frozenset({500, 501, 502, 503, 504, 555})

EXCHANGE_RECIPIENT_POLICY = 100
"""5.7.1xx: this one mailbox takes mail from its own organisation only; others are not affected."""


class Stage(StrEnum):
    """How far a message had come when the server answered, or fell silent."""

    CONNECT = "connect"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"


BEFORE_RECIPIENT = frozenset({Stage.CONNECT, Stage.LOGIN, Stage.MAIL})


@dataclass(frozen=True, slots=True)
class Reply:
    """A refusal: 4xx or 5xx, and at which stage."""

    stage: Stage
    code: int
    text: str

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """Class, subject and detail of the enhanced code; None where the server gave none."""
        found = ENHANCED.match(self.text)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None

    @property
    def reason(self) -> str:
        """One line for the attempt's row."""
        return f"smtp {self.stage}: {self.code} {' '.join(self.text.split())}"[:REASON_LENGTH_MAX]


def outcome_of(reply: Reply) -> Retry | Refused:
    """Return what a refusal means."""
    first = reply.enhanced[0] if reply.enhanced else reply.code // 100
    return _come_back(reply) if first == 4 or reply.code == 421 else _never(reply)


def _come_back(reply: Reply) -> Retry:
    subject = reply.enhanced[1:] if reply.enhanced else (0, 0)
    servers_own = reply.code in {421, 454} or reply.stage in BEFORE_RECIPIENT or subject[0] == 3
    greylisted = not servers_own and subject in GREYLISTED
    return Retry(reply.reason, after=GREYLISTED_AFTER if greylisted else None, channel_fault=servers_own)


def _never(reply: Reply) -> Retry | Refused:
    subject, detail = reply.enhanced[1:] if reply.enhanced else (0, 0)
    if (subject, detail) == RELAY_QUOTA:
        return Retry(reply.reason, after=RELAY_QUOTA_AFTER, channel_fault=True)
    if reply.code in CREDENTIALS or (reply.stage in BEFORE_RECIPIENT and not _too_big(reply)):
        return Refused(reply.reason, channel_fault=True)
    if subject == 7:
        return Refused(reply.reason, channel_fault=detail < EXCHANGE_RECIPIENT_POLICY)
    if reply.enhanced:
        ours = subject == 5 and reply.code in PROTOCOL
        return Refused(reply.reason, address_invalid=(subject, detail) in WRONG_ADDRESS, channel_fault=ours)
    at_recipient = reply.stage is Stage.RCPT and reply.code in BARE_WRONG_ADDRESS
    return Refused(reply.reason, address_invalid=at_recipient, channel_fault=reply.code in PROTOCOL)


def _too_big(reply: Reply) -> bool:
    """Size is the message's own fault, also when it is refused at MAIL (RFC 1870)."""
    return reply.code == 552 or (reply.enhanced is not None and reply.enhanced[1:] in {(3, 4), (2, 3)})
