"""Reads files from outside in a child process with limits; whatever happens to the child, the caller goes on.

A fork server holds the reading modules, so a child is a fork and costs milliseconds. The child gets a path,
sets its own limits and writes one pickled answer to a pipe. The caller trusts nothing of it: it bounds time
and size and unpickles only the classes of a proposal or a refusal.
"""

import contextlib
import io
import os
import pickle
import resource
import signal
import tempfile
import threading
import time
from collections.abc import Mapping
from multiprocessing import context, forkserver, get_context, popen_forkserver, reduction, spawn, util
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from .limits import DEFAULT, Limits
from .proposal import Proposal
from .readers import helpers
from .refusals import DocumentTooLarge, DocumentTooSlow, IntakeRefused, UnreadableDocument

PRELOADED = ["service.intake.sandbox", "service.intake.reading", "pypdfium2.raw"]
CHUNK = 1 << 16
MORE_TIME = b"+"
"""What a child writes before it waits for a program of its own; no answer begins so."""
GRACE_SECONDS = 5.0
"""How long an answered or killed child may take to disappear."""
_LOST = 255
"""Exit code of a child whose fork server died under it."""
_OUT_OF_TIME = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM})


class _Order(NamedTuple):
    """What a child is told: what to read, where it may leave passing files, and where programs are.

    The last is the caller's path: the fork server may have been started with another.
    """

    path: str
    filename: str
    limits: Limits
    folder: str
    programs: str


_starting = threading.Lock()
"""Starting and reaping look at all children; two threads must not do it at once."""


def read_safely(path: Path, filename: str, limits: Limits = DEFAULT) -> Proposal:
    """Read a file in a child process.

    Args:
        path: Where the bytes are.
        filename: What the sender calls the file.
        limits: Bounds on sizes, and on the child's time and memory.

    Raises:
        IntakeRefused: The document cannot or must not be read; DocumentTooSlow when the child ran into its
        limits. OSError: The file cannot be opened, or no process can be started.
    """
    if path.stat().st_size > limits.upload_bytes:
        raise DocumentTooLarge
    with TemporaryDirectory(prefix="dondoc-") as folder:
        answer, exit_code = _run(path, filename, limits, folder)
        if not answer and exit_code == _LOST:
            answer, exit_code = _run(path, filename, limits, folder)
    if not answer:
        raise DocumentTooSlow if exit_code in _OUT_OF_TIME else UnreadableDocument
    result = _unpickle(answer)
    if isinstance(result, IntakeRefused):
        raise result
    return result


def _run(path: Path, filename: str, limits: Limits, folder: str) -> tuple[bytes, int | None]:
    """The child's answer, empty when it gave none, and its exit code."""
    receiver, sender = get_context("forkserver").Pipe(duplex=False)
    order = _Order(str(path), filename, limits, folder, os.environ.get("PATH", ""))
    process = _Child(target=_work, args=(sender, order), daemon=True)
    try:
        with _starting:
            _preload()
            process.start()
    except BaseException:
        receiver.close()
        raise
    finally:
        sender.close()
    try:
        with receiver:
            return _receive(receiver, limits), _end(process)
    finally:
        _end(process, kill=True)
        process.close()


def _receive(receiver: Connection, limits: Limits) -> bytes:
    """Everything the child writes until it closes the pipe.

    Raises:
        DocumentTooSlow: The time is over.
        DocumentTooLarge: The answer is beyond its limit.
    """
    started = time.monotonic()
    seconds = limits.wall_seconds
    received = bytearray()
    while True:
        left = started + seconds - time.monotonic()
        if left <= 0 or not wait([receiver], left):
            raise DocumentTooSlow
        chunk = os.read(receiver.fileno(), CHUNK)
        if not chunk:
            return bytes(received)
        if not received and chunk.startswith(MORE_TIME):
            seconds = limits.helped_seconds
            chunk = chunk.lstrip(MORE_TIME)
        received += chunk
        if len(received) > limits.output_bytes:
            raise DocumentTooLarge


