"""A duty that ended says why, and what ended with it is over."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.events.delegation import WithdrawnWithParent
from service.domain.events.obligations import ObligationWithdrawn
from service.domain.events.reorganisations import ObligationLapsed
from service.domain.events.requests import ReturnAccepted
from service.domain.lifecycle import HELD, State
from service.domain.tables import (
    ChangeKind,
    DirectiveChange,
    Event,
    ItemOutcome,
    Obligation,
    Predecessor,
    ReplacedItem,
    table,
)

obligation, event, change = table(Obligation), table(Event), table(DirectiveChange)
link, replaced = table(Predecessor), table(ReplacedItem)

WITHDRAWN_BY = (
    ObligationWithdrawn.kind,
    WithdrawnWithParent.kind,
    ReturnAccepted.kind,
    ObligationLapsed.kind,
)
"""Facts that say why a duty is nobody's any more."""


def checks() -> dict[str, Check]:
    """Return the checks of duties that ended."""
    withdrawal = sa.exists().where(
        event.c.subject_id == obligation.c.id,
        event.c.kind.in_(WITHDRAWN_BY),
    )
    ended = sa.exists().where(
        change.c.directive_id == obligation.c.directive_id,
        change.c.kind.in_((ChangeKind.REPLACE, ChangeKind.REVOKE)),
    )
    kept = sa.exists().where(
        replaced.c.item_id == obligation.c.item_id, replaced.c.outcome == ItemOutcome.KEEP.value
    )
    return {
        "ended-but-open": Check(
            "a replaced or revoked directive has no open obligation but those that were kept (R4)",
            sa.select(obligation.c.id).where(obligation.c.state.in_(HELD), ended, ~kept),
        ),
        "withdrawn-unexplained": Check(
            "what a directive gave is open, done, passed on, or withdrawn with a reason (R15)",
            sa.select(obligation.c.directive_id, obligation.c.id).where(
                obligation.c.state == State.WITHDRAWN, ~withdrawal
            ),
        ),
        "transferred-to-nobody": Check(
            "a duty that was passed on goes on in another one (R20)",
            sa.select(obligation.c.id).where(
                obligation.c.state == State.TRANSFERRED,
                ~sa.exists().where(link.c.predecessor_id == obligation.c.id),
            ),
        ),
    }
