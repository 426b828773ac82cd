"""What a person may decide about messages, and what everybody is told whatever they decided.

Never put off or left out are: whatever is urgent, an escalation, what is overdue or falls due within
`NEAR_DAYS`, a new duty by a letter that is khẩn or more, a duty that was withdrawn, returned, reopened or
sent back, every change of a deadline, and every request that has to be answered by a day (R21-R25). All of
that is what `MATTERS` does not name.
"""

from enum import StrEnum

from service.domain.events.coordination import CoordinationAnswered, CoordinationWithdrawn
from service.domain.events.criteria import ValueCorrected
from service.domain.events.delegation import ClosingProposed
from service.domain.events.obligations import ObligationAccepted, ObligationAssigned, ObligationSubmitted
from service.domain.events.requests import (
    CauseClaimed,
    CauseConfirmed,
    CauseRefused,
    ExplanationClosed,
    ExplanationGiven,
    ExtensionRequested,
    ObligationSuspended,
)

NEAR_DAYS = 3
"""What falls due within so many days is told to everybody at once."""


class Matter(StrEnum):
    """What messages are about that a person may decide on."""

    NEW_DUTIES = "new_duties"
    REMINDERS = "reminders"
    RESULTS = "results"
    REPORTS = "reports"


class Choice(StrEnum):
    """When a person wants to be told of a matter."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


CHOICES: dict[Matter, tuple[Choice, ...]] = {
    Matter.NEW_DUTIES: (Choice.AT_ONCE, Choice.DIGEST),
    Matter.REMINDERS: (Choice.DIGEST, Choice.NEVER),
    Matter.RESULTS: (Choice.DIGEST, Choice.AT_ONCE, Choice.NEVER),
    Matter.REPORTS: (Choice.DIGEST, Choice.AT_ONCE, Choice.NEVER),
}
"""What may be chosen; the first holds for whoever has chosen nothing."""

MATTER_WORDS = {
    Matter.NEW_DUTIES: "việc mới giao, còn hơn 3 ngày mới đến hạn",
    Matter.REMINDERS: "nhắc cán bộ đầu mối khi còn hơn 3 ngày mới đến hạn",
    Matter.RESULTS: "kết quả đã được ghi nhận: xác nhận hoàn thành, tạm dừng, nguyên nhân khách quan",
    Matter.REPORTS: "đơn vị báo cáo, đề nghị, trả lời",
}
"""What a Vietnamese reader is told of a matter."""

CHOICE_WORDS = {Choice.AT_ONCE: "báo ngay", Choice.DIGEST: "tin buổi sáng", Choice.NEVER: "không báo"}

UNWANTED_KEY = "never:"
"""How the key of a message begins that is made for the record only: its reader does not want it."""

MATTERS: dict[str, Matter] = {
    ObligationAssigned.kind: Matter.NEW_DUTIES,
    **dict.fromkeys(
        (
            ObligationAccepted.kind,
            ObligationSuspended.kind,
            CauseConfirmed.kind,
            CauseRefused.kind,
            ExplanationClosed.kind,
            CoordinationWithdrawn.kind,
        ),
        Matter.RESULTS,
    ),
    **dict.fromkeys(
        (
            ObligationSubmitted.kind,
            ExtensionRequested.kind,
            CauseClaimed.kind,
            ExplanationGiven.kind,
            ValueCorrected.kind,
            CoordinationAnswered.kind,
            ClosingProposed.kind,
        ),
        Matter.REPORTS,
    ),
}
"""Event kind → what it is about. Waiting requests remind by their own clocks, which nobody switches off."""
