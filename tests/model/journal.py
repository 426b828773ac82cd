"""The journal of a duty, read as an official reads it, must lead to where the duty stands."""

import re
from uuid import UUID

from sqlalchemy.engine import Connection

from service.domain.lifecycle import State
from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import of_obligation

S = State
WORK = {S.ASSIGNED, S.ACKNOWLEDGED, S.IN_PROGRESS}
LEADS_TO = {
    "obligation.assigned.v1": {S.ASSIGNED},
    "obligation.acknowledged.v1": {S.ACKNOWLEDGED},
    "obligation.progress_reported.v1": {S.IN_PROGRESS},
    "obligation.submitted.v1": {S.SUBMITTED},
    "obligation.accepted.v1": {S.ACCEPTED},
    "obligation.sent_back.v1": {S.IN_PROGRESS},
    "obligation.reopened.v1": {S.IN_PROGRESS},
    "obligation.returned.v1": {S.RETURNED},
    "obligation.return_refused.v1": {S.ACKNOWLEDGED},
    "obligation.return_accepted.v1": {S.WITHDRAWN, S.TRANSFERRED},
    "obligation.suspended.v1": {S.SUSPENDED},
    "obligation.resumed.v1": WORK,
    "obligation.withdrawn.v1": {S.WITHDRAWN},
    "obligation.withdrawn_with_parent.v1": {S.WITHDRAWN},
    "obligation.transferred.v1": {S.TRANSFERRED},
    "obligation.replaced.v1": {S.TRANSFERRED},
}
"""Fact → the states in which it leaves a duty; the rest changes no state."""

INHERITED = "obligation.inherited.v1"
"""What predecessors had handed in, or let stand, stays so at the heir."""

UNREADABLE = re.compile(r"[{}]|\bNone\b|[0-9a-f]{8}-[0-9a-f]{4}-")


def faults(connection: Connection, duty_id: UUID, state: str) -> list[str]:
    """Return what is wrong with the journal of an obligation in a state."""
    lines = of_obligation(connection, duty_id).lines
    words = [sentence(line.kind, line.facts) for line in lines]
    wrong = [text for text in words if UNREADABLE.search(text) or not text]
    own = sorted((line.seq, line.kind) for line in lines if line.obligation_id == duty_id and line.seq)
    possible: set[S] = set()
    for _, kind in own:
        if kind == INHERITED:
            possible |= {S.SUBMITTED, S.SUSPENDED}
        possible = LEADS_TO.get(kind, possible)
    if state not in possible:
        wrong.append(f"{state} is not where {[kind for _, kind in own]} leads")
    return wrong
