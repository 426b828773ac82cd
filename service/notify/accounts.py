"""Channel accounts as rows, ready to send with: settings, opened secrets, health, rotating tokens."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.database import Database
from service.domain.channels import lose_authorisation
from service.domain.reading import holds
from service.domain.tables import ChannelAccount, table
from service.failpoints import failpoint
from service.notify.channel import Channel, ChannelTools, Shared
from service.notify.channels.zalo.tokens import LockedTokens, TokenPair, Tokens, TokensBusy, TokenState
from service.notify.registry import channel_class
from service.notify.relay_states import DatabaseRelayStore
from service.notify.template_store import DatabaseTemplateStore
from service.vault import Vault

account = table(ChannelAccount)

LOCK_LEASE = timedelta(seconds=40)
LOCK_WAIT = timedelta(seconds=5)
LOCK_POLL_SECONDS = 0.05
TOKENS = ("access_token", "refresh_token")
CONSOLE = "console"
NEVER_SET_UP = 0
"""Version of a channel that has no row."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Makes the channels of every register; each worker thread gets its own."""

    database: Database
    vault: Vault
    folder: Path
    now: Callable[[], datetime]
    shared: Shared = field(default_factory=Shared)

    def open(self, register_id: UUID, name: str) -> Channel:
        """Return a channel of a register, configured by its row.

        A channel without a row writes files instead: an office that has set up nothing yet still sees
        what would have been sent.

        Raises:
            ChannelMisconfigured: The row cannot make a channel.
            LookupError: There is no such channel, or it is switched off.
        """
        row = self._row(register_id, name)
        if row is None:
            tools = ChannelTools(now=self.now, folder=self.folder)
            return channel_class(CONSOLE).configure({}, {}, tools)
        if not row.is_enabled:
            raise LookupError(f"{name} is switched off")
        opened = self.vault.open(row.secrets)
        secrets = {key: value for key, value in opened.items() if key not in TOKENS}
        store = DatabaseTokenStore(self.database, self.vault, row.id, self.now)
        tools = ChannelTools(
            now=self.now,
            folder=self.folder,
            token_store=store,
            template_store=DatabaseTemplateStore(self.database, row.id),
            account=row.id,
            relay_store=DatabaseRelayStore(self.database, row.id),
            shared=self.shared,
        )
        return channel_class(name).configure(row.settings, secrets, tools)

    def _row(self, register_id: UUID, name: str) -> Any:
        query = sa.select(account).where(account.c.register_id == register_id, account.c.channel == name)
        with self.database.read() as connection:
            return connection.execute(query).first()


def read_versions(connection: Connection, registers: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return (register, channel) → the version of its row; whoever sends by an older one sends wrongly."""
    query = sa.select(account.c.register_id, account.c.channel, account.c.version)
    rows = connection.execute(query.where(account.c.register_id.in_(set(registers))))
    return {(row.register_id, row.channel): row.version for row in rows}


class DatabaseTokenStore:
    """An account's rotating tokens in its row. The lock is a lease: no transaction waits for Zalo."""

    def __init__(
        self, database: Database, vault: Vault, account_id: UUID, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._id = account_id
        self._now = now

    def read(self) -> Tokens:
        """Return the stored tokens."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(account).where(account.c.id == self._id)).one()
        secrets = self._vault.open(row.secrets)
        known = row.health in tuple(TokenState)
        return Tokens(
            access_token=secrets.get("access_token", ""),
            refresh_token=secrets.get("refresh_token", ""),
            expires_at=row.tokens_expire_at or self._now(),
            state=TokenState(row.health) if known else TokenState.OK,
            refresh_started_at=row.refresh_started_at,
            refresh_hash=row.refresh_token_hash,
        )

    @contextmanager
    def lock(self) -> Iterator[LockedTokens]:
        """Hold the lease for the block.

        A refresh token works once: a restored copy that is held must not use up the original's.

        Raises:
            TokensBusy: Another worker has it for long, or nothing may leave here.
        """
        waited_until = time.monotonic() + LOCK_WAIT.total_seconds()
        while (lease := self._take_lease()) is None:
            if self._is_held():
                raise TokensBusy(holds.SENTENCE)
            if time.monotonic() > waited_until:
                raise TokensBusy("another worker is refreshing the token")
            time.sleep(LOCK_POLL_SECONDS)
        failpoint("token.after_lease")
        try:
            yield self
        finally:
            self._give_back(lease)

    def begin_refresh(self, token_hash: str, at: datetime) -> None:
        """Record, before it happens, which token is about to be spent."""
        self._update(refresh_started_at=at, refresh_token_hash=token_hash)
        failpoint("token.before_refresh")

    def save(self, pair: TokenPair, expires_at: datetime) -> None:
        """Replace both tokens at once."""
        failpoint("token.after_refresh")
        with self._database.write() as session:
            query = sa.select(account.c.secrets).where(account.c.id == self._id).with_for_update()
            secrets = self._vault.open(session.connection().execute(query).scalar_one())
            secrets |= {"access_token": pair.access_token, "refresh_token": pair.refresh_token}
            session.connection().execute(
                sa.update(account)
                .where(account.c.id == self._id)
                .values(
                    secrets=self._vault.seal(secrets),
                    tokens_expire_at=expires_at,
                    refresh_started_at=None,
                    refresh_token_hash="",
                    health=TokenState.OK.value,
                    health_detail="",
                )
            )
            failpoint("token.in_save")
        failpoint("token.after_save")

    def mark(self, state: TokenState) -> None:
        """Set the account's health; that a person has to help is told once."""
        if state is TokenState.REAUTH_REQUIRED:
            with self._database.write() as session:
                lose_authorisation(session, self._id, now=self._now())
            return
        forgotten = {"refresh_started_at": None, "refresh_token_hash": ""}
        self._update(health=state.value, **({} if state is TokenState.REFRESH_IN_DOUBT else forgotten))

    def _take_lease(self) -> datetime | None:
        free = sa.or_(account.c.refresh_lock_until.is_(None), account.c.refresh_lock_until < self._now())
        lease = self._now() + LOCK_LEASE
        with self._database.write() as session:
            taken = session.connection().execute(
                sa.update(account)
                .where(account.c.id == self._id, free, holds.NOT_HELD)
                .values(refresh_lock_until=lease)
            )
            return lease if taken.rowcount else None

    def _is_held(self) -> bool:
        with self._database.read() as connection:
            return holds.standing(connection) is not None

    def _give_back(self, lease: datetime) -> None:
        """End the lease, unless it ran out and somebody else holds one by now."""
        mine = sa.and_(account.c.id == self._id, account.c.refresh_lock_until == lease)
        with self._database.write() as session:
            session.connection().execute(sa.update(account).where(mine).values(refresh_lock_until=None))

    def _update(self, **values: Any) -> None:
        with self._database.write() as session:
            session.connection().execute(sa.update(account).where(account.c.id == self._id).values(**values))
