"""Facts about calendars that people's programs fetch. They do not say whose: the subject is the unit."""

from dataclasses import dataclass

from service.domain.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeedMade(Event):
    """Somebody who holds a post at a unit got an address for the deadlines; an earlier one is dead."""

    kind = "unit.calendar_feed_made.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeedRevoked(Event):
    """The address opens nothing any more."""

    kind = "unit.calendar_feed_revoked.v1"
