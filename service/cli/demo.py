"""`dondoc demo`: play the letter of Cao Lộc and leave the office behind for a look."""

import logging
import shutil
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from service.demo.play import perform
from service.domain.calendar import ZONE


def demo(
    folder: Annotated[Path, typer.Option(help="Where the office is made; made anew each time.")] = Path(
        "var/demo"
    ),
) -> None:
    """Play forty days of a real letter on a simulated clock; exit 0 only if all went as expected."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console()
    went_well, ends_at = perform(folder, console)
    settings = f"DONDOC_DATABASE_URL=sqlite:///{folder}/dondoc.db DONDOC_FILES={folder}/files"
    console.print(
        f"\nXem tiếp (khóa API ở {folder}/api-key.txt), rồi kiểm tra dữ liệu tại thời điểm kết thúc:\n"
        f"[bold]{settings} .venv/bin/dondoc serve --no-worker[/bold]\n"
        f"[bold]{settings} .venv/bin/dondoc doctor --at {ends_at.astimezone(ZONE):%Y-%m-%dT%H:%M}[/bold]",
        highlight=False,
    )
    raise typer.Exit(0 if went_well else 1)
