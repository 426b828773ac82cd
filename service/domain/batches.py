"""Many changes in one transaction, each of which is made or refused by itself."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from service.domain.errors import DomainError
from service.domain.people import Actor
from service.domain.permissions import Action

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")


def each_by_itself(
    session: Session,
    actor: Actor,
    action: Action,
    rows: Mapping[UUID, Row],
    act: Callable[[UUID, Row], Outcome],
) -> dict[UUID, Outcome | DomainError]:
    """Do something to each row; return what came of it, or the refusal, by the row's id.

    A refused row leaves nothing behind and hinders no other. Rows are taken in the order of their ids, so
    that two batches never wait for each other.

    Raises:
        NotAllowed: The actor's key may change nothing at all.
    """
    actor.require_scope("write", action)
    outcomes: dict[UUID, Outcome | DomainError] = {}
    for row_id in sorted(rows):
        try:
            with session.begin_nested():
                outcomes[row_id] = act(row_id, rows[row_id])
                session.flush()
        except DomainError as refused:
            outcomes[row_id] = refused
    return outcomes
