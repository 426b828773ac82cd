"""A PostgreSQL database behind whose walls a role that owns nothing looks."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from service import row_security
from service.database import Database
from tests.databases import Templates

ROLE = "dondoc_walled"
GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
)


@contextmanager
def walled(templates: Templates) -> Iterator[tuple[Database, Database]]:
    """Give one database twice: as its owner has it, and as a service behind the walls has it."""
    with templates.copy("postgresql") as owned:
        with owned.engine.begin() as connection:
            known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
            if connection.execute(known, {"role": ROLE}).first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
            for grant in GRANTS:
                connection.exec_driver_sql(grant)
            row_security.set_up(connection, wanted=True)
        url = owned.url.set(username=ROLE).render_as_string(hide_password=False)
        service = Database(url, row_security=True)
        yield owned, service
        service.dispose()
