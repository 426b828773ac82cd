"""`dondoc register`: what a register begins with."""

from hashlib import sha256
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
from service.domain.balance import BalanceReport, enter_balance
from service.domain.balance_file import parse_balance
from service.domain.balance_plan import Fate
from service.domain.calendar import office_day
from service.settings import Settings

register = typer.Typer(no_args_is_help=True)


@register.callback()
def group() -> None:
    """Keep `import` a command of its own."""


@register.command("import")
def import_balance(
    file: Annotated[
        Path, typer.Argument(help="Older register: XLSX or CSV (UTF-8).", exists=True, dir_okay=False)
    ],
    code: Annotated[
        str | None, typer.Option("--register", help="Code of the register, where there are several.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the report and change nothing.")] = False,
) -> None:
    """Take over the duties of an older register (STT, văn bản giao, ngày, nội dung, chủ trì, thời hạn …).

    Done duties keep the day they were done, open ones their deadline; nobody is reminded of what lies in the
    past, and each officer gets one digest. Doubtful rows are left out and printed, and the exit code is 1;
    mended, the file can be imported again: what was taken once is not taken twice.
    """
    now, console = SystemClock().now(), Console()
    with Database.of(Settings()) as database, in_words(console):
        content = file.read_bytes()
        parsed = parse_balance(content, today=office_day(now))
        with database.write() as session:
            actor = acting_by_hand(session, code)
            digest = sha256(content).hexdigest()
            report = enter_balance(session, actor, parsed.rows, sha256=digest, now=now)
            if dry_run:
                session.rollback()
    _print(console, report, parsed.unknown_columns)
    if report.count(Fate.DOUBTFUL):
        raise typer.Exit(1)


def _print(console: Console, report: BalanceReport, unknown_columns: list[str]) -> None:
    if unknown_columns:
        console.print(f"Cột không đọc: {', '.join(unknown_columns)}", markup=False, style="yellow")
    console.print(
        f"{report.count(Fate.TAKEN)} dòng nhận, {report.count(Fate.KNOWN)} đã có, "
        f"{report.count(Fate.DOUBTFUL)} cần xem lại; {report.directives} văn bản, "
        f"{report.obligations} nhiệm vụ, {report.told} đang thực hiện",
        markup=False,
    )
    doubtful = [each for each in report.rows if each.fate is Fate.DOUBTFUL]
    if doubtful:
        table = Table("Dòng", "STT", "Cần xem lại", title="Dòng không nhập")
        for each in doubtful:
            table.add_row(str(each.row.number), escape(each.row.label), escape("\n".join(each.doubts)))
        console.print(table)