def _end(process: "_Child", *, kill: bool = False) -> int | None:
    """Wait for the child, or kill it; its exit code."""
    with _starting:
        if process.pid is None:
            return None
        if kill and process.is_alive():
            _kill_group(process.pid)
            process.kill()
        process.join(GRACE_SECONDS)
        return process.exitcode


def _kill_group(leader: int) -> None:
    """End the programs that a child has started, which are in its group; it may not lead one yet."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _preload() -> None:
    forkserver.set_forkserver_preload(PRELOADED)


class _Launch(popen_forkserver.Popen):
    """Starts a child without running the caller's main module in it again, which would cost its imports."""

    def _launch(self, process_obj: Any) -> None:
        preparation = {
            key: value
            for key, value in spawn.get_preparation_data(process_obj.name).items()
            if not key.startswith("init_main")
        }
        buffer = io.BytesIO()
        context.set_spawning_popen(self)
        try:
            reduction.dump(preparation, buffer)
            reduction.dump(process_obj, buffer)
        finally:
            context.set_spawning_popen(None)
        self.sentinel, writer = forkserver.connect_to_new_process(self._fds)  # type: ignore[attr-defined]  # typeshed omits it
        alive = os.dup(writer)
        self.finalizer = util.Finalize(self, _close_fds, (alive, self.sentinel))
        with open(writer, "wb", closefd=True) as pipe:
            pipe.write(buffer.getbuffer())
        self.pid = forkserver.read_signed(self.sentinel)


def _close_fds(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


class _Child(context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  the name is multiprocessing's
        return _Launch(process_obj)


def _work(sender: Connection, order: _Order) -> None:
    """In the child: set the limits, read, answer once."""
    limits = order.limits
    os.setpgid(0, 0)
    os.environ["PATH"] = order.programs
    _restrict(limits)
    helpers.ask_for_time.set(lambda: _take_time(sender, limits))
    tempfile.tempdir = order.folder
    answer = pickle.dumps(_answer(order.path, order.filename, limits), protocol=pickle.HIGHEST_PROTOCOL)
    if len(answer) > limits.output_bytes:
        answer = pickle.dumps(DocumentTooLarge(), protocol=pickle.HIGHEST_PROTOCOL)
    with contextlib.suppress(BrokenPipeError):
        view = memoryview(answer)
        while view:
            view = view[os.write(sender.fileno(), view) :]
    sender.close()
    os._exit(0)


def _restrict(limits: Limits) -> None:
    """Bound processor time, memory, files and life; the kernel enforces all of them, also inside C code.

    Files can be written only by a child on a machine with converters, and only while it waits for one.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds + 1)
    bounds: Mapping[int, tuple[int, int]] = {
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_AS: (limits.memory_bytes, limits.memory_bytes),
        resource.RLIMIT_FSIZE: (0, limits.helper_file_bytes if helpers.any_installed() else 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, bound)


def _take_time(sender: Connection, limits: Limits) -> None:
    """A program is about to be waited for: tell the caller, and live longer."""
    os.write(sender.fileno(), MORE_TIME)
    signal.setitimer(signal.ITIMER_REAL, limits.helped_seconds + 1)


def _answer(path: str, filename: str, limits: Limits) -> Proposal | IntakeRefused:
    from .reading import read_document

    try:
        with open(path, "rb") as file:
            data = file.read(limits.upload_bytes + 1)
        return read_document(data, filename, limits)
    except IntakeRefused as refusal:
        return type(refusal)()
    except MemoryError:
        return DocumentTooSlow()
    except Exception:
        return UnreadableDocument()


class _Answer(pickle.Unpickler):
    """Admits proposals and refusals only: a child taken over by a document must not run code here."""

    _MODULES = ("service.intake.envelope", "service.intake.proposal", "service.intake.refusals")

    def find_class(self, module: str, name: str) -> Any:
        if module not in self._MODULES or "." in name:
            raise pickle.UnpicklingError(name)
        return super().find_class(module, name)


def _unpickle(answer: bytes) -> Proposal | IntakeRefused:
    try:
        result = _Answer(io.BytesIO(answer)).load()
    except Exception as error:
        raise UnreadableDocument from error
    if not isinstance(result, Proposal | IntakeRefused):
        raise UnreadableDocument
    return result
