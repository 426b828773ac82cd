"""Nobody can switch off what loses a duty: the list of what can be chosen is short, and checked here."""

import pytest

from service.domain.events.audience import AUDIENCE, OF_MACHINERY
from service.domain.telling_choices import CHOICES, MATTERS, Choice, Matter

pytestmark = pytest.mark.rules

MUST_DELIVER = {
    "obligation.withdrawn.v1",
    "obligation.withdrawn_with_parent.v1",
    "obligation.due_day_moved.v1",
    "obligation.due_day_counted_again.v1",
    "obligation.period_moved.v1",
    "obligation.extension_granted.v1",
    "obligation.awaited_event_came.v1",
    "obligation.return_accepted.v1",
    "obligation.taken_over.v1",
    "obligation.put_in_writing.v1",
    "coordinator.added.v1",
    "coordination.requested.v1",
}


def test_withdrawn_duties_and_changed_deadlines_are_nobodys_choice() -> None:
    assert set(AUDIENCE) - set(MATTERS) >= MUST_DELIVER


def test_that_the_machinery_needs_a_person_is_nobodys_choice_and_cannot_wait() -> None:
    assert not set(MATTERS) & OF_MACHINERY
    assert {AUDIENCE[kind][1:] for kind in OF_MACHINERY} == {(True, "urgent")}


def test_what_is_urgent_is_nobodys_choice() -> None:
    urgent = {kind for kind, (_, _, occasion) in AUDIENCE.items() if occasion == "urgent"}
    assert not urgent & set(MATTERS)


def test_a_new_duty_can_wait_for_the_morning_and_no_longer() -> None:
    assert CHOICES[Matter.NEW_DUTIES] == (Choice.AT_ONCE, Choice.DIGEST)


def test_whoever_chose_nothing_is_told_as_the_audience_says() -> None:
    for kind, matter in MATTERS.items():
        at_once = AUDIENCE[kind][2] == "issue"
        assert CHOICES[matter][0] is (Choice.AT_ONCE if at_once else Choice.DIGEST)
