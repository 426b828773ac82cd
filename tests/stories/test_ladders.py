"""An office changes its ladder: what runs goes over when it says so, without a storm or a silence."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from service.domain.calendar import ZONE
from service.domain.errors import InvalidValue, NotAllowed, NotFound, StaleVersion
from service.domain.escalation import Policy, Role, Step, WatchKind
from service.domain.policies import Foreseen, PolicyChange, PolicyOrder, change_policy
from service.domain.reading import registers
from tests.district import District

O, H, C = Role.OFFICER, Role.HEAD, Role.OFFICE_CHIEF  # noqa: E741
LADDER = Policy(
    WatchKind.DEADLINE,
    (Step(O, -5), Step(O, -2), Step(H, -1), Step(H, 1), Step(C, 2, at_keeper=True)),
    repeat_last=1,
    repeat_days=7,
)
DUE = "2024-03-20"
"""A Wednesday; the ladder it began with tells the officer on the 11th, 15th, 19th and 20th."""


def order(policy: Policy = LADDER, *, urgency: str = "thường", rebase: bool = True) -> PolicyOrder:
    return PolicyOrder(policy=policy, urgency=urgency, basis="Quy chế", rebase=rebase)


def change(office: District, wanted: PolicyOrder, version: int | None = 1) -> PolicyChange:
    with office.database.write() as session:
        return change_policy(session, office.chair, wanted, version=version, now=office.now())


def at(office: District, day: int, hour: int, minute: int = 0) -> None:
    """Let time pass without a worker."""
    office.clock.at = datetime(2024, 3, day, hour, minute, tzinfo=ZONE)


def told_on(office: District, day: str) -> list[str]:
    return [who for when, who in office.inbox() if when == day]


def test_a_new_ladder_leaves_what_runs_alone_unless_it_is_said(office: District) -> None:
    office.give(due=DUE, units=["xa-a"])
    office.acknowledge("xa-a")
    done = change(office, order(rebase=False))
    assert (done.version, done.rebased, done.before) == (2, 0, done.after)
    office.wait_until(date(2024, 3, 13))
    assert told_on(office, "2024-03-11") == ["xa-a.officer"]
    assert told_on(office, "2024-03-13") == []
    office.give(due="2024-03-22", units=["xa-b"])
    office.acknowledge("xa-b")
    office.wait_until(date(2024, 3, 20))
    assert "xa-b.officer" in told_on(office, "2024-03-20"), "two days before, by the new ladder"
    assert office.examine() == []


def test_what_goes_over_to_a_new_ladder_tells_nobody_at_once_and_goes_on_from_there(office: District) -> None:
    office.give(due=DUE, units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 15))
    at(office, 18, 9)
    done = change(office, order())
    assert (done.rebased, done.before, done.after) == (1, Foreseen(1, 0, 1), Foreseen(1, 0, 1))
    office.worker.round()
    assert told_on(office, "2024-03-18") == []
    office.wait_until(date(2024, 3, 22))
    assert [told_on(office, f"2024-03-{day}") for day in (19, 20, 21, 22)] == [
        ["xa-a.head"], [], ["xa-a.head"], ["van-phong.office_chief"],
    ]  # fmt: skip
    assert office.told_twice() == 0
    assert office.examine() == []


def test_a_step_that_was_due_when_the_ladder_changed_is_told_all_the_same(office: District) -> None:
    office.give(due=DUE, units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 18))
    at(office, 19, 7, 31)
    done = change(office, order())
    assert (done.before.at_once, done.after.at_once) == (1, 1)
    office.worker.round()
    assert told_on(office, "2024-03-19") == ["xa-a.head"], "of the new ladder, not the officer of the old one"
    assert office.examine() == []


def test_a_duty_that_is_weeks_late_is_not_told_of_every_week_that_is_gone(office: District) -> None:
    office.give(due="2024-03-06", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 5, 6))
    before = len(office.inbox())
    office.clock.at = datetime(2024, 5, 7, 9, 0, tzinfo=ZONE)
    assert change(office, order()).after.at_once == 0
    office.worker.round()
    assert len(office.inbox()) == before
    office.wait_until(date(2024, 5, 20))
    assert len(office.inbox()) > before, "and goes on every week"
    assert office.examine() == []


def test_no_duty_falls_silent_because_a_new_ladder_has_nothing_left_for_it(office: District) -> None:
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 11))
    at(office, 11, 9)
    short = Policy(WatchKind.ACKNOWLEDGEMENT, (Step(O, 1), Step(H, 2)))
    done = change(office, order(short))
    assert (done.before.clocks, done.rebased, done.after.clocks) == (1, 0, 1)
    office.wait_until(date(2024, 3, 13))
    assert "van-phong.office_chief" in told_on(office, "2024-03-13"), "as the ladder says that it began with"


def test_what_was_handed_in_goes_by_the_new_ladder_when_it_is_sent_back(office: District) -> None:
    office.give(due=DUE, units=["xa-a"])
    office.submit("xa-a", "1", "Đã làm", "12/BC-UBND")
    assert change(office, order()).rebased == 0
    office.wait_until(date(2024, 3, 12))
    office.send_back("xa-a", "1", "Thiếu phụ lục")
    office.wait_until(date(2024, 3, 13))
    assert told_on(office, "2024-03-13") == ["xa-a.officer"], "five days before, by the new ladder"
    assert office.examine() == []


def test_two_who_change_a_ladder_do_not_undo_each_other(office: District) -> None:
    change(office, order())
    with pytest.raises(StaleVersion):
        change(office, order())
    with pytest.raises(NotFound):
        change(office, order(urgency="rất khẩn"), version=None)
    with pytest.raises(InvalidValue, match="order"):
        change(office, order(Policy(WatchKind.DEADLINE, (Step(O, 1), Step(O, -1)))), version=2)
    with office.database.write() as session, pytest.raises(NotAllowed):
        change_policy(
            session, replace(office.chair, is_keeper=False), order(), version=None, now=office.now()
        )
    with office.database.read() as connection:
        found = registers.policies(connection, office.chair)
    (now,) = [each for each in found if (each.kind, each.urgency) == (WatchKind.DEADLINE, "thường")]
    assert (now.version, len(now.steps), now.repeat_last, now.repeat_days) == (2, 5, 1, 7)
