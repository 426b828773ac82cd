"""The product on one database, moved by the same commands as the reference."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

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
    goals,
    obligations,
    reorganisations,
    replacing,
    returns,
    series_changes,
    suspensions,
)
from service.domain.absences import end_absence, record_absence
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import DayChange, office_day
from service.domain.calendars import CalendarOrder, CalendarScope
from service.domain.changes import Basis, Removal
from service.domain.criteria import SCALE, Bound
from service.domain.criterion_sets import set_criteria
from service.domain.deadline_changes import ChangeOrder
from service.domain.goals import GoalOrder, Target
from service.domain.measures import MeasureOrder, correct_measure
from service.domain.reading import criteria
from service.domain.reorganisations import UnitChange
from service.domain.replacing import ItemDecision
from service.domain.tables import AssignmentRole, ItemOutcome, SuccessionKind
from service.domain.units import register_unit
from tests.deadlines import give as give_counted
from tests.deadlines import happen as come
from tests.deadlines import receive_duty
from tests.model.acting import WHY, Acting, criteria_of
from tests.model.again import RULES
from tests.model.counted import TERMS
from tests.model.measured import SET_CODE, YEAR, Limit
from tests.model.replaced import KEEP
from tests.recurring import change_from, series_of
from tests.recurring import give as give_again

PROOF = {"number": "7", "symbol": "BC-UBND", "issued_on": "2024-03-04"}


class Player(Acting):
    """Carries commands out, as in `Reference`."""

    def issue(self, urgency: str, due: date | None, items: int, units: Sequence[str]) -> None:
        day = due.isoformat() if due else None
        self.letters.append(self.office.give(due=day, items=items, urgency=urgency, units=units))

    def issue_counted(self, term: str, units: Sequence[str]) -> None:
        on = office_day(self.office.now())
        self.letters.append(give_counted(self.office, {**TERMS[term], "text": term}, *units, on=on))

    def enter_receipt(self, number: int, on: date, reason: str) -> None:
        receive_duty(self.office, self.duties[number].id, on, reason=reason)

    def happen(self, letter: int, on: date) -> None:
        come(self.office, self.letters[letter], "có hướng dẫn", on)

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

    def change_series(self, number: int, key: str, rule: str | None, units: Sequence[str] | None) -> None:
        meant = rule and RULES[rule]
        self.series.append(
            change_from(self.office, self.series[number], key, rule=meant, units=units).series.id
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
        self.since[new] = effective_on
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

    def decide(self, which: str) -> None:
        self._do(set_criteria, self.office.chair, criteria_of(which), version=None)

    def serve(self, number: int, criterion: str, target: Limit | None, unit: str) -> None:
        order, duty_id = _order(criterion, target), self.duties[number].id
        self._do(goals.serve, self.office.chair, duty_id, order, unit_code=unit, version=None)

    def serve_item(self, letter: int, item: str, criterion: str, target: Limit | None) -> None:
        self._of_letter(goals.serve_item, letter, item, _order(criterion, target))

    def end_goal(self, number: int, criterion: str, unit: str) -> None:
        self._do(goals.end_goal, self.office.chair, self._goal(number, criterion, unit), reason=WHY)

    def measure(self, number: int, of: str, unit: str, criterion: str, amount: int, on: date) -> None:
        goal_id, at = self._goal(number, of, unit), self.office.now()
        order = MeasureOrder(goal_id, criterion, amount * SCALE, on, "Báo cáo của xã", None)
        told = {"percent": 50, "text": "Số liệu", "difficulties": "", "document": None, "measures": [order]}
        update = self._of_unit(obligations.report_progress, number, **told)
        with self.office.database.read() as connection:
            (row,) = criteria.measures_of_updates(connection, [update.id], as_of=at)[update.id]
        self.values.append(row.id)

    def correct(self, value: int, amount: int, on: date | None) -> None:
        row = self._do(
            correct_measure, self.office.chair, self.values[value], amount=amount * SCALE, measured_on=on,
            source="", document=None, reason=WHY,
        )  # fmt: skip
        self.values.append(row.id)

    def go_away(self, person: str, from_on: date, until_on: date | None, deputy: str | None) -> None:
        told = {"unit_code": person.partition(".")[0], "reason": "nghỉ phép"}
        deputy_code = None if deputy is None else self._person(deputy)
        days = {"from_on": from_on, "until_on": until_on, "deputy_code": deputy_code}
        row = self._do(record_absence, self.office.chair, self._person(person), **told, **days)
        self.absences.append((self._person(person), row.id))

    def come_back(self, number: int) -> None:
        self._do(end_absence, self.office.chair, *self.absences[number], version=None)

    def wait(self, until: datetime) -> None:
        self.office.clock.at = until
        self.office.worker.round()

    def change_calendar(self, worked: Mapping[date, bool]) -> None:
        days = {day: DayChange(is_working, "đổi lịch") for day, is_working in worked.items()}
        order = CalendarOrder(CalendarScope.REGISTER, 2024, days, "thông báo", WHY)
        with self.office.database.write() as session:
            calendars.change_calendar(session, self.office.chair, order, version=None, now=self.office.now())


def _order(criterion: str, target: Limit | None) -> GoalOrder:
    bound, amount = target or (Bound.AT_LEAST, None)
    asked = Target(criterion, bound, None if amount is None else amount * SCALE)
    return GoalOrder(SET_CODE, YEAR, [asked])
