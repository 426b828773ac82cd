"""Stand-ins for the world outside, to try the product without accounts."""

from pathlib import Path
from typing import Annotated

import typer

fake = typer.Typer(no_args_is_help=True, help="Stand-ins on 127.0.0.1, to try channels without accounts.")


@fake.callback()
def begin() -> None:
    """Say that more than one stand-in may follow."""


@fake.command()
def zalo(
    *,
    port: Annotated[int, typer.Option(help="0 takes any that is free.")] = 0,
    ledger: Annotated[
        Path | None, typer.Option(help="File that gets a line for each message accepted.")
    ] = None,
    delay_ms: Annotated[float, typer.Option(help="Wait before every answer.")] = 0,
    everyone: Annotated[bool, typer.Option(help="Every uid and phone number can be reached.")] = False,
) -> None:
    """Be Zalo (OAuth, Official Account, templates) until stopped; print the settings and secrets to use."""
    from service.fakes.zalo import run

    run(port=port, ledger=ledger, delay_ms=delay_ms, everyone=everyone)
