"""How channels are, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from service.domain.reading import delivery_health, telling
from service.domain.reading.delivery_health import Traffic, is_alarming
from service.domain.reading.telling import ChannelRow, RelayRow
from service.domain.tables import REAUTH_REQUIRED
from service.edge.installed import installed
from service.web.language import marked
from service.web.visitor import Visitor

CHANNEL_WORDS: Mapping[str, str] = {
    "email": marked("Thư điện tử"),
    "zalo": marked("Zalo (Official Account)"),
    "zalo-bot": marked("Zalo Bot"),
    "console": marked("Hộp thư thử nghiệm trên máy chủ"),
}
OUTCOME_WORDS: Mapping[str, str] = {
    "sent": marked("đã gửi"),
    "delivered": marked("đã đến"),
    "retry": marked("sẽ gửi lại"),
    "refused": marked("bị từ chối"),
    "unknown": marked("chưa rõ"),
}
LOST = marked("Tài khoản gửi tin cần được cấp quyền lại; chưa có tin nào đi qua kênh này.")
PAUSED = marked("Kênh đang tạm dừng vì bên nhận không tiếp nhận.")
STUCK = marked("Có tin đến giờ gửi mà chưa được gửi: xin kiểm tra tiến trình gửi tin (worker).")
LEFT = marked("Có tin không kênh nào gửi được: cần người báo trực tiếp.")
ILL_RELAY = marked("Máy chủ thư không dùng được.")


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel with what it has to do, and what is wrong with it."""

    row: ChannelRow
    traffic: Traffic
    relays: Sequence[RelayRow]
    troubles: Sequence[str]

    @property
    def label(self) -> str:
        """Return what the channel is called, in Vietnamese."""
        return CHANNEL_WORDS.get(self.row.channel, self.row.channel)

    @property
    def is_set_up(self) -> bool:
        """Return if somebody ever set it up."""
        return self.row.version > 0


def states(connection: Connection, visitor: Visitor) -> list[ChannelState]:
    """Return every channel that is installed or was set up, by name."""
    rows = telling.channels(connection, visitor.actor)
    traffic = delivery_health.of_channels(connection, visitor.actor, now=visitor.now)
    relays = telling.relays(connection, visitor.actor)
    found = []
    for name in sorted({*installed(), *rows}):
        row = rows.get(name) or ChannelRow(name, 0, False, {}, False, "ok", "", None, None)
        load, servers = traffic.get(name) or Traffic(), relays.get(name, [])
        found.append(ChannelState(row, load, servers, list(_troubles(row, load, servers, visitor.now))))
    return found


def _troubles(row: ChannelRow, load: Traffic, servers: Sequence[RelayRow], now: datetime) -> Iterator[str]:
    if row.is_enabled and row.health == REAUTH_REQUIRED:
        yield LOST
    if row.is_enabled and row.paused_until is not None and row.paused_until > now:
        yield PAUSED
    if load.oldest_due_at is not None and is_alarming(now - load.oldest_due_at):
        yield STUCK
    if load.needs_person:
        yield LEFT
    if any(each.ill_until is not None and each.ill_until > now for each in servers):
        yield ILL_RELAY
