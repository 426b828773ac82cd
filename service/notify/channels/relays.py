"""The relays of one e-mail channel: so many connections and messages a minute, another when one will not.

The threads of a process share them. A message goes by the first relay that is well and free; one that
defers it, or is ill, is followed by the next. Nothing goes by a second relay once the first may have it.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from service.notify.channel import Refused, Retry, Unknown
from service.notify.channels.relay_store import RelayStore
from service.notify.channels.smtp import Deadline, Envelope, Rejected, Server, Session, Silent, Unsafe
from service.notify.channels.smtp_replies import Stage, outcome_of

RELAY_PAUSE = timedelta(minutes=5)
"""A relay that is ill is passed over for so long, while another is well."""

SPENT = "every relay has taken what it may in a minute"

Failure = Retry | Refused | Unknown


class Relay:
    """One relay with its open connections, of which each carries one message at a time."""

    def __init__(
        self,
        name: str,
        server: Server,
        *,
        connections: int,
        messages_per_connection: int,
        messages_per_minute: int | None,
        idle_seconds: float,
    ) -> None:
        self.name = name
        self.messages_per_minute = messages_per_minute
        self._server = server
        self._slots = threading.Semaphore(connections)
        self._messages_per_connection = messages_per_connection
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[Session] = []

    def enter(self, seconds: float = 0) -> bool:
        """Take a connection's place, waiting at most so long; whoever has one gives it back with `leave`."""
        return self._slots.acquire(timeout=seconds) if seconds > 0 else self._slots.acquire(blocking=False)

    def leave(self) -> None:
        """Give the place back."""
        self._slots.release()

    def offer(self, envelope: Envelope, content: bytes, deadline: Deadline) -> str | Failure:
        """Offer a message; return the relay's word of acceptance, or what its refusal or silence means."""
        try:
            return self._transmit(envelope, content, deadline)
        except Rejected as error:
            return outcome_of(error.reply)
        except Silent as error:
            said = str(error)
            return Unknown(said) if error.stage is Stage.BODY else Retry(said, channel_fault=True)
        except Unsafe as error:
            return Refused(str(error), channel_fault=True)

    def _transmit(self, envelope: Envelope, content: bytes, deadline: Deadline) -> str:
        """Use an open connection; if it has died meanwhile, a new one, once."""
        kept = self._kept()
        if kept is not None:
            try:
                return self._use(kept, envelope, content, deadline)
            except Rejected as error:
                if (error.reply.stage, error.reply.code) != (Stage.MAIL, 421):
                    raise
            except Silent as error:
                if error.stage is not Stage.MAIL:
                    raise
        return self._use(Session(self._server, deadline), envelope, content, deadline)

    def _use(self, session: Session, envelope: Envelope, content: bytes, deadline: Deadline) -> str:
        """Send by a connection, and keep it for the next message if it can still be believed."""
        try:
            said = session.transmit(envelope, content, deadline)
        except Rejected as error:
            if error.reply.code != 421 and session.reset(deadline):
                self._keep(session)
            else:
                session.abandon()
            raise
        except BaseException:
            session.abandon()
            raise
        self._keep(session)
        return said

    def _keep(self, session: Session) -> None:
        if session.messages >= self._messages_per_connection:
            session.close()
            return
        with self._lock:
            self._idle.append(session)

    def _kept(self) -> Session | None:
        """Return the connection used last; those that nobody used for too long are ended."""
        with self._lock:
            found = self._idle.pop() if self._idle else None
        if found is not None and found.idle_seconds() > self._idle_seconds:
            found.close()
            self.close()
            return None
        return found

    def close(self) -> None:
        """End the connections that carry nothing, politely."""
        with self._lock:
            ended, self._idle = self._idle, []
        for session in ended:
            session.close()


class Relays:
    """The relays of a channel in the order in which the office wants them used."""

    def __init__(self, relays: Sequence[Relay], store: RelayStore, now: Callable[[], datetime]) -> None:
        self._relays = tuple(relays)
        self._store = store
        self._now = now
        self._ill_until: dict[str, datetime] = {}

    def send(self, envelope: Envelope, content: bytes, deadline: Deadline) -> str | Failure:
        """Hand a message to a relay; return its word of acceptance, or what became of it otherwise."""
        order = self._order()
        answers: list[str | Failure | timedelta] = []
        for relay in order:
            if deadline.seconds() and relay.enter():
                answers.append(self._ask(relay, envelope, content, deadline))
                if _is_final(answers[-1]):
                    break
        if not answers and order[0].enter(deadline.seconds()):
            answers.append(self._ask(order[0], envelope, content, deadline))
        return _verdict(answers, all_asked=len(answers) == len(order))

    def _ask(
        self, relay: Relay, envelope: Envelope, content: bytes, deadline: Deadline
    ) -> str | Failure | timedelta:
        """Ask a relay whose place was taken; return how long to wait where it has taken all it may."""
        try:
            wait = self._spent(relay)
            answer = relay.offer(envelope, content, deadline) if wait is None else wait
        finally:
            relay.leave()
        if isinstance(answer, timedelta):
            return answer
        self._note(relay, answer)
        return f"{relay.name}: {answer}" if isinstance(answer, str) and len(self._relays) > 1 else answer

    def _order(self) -> list[Relay]:
        """Return the relays that are well; where none is, all, the one that was ill for longest first."""
        now = self._now()
        well = [each for each in self._relays if self._ill_until.get(each.name, now) <= now]
        return well or sorted(self._relays, key=lambda each: self._ill_until[each.name])

    def _spent(self, relay: Relay) -> timedelta | None:
        """Count a message of a relay; return how long to wait where it has taken all it may."""
        if relay.messages_per_minute is None:
            return None
        return self._store.take(relay.name, relay.messages_per_minute, self._now())

    def _note(self, relay: Relay, answer: str | Failure) -> None:
        """Remember how a relay is, and tell when that changes."""
        if isinstance(answer, Retry | Refused) and answer.channel_fault:
            pause = answer.after if isinstance(answer, Retry) and answer.after else RELAY_PAUSE
            until = self._now() + pause
            self._ill_until[relay.name] = until
            self._store.mark(relay.name, until, answer.reason)
        elif isinstance(answer, str) and relay.name in self._ill_until:
            del self._ill_until[relay.name]
            self._store.mark(relay.name, None, "")

    def close(self) -> None:
        """End the connections."""
        for relay in self._relays:
            relay.close()


def _is_final(answer: str | Failure | timedelta) -> bool:
    """Return if no other relay is asked: the message went, may have gone, or is itself refused."""
    if isinstance(answer, Refused):
        return not answer.channel_fault
    return isinstance(answer, str | Unknown)


def _verdict(answers: Sequence[str | Failure | timedelta], *, all_asked: bool) -> str | Failure:
    """Return what the answers of relays mean for the message; the last is the only one that can be final."""
    last = answers[-1] if answers else None
    if last is not None and _is_final(last) and not isinstance(last, timedelta):
        return last
    failed = [each for each in answers if isinstance(each, Retry | Refused)]
    waits = [each for each in answers if isinstance(each, timedelta)]
    of_message = [each for each in failed if not each.channel_fault]
    if of_message:
        return of_message[0]
    if waits:
        return Retry(SPENT, after=min(waits), channel_fault=True)
    if not failed:
        return Retry("every connection to the relays is in use")
    if not all_asked:
        return Retry(failed[-1].reason)
    return next((each for each in failed if isinstance(each, Retry)), failed[0])
