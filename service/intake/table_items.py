"""Rows of task tables -> items: units, days and what a row asks, by the grammar that reads prose.

Seam: `reading` calls `join_rows` with the items of the text. Rows of an annex stand under an item for the
annex ("Phụ lục.1"); rows of a table in the body stand under the item that introduces it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .blocks import Block
from .deadlines import most_binding, read_deadlines
from .duties import Context, Reader
from .headings import Column
from .items import TITLE_WORDS_MAX
from .labels import PARAGRAPH_MARK
from .names import unit_key
from .proposal import NO_DEADLINE, Assigned, Deadline, Finding, Item, Role, Span
from .roles import read_roles
from .tables import ANNEX_OPENS, Row, TaskTable
from .tracking import is_dated, tracked, with_paths
from .units import find_units

UNIT_LENGTH_MAX = 150
COVERED = 0.6
"""Share of a phrase that known names must make up; else the whole phrase is the unit."""
ROLES: dict[Column, Role] = {
    Column.LEAD: "lead",
    Column.COORDINATE: "coordinate",
    Column.MONITOR: "report_to",
}
_PHRASE = re.compile(r"[^;\n]+")
_BULLET = re.compile(r"^[\s\-+•*.:]+")
_PLURAL = re.compile(r"^(?:tất cả |toàn bộ |toàn thể )?(?:các|những|\d+)\s|\s(?:các|cấp)\s", re.IGNORECASE)
_OPENINGS = (
    (re.compile(r"^(?:năm\s+)?\d{4}$", re.IGNORECASE), "hoàn thành trong năm "),
    (re.compile(r"^(?:ngày\s+)?\d{1,2}\s?[/.-]", re.IGNORECASE), "thời hạn: "),
    (re.compile(r"^(?:tháng|quý)\b", re.IGNORECASE), "trong "),
    (re.compile(r"^(?:0?6|sáu) tháng", re.IGNORECASE), "trong "),
    (re.compile(r"^\d{1,3}\s+ngày", re.IGNORECASE), "trong vòng "),
)
"""How prose would begin what a column of days writes without its preposition."""


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one document; `unread` are days not understood, by where their item starts."""

    reader: Reader
    context: Context
    unread: dict[int, str] = field(default_factory=dict)

    def item(self, row: Row) -> Item:
        """The item of a row with those below it; paths come later."""
        children = tuple(self.item(child) for child in row.children)
        prose, dated = self._prose(row)
        columns = [
            assigned
            for column, role in ROLES.items()
            for block in row.cells.get(column, ())
            for assigned in self._units(block, role)
        ]
        assigned = _merged([*columns, *prose])
        deadlines = [d for block in row.cells.get(Column.DEADLINE, ()) for d in self._deadlines(block, row)]
        deadline, more = _day_of(deadlines, dated)
        start = row.task[0].start + row.width
        end = row.task[-1].end
        return Item(
            label=row.label,
            path="",
            text=self.context.text[start:end],
            span=Span(min(row.start, start), end),
            task=any(child.task for child in children) or not row.heads,
            closing=False,
            tracked=False,
            inherits=not any(a.role == "lead" for a in assigned),
            assigned=assigned,
            deadline=deadline,
            more_deadlines=more,
            items=children,
        )

    def _prose(self, row: Row) -> tuple[list[Assigned], list[Deadline]]:
        """What the task's own words say; they name no leads where a column does."""
        assigned: list[Assigned] = []
        deadlines: list[Deadline] = []
        for index, block in enumerate(row.task):
            sense, found = self.reader.read(block, row.width if index == 0 else 0)
            assigned += sense.assigned
            deadlines += found
        if row.cells.get(Column.LEAD):
            assigned = [each for each in assigned if each.role != "lead"]
        return assigned, deadlines

    def _units(self, block: Block, role: Role) -> Iterator[Assigned]:
        """The units of a cell; a column's phrase names a unit even where the grammar knows no such name."""
        sense = read_roles(block.plain, block.text, block.start, self.context.issuer)
        if role == "lead" and any(each.role == "coordinate" for each in sense.assigned):
            yield from sense.assigned
            return
        for phrase in _PHRASE.finditer(block.plain):
            bullet = _BULLET.match(phrase[0])
            start = phrase.start() + (bullet.end() if bullet else 0)
            plain = block.plain[start : phrase.end()].rstrip(" .,")
            yield from self._phrase(block, start, plain, role)

    def _phrase(self, block: Block, start: int, plain: str, role: Role) -> Iterator[Assigned]:
        text = block.text[start : start + len(plain)]
        mentions = find_units(plain, text)
        known = {(m.written_start, m.written_end) for m in mentions}
        covered = sum(end - begin for begin, end in known)
        offset = block.start + start
        if plain and covered < COVERED * len(plain.replace(" ", "")):
            if len(plain) <= UNIT_LENGTH_MAX and any(c.isalpha() for c in plain):
                span = Span(offset, offset + len(plain))
                yield Assigned(text, role, bool(_PLURAL.search(plain)), span, text)
            return
        for mention in mentions:
            whole = mention.unit == text[mention.start : mention.end]
            written = mention.unit if whole else text[mention.written_start : mention.written_end]
            span = Span(offset + mention.start, offset + mention.end)
            yield Assigned(mention.unit, role, mention.collective, span, written)

    def _deadlines(self, block: Block, row: Row) -> list[Deadline]:
        found = read_deadlines(block.plain, block.text, block.start, self.context.issued, ())
        if any(d.kind != "none" for d in found):
            return found
        for form, opening in _OPENINGS:
            if form.match(block.plain):
                found = self._opened(block, opening) or found
                break
        if not found and any(c.isalnum() for c in block.plain):
            self.unread[min(row.start, row.task[0].start + row.width)] = block.text
        return found

    def _opened(self, block: Block, opening: str) -> list[Deadline]:
        """Read a cell as if prose had introduced it; its own characters are what it came from."""
        year = re.match(r"năm\s+", block.plain, re.IGNORECASE) if opening.endswith("năm ") else None
        skip = year.end() if year else 0
        offset = block.start + skip - len(opening)
        found = read_deadlines(
            opening + block.plain[skip:], opening + block.text[skip:], offset, self.context.issued, ()
        )
        return [self._clipped(deadline, block) for deadline in found if deadline.span]

    def _clipped(self, deadline: Deadline, block: Block) -> Deadline:
        assert deadline.span  # noqa: S101  the caller asked
        span = Span(max(deadline.span.start, block.start), deadline.span.end)
        return replace(deadline, text=self.context.text[span.start : span.end], span=span)


