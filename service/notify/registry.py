"""Which channels are installed: the entry points of group `dondoc.channels`.

Ours are registered in `pyproject.toml` exactly as a stranger's would be in theirs. Two claims to one
name, or a name nobody claims, stop the process: going on without a channel would be silence.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from service.notify.channel import Channel

GROUP = "dondoc.channels"


class UnknownChannel(LookupError):
    """No installed package provides a channel of this name."""


class DuplicateChannel(RuntimeError):
    """Two packages claim one channel name, or a class is registered under a name not its own."""


@cache
def _entries() -> tuple[EntryPoint, ...]:
    """Read the metadata of every installed package, once in a process."""
    return tuple(entry_points(group=GROUP))


def installed(entries: Iterable[EntryPoint] | None = None) -> dict[str, EntryPoint]:
    """Return the installed channels by name, not loaded yet.

    Args:
        entries: Read from the installed packages when not given.
    """
    found: dict[str, EntryPoint] = {}
    for entry in _entries() if entries is None else entries:
        if entry.name in found:
            raise DuplicateChannel(f"{entry.name}: both {found[entry.name].value} and {entry.value}")
        found[entry.name] = entry
    return found


def channel_class(name: str, entries: Iterable[EntryPoint] | None = None) -> type[Channel]:
    """Return the class behind a channel's name.

    Raises:
        UnknownChannel: nobody provides it; the message lists what there is.
        DuplicateChannel: two packages provide it, or the class calls itself otherwise.
    """
    found = installed(entries)
    if name not in found:
        raise UnknownChannel(f"{name}: installed are {', '.join(sorted(found)) or 'none'}")
    loaded: type[Channel] = found[name].load()
    if loaded.name != name:
        raise DuplicateChannel(f"{found[name].value} calls itself {loaded.name!r}, not {name!r}")
    return loaded
