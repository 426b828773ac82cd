"""`dondoc account`: people who sign in, made and let in again at the machine itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from sqlmodel import Session, select

from service.cli.office import machine_of
from service.cli.refusals import in_words
from service.clock import SystemClock
from service.database import Database
from service.domain.accounts import AccountTerms, disable_account, make_account, renew_code
from service.domain.errors import NotFound
from service.domain.password_rules import folded_login
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.tables import Account
from service.settings import Settings

account = typer.Typer(no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="What the person types to sign in.")]
AsJson = Annotated[bool, typer.Option("--json", help='Print {"login", "code"} and nothing else.')]


@account.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Whose it is.")],
    role: Annotated[KeyRole, typer.Option(help="What they are at the unit.")] = KeyRole.ADMINISTRATOR,
    unit: Annotated[str | None, typer.Option(help="Code of the unit; none: the installation.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make an account, and print the one-time code that sets its password within a day."""
    with _at_the_machine() as (session, machine, now):
        terms = AccountTerms(login=login, name=name, role=role, unit_code=unit, every_register=unit is None)
        made = make_account(session, machine, terms, now=now)
    _print(made.row, made.code, as_json)


@account.command()
def code(login: Login, as_json: AsJson = False) -> None:
    """Print a new one-time code, for whoever forgot the password or waits; earlier codes open nothing."""
    with _at_the_machine() as (session, machine, now):
        made = renew_code(session, machine, _id_of(session, login), version=None, now=now)
    _print(made.row, made.code, as_json)


@account.command()
def disable(login: Login) -> None:
    """Make an account open nothing any more, within two seconds."""
    with _at_the_machine() as (session, machine, now):
        row = disable_account(session, machine, _id_of(session, login), version=None, now=now)
    typer.echo(f"{row.login} opens nothing any more.")


@contextmanager
def _at_the_machine() -> Iterator[tuple[Session, Actor, datetime]]:
    """Open a transaction of the machine itself, now; a refusal is told in words."""
    with Database.of(Settings()) as database, in_words(Console(stderr=True)), database.write() as session:
        yield session, machine_of(session), SystemClock().now()


def _id_of(session: Session, login: str) -> UUID:
    found = session.exec(select(Account.id).where(Account.login == folded_login(login))).first()
    if found is None:
        raise NotFound(what="account")
    return found


def _print(row: Account, shown: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"login": row.login, "code": shown}))
        return
    typer.echo(f"{row.login}: code that sets the password within a day, shown this once: {shown}")
