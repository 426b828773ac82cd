"""Obligations with their history, and the clocks that watch them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.escalation import Outcome, Role, WatchKind
from service.domain.lifecycle import State
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class Decision(StrEnum):
    """What the issuing side said to a submission."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"


class Obligation(Table, table=True):
    """One tracked item × one lead unit × one period (nhiệm vụ). Its unit never changes.

    A part that was handed on has a `parent_id`, the unit that handed it on (`delegator_id`), and the person
    it was given to where that is one of the unit's own people (`assignee_id`).
    """

    __table_args__ = (
        one_of("state", State),
        sa.CheckConstraint("(state = 'accepted') <= (done_on IS NOT NULL)", name="done"),
        sa.CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name="percent"),
        sa.UniqueConstraint(
            "item_id",
            "unit_id",
            "period",
            "parent_id",
            "generation",
            "register_id",
            name="uq_obligation_identity",
        ),
        sa.Index("ix_obligation_page", "register_id", "id"),
        sa.Index("ix_obligation_due", "register_id", "due_on", "id"),
        sa.Index("ix_obligation_state", "register_id", "state", "id"),
        sa.Index("ix_obligation_unit", "register_id", "unit_id", "id"),
        sa.Index("ix_obligation_unit_state", "unit_id", "state", "id"),
        sa.Index("ix_obligation_directive", "directive_id", "id"),
        partial_index("ix_obligation_period", "register_id", "period", "id", where="period <> ''"),
        partial_index(
            "ix_obligation_parent",
            "parent_id",
            "id",
            where="delegator_id IS NOT NULL",
        ),
        partial_index(
            "ix_obligation_delegator",
            "delegator_id",
            "id",
            where="delegator_id IS NOT NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    item_id: UUID = Field(foreign_key="item.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    period: str = Field(default="", max_length=20)
    parent_id: UUID
    generation: int = 0
    version: int = 1
    state: State = Field(sa_type=word(State))
    assigned_on: date
    original_due_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    percent: int | None = None
    reported_on: date | None = None
    delegator_id: UUID | None = Field(default=None, foreign_key="unit.id")
    assignee_id: UUID | None = Field(default=None, foreign_key="person.id")


class ObligationVersion(Table, table=True):
    """What was known of an obligation from `recorded_from` until the next version.

    What never changes of it stands in each version too, so that the past is counted without its head.
    """

    __table_args__ = (
        sa.Index(None, "recorded_from", "obligation_id"),
        partial_index(
            "ix_obligation_version_recorded_to",
            "recorded_to",
            where="recorded_to IS NOT NULL",
        ),
    )

    obligation_id: UUID = Field(primary_key=True, foreign_key="obligation.id")
    version: int = Field(primary_key=True)
    register_id: UUID
    directive_id: UUID
    item_id: UUID
    unit_id: UUID
    parent_id: UUID
    assigned_on: date
    state: State = Field(sa_type=word(State))
    original_due_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    reported_on: date | None = None
    effective_on: date
    recorded_from: datetime
    recorded_to: datetime | None = None


class ObligationSource(Table, table=True):
    """An assignment that an obligation came from; a unit named twice has one obligation, two sources."""

    obligation_id: UUID = Field(primary_key=True, foreign_key="obligation.id")
    assignment_id: UUID = Field(primary_key=True, foreign_key="assignment.id")


class Coordination(Table, table=True):
    """One item × one coordinating unit, shared by all leads of the item (R12)."""

    __table_args__ = (sa.UniqueConstraint("item_id", "unit_id"), sa.Index(None, "unit_id", "id"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    item_id: UUID = Field(foreign_key="item.id")
    unit_id: UUID = Field(foreign_key="unit.id")


class ProgressUpdate(Table, table=True):
    """What a unit told on its way (báo cáo tiến độ)."""

    __table_args__ = (sa.Index(None, "register_id", "id"), sa.Index(None, "obligation_id", "id"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    percent: int | None = None
    text: str
    difficulties: str = ""
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    reported_by: UUID
    reported_at: datetime


class Submission(Table, table=True):
    """A unit's proposal that its duty is done, and the issuing side's answer."""

    __table_args__ = (one_of("decision", Decision), sa.Index(None, "obligation_id", "id"))

    id: UUID = Field(primary_key=True)
    obligation_id: UUID = Field(foreign_key="obligation.id")
    text: str
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    submitted_on: date
    submitted_by: UUID
    submitted_at: datetime
    decision: Decision | None = Field(default=None, sa_type=word(Decision))
    comment: str = ""
    decided_by: UUID | None = None
    decided_at: datetime | None = None


class SubmissionFile(Table, table=True):
    """A file that proves a submission."""

    submission_id: UUID = Field(primary_key=True, foreign_key="submission.id")
    file_id: UUID = Field(primary_key=True, foreign_key="file.id", index=True)


class Watch(Table, table=True):
    """One clock on one subject. Only `next_action_at` is ever searched for.

    The subject is the obligation itself or a request about it, such as an extension; `unit_id` is the unit
    whose posts the steps look for. `next_step`, `occurrence` and `round` say which step comes next; null
    `next_action_at` means that nothing will happen by itself, and `stopped_at` that nothing need happen
    any more. What was due before `entered_at` is recorded as skipped, not told.
    """

    __table_args__ = (
        one_of("kind", WatchKind),
        sa.UniqueConstraint("obligation_id", "kind", "subject_id", name="uq_watch_subject"),
        partial_index(
            "ix_watch_due",
            "next_action_at",
            "id",
            where="next_action_at IS NOT NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    subject_id: UUID
    unit_id: UUID = Field(foreign_key="unit.id")
    kind: WatchKind = Field(sa_type=word(WatchKind))
    policy_id: UUID = Field(foreign_key="escalation_policy.id")
    calendar_id: UUID = Field(foreign_key="calendar.id")
    anchor_on: date
    anchor_at: datetime
    entered_at: datetime
    round: int = 1
    next_step: int = 1
    occurrence: int = 0
    next_action_at: datetime | None = None
    stopped_at: datetime | None = None


class Reminder(Table, table=True):
    """A step of a watch, taken once: told, merged into a later one, skipped, or not needed.

    `anchor_on` is the due day that it was taken for; null where the clock counts from something else.
    """

    __table_args__ = (
        one_of("outcome", Outcome),
        one_of("role", Role),
        sa.UniqueConstraint("watch_id", "round", "step", "occurrence"),
        sa.Index(None, "obligation_id", "id"),
        partial_index(
            "ix_reminder_due",
            "id",
            where="outcome = 'due'",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    watch_id: UUID = Field(foreign_key="watch.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    round: int
    step: int
    occurrence: int
    role: Role = Field(sa_type=word(Role))
    rank: int
    at_keeper: bool
    is_urgent: bool
    anchor_on: date | None = None
    due_at: datetime
    taken_at: datetime
    outcome: Outcome = Field(sa_type=word(Outcome))
