"""Channels of a register: how they are, and how they are set up."""

from fastapi import APIRouter, Request, Response

from service.api.bodies.base import CodeInPath
from service.api.bodies.registers import ChannelBody, ConsentBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.channels import ChannelList, ChannelView, ConsentView, channel_view
from service.domain import channels as actions
from service.domain.errors import NotFound
from service.domain.reading import delivery_health, holds, telling, untold
from service.domain.reading.telling import ChannelRow
from service.edge import zalo_consents
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.installed import installed
from service.edge.reads import Reads
from service.edge.refusals import SecretKeyMissing
from service.edge.work import Work
from service.vault import Vault, VaultClosed

router = APIRouter(prefix="/v1/channels", tags=["registers"], route_class=StrictRoute)


@router.get("", response_model=ChannelList)
def list_channels(reads: Reads) -> Response:
    """List every channel, how it is and what waits for it; the secrets never show."""
    with reads as connection:
        rows = telling.channels(connection, reads.actor)
        traffic = delivery_health.of_channels(connection, reads.actor, now=reads.now)
        templates = telling.templates(connection, reads.actor)
        names = sorted({*installed(), *rows})
        relays = telling.relays(connection, reads.actor)
        shown = [
            channel_view(
                rows.get(name) or _never(name),
                templates.get(name, ()),
                traffic.get(name),
                relays.get(name, ()),
                reads.now,
            )
            for name in names
        ]
        waiting = untold.count_open(connection, reads.actor)
        held = holds.standing(connection)
        since = held.restored_at if held else None
        return answer(ChannelList, {"items": shown, "untold": waiting, "held_since": since})


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
        templates = telling.templates(session.connection(), actor).get(channel, ())
        relays = telling.relays(session.connection(), actor).get(channel, ())
        view = channel_view(row, templates, traffic.get(channel), relays, now)
        return work.answer(ChannelView, view, version=view["version"])


@router.post(
    "/{channel}/consents",
    status_code=201,
    response_model=ConsentView,
    responses=problems(NotFound, SecretKeyMissing),
)
def ask_for_consent(
    *, request: Request, channel: CodeInPath, body: ConsentBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Make the link at which an administrator of the Official Account lets this register send for it.

    The provider leads the administrator back to `callback`; within seconds the channel's `health` is `ok`.
    """
    settings = context(request).settings
    with work as session:
        asked = zalo_consents.ask(
            session, actor, settings, channel, callback=body.callback, verifier=body.verifier, now=now
        )
        view: ConsentView = {
            "id": asked.id,
            "url": asked.url,
            "callback": asked.callback,
            "expires_at": asked.expires_at,
        }
        return work.answer(ConsentView, view, status=201, secrets=("url",))


def _never(name: str) -> ChannelRow:
    return ChannelRow(name, 0, False, {}, False, "ok", "", None, None)
