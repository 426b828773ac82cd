"""Units, groups and people."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.escalation import Role
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class Unit(Table, table=True):
    """A body that can have a duty. It is its id: names and codes come and go."""

    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        sa.Index(None, "parent_id"),
        sa.Index(None, "kind", "parent_id"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, index=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=300)
    name_folded: str = Field(max_length=300, index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="unit.id")
    subordinate: bool = True
    valid_from: date
    valid_to: date | None = None
    version: int = 1


class UnitName(Table, table=True):
    """A name that a unit bore before its present one."""

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    name: str = Field(max_length=300)
    valid_from: date
    valid_to: date


class UnitIdentifier(Table, table=True):
    """What another system calls a unit, such as its code in the document exchange or the census."""

    __table_args__ = (sa.UniqueConstraint("scheme", "value", "valid_from"),)

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    scheme: str = Field(max_length=40)
    value: str = Field(max_length=100)
    valid_from: date
    valid_to: date | None = None


class UnitAttribute(Table, table=True):
    """What makes a unit a member of a rule's group: "xã biên giới", "xã điểm"."""

    __table_args__ = (sa.Index(None, "attribute", "unit_id"),)

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    attribute: str = Field(max_length=60)
    valid_from: date
    valid_to: date | None = None


class UnitGroup(Table, table=True):
    """A class of units that directives name: fixed members, or a rule worked out on a day."""

    __table_args__ = (sa.UniqueConstraint("register_id", "code"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    code: str = Field(max_length=60)
    name: str = Field(max_length=300)
    rule: dict[str, object] | None = Field(default=None, sa_type=Json)
    version: int = 1


class GroupMember(Table, table=True):
    """A fixed member of a group."""

    __table_args__ = (sa.Index(None, "group_id", "unit_id"),)

    id: UUID = Field(primary_key=True)
    group_id: UUID = Field(foreign_key="unit_group.id")
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    valid_from: date
    valid_to: date | None = None


class Alias(Table, table=True):
    """How documents of one register name a unit or a group."""

    __table_args__ = (
        sa.CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="one_target"),
        sa.Index(None, "register_id", "folded"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    phrase: str = Field(max_length=300)
    folded: str = Field(max_length=300)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    group_id: UUID | None = Field(default=None, foreign_key="unit_group.id", index=True)


class PhraseMeaning(Table, table=True):
    """What a clerk said that a phrase of a register's documents means; one meaning holds at a time."""

    __table_args__ = (
        sa.CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="one_target"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        sa.Index(None, "register_id", "id"),
        partial_index(
            "uq_phrase_meaning_held",
            "register_id",
            "folded",
            unique=True,
            where="revoked_at IS NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int = 1
    phrase: str = Field(max_length=300)
    folded: str = Field(max_length=300)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    group_id: UUID | None = Field(default=None, foreign_key="unit_group.id", index=True)
    confirmed_by: UUID
    confirmed_at: datetime
    revoked_by: UUID | None = None
    revoked_at: datetime | None = None


class Person(Table, table=True):
    """Somebody who can be told something. Personal data lives here and in addresses only.

    Whoever was erased has a code and a name that say so and nothing else; the id stays.
    """

    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=200)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    erased_at: datetime | None = None


class Post(Table, table=True):
    """A person holds a role at a unit, for a time, perhaps for one field of work."""

    __table_args__ = (
        one_of("role", Role),
        sa.Index(None, "unit_id", "rank"),
        sa.UniqueConstraint("person_id", "unit_id", "role", "field", "valid_from"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    unit_id: UUID = Field(foreign_key="unit.id")
    role: Role = Field(sa_type=word(Role))
    rank: int
    field: str = Field(default="", max_length=100)
    valid_from: date
    valid_to: date | None = None


class Address(Table, table=True):
    """Where a person is reached on a channel; lower `position` is tried first."""

    __table_args__ = (sa.UniqueConstraint("person_id", "channel"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    channel: str = Field(max_length=20)
    address: str = Field(max_length=200)
    position: int = 0
    verified_at: datetime | None = None
    invalid_at: datetime | None = None
