"""`dondoc reorganise`: enter a reorganisation from a file and see what it would do."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.cli.refusals import in_words
from service.cli.units import acting_by_hand
from service.clock import SystemClock
from service.database import Database
from service.domain.carrying_out import carry_out
from service.domain.reading import reorganisations as reading
from service.domain.reorganisations import draft, parse_plan
from service.settings import Settings


def reorganise(
    file: Annotated[Path, typer.Argument(help="Reorganisation: JSON.", exists=True, dir_okay=False)],
    carry: Annotated[
        bool, typer.Option("--carry-out", help="Carry it out, or let it wait for its day.")
    ] = False,
    register: Annotated[
        str | None, typer.Option(help="Code of the register, where there are several.")
    ] = None,
) -> None:
    """Enter a reorganisation of units; with `--carry-out` and nothing undecided, it also takes effect.

    Everything is one transaction: where a duty would be nobody's, nothing is entered and the exit code is 1.
    """
    now, console = SystemClock().now(), Console()
    with Database.of(Settings()) as database, in_words(console), database.write() as session:
        actor = acting_by_hand(session, register)
        row = draft(session, actor, **parse_plan(file.read_bytes()), now=now)
        if carry:
            carry_out(session, actor, row.id, version=None, now=now)
        _print(console, reading.preview(session.connection(), actor, row.id))


def _print(console: Console, plan: reading.Preview) -> None:
    table = Table("Đơn vị cũ", "Đơn vị mới", title=escape(f"{plan.row.name} ({plan.row.basis})"))
    for row in plan.changes:
        table.add_row(escape(row.old_name), escape(row.new_name or row.name or "–"))
    console.print(table)
    console.print(
        f"{plan.row.id}: {plan.row.state}, {plan.obligations} nhiệm vụ, {plan.with_heir} có nơi nhận, "
        f"{plan.undecided} chưa quyết định; chưa có đầu mối: {', '.join(plan.nobody_to_tell) or 'không'}",
        markup=False,
    )
