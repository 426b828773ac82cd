"""Facts about letters to units that are late."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, Official, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDrafted(Event):
    """A letter about late duties was drafted. The subject is the letter."""

    kind = "letter.drafted.v1"
    letter_kind: Word
    cut_off: date
    duties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterNumbered(Event):
    """The letter was signed and bears a number, or its number was put right. The subject is the letter."""

    kind = "letter.numbered.v1"
    letter_kind: Word
    number: Official
    symbol: Official
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTemplateSet(Event):
    """A register writes one kind of its documents by another template from now on."""

    kind = "register.document_template_set.v1"
    document_kind: Word
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTemplateTakenBack(Event):
    """A register writes one kind of its documents in the form that comes with the service again."""

    kind = "register.document_template_taken_back.v1"
    document_kind: Word
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationUrged(Event):
    """A signed letter urges the unit on. The subject is the obligation."""

    kind = "obligation.urged.v1"
    letter_id: UUID
    number: Official
    symbol: Official
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationCriticised(Event):
    """A signed letter criticises the unit. The subject is the obligation."""

    kind = "obligation.criticised.v1"
    letter_id: UUID
    number: Official
    symbol: Official
    issued_on: date
