"""Playing a command for everybody, and comparing what came of it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from service.domain.errors import DomainError
from service.domain.escalation import Outcome
from service.domain.figures import Cell
from tests.district import MONDAY
from tests.model.book import Duty, Refused
from tests.model.days import Days
from tests.model.figures import Moment
from tests.model.player import Player
from tests.model.reference import Reference
from tests.model.world import World

AHEAD = st.integers(0, 40)
LATER = st.one_of(st.none(), st.integers(1, 40))
PICK = st.integers(0, 999)
CUT_OFFS = st.integers(-20, 160)


def outcome(act: Callable[..., object], given: Sequence[Any]) -> str:
    """Carry a command out; return "done" or the name of the refusal."""
    try:
        act(*given)
    except Refused as refused:
        return str(refused)
    except DomainError as refused:
        return type(refused).__name__
    return "done"


class Playing(RuleBasedStateMachine):
    """A register, and everybody who keeps it in step with the others."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.players = self.world.players()
        self.reference = Reference(Days(self.players[0].worked()), MONDAY)
        self.names = count(1)
        self.is_broken = False
        self.said: dict[date, bool] = {}

    def teardown(self) -> None:
        try:
            if not self.is_broken:
                self.play("wait", self.reference.now + timedelta(minutes=1))
                self.look_closely()
                for player in self.players:
                    assert player.journal_faults() == []
        finally:
            for player in self.players:
                player.close()

    # --- playing and comparing ------------------------------------------------------------------------

    def play(self, command: str, *given: Any) -> None:
        """Let everybody carry a command out, and compare what came of it."""
        self.world.commands += 1
        self.set_clocks(self.reference.now + timedelta(seconds=1))
        self.is_broken = True
        expected = outcome(getattr(self.reference, command), given)
        for player in self.players:
            came = outcome(getattr(player, command), given)
            assert came == expected, f"{command}{given} on {_kind(player)}: {came}, by the rules {expected}"
        if expected == "done":
            for player in self.players:
                player.learn(self.reference.duties)
        self.reference.remember()
        state = self.reference.export()
        for player in self.players:
            found = player.export()
            for what, rows in state.items():
                assert found[what] == rows, _difference(command, _kind(player), what, rows, found[what])
        self.is_broken = False

    def look_closely(self) -> None:
        """Compare every step of every clock, and let the doctor look; the worker has just been round."""
        steps = self.reference.steps()
        untold = sum(step[7] == Outcome.NOBODY for step in steps)
        for player in self.players:
            found = player.steps()
            assert found == steps, _difference("wait", _kind(player), "steps", steps, found)
            assert not player.told() & self.reference.away(), "who is away is told of nothing"
            faults = {fault.check: fault.count for fault in player.office.examine()}
            assert faults == ({"nobody-to-tell": untold} if untold else {}), faults
        self.count(self.reference.today, None, Cell.OPEN_OVERDUE)
        self.judge(self.reference.today, None)

    def count(self, cut_off: date, moment: Moment | None, cell: Cell) -> None:
        """Compare the table at a cut-off, and the duties listed in one of its cells."""
        expected = self.reference.table(cut_off, moment)
        named = self.reference.listed(cut_off, moment, cell)
        for player in self.players:
            where = f"at {cut_off} as of {moment and moment.at} on {_kind(player)}"
            found, numbers = player.table(cut_off, moment and moment.at, cell)
            assert found == expected, f"{where}: {found}, by the rules {expected}"
            assert numbers == named, f"{where}, {cell}: {numbers}, by the rules {named}"

    def judge(self, cut_off: date, moment: Moment | None) -> None:
        """Compare the matrix of criteria at a cut-off; not as of now while the clock has slipped back."""
        if moment is None and not self.goes_on():
            return
        expected = self.reference.matrix(cut_off, moment)
        for player in self.players:
            found = player.matrix(cut_off, moment and moment.at)
            where = f"at {cut_off} as of {moment and moment.at} on {_kind(player)}"
            assert found == expected, f"{where}: {found}, by the rules {expected}"

    def at(self, ahead: int) -> date:
        """Return a day so many days from today."""
        return self.reference.today + timedelta(days=ahead)

    def goes_on(self) -> bool:
        """Return if the clock did not slip back: of two values told at one instant neither is the last."""
        return self.reference.now >= self.reference.latest

    def later(self, ahead: int | None) -> date | None:
        """Return a day so many days from today, or none."""
        return None if ahead is None else self.at(ahead)

    def duty(self, pick: int) -> Duty:
        """Return one of the duties."""
        return self.reference.duties[pick % len(self.reference.duties)]

    def new_name(self, duty: Duty) -> str:
        """Return a name for a request that nobody has used; it ends with the duty's number."""
        return f"{next(self.names)}@{duty.number}"

    def request(self, kind: str, pick: int) -> str | None:
        """Return one of the requests of a kind."""
        names = [name for name, request in self.reference.requests.items() if request.kind == kind]
        return names[pick % len(names)] if names else None

    def item(self, pick: int, *, still: bool = False) -> tuple[int, str]:
        """Return one of the letters and one of its items; `still`: none that came again once and ended."""
        ended = {one.letter for one in self.reference.series if one.is_ended} if still else set()
        letters = [(n, letter) for n, letter in enumerate(self.reference.letters) if n not in ended]
        items = [(n, item) for n, letter in letters for item in letter.items]
        return items[pick % len(items)]

    def set_clocks(self, at: datetime) -> None:
        """Let it be a moment for everybody."""
        self.reference.now = at
        for player in self.players:
            player.office.clock.at = at


def _kind(player: Player) -> str:
    return player.office.database.dialect


def _difference(command: str, where: str, what: str, expected: Sequence[Any], found: Sequence[Any]) -> str:
    missing = [row for row in expected if row not in found]
    strange = [row for row in found if row not in expected]
    return f"after {command} on {where}, {what}:\n by the rules {missing}\n found        {strange}"
