"""PostgreSQL's row-level security: put up or taken down as a deployment says, and whether it holds."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

WALLED = sa.text(
    "SELECT relname, relrowsecurity FROM pg_class JOIN pg_policy ON pg_policy.polrelid = pg_class.oid"
    " WHERE polname = 'wall' AND relnamespace = current_schema()::regnamespace ORDER BY relname"
)
OWNED = sa.text(
    "SELECT relname FROM pg_class JOIN pg_policy ON pg_policy.polrelid = pg_class.oid"
    " WHERE polname = 'wall' AND relnamespace = current_schema()::regnamespace"
    " AND pg_has_role(relowner, 'USAGE') ORDER BY relname LIMIT 1"
)
BYPASSES = sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def set_up(connection: Connection, *, wanted: bool) -> None:
    """Let the policies of every walled table hold, or none of them; only the tables' owner may."""
    if connection.dialect.name != "postgresql":
        return
    act = "ENABLE" if wanted else "DISABLE"
    for name, holds in connection.execute(WALLED).all():
        if holds is not wanted:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" {act} ROW LEVEL SECURITY')


def faults(connection: Connection) -> list[str]:
    """Return why row-level security would not hold of whoever is signed in over a connection."""
    if connection.dialect.name != "postgresql":
        return ["row security is switched on and the database is SQLite, which has none"]
    found = []
    open_tables = [name for name, holds in connection.execute(WALLED) if not holds]
    if open_tables:
        found.append(f"row security is not up on {', '.join(open_tables)}; the owner runs `dondoc migrate`")
    if connection.execute(BYPASSES).scalar_one() or connection.execute(OWNED).first() is not None:
        found.append(
            "row security does not hold of superusers and owners; sign in as a role that owns nothing"
        )
    return found
