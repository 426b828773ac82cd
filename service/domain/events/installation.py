"""Facts about the installation as a whole, which belong to no register. Instants are RFC 3339 text in UTC."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationRestored(Event):
    """This journal goes on from a backup; the subject is the hold that lets nothing leave.

    What the original recorded after `position` is not in it, whatever stands at the same places here.
    """

    kind = "installation.restored.v1"
    backup_at: Code
    position: int
    chain: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationReleased(Event):
    """A restored copy may send again; so many messages that may have left before were listed for people."""

    kind = "installation.released.v1"
    unsent: Word
    listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDrilled(Event):
    """A backup was restored beside this database and proved; `faults` is empty where it passed."""

    kind = "installation.drilled.v1"
    backup_at: Code
    position: int
    chain: Code
    seconds: int
    faults: list[FreeText]
