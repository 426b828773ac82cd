"""A write, opened and committed in the body of a route, before its answer leaves."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.database import Database, Standpoint
from service.domain.people import Actor
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.context import context, instant
from service.edge.idempotency import Once, fingerprint, key_of, route_of
from service.edge.refusals import IdempotencyKeyRequired
from service.edge.standpoint import standpoint

DRY_RUN = "Answer as if it were done, and change nothing."


class Writing:
    """One transaction: `with work as session:` opens it, the end of the block commits, an error rolls back.

    The answer is made inside the block by `answer`, so that it is stored with the effect when the request
    carries an Idempotency-Key. A rehearsal does and answers everything, and takes it back at the end.
    """

    __slots__ = ("_answered", "_block", "_database", "_once", "_rehearsal", "_session", "_standpoint")

    def __init__(self, database: Database, standpoint: Standpoint | None, once: Once | None) -> None:
        self._database = database
        self._standpoint = standpoint
        self._once = once
        self._rehearsal = False
        self._answered = False
        self._block: AbstractContextManager[Session]
        self._session: Session

    def rehearse(self) -> None:
        """Let the end of the block take everything back; a key is not used up."""
        self._once, self._rehearsal = None, True

    @property
    def is_rehearsal(self) -> bool:
        """Return if the end of the block takes everything back."""
        return self._rehearsal

    @property
    def connection(self) -> Connection:
        """Return the connection of the open transaction, to read what was written."""
        return self._session.connection()

    def __enter__(self) -> Session:
        """Open the transaction; a request carried out before ends here with its first answer."""
        self._block = self._database.write(self._standpoint)
        self._session = self._block.__enter__()
        try:
            if self._once is not None:
                self._once.begin(self._session)
        except BaseException:
            self._block.__exit__(*sys.exc_info())
            raise
        return self._session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back a rehearsal and what an error interrupted."""
        if error is None and not self._answered:
            kind, error = RuntimeError, RuntimeError("a write ended without an answer")
            self._block.__exit__(kind, error, trace)
            raise error
        if self._rehearsal:
            self._session.rollback()
        self._block.__exit__(kind, error, trace)

    def answer(
        self,
        kind: Any,
        view: Mapping[str, Any],
        *,
        status: int = 200,
        version: int | None = None,
        secrets: Sequence[str] = (),
    ) -> Response:
        """Return a view as a response; repeats of the request get it without the fields in `secrets`."""
        response = answer(kind, view, status=status, version=version)
        if self._once is not None:
            self._once.remember(self._session, response, secrets)
        self._answered = True
        return response


async def _work(request: Request, actor: CurrentActor) -> Writing:
    return writing(request, actor, await request.body() if "idempotency-key" in request.headers else b"")


def writing(request: Request, actor: Actor, content: bytes) -> Writing:
    """Return the write of a request; `content` is what its Idempotency-Key stands for."""
    key = key_of(request) if request.method == "POST" else None
    once = None
    if key is not None:
        sha256 = fingerprint(request, content)
        once = Once(actor.principal_id, route_of(request), key, sha256, instant(request))
    return Writing(context(request).database, standpoint(request, actor, writes=True), once)


Work = Annotated[Writing, Depends(_work)]


async def _named_work(request: Request, work: Work) -> Writing:
    if "idempotency-key" not in request.headers:
        raise IdempotencyKeyRequired
    return work


NamedWork = Annotated[Writing, Depends(_named_work)]
"""A write of many things, whose answer may be lost on the way: its repeat must be known for one."""


async def _rehearsed(work: Work, dry_run: Annotated[bool, Query(description=DRY_RUN)] = False) -> Writing:
    if dry_run:
        work.rehearse()
    return work


RehearsedWork = Annotated[Writing, Depends(_rehearsed)]
"""A write that `?dry_run=true` rehearses: the answer shows what would change, and nothing changes."""
