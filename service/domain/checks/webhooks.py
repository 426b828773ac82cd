"""Every event that an endpoint wants reaches it, or somebody can see that it did not (I-21)."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.checks.base import LATE, SHOWN_MAX, Check, Violation
from service.domain.events import catalogue
from service.domain.reading.holds import NOT_HELD
from service.domain.tables import Event, Ledger, WebhookAttempt, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import CallState, EndpointState

endpoint, call, attempt = table(WebhookEndpoint), table(WebhookCall), table(WebhookAttempt)
event, ledger = table(Event), table(Ledger)

PROMISE = "an endpoint has a call for every event that it wants, up to where it is (I-21)"
WAITING = (CallState.QUEUED, CallState.SENDING)


def checks() -> dict[str, Check]:
    """Return the checks of calls."""
    of_call = sa.and_(attempt.c.endpoint_id == call.c.endpoint_id, attempt.c.position == call.c.position)
    taken = sa.exists().where(of_call, attempt.c.status.between(200, 299))
    tried = sa.exists().where(of_call)
    waits = call.c.state.in_(WAITING)
    which = (call.c.endpoint_id, call.c.position)
    return {
        "webhook-call-lost": Check(
            "a call that waits will be made, and one that is over will not (I-21)",
            sa.select(*which).where(waits == call.c.next_attempt_at.is_(None)),
        ),
        "webhook-call-unproven": Check(
            "a call that counts as taken was answered with 2xx, and one that failed was tried (I-21)",
            sa.select(*which).where(
                sa.or_(
                    sa.and_(call.c.state == CallState.SENT, ~taken),
                    sa.and_(call.c.state == CallState.FAILED, ~tried),
                )
            ),
        ),
        "webhook-call-late": Check(
            "a due call of an endpoint that is told of events is made within minutes (I-21)",
            sa.select(*which)
            .join(endpoint, endpoint.c.id == call.c.endpoint_id)
            .where(
                endpoint.c.state == EndpointState.ACTIVE,
                call.c.next_attempt_at < LATE,
                NOT_HELD,
            ),
        ),
        "webhook-fence": Check(
            "no try has a higher fence than its call (I-09)",
            sa.select(*which, attempt.c.fence).join(attempt, of_call).where(attempt.c.fence > call.c.fence),
        ),
    }


def missing_calls(connection: Connection) -> list[Violation]:
    """Return the events that endpoints want, and were passed over for; what was purged is not looked for."""
    columns = ("id", "register_id", "types", "kept_after", "position")
    found = []
    for row in connection.execute(sa.select(*(endpoint.c[name] for name in columns))).all():
        wanted = [kind for kind in catalogue.kinds() if any(catalogue.matches(t, kind) for t in row.types)]
        called = sa.exists().where(call.c.endpoint_id == row.id, call.c.position == ledger.c.position)
        passed_over = (
            sa.select(ledger.c.position, event.c.kind)
            .join(event, event.c.seq == ledger.c.seq)
            .where(
                ledger.c.register_id == row.register_id,
                ledger.c.position > row.kept_after,
                ledger.c.position <= row.position,
                event.c.kind.in_(wanted),
                ~called,
            )
            .order_by(ledger.c.position)
        )
        found += [f"{row.id} {place} {kind}" for place, kind in connection.execute(passed_over)]
    return [Violation("webhook-call-missing", PROMISE, len(found), found[:SHOWN_MAX])] if found else []
