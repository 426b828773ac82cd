"""A token store in memory with the manners of the real one: one lock, every call durable at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Lock

from service.notify.channels.zalo.tokens import LockedTokens, TokenPair, Tokens, TokensBusy, TokenState


class SharedTokens:
    """Shared by several channels in several threads; keeps every state it was ever in."""

    def __init__(self, tokens: Tokens, *, lock_seconds: float = 5.0) -> None:
        self._tokens = tokens
        self._lock = Lock()
        self._lock_seconds = lock_seconds
        self.states: list[TokenState] = [tokens.state]
        self.saves = 0

    def read(self) -> Tokens:
        return self._tokens

    @contextmanager
    def lock(self) -> Iterator[LockedTokens]:
        if not self._lock.acquire(timeout=self._lock_seconds):
            raise TokensBusy
        try:
            yield self
        finally:
            self._lock.release()

    def begin_refresh(self, token_hash: str, at: datetime) -> None:
        self._tokens = replace(self._tokens, refresh_started_at=at, refresh_hash=token_hash)

    def save(self, pair: TokenPair, expires_at: datetime) -> None:
        self._tokens = Tokens(pair.access_token, pair.refresh_token, expires_at)
        self.saves += 1
        self.states.append(TokenState.OK)

    def mark(self, state: TokenState) -> None:
        self._tokens = replace(self._tokens, state=state)
        if state is not TokenState.REFRESH_IN_DOUBT:
            self._tokens = replace(self._tokens, refresh_started_at=None, refresh_hash="")
        self.states.append(state)
