"""What reading a file may end in, and what must then be true."""

import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.intake import IntakeRefused, Limits, Proposal, read, read_safely

LIMITS = Limits(archive_bytes=20_000_000, paragraphs=5_000, text_characters=400_000, pages=60)
SECONDS_MAX = 20
"""A file that takes longer hangs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reading ended: "proposal" or the slug of a refusal, else what went wrong."""

    word: str
    fault: str | None
    seconds: float


class Hangs(Exception):
    """The reading does not come back."""


def here(name: str, data: bytes) -> Outcome:
    """Read in this process."""
    started = time.monotonic()
    word, fault = _word(lambda: read(data, name, LIMITS))
    return Outcome(word, fault, time.monotonic() - started)


def watched(name: str, data: bytes) -> Outcome:
    """Read in this process, which does nothing else; one that does not come back is a fault."""
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
    try:
        return here(name, data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def apart(name: str, data: bytes, folder: Path) -> Outcome:
    """Read in a child process, as the service does."""
    path = folder / "upload"
    path.write_bytes(data)
    started = time.monotonic()
    word, fault = _word(lambda: read_safely(path, name, LIMITS))
    return Outcome(word, fault, time.monotonic() - started)


def _hangs(*_: object) -> None:
    raise Hangs


def _word(reading: Callable[[], Proposal]) -> tuple[str, str | None]:
    try:
        proposal = reading()
    except IntakeRefused as refusal:
        return refusal.slug, None
    except Exception:
        return "fault", traceback.format_exc(limit=-6)
    return "proposal", contradiction(proposal)


def contradiction(proposal: Proposal) -> str | None:
    """What a proposal says that its own text does not."""
    facts = proposal.to_json()
    text = proposal.text
    if facts["text"] != text:
        return "the text is not the text"
    paths = [item.path for item in proposal.walk()]
    if len(set(paths)) != len(paths):
        return f"two items are called the same: {paths}"
    for item in proposal.walk():
        if not text[item.span.start : item.span.end].endswith(item.text):
            return f"{item.path}: its text is not where its span says"
        if any(not text[a.span.start : a.span.end] for a in item.assigned):
            return f"{item.path}: a unit stands nowhere"
        for deadline in (item.deadline, *item.more_deadlines):
            if deadline.span and text[deadline.span.start : deadline.span.end] != deadline.text:
                return f"{item.path}: {deadline.text!r} is not where its span says"
    return None
