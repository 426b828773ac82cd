"""Who holds which post, who is away, and who is told of a step instead (R23)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.escalation import KEEPER_RANK, RANKS, Outcome, Role
from tests.model.book import BELOW, Book, Duty, Refused, W
from tests.model.clocks import Clock, Taken

KEEPER = "van-phong"
LEADERS = (Role.OFFICER, Role.OFFICE_CHIEF, Role.VICE_CHAIR, Role.CHAIR)
AT_UNIT = (Role.OFFICER, Role.HEAD)
HEAD = RANKS[Role.HEAD]

Told = tuple[str, str]
"""Who is told, and the role of whoever is away when it is somebody else's post."""


@dataclass
class Absence:
    """Somebody is away, first and last day included; from `ended_on` on it holds no longer."""

    person: str
    from_on: date
    until_on: date | None
    deputy: str | None
    ended_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return if the person is away on a day."""
        is_over = self.ended_on is not None and self.ended_on <= day
        return self.from_on <= day and (self.until_on is None or day <= self.until_on) and not is_over


class Absent(Book):
    """Absences, and the people who are told of steps."""

    def people(self) -> list[str]:
        """Return everybody who holds a post today."""
        return [f"{unit}.{role}" for unit in (*self.units, *BELOW, KEEPER) for role in posts(unit)]

    def go_away(self, person: str, from_on: date, until_on: date | None, deputy: str | None) -> None:
        if (until_on is not None and until_on < from_on) or deputy == person:
            raise Refused("InvalidValue")
        new = Absence(person, from_on, until_on, deputy)
        for other in self.absences:
            last = max(other.from_on, from_on)  # both hold on the later of the first days, or never
            if other.person == person and other.covers(last) and new.covers(last):
                raise Refused("AbsencesOverlap")
        self.absences.append(new)

    def come_back(self, number: int) -> None:
        absence = self.absences[number]
        is_over = absence.until_on is not None and absence.until_on < self.today
        if is_over or absence.ended_on is not None:
            raise Refused("InvalidValue")
        absence.ended_on = self.today

    def away(self) -> set[str]:
        """Return who is away today."""
        return {absence.person for absence in self.absences if absence.covers(self.today)}

    def tell(self, duty: Duty, name: str, clock: Clock, steps: Sequence[Taken]) -> None:
        """Tell of steps just taken; of several for one role the last is told."""
        due = [step for step in steps if step.outcome is Outcome.DUE]
        for step in due:
            rung = clock.rung(step.step)
            rank = RANKS[rung.role]
            later = [other for other in due if RANKS[clock.rung(other.step).role] == rank]
            if step is not later[-1]:
                step.outcome = Outcome.MERGED
                continue
            request = self.requests.get(name)
            unit = request.unit if clock.kind is W.COORDINATION and request is not None else duty.unit
            step.told = self._holders(duty, unit, rank, at_keeper=rung.at_keeper)
            step.outcome = Outcome.TOLD if step.told else Outcome.NOBODY

    def _holders(self, duty: Duty, unit: str, rank: int, *, at_keeper: bool) -> list[Told]:
        giver = None if duty.parent is None else self.duties[duty.parent].unit
        rank = min(rank, HEAD) if giver is not None else rank
        below = 0 if at_keeper else KEEPER_RANK
        above_from = 0 if at_keeper else KEEPER_RANK if giver is None else HEAD
        places = [
            *((unit, role) for role in posts(unit) if rank <= RANKS[role] < below),
            *(
                (giver or KEEPER, role)
                for role in posts(giver or KEEPER)
                if RANKS[role] >= max(rank, above_from)
            ),
        ]
        found = ([*self._at(*place)] for place in places)
        return next((told for told in found if told), [])

    def _at(self, unit: str, role: Role) -> Iterator[Told]:
        person = f"{unit}.{role}"
        absence = next((a for a in self.absences if a.person == person and a.covers(self.today)), None)
        if absence is None:
            yield person, ""
        elif absence.deputy is not None and absence.deputy not in self.away():
            yield absence.deputy, role


def posts(unit: str) -> Sequence[Role]:
    """Return the posts of a unit, from the lowest rank up; each is held by one person."""
    return LEADERS if unit == KEEPER else AT_UNIT
