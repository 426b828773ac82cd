"""What messages tell of the machinery: an account, an endpoint, what happened to it, what a person must do.

No secret is in it, and no address beyond the host of an endpoint: an address may hold a key.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import ZONE
from service.domain.consent_rules import FAILURE_WORDS, Failure
from service.domain.escalation import Role
from service.domain.events.channels import (
    ChannelAuthorised,
    ChannelTried,
    ConnectFailed,
    ReauthorisationNeeded,
)
from service.domain.events.reorganisations import ReorganisationHeldUp
from service.domain.events.webhooks import WebhookDisabled
from service.domain.tables import (
    REAUTH_REQUIRED,
    ChannelAccount,
    Event,
    MessageLine,
    Reorganisation,
    ReorganisationState,
    WebhookEndpoint,
    table,
)
from service.domain.webhook_rules import EndpointState

line, event = table(MessageLine), table(Event)
account, endpoint, reorganisation = table(ChannelAccount), table(WebhookEndpoint), table(Reorganisation)
later = event.alias("later")

_since = sa.exists().where(
    later.c.subject_id == event.c.subject_id,
    later.c.seq > event.c.seq,
    later.c.kind.in_((event.c.kind, ChannelAuthorised.kind)),
)


def _stands(rows: sa.Table, needs_person: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(rows.c.id == event.c.subject_id, needs_person).correlate(event)


LASTS = sa.or_(
    _stands(account, account.c.health == REAUTH_REQUIRED),
    _stands(endpoint, endpoint.c.state == EndpointState.DISABLED),
    _stands(reorganisation, reorganisation.c.state == ReorganisationState.SCHEDULED),
)
"""The row that a fact is about still needs a person; of what happened once no row says so."""

ONCE = frozenset({ConnectFailed.kind, ChannelTried.kind})

NOTICES = (
    sa.select(
        line.c.message_id,
        line.c.in_place_of,
        event.c.kind,
        event.c.subject_id,
        event.c.payload,
        event.c.recorded_at,
        account.c.channel,
        endpoint.c.url,
        endpoint.c.description,
        reorganisation.c.name,
        LASTS.label("lasts"),
        _since.label("is_past"),
    )
    .join(event, event.c.seq == line.c.event_seq)
    .outerjoin(account, account.c.id == event.c.subject_id)
    .outerjoin(endpoint, endpoint.c.id == event.c.subject_id)
    .outerjoin(reorganisation, reorganisation.c.id == event.c.subject_id)
    .where(line.c.message_id.in_(sa.bindparam("messages", expanding=True)), line.c.obligation_id.is_(None))
    .order_by(line.c.message_id, event.c.seq)
)

CHANNEL_WORDS = {"zalo": "Kênh Zalo", "email": "Kênh thư điện tử"}

HAPPENED = {
    ReauthorisationNeeded.kind: "tài khoản cần được cấp quyền lại, tin qua kênh này đang dừng",
    ConnectFailed.kind: "chưa cấp được quyền gửi tin: {failure}",
    ChannelTried.kind: "tin thử đã đến, kênh này gửi được tin",
    WebhookDisabled.kind: "đã ngừng gửi vì nơi nhận không tiếp nhận thông báo",
    ReorganisationHeldUp.kind: "chưa thực hiện được ngày {day}: {left} chưa có nơi nhận",
}
"""Event kind → what a Vietnamese reader is told of the machinery."""

TO_DO = {
    ReauthorisationNeeded.kind: (
        "đề nghị người quản trị cấp quyền lại cho tài khoản tại POST /v1/channels/{channel}/consents "
        "(hoặc lệnh dondoc zalo connect), tình trạng kênh xem tại /v1/channels"
    ),
    ConnectFailed.kind: (
        "đề nghị người quản trị kiểm tra cài đặt tại /v1/channels và cấp quyền lại từ đầu "
        "tại POST /v1/channels/{channel}/consents"
    ),
    ChannelTried.kind: "không phải trả lời",
    WebhookDisabled.kind: (
        "đề nghị người quản trị xem nguyên nhân tại /v1/webhook-endpoints, khắc phục phần mềm nhận "
        "rồi bật lại (POST …/enable); thông báo chưa nhận sẽ được gửi bù"
    ),
    ReorganisationHeldUp.kind: (
        "đề nghị quyết định đơn vị tiếp nhận, danh sách tại /v1/reorganisations/{subject}/undecided; "
        "việc sắp xếp được thực hiện ngay sau đó"
    ),
}
"""Event kind → what somebody must do, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A fact about the machinery in a message.

    Attributes:
        subject_id: The account or the endpoint.
        matter: What of ours it is about, as a reader knows it.
        happened: What happened to it.
        to_do: What somebody must do.
        since: When it happened.
        overtaken_by: What makes it not worth telling any more; empty while it is.
        in_place_of: The role of somebody who is away, where the message goes to a deputy.
    """

    kind: str
    subject_id: UUID
    matter: str
    happened: str
    to_do: str
    since: datetime
    overtaken_by: str = ""
    in_place_of: Role | None = None

    @property
    def is_trial(self) -> bool:
        """Return if somebody only had it sent to see whether the channel works."""
        return self.kind == ChannelTried.kind

    def since_when(self) -> str:
        """Return since when, on the office's clock."""
        return f"từ {self.since.astimezone(ZONE):%H:%M ngày %d/%m/%Y}"


def read_notices(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, list[Notice]]:
    """Return what messages tell of the machinery, the oldest first."""
    found: dict[UUID, list[Notice]] = defaultdict(list)
    for row in connection.execute(NOTICES, {"messages": list(messages)}):
        found[row.message_id].append(_notice(row))
    return found


def _notice(row: Any) -> Notice:
    return Notice(
        kind=row.kind,
        subject_id=row.subject_id,
        matter=_matter(row),
        happened=HAPPENED[row.kind].format_map(_facts(row)),
        to_do=TO_DO[row.kind].format(channel=row.channel, subject=row.subject_id),
        since=row.recorded_at,
        overtaken_by=_overtaken_by(row),
        in_place_of=row.in_place_of,
    )


def _facts(row: Any) -> dict[str, str]:
    """Return what the words about an event of this kind name."""
    told = row.payload
    if row.kind == ConnectFailed.kind:
        return {"failure": FAILURE_WORDS[Failure(told["failure"])]}
    if row.kind == ReorganisationHeldUp.kind:
        counted = ((told["obligations"], "việc"), (len(told["registers"]), "sổ theo dõi"))
        left = " và ".join(f"{count} {what}" for count, what in counted if count)
        return {"day": f"{date.fromisoformat(told['effective_on']):%d/%m/%Y}", "left": left}
    return {}


def _matter(row: Any) -> str:
    if row.kind == ReorganisationHeldUp.kind:
        return f"Phương án {row.name}"
    if row.kind == WebhookDisabled.kind:
        return f"Nơi nhận thông báo tự động {row.description or urlsplit(row.url).hostname}"
    return CHANNEL_WORDS.get(row.channel, f"Kênh {row.channel}")


def _overtaken_by(row: Any) -> str:
    is_mended = row.kind not in ONCE and not row.lasts
    return "mended, or told anew, meanwhile" if is_mended or row.is_past else ""
