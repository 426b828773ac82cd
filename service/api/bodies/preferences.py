"""Bodies about how a person wants to be told."""

from pydantic import Field

from service.api.bodies.base import Body, Word
from service.api.bodies.telling import Clock
from service.domain.calendar import minute_of_day
from service.domain.preferences import Wishes
from service.domain.telling_choices import Choice, Matter


class NotificationPreferencesBody(Body):
    """Everything that a person wants; what is not named is as for everybody."""

    channels: list[Word] = Field(
        default_factory=list, max_length=10, description="Tried in this order, before those not named."
    )
    digest_at: Clock | None = Field(None, description="Absent: when the office opens.")
    choices: dict[Matter, Choice] = Field(default_factory=dict)

    def wishes(self) -> Wishes:
        """Return what is wanted."""
        minute = minute_of_day(self.digest_at) if self.digest_at is not None else None
        return Wishes(self.channels, minute, self.choices)
