"""Where the marks of a chart lie; `charts.html` draws them as inline SVG, and their numbers stand beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 16, 28
STEPS = (1, 2, 5)


class Slice(NamedTuple):
    """One part of a bar of shares, 100 wide; `name` is its class."""

    name: str
    x: float
    width: float


class Point(NamedTuple):
    """One value of a curve."""

    x: float
    y: float
    value: int
    label: str


class Rule(NamedTuple):
    """One horizontal line of the scale."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through some values, `WIDTH` by `HEIGHT`, over a scale that begins at nought."""

    points: Sequence[Point]
    rules: Sequence[Rule]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def path(self) -> str:
        """Return the points as `polyline` takes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def shares(counts: Sequence[tuple[str, int]]) -> list[Slice]:
    """Return the parts of a whole, in their order; none for what is nought."""
    whole, done, slices = sum(count for _, count in counts), 0, []
    for name, count in counts:
        if count:
            slices.append(Slice(name, round(100 * done / whole, 2), round(100 * count / whole, 2)))
        done += count
    return slices


def curve(values: Sequence[tuple[str, int]]) -> Curve:
    """Return a line through (label, value) pairs, one at least."""
    top = round_up(max(value for _, value in values))
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    apart = across / max(len(values) - 1, 1)

    def height(value: int) -> float:
        return round(TOP + down * (1 - value / top), 1)

    points = [
        Point(round(LEFT + n * apart, 1), height(value), value, label)
        for n, (label, value) in enumerate(values)
    ]
    marks = sorted({0, top // 2, top})
    return Curve(points, [Rule(height(mark), mark) for mark in marks])


def round_up(value: int) -> int:
    """Return the end of a scale that holds a value: 1, 2 or 5 with noughts behind it."""
    tens = 1
    while True:
        for step in STEPS:
            if step * tens >= value:
                return step * tens
        tens *= 10
