"""One kept-open SMTP connection with deadlines that hold.

`smtplib` resets its time-out with every byte it receives, so a server that answers one byte a second
keeps a worker for ever. Here every wait is cut to what is left of the whole deadline.

The stage at which things went wrong is kept, because it decides everything: before the body nothing was
delivered; after it, silence may mean that the message has arrived.
"""

import io
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from service.notify.channels.smtp_replies import REASON_LENGTH_MAX, Reply, Stage

Security = Literal["none", "starttls", "tls"]
QUIT_SECONDS = 2.0


class Rejected(Exception):
    """The server said no."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.reason)
        self.reply = reply


class Silent(Exception):
    """The server said nothing intelligible: closed, timed out, never there."""

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(f"smtp {stage}: {reason}"[:REASON_LENGTH_MAX])
        self.stage = stage


class Unsafe(Exception):
    """Encryption, a valid certificate or a login is demanded by the settings and not to be had.

    We do without the server, never without the demand.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the relay is and how it wants to be spoken to.

    Attributes:
        helo: Name we greet with; given, because guessing it asks DNS.
        tls: Verifies the server; used by `starttls` and `tls`.
        connect_seconds: Longest wait for the connection and, with `tls`, each step of its handshake.
    """

    host: str
    port: int
    security: Security
    helo: str
    tls: ssl.SSLContext
    username: str
    password: str
    connect_seconds: float


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whose message it is, for whom, and the id under which a server reports of it; plain ASCII."""

    sender: str
    recipient: str
    id: str


class Deadline:
    """A moment after which nobody waits any more."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left.

        Raises:
            TimeoutError: there are none.
        """
        seconds = self._ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the whole deadline has passed")
        return seconds

    def seconds(self) -> float:
        """Return the seconds left, 0 where there are none."""
        return max(0.0, self._ends_at - time.monotonic())


class _Incoming(io.RawIOBase):
    """Bytes from a socket, each wait cut to the deadline."""

    def __init__(self, sock: socket.socket, wire: "_Wire") -> None:
        self._sock = sock
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._wire.deadline.left())
        return self._sock.recv_into(buffer)


class _Wire(smtplib.SMTP):
    """`smtplib` with a deadline for the whole, not for each byte."""

    def __init__(self, server: Server, deadline: Deadline, **more: Any) -> None:
        self.deadline = deadline
        wait = min(server.connect_seconds, deadline.left())
        super().__init__(server.host, server.port, local_hostname=server.helo, timeout=wait, **more)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Incoming(self.sock, self))
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left())
        super().send(s)


class _TlsWire(_Wire, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Session:
    """A greeted, encrypted and logged-in connection."""

    def __init__(self, server: Server, deadline: Deadline) -> None:
        """Connect.

        Raises:
            Rejected, Silent, Unsafe: no session; nothing is left open.
        """
        with _stage(Stage.CONNECT):
            if server.security == "tls":
                self._wire: _Wire = _TlsWire(server, deadline, context=server.tls)
            else:
                self._wire = _Wire(server, deadline)
        self.used_at = time.monotonic()
        self.messages = 0
        try:
            self._prepare(server)
        except BaseException:
            self._wire.close()
            raise

    def _prepare(self, server: Server) -> None:
        with _stage(Stage.CONNECT):
            self._wire.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self._wire.starttls(context=server.tls)
                self._wire.ehlo_or_helo_if_needed()
        if server.username:
            with _stage(Stage.LOGIN):
                self._wire.login(server.username, server.password)

    def transmit(self, envelope: Envelope, content: bytes, deadline: Deadline) -> str:
        """Hand over one message for one recipient; return the server's word of acceptance.

        A server that can is asked to report failure and delay, under the envelope's id (RFC 3461).

        Raises:
            Rejected: certainly not accepted; the session can be used again unless it said 421.
            Silent: the session is dead; at stage `BODY` the message may have been accepted.
        """
        self._wire.deadline = deadline
        self.messages += 1
        size = [f"size={len(content)}"] if self._wire.has_extn("size") else []
        reports = self._wire.has_extn("dsn")
        kept = ["RET=HDRS", f"ENVID={envelope.id}"] if reports else []
        wanted = ["NOTIFY=FAILURE,DELAY"] if reports else []
        self._command(Stage.MAIL, "MAIL", f"FROM:<{envelope.sender}>", *size, *kept)
        self._command(Stage.RCPT, "RCPT", f"TO:<{envelope.recipient}>", *wanted)
        self._command(Stage.DATA, "DATA")
        with _stage(Stage.BODY):
            self._wire.send(_framed(content))
            code, text = self._wire.getreply()
        said = _settled(Stage.BODY, code, text)
        self.used_at = time.monotonic()
        return said

    def _command(self, stage: Stage, *words: str) -> None:
        with _stage(stage):
            code, text = self._wire.docmd(words[0], " ".join(words[1:]))
        _settled(stage, code, text)

    def idle_seconds(self) -> float:
        """Return how long ago the connection was of use."""
        return time.monotonic() - self.used_at

    def reset(self, deadline: Deadline) -> bool:
        """Forget a refused message; return whether the session can be used again."""
        self._wire.deadline = deadline
        try:
            with _stage(Stage.MAIL):
                code, _ = self._wire.rset()
        except (Silent, Rejected):
            return False
        return code == 250

    def abandon(self) -> None:
        """Close the socket without a word."""
        self._wire.close()

    def close(self) -> None:
        """Say goodbye, briefly."""
        self._wire.deadline = Deadline(QUIT_SECONDS)
        with suppress(OSError):
            self._wire.quit()
        self._wire.close()


def _framed(content: bytes) -> bytes:
    """Return a body as it travels: leading dots doubled, closed by a dot (RFC 5321 §4.5.2)."""
    lines = content.replace(b"\r\n.", b"\r\n..")
    dotted = b"." + lines if lines.startswith(b".") else lines
    return dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _settled(stage: Stage, code: int, text: bytes) -> str:
    """Return the text of a positive reply; raise what anything else means."""
    said = text.decode("utf-8", "replace")
    if code // 100 == (3 if stage is Stage.DATA else 2):
        return f"{code} {said}"[:REASON_LENGTH_MAX]
    if code // 100 in {4, 5}:
        raise Rejected(Reply(stage, code, said))
    raise Silent(stage, f"unintelligible reply {code} {said}")


@contextmanager
def _stage(stage: Stage) -> Iterator[None]:
    """Turn every way in which `smtplib` fails into ours, with the stage."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        _settled(stage, error.smtp_code, said)
        raise Silent(stage, f"unexpected reply {error.smtp_code}") from error
    except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
        raise Unsafe(f"smtp {stage}: {error}"[:REASON_LENGTH_MAX]) from error
    except (smtplib.SMTPServerDisconnected, TimeoutError, EOFError) as error:
        raise Silent(stage, str(error) or type(error).__name__) from error
    except smtplib.SMTPException as error:  # the login offers no method we know
        raise Unsafe(f"smtp {stage}: {error}"[:REASON_LENGTH_MAX]) from error
    except OSError as error:
        raise Silent(stage, str(error) or type(error).__name__) from error
