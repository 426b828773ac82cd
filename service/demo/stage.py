"""One performance of the demo: where it happens, what it shows, what it must show."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from service.demo.expectations import Expectations
from service.demo.office import Office
from service.fakes.zalo import FakeZalo


@dataclass
class Play:
    """One performance: where it happens and what it must show."""

    console: Console
    office: Office
    zalo: FakeZalo
    expect: Expectations = field(default_factory=Expectations)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show what is being done, and how long it took when that is over a second."""
        began = time.monotonic()
        with self.console.status(title):
            yield
        took = time.monotonic() - began
        self.console.print(f"[green]✓[/green] {title}" + (f" [dim]({took:.1f} s)[/dim]" if took > 1 else ""))
