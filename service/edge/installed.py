"""Which channels this installation has."""

from functools import lru_cache
from importlib.metadata import entry_points

ENTRY_POINTS = "dondoc.channels"


@lru_cache(maxsize=1)
def installed() -> tuple[str, ...]:
    """Return the names of the channels that this installation has."""
    return tuple(sorted({point.name for point in entry_points(group=ENTRY_POINTS)}))
