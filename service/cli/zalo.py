"""`dondoc zalo connect`: let the administrator of an Official Account authorise the app."""

from typing import Annotated

import typer

from service.clock import SystemClock
from service.database import Database
from service.domain.consent_rules import Attempt, ConsentRefused
from service.domain.reading.hooks import account_of
from service.notify.accounts import TOKENS, DatabaseTokenStore
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.zalo import client_for
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import TokensBusy
from service.settings import Settings
from service.vault import Vault, VaultClosed

zalo = typer.Typer(help="The Official Account of a register.", no_args_is_help=True)
REFUSED = (
    ConsentRefused,
    ChannelMisconfigured,
    NothingSent,
    NoAnswer,
    TurnedAway,
    TokensBusy,
    VaultClosed,
)


@zalo.callback()
def group() -> None:
    """Keep `connect` a command of its own."""


@zalo.command()
def connect(
    register: Annotated[str, typer.Argument(help="Code of the register, whose channel `zalo` is set up.")],
    callback: Annotated[str, typer.Option(help="Address registered as callback in Zalo's console.")],
    verifier: Annotated[str, typer.Option(help="Fixed PKCE verifier, if the console has one.")] = "",
) -> None:
    """Print the link at which the account's administrator says yes; keep the tokens that come of it."""
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
        attempt = Attempt.begin(verifier)
        typer.echo(attempt.link(given.oauth_url, given.app_id, callback))
        code = attempt.code_in(typer.prompt("Address after the consent"), given.oa_id)
        store = DatabaseTokenStore(database, vault, account.id, clock.now)
        redeem(client, store, code, attempt.verifier, now=clock.now())
        client.close()
    except REFUSED as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    finally:
        database.dispose()
    typer.echo("ok")
