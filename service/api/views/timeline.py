"""The timeline as it goes out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import TimelineRow


class TimelineLineView(TypedDict):
    """Something that happened. `text` is for people, `kind` and `facts` for programs.

    `obligation_id` is the duty that it happened to: this one, or one that goes on in it.
    """

    at: datetime
    kind: str
    obligation_id: UUID
    actor_id: UUID | None
    actor_name: str | None
    text: str
    facts: dict[str, Any]


def timeline_view(row: TimelineRow) -> TimelineLineView:
    """Return one row of `reading.timeline` as a view."""
    return {
        "at": row.at,
        "kind": row.kind,
        "obligation_id": row.obligation_id,
        "actor_id": row.actor_id,
        "actor_name": row.actor_name,
        "text": sentence(row.kind, row.facts),
        "facts": row.facts,
    }
