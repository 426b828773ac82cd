"""Channels of a register: how they are, and how they are set up."""

from functools import lru_cache
from importlib.metadata import entry_points

from fastapi import APIRouter, Request, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.registers import ChannelBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.registers import ChannelList, ChannelView, channel_view
from service.domain import channels as actions
from service.domain.errors import NotFound
from service.domain.reading import delivery_health, telling
from service.domain.reading.telling import ChannelRow
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.refusals import SecretKeyMissing
from service.edge.work import Work
from service.vault import Vault, VaultClosed

router = APIRouter(prefix="/v1/channels", tags=["registers"], route_class=StrictRoute)
ENTRY_POINTS = "dondoc.channels"


@lru_cache(maxsize=1)
def installed() -> tuple[str, ...]:
    """Return the names of the channels that this installation has."""
    return tuple(sorted({point.name for point in entry_points(group=ENTRY_POINTS)}))


@router.get("", response_model=ChannelList)
def list_channels(reads: Reads) -> Response:
    """List every channel, how it is and what waits for it; the secrets never show."""
    with reads as connection:
        rows = telling.channels(connection, reads.actor)
        traffic = delivery_health.of_channels(connection, reads.actor, now=reads.now)
        names = sorted({*installed(), *rows})
        relays = telling.relays(connection, reads.actor)
        shown = [
            channel_view(rows.get(name) or _never(name), traffic.get(name), relays.get(name, []), reads.now)
            for name in names
        ]
        return answer(ChannelList, {"items": shown})


@router.put("/{channel}", response_model=ChannelView, responses=problems(NotFound, SecretKeyMissing))
def set_channel(
    *,
    request: Request,
    channel: CodeInPath,
    body: ChannelBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Set a channel up; version 0 (`If-Match: "v0"`) stands for one that never was."""
    if channel not in installed():
        raise NotFound(what="channel")
    sealed = None
    if body.secrets is not None:
        try:
            sealed = Vault(context(request).settings.secret_key).seal(body.secrets)
        except VaultClosed as error:
            raise SecretKeyMissing from error
    with work as session:
        actions.set_channel(
            session,
            actor,
            channel,
            is_enabled=body.is_enabled,
            settings=body.settings,
            secrets_sealed=sealed,
            version=version,
            now=now,
        )
        row = telling.channels(session.connection(), actor)[channel]
        traffic = delivery_health.of_channels(session.connection(), actor, now=now)
        relays = telling.relays(session.connection(), actor).get(channel, [])
        view = channel_view(row, traffic.get(channel), relays, now)
        return work.answer(ChannelView, view, version=view["version"])


def _never(name: str) -> ChannelRow:
    return ChannelRow(name, 0, False, {}, False, "ok", "", None, None)
