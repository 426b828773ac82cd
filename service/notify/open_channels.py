"""The channels that sending threads keep open, each as its account's row was when it was opened."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from uuid import UUID

from service.notify.accounts import Accounts
from service.notify.channel import Channel

CHANNELS_OPEN_MAX = 16

Key = tuple[UUID, str]
"""A register and the name of its channel."""


class OpenChannels:
    """Every thread's own open channels: none outlives the version of the row that it was made from."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._own = threading.local()
        self._of_threads: list[OrderedDict[Key, tuple[int, Channel]]] = []

    def of(self, key: Key, version: int) -> Channel:
        """Return this thread's channel; one of another version is closed for it, or the longest unused.

        Raises:
            ChannelMisconfigured: The row cannot make a channel.
            LookupError: There is no such channel, or it is switched off.
        """
        if not hasattr(self._own, "channels"):
            self._own.channels = OrderedDict()
            self._of_threads.append(self._own.channels)
        channels: OrderedDict[Key, tuple[int, Channel]] = self._own.channels
        if key in channels and channels[key][0] != version:
            channels.pop(key)[1].close()
        if key not in channels:
            channels[key] = (version, self._accounts.open(*key))
            if len(channels) > CHANNELS_OPEN_MAX:
                channels.popitem(last=False)[1][1].close()
        channels.move_to_end(key)
        return channels[key][1]

    def retire(self, versions: Mapping[Key, int]) -> None:
        """Close in all threads what was made from other versions than these; none may be sending."""
        for channels in self._of_threads:
            past = [key for key, (version, _) in channels.items() if versions.get(key, version) != version]
            for key in past:
                channels.pop(key)[1].close()

    def close(self) -> None:
        """Close everything; none of the threads may be sending."""
        for channels in self._of_threads:
            for _, channel in channels.values():
                channel.close()
