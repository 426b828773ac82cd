"""Who is told of which fact."""

from service.domain.events.coordination import (
    CoordinationAnswered,
    CoordinationRequested,
    CoordinationWithdrawn,
    CoordinatorAdded,
)
from service.domain.events.delegation import ClosingProposed, WithdrawnWithParent
from service.domain.events.obligations import (
    ObligationAccepted,
    ObligationAssigned,
    ObligationReopened,
    ObligationSentBack,
    ObligationSubmitted,
    ObligationWithdrawn,
)

AUDIENCE: dict[str, tuple[str, bool, str]] = {
    ObligationAssigned.kind: ("officer", False, "issue"),
    ObligationSentBack.kind: ("officer", False, "urgent"),
    ObligationReopened.kind: ("officer", False, "urgent"),
    ObligationWithdrawn.kind: ("officer", False, "digest"),
    ObligationAccepted.kind: ("officer", False, "digest"),
    ObligationSubmitted.kind: ("officer", True, "digest"),
    CoordinatorAdded.kind: ("officer", False, "digest"),
    CoordinationRequested.kind: ("officer", False, "issue"),
    CoordinationAnswered.kind: ("officer", False, "digest"),
    ClosingProposed.kind: ("officer", False, "digest"),
    WithdrawnWithParent.kind: ("officer", False, "digest"),
    CoordinationWithdrawn.kind: ("officer", False, "digest"),
}
"""Event kind → (role to tell, at the keeper instead of the unit?, occasion)."""
