"""Somebody in the office on one database: what is known by which name, what is seen, and who acts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.demo.office import SetClock, settings_for
from service.domain import explanations
from service.domain.changes import Basis
from service.domain.criteria import CriterionSet, Fulfilment
from service.domain.criterion_sets import set_criteria
from service.domain.figures import Cell
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reading import criteria
from service.domain.tables import CalendarDay, Register, table
from service.domain.units import change_unit, register_unit
from tests.district import MONDAY, District, district
from tests.model import tables
from tests.model.book import BELOW, Duty
from tests.model.export import duty_rows, of_database, steps_of_database, told_at
from tests.model.journal import faults
from tests.model.measured import INDICATORS, LIMITS, SET_CODE, YEAR, ZONE, ZONE_UNIT

WHY = "theo kết luận của lãnh đạo"
SET = {"code": SET_CODE, "name": "Bộ tiêu chí", "basis": "Quyết định số 1/QĐ-UBND"}
YEARS = {"first_year": YEAR, "last_year": YEAR}


def criteria_of(which: str) -> CriterionSet:
    """Return a version of the district's criteria."""

    def one(code: str) -> dict[str, Any]:
        bound, amount = LIMITS[which][code]
        zone = {"zone": "xã nhóm 3", "bound": ZONE[0], "amount": ZONE[1]}
        limits = [{"bound": bound, "amount": amount}, *([zone] if code == "2.2" else [])]
        return {"code": code, "name": code, "thresholds": limits}

    def whole(code: str, parts: Sequence[str]) -> dict[str, Any]:
        return {"code": code, "name": code, "indicators": [one(part) for part in parts]}

    written = [one(c) if parts == (c,) else whole(c, parts) for c, parts in INDICATORS.items()]
    return CriterionSet.of({**SET, **YEARS, "criteria": written})


def with_hamlets(database: Database) -> None:
    """Fill a database with the district, a hamlet and a cell below its first commune, and criteria."""
    district(database)
    office = District(database, settings_for(Path("unused"), str(database.url)), SetClock(MONDAY))
    for code, above in BELOW.items():
        with database.write() as session:
            register_unit(
                session, office.chair, code=code, name=code, kind="thon", parent_code=above,
                valid_from=date(2000, 1, 1), now=office.now(),
            )  # fmt: skip
        office.hire(code, "officer")
        office.hire(code, "head")
    with database.write() as session:
        attributes = {"attributes": ["Xã nhóm 3"]}
        change_unit(session, office.chair, ZONE_UNIT, attributes, version=None, now=office.now())
        set_criteria(session, office.chair, criteria_of("first"), version=None, now=office.now())
    office.close()


class Held(NamedTuple):
    """An obligation: its identifier, the unit that has it, and the one that handed it on, if one did."""

    id: UUID
    unit: str
    giver: str | None


