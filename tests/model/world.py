"""The databases of a run, renewed for every example."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from service.database import Database
from tests.databases import Templates
from tests.model.acting import with_hamlets
from tests.model.player import Player

SAY_EVERY = 60.0
"""Seconds between two lines about how far a campaign is."""

Say = Callable[[str], None]


class World:
    """The databases of a run; every example finds them as if nobody had ever worked with them."""

    def __init__(self, templates: Templates, folder: Path, databases: Sequence[Database]) -> None:
        self._templates, self._folder, self._databases = templates, folder, databases
        self.examples = self.commands = 0
        self.say: Say | None = None
        self._began = self._said = time.monotonic()

    def players(self) -> list[Player]:
        """Return a player for each database."""
        self._tell()
        self.examples += 1
        for database in self._databases:
            self._templates.renew(database, with_hamlets)
        return [Player(database, self._folder) for database in self._databases]

    def _tell(self) -> None:
        now = time.monotonic()
        if self.say is not None and now - self._said >= SAY_EVERY:
            self._said = now
            self.say(f"{self.examples} examples, {self.commands} commands, {now - self._began:.0f} s")
