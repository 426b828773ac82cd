"""Programs beside this one that read what we do not: started with bounds, in a folder of their own.

The bounds on processor time and memory are those of this process, which the kernel hands down. A program dies
with the process that started it.
"""

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from tempfile import TemporaryDirectory

from ..limits import Limits
from ..refusals import DocumentTooSlow, UnreadableDocument

ask_for_time: ContextVar[Callable[[], None]] = ContextVar("ask_for_time", default=lambda: None)
"""Called before a program is started: a caller that waits for this process must wait longer."""

_PR_SET_PDEATHSIG = 1
_KILLED = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ})


def installed(*names: str) -> str | None:
    """The path of the first of some programs that is here."""
    return next(filter(None, map(shutil.which, names)), None)


def any_installed() -> bool:
    """Whether any program is here that may be started."""
    return installed("soffice", "antiword", "tesseract") is not None


def run(
    arguments: Sequence[str], folder: Path, limits: Limits, *, given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end.

    Args:
        arguments: The program and what it is told.
        folder: Its home and working folder; nothing of this process's environment but the path goes with it.
        limits: How long it may take and how much it may write.
        given: What it reads from its standard input.

    Raises:
        DocumentTooSlow: It took too long, or was stopped at a bound.
        UnreadableDocument: It cannot be started.
    """
    ask_for_time.get()()
    environment = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603  our own arguments
            arguments,
            cwd=folder,
            env=environment,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=limits.helped_seconds,
            check=False,
            preexec_fn=_bound(limits),
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentTooSlow from error
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadableDocument from error
    if done.returncode in _KILLED:
        raise DocumentTooSlow
    return done


def _bound(limits: Limits) -> Callable[[], None]:
    """What the new process does before it becomes the program."""
    library = ctypes.CDLL(None)

    def bound() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _allow_files(limits.helper_file_bytes)

    return bound


def _allow_files(size_max: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = size_max if hard == resource.RLIM_INFINITY else min(size_max, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


@contextlib.contextmanager
def workshop(limits: Limits) -> Iterator[Path]:
    """A passing folder in which files may be written, as the rest of the reading may not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    _allow_files(limits.helper_file_bytes)
    try:
        with TemporaryDirectory(prefix="dondoc-") as folder:
            yield Path(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
