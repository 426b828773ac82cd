"""`dondoc demo`: play the letter of Cao Lộc and leave the office behind for a look."""

import logging
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from service.demo.looking import PEOPLE, serve
from service.demo.play import perform
from service.domain.calendar import ZONE


def demo(
    folder: Annotated[Path, typer.Option(help="Where the office is made; made anew each time.")] = Path(
        "var/demo"
    ),
    serve_it: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve", help="Serve it then; by default where somebody sits at a terminal."
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Play a real letter on a simulated clock, then serve its office; exit 0 if all went as expected."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console()
    went_well, ends_at = perform(folder, console)
    _say_how_to_look(console, folder, ends_at)
    if sys.stdout.isatty() if serve_it is None else serve_it:
        _say_who_can_sign_in(console, folder, port)
        serve(folder, ends_at, port=port)
    raise typer.Exit(0 if went_well else 1)


def _say_how_to_look(console: Console, folder: Path, ends_at: datetime) -> None:
    settings = f"DONDOC_DATABASE_URL=sqlite:///{folder}/dondoc.db DONDOC_FILES={folder}/files"
    console.print(
        f"\nKiểm tra dữ liệu lúc kết thúc, gọi API (khóa ở {folder}/api-key.txt), hoặc mở các trang:\n"
        f"[bold]{settings} .venv/bin/dondoc doctor --at {ends_at.astimezone(ZONE):%Y-%m-%dT%H:%M}[/bold]\n"
        f"[bold]{settings} .venv/bin/dondoc serve --no-worker[/bold]\n"
        "[bold].venv/bin/dondoc demo --serve[/bold]",
        highlight=False,
    )


def _say_who_can_sign_in(console: Console, folder: Path, port: int) -> None:
    password = (folder / "password.txt").read_text(encoding="ascii")
    console.print(f"\n[bold]http://127.0.0.1:{port}/[/bold] (Ctrl+C để dừng)", highlight=False)
    for each in PEOPLE:
        console.print(
            f"  {each.name}: [bold]{each.login}[/bold], mật khẩu [bold]{password}[/bold]", highlight=False
        )
