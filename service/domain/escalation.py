"""The escalation policies (thang đôn đốc) as data: who is told, when, while a duty waits (R21)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.domain.errors import InvalidValue


class WatchKind(StrEnum):
    """What a clock waits for."""

    DEADLINE = "deadline"
    ACKNOWLEDGEMENT = "acknowledgement"
    SILENCE = "silence"
    ACCEPTANCE = "acceptance"
    RETURN = "return"
    EXTENSION = "extension"
    EXPLANATION = "explanation"
    COORDINATION = "coordination"


OVERDUE_BY = timedelta(minutes=15)
"""What is due and not taken by then tells that no worker is alive, or a channel is ill."""

FROM_DUE_DAY = frozenset({WatchKind.DEADLINE, WatchKind.EXPLANATION, WatchKind.COORDINATION})
"""Clocks that count from the end of the day on which something is due, not from when something happened."""


class Role(StrEnum):
    """A post that somebody holds at a unit."""

    OFFICER = "officer"
    CLERK = "clerk"
    HEAD = "head"
    DEPUTY = "deputy"
    OFFICE_CHIEF = "office_chief"
    VICE_CHAIR = "vice_chair"
    CHAIR = "chair"


class Pace(StrEnum):
    """What an offset counts."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MINUTES = "minutes"


class Condition(StrEnum):
    """When a step is needed at all."""

    ALWAYS = "always"
    UNREPORTED = "unreported"


class Outcome(StrEnum):
    """What became of a step."""

    DUE = "due"
    TOLD = "told"
    MERGED = "merged"
    SKIPPED = "skipped"
    NOT_NEEDED = "not_needed"
    NOBODY = "nobody"


RANKS = {
    Role.OFFICER: 10,
    Role.CLERK: 15,
    Role.HEAD: 20,
    Role.DEPUTY: 25,
    Role.OFFICE_CHIEF: 30,
    Role.VICE_CHAIR: 40,
    Role.CHAIR: 50,
}
"""A step whose role is empty passes on to the next rank at once."""

ROLE_WORDS = {
    Role.OFFICER: "cán bộ đầu mối",
    Role.CLERK: "văn thư",
    Role.HEAD: "thủ trưởng",
    Role.DEPUTY: "cấp phó",
    Role.OFFICE_CHIEF: "chánh văn phòng",
    Role.VICE_CHAIR: "phó chủ tịch phụ trách",
    Role.CHAIR: "chủ tịch",
}
"""What a Vietnamese reader is told of a role, in messages and histories alike."""

KEEPER_RANK = RANKS[Role.OFFICE_CHIEF]
"""From this rank on a post is looked for at the keeper of the register, below it at the unit."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: after `offset` from the anchor day (negative: before), tell whoever holds `role`.

    `at_keeper` looks for the role at the keeper of the register, not at the unit that does the work.
    `urgent` goes alone and at once, whatever the hour; the rest waits for the morning's digest.
    """

    role: Role
    offset: int
    pace: Pace = Pace.WORKING_DAYS
    condition: Condition = Condition.ALWAYS
    at_keeper: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """An ordered list of steps; the last `repeat_last` of them come again every `repeat_days`."""

    kind: WatchKind
    steps: tuple[Step, ...]
    repeat_last: int = 0
    repeat_days: int = 0


def _climb(
    *rungs: tuple[Role, int], pace: Pace = Pace.WORKING_DAYS, urgent: bool = False
) -> tuple[Step, ...]:
    return tuple(
        Step(role, offset, pace, at_keeper=RANKS[role] >= KEEPER_RANK, urgent=urgent)
        for role, offset in rungs
    )


O, H, C, V = Role.OFFICER, Role.HEAD, Role.OFFICE_CHIEF, Role.VICE_CHAIR  # noqa: E741
HOUR = 60
WAITS_AT_KEEPER = (WatchKind.ACCEPTANCE, WatchKind.RETURN, WatchKind.EXTENSION)
"""What the keeper's own office is reminded of (R21)."""

ANSWERED_BY_A_DAY = (WatchKind.EXPLANATION, WatchKind.COORDINATION)
"""What a unit was asked and must answer by a day."""

