"""The account that an event of a provider is meant for."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import ChannelAccount, Register, table

account, register = table(ChannelAccount), table(Register)

ACCOUNT = (
    sa.select(account.c.id, account.c.register_id, account.c.settings, account.c.secrets)
    .join(register, register.c.id == account.c.register_id)
    .where(
        register.c.code == sa.bindparam("register_code"),
        account.c.channel == sa.bindparam("channel"),
        account.c.is_enabled,
    )
)


class HookAccount(NamedTuple):
    """A channel that is switched on; the secrets are sealed."""

    id: UUID
    register_id: UUID
    settings: dict[str, Any]
    secrets: str


def account_of(connection: Connection, register_code: str, channel: str) -> HookAccount | None:
    """Return the account of a register on a channel."""
    row = connection.execute(ACCOUNT, {"register_code": register_code, "channel": channel}).first()
    return HookAccount._make(row) if row else None
