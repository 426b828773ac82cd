"""`dondoc zalo`: authorise the app for an Official Account, and see its templates."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from service.clock import SystemClock
from service.database import Database
from service.domain.consent_rules import Attempt, ConsentRefused
from service.domain.consents import reconnect
from service.domain.ids import NIL
from service.domain.reading.hooks import account_of
from service.domain.tables import USABLE_TEMPLATE
from service.notify.accounts import TOKENS, DatabaseTokenStore
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.zalo import client_for
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway, ZaloClient
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.lookups import fetch_templates
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import TokenKeeper, TokensBusy, TokenTrouble
from service.notify.template_store import DatabaseTemplateStore
from service.settings import Settings
from service.vault import Vault, VaultClosed

zalo = typer.Typer(help="The Official Account of a register.", no_args_is_help=True)
Register = Annotated[str, typer.Argument(help="Code of the register, whose channel `zalo` is set up.")]
REFUSED = (
    ConsentRefused,
    TokenTrouble,
    ChannelMisconfigured,
    NothingSent,
    NoAnswer,
    TurnedAway,
    TokensBusy,
    VaultClosed,
)


@dataclass(frozen=True)
class Reached:
    """An account that can be spoken to."""

    given: ZaloSettings
    client: ZaloClient
    store: DatabaseTokenStore
    templates: DatabaseTemplateStore
    clock: SystemClock
    database: Database
    account_id: UUID


@contextmanager
def _account(register: str) -> Iterator[Reached]:
    """Give what a command needs to speak to Zalo for a register; refusals end the process with a sentence."""
    settings, clock = Settings(), SystemClock()
    database, vault = Database(settings.database_url.get_secret_value()), Vault(settings.secret_key)
    try:
        with database.read() as connection:
            account = account_of(connection, register, "zalo")
        if account is None:
            raise ConsentRefused("the register has no channel zalo that is switched on")
        given = validated("zalo", ZaloSettings, account.settings)
        opened = vault.open(account.secrets)
        hidden = {name: value for name, value in opened.items() if name not in TOKENS}
        client = client_for(given, validated("zalo", ZaloSecrets, hidden))
        store = DatabaseTokenStore(database, vault, account.id, clock.now)
        known = DatabaseTemplateStore(database, account.id)
        yield Reached(given, client, store, known, clock, database, account.id)
        client.close()
    except REFUSED as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    finally:
        database.dispose()


@zalo.command()
def connect(
    register: Register,
    callback: Annotated[str, typer.Option(help="Address registered as callback in Zalo's console.")],
    verifier: Annotated[str, typer.Option(help="Fixed PKCE verifier, if the console has one.")] = "",
) -> None:
    """Print the link at which the account's administrator says yes; keep the tokens that come of it."""
    with _account(register) as reached:
        attempt = Attempt.begin(verifier)
        typer.echo(attempt.link(reached.given.oauth_url, reached.given.app_id, callback))
        code = attempt.code_in(typer.prompt("Address after the consent"), reached.given.oa_id)
        redeem(reached.client, reached.store, code, attempt.verifier, now=reached.clock.now())
        with reached.database.write() as session:
            reconnect(session, reached.account_id, by=NIL, consent_id=None, now=reached.clock.now())
    typer.echo("ok")


@zalo.command()
def templates(register: Register) -> None:
    """Ask Zalo for the account's templates, keep them for `/v1/channels`, and print state and parameters.

    Exit 1 if one that the channel is set to use cannot be used.
    """
    with _account(register) as reached:
        given = reached.given
        again = timedelta(seconds=given.refresh_again_seconds)
        keeper = TokenKeeper(reached.store, reached.client.refresh, reached.clock.now, again)
        known = fetch_templates(reached.client, keeper.access(), reached.clock.now())
    for each in known:
        reached.templates.save(each)
        sizes = ", ".join(f"{one.name} {one.kind} {one.length_max or ''}".rstrip() for one in each.parameters)
        why = f" — {each.reason}" if each.reason else ""
        typer.echo(f"{each.template_id} {each.status} {each.name}: {sizes}{why}")
    usable = {each.template_id for each in known if each.status == USABLE_TEMPLATE}
    wanted = {given.template_id, *given.template_ids.values()} - {""}
    if missing := sorted(wanted - usable):
        typer.echo(f"cannot be used: {', '.join(missing)}", err=True)
        raise typer.Exit(1)
