"""Directives, their items, and which units answer for them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, one_of, partial_index, word


class DirectiveState(StrEnum):
    """Whether a directive binds anybody."""

    DRAFT = "draft"
    ISSUED = "issued"


class ChangeKind(StrEnum):
    """What a later document did to an issued directive."""

    CORRECT = "correct"
    AMEND = "amend"
    REPLACE = "replace"
    REVOKE = "revoke"
    ASSIGN = "assign"
    PUT_IN_WRITING = "put_in_writing"
    SERIES = "series"


class AssignmentRole(StrEnum):
    """What a unit is to an item."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    MONITOR = "monitor"
    REPORT_TO = "report_to"


class Directive(Table, table=True):
    """A document that gives duties (văn bản chỉ đạo).

    `document_id` and `envelope` come with a message of the document exchange (edXML): one message, one
    directive, however often it is delivered. `received` is what the message said, which later ones are
    compared with.
    """

    __table_args__ = (
        one_of("state", DirectiveState),
        sa.UniqueConstraint(
            "register_id", "issuer_key", "number", "symbol", "year", name="uq_directive_number"
        ),
        sa.Index(None, "register_id", "id"),
        sa.Index(None, "register_id", "state", "id"),
        sa.Index(None, "register_id", "document_id", unique=True),
        sa.Index(None, "issuer_id", "id"),
        sa.Index(None, "number", "symbol"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int = 1
    state: DirectiveState = Field(sa_type=word(DirectiveState))
    doc_type: str = Field(default="", max_length=100)
    number: str | None = Field(default=None, max_length=40)
    symbol: str | None = Field(default=None, max_length=80)
    year: int | None = None
    issuer_key: str = Field(default="", max_length=300)
    issuing_body: str = Field(default="", max_length=300)
    parent_body: str = Field(default="", max_length=300)
    issuer_id: UUID | None = Field(default=None, foreign_key="unit.id")
    subject: str = ""
    folded: str = ""
    place: str = Field(default="", max_length=100)
    signed_on: date | None = None
    signed_partial: str | None = Field(default=None, max_length=10)
    issued_on: date | None = None
    urgency: str = Field(default="thường", max_length=20)
    field: str = Field(default="", max_length=100)
    source: str = Field(default="", max_length=60)
    addressees: list[str] = Field(sa_type=Json)
    basis: list[dict[str, Any]] = Field(sa_type=Json)
    recipients: list[str] = Field(sa_type=Json)
    signer: dict[str, Any] = Field(sa_type=Json)
    findings: list[dict[str, Any]] = Field(sa_type=Json)
    text: str = ""
    file_id: UUID | None = Field(default=None, foreign_key="file.id")
    made_at: datetime
    issued_at: datetime | None = None
    document_id: str | None = Field(default=None, max_length=255)
    envelope: dict[str, Any] | None = Field(default=None, sa_type=Json)
    received: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Item(Table, table=True):
    """A numbered part of a directive (mục), found by its locator: "2", "2.-2", "II.1.a".

    `mentions` are the units that its text names, as read, with what they may be in the registry. An item
    may come again by several deadlines: `more_deadlines` are those beside the first. The issue
    fills `due_on` and `units_from_id`: the day that holds, and the item whose assignments hold (R2). With a
    time of that day `due_minute` counts from midnight.

    Of an item that was split or joined a person may still have to say who answers (`units_undecided`), and
    which of `deadline_choices` holds: readings of a deadline. Until then nothing is issued.
    """

    __table_args__ = (
        sa.UniqueConstraint("directive_id", "locator"),
        sa.CheckConstraint("NOT (is_tracked AND is_closing)", name="closing"),
        sa.Index(None, "register_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    parent_id: UUID | None = Field(default=None, foreign_key="item.id", index=True)
    position: int
    label: str = Field(max_length=40)
    locator: str = Field(max_length=100)
    text: str
    folded: str
    is_task: bool
    is_tracked: bool
    is_closing: bool = False
    text_alone: bool = False
    key_task: bool = False
    field: str = Field(default="", max_length=100)
    deadline: dict[str, Any] = Field(sa_type=Json)
    more_deadlines: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    due_on: date | None = None
    due_minute: int | None = None
    units_from_id: UUID | None = Field(default=None, foreign_key="item.id", index=True)
    mentions: list[dict[str, Any]] = Field(sa_type=Json)
    units_undecided: bool = False
    deadline_choices: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


class Assignment(Table, table=True):
    """A unit or group named for an item, confirmed by a person."""

    __table_args__ = (
        one_of("role", AssignmentRole),
        sa.CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="one_target"),
        sa.Index(None, "item_id", "role"),
    )

    id: UUID = Field(primary_key=True)
    item_id: UUID = Field(foreign_key="item.id")
    role: AssignmentRole = Field(sa_type=word(AssignmentRole))
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    group_id: UUID | None = Field(default=None, foreign_key="unit_group.id", index=True)
    due_on: date | None = None


class AssignmentException(Table, table=True):
    """A unit that an assignment to a group leaves out ("trừ xã …")."""

    assignment_id: UUID = Field(primary_key=True, foreign_key="assignment.id")
    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id")


class Waiver(Table, table=True):
    """A warning that a person waved through, and why."""

    id: UUID = Field(primary_key=True)
    directive_id: UUID = Field(foreign_key="directive.id", index=True)
    code: str = Field(max_length=60)
    reason: str
    waived_by: UUID
    waived_at: datetime


class DirectiveChange(Table, table=True):
    """What was done to an issued directive, and on which legal basis: another directive of the register
    (`basis_id`), or a document outside it (`document`: number, symbol, issued_on).

    `details` are parts as they were named: {"item", "wrong", "right"} of a correction, {"item",
    "superseded_by"} of an amendment, {"item", "assignments"} of what was given later, {"item", "from_period"}
    of a series. The directive's own text stays what was signed (R4).
    """

    __table_args__ = (
        one_of("kind", ChangeKind),
        sa.CheckConstraint("(basis_id IS NULL) <> (document IS NULL)", name="one_basis"),
        sa.CheckConstraint("basis_id <> directive_id", name="other_basis"),
        sa.Index(None, "directive_id", "id"),
        sa.Index(None, "basis_id", "id"),
        partial_index(
            "uq_directive_change_end",
            "directive_id",
            unique=True,
            where="kind IN ('replace', 'revoke')",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    kind: ChangeKind = Field(sa_type=word(ChangeKind))
    basis_id: UUID | None = Field(default=None, foreign_key="directive.id")
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    effective_on: date
    reason: str
    details: list[dict[str, Any]] = Field(sa_type=Json)
    made_by: UUID
    made_at: datetime
