"""Events as they go out: CloudEvents 1.0."""

from typing import Any
from uuid import UUID

from typing_extensions import TypedDict


class CloudEvent(TypedDict):
    """One event. `id` is the same wherever it is told; `sequence` sorts as text, in the order of the feed."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: UUID
    time: str
    datacontenttype: str
    sequence: str
    actorid: UUID
    data: dict[str, Any]


class EventPage(TypedDict):
    """Some events. `next` is always there: ask with it again, at once if there is `more`, else later."""

    items: list[CloudEvent]
    next: str
    more: bool
