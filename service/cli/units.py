"""`dondoc units`: the registry of units, groups and people from files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlmodel import Session, select

from service.cli.refusals import in_words
from service.clock import SystemClock
from service.database import Database
from service.domain.errors import NotFound, RegisterRequired
from service.domain.groups import define_group
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.people_registry import import_people
from service.domain.permissions import KeyRole
from service.domain.registry_file import ImportReport, parse_groups, parse_people, parse_units
from service.domain.table_file import Parsed
from service.domain.tables import Register
from service.domain.units import import_units
from service.settings import Settings

units = typer.Typer(no_args_is_help=True)


@units.callback()
def group() -> None:
    """Keep `load` a command of its own."""


@units.command()
def load(
    file: Annotated[Path, typer.Argument(help="Units: CSV (UTF-8) or XLSX.", exists=True, dir_okay=False)],
    groups: Annotated[Path | None, typer.Option(help="Groups: JSON.", exists=True, dir_okay=False)] = None,
    people: Annotated[
        Path | None, typer.Option(help="People: CSV or XLSX.", exists=True, dir_okay=False)
    ] = None,
    register: Annotated[
        str | None, typer.Option(help="Code of the register, where there are several.")
    ] = None,
) -> None:
    """Enter or update units, and groups and people with them; a second run changes nothing.

    Everything is one transaction. A bad row is left out and printed, and the exit code is 1; a file that
    cannot be read stops the whole load.
    """
    now, console = SystemClock().now(), Console()
    with Database.of(Settings()) as database, in_words(console), database.write() as session:
        actor = acting_by_hand(session, register)
        refused = _load(session, actor, file, groups, people, now=now, console=console)
    if refused:
        raise typer.Exit(1)


def acting_by_hand(session: Session, code: str | None) -> Actor:
    """Return the installation's administrator, acting by hand at the machine."""
    registers = session.exec(select(Register)).all()
    chosen = [row for row in registers if code in (None, row.code)]
    if len(chosen) > 1:
        raise RegisterRequired
    if not chosen:
        raise NotFound(what="register")
    return administrator(chosen[0].id)


def administrator(register_id: UUID) -> Actor:
    """Return the named system administrator: no key, no unit, every right of the installation."""
    return Actor(
        principal_id=NIL,
        register_id=register_id,
        unit_id=None,
        role=KeyRole.ADMINISTRATOR,
        scopes=frozenset({"read", "write"}),
        is_keeper=False,
    )


def _load(
    session: Session,
    actor: Actor,
    file: Path,
    groups: Path | None,
    people: Path | None,
    *,
    now: datetime,
    console: Console,
) -> bool:
    """Load the files, units first; return whether a row was refused."""
    parsed = parse_units(file.read_bytes())
    reports = [import_units(session, actor, parsed.rows, now=now)]
    _print(console, "Đơn vị", parsed, reports[0])
    for order in parse_groups(groups.read_bytes()) if groups else ():
        define_group(session, actor, **order, now=now)
        console.print(f"Nhóm {order['code']}: {order['name']}", markup=False)
    if people:
        holders = parse_people(people.read_bytes())
        reports.append(import_people(session, actor, holders.rows, now=now))
        _print(console, "Người", holders, reports[1])
    return any(report.refused for report in reports)


def _print(console: Console, what: str, parsed: Parsed[Any], report: ImportReport) -> None:
    if parsed.unknown_columns:
        console.print(f"Cột không đọc: {', '.join(parsed.unknown_columns)}", markup=False, style="yellow")
    console.print(
        f"{what}: {len(report.new)} mới, {len(report.changed)} thay đổi, "
        f"{report.unchanged} giữ nguyên, {len(report.refused)} bị từ chối",
        markup=False,
    )
    for title, rows in (
        ("Thay đổi", [("", each.code, ", ".join(each.fields)) for each in report.changed]),
        ("Bị từ chối", [(str(each.row), each.code, each.reason) for each in report.refused]),
    ):
        if rows:
            table = Table("Dòng", "Mã", "Nội dung", title=title)
            for row in rows:
                table.add_row(*map(escape, row))
            console.print(table)
