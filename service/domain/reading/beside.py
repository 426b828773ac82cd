"""What stands beside one obligation in its detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.reading import coordination, obligations, timeline
from service.domain.reading.coordination import RequestRow
from service.domain.reading.obligations import ObligationRow
from service.domain.reading.timeline import History


@dataclass(frozen=True, slots=True)
class Beside:
    """The journal of an obligation, what its lead asked coordinating units, and what it handed on."""

    history: History
    requests: Sequence[RequestRow]
    request_files: Mapping[UUID, Sequence[UUID]]
    parts: Sequence[ObligationRow]


def beside(connection: Connection, actor: Actor, obligation_id: UUID, *, cut_off: date) -> Beside:
    """Return what stands beside a visible obligation."""
    history = timeline.of_obligation(connection, obligation_id)
    requests = coordination.of_obligation(connection, obligation_id) if history.has_requests else []
    return Beside(
        history,
        requests,
        coordination.files(connection, requests),
        obligations.parts(connection, actor, obligation_id, cut_off=cut_off) if history.has_parts else [],
    )
