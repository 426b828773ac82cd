"""A channel that cannot renew its tokens, or waits for a consent to be used, is somebody's work."""

import sqlalchemy as sa

from service.domain.checks.base import EXPIRING, LATE, Check
from service.domain.consents import CUT_OFF, UNANSWERED
from service.domain.reading.holds import NOT_HELD
from service.domain.tables import REAUTH_REQUIRED, ChannelAccount, ChannelConsent, table

account, consent = table(ChannelAccount), table(ChannelConsent)
later = consent.alias("later")

WELL = "ok"


def checks() -> dict[str, Check]:
    """Return the checks of channel accounts."""
    asked_again = sa.exists().where(
        later.c.account_id == consent.c.account_id, later.c.made_at > consent.c.made_at
    )
    return {
        "tokens-not-renewed": Check(
            "a channel that is used renews its tokens within 20 hours, or somebody authorises it anew",
            sa.select(account.c.channel, account.c.register_id, account.c.health).where(
                account.c.is_enabled,
                account.c.health != WELL,
                NOT_HELD,
                sa.or_(account.c.health == REAUTH_REQUIRED, account.c.tokens_expire_at < EXPIRING),
            ),
        ),
        "consent-stuck": Check(
            "a consent that came back becomes tokens within minutes, or is asked for again",
            sa.select(consent.c.id).where(
                sa.or_(
                    sa.and_(consent.c.ended_at.is_(None), consent.c.came_at < LATE, NOT_HELD),
                    sa.and_(
                        consent.c.outcome.in_((UNANSWERED, CUT_OFF)), consent.c.ended_at < LATE, ~asked_again
                    ),
                )
            ),
        ),
    }
