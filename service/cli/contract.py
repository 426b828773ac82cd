"""`dondoc openapi` and `dondoc permissions`: what integrators and officials sign."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.clock import SystemClock
from service.database import Database
from service.domain.permissions import matrix
from service.settings import Settings

ROOT = Path(__file__).parent.parent.parent
CONTRACT = ROOT / "openapi" / "openapi.json"
MATRIX = ROOT / "tests" / "snapshots" / "permissions.txt"
Check = Annotated[
    bool, typer.Option("--check", help="Compare with the committed file; exit 1 if it differs.")
]


def contract() -> str:
    """Return the API's contract as it is committed."""
    from service.api.app import create_app

    app = create_app(Settings(), Database("sqlite://"), SystemClock())
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def openapi(check: Check = False) -> None:
    """Write the API's contract, or say that the committed one is stale."""
    if check:
        compare(CONTRACT, contract(), "dondoc openapi")
        return
    CONTRACT.write_text(contract(), encoding="utf-8")
    typer.echo(f"{CONTRACT.relative_to(ROOT)} written")


def standings() -> str:
    """Return who may do what, and what every route asks, as they are committed."""
    from service.api.access import table

    return f"{matrix()}\n{table()}"


def permissions(check: Check = False) -> None:
    """Print who may do what, and which action each route asks for."""
    if check:
        compare(MATRIX, standings(), f"dondoc permissions > {MATRIX.relative_to(ROOT)}")
        return
    typer.echo(standings(), nl=False)


def compare(committed: Path, present: str, command: str) -> None:
    """Return if a committed file is what it would be now; else say which command writes it, and exit 1."""
    if committed.read_text(encoding="utf-8") != present:
        typer.echo(f"{committed.relative_to(ROOT)} is stale; run `{command}`", err=True)
        raise typer.Exit(1)
