"""What became of each row of a batch."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from service.api.problems import PROBLEM_REFERENCE, content_of
from service.domain.errors import DomainError
from service.domain.lifecycle import State
from service.domain.tables import Obligation
from service.edge.statuses import status_of

Problem = Annotated[dict[str, Any], WithJsonSchema(PROBLEM_REFERENCE)]


class OutcomeView(TypedDict):
    """What became of one row: `status` is what the same request for this obligation alone would have got.

    A row that was refused has its `problem`, and null for what it would have changed.
    """

    obligation_id: UUID
    status: int
    state: State | None
    version: int | None
    progress_update_id: UUID | None
    problem: Problem | None


class OutcomeList(TypedDict):
    """Every row in the order it was sent, and how many were done."""

    outcomes: list[OutcomeView]
    done: int


def refused_view(request: Request, obligation_id: UUID, refused: DomainError) -> OutcomeView:
    """Return a refusal as the outcome of a row."""
    path = f"/v1/obligations/{obligation_id}"
    return {
        "obligation_id": obligation_id,
        "status": status_of(type(refused)),
        "state": None,
        "version": None,
        "progress_update_id": None,
        "problem": content_of(request, refused, instance=path),
    }


def done_view(duty: Obligation, status: int, progress_update_id: UUID | None = None) -> OutcomeView:
    """Return an obligation as it stands now as the outcome of a row."""
    return {
        "obligation_id": duty.id,
        "status": status,
        "state": duty.state,
        "version": duty.version,
        "progress_update_id": progress_update_id,
        "problem": None,
    }
