"""The default policies, read as an office chief would read them."""

import pytest

from service.domain.errors import InvalidValue
from service.domain.escalation import DEFAULTS, ORDINARY, RANKS, Pace, Policy, Role, Step, WatchKind, check


def test_silence_climbs_from_the_officer_to_the_vice_chair() -> None:
    acknowledgement = next(p for p in ORDINARY if p.kind is WatchKind.ACKNOWLEDGEMENT)
    assert [(s.role, s.offset) for s in acknowledgement.steps] == [
        (Role.OFFICER, 2),
        (Role.HEAD, 4),
        (Role.OFFICE_CHIEF, 7),
        (Role.VICE_CHAIR, 10),
    ]


def test_a_dated_duty_is_told_before_on_and_after_its_day() -> None:
    dated = next(p for p in ORDINARY if p.kind is WatchKind.DEADLINE)
    officer = [s.offset for s in dated.steps if s.role is Role.OFFICER]
    assert officer == [-7, -3, -1, 0]
    first_late = {s.role: s.offset for s in reversed(dated.steps) if s.offset > 0}
    assert first_late == {Role.HEAD: 1, Role.OFFICE_CHIEF: 3, Role.VICE_CHAIR: 7}
    assert (dated.repeat_last, dated.repeat_days) == (2, 7)


def test_steps_stand_in_the_order_in_which_they_come() -> None:
    for policies in DEFAULTS.values():
        for policy in policies:
            offsets = [step.offset for step in policy.steps]
            assert offsets == sorted(offsets)
            assert policy.repeat_last <= len(policy.steps)
            assert (policy.repeat_last == 0) == (policy.repeat_days == 0)


def test_hoa_toc_counts_hours_and_waits_for_no_morning() -> None:
    for policy in DEFAULTS["hỏa tốc"]:
        if policy.kind in (WatchKind.DEADLINE, WatchKind.ACKNOWLEDGEMENT):
            assert all(step.pace is Pace.MINUTES and step.urgent for step in policy.steps)


def test_every_register_watches_everything_in_every_urgency() -> None:
    for policies in DEFAULTS.values():
        assert {policy.kind for policy in policies} == set(WatchKind)


def test_an_empty_post_has_a_next_one() -> None:
    assert sorted(RANKS, key=lambda role: RANKS[role]) == list(Role)


@pytest.mark.parametrize("policies", DEFAULTS.values(), ids=DEFAULTS.keys())
def test_the_ladders_that_a_register_starts_with_can_be_followed(policies: tuple[Policy, ...]) -> None:
    for policy in policies:
        check(policy)


O, C = Role.OFFICER, Role.OFFICE_CHIEF  # noqa: E741
NO_LADDERS = {
    "without a step": ("steps", Policy(WatchKind.DEADLINE, ())),
    "of many steps": ("steps", Policy(WatchKind.DEADLINE, (Step(O, 1),) * 21)),
    "of days and minutes": ("pace", Policy(WatchKind.DEADLINE, (Step(O, 1), Step(O, 2, Pace.MINUTES)))),
    "that goes back": ("order", Policy(WatchKind.DEADLINE, (Step(O, 1), Step(O, 0)))),
    "of years": ("offset", Policy(WatchKind.DEADLINE, (Step(O, 500),))),
    "before it happens": ("offset", Policy(WatchKind.SILENCE, (Step(O, -1),))),
    "that looks for a chief at a unit": ("at_keeper", Policy(WatchKind.DEADLINE, (Step(C, 1),))),
    "that urges a unit for the office": ("at_keeper", Policy(WatchKind.RETURN, (Step(O, 1),))),
    "that repeats more than it has": ("repeat_last", Policy(WatchKind.DEADLINE, (Step(O, 1),), 2, 7)),
    "that repeats at once": ("repeat_days", Policy(WatchKind.DEADLINE, (Step(O, 1),), 1, 0)),
    "that repeats nothing": ("repeat_days", Policy(WatchKind.DEADLINE, (Step(O, 1),), 0, 7)),
    "that repeats after years": ("repeat_days", Policy(WatchKind.DEADLINE, (Step(O, 1),), 1, 400)),
    "that repeats a whole week": ("repeat_last", Policy(WatchKind.DEADLINE, (Step(O, 1), Step(O, 6)), 2, 7)),
}


@pytest.mark.parametrize(("field", "policy"), NO_LADDERS.values(), ids=NO_LADDERS.keys())
def test_a_ladder_that_nobody_could_follow_is_refused(field: str, policy: Policy) -> None:
    with pytest.raises(InvalidValue) as refused:
        check(policy)
    assert refused.value.field == field
