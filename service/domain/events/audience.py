"""Who is told of which fact."""

from service.domain.events.balance import ObligationTakenOver
from service.domain.events.channels import ConnectFailed, ReauthorisationNeeded
from service.domain.events.coordination import (
    CoordinationAnswered,
    CoordinationPassedOn,
    CoordinationRequested,
    CoordinationWithdrawn,
    CoordinatorAdded,
    CoordinatorEnded,
)
from service.domain.events.criteria import ValueCorrected
from service.domain.events.deadlines import AwaitedEventCame, DueDayCountedAgain, DueDayMoved
from service.domain.events.delegation import ClosingProposed, WithdrawnWithParent
from service.domain.events.instructions import ObligationPutInWriting
from service.domain.events.obligations import (
    ObligationAccepted,
    ObligationAssigned,
    ObligationReopened,
    ObligationSentBack,
    ObligationSubmitted,
    ObligationWithdrawn,
)
from service.domain.events.reorganisations import ReorganisationHeldUp
from service.domain.events.requests import (
    CauseClaimed,
    CauseConfirmed,
    CauseRefused,
    ExplanationAsked,
    ExplanationClosed,
    ExplanationGiven,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    ObligationResumed,
    ObligationReturned,
    ObligationSuspended,
    ReturnAccepted,
    ReturnRefused,
)
from service.domain.events.series import PeriodMoved
from service.domain.events.webhooks import WebhookDisabled

AUDIENCE: dict[str, tuple[str, bool, str]] = {
    ObligationAssigned.kind: ("officer", False, "issue"),
    ObligationTakenOver.kind: ("officer", False, "digest"),
    ObligationPutInWriting.kind: ("officer", False, "digest"),
    ObligationSentBack.kind: ("officer", False, "urgent"),
    ObligationReopened.kind: ("officer", False, "urgent"),
    ObligationWithdrawn.kind: ("officer", False, "digest"),
    ObligationAccepted.kind: ("officer", False, "digest"),
    ObligationSubmitted.kind: ("officer", True, "digest"),
    CoordinatorAdded.kind: ("officer", False, "digest"),
    CoordinationRequested.kind: ("officer", False, "issue"),
    CoordinationPassedOn.kind: ("officer", False, "issue"),
    CoordinatorEnded.kind: ("officer", False, "digest"),
    CoordinationAnswered.kind: ("officer", False, "digest"),
    ClosingProposed.kind: ("officer", False, "digest"),
    WithdrawnWithParent.kind: ("officer", False, "digest"),
    CoordinationWithdrawn.kind: ("officer", False, "digest"),
    ObligationReturned.kind: ("officer", True, "urgent"),
    ReturnRefused.kind: ("officer", False, "urgent"),
    ReturnAccepted.kind: ("officer", False, "digest"),
    ObligationSuspended.kind: ("officer", False, "digest"),
    ObligationResumed.kind: ("officer", False, "urgent"),
    ExtensionRequested.kind: ("officer", True, "digest"),
    ExtensionGranted.kind: ("officer", False, "digest"),
    ExtensionRefused.kind: ("officer", False, "urgent"),
    CauseClaimed.kind: ("officer", True, "digest"),
    CauseConfirmed.kind: ("officer", False, "digest"),
    CauseRefused.kind: ("officer", False, "digest"),
    ExplanationAsked.kind: ("head", False, "urgent"),
    ExplanationGiven.kind: ("officer", True, "digest"),
    ExplanationClosed.kind: ("officer", False, "digest"),
    ValueCorrected.kind: ("officer", True, "digest"),
    AwaitedEventCame.kind: ("officer", False, "digest"),
    DueDayMoved.kind: ("officer", False, "digest"),
    DueDayCountedAgain.kind: ("officer", False, "digest"),
    PeriodMoved.kind: ("officer", False, "digest"),
    ReauthorisationNeeded.kind: ("clerk", True, "urgent"),
    ConnectFailed.kind: ("clerk", True, "urgent"),
    WebhookDisabled.kind: ("clerk", True, "urgent"),
    ReorganisationHeldUp.kind: ("clerk", True, "urgent"),
}
"""Event kind → (role to tell, at the keeper instead of the unit?, occasion)."""

OF_MACHINERY = frozenset(
    {ReauthorisationNeeded.kind, ConnectFailed.kind, WebhookDisabled.kind, ReorganisationHeldUp.kind}
)
"""Facts that are about no duty: something here has stopped until a person sees to it."""
