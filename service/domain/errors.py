"""Every refusal, with its facts. No status and no sentence: `api/problems.py` gives them those."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar


@dataclass(kw_only=True, eq=False)
class DomainError(Exception):
    """Something the rules do not allow."""

    slug: ClassVar[str]
    title: ClassVar[str]

    def facts(self) -> dict[str, Any]:
        """Return what a program may act on."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.slug} {self.facts()}"


@dataclass(kw_only=True, eq=False)
class NotFound(DomainError):
    """There is no such thing, or you may not know that there is."""

    slug = "not-found"
    title = "Not found"
    what: str


@dataclass(kw_only=True, eq=False)
class NotAllowed(DomainError):
    """Your unit or role may see this but not do that. The README prints who may do what."""

    slug = "not-allowed"
    title = "Your unit or role may not do this"
    action: str


@dataclass(kw_only=True, eq=False)
class StaleVersion(DomainError):
    """Somebody changed it since you read it. Read it again and decide anew."""

    slug = "stale-version"
    title = "It has changed since you read it"
    version: int


def require_current(version: int | None, present: int) -> None:
    """Return if what was decided on is what there is; None decides on whatever there is.

    Raises:
        StaleVersion: It was changed meanwhile.
    """
    if version not in (None, present):
        raise StaleVersion(version=present)


@dataclass(kw_only=True, eq=False)
class AlreadyExists(DomainError):
    """Something with the same code or number is registered already."""

    slug = "already-exists"
    title = "It exists already"
    what: str
    key: str


@dataclass(kw_only=True, eq=False)
class UnknownReference(DomainError):
    """The request names a unit, group or other thing by a code that is not registered."""

    slug = "unknown-reference"
    title = "A code in the request is not registered"
    field: str
    codes: list[str]


@dataclass(kw_only=True, eq=False)
class InvalidValue(DomainError):
    """A value is well-formed but makes no sense here, such as a date after the calendar ends."""

    slug = "invalid-value"
    title = "A value makes no sense here"
    field: str
    detail: str


@dataclass(kw_only=True, eq=False)
class RegisterRequired(DomainError):
    """Several registers exist: name one by its code (`register`)."""

    slug = "register-required"
    title = "Name the register"


@dataclass(kw_only=True, eq=False)
class DirectiveNotDraft(DomainError):
    """An issued directive does not change; amend it, or issue another."""

    slug = "directive-not-draft"
    title = "The directive has been issued already"
    state: str


@dataclass(kw_only=True, eq=False)
class DirectiveNotInForce(DomainError):
    """Only an issued directive that was neither replaced nor revoked can be changed by a later document.

    `state` says what it is: draft, replaced or revoked.
    """

    slug = "directive-not-in-force"
    title = "The directive is not in force"
    state: str


@dataclass(kw_only=True, eq=False)
class ItemsWithoutLead(DomainError):
    """A directive cannot be issued while a tracked item has no unit that answers for it.

    `items` lists the locators of the items that nobody would answer for: tracked items without a
    lead unit that exists on the issue date, and tasks that are neither tracked nor part of a tracked item.
    """

    slug = "items-without-lead"
    title = "Items that no unit answers for"
    items: list[str]


@dataclass(kw_only=True, eq=False)
class DirectiveIncomplete(DomainError):
    """Issue needs an issuing unit, a subject and a date; `missing` names what is not there."""

    slug = "directive-incomplete"
    title = "The directive cannot be issued yet"
    missing: list[str]


@dataclass(kw_only=True, eq=False)
class CircularChain(DomainError):
    """The item above carries out the one below already, so that each would answer for the other.

    `items` lists the items that may not be named, as number/symbol and locator.
    """

    slug = "circular-chain"
    title = "A directive cannot carry out what carries it out"
    items: list[str]


@dataclass(kw_only=True, eq=False)
class MoveNotAllowed(DomainError):
    """The state does not allow this move; `allowed` lists the moves that it does."""

    slug = "move-not-allowed"
    title = "The state does not allow this"
    state: str
    move: str
    allowed: list[str]


@dataclass(kw_only=True, eq=False)
class NobodyToTell(DomainError):
    """Nobody with the post or a higher one has an address; enter somebody, or tell it by hand.

    `unit` is where `role` is looked for.
    """

    slug = "nobody-to-tell"
    title = "There is nobody with an address to tell"
    unit: str
    role: str


@dataclass(kw_only=True, eq=False)
class NothingToTell(DomainError):
    """What nobody could be told was settled meanwhile, or came again since; nobody need be told any more."""

    slug = "nothing-to-tell"
    title = "Nobody need be told any more"
    obligation_id: str


@dataclass(kw_only=True, eq=False)
class NotUnderWay(DomainError):
    """Nobody works on the obligation now: it is handed in, paused or over. `state` says which."""

    slug = "not-under-way"
    title = "Nobody works on this obligation now"
    state: str


@dataclass(kw_only=True, eq=False)
class UnitEnded(DomainError):
    """The unit that had the obligation is no more; give the item to its successor. `unit` is its code."""

    slug = "unit-ended"
    title = "The unit that had this obligation is no more"
    unit: str


@dataclass(kw_only=True, eq=False)
class NotCoordinator(DomainError):
    """The unit does not coordinate the item. `coordinators` lists the units that do; the issuing side may
    add another one.
    """

    slug = "not-coordinator"
    title = "The unit does not coordinate this item"
    unit: str
    coordinators: list[str]


