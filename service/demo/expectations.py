"""What a performance must show, and whether it did."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console


@dataclass
class Expectations:
    """Collects what did not hold, so that one failure does not hide the next."""

    held: int = 0
    broken: list[str] = field(default_factory=list)

    def same(self, what: str, found: object, expected: object) -> None:
        """Expect two values to be equal."""
        if found == expected:
            self.held += 1
        else:
            self.broken.append(f"{what}: {found!r}, expected {expected!r}")

    def refused(self, what: str, attempt: Callable[[], list[str]], items: list[str]) -> None:
        """Expect an attempt to be refused because of these items."""
        self.same(what, attempt(), items)

    def report(self, console: Console) -> bool:
        """Print what did not hold; return whether everything did."""
        for line in self.broken:
            console.print(f"[red]✗[/red] {line}", markup=True)
        total = self.held + len(self.broken)
        console.print(f"{self.held}/{total} điều mong đợi đã đúng")
        return not self.broken
