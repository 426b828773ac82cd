"""Whether a database has the schema of this version, without loading the migration tool."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

FOLDER = Path(__file__).parent.parent.parent / "migrations" / "versions"
PRESENT = sa.text("SELECT version_num FROM alembic_version")


def newest_revision() -> str:
    """Return the last migration's revision: the day and number that its file name begins with."""
    return max(known_revisions())


def known_revisions() -> set[str]:
    """Return the revisions that this version has."""
    return {"_".join(path.name.split("_")[:2]) for path in FOLDER.glob("[0-9]*.py")}


def is_at_head(connection: Connection) -> bool:
    """Return if every migration has been applied and none that this version does not know."""
    return set(connection.execute(PRESENT).scalars()) == {newest_revision()}
