"""What was asked about a duty waits, or was answered, and its clock with it."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.escalation import WatchKind
from service.domain.lifecycle import CLOSED, State
from service.domain.tables import (
    CoordinationRequest,
    Explanation,
    Extension,
    Obligation,
    RequestState,
    Return,
    Watch,
    table,
)

obligation, watch = table(Obligation), table(Watch)
returned, extension = table(Return), table(Extension)
explanation, coordination = table(Explanation), table(CoordinationRequest)

WAITS: dict[WatchKind, tuple[sa.Table, sa.ColumnElement[bool]]] = {
    WatchKind.RETURN: (returned, returned.c.decision.is_(None)),
    WatchKind.EXTENSION: (extension, extension.c.decision.is_(None)),
    WatchKind.EXPLANATION: (
        explanation,
        sa.and_(explanation.c.answered_at.is_(None), explanation.c.closed_at.is_(None)),
    ),
    WatchKind.COORDINATION: (coordination, coordination.c.state == RequestState.WAITING),
}
"""Kind of clock → the requests it is for, and when one of them still waits."""


def checks() -> dict[str, Check]:
    """Return the checks of requests about duties."""
    waiting = [
        (asked.c.id, asked.c.obligation_id, waits, sa.literal(kind.value))
        for kind, (asked, waits) in WAITS.items()
    ]
    open_ones = sa.union_all(
        *(sa.select(id_, duty_id, kind.label("kind")).where(waits) for id_, duty_id, waits, kind in waiting)
    ).subquery("open_ones")
    runs = sa.exists().where(
        watch.c.subject_id == open_ones.c.id,
        watch.c.kind == open_ones.c.kind,
        watch.c.stopped_at.is_(None),
    )
    asked_still = sa.exists().where(open_ones.c.id == watch.c.subject_id)
    given_back = sa.exists().where(returned.c.obligation_id == obligation.c.id, returned.c.decision.is_(None))
    return {
        "request-unwatched": Check(
            "whoever has to answer a request is reminded",
            sa.select(open_ones.c.kind, open_ones.c.id).where(~runs),
        ),
        "request-answered-but-urged": Check(
            "nobody is reminded of a request that was answered",
            sa.select(watch.c.kind, watch.c.subject_id).where(
                watch.c.kind.in_(WAITS), watch.c.stopped_at.is_(None), ~asked_still
            ),
        ),
        "request-of-the-past": Check(
            "no request waits about a duty that its unit no longer has",
            sa.select(open_ones.c.kind, open_ones.c.id)
            .join(obligation, obligation.c.id == open_ones.c.obligation_id)
            .where(obligation.c.state.in_(sorted(CLOSED))),
        ),
        "return-lost": Check(
            "what was given back waits for the office's decision",
            sa.select(obligation.c.id).where(obligation.c.state == State.RETURNED, ~given_back),
        ),
    }
