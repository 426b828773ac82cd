"""Rotating tokens that survive crashes, lost answers and two workers at once.

Zalo's refresh token works once; using it kills the access token and gives a new pair. Whoever loses the
answer may have lost the account until an administrator authorises it again, so:

- one refresh at a time, under the store's lock, which reads again inside: the other worker may be done;
- a write-ahead (`begin_refresh`: when, and a hash of which token) before the request leaves;
- only a complete pair is saved, never an error;
- no answer: the current access token stays in use, and the same refresh token is tried again after 60 s.
  Either it still works, or Zalo says that it is spent and a person must act (`reauth_required`).

An access token lives 25 h and is renewed when under 6 h are left, or at once when Zalo refuses it.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from service.notify.channels.zalo.client import NoAnswer, NothingSent, TurnedAway

RENEW_UNDER = timedelta(hours=6)
LIFETIME = timedelta(seconds=90_000)
"""Of an access token, where the answer does not say."""

BUSY_AFTER = timedelta(seconds=5)
SPENT = frozenset({-14014, -14020})
"""Refresh token invalid; refresh token already used or expired."""


class TokenState(StrEnum):
    """Health of an account's tokens, shown to administrators."""

    OK = "ok"
    EXPIRING = "expiring"
    """A refresh was due and was not granted; the present token still works for a while."""
    REFRESH_IN_DOUBT = "refresh_in_doubt"
    """A refresh was asked for and no answer came."""
    REAUTH_REQUIRED = "reauth_required"
    """Only an administrator of the Official Account can help now."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What one refresh gives."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the store knows.

    Attributes:
        refresh_started_at: Write-ahead of a refresh whose end is not recorded.
        refresh_hash: `token_hash` of the refresh token used for it; another token (pasted by an
            administrator since) has nothing to do with that doubt.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    state: TokenState = TokenState.OK
    refresh_started_at: datetime | None = None
    refresh_hash: str = ""


class LockedTokens(Protocol):
    """The tokens while nobody else may change them. Every call is durable (committed) when it returns."""

    def read(self) -> Tokens:
        """Return what is stored now, not what was read before the lock."""
        ...

    def begin_refresh(self, token_hash: str, at: datetime) -> None:
        """Record that the refresh token with this hash is about to be used."""
        ...

    def save(self, pair: TokenPair, expires_at: datetime) -> None:
        """Replace both tokens at once; state `ok`, write-ahead forgotten."""
        ...

    def mark(self, state: TokenState) -> None:
        """Set the state; any but `refresh_in_doubt` also forgets the write-ahead."""
        ...


class TokenStore(Protocol):
    """Where one account's tokens are kept, shared by all workers.

    The lock is held during an HTTP call of up to 20 s, so it must be a lease of at least 30 s or an
    advisory lock, not an open write transaction.
    """

    def read(self) -> Tokens:
        """Return the stored tokens, without the lock."""
        ...

    def lock(self) -> AbstractContextManager[LockedTokens]:
        """Wait for the lock and hold it; raise `TokensBusy` when it cannot be had in reasonable time."""
        ...


class TokensBusy(Exception):
    """The lock cannot be had now, and why: another worker holds it for long, or nothing may leave here."""


class TokenTrouble(Exception):
    """There is no access token to send with."""


class ReauthRequired(TokenTrouble):
    """A person must authorise the account again."""


class RefreshRefused(TokenTrouble):
    """Zalo refused the refresh for a reason that is not the token: app id, secret, a page in between."""


class RefreshPending(TokenTrouble):
    """A refresh could not be settled now."""

    def __init__(self, reason: str, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after


def token_hash(token: str) -> str:
    """Return a hash that tells tokens apart and gives none away."""
    return hashlib.sha256(token.encode()).hexdigest()


def usable(token: str) -> bool:
    """Return whether a token fits a header; pasting can leave it empty or with a line break."""
    return bool(token) and token.isascii() and token.isprintable()


class TokenKeeper:
    """Hands out an access token, renewing it when it is time; one per channel instance."""

    def __init__(
        self,
        store: TokenStore,
        exchange: Callable[[str], Mapping[str, Any]],
        now: Callable[[], datetime],
        again_after: timedelta,
    ) -> None:
        """Keep an account's tokens fresh.

        Args:
            exchange: Asks Zalo; raises `NothingSent`, `NoAnswer` or `TurnedAway`.
            again_after: Wait between two refreshes of which the first was not settled.
        """
        self._store = store
        self._exchange = exchange
        self._now = now
        self._again_after = again_after
        self._known: Tokens | None = None
        self._quiet_until: datetime | None = None

    def access(self) -> str:
        """Return a token to send with.

        A refresh that fails does no harm as long as the present token lives.

        Raises:
            ReauthRequired, RefreshRefused, RefreshPending: there is none.
        """
        if self._known is not None and self._fresh(self._known):
            return self._known.access_token
        tokens = self._store.read()
        if tokens.state is TokenState.REAUTH_REQUIRED:
            raise ReauthRequired("the Zalo account must be authorised again")
        if not self._fresh(tokens):
            try:
                tokens = self._renew(failed=None)
            except (RefreshPending, RefreshRefused):
                if not usable(tokens.access_token) or tokens.expires_at <= self._now():
                    raise
        self._known = tokens
        return tokens.access_token

    def renewed(self, failed: str) -> str:
        """Return a token other than the one Zalo has just refused.

        Raises:
            ReauthRequired, RefreshRefused, RefreshPending: there is none.
        """
        self._known = None
        self._known = self._renew(failed=failed)
        return self._known.access_token

    def give_up(self, refused: str) -> bool:
        """Record that even a fresh token is refused; return False if another worker changed it meanwhile."""
        self._known = None
        try:
            with self._store.lock() as held:
                if held.read().access_token != refused:
                    return False
                held.mark(TokenState.REAUTH_REQUIRED)
        except TokensBusy:
            return False
        return True

    def _fresh(self, tokens: Tokens) -> bool:
        return usable(tokens.access_token) and tokens.expires_at - self._now() >= RENEW_UNDER

    def _renew(self, failed: str | None) -> Tokens:
        """Refresh under the lock, unless somebody else just did."""
        if failed is None and self._quiet_until is not None and self._now() < self._quiet_until:
            raise RefreshPending("a refresh was tried a moment ago", self._quiet_until - self._now())
        try:
            with self._store.lock() as held:
                tokens = held.read()
                if tokens.state is TokenState.REAUTH_REQUIRED:
                    raise ReauthRequired("the Zalo account must be authorised again")
                if tokens.access_token != failed if failed is not None else self._fresh(tokens):
                    return tokens
                self._quiet_until = self._now() + self._again_after
                tokens = self._refresh(held, tokens)
        except TokensBusy as error:
            raise RefreshPending(str(error), BUSY_AFTER) from error
        self._quiet_until = None
        return tokens

    def _refresh(self, held: LockedTokens, tokens: Tokens) -> Tokens:
        """Ask for a new pair. The lock is ours, so a write-ahead in the store is a refresh that got lost."""
        if not usable(tokens.refresh_token):
            held.mark(TokenState.REAUTH_REQUIRED)
            raise ReauthRequired("no usable refresh token is stored")
        at = self._now()
        in_doubt = _in_doubt(tokens)
        if in_doubt and tokens.refresh_started_at is not None:
            left = tokens.refresh_started_at + self._again_after - at
            if left > timedelta(0):
                raise RefreshPending("the answer to a token refresh was lost", left)
        held.begin_refresh(token_hash(tokens.refresh_token), at)
        unsettled = TokenState.REFRESH_IN_DOUBT if in_doubt else TokenState.EXPIRING
        try:
            answer = self._exchange(tokens.refresh_token)
        except NothingSent as error:
            held.mark(unsettled)
            raise RefreshPending(f"zalo oauth: {error}", self._again_after) from error
        except NoAnswer as error:
            held.mark(TokenState.REFRESH_IN_DOUBT)
            raise RefreshPending(f"zalo oauth: {error}", self._again_after) from error
        except TurnedAway as error:
            held.mark(unsettled)
            raise RefreshRefused(f"zalo oauth: {error}") from error
        return _settle(held, tokens, answer, at)


def _in_doubt(tokens: Tokens) -> bool:
    started = tokens.refresh_started_at is not None
    return started and tokens.refresh_hash == token_hash(tokens.refresh_token)


def _settle(held: LockedTokens, tokens: Tokens, answer: Mapping[str, Any], at: datetime) -> Tokens:
    """Save what an answer gives; raise what it refuses."""
    pair = complete_pair(answer, tokens.refresh_token)
    if pair is not None:
        held.save(pair, at + lifetime(answer))
        return held.read()
    reason = f"zalo oauth {answer.get('error', '')} {answer.get('error_name', '')}".strip()[:300]
    if answer.get("error") in SPENT:
        held.mark(TokenState.REAUTH_REQUIRED)
        raise ReauthRequired(reason)
    held.mark(TokenState.EXPIRING)
    raise RefreshRefused(reason)


def complete_pair(answer: Mapping[str, Any], used: str) -> TokenPair | None:
    """Return the pair in an OAuth answer, or None if there is any sign of an error.

    Args:
        used: The refresh token just used; kept where the answer brings no new one (seen once in the wild).
    """
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or used
    failed = bool(answer.get("error")) or bool(answer.get("error_name"))
    if failed or not isinstance(access, str) or not isinstance(refresh, str):
        return None
    return TokenPair(access, refresh) if usable(access) and usable(refresh) else None


def lifetime(answer: Mapping[str, Any]) -> timedelta:
    """Return how long the new access token lives; Zalo writes the seconds as text."""
    try:
        seconds = int(answer.get("expires_in") or 0)
    except (TypeError, ValueError):
        seconds = 0
    return timedelta(seconds=seconds) if seconds > 0 else LIFETIME