@dataclass(kw_only=True, eq=False)
class LeadCoordinates(DomainError):
    """The unit leads the item; a unit that is both is lead."""

    slug = "lead-coordinates"
    title = "The unit leads this item already"
    unit: str


@dataclass(kw_only=True, eq=False)
class RequestEnded(DomainError):
    """The request was answered, withdrawn or closed before. `state` says which."""

    slug = "request-ended"
    title = "The request waits for no answer any more"
    state: str


@dataclass(kw_only=True, eq=False)
class DelegatedTooDeep(DomainError):
    """The obligation was handed on as often as it may be; `depth_max` says how often that is."""

    slug = "delegated-too-deep"
    title = "It was handed on too often already"
    depth_max: int


@dataclass(kw_only=True, eq=False)
class DueAfterParent(DomainError):
    """What is handed on must be done on or before the day of the duty above; `due_on` is that day."""

    slug = "due-after-parent"
    title = "The deadline lies after that of the duty above"
    due_on: date


@dataclass(kw_only=True, eq=False)
class NotBelow(DomainError):
    """A lead hands its duty on to units below it only; others are asked to coordinate."""

    slug = "not-below"
    title = "The unit is not below the lead"
    unit: str


@dataclass(kw_only=True, eq=False)
class AbsencesOverlap(DomainError):
    """Another absence of the person at the unit covers one of the days; end it first."""

    slug = "absences-overlap"
    title = "Another absence covers one of the days"
    absence_id: str
    from_on: date
    until_on: date | None


@dataclass(kw_only=True, eq=False)
class AlreadyAnswered(DomainError):
    """The request was answered before; an answer is never taken back, ask anew."""

    slug = "already-answered"
    title = "It has been answered already"
    answer: str


@dataclass(kw_only=True, eq=False)
class NoMoreExtensions(DomainError):
    """As many extensions as the register allows were granted for this duty."""

    slug = "no-more-extensions"
    title = "No further extension can be granted"
    most: int


@dataclass(kw_only=True, eq=False)
class EvidenceRequired(DomainError):
    """Completion needs a document reference or a file beside the text, unless the item allows text alone."""

    slug = "evidence-required"
    title = "Completion needs a document or a file"


@dataclass(kw_only=True, eq=False)
class DueBeforeAssigned(DomainError):
    """A deadline lies before the day on which the duty is given."""

    slug = "due-before-assigned"
    title = "The deadline lies before the issue date"
    items: list[str]
    issued_on: date


@dataclass(kw_only=True, eq=False)
class RequestInProgress(DomainError):
    """Another request with the same Idempotency-Key is at work; ask again shortly."""

    slug = "request-in-progress"
    title = "The same request is being handled"


@dataclass(kw_only=True, eq=False)
class KeyReused(DomainError):
    """The Idempotency-Key was used for a different request."""

    slug = "idempotency-key-reused"
    title = "The key belongs to another request"


@dataclass(kw_only=True, eq=False)
class KeyLivesTooLong(DomainError):
    """A key ends before it starts, or later than `days_max` days from now; replace it in time instead."""

    slug = "key-lives-too-long"
    title = "A key lives for a year at most"
    days_max: int


@dataclass(kw_only=True, eq=False)
class KeyNotAlone(DomainError):
    """The key opens nothing any more, or another key of its line is alive: at most two are at a time."""

    slug = "key-not-alone"
    title = "The key cannot be replaced now"


@dataclass(kw_only=True, eq=False)
class HeirsUndecided(DomainError):
    """Open duties, or registers, of units that end would be nobody's. Decide who goes on with them.

    `obligations` counts the duties; `registers` names the registers that would have no keeper.
    """

    slug = "heirs-undecided"
    title = "Somebody must go on with every open duty"
    obligations: int
    registers: list[str]


@dataclass(kw_only=True, eq=False)
class ReorganisationNotOpen(DomainError):
    """It was carried out or undone. What was carried out is not taken back: enter another one."""

    slug = "reorganisation-not-open"
    title = "The reorganisation was carried out or undone"
    state: str


@dataclass(kw_only=True, eq=False)
class SeriesEnded(DomainError):
    """The series was stopped or changed before; another may go on in its place. `until_on`: its last day."""

    slug = "series-ended"
    title = "The series has ended already"
    until_on: date


@dataclass(kw_only=True, eq=False)
class LinkRefused(DomainError):
    """The link in a message opens nothing any more, or not this.

    `why`: `expired`, `post_ended` (the person left the unit), `unit_ended`, `moved_on` (the duty has changed
    since the message) or `not_offered`.
    """

    slug = "link-refused"
    title = "The link in the message cannot be used for this"
    why: str


@dataclass(kw_only=True, eq=False)
class WordingRefused(DomainError):
    """A text of a message cannot be used; nothing was kept. Mend every fault and send the texts again.

    Each fault names its `text` and a `code`: `empty`, `malformed` (a brace), `unknown-placeholder`,
    `missing-placeholder` (a message must tell of the duties, their deadline and the link),
    `repeated-placeholder`, or `too-long` (for the channel, every name at its longest, after Unicode NFC).
    """

    slug = "wording-refused"
    title = "The texts of the message cannot be used"
    faults: list[dict[str, str]]
