"""Endpoints of other systems: registered, changed, stopped and told again."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.errors import InvalidValue, NotFound, require_current
from service.domain.events import catalogue
from service.domain.events.webhooks import WebhookChanged, WebhookDisabled, WebhookRegistered
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.sql import instant
from service.domain.tables import Ledger, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import ENDPOINTS_MAX, PROBE, SECRETS_OVERLAP, CallState, EndpointState

endpoint, call, ledger = table(WebhookEndpoint), table(WebhookCall), table(Ledger)


def register_endpoint(
    session: Session,
    actor: Actor,
    *,
    url: str,
    types: Sequence[str],
    description: str,
    sealed: str,
    public_key: str,
    now: datetime,
) -> WebhookEndpoint:
    """Register an address that is told what happens from now on, once it has answered a challenge.

    Args:
        session: The caller's transaction.
        actor: Who asks.
        url: Where to; the edge has looked at its shape.
        types: Patterns of kinds.
        description: What it is for.
        sealed: The secrets, sealed.
        public_key: The key by which `v1a` signatures are checked.
        now: When.

    Raises:
        NotAllowed, UnknownReference, InvalidValue: The register has as many endpoints as it may.
    """
    actor.require(Action.ADMINISTER)
    catalogue.selected(types)
    known = sa.select(sa.func.count()).where(endpoint.c.register_id == actor.register_id)
    if session.connection().execute(known).scalar_one() >= ENDPOINTS_MAX:
        raise InvalidValue(field="url", detail=f"a register has at most {ENDPOINTS_MAX} endpoints")
    made = WebhookEndpoint(
        id=new_id(now),
        register_id=actor.register_id,
        url=url,
        description=description,
        types=list(types),
        state=EndpointState.UNVERIFIED,
        challenge=secrets.token_hex(16),
        secrets=sealed,
        public_key=public_key,
        position=(last := _last(session)),
        kept_after=last,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    _challenge(session, made, now)
    emit(session, WebhookRegistered(subject_id=made.id, url=url), actor=actor, at=now)
    return made


def find_endpoint(session: Session, actor: Actor, endpoint_id: UUID, version: int | None) -> WebhookEndpoint:
    """Return an endpoint of the register, locked, for somebody who may change it.

    Raises:
        NotAllowed, NotFound, StaleVersion.
    """
    actor.require(Action.ADMINISTER)
    found = session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
    if found is None or found.register_id != actor.register_id:
        raise NotFound(what="webhook endpoint")
    require_current(version, found.version)
    return found


def change_endpoint(
    session: Session,
    actor: Actor,
    endpoint_id: UUID,
    *,
    url: str | None,
    types: Sequence[str] | None,
    description: str | None,
    version: int | None,
    now: datetime,
) -> WebhookEndpoint:
    """Change an endpoint. Another address has to answer a challenge again."""
    found = find_endpoint(session, actor, endpoint_id, version)
    if types is not None:
        catalogue.selected(types)
        found.types, found.kept_after = list(types), found.position
    if description is not None:
        found.description = description
    if url is not None and url != found.url:
        found.url, found.challenge = url, secrets.token_hex(16)
        found.state, found.reason, found.failing_since = EndpointState.UNVERIFIED, "", None
        _challenge(session, found, now)
    return _changed(session, actor, found, "endpoint", now)


def rotate_secret(
    session: Session, actor: Actor, endpoint_id: UUID, *, sealed: str, version: int | None, now: datetime
) -> WebhookEndpoint:
    """Give an endpoint a new secret; for a day calls are signed with the old one as well."""
    found = find_endpoint(session, actor, endpoint_id, version)
    found.secrets, found.old_secret_until = sealed, now + SECRETS_OVERLAP
    return _changed(session, actor, found, "secret", now)


def enable_endpoint(
    session: Session, actor: Actor, endpoint_id: UUID, *, version: int | None, now: datetime
) -> WebhookEndpoint:
    """Let an endpoint try again: it is challenged, and then told everything since it was stopped."""
    found = find_endpoint(session, actor, endpoint_id, version)
    if found.state is not EndpointState.ACTIVE:
        found.state, found.reason, found.failing_since = EndpointState.UNVERIFIED, "", None
        found.challenge = secrets.token_hex(16)
    _challenge(session, found, now)
    return _changed(session, actor, found, "enabled", now)


def try_endpoint(session: Session, actor: Actor, endpoint_id: UUID, *, now: datetime) -> WebhookEndpoint:
    """Challenge an endpoint now; the attempts show what it said."""
    found = find_endpoint(session, actor, endpoint_id, None)
    if found.state is EndpointState.DISABLED:
        raise InvalidValue(field="state", detail="the endpoint is disabled")
    _challenge(session, found, now)
    return found


def disable_endpoint(
    session: Session, actor: Actor, endpoint_id: UUID, *, version: int | None, reason: str, now: datetime
) -> WebhookEndpoint:
    """Tell an endpoint nothing more; what it was not told waits in the ledger."""
    found = find_endpoint(session, actor, endpoint_id, version)
    found.state, found.reason = EndpointState.DISABLED, reason
    found.version += 1
    fact = WebhookDisabled(subject_id=found.id, reason=reason)
    emit(session, fact, actor=actor, at=now, is_known=True)
    session.flush()
    return found


def replay(
    session: Session,
    actor: Actor,
    endpoint_id: UUID,
    *,
    sequence: int | None = None,
    after: int | None = None,
    missing: bool = False,
    now: datetime,
) -> WebhookEndpoint:
    """Tell an endpoint again: one event, all after a position, or all that it never took.

    Of many only as many wait at a time as may; the others follow as it takes them.

    Raises:
        NotAllowed, NotFound: There is no such event in the register.
    """
    found = find_endpoint(session, actor, endpoint_id, None)
    connection = session.connection()
    if sequence is not None:
        place = sa.select(ledger.c.position).where(
            ledger.c.position == sequence, ledger.c.register_id == found.register_id
        )
        if connection.execute(place).first() is None:
            raise NotFound(what="event")
        _queue(session, found.id, sequence, now)
    if missing:
        found.missing_after, found.missing_until = PROBE, found.position
    if after is not None:
        found.position = min(found.position, after)
    found.version += 1
    session.flush()
    return found


def _changed(
    session: Session, actor: Actor, found: WebhookEndpoint, what: str, now: datetime
) -> WebhookEndpoint:
    found.version += 1
    emit(session, WebhookChanged(subject_id=found.id, what=what), actor=actor, at=now)
    session.flush()
    return found


def _challenge(session: Session, found: WebhookEndpoint, now: datetime) -> None:
    _queue(session, found.id, PROBE, now)


def _queue(session: Session, endpoint_id: UUID, position: int, now: datetime) -> None:
    """Let a call be made now, whether there was one before or not."""
    connection = session.connection()
    one = sa.and_(call.c.endpoint_id == endpoint_id, call.c.position == position)
    if connection.execute(sa.select(call.c.position).where(one)).first() is None:
        row = {"endpoint_id": endpoint_id, "position": position, "state": CallState.QUEUED}
        connection.execute(sa.insert(call).values(**row, attempts=0, fence=0, next_attempt_at=now))
        return
    again = (
        sa.update(call).where(one).values(state=CallState.QUEUED, attempts=0, next_attempt_at=instant(now))
    )
    connection.execute(again)


def _last(session: Session) -> int:
    newest = sa.select(sa.func.coalesce(sa.func.max(ledger.c.position), 0))
    return int(session.connection().execute(newest).scalar_one())
