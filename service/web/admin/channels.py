"""Channels: how they are, how they are set up, and a message that shows whether they work."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, Response

from service.domain import trials as actions_of_trials
from service.domain.channels import set_channel
from service.domain.errors import DomainError, NotFound, StaleVersion
from service.domain.reading import holds, telling, trials
from service.domain.tables import DeliveryState
from service.edge import zalo_consents
from service.edge.installed import installed
from service.edge.refusals import SecretKeyMissing
from service.vault import Vault, VaultClosed
from service.web.admin.channel_forms import ChannelForm, form_of
from service.web.admin.channel_states import OUTCOME_WORDS, ChannelState, states
from service.web.admin.fields import Filled
from service.web.admin.shared import Administrator, refused_form, show
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "channel": marked("Kênh chưa được bật"),
    "person_code": marked("Người nhận tin thử"),
}
SET_UP = marked("Đã lưu cài đặt kênh. Xin gửi tin thử để kiểm tra.")
TRIED = marked("Đã xếp tin thử vào hàng chờ gửi; kết quả hiện ở cuối trang trong ít giây.")
TRIALS_SHOWN = 5
STATE_WORDS: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: marked("đang chờ gửi"),
    DeliveryState.SENDING: marked("đang gửi"),
    DeliveryState.SENT: marked("đã gửi"),
    DeliveryState.UNKNOWN: marked("chưa rõ đã đến hay chưa"),
    DeliveryState.FAILED: marked("không gửi được"),
    DeliveryState.SUPERSEDED: marked("không còn cần gửi"),
}


@router.get("/admin/channels")
def show_channels(visitor: Administrator) -> HTMLResponse:
    """List every channel, how it is and what waits for it."""
    with visitor.snapshot() as connection:
        found = states(connection, visitor)
        held = holds.standing(connection)
    return show(visitor, "channels.html", channels=found, held=held, outcomes=OUTCOME_WORDS)


@router.get("/admin/channels/{channel}")
def show_channel(visitor: Administrator, channel: str) -> HTMLResponse:
    """Show a channel with its settings; secrets never show."""
    return _channel_page(visitor, channel)


@router.post("/admin/channels/{channel}")
def set_up_channel(visitor: Administrator, channel: str) -> Response:
    """Set a channel up, or otherwise than before."""
    asked, said = _asked(channel), Filled(visitor.form)
    try:
        sealed = _sealed(visitor, asked)
        with visitor.writes() as session:
            present = telling.channels(session.connection(), visitor.actor).get(channel)
            set_channel(
                session,
                visitor.actor,
                channel,
                is_enabled=said.ticked("is_enabled"),
                settings=asked.settings_of(said, present.settings if present else {}),
                secrets_sealed=sealed,
                version=said.version(),
                now=visitor.now,
            )
    except DomainError as refused:
        return _channel_page(visitor, channel, refused, asked.labels())
    return visitor.go(f"/admin/channels/{channel}", SET_UP)


@router.post("/admin/channels/{channel}/trials")
def try_channel(visitor: Administrator, channel: str) -> Response:
    """Have a message sent to somebody, to see whether the channel works."""
    _asked(channel)
    try:
        person = Filled(visitor.form).needed("person_code")
        with visitor.writes() as session:
            actions_of_trials.try_channel(session, visitor.actor, channel, person, now=visitor.now)
    except DomainError as refused:
        return _channel_page(visitor, channel, refused, LABELS)
    return visitor.go(f"/admin/channels/{channel}", TRIED)


@router.post("/admin/channels/{channel}/consents")
def ask_for_consent(visitor: Administrator, channel: str) -> Response:
    """Make the link at which the Official Account's administrator agrees, and show it this once."""
    settings = visitor.service.settings
    try:
        with visitor.writes() as session:
            asked = zalo_consents.ask(session, visitor.actor, settings, channel, now=visitor.now)
    except DomainError as refused:
        return _channel_page(visitor, channel, refused)
    return _channel_page(visitor, channel, consent=asked)


def _asked(channel: str) -> ChannelForm:
    if channel not in installed():
        raise NotFound(what="channel")
    return form_of(channel)


def _sealed(visitor: Visitor, asked: ChannelForm) -> str | None:
    """Return the secrets that were written, sealed; None where none were."""
    written = asked.secrets_of(visitor.form)
    if written is None:
        return None
    try:
        return Vault(visitor.service.settings.secret_key).seal(written)
    except VaultClosed as error:
        raise SecretKeyMissing from error


def _channel_page(
    visitor: Visitor,
    channel: str,
    refused: DomainError | None = None,
    labels: Mapping[str, str] | None = None,
    *,
    consent: zalo_consents.Asked | None = None,
) -> HTMLResponse:
    asked = _asked(channel)
    with visitor.snapshot() as connection:
        state = next(each for each in states(connection, visitor) if each.row.channel == channel)
        tried = trials.trials(connection, visitor.actor, channel, limit=TRIALS_SHOWN)
        provided = telling.templates(connection, visitor.actor).get(channel, [])
    was_set_up = refused is not None and "version" in visitor.form
    facts: dict[str, Any] = {
        "channel": state,
        "asked": asked,
        "values": visitor.form if was_set_up else _written(state, asked),
        "person_code": visitor.form.get("person_code", ""),
        "trials": tried,
        "templates": provided,
        "states": STATE_WORDS,
        "is_stale": isinstance(refused, StaleVersion),
        "now": visitor.now,
        "consent": consent,
        "asks_consent": channel == zalo_consents.ZALO and state.row.is_enabled,
    }
    if refused is None:
        return show(visitor, "channel.html", **facts)
    return refused_form(visitor, "channel.html", refused, labels or {}, **facts)


def _written(state: ChannelState, asked: ChannelForm) -> dict[str, str]:
    """Return a channel as the fields of its form have it."""
    values = {each.name: str(state.row.settings.get(each.name, each.usual)) for each in asked.settings}
    is_on = state.row.is_enabled or not state.is_set_up
    return values | {"is_enabled": "1" if is_on else ""}
