"""Facts about directives and their items."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.events.base import Code, Event, FreeText, Word


class Waived(TypedDict):
    """A warning that a person waved through, and why."""

    code: Code
    reason: FreeText


class Corrected(TypedDict):
    """A slip of the pen; `item` is empty for the subject and the text above all items."""

    item: Code
    wrong: FreeText
    right: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveDrafted(Event):
    """A directive was entered; nobody has a duty yet."""

    kind = "directive.drafted.v1"
    source_sha256: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveChanged(Event):
    """A draft, or the number of an issued directive, was changed."""

    kind = "directive.changed.v1"
    fields: list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAssigned(Event):
    """Somebody said which units answer for an item."""

    kind = "item.assigned.v1"
    directive_id: UUID
    locator: Code
    assignments: list[dict[str, Code]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSplit(Event):
    """An item of a draft was made two: `at` characters of its text stay, the rest is a new item behind it."""

    kind = "item.split.v1"
    directive_id: UUID
    locator: Code
    at: int
    other_id: UUID
    other: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemJoined(Event):
    """An item of a draft took in the one behind it, whose text begins after `at` characters."""

    kind = "item.joined.v1"
    directive_id: UUID
    locator: Code
    at: int
    other_id: UUID
    other: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveIssued(Event):
    """A directive became binding; its obligations exist from this instant."""

    kind = "directive.issued.v1"
    issuer_id: UUID
    issued_on: date
    obligations: int
    waivers: list[Waived]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveCorrected(Event):
    """Slips of the pen in an issued directive were corrected; its text stands beside."""

    kind = "directive.corrected.v1"
    change_id: UUID
    basis: FreeText
    corrections: list[Corrected]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveAmended(Event):
    """A later document took items out of an issued directive."""

    kind = "directive.amended.v1"
    change_id: UUID
    basis: FreeText
    items: list[Code]
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveReplaced(Event):
    """A later document took the place of an issued directive; its open duties ended, went on or were kept."""

    kind = "directive.replaced.v1"
    change_id: UUID
    basis: FreeText
    withdrawn: int
    carried_over: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveRevoked(Event):
    """A later document ended an issued directive."""

    kind = "directive.revoked.v1"
    change_id: UUID
    basis: FreeText
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveRedelivered(Event):
    """The exchange sent a message that says something else of a directive than the one it came in."""

    kind = "directive.redelivered.v1"
    redelivery_id: UUID
    message_kind: Word
    fields: list[Word]
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveExtended(Event):
    """After the issue, an item was given to units that had been forgotten."""

    kind = "directive.extended.v1"
    change_id: UUID
    basis: FreeText
    item: Code
    obligations: int
