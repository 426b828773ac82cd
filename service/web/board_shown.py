"""What the board shows: figures by name, the lines with the worst first, and where the rows of each are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from service.domain.errors import NotFound
from service.domain.figures import CELL_OF, Figures, percent
from service.domain.lifecycle import Timeliness
from service.domain.reading.statistics import By, Line, Question
from service.web.charts import Slice, shares
from service.web.language import marked

ROWS_MAX = 50


class Kind(NamedTuple):
    """A figure of the board: what it is called, the colour of its meaning, and which verdicts it counts.

    `beyond`: it counts those only that lie beyond one bound at least.
    """

    label: str
    tone: str
    verdicts: tuple[Timeliness, ...]
    beyond: int = 0


DONE = (Timeliness.DONE_ON_TIME, Timeliness.DONE_LATE, Timeliness.DONE_UNDATED)
KINDS: dict[str, Kind] = {
    "total": Kind(marked("Tổng số nhiệm vụ"), "", tuple(Timeliness)),
    "done": Kind(marked("Đã hoàn thành"), "good", DONE),
    "done_on_time": Kind(marked("Hoàn thành đúng hạn"), "good", (Timeliness.DONE_ON_TIME,)),
    "done_undated": Kind(marked("Hoàn thành, không thời hạn"), "good", (Timeliness.DONE_UNDATED,)),
    "done_late": Kind(marked("Hoàn thành quá hạn"), "warn", (Timeliness.DONE_LATE,)),
    "in_time": Kind(marked("Đang làm, trong hạn"), "", (Timeliness.ON_TRACK, Timeliness.DUE_SOON)),
    "due_soon": Kind(marked("Sắp đến hạn"), "warn", (Timeliness.DUE_SOON,)),
    "overdue": Kind(marked("Quá hạn"), "bad", (Timeliness.OVERDUE,)),
    "undated": Kind(marked("Đang làm, không thời hạn"), "", (Timeliness.UNDATED,)),
    "silent": Kind(marked("Không thời hạn, im lặng"), "bad", (Timeliness.UNDATED,), 1),
    "paused": Kind(marked("Tạm dừng"), "warn", (Timeliness.PAUSED,)),
}
SHARES = ("done_on_time", "done_undated", "done_late", "overdue", "in_time", "undated", "paused")
"""They sum to the total."""
COLUMNS = ("total", "done", "done_late", "in_time", "overdue", "undated", "paused")
ALWAYS = frozenset({"total", "done", "in_time", "overdue"})
WAYS = {
    By.UNIT: marked("Đơn vị"),
    By.FIELD: marked("Lĩnh vực"),
    By.DIRECTIVE: marked("Văn bản"),
    By.SOURCE: marked("Nguồn giao"),
}
NARROWING = {
    By.UNIT: "unit",
    By.FIELD: "field",
    By.DIRECTIVE: "directive",
    By.SOURCE: "source",
    By.ITEM: "item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a board is asked for: the day judged (None: today), and which duties."""

    cut_off: date | None = None
    unit: UUID | None = None
    directive: UUID | None = None
    item: UUID | None = None
    field: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Return what an address asks for; an empty day is today.

        Raises:
            NotFound: A day or an id is none.
        """
        try:
            ids = {name: UUID(given[name]) for name in ("unit", "directive", "item") if given.get(name)}
            cut_off = date.fromisoformat(given["cut_off"]) if given.get("cut_off") else None
        except ValueError:
            raise NotFound(what="page") from None
        words = {name: given[name][:100] for name in ("field", "source") if name in given}
        return cls(cut_off=cut_off, **ids, **words)  # type: ignore[arg-type]

    def question(self, today: date) -> Question:
        """Return it as statistics understand it."""
        return Question(
            cut_off=self.cut_off or today,
            unit_id=self.unit,
            directive_id=self.directive,
            item_id=self.item,
            field=self.field,
            source=self.source,
        )

    def given(self) -> dict[str, str]:
        """Return it as fields of a form or an address."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: str(value) for name, value in pairs if value is not None}

    @property
    def narrowed(self) -> dict[str, str]:
        """Return what narrows it, without the day."""
        return {name: value for name, value in self.given().items() if name != "cut_off"}

    def address(self, path: str, **more: str | int | None) -> str:
        """Return the address of a page that is asked for the same, and more."""
        given = self.given() | {name: str(value) for name, value in more.items() if value is not None}
        return f"{path}?{urlencode(given)}" if given else path

    def of_line(self, by: By, line: Line) -> "Asked":
        """Return what asks for the duties of one line."""
        chosen: Any = line.id if line.id is not None else line.key
        return replace(self, **{NARROWING[by]: chosen})


class Number(NamedTuple):
    """A figure with its rows behind it; without an address where the page itself shows them."""

    name: str
    label: str
    tone: str
    value: int
    address: str
    share: float | None = None


class Row(NamedTuple):
    """One line of the table; `address` leads further into it."""

    name: str
    code: str
    address: str
    numbers: Sequence[Number]
    beyond: Sequence[Number]
    shares: Sequence[Slice]
    done_share: float | None


def count_of(figures: Figures, name: str) -> int:
    """Return a figure by its name."""
    if name == "due_soon":
        return figures.due_soon
    if name == "silent":
        return figures.silent
    return figures.sum_of({CELL_OF[verdict] for verdict in KINDS[name].verdicts})


def columns_of(figures: Figures) -> list[str]:
    """Return the columns of a table with these totals: those of rare kinds only where there are any."""
    return [name for name in COLUMNS if name in ALWAYS or count_of(figures, name)]


def numbers(asked: Asked, figures: Figures, names: Sequence[str]) -> list[Number]:
    """Return some figures with the addresses of their rows."""
    return [
        Number(
            name,
            KINDS[name].label,
            KINDS[name].tone,
            count_of(figures, name),
            asked.address("/board/cell", figure=name),
            percent(count_of(figures, name), figures.total()),
        )
        for name in names
    ]


def overdue_beyond(asked: Asked, figures: Figures) -> list[Number]:
    """Return how many are overdue by more than each bound; the labels are for the caller, who knows them."""
    return [
        Number("overdue", "", "bad", count, asked.address("/board/cell", figure="overdue", beyond=bound))
        for bound, count in enumerate(figures.overdue_beyond, start=1)
    ]


def worst_first(lines: Sequence[Line]) -> list[Line]:
    """Return lines by how many are overdue, then how large a part that is, then how many were done late."""

    def badness(line: Line) -> tuple[float, ...]:
        overdue, late = count_of(line.figures, "overdue"), count_of(line.figures, "done_late")
        return -overdue, -(percent(overdue, line.figures.total()) or 0), -late

    return sorted(lines, key=badness)


def rows(asked: Asked, by: By, lines: Sequence[Line], columns: Sequence[str]) -> Iterator[Row]:
    """Return lines as a table shows them; each leads to its directive, or to what its duties come from."""
    for line in lines:
        own = asked.of_line(by, line)
        further = own.address("/board", by=By.UNIT if by is not By.UNIT else By.DIRECTIVE)
        yield Row(
            line.name,
            line.key if by is By.DIRECTIVE else "",
            f"/directives/{line.id}" if by is By.DIRECTIVE else further,
            numbers(own, line.figures, columns),
            overdue_beyond(own, line.figures),
            shares([(name, count_of(line.figures, name)) for name in SHARES]),
            percent(count_of(line.figures, "done"), line.figures.total()),
        )
