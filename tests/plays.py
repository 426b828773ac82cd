"""Stories that are played once: whoever needs what came of one begins where it ended."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from service.database import Database
from tests.databases import Templates, name_of

Told = TypeVar("Told")


class Clock(Protocol):
    """A clock that stands where it is set."""

    at: datetime


class Stage(NamedTuple):
    """What a play changes: rows, the time, and files."""

    database: Database
    clock: Clock
    folder: Path


class End(NamedTuple):
    """Where a play left its stage, and what it told."""

    at: datetime
    folder: Path
    told: Any


class Plays:
    """Ends of plays on each kind of database."""

    def __init__(self, templates: Templates, folder: Path) -> None:
        self._templates, self._folder = templates, folder
        self._ends: dict[tuple[str, str], End] = {}

    def after(self, play: Callable[..., Told], *cast: Any, on: Stage) -> Told:
        """Bring a stage that nothing has happened on to the end of a play.

        Args:
            play: A function of a module; what it returns must be plain data, such as ids.
            cast: What it is played with, the first time.
            on: What it changes.

        Returns:
            What the play returned.
        """
        key = on.database.dialect, f"after_{name_of(play)}"
        if key in self._ends:
            self._templates.bring_back(on.database, key[1])
            shutil.copytree(self._ends[key].folder, on.folder, dirs_exist_ok=True)
            on.clock.at = self._ends[key].at
        else:
            told = play(*cast)
            self._templates.keep(on.database, key[1])
            kept = shutil.copytree(on.folder, self._folder / "-".join(key), symlinks=True)
            self._ends[key] = End(on.clock.at, kept, told)
        told_then: Told = self._ends[key].told
        return told_then
