"""What a register holds, and what every command does to it in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from service.domain.calendar import ZONE
from service.domain.escalation import WatchKind
from service.domain.lifecycle import State
from tests.model.clocks import Clock
from tests.model.days import Days

S, W = State, WatchKind
WORKING = (S.ASSIGNED, S.ACKNOWLEDGED, S.IN_PROGRESS)
HELD = (*WORKING, S.SUBMITTED, S.RETURNED, S.SUSPENDED)
CLOSED = (S.WITHDRAWN, S.TRANSFERRED)
RETURN_DAYS, EXTENSIONS_MAX, DEPTH_MAX = 5, 2, 3
BELOW = {"thon-a": "xa-a", "to-a": "thon-a"}


class Refused(Exception):
    """The rules do not allow it; the name says which refusal the product must give."""


@dataclass
class Request:
    """Something asked about a duty that waits for an answer, or had one."""

    kind: str
    duty: "Duty"
    state: str = "waiting"
    wanted_on: date | None = None
    answer_by: date | None = None
    unit: str = ""


@dataclass
class Duty:
    """One obligation."""

    number: int
    letter: int
    item: str
    unit: str
    parent: int | None
    generation: int
    assigned_on: date
    original: date | None
    due: date | None
    urgency: str
    period: str = ""
    state: State = S.ASSIGNED
    version: int = 1
    done: date | None = None
    percent: int | None = None
    reported: date | None = None
    extended: int = 0
    is_counted: bool = False
    counts_from: date | None = None
    is_deemed: bool = False
    stood: State = S.ASSIGNED
    stood_since: datetime | None = None
    clocks: dict[tuple[WatchKind, str], Clock] = field(default_factory=dict)


@dataclass
class Letter:
    """A directive: its items with their days, and whether it still holds."""

    urgency: str
    items: dict[str, date | None]
    issued_on: date
    term: str | None = None
    happened_on: date | None = None
    is_overruled: bool = False
    is_over: bool = False
    taken_out: set[str] = field(default_factory=set)
    receipts: dict[str, date] = field(default_factory=dict)


@dataclass
class Merger:
    """Communes that become one."""

    old: Sequence[str]
    new: str
    effective_on: date
    state: str = "scheduled"


@dataclass
class Period:
    """A stretch of time for which one duty is done."""

    key: str
    start: date
    end: date
    due: date
    holds: bool = True


@dataclass
class Series:
    """What comes again from a day on, and the units that have it, each since a day."""

    letter: int
    rule: str
    units: dict[str, date]
    begins: date
    make_on: date
    periods: list[Period] = field(default_factory=list)
    until: date | None = None

    @property
    def is_ended(self) -> bool:
        """A later document says when it comes no more; that day may lie ahead."""
        return self.until is not None


class Book:
    """The letters, duties and requests of a register."""

    def __init__(self, days: Days, now: datetime) -> None:
        self.days, self.now = days, now
        self.letters: list[Letter] = []
        self.duties: list[Duty] = []
        self.requests: dict[str, Request] = {}
        self.mergers: list[Merger] = []
        self.series: list[Series] = []
        self.absences: list[Any] = []
        self.helpers: set[tuple[int, str, str]] = set()
        self.units = ["xa-a", "xa-b", "xa-c"]
        self.begun = dict.fromkeys(self.units, date(2024, 1, 1))
        self.edits = 0
        self.moments: list[Any] = []
        self.latest = now

    @property
    def today(self) -> date:
        """The day in the office."""
        return self.now.astimezone(ZONE).date()

    def _open(
        self,
        letter: int,
        item: str,
        unit: str,
        due: date | None,
        original: date | None,
        *,
        parent: int | None = None,
        on: date | None = None,
        period: str = "",
    ) -> Duty:
        same = [
            d for d in self._of_item(letter, item) if (d.unit, d.parent, d.period) == (unit, parent, period)
        ]
        duty = Duty(
            number=len(self.duties),
            letter=letter,
            item=item,
            unit=unit,
            parent=parent,
            generation=1 + max((d.generation for d in same), default=-1),
            assigned_on=on or self.today,
            original=original,
            due=due,
            urgency=self.letters[letter].urgency,
            period=period,
        )
        self.duties.append(duty)
        self._begin(duty, W.ACKNOWLEDGEMENT)
        self._begin_work(duty)
        return duty

    def _of_item(self, letter: int, item: str) -> list[Duty]:
        return [duty for duty in self.duties if (duty.letter, duty.item) == (letter, item)]

    def _pass_on(
        self,
        duties: Sequence[Duty],
        unit: str,
        *,
        on: date,
        due: date | None,
        afresh: bool,
        into: tuple[int, str] | None = None,
        by_event: bool = False,
    ) -> Duty | None:
        """Let a unit go on with duties, of the same item or `into` another; return the one that it had."""
        first = duties[0]
        letter, item = into or (first.letter, first.item)
        kept = [
            duty
            for duty in self._of_item(letter, item)
            if (duty.unit, duty.parent, duty.period) == (unit, first.parent, first.period)
            and duty.state in (*WORKING, S.SUBMITTED)
        ]
        stood = {duty.state for duty in duties}
        days = [duty.due for duty in duties if duty.due is not None]
        originals = [duty.original for duty in duties if duty.original is not None]
        handed_in = [duty.done for duty in duties if duty.done is not None]
        since = max((duty.stood_since for duty in duties if duty.stood_since is not None), default=None)
        for duty in duties:
            self._close(duty, S.TRANSFERRED)
        if kept:
            return kept[0]
        heir = self._open(
            letter,
            item,
            unit,
            due or (None if by_event else min(days, default=None)),
            due or (None if by_event else min(originals, default=None)),
            parent=first.parent,
            on=on,
            period=first.period,
        )
        if afresh:
            return None
        if stood == {S.SUBMITTED}:
            self._stop_all(heir)
            heir.done = max(handed_in)
            self._move(heir, S.SUBMITTED)
            self._begin(heir, W.ACCEPTANCE)
        elif stood == {S.SUSPENDED}:
            self._stop_all(heir)
            heir.stood, heir.stood_since = S.ASSIGNED, since
            self._move(heir, S.SUSPENDED)
        return None

    # --- what the commands share ----------------------------------------------------------------------

    def _in(self, number: int, *states: State) -> Duty:
        if self.duties[number].state not in states:
            raise Refused("MoveNotAllowed")
        return self.duties[number]

    def _move(self, duty: Duty, state: State) -> None:
        duty.state = state
        duty.version += 1
        if state in (S.IN_PROGRESS, S.RETURNED, S.SUSPENDED, *CLOSED):
            duty.done = None

    def _received(self, duty: Duty) -> None:
        if duty.state is S.ASSIGNED:
            self._stop(duty, W.ACKNOWLEDGEMENT)

    def _begin_work(self, duty: Duty) -> None:
        self._begin(duty, W.SILENCE if duty.due is None else W.DEADLINE)

    def _work_again(self, duty: Duty) -> None:
        self._stop(duty, W.ACCEPTANCE)
        self._begin_work(duty)

    def _begin(self, duty: Duty, kind: WatchKind, name: str = "", anchor_on: date | None = None) -> None:
        anchors: dict[WatchKind, Callable[[], date | None]] = {
            W.ACKNOWLEDGEMENT: lambda: duty.assigned_on,
            W.DEADLINE: lambda: duty.due,
            W.SILENCE: lambda: duty.reported or duty.assigned_on,
            W.ACCEPTANCE: lambda: duty.done,
        }
        day = anchor_on or anchors[kind]()
        assert day is not None
        if (kind, name) in duty.clocks:
            duty.clocks[kind, name].begin(day, self.now)
        else:
            duty.clocks[kind, name] = Clock(kind, duty.urgency, day, self.now)

    def _stop(self, duty: Duty, *kinds: WatchKind) -> None:
        for (kind, _), clock in duty.clocks.items():
            if kind in kinds:
                clock.stop()

    def _stop_all(self, duty: Duty) -> None:
        self._stop(duty, *WatchKind)

    def _about(self, duty: Duty) -> list[Request]:
        return [request for request in self.requests.values() if request.duty is duty]

    def _waiting(self, name: str) -> Request:
        if self.requests[name].state != "waiting":
            raise Refused("AlreadyAnswered")
        return self.requests[name]

    def _answer(self, duty: Duty, kind: str, state: str) -> None:
        for name, request in self.requests.items():
            if request.duty is duty and request.kind == kind and request.state == "waiting":
                request.state = state
                duty.clocks[W.RETURN, name].stop()

    def _close(self, duty: Duty, state: State) -> None:
        """End a duty that its unit has no more: its clocks, what was asked about it, its parts."""
        self._move(duty, state)
        self._stop_all(duty)
        self._close_requests(duty, "return", "extension", "cause", "explanation", "help")
        self._end_parts(duty)

    def _close_requests(self, duty: Duty, *kinds: str) -> None:
        for request in self._about(duty):
            if request.kind in kinds and request.state == "waiting":
                request.state = "closed"

    def _end_parts(self, duty: Duty) -> None:
        for part in self._parts(duty, HELD):
            self._close(part, S.WITHDRAWN)
        for part in self._parts(duty, tuple(State)):
            self._end_parts(part)

    def _parts(self, duty: Duty, states: tuple[State, ...]) -> list[Duty]:
        return [part for part in self.duties if part.parent == duty.number and part.state in states]
