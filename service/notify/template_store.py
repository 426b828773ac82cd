"""An account's templates as rows: shared by all workers, shown on `/v1/channels`."""

from dataclasses import asdict
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from service.database import Database
from service.domain.tables import ChannelTemplate, table
from service.notify.channels.zalo.templates import KnownTemplate, Parameter

template = table(ChannelTemplate)
log = structlog.get_logger(__name__)


class DatabaseTemplateStore:
    """The templates of one account."""

    def __init__(self, database: Database, account_id: UUID) -> None:
        self._database = database
        self._id = account_id

    def read(self, template_id: str) -> KnownTemplate | None:
        """Return what is known of a template."""
        mine = sa.and_(template.c.account_id == self._id, template.c.template_id == template_id)
        with self._database.read() as connection:
            row = connection.execute(sa.select(template).where(mine)).first()
        if row is None:
            return None
        parameters = tuple(Parameter(**each) for each in row.parameters)
        return KnownTemplate(
            row.template_id, row.name, row.status, row.reason, parameters, fetched_at=row.fetched_at
        )

    def save(self, known: KnownTemplate) -> None:
        """Keep what Zalo said; of two workers the later one wins, they asked the same.

        A database that is busy loses no message for it: Zalo is asked again.
        """
        try:
            self._write(known)
        except sa.exc.OperationalError:
            log.info("template.not_kept", template=known.template_id)

    def _write(self, known: KnownTemplate) -> None:
        facts = {
            "name": known.name,
            "status": known.status[:40],
            "reason": known.reason,
            "parameters": [asdict(each) for each in known.parameters],
            "fetched_at": known.fetched_at,
        }
        with self._database.write() as session:
            connection = session.connection()
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            row = {"account_id": self._id, "template_id": known.template_id, **facts}
            connection.execute(
                insert(template)
                .values(row)
                .on_conflict_do_update(index_elements=["account_id", "template_id"], set_=facts)
            )
