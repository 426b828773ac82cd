"""The mailbox to which mail comes back, read by IMAP (RFC 3501; MOVE, RFC 6851, where the server has it).

A message stays where it is until what it says is committed; then it is moved aside, to one folder when it
reported of a delivery, to another for somebody to read when it did not.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from service.notify.channel import Strict

BYTES_MAX = 10_000_000
BATCH = 100
"""Messages of one visit; the next one goes on."""

UNSAFE = re.compile(r'["\\\r\n\x00]')


class ReturnsUnreachable(Exception):
    """The mailbox cannot be read now: the server is away, refuses the login, or has no such folder."""


class ReturnsSettings(Strict):
    """Where the mailbox is.

    Attributes:
        security: `tls` from the first byte (port 993), `starttls` (143), or `none` on this host.
        folder: Where reports arrive.
        done: Where a report goes that was recorded; made where it is missing.
        unclear: Where everything else goes.
        seconds: Longest wait for the server at each step.
    """

    host: str = Field(min_length=1)
    port: int = Field(993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = Field(min_length=1)
    ca_file: Path | None = None
    folder: str = "INBOX"
    done: str = "Dondoc-da-xu-ly"
    unclear: str = "Dondoc-can-xem"
    seconds: float = Field(20.0, gt=0, le=60)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        names = (self.username, self.folder, self.done, self.unclear)
        if any(UNSAFE.search(name) or not name.isascii() or not name for name in names):
            raise ValueError("names of the user and of folders are ASCII, without quotes")
        if len({self.folder, self.done, self.unclear}) < 3:
            raise ValueError("folder, done and unclear must differ")
        if self.security == "none" and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("a login without encryption would show the password; use starttls or tls")
        return self


def visit(settings: ReturnsSettings, password: str, take: Callable[[bytes], bool]) -> tuple[int, int]:
    """Give each message of the mailbox to `take`, and move it to where its answer says.

    Args:
        settings: Where the mailbox is.
        password: Of the user.
        take: Records what a message says; returns whether it reported of a delivery. It has committed when
            it returns: a message that is given again must change nothing.

    Returns:
        How many messages reported of a delivery, and how many did not.

    Raises:
        ReturnsUnreachable: The server answers no, or not at all.
    """
    counts = {True: 0, False: 0}
    with _opened(settings, password) as server:
        for name in (settings.done, settings.unclear):
            server.create(f'"{name}"')  # the answer is no where there is one
        found = _said(server.uid("SEARCH", "UNDELETED"))
        for uid in found[0].split()[:BATCH] if found and found[0] else []:
            content = _read(server, uid.decode())
            reported = content is not None and take(content)
            _move(server, uid.decode(), settings.done if reported else settings.unclear)
            counts[reported] += 1
    return counts[True], counts[False]


@contextmanager
def _opened(settings: ReturnsSettings, password: str) -> Iterator[imaplib.IMAP4]:
    """Open the folder; whatever goes wrong with the server becomes `ReturnsUnreachable`."""
    tls = ssl.create_default_context()
    server: imaplib.IMAP4 | None = None
    try:
        if settings.ca_file is not None:
            tls.load_verify_locations(settings.ca_file)
        if settings.security == "tls":
            server = imaplib.IMAP4_SSL(
                settings.host, settings.port, ssl_context=tls, timeout=settings.seconds
            )
        else:
            server = imaplib.IMAP4(settings.host, settings.port, timeout=settings.seconds)
        if settings.security == "starttls":
            server.starttls(tls)
        server.login(settings.username, password)
        _said(server.select(f'"{settings.folder}"'))
        yield server
    except (imaplib.IMAP4.error, OSError) as error:
        said = str(error).replace(password, "…") if password else str(error)
        raise ReturnsUnreachable(f"imap: {said}"[:300]) from None
    finally:
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return the data of a positive answer."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(str(data[0]) if data else kind)
    return data


def _read(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """Return a message, unmarked; None where it is too large to be a report."""
    size = re.search(rb"RFC822\.SIZE (\d+)", _line(_said(server.uid("FETCH", uid, "(RFC822.SIZE)"))))
    if size is None or int(size[1]) > BYTES_MAX:
        return None
    parts = _said(server.uid("FETCH", uid, "(BODY.PEEK[])"))
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _line(data: list[Any]) -> bytes:
    return b" ".join(part[0] if isinstance(part, tuple) else part for part in data if part)


def _move(server: imaplib.IMAP4, uid: str, folder: str) -> None:
    """Move a message; a server without MOVE is told to copy, to mark and to forget."""
    if "MOVE" in server.capabilities:
        _said(server.uid("MOVE", uid, f'"{folder}"'))
        return
    _said(server.uid("COPY", uid, f'"{folder}"'))
    _said(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
    _said(server.expunge())
