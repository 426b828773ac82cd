"""The life of a duty: its main line, given back, standing still, handed on in parts."""

from collections.abc import Iterator
from datetime import date

from service.domain.calendar import ZONE
from tests.model.book import (
    BELOW,
    CLOSED,
    DEPTH_MAX,
    HELD,
    RETURN_DAYS,
    WORKING,
    Book,
    Duty,
    Refused,
    Request,
    S,
    W,
)


class Work(Book):
    """What units do with their duties, and how the office judges it."""

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
        self._stop(duty, W.ACCEPTANCE, W.COORDINATION)
        self._close_requests(duty, "help")
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
            if other.parent is None
            and other is not duty
            and other.state not in CLOSED
            and other.period == duty.period
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
        self._open(duty.letter, duty.item, unit, last, last, parent=duty.number, period=duty.period)

    def _depth(self, duty: Duty) -> int:
        return 0 if duty.parent is None else 1 + self._depth(self.duties[duty.parent])

    def _above(self, unit: str) -> Iterator[str]:
        while unit in BELOW:
            unit = BELOW[unit]
            yield unit
