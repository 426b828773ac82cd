"""Channel accounts of a register: switched on and configured in rows, secrets sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import require_current
from service.domain.events.channels import ChannelSetUp, ReauthorisationNeeded
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import REAUTH_REQUIRED, ChannelAccount, table

channel_account = table(ChannelAccount)


def set_channel(
    session: Session,
    actor: Actor,
    channel: str,
    *,
    is_enabled: bool,
    settings: Mapping[str, Any],
    secrets_sealed: str | None,
    version: int | None,
    now: datetime,
) -> ChannelAccount:
    """Set up a channel for the register. `secrets_sealed` is None to keep those that are there.

    New secrets make the channel well again: whoever sets them has authorised it anew. The journal names what
    was set, and neither settings nor secrets.
    """
    actor.require(Action.ADMINISTER)
    query = select(ChannelAccount).where(
        ChannelAccount.register_id == actor.register_id, ChannelAccount.channel == channel
    )
    account = session.exec(query.with_for_update()).first()
    if account is None:
        account = ChannelAccount(
            id=new_id(now), register_id=actor.register_id, channel=channel, settings={}, version=0
        )
    else:
        require_current(version, account.version)
    fields = _set(
        account, is_enabled=is_enabled, settings=settings, has_new_secrets=secrets_sealed is not None
    )
    account.is_enabled = is_enabled
    account.settings = dict(settings)
    account.paused_until = None
    account.health, account.health_detail = "ok", ""
    if secrets_sealed is not None:
        account.secrets = secrets_sealed
        account.tokens_expire_at = now
        account.refresh_started_at, account.refresh_token_hash = None, ""
    account.version += 1
    session.add(account)
    session.flush()
    fact = ChannelSetUp(subject_id=account.id, channel=channel, number=account.version, fields=fields)
    emit(session, fact, actor=actor, at=now)
    return account


def lose_authorisation(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Mark that an account must be authorised anew; whoever finds it marked tells nobody again."""
    lost = (
        sa.update(channel_account)
        .where(channel_account.c.id == account_id, channel_account.c.health != REAUTH_REQUIRED)
        .values(health=REAUTH_REQUIRED, refresh_started_at=None, refresh_token_hash="")
        .returning(channel_account.c.register_id, channel_account.c.channel)
    )
    row = session.connection().execute(lost).first()
    if row is not None:
        fact = ReauthorisationNeeded(subject_id=account_id, channel=row.channel)
        emit(session, fact, actor=Actor.machine(row.register_id), at=now)


def _set(
    account: ChannelAccount, *, is_enabled: bool, settings: Mapping[str, Any], has_new_secrets: bool
) -> list[str]:
    """Return what is set otherwise than before: names of settings, never a value."""
    missing = object()
    names = sorted({*account.settings, *settings})
    changed = [each for each in names if account.settings.get(each, missing) != settings.get(each, missing)]
    switched = ["is_enabled"] if account.version == 0 or account.is_enabled != is_enabled else []
    return [*switched, *(f"settings.{each}" for each in changed), *(["secrets"] if has_new_secrets else [])]
