"""`dondoc doctor`: prove of what is stored that nothing was lost."""

import typer
from rich.console import Console

from service.clock import SystemClock
from service.database import Database
from service.domain.checks import examine
from service.settings import Settings


def doctor() -> None:
    """Name every violation; exit 1 if there is one."""
    console = Console()
    database = Database(Settings().database_url.get_secret_value(), pool_size=1)
    try:
        with database.snapshot(patiently=True) as connection:
            violations = examine(connection, now=SystemClock().now())
    finally:
        database.dispose()
    for found in violations:
        console.print(f"✗ {found.check}: {found.count} — {found.promise}", style="red", markup=False)
        for row in found.rows:
            console.print(f"    {row}", markup=False)
    if violations:
        raise typer.Exit(1)
    console.print("✓ nothing amiss")
