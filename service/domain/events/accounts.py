"""Facts about accounts of people. The subject is the account; names, logins and secrets stay out."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.events.base import Code, Event, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade(Event):
    """Somebody may sign in: in a role, for a unit or for the whole installation."""

    kind = "account.made.v1"
    key_role: Word
    unit_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """An account has another role, unit or name; `fields` says which changed."""

    kind = "account.changed.v1"
    key_role: Word
    unit_id: UUID | None
    fields: list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCodeMade(Event):
    """A one-time code was made that sets the password; earlier ones open nothing any more."""

    kind = "account.code_made.v1"
    expires_at: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasswordSet(Event):
    """The holder of an account set a password; sessions of before ended."""

    kind = "account.password_set.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLocked(Event):
    """So many passwords in a row were wrong that none is tried until a time."""

    kind = "account.locked.v1"
    attempts: int
    until: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnlocked(Event):
    """An administrator let an account try passwords again."""

    kind = "account.unlocked.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSignedIn(Event):
    """A session began."""

    kind = "account.signed_in.v1"
    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled(Event):
    """An account opens nothing any more; its sessions ended."""

    kind = "account.disabled.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnabled(Event):
    """An account that was disabled may sign in again."""

    kind = "account.enabled.v1"
