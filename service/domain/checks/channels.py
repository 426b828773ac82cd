"""A channel that cannot renew its tokens, or waits for a consent to be used, is somebody's work."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.consents import UNANSWERED
from service.domain.escalation import OVERDUE_BY
from service.domain.sql import instant
from service.domain.tables import ChannelAccount, ChannelConsent, table

account, consent = table(ChannelAccount), table(ChannelConsent)
later = consent.alias("later")

WELL, LOST = "ok", "reauth_required"
RENEWED_BEFORE = timedelta(hours=5)
"""A token lives 25 hours: with less than this left, the last renewal is older than 20 hours."""


def checks(now: datetime) -> dict[str, Check]:
    """Return the checks of channel accounts as they stand at an instant."""
    soon = account.c.tokens_expire_at < instant(now + RENEWED_BEFORE)
    asked_again = sa.exists().where(
        later.c.account_id == consent.c.account_id, later.c.made_at > consent.c.made_at
    )
    long_ago = instant(now - OVERDUE_BY)
    return {
        "tokens-not-renewed": Check(
            "a channel that is used renews its tokens within 20 hours, or somebody authorises it anew",
            sa.select(account.c.channel, account.c.register_id, account.c.health).where(
                account.c.is_enabled,
                account.c.health != WELL,
                sa.or_(account.c.health == LOST, soon),
            ),
        ),
        "consent-stuck": Check(
            "a consent that came back becomes tokens within minutes, or is asked for again",
            sa.select(consent.c.id).where(
                sa.or_(
                    sa.and_(consent.c.ended_at.is_(None), consent.c.came_at < long_ago),
                    sa.and_(consent.c.outcome == UNANSWERED, consent.c.ended_at < long_ago, ~asked_again),
                )
            ),
        ),
    }
