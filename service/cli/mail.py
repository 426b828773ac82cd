"""`dondoc mail`: what comes back from mail servers."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.clock import SystemClock
from service.database import Database
from service.notify.bounces import Recorded
from service.notify.channels.returns import BYTES_MAX
from service.notify.returns import take
from service.settings import Settings

mail = typer.Typer(add_completion=False, no_args_is_help=True)


@mail.callback()
def group() -> None:
    """Take in what mail servers report."""


@mail.command()
def bounces(
    folder: Annotated[
        Path,
        typer.Option(help="Where the server drops one file a message.", exists=True, file_okay=False),
    ],
) -> None:
    """Record reports of failed and delayed mail; run it every few minutes.

    A report that was recorded goes to `done`, anything else to `unclear`, where somebody may read it. A file
    is moved after its report is committed, and a report that is read again changes nothing.
    """
    counts = dict.fromkeys(Recorded, 0)
    with Database.of(Settings()) as database:
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            counts[_take(database, path)] += 1
    line = ", ".join(f"{result} {count}" for result, count in counts.items())
    Console().print(line, markup=False)


def _take(database: Database, path: Path) -> Recorded:
    with path.open("rb") as file:
        result = take(database, SystemClock(), file.read(BYTES_MAX))
    aside = path.parent / ("unclear" if result is Recorded.UNKNOWN else "done")
    aside.mkdir(exist_ok=True)
    path.replace(aside / path.name)
    return result
