"""Named points at which a test may kill this process; nothing happens unless `DONDOC_FAILPOINT` is set.

`DONDOC_FAILPOINT=delivery.after_send:3` kills the process, as a power cut would, at the third passage.
`tests/chaos` reaches every one of them. What ends in `in_…` or `before_commit` lies inside a transaction.
"""

import os
import signal

POINTS = (
    # A worker's jobs.
    "sweep.before_commit",
    "sweep.after_commit",
    "plan.before_commit",
    "plan.after_commit",
    "apply_next.before_commit",
    "apply_next.after_commit",
    "sequence.before_commit",
    "sequence.after_commit",
    "fan_out.before_commit",
    "fan_out.after_commit",
    # One delivery.
    "delivery.in_claim",
    "delivery.after_claim",
    "delivery.in_links",
    "delivery.after_links",
    "delivery.before_send",
    "delivery.after_send",
    "delivery.before_settle",
    "delivery.in_settle",
    "delivery.after_settle",
    # Zalo's tokens, renewed.
    "token.after_lease",
    "token.before_refresh",
    "token.after_refresh",
    "token.in_save",
    "token.after_save",
    # One call of an endpoint.
    "webhook.in_claim",
    "webhook.after_claim",
    "webhook.before_call",
    "webhook.after_call",
    "webhook.before_settle",
    "webhook.in_settle",
    "webhook.after_settle",
    # An event that a provider tells of its own accord.
    "hook.before_keep",
    "hook.in_keep",
    "hook.after_keep",
    # An answer from the phone.
    "link.before_use",
    "link.in_use",
    "link.after_use",
)

_armed: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Die here if this process is armed so; else one look at an empty table."""
    if name in _armed:
        _armed[name] -= 1
        if _armed[name] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(setting: str) -> None:
    """Arm one point (`name:passage`, the first passage if none is named), or none for an empty setting.

    Raises:
        ValueError: There is no such point: a test that waits for it would wait for ever.
    """
    name, _, passage = setting.partition(":")
    if setting and name not in POINTS:
        raise ValueError(f"there is no failpoint {name!r}")
    _armed.clear()
    if setting:
        _armed[name] = int(passage or 1)


arm(os.environ.get("DONDOC_FAILPOINT", ""))