ORDINARY = (
    Policy(
        WatchKind.DEADLINE,
        (
            Step(O, -7),
            Step(O, -3),
            Step(H, -3, condition=Condition.UNREPORTED),
            *_climb((O, -1), (O, 0), (H, 1), (C, 3), (V, 7), (H, 12), (C, 12)),
        ),
        repeat_last=2,
        repeat_days=7,
    ),
    Policy(WatchKind.ACKNOWLEDGEMENT, _climb((O, 2), (H, 4), (C, 7), (V, 10))),
    Policy(WatchKind.SILENCE, _climb((O, 30), (C, 90), pace=Pace.DAYS), repeat_last=1, repeat_days=30),
    *(
        Policy(kind, (Step(O, 2, at_keeper=True), Step(C, 5, at_keeper=True)), 1, 7)
        for kind in WAITS_AT_KEEPER
    ),
    *(
        Policy(kind, _climb((O, -1), (O, 0), (H, 1), (C, 3)), repeat_last=1, repeat_days=7)
        for kind in ANSWERED_BY_A_DAY
    ),
)
URGENT = (
    Policy(
        WatchKind.DEADLINE,
        _climb((O, -3), (H, -1), (O, 0), (H, 1), (C, 2), (V, 3), (H, 8), (C, 8)),
        repeat_last=2,
        repeat_days=7,
    ),
    Policy(WatchKind.ACKNOWLEDGEMENT, _climb((O, 1), (H, 2), (C, 3), (V, 5))),
    *ORDINARY[2:],
)
IMMEDIATE = (
    Policy(
        WatchKind.DEADLINE,
        _climb((O, -24 * HOUR), (H, -4 * HOUR), (C, 1 * HOUR), (V, 4 * HOUR), pace=Pace.MINUTES, urgent=True),
        repeat_last=1,
        repeat_days=1,
    ),
    Policy(
        WatchKind.ACKNOWLEDGEMENT,
        _climb((O, 1 * HOUR), (H, 2 * HOUR), (C, 4 * HOUR), (V, 8 * HOUR), pace=Pace.MINUTES, urgent=True),
    ),
    *ORDINARY[2:],
)

DEFAULTS: dict[str, tuple[Policy, ...]] = {
    "thường": ORDINARY,
    "khẩn": URGENT,
    "thượng khẩn": URGENT,
    "hỏa tốc": IMMEDIATE,
}
"""Policies by mức độ khẩn (Nghị định 30/2020, Phụ lục I); a register starts with these as version 1."""

STEPS_MAX, REPEAT_DAYS_MAX = 20, 90
OFFSETS = {Pace.WORKING_DAYS: (-60, 120), Pace.DAYS: (-90, 365), Pace.MINUTES: (-43_200, 43_200)}
"""How far from its anchor a step may lie, by what it counts."""

FURTHEST = max(most for _, most in OFFSETS.values())


def check(policy: Policy) -> None:
    """Return if a policy can be followed: its steps count alike and come one after the other.

    Raises:
        InvalidValue: `field` and `detail` say which rule it breaks.
    """
    steps, repeat_last, repeat_days = policy.steps, policy.repeat_last, policy.repeat_days
    if not 1 <= len(steps) <= STEPS_MAX:
        raise InvalidValue(field="steps", detail=f"1 to {STEPS_MAX} steps")
    offsets, (least, most) = [step.offset for step in steps], OFFSETS[steps[0].pace]
    elsewhere = {step.role for step in steps if not step.at_keeper}
    faults = (
        ("pace", len({step.pace for step in steps}) > 1, "every step counts the same"),
        ("offset", not least <= min(offsets) <= max(offsets) <= most, f"{least} to {most}"),
        ("order", offsets != sorted(offsets), "a step comes no earlier than the one before it"),
        ("offset", min(offsets) < 0 and policy.kind not in FROM_DUE_DAY, "nobody is told before it happens"),
        ("at_keeper", any(is_at_keeper(role, policy.kind) for role in elsewhere), "it is told at the keeper"),
        ("repeat_last", not 0 <= repeat_last <= len(steps), "so many of the steps come again"),
        ("repeat_days", not 0 <= repeat_days <= REPEAT_DAYS_MAX, f"0 to {REPEAT_DAYS_MAX} days"),
        ("repeat_days", (repeat_last == 0) != (repeat_days == 0), "both or neither"),
        ("repeat_last", len(set(offsets[len(steps) - repeat_last :])) > 1, "they come on one day"),
    )
    for field, is_broken, detail in faults:
        if is_broken:
            raise InvalidValue(field=field, detail=detail)


def is_at_keeper(role: Role, kind: WatchKind) -> bool:
    """Return if a post can only be one of the keeper's: of its leaders, or where clocks wait at it."""
    return RANKS[role] >= KEEPER_RANK or kind in WAITS_AT_KEEPER
