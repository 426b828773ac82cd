"""What every fact has."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum, auto
from typing import Annotated, Any, ClassVar
from uuid import UUID


class Text(Enum):
    """What a text of a fact is; every text of every kind says it."""

    FREE = auto()
    OFFICIAL = auto()
    CODE = auto()
    WORD = auto()


FreeText = Annotated[str, Text.FREE]
"""Somebody typed it, and may have named a person: it stands beside the ledger, where it can be erased."""

Official = Annotated[str, Text.OFFICIAL]
"""The name of a public body or of a document, as the register has it."""

Code = Annotated[str, Text.CODE]
"""A code, a number, a hash, an instant: what a rule has checked or made."""

Word = Annotated[str, Text.WORD]
"""One word of a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one subject. Personal data stays out: people are named by id."""

    kind: ClassVar[str]

    subject_id: UUID

    def payload(self) -> dict[str, Any]:
        """Return the facts as JSON values, without the subject."""
        return {name: _plain(value) for name, value in asdict(self).items() if name != "subject_id"}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value