def join_rows(
    items: Sequence[Item], tables: Sequence[TaskTable], reader: Reader, context: Context
) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """Put the rows of task tables among the items of the text; the findings are about the rows."""
    rows = RowReader(reader, context)
    out = list(items)
    for table in tables:
        found = tuple(tracked(rows.item(row)) for row in table.rows)
        if table.title:
            out.append(_annex(table, found, context))
        else:
            out = _hang(out, found, table.start)
    placed = with_paths(out)
    findings = [
        _day_unread(item.path, rows.unread[item.span.start])
        for root in placed
        for item in root.walk()
        if item.span.start in rows.unread
    ]
    return placed, tuple(findings)


def _day_of(column: list[Deadline], prose: list[Deadline]) -> tuple[Deadline, tuple[Deadline, ...]]:
    """The column of days settles the day of a row; what its words add comes after."""
    deadline, more = most_binding(column)
    if deadline.kind == "none":
        return most_binding([*column, *prose])
    return deadline, (*more, *(each for each in prose if each.kind != "none"))


def _day_unread(path: str, written: str) -> Finding:
    message = f"Cột thời hạn của mục {path} ghi “{written}”, chưa hiểu được."
    return Finding("deadline-uncertain", "warning", message, path)


def _merged(assigned: Sequence[Assigned]) -> tuple[Assigned, ...]:
    """One unit is named once in a role; leading outweighs joining in."""
    leads = {unit_key(each.unit) for each in assigned if each.role == "lead"}
    seen: set[tuple[str, str]] = set()
    out: list[Assigned] = []
    for each in assigned:
        key = unit_key(each.unit), each.role
        if key not in seen and not (each.role == "coordinate" and key[0] in leads):
            seen.add(key)
            out.append(each)
    return tuple(out)


def _annex(table: TaskTable, rows: tuple[Item, ...], context: Context) -> Item:
    """An annex as an item: its heading is the label, its title the text."""
    first, last = table.title[0], table.title[-1]
    opening = ANNEX_OPENS.match(first.plain)
    label = opening["label"].capitalize() if opening else PARAGRAPH_MARK
    number = re.search(r"[ivx]+$", label)
    label = label[: number.start()] + label[number.start() :].upper() if number and " " in label else label
    start = first.start + (opening.end() if opening else 0)
    if start == first.end and last is not first:
        start = table.title[1].start
    return Item(
        label=label,
        path="",
        text=context.text[start : last.end],
        span=Span(first.start, last.end),
        task=any(row.task for row in rows),
        closing=False,
        tracked=False,
        inherits=True,
        assigned=(),
        deadline=NO_DEADLINE,
        more_deadlines=(),
        items=rows,
    )


def _hang(items: Sequence[Item], rows: tuple[Item, ...], start: int) -> list[Item]:
    """Put the rows of a table in the body under the item that introduces it, else beside the items."""
    index = sum(item.span.start < start for item in items)
    opened = _opened(items[index - 1], rows) if index else None
    if opened is None:
        return [*items[:index], *rows, *items[index:]]
    return [*items[: index - 1], opened, *items[index:]]


def _opened(item: Item, rows: tuple[Item, ...]) -> Item | None:
    """The item with the rows below the last title in it; None when it holds only sentences."""
    below = _opened(item.items[-1], rows) if item.items else None
    if below is not None:
        return replace(item, task=True, items=(*item.items[:-1], below))
    last = item.text.rstrip().rsplit("\n", 1)[-1]
    is_title = last.endswith(":") or (
        not last.endswith((".", ";", "/")) and len(last.split()) <= TITLE_WORDS_MAX
    )
    if not is_title or not any(c.isalnum() for c in item.label):
        return None
    return replace(item, task=True, tracked=item.tracked and is_dated(item), items=(*item.items, *rows))
