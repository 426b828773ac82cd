"""What every fact has."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID


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
