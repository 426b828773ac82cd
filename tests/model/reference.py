"""What the rules say, in a few hundred plain lines: no database, no SQL, nothing of the product's code.

Only names and data are shared with the product: the words for states and clocks, and the ladder's steps.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    state: State = S.ASSIGNED
    version: int = 1
    done: date | None = None
    percent: int | None = None
    reported: date | None = None
    extended: int = 0
    stood: State = S.ASSIGNED
    stood_since: datetime | None = None
    clocks: dict[tuple[WatchKind, str], Clock] = field(default_factory=dict)


@dataclass
class Letter:
    """A directive: its items with their days, and whether it still holds."""

    urgency: str
    items: dict[str, date | None]
    is_over: bool = False
    taken_out: set[str] = field(default_factory=set)


@dataclass
class Merger:
    """Communes that become one."""

    old: Sequence[str]
    new: str
    effective_on: date
    state: str = "scheduled"


class Reference:
    """All duties of a register, moved by commands that the product has too."""

    def __init__(self, days: Days, now: datetime) -> None:
        self.days, self.now = days, now
        self.letters: list[Letter] = []
        self.duties: list[Duty] = []
        self.requests: dict[str, Request] = {}
        self.mergers: list[Merger] = []
        self.units = ["xa-a", "xa-b", "xa-c"]
        self.begun = dict.fromkeys(self.units, date(2024, 1, 1))
        self.edits = 0

    @property
    def today(self) -> date:
        """The day in the office."""
        return self.now.astimezone(ZONE).date()

    # --- beginnings -----------------------------------------------------------------------------------

    def issue(self, urgency: str, due: date | None, items: int, units: Sequence[str]) -> None:
        self.letters.append(Letter(urgency, {str(n): due for n in range(1, items + 1)}))
        for item in self.letters[-1].items:
            for unit in sorted(units):
                self._open(len(self.letters) - 1, item, unit, due, due)

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
    ) -> Duty:
        same = [d for d in self._of_item(letter, item) if (d.unit, d.parent) == (unit, parent)]
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
        )
        self.duties.append(duty)
        self._begin(duty, W.ACKNOWLEDGEMENT)
        self._begin_work(duty)
        return duty

    def _of_item(self, letter: int, item: str) -> list[Duty]:
        return [duty for duty in self.duties if (duty.letter, duty.item) == (letter, item)]

    # --- the main line --------------------------------------------------------------------------------

    def acknowledge(self, number: int) -> None:
        duty = self._in(number, S.ASSIGNED)
        self._received(duty)
        self._move(duty, S.ACKNOWLEDGED)

    def report(self, number: int, percent: int) -> None:
        duty = self._in(number, *WORKING)
        self._received(duty)
        duty.reported, duty.percent = self.today, percent
        self._move(duty, S.IN_PROGRESS)
        if duty.due is None:
            self._begin(duty, W.SILENCE)

    def submit(self, number: int) -> None:
        duty = self._in(number, *WORKING)
        self._received(duty)
        duty.done = duty.reported = self.today
        self._move(duty, S.SUBMITTED)
        self._stop(duty, W.DEADLINE, W.SILENCE)
        self._begin(duty, W.ACCEPTANCE)

    def accept(self, number: int) -> None:
        duty = self._in(number, S.SUBMITTED)
        self._move(duty, S.ACCEPTED)
        self._stop(duty, W.ACCEPTANCE)
        self._end_parts(duty)

    def send_back(self, number: int) -> None:
        duty = self._in(number, S.SUBMITTED)
        self._move(duty, S.IN_PROGRESS)
        self._work_again(duty)

    def reopen(self, number: int) -> None:
        duty = self.duties[number]
        if duty.parent is not None and self.duties[duty.parent].state not in WORKING:
            raise Refused("NotUnderWay")
        self._in(number, S.ACCEPTED)
        if duty.unit not in (*self.units, *BELOW):
            raise Refused("UnitEnded")
        self._move(duty, S.IN_PROGRESS)
        self._work_again(duty)

    def withdraw(self, number: int) -> None:
        self._close(self._in(number, *HELD), S.WITHDRAWN)

    # --- given back -----------------------------------------------------------------------------------

    def give_back(self, number: int, name: str) -> None:
        duty = self._in(number, S.ASSIGNED, S.ACKNOWLEDGED)
        self._received(duty)
        self._move(duty, S.RETURNED)
        self._stop(duty, W.DEADLINE, W.SILENCE)
        answer_by = self.days.count_on(self.today, RETURN_DAYS)
        self.requests[name] = Request("return", duty, answer_by=answer_by)
        self._begin(duty, W.RETURN, name, self.today)

    def refuse_return(self, number: int) -> None:
        duty = self._in(number, S.RETURNED)
        self._answer(duty, "return", "refused")
        self._move(duty, S.ACKNOWLEDGED)
        self._work_again(duty)

    def accept_return(self, number: int, unit: str | None, due: date | None) -> None:
        duty = self._in(number, S.RETURNED)
        if unit == duty.unit:
            raise Refused("UnknownReference")
        others = [
            other
            for other in self._of_item(duty.letter, duty.item)
            if other.parent is None and other is not duty and other.state not in CLOSED
        ]
        if unit is None and not others:
            raise Refused("ItemsWithoutLead")
        self._answer(duty, "return", "granted")
        if unit is None:
            self._close(duty, S.WITHDRAWN)
        else:
            self._pass_on([duty], unit, on=self.today, due=due, afresh=True)

    # --- standing still -------------------------------------------------------------------------------

    def suspend(self, number: int) -> None:
        self._stand(self._in(number, *WORKING))

    def _stand(self, duty: Duty) -> None:
        duty.stood, duty.stood_since = duty.state, self.now
        self._move(duty, S.SUSPENDED)
        self._stop(duty, W.ACKNOWLEDGEMENT, W.DEADLINE, W.SILENCE)
        for part in self._parts(duty, WORKING):
            self._stand(part)

    def resume(self, number: int, due: date | None) -> None:
        self._go_on(self._in(number, S.SUSPENDED), due)

    def _go_on(self, duty: Duty, due: date | None) -> None:
        since = duty.stood_since
        assert since is not None
        stood_on = since.astimezone(ZONE).date()
        if due is not None:
            duty.due = due
        elif duty.due is not None and duty.due >= stood_on:
            duty.due = self.days.on_or_after(duty.due + (self.today - stood_on))
        self._move(duty, duty.stood)
        if duty.stood is S.ASSIGNED:
            self._begin(duty, W.ACKNOWLEDGEMENT)
        self._work_again(duty)
        for part in self._parts(duty, (S.SUSPENDED,)):
            if part.stood_since == since:
                self._go_on(part, None)

    # --- more time ------------------------------------------------------------------------------------

    def ask_extension(self, number: int, name: str, wanted_on: date) -> None:
        duty = self._in(number, *WORKING)
        if duty.due is None:
            raise Refused("InvalidValue")
        if any(r.kind == "extension" and r.state == "waiting" for r in self._about(duty)):
            raise Refused("AlreadyExists")
        if wanted_on <= duty.due:
            raise Refused("InvalidValue")
        self.requests[name] = Request("extension", duty, wanted_on=wanted_on)
        if duty.state is S.ASSIGNED:
            self._received(duty)
            self._move(duty, S.ACKNOWLEDGED)
        self._begin(duty, W.EXTENSION, name, self.today)

    def grant_extension(self, name: str, due: date | None) -> None:
        request = self._waiting(name)
        duty = request.duty
        if duty.state not in (*WORKING, S.SUBMITTED):
            raise Refused("MoveNotAllowed")
        granted = due or request.wanted_on
        assert granted is not None
        assert duty.due is not None
        if granted <= duty.due:
            raise Refused("InvalidValue")
        whole = self.duties[duty.parent] if duty.parent is not None else None
        if whole is not None and whole.due is not None and granted > whole.due:
            raise Refused("InvalidValue")
        if duty.extended >= EXTENSIONS_MAX:
            raise Refused("NoMoreExtensions")
        request.state, duty.due = "granted", granted
        duty.extended += 1
        duty.version += 1
        duty.clocks[W.EXTENSION, name].stop()
        if duty.state in WORKING:
            self._begin(duty, W.DEADLINE)

    def refuse_extension(self, name: str) -> None:
        request = self._waiting(name)
        request.state = "refused"
        request.duty.clocks[W.EXTENSION, name].stop()

    # --- causes and explanations ----------------------------------------------------------------------

    def claim_cause(self, number: int, name: str) -> None:
        duty = self.duties[number]
        if any(r.kind == "cause" and r.state == "waiting" for r in self._about(duty)):
            raise Refused("AlreadyExists")
        self.requests[name] = Request("cause", duty)

    def confirm_cause(self, name: str) -> None:
        self._waiting(name).state = "granted"

    def refuse_cause(self, name: str) -> None:
        self._waiting(name).state = "refused"

    def ask_explanation(self, number: int, name: str, due: date) -> None:
        duty = self.duties[number]
        if duty.state in CLOSED:
            raise Refused("MoveNotAllowed")
        self.requests[name] = Request("explanation", duty)
        self._begin(duty, W.EXPLANATION, name, due)

    def explain(self, name: str) -> None:
        self._end_explanation(name, "answered")

    def close_explanation(self, name: str) -> None:
        self._end_explanation(name, "closed")

    def _end_explanation(self, name: str, state: str) -> None:
        request = self._waiting(name)
        request.state = state
        request.duty.clocks[W.EXPLANATION, name].stop()

    # --- handed on ------------------------------------------------------------------------------------

    def delegate(self, number: int, unit: str, due: date | None) -> None:
        duty = self.duties[number]
        if duty.state not in WORKING:
            raise Refused("NotUnderWay")
        if self._depth(duty) >= DEPTH_MAX:
            raise Refused("DelegatedTooDeep")
        if duty.unit not in self._above(unit):
            raise Refused("NotBelow")
        last = due or duty.due
        if last is not None and duty.due is not None and last > duty.due:
            raise Refused("DueAfterParent")
        if duty.state is S.ASSIGNED:
            self._received(duty)
            self._move(duty, S.ACKNOWLEDGED)
        self._open(duty.letter, duty.item, unit, last, last, parent=duty.number)

    def _depth(self, duty: Duty) -> int:
        return 0 if duty.parent is None else 1 + self._depth(self.duties[duty.parent])

    def _above(self, unit: str) -> Iterator[str]:
        while unit in BELOW:
            unit = BELOW[unit]
            yield unit

    # --- the letter -----------------------------------------------------------------------------------

    def change_deadline(self, letter: int, item: str, due: date) -> None:
        self.letters[letter].items[item] = due
        for duty in self._of_item(letter, item):
            if duty.parent is not None or duty.state not in (*WORKING, S.RETURNED, S.SUSPENDED):
                continue
            duty.due = due
            duty.version += 1
            self._stop(duty, W.SILENCE)
            if duty.state in WORKING:
                self._begin(duty, W.DEADLINE)

    def take_out(self, letter: int, item: str) -> None:
        self._in_force(letter)
        if item in self.letters[letter].taken_out:
            raise Refused("InvalidValue")
        self.letters[letter].taken_out.add(item)
        self._withdraw_all(self._of_item(letter, item))

    def revoke(self, letter: int) -> None:
        self._in_force(letter)
        self.letters[letter].is_over = True
        self._withdraw_all([duty for duty in self.duties if duty.letter == letter])

    def _in_force(self, letter: int) -> None:
        if self.letters[letter].is_over:
            raise Refused("DirectiveNotInForce")

    def _withdraw_all(self, duties: Sequence[Duty]) -> None:
        for duty in duties:
            if duty.state in HELD:
                self._close(duty, S.WITHDRAWN)

    def assign_late(self, letter: int, item: str, unit: str) -> None:
        self._in_force(letter)
        due = self.letters[letter].items[item]
        if due is not None and due < self.today:
            raise Refused("DueBeforeAssigned")
        if item in self.letters[letter].taken_out:
            raise Refused("InvalidValue")
        if any(duty.unit == unit and duty.parent is None for duty in self._of_item(letter, item)):
            raise Refused("InvalidValue")
        self._open(letter, item, unit, due, due)

    # --- the reform -----------------------------------------------------------------------------------

    def merge(self, old: Sequence[str], new: str, effective_on: date) -> None:
        self.mergers.append(Merger(old, new, effective_on))
        if effective_on <= self.today:
            self._carry_out(self.mergers[-1])

    def undo_merger(self, number: int) -> None:
        if self.mergers[number].state != "scheduled":
            raise Refused("ReorganisationNotOpen")
        self.mergers[number].state = "undone"

    def _carry_out(self, merger: Merger) -> None:
        merger.state = "carried_out"
        going: dict[tuple[int, str, int | None], list[Duty]] = {}
        for duty in self.duties:
            if duty.unit in merger.old and duty.state in HELD:
                going.setdefault((duty.letter, duty.item, duty.parent), []).append(duty)
        for duties in going.values():
            self._pass_on(duties, merger.new, on=merger.effective_on, due=None, afresh=False)
        self.units = [unit for unit in self.units if unit not in merger.old] + [merger.new]
        self.begun[merger.new] = merger.effective_on

    def _pass_on(
        self, duties: Sequence[Duty], unit: str, *, on: date, due: date | None, afresh: bool
    ) -> None:
        first = duties[0]
        kept = [
            duty
            for duty in self._of_item(first.letter, first.item)
            if (duty.unit, duty.parent) == (unit, first.parent) and duty.state in (*WORKING, S.SUBMITTED)
        ]
        stood = {duty.state for duty in duties}
        days = [duty.due for duty in duties if duty.due is not None]
        originals = [duty.original for duty in duties if duty.original is not None]
        handed_in = [duty.done for duty in duties if duty.done is not None]
        since = max((duty.stood_since for duty in duties if duty.stood_since is not None), default=None)
        for duty in duties:
            self._close(duty, S.TRANSFERRED)
        if kept:
            return
        heir = self._open(
            first.letter,
            first.item,
            unit,
            due or min(days, default=None),
            due or min(originals, default=None),
            parent=first.parent,
            on=on,
        )
        if afresh:
            return
        if stood == {S.SUBMITTED}:
            self._stop_all(heir)
            heir.done = max(handed_in)
            self._move(heir, S.SUBMITTED)
            self._begin(heir, W.ACCEPTANCE)
        elif stood == {S.SUSPENDED}:
            self._stop_all(heir)
            heir.stood, heir.stood_since = S.ASSIGNED, since
            self._move(heir, S.SUSPENDED)

    # --- time -----------------------------------------------------------------------------------------

    def wait(self, until: datetime) -> None:
        """Let time pass; the worker comes round at its end."""
        self.now = until
        for merger in self.mergers:
            if merger.state == "scheduled" and merger.effective_on <= self.today:
                self._carry_out(merger)
        for request in list(self.requests.values()):
            overdue = request.answer_by is not None and request.answer_by < self.today
            if request.kind == "return" and request.state == "waiting" and overdue:
                self.refuse_return(request.duty.number)
        for duty in self.duties:
            for clock in duty.clocks.values():
                clock.tick(self.days, self.now, has_reported=duty.reported is not None)

    def change_calendar(self, worked: Mapping[date, bool]) -> None:
        self.days.change(worked)
        self.edits += 1

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
        for request in self._about(duty):
            if request.state == "waiting":
                request.state = "closed"
        self._end_parts(duty)

    def _end_parts(self, duty: Duty) -> None:
        for part in self._parts(duty, HELD):
            self._close(part, S.WITHDRAWN)
        for part in self._parts(duty, tuple(State)):
            self._end_parts(part)

    def _parts(self, duty: Duty, states: tuple[State, ...]) -> list[Duty]:
        return [part for part in self.duties if part.parent == duty.number and part.state in states]

    # --- what can be seen -----------------------------------------------------------------------------

    def export(self) -> dict[str, list[Any]]:
        """Return the abstract state, in the order and the words of `export.of_database`."""
        return {
            "duties": [
                (
                    d.letter, d.item, d.unit, d.parent, d.generation, d.version, str(d.state),
                    d.assigned_on, d.original, d.due, d.done, d.percent, d.reported,
                )
                for d in self.duties
            ],
            "clocks": sorted(
                (d.number, str(kind), name, c.round, *c.place(), c.next_at(self.days), c.anchor_on)
                for d in self.duties
                for (kind, name), c in d.clocks.items()
            ),
            "requests": sorted((n, r.kind, r.duty.number, r.state) for n, r in self.requests.items()),
        }  # fmt: skip

    def steps(self) -> list[Any]:
        """Return every step that was taken, of every clock."""
        return sorted(
            (d.number, str(kind), name, t.round, t.step, t.occurrence, t.due_at, t.is_skipped, t.is_needless)
            for d in self.duties
            for (kind, name), clock in d.clocks.items()
            for t in clock.history
        )
