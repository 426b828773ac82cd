"""Stand-ins for the world outside, to try the product without accounts."""

from pathlib import Path
from typing import Annotated, Literal

import typer

fake = typer.Typer(no_args_is_help=True)

Port = Annotated[int, typer.Option(help="0 takes any that is free.")]
LedgerFile = Annotated[Path | None, typer.Option(help="File that gets a line for each message accepted.")]
Delay = Annotated[float, typer.Option(help="Wait before every answer.")]


@fake.callback()
def begin() -> None:
    """Print one line that says where it is and what a channel takes; go on until stopped."""


@fake.command()
def zalo(
    *,
    port: Port = 0,
    ledger: LedgerFile = None,
    delay_ms: Delay = 0,
    everyone: Annotated[bool, typer.Option(help="Every uid and phone number can be reached.")] = False,
) -> None:
    """Be Zalo (OAuth, Official Account, templates) until stopped; print the settings and secrets to use."""
    from service.fakes.zalo import run

    run(port=port, ledger=ledger, delay_ms=delay_ms, everyone=everyone)


@fake.command()
def smtp(
    *,
    port: Port = 0,
    ledger: LedgerFile = None,
    delay_ms: Delay = 0,
    security: Annotated[
        Literal["none", "starttls", "tls"], typer.Option(help="How it is spoken to.")
    ] = "none",
    login: Annotated[bool, typer.Option(help="Ask for a name and a password.")] = False,
) -> None:
    """Be a mail relay until stopped; it delivers nothing and keeps what it accepted."""
    try:
        from service.fakes.smtp import run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("aiosmtpd"):
            raise
        typer.echo("aiosmtpd is not installed: pip install 'dondoc[fakes]'", err=True)
        raise typer.Exit(1) from None
    run(port=port, ledger=ledger, delay_ms=delay_ms, security=security, login=login)


@fake.command()
def receiver(
    *,
    port: Port = 0,
    ledger: LedgerFile = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(help="Secret of the endpoint (`whsec_…`); without one nothing is refused."),
    ] = None,
) -> None:
    """Be another system's webhook endpoint until stopped: repeats challenges, checks signatures."""
    from service.fakes.receiver import run

    run(port=port, secrets=secret or [], ledger=ledger)
