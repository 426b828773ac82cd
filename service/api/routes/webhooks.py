"""Endpoints of other systems: they are told what happens, signed, until they have taken it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from service.api.bodies.base import PageQuery
from service.api.bodies.webhooks import AttemptQuery, DisableBody, EndpointBody, EndpointChange, ReplayBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.webhooks import (
    WebhookAttemptPage,
    WebhookPage,
    WebhookSecretView,
    WebhookView,
    attempt_view,
    webhook_view,
)
from service.domain import webhooks as actions
from service.domain.errors import InvalidValue, NotFound, UnknownReference
from service.domain.people import Actor
from service.domain.reading import webhooks
from service.edge import cursors, webhook_secrets
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.refusals import SecretKeyMissing
from service.edge.work import Work
from service.vault import Vault

router = APIRouter(prefix="/v1/webhook-endpoints", tags=["events"], route_class=StrictRoute)
ONE = "/{endpoint_id}"


@router.get("", response_model=WebhookPage)
def list_webhooks(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the endpoints of the register and how they are; secrets never show."""
    with reads as connection:
        rows, last = webhooks.page(
            connection, reads.actor, after=cursors.just_id(asked.after), limit=asked.limit
        )
        view: WebhookPage = {
            "items": [webhook_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(WebhookPage, view)


@router.post(
    "",
    status_code=201,
    response_model=WebhookSecretView,
    responses=problems(UnknownReference, InvalidValue, SecretKeyMissing),
)
def register_webhook(
    body: EndpointBody, request: Request, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Register an address. It is told what happens from now on, once it has answered a challenge.

    The challenge is an event `webhook.challenge.v1`; the answer is 2xx and repeats `data.challenge`.
    """
    made = webhook_secrets.make(_vault(request))
    with work as session:
        found = actions.register_endpoint(
            session,
            actor,
            url=body.url,
            types=body.types,
            description=body.description,
            sealed=made.sealed,
            public_key=made.public_key,
            now=now,
        )
        view: WebhookSecretView = {**_shown(session, actor, found.id), "secret": made.secret}
        return work.answer(WebhookSecretView, view, status=201, version=view["version"], secrets=["secret"])


@router.get(ONE, response_model=WebhookView, responses=problems(NotFound))
def read_webhook(endpoint_id: UUID, reads: Reads) -> Response:
    """Return an endpoint."""
    with reads as connection:
        row = webhooks.one(connection, reads.actor, endpoint_id)
        return answer(WebhookView, webhook_view(row), version=row.version)


@router.patch(ONE, response_model=WebhookView, responses=problems(NotFound, UnknownReference))
def change_webhook(
    *,
    endpoint_id: UUID,
    body: EndpointChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Change the address, the kinds or the description; another address is challenged again."""
    with work as session:
        actions.change_endpoint(
            session,
            actor,
            endpoint_id,
            url=body.url,
            types=body.types,
            description=body.description,
            version=version,
            now=now,
        )
        view = _shown(session, actor, endpoint_id)
        return work.answer(WebhookView, view, version=view["version"])


@router.post(
    ONE + "/rotate", response_model=WebhookSecretView, responses=problems(NotFound, SecretKeyMissing)
)
def rotate_webhook_secret(
    *, endpoint_id: UUID, request: Request, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Make a new secret, shown once; for a day calls are signed with the old one as well."""
    with work as session:
        found = actions.find_endpoint(session, actor, endpoint_id, version)
        sealed, secret = webhook_secrets.renew(_vault(request), found.secrets)
        actions.rotate_secret(session, actor, endpoint_id, sealed=sealed, version=version, now=now)
        view: WebhookSecretView = {**_shown(session, actor, endpoint_id), "secret": secret}
        return work.answer(WebhookSecretView, view, version=view["version"], secrets=["secret"])


@router.post(ONE + "/enable", response_model=WebhookView, responses=problems(NotFound))
def enable_webhook(
    endpoint_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Challenge an endpoint that was stopped; then it is told everything since."""
    with work as session:
        actions.enable_endpoint(session, actor, endpoint_id, version=version, now=now)
        view = _shown(session, actor, endpoint_id)
        return work.answer(WebhookView, view, version=view["version"])


@router.post(ONE + "/disable", response_model=WebhookView, responses=problems(NotFound))
def disable_webhook(
    *, endpoint_id: UUID, body: DisableBody, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Tell an endpoint nothing more until it is enabled; nothing is lost meanwhile."""
    with work as session:
        actions.disable_endpoint(session, actor, endpoint_id, version=version, reason=body.reason, now=now)
        view = _shown(session, actor, endpoint_id)
        return work.answer(WebhookView, view, version=view["version"])


@router.post(ONE + "/test", response_model=WebhookView, responses=problems(NotFound, InvalidValue))
def try_webhook(endpoint_id: UUID, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Challenge an endpoint now; `attempts` shows what it said."""
    with work as session:
        actions.try_endpoint(session, actor, endpoint_id, now=now)
        view = _shown(session, actor, endpoint_id)
        return work.answer(WebhookView, view, version=view["version"])


@router.post(ONE + "/replay", response_model=WebhookView, responses=problems(NotFound))
def replay_webhook(
    endpoint_id: UUID, body: ReplayBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Tell again: one event, everything after a cursor, or everything that was never taken."""
    with work as session:
        actions.replay(
            session,
            actor,
            endpoint_id,
            sequence=int(body.sequence) if body.sequence is not None else None,
            after=cursors.just_number(body.after),
            missing=body.what == "missing",
            now=now,
        )
        view = _shown(session, actor, endpoint_id)
        return work.answer(WebhookView, view, version=view["version"])


@router.get(ONE + "/attempts", response_model=WebhookAttemptPage, responses=problems(NotFound))
def list_webhook_attempts(
    endpoint_id: UUID, asked: Annotated[AttemptQuery, Query()], reads: Reads
) -> Response:
    """List every try with the beginning of the answer, the newest events first."""
    with reads as connection:
        rows, last = webhooks.attempts(
            connection,
            reads.actor,
            endpoint_id,
            state=asked.state,
            after=cursors.two_numbers(asked.after),
            limit=asked.limit,
        )
        view: WebhookAttemptPage = {
            "items": [attempt_view(row) for row in rows],
            "next": cursors.encode(*last) if last else None,
        }
        return answer(WebhookAttemptPage, view)


def _vault(request: Request) -> Vault:
    return Vault(context(request).settings.secret_key)


def _shown(session: Session, actor: Actor, endpoint_id: UUID) -> WebhookView:
    return webhook_view(webhooks.one(session.connection(), actor, endpoint_id))
