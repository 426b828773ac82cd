"""What stands beside one obligation in its detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import Connection

from service.domain.reading import coordination, timeline
from service.domain.reading.coordination import RequestRow
from service.domain.reading.timeline import History


@dataclass(frozen=True, slots=True)
class Beside:
    """The journal of an obligation, and what its lead asked coordinating units."""

    history: History
    requests: Sequence[RequestRow]
    request_files: Mapping[UUID, Sequence[UUID]]


def beside(connection: Connection, obligation_id: UUID) -> Beside:
    """Return what stands beside a visible obligation."""
    requests = coordination.of_obligation(connection, obligation_id)
    return Beside(
        timeline.of_obligation(connection, obligation_id),
        requests,
        coordination.files(connection, requests),
    )
