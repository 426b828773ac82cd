"""What is known of relays, in the database: every worker counts into it, and `/v1/channels` shows it."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from service.database import Database
from service.domain.sql import insert_or, instant
from service.domain.tables import MailRelay, table
from service.notify.channels.relay_store import MINUTE

relay = table(MailRelay)
log = structlog.get_logger(__name__)


class DatabaseRelayStore:
    """The relays of one account. Each call is a short transaction of its own."""

    def __init__(self, database: Database, account_id: UUID) -> None:
        self._database = database
        self._id = account_id

    def take(self, name: str, most: int, at: datetime) -> timedelta | None:
        """Count one more message of a relay; return how long to wait where it took `most` in a minute."""
        of_relay = sa.and_(relay.c.account_id == self._id, relay.c.name == name)
        is_over = sa.or_(relay.c.minute_at.is_(None), relay.c.minute_at <= instant(at - MINUTE))
        with self._database.write() as session:
            connection = session.connection()
            self._know(connection, name)
            counted = connection.execute(
                sa.update(relay)
                .where(of_relay, sa.or_(is_over, relay.c.minute_count < most))
                .values(
                    minute_at=sa.case((is_over, instant(at)), else_=relay.c.minute_at),
                    minute_count=sa.case((is_over, 1), else_=relay.c.minute_count + 1),
                )
            )
            if counted.rowcount:
                return None
            began: datetime = connection.execute(sa.select(relay.c.minute_at).where(of_relay)).scalar_one()
            return began + MINUTE - at

    def mark(self, name: str, ill_until: datetime | None, detail: str) -> None:
        """Tell that a relay is ill for a while, or well again.

        A lost database must not make a message that has just left look as if it had not.
        """
        try:
            with self._database.write() as session:
                self._know(session.connection(), name)
                session.connection().execute(
                    sa.update(relay)
                    .where(relay.c.account_id == self._id, relay.c.name == name)
                    .values(ill_until=ill_until, detail=detail[:300])
                )
        except sa.exc.DBAPIError as error:
            log.warning("relay.unmarked", relay=name, error=type(error).__name__)

    def _know(self, connection: sa.Connection, name: str) -> None:
        """Make the relay's row, where it has none."""
        row = {"account_id": self._id, "name": name, "detail": "", "minute_count": 0}
        connection.execute(insert_or(connection, relay).values(row).on_conflict_do_nothing())
