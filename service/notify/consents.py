"""Exchanges the codes that came back from administrators who said yes."""

import structlog

from service.clock import Clock
from service.database import Database
from service.domain.consent_rules import ConsentRefused
from service.domain.consents import Waiting, any_answered, end_consent, take_answered
from service.notify.accounts import TOKENS, DatabaseTokenStore
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.zalo import client_for
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway, ZaloClient
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import TokensBusy
from service.vault import Vault, VaultClosed

log = structlog.get_logger(__name__)
NOTHING_CAME = (
    ConsentRefused,
    ChannelMisconfigured,
    NothingSent,
    NoAnswer,
    TurnedAway,
    TokensBusy,
    VaultClosed,
)


def exchange_next(database: Database, vault: Vault, clock: Clock) -> bool:
    """Exchange the code that waits longest for tokens; return False if none does.

    The code is taken before Zalo is asked: a process that dies meanwhile leaves "no answer" behind, and the
    administrator is asked anew.
    """
    with database.read() as connection:
        if not any_answered(connection):
            return False
    with database.write() as session:
        waiting = take_answered(session, now=clock.now())
    if waiting is None:
        return False
    outcome = ""
    try:
        _exchange(database, vault, clock, waiting)
    except NOTHING_CAME as error:
        outcome = str(error) or type(error).__name__
        log.warning("zalo.consent_failed", reason=outcome)
    with database.write() as session:
        end_consent(session, waiting.id, outcome, now=clock.now())
    return True


def _exchange(database: Database, vault: Vault, clock: Clock, waiting: Waiting) -> None:
    client = _client(vault, waiting)
    store = DatabaseTokenStore(database, vault, waiting.account_id, clock.now)
    try:
        code = vault.open(waiting.code)["code"]
        redeem(client, store, code, vault.open(waiting.sealed)["verifier"], now=clock.now())
    finally:
        client.close()


def _client(vault: Vault, waiting: Waiting) -> ZaloClient:
    hidden = {name: value for name, value in vault.open(waiting.secrets).items() if name not in TOKENS}
    given = validated("zalo", ZaloSettings, waiting.settings)
    return client_for(given, validated("zalo", ZaloSecrets, hidden))