class Acting:
    """Shows what there is, and finds who may do what."""

    def __init__(self, database: Database, folder: Path) -> None:
        settings = settings_for(folder, str(database.url))
        self.office = District(database, settings, SetClock(MONDAY))
        self.office.act_for("van-phong")
        self.letters: list[UUID] = []
        self.duties: list[Held] = []
        self.requests: dict[str, UUID] = {}
        self.mergers: list[UUID] = []
        self.series: list[UUID] = []
        self.absences: list[tuple[str, UUID]] = []
        self.values: list[UUID] = []
        self.since: dict[str, date] = {}

    def close(self) -> None:
        """End the worker."""
        self.office.close()

    def worked(self) -> dict[date, bool]:
        """Return which days the office works on."""
        day, register = table(CalendarDay), table(Register)
        query = sa.select(day.c.day, day.c.is_working).join(
            register, register.c.calendar_id == day.c.calendar_id
        )
        with self.office.database.read() as connection:
            return {row.day: row.is_working for row in connection.execute(query)}

    def learn(self, known: Sequence[Duty]) -> None:
        """Give the new obligations the numbers that the reference gave them; `export` finds any other."""
        if len(self.duties) == len(known):
            return
        with self.office.database.read() as connection:
            rows = duty_rows(connection, {id_: number for number, id_ in enumerate(self.letters)})
        assert len(rows) == len(known), f"{len(rows)} obligations, and by the rules {len(known)}"
        for duty in known[len(self.duties) :]:
            above = None if duty.parent is None else self.duties[duty.parent]
            row = rows[duty.letter, duty.item, duty.unit, above and above.id, duty.period, duty.generation]
            self.duties.append(Held(row.id, row.code, above and above.unit))

    def export(self) -> dict[str, list[Any]]:
        """Return the abstract state."""
        letters = {id_: number for number, id_ in enumerate(self.letters)}
        with self.office.database.read() as connection:
            return of_database(connection, letters, self._numbers(), self._names())

    def steps(self) -> list[Any]:
        """Return the steps that were taken."""
        with self.office.database.read() as connection:
            return steps_of_database(connection, self._numbers(), self._names())

    def told(self) -> set[str]:
        """Return who was told of anything just now."""
        with self.office.database.read() as connection:
            return told_at(connection, self.office.now())

    def table(
        self, cut_off: date, as_of: datetime | None, cell: Cell
    ) -> tuple[Mapping[str, Mapping[str, int]], list[int]]:
        """Return the table at a cut-off as it was known, as `Figures.table`, and the duties of a cell."""
        with self.office.database.snapshot() as connection:
            seen = tables.table_of(connection, self.office.chair, cut_off, as_of)
            listed = tables.listed(connection, self.office.chair, cut_off, as_of, cell)
        return seen, sorted(self._numbers()[id_] for id_ in listed)

    def matrix(self, cut_off: date, as_of: datetime | None) -> Mapping[str, Mapping[str, Fulfilment]]:
        """Return the matrix at a cut-off as it was known, as `Measured.matrix`."""
        with self.office.database.snapshot() as connection:
            return tables.matrix_of(connection, self.office.chair, cut_off, as_of or self.office.now())

    def journal_faults(self) -> list[str]:
        """Return what nobody could read in a journal, and states that no journal explains."""
        states = [row[7] for row in self.export()["duties"]]
        with self.office.database.read() as connection:
            return [
                fault
                for held, state in zip(self.duties, states, strict=True)
                for fault in faults(connection, held.id, state)
            ]

    def _numbers(self) -> dict[UUID, int]:
        return {held.id: number for number, held in enumerate(self.duties)}

    def _names(self) -> dict[UUID, str]:
        return {id_: name for name, id_ in self.requests.items()}

    # --- who acts -------------------------------------------------------------------------------------

    def _of_unit(self, act: Any, number: int, **given: Any) -> Any:
        held = self.duties[number]
        return self._do(act, self._head(held.unit), held.id, version=None, **given)

    def _of_judge(self, act: Any, number: int, **given: Any) -> Any:
        held = self.duties[number]
        return self._do(act, self._judge(held), held.id, version=None, **given)

    def _answer(self, act: Any, name: str, **given: Any) -> None:
        held = self.duties[int(name.partition("@")[2])]
        actor = self._head(held.unit) if act is explanations.explain else self._judge(held)
        self._do(act, actor, self.requests[name], **given)

    def _judge(self, held: Held) -> Actor:
        """The keeper judges what the office gave, a unit what it handed on itself."""
        return self._head(held.giver) if held.giver else self.office.chair

    def _of_letter(self, act: Any, letter: int, *given: Any, **more: Any) -> None:
        self._do(act, self.office.chair, self.letters[letter], *given, version=None, **more)

    def _do(self, act: Any, actor: Actor, *given: Any, **more: Any) -> Any:
        with self.office.database.write() as session:
            return act(session, actor, *given, now=self.office.now(), **more)

    def _head(self, code: str) -> Actor:
        chair = self.office.chair
        unit_id = self.office.unit(code).id
        return Actor(
            chair.principal_id, chair.register_id, unit_id, KeyRole.HEAD, chair.scopes, is_keeper=False
        )

    def _goal(self, number: int, criterion: str, unit: str) -> UUID:
        """Return what a duty was last asked for a criterion of a unit."""
        with self.office.database.read() as connection:
            rows = criteria.goals_of(connection, self.duties[number].id)
        return [row.id for row in rows if (row.criterion_code, row.unit_code) == (criterion, unit)][-1]

    def _person(self, name: str) -> str:
        """Return the code of whoever holds a post, by unit and role."""
        unit = name.partition(".")[0]
        return f"{name}.{self.since.get(unit, date(2024, 1, 1)):%Y%m%d}"

    def _basis(self) -> Basis:
        today = self.office.now().date()
        return Basis(None, "45", "QĐ-UBND", today, today, WHY)
