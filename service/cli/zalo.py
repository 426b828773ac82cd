"""`dondoc zalo`: authorise an Official Account's app, see its templates, let a bot's chats come here."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from service.clock import SystemClock
from service.database import Database
from service.domain.consent_rules import Attempt, ConsentRefused
from service.domain.consents import reconnect
from service.domain.ids import NIL
from service.domain.reading import holds
from service.domain.reading.hooks import HookAccount, account_of
from service.domain.tables import USABLE_TEMPLATE
from service.notify.accounts import TOKENS, DatabaseTokenStore
from service.notify.channel import ChannelMisconfigured, ChannelTools, validated
from service.notify.channels.zalo import ZaloChannel, client_for
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway, ZaloClient
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.lookups import fetch_templates
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import TokenKeeper, TokensBusy, TokenTrouble
from service.notify.channels.zalo_bot import ZaloBotChannel
from service.notify.template_store import DatabaseTemplateStore
from service.settings import Settings
from service.vault import Vault, VaultClosed

zalo = typer.Typer(no_args_is_help=True)
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


@dataclass(frozen=True)
class Opened:
    """A channel's account with its secrets, and what it came from."""

    row: HookAccount
    secrets: Mapping[str, str]
    settings: Settings
    clock: SystemClock
    database: Database
    vault: Vault


@contextmanager
def _opened(register: str, channel: str) -> Iterator[Opened]:
    """Give a channel's account to a command; refusals end the process with a sentence."""
    settings, clock = Settings(), SystemClock()
    vault = Vault(settings.secret_key)
    try:
        with Database.of(settings) as database:
            with database.read() as connection:
                row = account_of(connection, register, channel)
                held = holds.standing(connection)
            if row is None:
                raise ConsentRefused(f"the register has no channel {channel} that is switched on")
            if held:
                raise ConsentRefused(holds.SENTENCE)
            yield Opened(row, vault.open(row.secrets), settings, clock, database, vault)
    except REFUSED as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@contextmanager
def _account(register: str) -> Iterator[Reached]:
    """Give what a command needs to speak to Zalo for a register's Official Account."""
    with _opened(register, ZaloChannel.name) as account:
        given = validated(ZaloChannel.name, ZaloSettings, account.row.settings)
        hidden = {name: value for name, value in account.secrets.items() if name not in TOKENS}
        with closing(client_for(given, validated(ZaloChannel.name, ZaloSecrets, hidden))) as client:
            store = DatabaseTokenStore(account.database, account.vault, account.row.id, account.clock.now)
            known = DatabaseTemplateStore(account.database, account.row.id)
            yield Reached(given, client, store, known, account.clock, account.database, account.row.id)


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


@zalo.command()
def bot(
    register: Annotated[str, typer.Argument(help="Code of the register, with a channel `zalo-bot`.")],
    url: Annotated[str, typer.Option(help="Where the service is, if not at its public address.")] = "",
) -> None:
    """Let what people write to the register's bot come here; print the address that is kept."""
    with _opened(register, ZaloBotChannel.name) as account:
        tools = ChannelTools(now=account.clock.now, folder=Path())
        with closing(ZaloBotChannel.configure(account.row.settings, account.secrets, tools)) as channel:
            base = (url or account.settings.public_url).rstrip("/")
            typer.echo(channel.listen_at(f"{base}/v1/hooks/zalo-bot/{register}"))
