"""A fake mail relay on aiosmtpd: real sockets, real TLS, and a queue of faults.

`with FakeSmtp() as relay:` runs it in a thread; `relay.messages` is what it accepted. As a process:
`python -m service.fakes.smtp`.
"""

import argparse
import asyncio
import socket
import tempfile
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from service.fakes.certificate import server_tls
from service.fakes.control import controlled
from service.fakes.ledger import Ledger
from service.fakes.process import announce, wait_for_signal

Security = Literal["none", "starttls", "tls"]
Stage = Literal["connect", "login", "mail", "rcpt", "data", "body"]
FOR_EVER = 3600.0
SHOWN = 1000

USERNAME, PASSWORD = "dondoc", "fake-password"


@dataclass(frozen=True)
class SmtpFault:
    """What happens once, at one stage.

    Attributes:
        reply: Said instead of the usual answer.
        then: `answer` goes on afterwards, `hang` says nothing more, `drop` closes, `drip` says the usual
            answer one byte every tenth of a second (at `connect`).
        accepts: At stage `body`, the message is accepted before it goes wrong.
    """

    at: Stage
    reply: str = ""
    then: Literal["answer", "hang", "drop", "drip"] = "answer"
    accepts: bool = False


@dataclass(frozen=True)
class Received:
    """One accepted message with its envelope."""

    sender: str
    recipient: str
    raw: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, EmailMessage, policy=policy.default)


def _told(received: Received) -> dict[str, str]:
    found = received.message
    return {
        "to": received.recipient,
        "from": received.sender,
        "message_id": str(found["message-id"]),
        "subject": str(found["subject"]),
    }


