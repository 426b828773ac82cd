"""Takes in what mail servers report, from the bounce mailboxes of the registers that have one."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
import structlog

from service.clock import Clock
from service.database import Database
from service.domain.reading.holds import NOT_HELD
from service.domain.tables import ChannelAccount, table
from service.notify.bounces import Recorded, record
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.bounce_reports import read_report
from service.notify.channels.email import EmailChannel, EmailSecrets, EmailSettings
from service.notify.channels.returns import ReturnsUnreachable, visit
from service.vault import Vault, VaultClosed

log = structlog.get_logger(__name__)
account = table(ChannelAccount)

ACCOUNTS = sa.select(account.c.register_id, account.c.settings, account.c.secrets).where(
    account.c.channel == EmailChannel.name, account.c.is_enabled, NOT_HELD
)


def take(database: Database, clock: Clock, content: bytes) -> Recorded:
    """Record what one message reports, in a transaction of its own."""
    report = read_report(content)
    if report is None:
        return Recorded.UNKNOWN
    with database.write() as session:
        return record(session, report, now=clock.now())


@dataclass(frozen=True, slots=True)
class Returns:
    """Visits the bounce mailboxes. A report that is read twice at most notes a delay twice."""

    database: Database
    vault: Vault
    clock: Clock

    def collect(self) -> int:
        """Read every mailbox once; return how many messages reported of a delivery.

        A mailbox that cannot be read is logged, and keeps none of the others waiting for its reports. A
        restored copy that is held leaves them to the original.
        """
        with self.database.read() as connection:
            rows = connection.execute(ACCOUNTS).all()
        return sum(self._visit(*row) for row in rows)

    def _visit(self, register_id: UUID, settings: dict[str, object], secrets: str) -> int:
        try:
            given = validated(EmailChannel.name, EmailSettings, settings)
            if given.returns is None:
                return 0
            password = EmailSecrets.read(self.vault.open(secrets)).returns_password.get_secret_value()
            reported, unclear = visit(given.returns, password, self._take)
        except (ChannelMisconfigured, ReturnsUnreachable, VaultClosed) as error:
            log.warning("returns.unreadable", register=str(register_id), error=str(error)[:300])
            return 0
        if reported or unclear:
            log.info("returns.read", register=str(register_id), reported=reported, unclear=unclear)
        return reported

    def _take(self, content: bytes) -> bool:
        return take(self.database, self.clock, content) is not Recorded.UNKNOWN
