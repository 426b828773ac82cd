"""Clocks of workers: the office's time, and the machine's own, which can be stepped while they run."""

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path


class ClockAhead:
    """The machine's clock, so much later."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the present instant there."""
        return datetime.now(UTC) + self.ahead


class SteppedClock:
    """The wall clock of processes that were started with `environment`; their monotonic clock runs on."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "wall-clock"
        self.step(timedelta())

    def step(self, by: timedelta) -> None:
        """Let the wall clock show so much more than the machine's; negative for less."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{by.total_seconds():+.0f}\n", encoding="ascii")
        written.rename(self._file)

    def environment(self) -> dict[str, str]:
        """Return what makes a process live by this clock."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }


def _library() -> Path:
    """Return the library inside the package `libfaketime`; what Debian has breaks Python's waits."""
    found = importlib.util.find_spec("libfaketime")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
