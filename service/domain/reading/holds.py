"""Whether this database is a restored copy that may send nothing yet: asked inside every claim."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import Hold, table

hold = table(Hold)

STANDING = (
    sa.select(hold.c.restored_at, hold.c.backup_at)
    .where(hold.c.released_at.is_(None))
    .order_by(hold.c.restored_at.desc())
    .limit(1)
)
NOT_HELD = ~sa.exists(sa.select(hold.c.id).where(hold.c.released_at.is_(None)))
"""The condition that something may leave this machine."""

SENTENCE = "this is a restored copy: nothing leaves it until `dondoc release`"


class Standing(NamedTuple):
    """A hold that stands: when the copy was restored, and when its backup had been made."""

    restored_at: datetime
    backup_at: datetime


def standing(connection: Connection) -> Standing | None:
    """Return the newest hold that stands; None where this database may send."""
    row = connection.execute(STANDING).first()
    return None if row is None else Standing._make(row)