class _Protocol(SMTP):
    """aiosmtpd's, able to misbehave where it has no hook."""

    def __init__(self, relay: "FakeSmtp", **more: Any) -> None:
        super().__init__(relay, **more)
        self.relay = relay

    async def _handle_client(self) -> None:
        self.relay.connections += 1
        if await self.misbehaves("connect") is None:
            await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd finds it by name)
        if await self.misbehaves("data") is None:
            await super().smtp_DATA(arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        await super().smtp_MAIL(self._asked(arg))

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await super().smtp_RCPT(self._asked(arg))

    def _asked(self, arg: str) -> str:
        """Note what is asked of reports (RFC 3461), where they are offered; aiosmtpd knows none of it."""
        words = arg.split()
        asked = (
            [w for w in words if w.startswith(("RET=", "ENVID=", "NOTIFY="))] if self.relay.reports else []
        )
        self.relay.asked += asked
        return " ".join(w for w in words if w not in asked)

    async def misbehaves(self, stage: Stage) -> str | None:
        """Act out the next fault of a stage; return what it replied, None where there is none."""
        fault = self.relay.next_fault(stage)
        if fault is None:
            return None
        await self.act(fault)
        if stage in {"connect", "data"} and fault.reply:
            await self.push(fault.reply)
        if stage == "connect" and self.transport is not None:
            self.transport.close()
        return fault.reply

    def abort(self) -> None:
        """Break the connection."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def act(self, fault: SmtpFault) -> None:
        if fault.then == "drop":
            self.abort()
        if fault.then == "drip":
            for byte in (fault.reply or "220 ").encode():
                self._writer.write(bytes([byte]))
                await asyncio.sleep(0.1)
        if fault.then != "answer":
            await asyncio.sleep(FOR_EVER)  # cancelled when the connection ends


class FakeSmtp:
    """A relay on a loopback port, in a thread."""

    def __init__(
        self,
        *,
        port: int = 0,
        security: Security = "none",
        login: bool = False,
        ledger: Path | None = None,
        delay_ms: float = 0,
        reports: bool = False,
    ) -> None:
        self.host = "127.0.0.1"
        self.security = security
        self.login = login
        self.delay_ms = delay_ms
        self.messages: list[Received] = []
        self.connections = 0
        self.reports = reports
        self.asked: list[str] = []
        self._faults: list[SmtpFault] = []
        self._folder = tempfile.TemporaryDirectory()
        self.ca_file = Path(self._folder.name) / "relay.pem"
        self._tls = server_tls(self.ca_file) if security != "none" else None
        self._ledger = Ledger(ledger) if ledger else None
        self._socket = socket.create_server((self.host, port), backlog=256)
        self.port = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Event

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(5):
            raise RuntimeError("the relay did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=10)
        if self._ledger:
            self._ledger.close()
        self._folder.cleanup()

    def fail(self, *faults: SmtpFault) -> None:
        """Queue faults; each is used up by the first visit to its stage."""
        self._faults.extend(faults)

    def next_fault(self, stage: Stage) -> SmtpFault | None:
        for fault in self._faults:
            if fault.at == stage:
                self._faults.remove(fault)
                return fault
        return None

    def hang_up(self) -> None:
        """Close every connection, as a relay does with idle clients."""
        closed = threading.Event()

        def close() -> None:
            self._abort_all()
            self._loop.call_later(0.02, closed.set)

        self._loop.call_soon_threadsafe(close)
        if not closed.wait(5):
            raise RuntimeError("the relay does not hang up")

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return channel settings that point here; the waits stay the product's own."""
        there = {"host": self.host, "port": self.port, "security": self.security}
        trust = {"ca_file": self.ca_file} if self._tls else {}
        login = {"username": USERNAME} if self.login else {}
        return {"sender": "nhacviec@dondoc.example.vn", **there, **trust, **login, **more}

    def secrets(self) -> dict[str, str]:
        return {"password": PASSWORD} if self.login else {}

    def control(self, order: dict[str, Any]) -> dict[str, Any]:
        """Arrange from another process (`faults`, `delay_ms`); return where this relay is and what it took.

        `channel` is what `PUT /v1/channels/email` takes.
        """
        self.fail(*(SmtpFault(**fault) for fault in order.get("faults", [])))
        self.delay_ms = order.get("delay_ms", self.delay_ms)
        settings = {
            name: str(value) if name == "ca_file" else value for name, value in self.settings().items()
        }
        return {
            "host": self.host,
            "port": self.port,
            "security": self.security,
            **({"ca_file": str(self.ca_file)} if self._tls else {}),
            "channel": {"settings": settings, "secrets": self.secrets()},
            "faults_waiting": len(self._faults),
            "accepted": [_told(received) for received in self.messages[-SHOWN:]],
        }

    # --- the server -----------------------------------------------------------------------------------

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._open: set[_Protocol] = set()
        implicit = self._tls if self.security == "tls" else None
        server = await self._loop.create_server(self._protocol, sock=self._socket, ssl=implicit)
        self._ready.set()
        await self._ended.wait()
        server.close()
        self._abort_all()
        await asyncio.sleep(0.01)

    def _protocol(self) -> _Protocol:
        starttls = self._tls if self.security == "starttls" else None
        protocol = _Protocol(
            self,
            hostname="relay.example.test",
            tls_context=starttls,
            authenticator=self._authenticated,
            auth_require_tls=False,
            enable_SMTPUTF8=False,
        )
        self._open.add(protocol)
        return protocol

    def _abort_all(self) -> None:
        for protocol in self._open:
            protocol.abort()
        self._open.clear()

    def _authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        fault = self.next_fault("login")
        if fault is not None:
            return AuthResult(success=False, handled=False, message=fault.reply)
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USERNAME.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802 (aiosmtpd finds it by name)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *(["250-DSN"] if self.reports else []), *responses[1:]]

    async def handle_MAIL(  # noqa: N802 (aiosmtpd finds it by name)
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        said = await server.misbehaves("mail")
        if said is None:
            envelope.mail_from = address
        return said or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd finds it by name)
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await server.misbehaves("rcpt")
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd finds it by name)
        if self.delay_ms:
            await asyncio.sleep(self.delay_ms / 1000)
        fault = self.next_fault("body")
        if fault is None or fault.accepts:
            await self._accept(session, envelope)
        if fault is not None:
            await server.act(fault)
        return fault.reply if fault and fault.reply else f"250 2.0.0 OK queued as {len(self.messages):08X}"

    async def _accept(self, session: Session, envelope: Envelope) -> None:
        encrypted = self.security == "tls" or session.ssl is not None
        for recipient in envelope.rcpt_tos:
            raw = envelope.original_content or b""
            received = Received(envelope.mail_from or "", recipient, raw, encrypted)
            self.messages.append(received)
            if self._ledger:
                headers = received.message
                await self._ledger.append({"to": recipient, "message_id": str(headers["message-id"])})


def run(*, port: int, ledger: Path | None, delay_ms: float, security: Security, login: bool) -> None:
    """Be a relay until the process is asked to end; the first line printed says where and with what."""
    relay = FakeSmtp(port=port, security=security, login=login, ledger=ledger, delay_ms=delay_ms)
    with relay, controlled(relay.control) as control:
        announce({**relay.control({}), "control": control})
        wait_for_signal()


def main() -> None:
    """Run as a process until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A fake mail relay on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--login", action="store_true", help="ask for a name and a password")
    given = parser.parse_args()
    run(
        port=given.port,
        ledger=given.ledger,
        delay_ms=given.delay_ms,
        security=given.security,
        login=given.login,
    )


if __name__ == "__main__":
    main()
