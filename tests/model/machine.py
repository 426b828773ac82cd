"""Commands drawn by Hypothesis, carried out by the reference and by the product on every database."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from service.domain.calendar import ZONE
from service.domain.figures import Cell
from tests.district import MONDAY
from tests.model.again import RULES
from tests.model.counted import EVENT, TERMS
from tests.model.drawn_criteria import Criteria
from tests.model.playing import AHEAD, CUT_OFFS, LATER, PICK
from tests.model.replaced import KEEP


class Office(Criteria):
    """One register from its first letter on, through whatever an office lives with."""

    @initialize(due=LATER, items=st.integers(1, 2))
    def first_letter(self, due: int | None, items: int) -> None:
        self.play("issue", "thường", self.later(due), items, ["xa-a", "xa-b"])

    @precondition(lambda self: len(self.reference.letters) < 4)
    @rule(
        urgency=st.sampled_from(["thường", "khẩn", "hỏa tốc"]),
        due=LATER,
        items=st.integers(1, 2),
        units=st.sets(PICK, min_size=1, max_size=3),
    )
    def issue(self, urgency: str, due: int | None, items: int, units: set[int]) -> None:
        living = self.reference.units
        chosen = sorted({living[pick % len(living)] for pick in units})
        self.play("issue", urgency, self.later(due), items, chosen)

    @precondition(lambda self: len(self.reference.letters) < 5)
    @rule(term=st.sampled_from(sorted(TERMS)), units=st.sets(PICK, min_size=1, max_size=2))
    def issue_counted(self, term: str, units: set[int]) -> None:
        living = self.reference.units
        self.play("issue_counted", term, sorted({living[pick % len(living)] for pick in units}))

    @rule(pick=PICK, ago=st.integers(-1, 8), reason=st.sampled_from(["", "nhầm dấu đến"]))
    def enter_receipt(self, pick: int, ago: int, reason: str) -> None:
        counted = [duty for duty in self.reference.duties if duty.is_counted] or [self.duty(pick)]
        self.play("enter_receipt", counted[pick % len(counted)].number, self.at(-ago), reason)

    @precondition(lambda self: any(letter.term == EVENT for letter in self.reference.letters))
    @rule(pick=PICK, ago=st.integers(-1, 12))
    def happen(self, pick: int, ago: int) -> None:
        waiting = [n for n, letter in enumerate(self.reference.letters) if letter.term == EVENT]
        self.play("happen", waiting[pick % len(waiting)], self.at(-ago))

    @precondition(lambda self: len(self.reference.series) < 2)
    @rule(text=st.sampled_from(sorted(RULES)), units=st.sets(PICK, min_size=1, max_size=2))
    def issue_series(self, text: str, units: set[int]) -> None:
        living = self.reference.units
        self.play("issue_series", text, sorted({living[pick % len(living)] for pick in units}))

    @precondition(lambda self: self.reference.series)
    @rule(pick=PICK, last=st.integers(1, 3))
    def stop_series(self, pick: int, last: int) -> None:
        made = [n for n, one in enumerate(self.reference.series) if one.periods]
        number = made[pick % len(made)]
        periods = self.reference.series[number].periods
        self.play("stop_series", number, periods[-min(last, len(periods))].key)

    @precondition(lambda self: 0 < len(self.reference.series) < 5)
    @rule(
        pick=PICK,
        last=st.integers(1, 3),
        text=st.one_of(st.none(), st.sampled_from(sorted(RULES))),
        units=st.one_of(st.none(), st.sets(PICK, min_size=1, max_size=2)),
    )
    def change_series(self, pick: int, last: int, text: str | None, units: set[int] | None) -> None:
        made = [n for n, one in enumerate(self.reference.series) if one.periods]
        number, living = made[pick % len(made)], self.reference.units
        periods = self.reference.series[number].periods
        chosen = None if units is None else sorted({living[unit % len(living)] for unit in units})
        self.play("change_series", number, periods[-min(last, len(periods))].key, text, chosen)

    @rule(
        command=st.sampled_from(
            ["acknowledge", "submit", "submit", "accept", "send_back", "reopen", "withdraw", "suspend"]
        ),
        pick=PICK,
    )
    def move(self, command: str, pick: int) -> None:
        self.play(command, self.duty(pick).number)

    @rule(pick=PICK, percent=st.integers(0, 100))
    def report(self, pick: int, percent: int) -> None:
        self.play("report", self.duty(pick).number, percent)

    @rule(pick=PICK)
    def give_back(self, pick: int) -> None:
        duty = self.duty(pick)
        self.play("give_back", duty.number, self.new_name(duty))

    @rule(pick=PICK, to=st.one_of(st.none(), PICK), due=LATER, agrees=st.booleans())
    def decide_return(self, pick: int, to: int | None, due: int | None, *, agrees: bool) -> None:
        returned = [duty for duty in self.reference.duties if duty.state == "returned"] or [self.duty(pick)]
        duty = returned[pick % len(returned)]
        if not agrees:
            return self.play("refuse_return", duty.number)
        living = self.reference.units
        unit = None if to is None or duty.parent is not None else living[to % len(living)]
        return self.play("accept_return", duty.number, unit, self.later(due))

    @rule(pick=PICK, due=LATER)
    def resume(self, pick: int, due: int | None) -> None:
        standing = [duty for duty in self.reference.duties if duty.state == "suspended"] or [self.duty(pick)]
        self.play("resume", standing[pick % len(standing)].number, self.later(due))

    @rule(pick=PICK, wanted=AHEAD)
    def ask_extension(self, pick: int, wanted: int) -> None:
        duty = self.duty(pick)
        self.play("ask_extension", duty.number, self.new_name(duty), self.at(wanted))

    @rule(pick=PICK, due=LATER, agrees=st.booleans())
    def decide_extension(self, pick: int, due: int | None, *, agrees: bool) -> None:
        name = self.request("extension", pick)
        if name is not None:
            self.play(*(("grant_extension", name, self.later(due)) if agrees else ("refuse_extension", name)))

    @rule(pick=PICK)
    def claim_cause(self, pick: int) -> None:
        duty = self.duty(pick)
        self.play("claim_cause", duty.number, self.new_name(duty))

    @rule(pick=PICK, command=st.sampled_from(["confirm_cause", "refuse_cause"]))
    def decide_cause(self, pick: int, command: str) -> None:
        name = self.request("cause", pick)
        if name is not None:
            self.play(command, name)

    @rule(pick=PICK, due=AHEAD)
    def ask_explanation(self, pick: int, due: int) -> None:
        duty = self.duty(pick)
        self.play("ask_explanation", duty.number, self.new_name(duty), self.at(due))

    @rule(pick=PICK, command=st.sampled_from(["explain", "explain", "close_explanation"]))
    def end_explanation(self, pick: int, command: str) -> None:
        name = self.request("explanation", pick)
        if name is not None:
            self.play(command, name)

    @rule(pick=PICK, to=PICK)
    def add_helper(self, pick: int, to: int) -> None:
        living = self.reference.units
        self.play("add_helper", self.duty(pick).number, living[to % len(living)])

    @rule(pick=PICK, to=PICK, due=AHEAD)
    def ask_help(self, pick: int, to: int, due: int) -> None:
        living = self.reference.units
        helped = [
            (duty, unit)
            for duty in self.reference.duties
            for unit in living
            if (duty.letter, duty.item, unit) in self.reference.helpers
        ]
        chosen = helped or [(self.duty(pick), living[to % len(living)])]
        duty, unit = chosen[pick % len(chosen)]
        self.play("ask_help", duty.number, self.new_name(duty), unit, self.at(due))

    @rule(pick=PICK, command=st.sampled_from(["give_help", "give_help", "need_no_help"]))
    def end_help(self, pick: int, command: str) -> None:
        name = self.request("help", pick)
        if name is not None:
            self.play(command, name)

    @rule(pick=PICK, unit=st.sampled_from(["thon-a", "thon-a", "to-a"]), due=LATER)
    def delegate(self, pick: int, unit: str, due: int | None) -> None:
        self.play("delegate", self.duty(pick).number, unit, self.later(due))

    @rule(pick=PICK, due=AHEAD)
    def change_deadline(self, pick: int, due: int) -> None:
        letter, item = self.item(pick, still=True)
        self.play("change_deadline", letter, item, self.at(due))

    @rule(pick=PICK, to=PICK)
    def assign_late(self, pick: int, to: int) -> None:
        living = self.reference.units
        letter, item = self.item(pick, still=True)
        self.play("assign_late", letter, item, living[to % len(living)])

    @precondition(lambda self: len(self.reference.letters) > 1)
    @rule(pick=PICK, whole=st.booleans())
    def end_letter(self, pick: int, *, whole: bool) -> None:
        letter, item = self.item(pick)
        self.play(*(("revoke", letter) if whole else ("take_out", letter, item)))

    @precondition(lambda self: len(self.reference.letters) > 1)
    @rule(
        pick=PICK,
        other=PICK,
        fates=st.lists(st.sampled_from(["1", "1", "2", KEEP, ""]), min_size=2, max_size=2),
    )
    def replace(self, pick: int, other: int, fates: list[str]) -> None:
        """One letter takes the place of another; neither comes again, and the new one holds."""
        again = {one.letter for one in self.reference.series}
        letters = [(n, letter) for n, letter in enumerate(self.reference.letters) if n not in again]
        holding = [n for n, letter in letters if not letter.is_over and not letter.taken_out]
        if not letters or not holding:
            return
        (old, letter), new = letters[pick % len(letters)], holding[other % len(holding)]
        into = {*self.reference.letters[new].items, KEEP}
        said = {item: fate for item, fate in zip(letter.items, fates, strict=False) if fate in into}
        if old != new:
            self.play("replace", old, new, said)

    @precondition(lambda self: len(self.reference.mergers) < 2 and len(self.reference.units) > 1)
    @rule(ahead=st.integers(-2, 6), pick=PICK)
    def merge(self, ahead: int, pick: int) -> None:
        living = self.reference.units
        left = living[pick % len(living)]
        old = [unit for unit in living if unit != left or len(living) == 2]
        is_waiting = any(merger.state == "scheduled" for merger in self.reference.mergers)
        if is_waiting or any(self.reference.begun[unit] >= self.at(ahead) for unit in old):
            return
        self.play("merge", old, f"xa-moi-{len(self.reference.mergers)}", self.at(ahead))

    @precondition(lambda self: self.reference.mergers)
    @rule()
    def undo_merger(self) -> None:
        self.play("undo_merger", len(self.reference.mergers) - 1)

    @rule(
        pick=PICK,
        ahead=st.integers(-3, 5),
        days=st.one_of(st.none(), st.integers(-1, 20)),
        deputy=st.one_of(st.none(), PICK),
    )
    def go_away(self, pick: int, ahead: int, days: int | None, deputy: int | None) -> None:
        people = self.reference.people()
        until = None if days is None else self.at(ahead + days)
        other = None if deputy is None else people[deputy % len(people)]
        self.play("go_away", people[pick % len(people)], self.at(ahead), until, other)

    @precondition(lambda self: self.reference.absences)
    @rule(pick=PICK)
    def come_back(self, pick: int) -> None:
        self.play("come_back", pick % len(self.reference.absences))

    @rule(days=st.integers(0, 12), minutes=st.integers(0, 500))
    def wait(self, days: int, minutes: int) -> None:
        morning = self.reference.now.astimezone(ZONE).replace(hour=7, minute=31) + timedelta(days=days)
        until = max(morning + timedelta(minutes=minutes), self.reference.now + timedelta(minutes=1))
        self.play("wait", until.astimezone(MONDAY.tzinfo))
        self.look_closely()

    @precondition(lambda self: self.reference.edits < 1)
    @rule(days=st.dictionaries(st.integers(-5, 25), st.booleans(), min_size=1, max_size=4))
    def change_calendar(self, days: dict[int, bool]) -> None:
        """A new version says the whole year, what was changed before included."""
        self.said |= {self.at(ahead): worked for ahead, worked in days.items()}
        self.play("change_calendar", dict(self.said))

    @rule(ahead=CUT_OFFS, pick=st.one_of(st.none(), PICK), cell=st.sampled_from([*Cell]))
    def look_at_the_table(self, ahead: int, pick: int | None, cell: Cell) -> None:
        moments = self.reference.moments
        moment = moments[pick % len(moments)] if moments and pick is not None else None
        self.count(self.at(ahead), moment, cell)

    @rule(seconds=st.integers(1, 90))
    def clock_slips_back(self, seconds: int) -> None:
        self.set_clocks(self.reference.now - timedelta(seconds=seconds))
