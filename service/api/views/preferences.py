"""How a person wants to be told, as it goes out."""

from typing_extensions import TypedDict

from service.domain.calendar import OPENS, clock_words
from service.domain.reading.preferences import Preferences
from service.domain.telling_choices import CHOICES, MATTER_WORDS, Choice, Matter


class MatterView(TypedDict):
    """When the person is told of a matter, and what else may be chosen.

    What no matter covers is told to everybody at once or in the digest, whatever they chose.
    """

    matter: Matter
    meaning: str
    choice: Choice
    allowed: list[Choice]


class NotificationPreferencesView(TypedDict):
    """How a person is told. `channels` are tried in this order; version 0: nothing was chosen."""

    version: int
    channels: list[str]
    digest_at: str
    matters: list[MatterView]


def preferences_view(found: Preferences) -> NotificationPreferencesView:
    """Return the preferences of a person."""
    opens = OPENS.hour * 60 + OPENS.minute
    return {
        "version": found.version,
        "channels": list(found.channels),
        "digest_at": clock_words(opens if found.digest_minute is None else found.digest_minute),
        "matters": [
            {
                "matter": matter,
                "meaning": MATTER_WORDS[matter],
                "choice": chosen,
                "allowed": list(CHOICES[matter]),
            }
            for matter, chosen in found.choices.items()
        ],
    }
