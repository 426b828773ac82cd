"""`dondoc init`, `migrate`, `check`: an installation made, kept up and looked at."""

import json
from datetime import datetime
from importlib.metadata import entry_points
from typing import Annotated

import sqlalchemy as sa
import typer
from pydantic import ValidationError
from sqlmodel import Session, col, select

from service import row_security
from service.cli.key_files import AUDIT_KEY, SECRET_KEY, make_key_files
from service.clock import SystemClock
from service.database import Database
from service.domain.accounts import AccountTerms, make_account
from service.domain.key_rules import LIFE_MAX
from service.domain.keys import SCOPES, KeyTerms, make_key
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import holds
from service.domain.registers import create_register
from service.domain.tables import ApiKey, ChannelAccount, Register, table
from service.edge.schema import is_at_head
from service.settings import PREFIX, Settings, unknown_names

REGISTER_CODE, REGISTER_NAME = "chinh", "Sổ theo dõi chính"
FIRST_ACCOUNT = AccountTerms(
    login="quan-tri", name="Quản trị hệ thống", role=KeyRole.ADMINISTRATOR, every_register=True
)

account = table(ChannelAccount)


def init(
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"api_key", "login", "set_up_code"} and nothing else.')
    ] = False,
) -> None:
    """Make the database, a register, its first administrator's key and account; both are shown once.

    The account has no password: its one-time code sets the first one, within a day.
    """
    settings = Settings()
    make_key_files(settings)
    now = SystemClock().now()
    with Database.of(settings) as database:
        _migrate(database)
        with database.write() as session:
            if session.exec(select(Register.id)).first() is None:
                create_register(session, code=REGISTER_CODE, name=REGISTER_NAME, now=now)
            if _has_administrator(session):
                typer.echo("The first key was shown before; `dondoc key` makes another one.", err=True)
                raise typer.Exit(1)
            token = _administrator_key(session, "administrator", now)
            first = make_account(session, machine_of(session), FIRST_ACCOUNT, now=now)
    if as_json:
        typer.echo(json.dumps({"api_key": token, "login": first.row.login, "set_up_code": first.code}))
        return
    typer.echo(f"Database: {database.url.render_as_string(hide_password=True)}")
    typer.echo(f"First key, shown this once: {token}")
    typer.echo(f"First account: {first.row.login}; code that sets its password within a day: {first.code}")


def key(
    name: Annotated[str, typer.Option(help="Whose or what for.")] = "administrator",
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"api_key": "..."} and nothing else.')
    ] = False,
) -> None:
    """Make one more administrator's key, as when the others have ended; the journal has it."""
    with Database.of(Settings()) as database, database.write() as session:
        token = _administrator_key(session, name, SystemClock().now())
    typer.echo(json.dumps({"api_key": token}) if as_json else f"Shown this once, good for a year: {token}")


def _administrator_key(session: Session, name: str, now: datetime) -> str:
    """Make a key of the installation's administrator, as the machine itself; return it."""
    machine = machine_of(session)
    terms = KeyTerms(
        name=name,
        role=KeyRole.ADMINISTRATOR,
        scopes=SCOPES,
        register_id=None,
        unit_id=None,
        expires_at=now + LIFE_MAX,
    )
    return make_key(session, machine, terms, now=now).token


def machine_of(session: Session) -> Actor:
    """Return who acts at the machine itself: the journal of the first register has it."""
    register_id = session.exec(select(Register.id).order_by(col(Register.id))).first()
    if register_id is None:
        typer.echo("There is no office here yet; run `dondoc init`.", err=True)
        raise typer.Exit(1)
    return Actor.machine(register_id)


def migrate() -> None:
    """Bring the database to the schema of this version."""
    with Database.of(Settings()) as database:
        _migrate(database)
    typer.echo("The schema is at head.")


def check() -> None:
    """Say what keeps the service from working: settings, database, schema, channels."""
    faults = [f"unknown setting {name}" for name in unknown_names()]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
    else:
        faults += _database_faults(settings)
    for fault in faults:
        typer.echo(f"FAULT {fault}", err=True)
    if faults:
        raise typer.Exit(1)
    if settings.audit_key is None:
        typer.echo(
            f"NOTE {AUDIT_KEY} is not set: the ledger is signed by nobody (`dondoc audit key --new`)",
            err=True,
        )
    typer.echo("All is well.")


def _database_faults(settings: Settings) -> list[str]:
    try:
        with Database.of(settings) as database, database.read() as connection:
            if not is_at_head(connection):
                return ["the schema is not at head; run `dondoc migrate`"]
            accounts = connection.execute(sa.select(account.c.channel, account.c.secrets)).all()
            held = holds.standing(connection)
            unwalled = row_security.faults(connection) if settings.row_security else []
    except sa.exc.SQLAlchemyError as error:
        return [f"the database does not answer or was never migrated ({type(error).__name__})"]
    installed = {point.name for point in entry_points(group="dondoc.channels")}
    faults = unwalled + ([holds.SENTENCE] if held else [])
    faults += [
        f"channel {row.channel} is set up but not installed"
        for row in accounts
        if row.channel not in installed
    ]
    if settings.secret_key is None and any(row.secrets for row in accounts):
        faults.append(f"channels have secrets but {SECRET_KEY} is not set")
    return faults


def _migrate(database: Database) -> None:
    from service.migrate import upgrade

    upgrade(database)


def _has_administrator(session: Session) -> bool:
    first = select(ApiKey.id).where(
        ApiKey.role == KeyRole.ADMINISTRATOR,
        col(ApiKey.unit_id).is_(None),
        col(ApiKey.register_id).is_(None),
    )
    return session.exec(first).first() is not None
