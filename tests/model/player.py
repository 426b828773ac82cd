"""The product on one database, moved by the same commands as the reference."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.demo.office import SetClock, settings_for
from service.domain import (
    afterthoughts,
    calendars,
    carrying_out,
    causes,
    changes,
    coordination,
    deadline_changes,
    delegation,
    explanations,
    extensions,
    obligations,
    reorganisations,
    replacing,
    returns,
    series_changes,
    suspensions,
)
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import DayChange, office_day
from service.domain.calendars import CalendarOrder, CalendarScope
from service.domain.changes import Basis, Removal
from service.domain.deadline_changes import ChangeOrder
from service.domain.figures import Cell
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.reorganisations import UnitChange
from service.domain.replacing import ItemDecision
from service.domain.tables import AssignmentRole, CalendarDay, ItemOutcome, Register, SuccessionKind, table
from service.domain.units import register_unit
from tests.deadlines import give as give_counted
from tests.deadlines import receive_duty
from tests.district import MONDAY, District, district
from tests.model import tables
from tests.model.again import RULES
from tests.model.book import BELOW, Duty
from tests.model.counted import TERMS
from tests.model.export import duty_rows, of_database, steps_of_database
from tests.model.journal import faults
from tests.model.replaced import KEEP
from tests.recurring import give as give_again
from tests.recurring import series_of

WHY = "theo kết luận của lãnh đạo"
PROOF = {"number": "7", "symbol": "BC-UBND", "issued_on": "2024-03-04"}


def with_hamlets(database: Database) -> None:
    """Fill a database with the district and a hamlet and a cell below its first commune."""
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
    office.close()


class Held(NamedTuple):
    """An obligation: its identifier, the unit that has it, and the one that handed it on, if one did."""

    id: UUID
    unit: str
    giver: str | None


class Player:
    """Carries commands out and shows what came of them."""

    def __init__(self, database: Database, folder: Path) -> None:
        settings = settings_for(folder, str(database.url))
        self.office = District(database, settings, SetClock(MONDAY))
        self.office.act_for("van-phong")
        self.letters: list[UUID] = []
        self.duties: list[Held] = []
        self.requests: dict[str, UUID] = {}
        self.mergers: list[UUID] = []
        self.series: list[UUID] = []

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
        """Give the new obligations the numbers that the reference gave them."""
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

    def table(
        self, cut_off: date, as_of: datetime | None, cell: Cell
    ) -> tuple[Mapping[str, Mapping[str, int]], list[int]]:
        """Return the table at a cut-off as it was known, as `Figures.table`, and the duties of a cell."""
        with self.office.database.snapshot() as connection:
            seen = tables.table_of(connection, self.office.chair, cut_off, as_of)
            listed = tables.listed(connection, self.office.chair, cut_off, as_of, cell)
        return seen, sorted(self._numbers()[id_] for id_ in listed)

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

    # --- commands, as in `Reference` ------------------------------------------------------------------

    def issue(self, urgency: str, due: date | None, items: int, units: Sequence[str]) -> None:
        day = due.isoformat() if due else None
        self.letters.append(self.office.give(due=day, items=items, urgency=urgency, units=units))

    def issue_counted(self, term: str, units: Sequence[str]) -> None:
        on = office_day(self.office.now())
        self.letters.append(give_counted(self.office, {**TERMS[term], "text": term}, *units, on=on))

    def enter_receipt(self, number: int, on: date, reason: str) -> None:
        receive_duty(self.office, self.duties[number].id, on, reason=reason)

    def issue_series(self, rule: str, units: Sequence[str]) -> None:
        on = office_day(self.office.now())
        self.letters.append(give_again(self.office, RULES[rule], units=units, on=on))
        (one,) = series_of(self.office, self.letters[-1])
        self.series.append(one.id)

    def stop_series(self, number: int, key: str) -> None:
        self._do(
            series_changes.stop,
            self.office.chair,
            self.series[number],
            self._basis(),
            from_period=key,
            version=None,
        )

    def acknowledge(self, number: int) -> None:
        self._of_unit(obligations.acknowledge, number)

    def report(self, number: int, percent: int) -> None:
        told = {"percent": percent, "text": "Đang làm", "difficulties": "", "document": None}
        self._of_unit(obligations.report_progress, number, **told)

    def submit(self, number: int) -> None:
        self._of_unit(obligations.submit, number, text="Đã xong", document=PROOF, file_ids=[])

    def accept(self, number: int) -> None:
        self._of_judge(obligations.accept, number, comment="")

    def send_back(self, number: int) -> None:
        self._of_judge(obligations.send_back, number, reason=WHY)

    def reopen(self, number: int) -> None:
        self._of_judge(obligations.reopen, number, reason=WHY)

    def withdraw(self, number: int) -> None:
        self._of_judge(obligations.withdraw, number, reason=WHY)

    def give_back(self, number: int, name: str) -> None:
        row = self._of_unit(returns.give_back, number, reason=WHY, proposed_unit_code=None)
        self.requests[name] = row.id

    def refuse_return(self, number: int) -> None:
        self._of_judge(returns.refuse_return, number, reason=WHY)

    def accept_return(self, number: int, unit: str | None, due: date | None) -> None:
        self._of_judge(returns.accept_return, number, reason=WHY, unit_code=unit, due_on=due)

    def suspend(self, number: int) -> None:
        self._of_judge(suspensions.suspend, number, reason=WHY)

    def resume(self, number: int, due: date | None) -> None:
        self._of_judge(suspensions.resume, number, reason=WHY, due_on=due)

    def ask_extension(self, number: int, name: str, wanted_on: date) -> None:
        asked = {"wanted_on": wanted_on, "reason": WHY, "document": None, "file_ids": []}
        self.requests[name] = self._of_unit(extensions.request_extension, number, **asked).id

    def grant_extension(self, name: str, due: date | None) -> None:
        self._answer(extensions.grant_extension, name, due_on=due, reason=WHY)

    def refuse_extension(self, name: str) -> None:
        self._answer(extensions.refuse_extension, name, reason=WHY)

    def claim_cause(self, number: int, name: str) -> None:
        row = self._of_unit(causes.claim_cause, number, reason=WHY, document=None, file_ids=[])
        self.requests[name] = row.id

    def confirm_cause(self, name: str) -> None:
        self._answer(causes.confirm_cause, name, reason=WHY)

    def refuse_cause(self, name: str) -> None:
        self._answer(causes.refuse_cause, name, reason=WHY)

    def ask_explanation(self, number: int, name: str, due: date) -> None:
        row = self._of_judge(explanations.ask_explanation, number, question="Vì sao?", due_on=due)
        self.requests[name] = row.id

    def explain(self, name: str) -> None:
        self._answer(explanations.explain, name, text="Vì mưa lũ", document=None, file_ids=[])

    def close_explanation(self, name: str) -> None:
        self._answer(explanations.close_explanation, name)

    def add_helper(self, number: int, unit: str) -> None:
        chair, duty_id = self.office.chair, self.duties[number].id
        self._do(coordination.add_coordinator, chair, duty_id, unit_code=unit, reason=WHY)

    def ask_help(self, number: int, name: str, unit: str, due: date) -> None:
        asked = {"unit_code": unit, "question": "Số liệu?", "due_on": due}
        held = self.duties[number]
        self.requests[name] = self._do(coordination.ask, self._head(held.unit), held.id, **asked).id

    def give_help(self, name: str) -> None:
        told = {"text": "Gửi số liệu", "document": None, "file_ids": list[UUID](), "version": None}
        asked = next(row for row in self.export()["requests"] if row[0] == name)
        self._do(coordination.answer, self._head(asked[-1]), self.requests[name], **told)

    def need_no_help(self, name: str) -> None:
        lead = self._head(self.duties[int(name.partition("@")[2])].unit)
        self._do(coordination.withdraw_request, lead, self.requests[name], reason=WHY, version=None)

    def delegate(self, number: int, unit: str, due: date | None) -> None:
        handed = {"unit_code": unit, "person_code": None, "due_on": due, "instruction": "Lập danh sách"}
        self._of_unit(delegation.delegate, number, **handed)

    def change_deadline(self, letter: int, item: str, due: date) -> None:
        order = ChangeOrder([item], due, None, "Công văn số 9/UBND-VP", WHY)
        self._of_letter(deadline_changes.change_deadlines, letter, order)

    def take_out(self, letter: int, item: str) -> None:
        self._of_letter(changes.amend, letter, self._basis(), [Removal(item, None)])

    def revoke(self, letter: int) -> None:
        self._of_letter(changes.revoke, letter, self._basis())

    def replace(self, old: int, new: int, fates: Mapping[str, str]) -> None:
        today = office_day(self.office.now())
        basis = Basis(self.letters[new], "", "", None, today, WHY)
        decisions = [
            ItemDecision(item, ItemOutcome.KEEP, None)
            if into == KEEP
            else ItemDecision(item, ItemOutcome.CARRY_OVER, into)
            for item, into in fates.items()
        ]
        self._of_letter(replacing.replace, old, basis, decisions)

    def assign_late(self, letter: int, item: str, unit: str) -> None:
        orders = [AssignmentOrder(role=AssignmentRole.LEAD, unit_code=unit)]
        self._of_letter(afterthoughts.assign_late, letter, item, self._basis(), orders=orders)

    def merge(self, old: Sequence[str], new: str, effective_on: date) -> None:
        now, chair = self.office.now(), self.office.chair
        with self.office.database.write() as session:
            register_unit(session, chair, code=new, name=new, kind="xa", valid_from=effective_on, now=now)
        for role in ("officer", "head"):
            self.office.hire(new, role, since=effective_on)
        with self.office.database.write() as session:
            row = reorganisations.draft(
                session, chair, name="Sắp xếp", basis=WHY, effective_on=effective_on,
                changes=[UnitChange(kind=SuccessionKind.MERGE, old=list(old), new=[new])],
                keeper_code=None, now=now,
            )  # fmt: skip
            carrying_out.carry_out(session, chair, row.id, version=None, now=now)
        self.mergers.append(row.id)

    def undo_merger(self, number: int) -> None:
        with self.office.database.write() as session:
            reorganisations.undo(
                session,
                self.office.chair,
                self.mergers[number],
                reason=WHY,
                version=None,
                now=self.office.now(),
            )

    def wait(self, until: datetime) -> None:
        self.office.clock.at = until
        self.office.worker.round()

    def change_calendar(self, worked: Mapping[date, bool]) -> None:
        days = {day: DayChange(is_working, "đổi lịch") for day, is_working in worked.items()}
        order = CalendarOrder(CalendarScope.REGISTER, 2024, days, "thông báo", WHY)
        with self.office.database.write() as session:
            calendars.change_calendar(session, self.office.chair, order, version=None, now=self.office.now())

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

    def _basis(self) -> Basis:
        today = self.office.now().date()
        return Basis(None, "45", "QĐ-UBND", today, today, WHY)
