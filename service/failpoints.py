"""Named points at which a test may kill this process; nothing happens unless `DONDOC_FAILPOINT` is set.

`DONDOC_FAILPOINT=delivery.after_send:3` kills the process, as a power cut would, at the third passage.
"""

import os
import signal

_name, _, _count = os.environ.get("DONDOC_FAILPOINT", "").partition(":")
_left = int(_count or 1)


def failpoint(name: str) -> None:
    """Die here if the environment says so."""
    global _left  # noqa: PLW0603 - the process counts its own passages
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
