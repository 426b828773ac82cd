"""What follows from one attempt: pure, one case an outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from service.domain.tables import DeliveryState
from service.notify.channel import Outcome, Refused, Retry, Sent, Unknown
from service.notify.delivery import Claim, Settlement


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: after a failure, after an unknown outcome, and for a channel that is ill."""

    wait: timedelta
    doubt: timedelta
    pause: timedelta
    attempts_max: int


def judge(taken: Claim, outcome: Outcome, patience: Patience, *, has_next: bool, now: datetime) -> Settlement:
    """Say what becomes of a delivery.

    An unknown outcome is tried once more, then by another channel. A channel that is ill costs the delivery
    no attempt. What has no other channel waits for the one that it has.
    """
    settled: Callable[..., Settlement] = partial(
        Settlement, taken, type(outcome).__name__.lower(), doubts=taken.doubts
    )
    tries, later = taken.attempts, now + patience.pause
    match outcome:
        case Sent(reference, detail):
            return settled(detail, DeliveryState.SENT, tries, reference=reference)
        case Unknown(reason) if taken.doubts == 0:
            again = now + patience.doubt
            return settled(reason, DeliveryState.UNKNOWN, tries, doubts=1, next_attempt_at=again)
        case Unknown(reason):
            doubts = taken.doubts + 1
            return settled(reason, DeliveryState.UNKNOWN, tries, doubts=doubts, falls_back=True)
        case Retry(reason, after, channel_fault) if channel_fault or tries < patience.attempts_max:
            again = now + (after or patience.wait)
            pause = again if channel_fault else None
            return settled(
                reason, DeliveryState.QUEUED, tries - channel_fault, next_attempt_at=again, pause_until=pause
            )
        case Retry(reason):
            return settled(reason, DeliveryState.FAILED, tries, falls_back=True)
        case Refused(reason, _, _, True) if not has_next:
            return settled(reason, DeliveryState.QUEUED, tries - 1, next_attempt_at=later, pause_until=later)
        case Refused(reason, next_channel, address_invalid, channel_fault):
            return settled(
                reason,
                DeliveryState.FAILED,
                tries,
                falls_back=next_channel,
                address_invalid=address_invalid,
                pause_until=later if channel_fault else None,
            )
