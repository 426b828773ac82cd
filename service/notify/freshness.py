"""Renews the tokens of accounts that have nothing to send: unused for three months, one is dead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from service.database import Database
from service.domain.reading.holds import NOT_HELD
from service.domain.sql import instant
from service.domain.tables import ChannelAccount, table
from service.notify.accounts import Accounts
from service.notify.channel import ChannelMisconfigured
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.tokens import RENEW_UNDER, TokenState
from service.vault import VaultClosed

log = structlog.get_logger(__name__)
account = table(ChannelAccount)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Looks after tokens that no message would renew."""

    database: Database
    accounts: Accounts

    def renew(self) -> int:
        """Renew what is about to expire; return of how many accounts the tokens are good now.

        An account that cannot be opened is logged, and keeps none of the others waiting.
        """
        return sum(self._renew(register_id) for register_id in self._aging(self.accounts.now()))

    def _aging(self, now: datetime) -> list[UUID]:
        aging = sa.select(account.c.register_id).where(
            account.c.channel == ZaloChannel.name,
            account.c.is_enabled,
            account.c.health != TokenState.REAUTH_REQUIRED.value,
            account.c.tokens_expire_at < instant(now + RENEW_UNDER),
            NOT_HELD,
        )
        with self.database.read() as connection:
            return list(connection.execute(aging).scalars())

    def _renew(self, register_id: UUID) -> bool:
        try:
            channel = self.accounts.open(register_id, ZaloChannel.name)
        except (ChannelMisconfigured, LookupError, VaultClosed) as error:
            log.warning("tokens.unreadable", register=str(register_id), error=str(error)[:300])
            return False
        try:
            return isinstance(channel, ZaloChannel) and channel.freshen()
        finally:
            channel.close()
