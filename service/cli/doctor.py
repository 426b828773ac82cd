"""`dondoc doctor`: prove of what is stored that nothing was lost."""

from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console
from sqlalchemy.engine import Connection

from service.cli.units import administrator
from service.clock import SystemClock
from service.database import Database
from service.domain import anchoring
from service.domain.calendar import ZONE, office_day
from service.domain.checks import Violation, examine
from service.domain.reading import holds
from service.domain.tables import Register, table
from service.files import lost_documents
from service.notify.anchors import pauses_of
from service.reports.recount import miscounted
from service.settings import Settings

register = table(Register)

KEPT = "what was signed of the ledger is kept outside within hours"


def doctor(
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"],
            help="The office's time to look at, such as that of a backup: no worker has gone on since.",
        ),
    ] = None,
    files: Annotated[
        bool,
        typer.Option(
            "--files",
            help="Also hold each register's book, late list and periodic report to a recount of the bare "
            "rows, cell by cell; it walks all duties.",
        ),
    ] = False,
) -> None:
    """Name every violation; exit 1 if there is one."""
    console, settings = Console(), Settings()
    now = SystemClock().now() if at is None else at.replace(tzinfo=ZONE)
    with Database.of(settings) as database, database.snapshot(patiently=True) as connection:
        violations = examine(connection, now=now) + lost_documents(connection, settings.files)
        unkept = anchoring.late(connection, pauses_of(settings), now=now)
        if files:
            violations += _miscounted(connection, cut_off=office_day(now))
        held = holds.standing(connection)
    if held:
        console.print(f"‖ held since {held.restored_at.isoformat()}: {holds.SENTENCE}", markup=False)
    if settings.audit_key is None:
        console.print("DONDOC_AUDIT_KEY is not set: the ledger is signed by nobody", style="yellow")
    if unkept and not held:
        violations.append(Violation("anchor-late", KEPT, len(unkept), unkept))
    for found in violations:
        console.print(f"✗ {found.check}: {found.count} — {found.promise}", style="red", markup=False)
        for row in found.rows:
            console.print(f"    {row}", markup=False)
    if violations:
        raise typer.Exit(1)
    console.print("✓ nothing amiss")


def _miscounted(connection: Connection, *, cut_off: date) -> list[Violation]:
    """Return the files of every register that are not as the rows say."""
    found = []
    for register_id in connection.execute(sa.select(register.c.id).order_by(register.c.id)).scalars().all():
        found += miscounted(connection, administrator(register_id), cut_off=cut_off)
    return found
