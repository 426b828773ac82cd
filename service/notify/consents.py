"""Exchanges the codes that came back from administrators who said yes."""

import structlog

from service.clock import Clock
from service.database import Database
from service.domain.consent_rules import ConsentRefused, Failure
from service.domain.consents import Waiting, anything_answered, end_consent, end_cut_off, take_answered
from service.notify.accounts import TOKENS, DatabaseTokenStore
from service.notify.channel import ChannelMisconfigured, validated
from service.notify.channels.zalo import client_for
from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway, ZaloClient
from service.notify.channels.zalo.consent import redeem
from service.notify.channels.zalo.settings import ZaloSecrets, ZaloSettings
from service.notify.channels.zalo.tokens import TokensBusy
from service.vault import Vault, VaultClosed

log = structlog.get_logger(__name__)
FAILURES: dict[type[Exception], Failure] = {
    ConsentRefused: Failure.REFUSED,
    TurnedAway: Failure.REFUSED,
    NoAnswer: Failure.NO_ANSWER,
    NothingSent: Failure.UNREACHABLE,
    TokensBusy: Failure.UNREACHABLE,
    ChannelMisconfigured: Failure.NOT_SET_UP,
    VaultClosed: Failure.NOT_SET_UP,
}
"""What an exchange raises → why nothing came of it."""


def exchange_next(database: Database, vault: Vault, clock: Clock) -> bool:
    """Exchange the code that waits longest for tokens; return False if none does.

    The code is taken before Zalo is asked: a process that dies meanwhile leaves "no answer" behind, the next
    one says so, and the administrator is asked anew.
    """
    with database.read() as connection:
        if not anything_answered(connection, now=clock.now()):
            return False
    with database.write() as session:
        end_cut_off(session, now=clock.now())
        waiting = take_answered(session, now=clock.now())
    if waiting is None:
        return False
    outcome, failure = "", None
    try:
        _exchange(database, vault, clock, waiting)
    except tuple(FAILURES) as error:
        outcome, failure = str(error) or type(error).__name__, FAILURES[type(error)]
        log.warning("zalo.consent_failed", reason=outcome)
    with database.write() as session:
        end_consent(session, waiting.id, outcome, failure=failure, now=clock.now())
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
