"""Time things in turn, and show medians."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Samples:
    """What repeated runs of one thing took, in seconds."""

    name: str
    seconds: list[float] = field(default_factory=list)

    def median(self) -> float:
        """Return the middle one."""
        return statistics.median(self.seconds)

    def shown(self) -> str:
        """Return median, best and worst in milliseconds."""
        return f"{self.median() * 1000:10.1f} {min(self.seconds) * 1000:9.1f} {max(self.seconds) * 1000:9.1f}"


Run = Callable[[], object]
Prepare = Callable[[], Run]


def alternate(pairs: Sequence[tuple[str, Prepare]], *, times: int) -> list[Samples]:
    """Run several things in turn, after one round that does not count; only the runs are timed.

    Each is given as a preparation that returns what is to be timed. Every other round goes backwards.
    """
    samples = [Samples(name) for name, _ in pairs]
    for round_number in range(times + 1):
        order = list(zip(samples, pairs, strict=True))
        for sample, (_, prepare) in order if round_number % 2 else reversed(order):
            run = prepare()
            begun_at = time.perf_counter()
            run()
            if round_number:
                sample.seconds.append(time.perf_counter() - begun_at)
    return samples


def say(line: str = "") -> None:
    """Print at once: a benchmark is watched while it runs."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def compare(title: str, samples: Sequence[Samples]) -> None:
    """Print a table; the last sample is the limit that the others are held against."""
    limit = samples[-1].median()
    say(f"\n{title}\n{'':30}{'median ms':>10} {'best':>9} {'worst':>9} {'x limit':>8}")
    for sample in samples:
        say(f"{sample.name:30}{sample.shown()} {sample.median() / limit:8.2f}")
