"""Registers, their keepers, policies, channels and keys."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.calendar import QUIET_FROM, QUIET_UNTIL
from service.domain.deadlines import OffDays
from service.domain.escalation import Condition, Pace, Role, WatchKind
from service.domain.permissions import KeyRole
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class Silence(StrEnum):
    """What it means that nobody decided in time about a duty that was given back."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


class Register(Table, table=True):
    """The book that one office keeps (sổ theo dõi). Everything large belongs to one.

    Its rules: a return is decided within `return_days` working days, after that `silent_return` says how;
    at most `extensions_max` extensions of one duty are granted. What can wait is not sent from minute
    `quiet_from` of a day to minute `quiet_until`; at most `messages_per_minute` messages are tried.
    """

    __table_args__ = (one_of("silent_return", Silence), one_of("off_days", OffDays))

    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=300)
    calendar_id: UUID = Field(foreign_key="calendar.id")
    return_days: int = 5
    silent_return: Silence = Field(default=Silence.REFUSED, sa_type=word(Silence))
    extensions_max: int = 2
    version: int = 1
    receipt_deemed_days: int = 2
    off_days: OffDays = Field(default=OffDays.RELATIVE, sa_type=word(OffDays))
    periods_ahead: int = 1
    quiet_from: int = QUIET_FROM
    quiet_until: int = QUIET_UNTIL
    messages_per_minute: int | None = None


class RegisterKeeper(Table, table=True):
    """The unit that keeps a register from a day on."""

    __table_args__ = (sa.UniqueConstraint("register_id", "valid_from"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    valid_from: date
    valid_to: date | None = None


class EscalationPolicy(Table, table=True):
    """One version of a policy (thang đôn đốc) of a register, for one degree of urgency."""

    __table_args__ = (
        one_of("kind", WatchKind),
        sa.UniqueConstraint("register_id", "kind", "urgency", "version"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    kind: WatchKind = Field(sa_type=word(WatchKind))
    urgency: str = Field(max_length=20)
    version: int
    is_current: bool
    repeat_days: int
    made_at: datetime


class EscalationStep(Table, table=True):
    """One rung. After it comes `next_step`; where `wraps` is 1, one round of repeats later."""

    __table_args__ = (one_of("role", Role), one_of("pace", Pace), one_of("condition", Condition))

    policy_id: UUID = Field(primary_key=True, foreign_key="escalation_policy.id")
    step: int = Field(primary_key=True)
    role: Role = Field(sa_type=word(Role))
    rank: int
    at_keeper: bool
    offset: int
    pace: Pace = Field(sa_type=word(Pace))
    condition: Condition = Field(sa_type=word(Condition))
    is_urgent: bool
    next_step: int | None = None
    wraps: int = 0
    repeat_days: int = 0


class ChannelAccount(Table, table=True):
    """A channel that a register uses. Secrets are encrypted with the installation's key."""

    __table_args__ = (
        sa.UniqueConstraint("register_id", "channel"),
        partial_index(
            "ix_channel_account_lost", "register_id", "channel", where="health = 'reauth_required'"
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    channel: str = Field(max_length=20)
    is_enabled: bool = True
    settings: dict[str, object] = Field(sa_type=Json)
    secrets: str = ""
    health: str = Field(default="ok", max_length=20)
    health_detail: str = ""
    paused_until: datetime | None = None
    tokens_expire_at: datetime | None = None
    refresh_started_at: datetime | None = None
    refresh_token_hash: str = Field(default="", max_length=64)
    refresh_lock_until: datetime | None = None
    version: int = 1


class MailRelay(Table, table=True):
    """How a relay of an e-mail account is, and how many messages it took in the minute that began last.

    `ill_until` lies ahead while workers pass it over; `detail` says what it answered.
    """

    account_id: UUID = Field(primary_key=True, foreign_key="channel_account.id")
    name: str = Field(primary_key=True, max_length=300)
    ill_until: datetime | None = None
    detail: str = Field(default="", max_length=300)
    minute_at: datetime | None = None
    minute_count: int = 0


class ApiKey(Table, table=True):
    """A key that a program or person shows; only its hash is kept.

    `principal_id` is the first key of the line in which each replaced the one before; None for that first
    one. Whoever holds any key of a line is the same principal. `networks` are CIDR texts, none: everywhere.
    """

    __table_args__ = (one_of("role", KeyRole),)

    id: UUID = Field(primary_key=True)
    version: int = 1
    principal_id: UUID | None = Field(default=None, foreign_key="api_key.id", index=True)
    handle: str = Field(max_length=20, unique=True)
    secret_sha256: str = Field(max_length=64)
    name: str = Field(max_length=200)
    register_id: UUID | None = Field(default=None, foreign_key="register.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    role: KeyRole = Field(sa_type=word(KeyRole))
    scopes: list[str] = Field(sa_type=Json)
    networks: list[str] = Field(default_factory=list, sa_type=Json)
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


class Idempotency(Table, table=True):
    """A request that was carried out, and the answer it got."""

    principal_id: UUID = Field(primary_key=True)
    route: str = Field(primary_key=True, max_length=200)
    key: str = Field(primary_key=True, max_length=200)
    request_sha256: str = Field(max_length=64)
    status: int
    body: str
    etag: str | None = Field(default=None, max_length=40)
    made_at: datetime = Field(index=True)


class RequestCount(Table, table=True):
    """Requests of one asker in one minute since the epoch, by all processes; kept for two minutes."""

    bucket: str = Field(primary_key=True, max_length=80)
    minute: int = Field(primary_key=True, index=True, sa_column_kwargs={"autoincrement": False})
    taken: int


class Blob(Table, table=True):
    """A file by its content; the bytes lie in the files folder under this name."""

    __tablename__ = "file"

    id: UUID = Field(primary_key=True)
    sha256: str = Field(max_length=64, index=True)
    name: str = Field(max_length=255)
    size: int
    uploaded_by: UUID
    uploaded_at: datetime
