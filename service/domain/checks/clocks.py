"""Every duty has the clock that its state needs, set to the instant that its ladder gives (I-05)."""

import sqlalchemy as sa

from service.domain.checks.base import LATE, Check
from service.domain.escalation import WatchKind
from service.domain.lifecycle import CLOSED, PAUSED, WORKING, State
from service.domain.tables import EscalationStep, Obligation, Register, Reminder, Watch, table
from service.domain.watching import step_at

obligation, watch, reminder = table(Obligation), table(Watch), table(Reminder)
register, step = table(Register), table(EscalationStep)

OF_WORK = (WatchKind.DEADLINE, WatchKind.SILENCE, WatchKind.ACKNOWLEDGEMENT)
RESTING = frozenset({State.SUBMITTED, State.ACCEPTED}) | PAUSED | CLOSED
"""States in which the unit is not urged."""


def checks() -> dict[str, Check]:
    """Return the checks of clocks as they stand at an instant."""
    return _of_states() | _of_steps()


def _of_states() -> dict[str, Check]:
    def clocked(*kinds: WatchKind) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            watch.c.subject_id == obligation.c.id,
            watch.c.kind.in_(kinds),
            watch.c.next_action_at.is_not(None),
        )

    return {
        "duty-unwatched": Check(
            "an open obligation has a clock that will ring",
            sa.select(obligation.c.id).where(
                obligation.c.state.in_(sorted(WORKING)), ~clocked(WatchKind.DEADLINE, WatchKind.SILENCE)
            ),
        ),
        "submission-unwatched": Check(
            "the office is reminded of what waits for its acceptance",
            sa.select(obligation.c.id).where(
                obligation.c.state == State.SUBMITTED, ~clocked(WatchKind.ACCEPTANCE)
            ),
        ),
        "unit-urged-in-vain": Check(
            "a unit that has handed in, or need not work, is not urged (R22)",
            sa.select(obligation.c.id, obligation.c.state).where(
                obligation.c.state.in_(sorted(RESTING)), clocked(*OF_WORK)
            ),
        ),
        "clock-of-the-past": Check(
            "a duty that was withdrawn or passed on has no clock at all",
            sa.select(watch.c.kind, watch.c.obligation_id)
            .join(obligation, obligation.c.id == watch.c.obligation_id)
            .where(obligation.c.state.in_(sorted(CLOSED)), watch.c.next_action_at.is_not(None)),
        ),
    }


def _of_steps() -> dict[str, Check]:
    runs = watch.c.next_action_at.is_not(None)
    rung = step.alias("rung")
    stands_at = sa.and_(rung.c.policy_id == watch.c.policy_id, rung.c.step == watch.c.next_step)
    at = step_at(watch.c.calendar_id, watch.c.anchor_on, watch.c.anchor_at, watch.c.occurrence, rung.c)
    kept = sa.select(sa.func.count()).where(
        reminder.c.watch_id == watch.c.id, reminder.c.round == watch.c.round
    )
    last = (
        sa.select(step.c.policy_id, step.c.step.label("count"), step.c.next_step)
        .where(sa.or_(step.c.next_step.is_(None), step.c.next_step <= step.c.step))
        .subquery("last")
    )
    length = last.c.count - last.c.next_step + 1
    come_round = last.c.count + (watch.c.occurrence - 1) * length + watch.c.next_step - last.c.next_step
    taken = sa.case((watch.c.occurrence == 0, watch.c.next_step - 1), else_=come_round)
    return {
        "clock-stopped": Check(
            "an overdue clock is taken by the worker within minutes, also one that was entered too late",
            sa.select(watch.c.id).where(watch.c.next_action_at < LATE, watch.c.entered_at < LATE),
        ),
        "clock-astray": Check(
            "a clock rings at the instant that its ladder and its calendar give (R17)",
            sa.select(watch.c.id, watch.c.next_action_at)
            .join(rung, stands_at)
            .where(runs, watch.c.next_action_at.is_distinct_from(at)),
        ),
        "clock-by-old-calendar": Check(
            "a clock goes by the present calendar of its register (R17)",
            sa.select(watch.c.id)
            .join(register, register.c.id == watch.c.register_id)
            .where(runs, watch.c.calendar_id != register.c.calendar_id),
        ),
        "step-lost": Check(
            "every step that a clock has passed was recorded, once (R22)",
            sa.select(watch.c.id)
            .join(last, last.c.policy_id == watch.c.policy_id)
            .where(runs, kept.scalar_subquery() != taken),
        ),
    }
