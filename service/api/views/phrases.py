"""What phrases mean, as it goes out."""

from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.phrases import MeaningRow


class MeaningView(TypedDict):
    """What a clerk said that a phrase means; it holds until `revoked_at`."""

    id: UUID
    version: int
    phrase: str
    kind: Literal["unit", "group"]
    code: str
    name: str
    confirmed_by: UUID
    confirmed_by_name: str | None
    confirmed_at: datetime
    revoked_at: datetime | None


class MeaningPage(TypedDict):
    """Some meanings, the oldest first."""

    items: list[MeaningView]
    next: str | None


def meaning_view(row: MeaningRow) -> MeaningView:
    """Return one row of `reading.phrases` as a view."""
    return cast(MeaningView, row._asdict())
