"""Facts about units, groups, phrases and registers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Code, Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Event):
    """A unit was entered."""

    kind = "unit.registered.v1"
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChanged(Event):
    """What is known of a unit was corrected."""

    kind = "unit.changed.v1"
    code: Code
    fields: list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanged(Event):
    """A group of units was made or got other members."""

    kind = "unit_group.changed.v1"
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseConfirmed(Event):
    """A clerk said what a phrase of documents means."""

    kind = "phrase.confirmed.v1"
    phrase: FreeText
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRevoked(Event):
    """What a phrase meant holds no longer."""

    kind = "phrase.revoked.v1"
    phrase: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLinked(Event):
    """Somebody at a unit showed, with a code of the office, which account of a channel is theirs."""

    kind = "unit.address_linked.v1"
    channel: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRecorded(Event):
    """Somebody who holds a post at a unit is away; the absence says who and who stands in."""

    kind = "unit.absence_recorded.v1"
    absence_id: UUID
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded(Event):
    """Somebody who was away from a post at a unit is back, or never left."""

    kind = "unit.absence_ended.v1"
    absence_id: UUID
    ended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperChanged(Event):
    """A register passed to another keeper."""

    kind = "register.keeper_changed.v1"
    unit_id: UUID
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRulesChanged(Event):
    """When a register sends what can wait, and how much it sends, was set. Hours are HH:MM."""

    kind = "register.telling_rules_changed.v1"
    quiet_from: Code
    quiet_until: Code
    messages_per_minute: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged(Event):
    """The rules of a register for returns and extensions were set."""

    kind = "register.rules_changed.v1"
    return_days: int
    silent_return: Word
    extensions_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicyChanged(Event):
    """A register reminds by a new version of a policy from now on; so many running clocks went over to it."""

    kind = "register.escalation_policy_changed.v1"
    watch_kind: Word
    urgency: Word
    number: int
    basis: FreeText
    rebased: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingChanged(Event):
    """A register words one kind of its messages by a new version from now on."""

    kind = "register.wording_changed.v1"
    wording_kind: Word
    number: int
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged(Event):
    """Somebody who holds a post at a unit decided otherwise about messages. It does not say who."""

    kind = "unit.notification_preferences_changed.v1"
    number: int
