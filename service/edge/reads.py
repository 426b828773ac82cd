"""A read: who asks, when, and a connection that is opened and closed in the body of the route."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.engine import Connection

from service.database import Standpoint
from service.domain.people import Actor
from service.edge.actor import current_actor
from service.edge.context import context, instant
from service.edge.standpoint import standpoint


class Reading:
    """`with reads as connection:` takes a connection from the pool and gives it back at the end of the block.

    Who asks and when come along, because a dependency more would cost a hot read a tenth of its time.
    """

    __slots__ = ("_block", "_open", "actor", "now")

    def __init__(
        self, opened: Callable[[], AbstractContextManager[Connection]], actor: Actor, now: datetime
    ) -> None:
        self._open = opened
        self._block: AbstractContextManager[Connection]
        self.actor = actor
        self.now = now

    def __enter__(self) -> Connection:
        """Take a connection."""
        self._block = self._open()
        return self._block.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back."""
        self._block.__exit__(kind, error, trace)


async def asked(request: Request) -> Reading:
    """Return the read of a request, once it is known who asks."""
    actor = await current_actor(request)
    return _reading(request, actor, context(request).database.read)


async def asked_at_once(request: Request) -> Reading:
    """Return the read of a request whose statements must all see the same moment."""
    actor = await current_actor(request)
    return _reading(request, actor, context(request).database.snapshot)


def _reading(
    request: Request,
    actor: Actor,
    opened: Callable[[Standpoint | None], AbstractContextManager[Connection]],
) -> Reading:
    return Reading(partial(opened, standpoint(request, actor)), actor, instant(request))


Reads = Annotated[Reading, Depends(asked)]
SnapshotReads = Annotated[Reading, Depends(asked_at_once)]
"""Figures that must agree with each other are read in one snapshot."""
