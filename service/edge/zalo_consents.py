"""The link at which the administrator of an Official Account lets a register send for it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from service.domain import consents
from service.domain.consent_rules import OAUTH_URL, Attempt
from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.tables import Register
from service.edge.refusals import SecretKeyMissing
from service.settings import Settings
from service.vault import Vault, VaultClosed

ZALO = "zalo"


class Asked(NamedTuple):
    """A link, which is shown once, and where the provider leads whoever followed it."""

    id: UUID
    url: str
    callback: str
    expires_at: datetime


def ask(
    session: Session,
    actor: Actor,
    settings: Settings,
    channel: str,
    *,
    callback: str | None = None,
    verifier: str | None = None,
    now: datetime,
) -> Asked:
    """Make a link; without a callback the provider leads back to this installation.

    Raises:
        NotFound: The channel asks for no consent, or was not set up.
        SecretKeyMissing: The installation has no key to seal what the link is checked with.
    """
    if channel != ZALO:
        raise NotFound(what="channel")
    attempt = Attempt.begin(verifier or "")
    try:
        sealed = Vault(settings.secret_key).seal({"verifier": attempt.verifier})
    except VaultClosed as error:
        raise SecretKeyMissing from error
    account = consents.account_to_authorise(session, actor, channel)
    register = session.get_one(Register, actor.register_id)
    back = callback or f"{settings.origin}/v1/hooks/zalo/{register.code}/consent"
    given: dict[str, Any] = account.settings
    made = consents.ask_consent(session, actor, account.id, state=attempt.state, sealed=sealed, now=now)
    oauth_url = str(given.get("oauth_url", OAUTH_URL)).rstrip("/")
    url = attempt.link(oauth_url, str(given.get("app_id", "")), back)
    return Asked(made.id, url, back, made.expires_at)
