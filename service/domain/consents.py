"""Consents of a provider's administrators: asked for over HTTP, answered by the provider's redirect.

What came back is kept before anybody uses it: a worker exchanges the code, once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, col, select

from service.domain.consent_rules import CONSENT_LIFE, Failure
from service.domain.errors import NotFound
from service.domain.events.channels import ChannelAuthorised, ConnectFailed, ConsentAsked
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading.holds import NOT_HELD
from service.domain.sql import instant
from service.domain.tables import ChannelAccount, ChannelConsent, table

account, consent = table(ChannelAccount), table(ChannelConsent)

UNANSWERED = "no answer"
"""Outcome of a consent whose code was taken, until it is known what came of it."""

CUT_OFF = "the worker ended before an answer came"
CUT_OFF_AFTER = timedelta(minutes=5)
"""Far longer than an exchange takes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that came back and is to be exchanged; `sealed` and `code` open with the vault."""

    id: UUID
    account_id: UUID
    settings: dict[str, Any]
    secrets: str
    sealed: str
    code: str


def account_to_authorise(session: Session, actor: Actor, channel: str) -> ChannelAccount:
    """Return the register's account on a channel that is switched on.

    Raises:
        NotAllowed, NotFound
    """
    actor.require(Action.ADMINISTER)
    query = select(ChannelAccount).where(
        ChannelAccount.register_id == actor.register_id,
        ChannelAccount.channel == channel,
        col(ChannelAccount.is_enabled),
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(what="channel")
    return found


def ask_consent(
    session: Session, actor: Actor, account_id: UUID, *, state: str, sealed: str, now: datetime
) -> ChannelConsent:
    """Remember that a consent was asked for; only a hash of `state` is kept."""
    row = ChannelConsent(
        id=new_id(now),
        account_id=account_id,
        state_sha256=_hash(state),
        sealed=sealed,
        made_by=actor.principal_id,
        made_at=now,
        expires_at=now + CONSENT_LIFE,
    )
    session.add(row)
    session.flush()
    channel = session.get_one(ChannelAccount, account_id).channel
    fact = ConsentAsked(subject_id=account_id, channel=channel, consent_id=row.id)
    emit(session, fact, actor=actor, at=now)
    return row


def answer_consent(session: Session, account_id: UUID, *, state: str, sealed: str, now: datetime) -> bool:
    """Keep the code that came back; return False if nobody asked, asked too long ago, or it came before."""
    asked = sa.and_(
        consent.c.state_sha256 == _hash(state),
        consent.c.account_id == account_id,
        consent.c.came_at.is_(None),
        consent.c.expires_at >= now,
    )
    kept = session.connection().execute(sa.update(consent).where(asked).values(code=sealed, came_at=now))
    return bool(kept.rowcount)


def anything_answered(connection: Connection, *, now: datetime) -> bool:
    """Return whether an answer waits or its worker died; asked often, without taking the writers' turn."""
    waits = sa.and_(consent.c.came_at.is_not(None), consent.c.ended_at.is_(None))
    found = sa.select(consent.c.id).where(sa.or_(waits, _is_cut_off(now)), NOT_HELD).limit(1)
    return connection.execute(found).first() is not None


def _is_cut_off(now: datetime) -> sa.ColumnElement[bool]:
    unanswered = consent.c.outcome == sa.literal_column(f"'{UNANSWERED}'")
    return sa.and_(unanswered, consent.c.ended_at <= instant(now - CUT_OFF_AFTER))


def end_cut_off(session: Session, *, now: datetime) -> None:
    """Let it be known of consents whose worker died that nothing came of them."""
    ended = sa.update(consent).where(_is_cut_off(now)).values(outcome=CUT_OFF)
    for row in session.connection().execute(ended.returning(consent.c.id, consent.c.account_id)).all():
        _tell_failed(session, row.account_id, row.id, Failure.NO_ANSWER, now)


def take_answered(session: Session, *, now: datetime) -> Waiting | None:
    """Return the answer that waits longest, taken: a code is used once, whatever becomes of it."""
    first = (
        select(ChannelConsent)
        .where(col(ChannelConsent.came_at).is_not(None), col(ChannelConsent.ended_at).is_(None), NOT_HELD)
        .order_by(col(ChannelConsent.came_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.exec(first).first()
    if found is None:
        return None
    owner = session.get_one(ChannelAccount, found.account_id)
    taken = Waiting(found.id, owner.id, dict(owner.settings), owner.secrets, found.sealed, found.code)
    found.ended_at, found.outcome, found.code = now, UNANSWERED, ""
    session.add(found)
    session.flush()
    return taken


def end_consent(
    session: Session, consent_id: UUID, outcome: str, *, failure: Failure | None, now: datetime
) -> None:
    """Say what came of a consent: an empty outcome and no failure where it came to tokens."""
    asked = session.get_one(ChannelConsent, consent_id)
    asked.outcome = outcome[:300]
    session.add(asked)
    session.flush()
    if failure is None:
        reconnect(session, asked.account_id, by=asked.made_by, consent_id=consent_id, now=now)
    else:
        _tell_failed(session, asked.account_id, consent_id, failure, now)


def _tell_failed(
    session: Session, account_id: UUID, consent_id: UUID, failure: Failure, now: datetime
) -> None:
    owner = session.get_one(ChannelAccount, account_id)
    fact = ConnectFailed(
        subject_id=account_id, channel=owner.channel, consent_id=consent_id, failure=failure.value
    )
    emit(session, fact, actor=Actor.machine(owner.register_id), at=now)


def reconnect(
    session: Session, account_id: UUID, *, by: UUID, consent_id: UUID | None, now: datetime
) -> None:
    """Let everybody who has an account open know that it was authorised anew, and send by it at once.

    Args:
        session: The caller's transaction.
        account_id: Whose tokens are new.
        by: Who asked for the consent.
        consent_id: Which consent; None at the command line.
        now: When.
    """
    anew = {"paused_until": None, "version": account.c.version + 1}
    changed = sa.update(account).where(account.c.id == account_id).values(anew)
    row = session.connection().execute(changed.returning(account.c.register_id, account.c.channel)).one()
    actor = Actor(by, row.register_id, None, KeyRole.ADMINISTRATOR, frozenset(), is_keeper=True)
    fact = ChannelAuthorised(subject_id=account_id, channel=row.channel, consent_id=consent_id)
    emit(session, fact, actor=actor, at=now)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
