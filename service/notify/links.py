"""The links of messages that are about to leave, signed with the installation's key."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.link_rules import token_of
from service.domain.reading.links import WantedLink, read_wanted
from service.vault import keys_of


class Links:
    """Signs links. Without a key there are none, and messages lead to a page that only shows.

    Of several keys the newest signs; a link that an older one signed is known by its hash and goes on.
    """

    def __init__(self, key: SecretStr | None, lifetime: timedelta) -> None:
        """Take the key as the settings have it: comma-separated, newest first."""
        self._secret = next(iter(keys_of(key)), "").encode()
        self.lifetime = lifetime

    def of(
        self, connection: Connection, messages: Sequence[UUID], *, now: datetime
    ) -> list[tuple[WantedLink, str]]:
        """Return the links that messages may carry, each with its token."""
        if not self._secret:
            return []
        return [
            (one, token_of(self._secret, one.message_id, one.obligation_id))
            for one in read_wanted(connection, messages, today=office_day(now))
        ]
