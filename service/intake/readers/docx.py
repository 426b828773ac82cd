"""DOCX: paragraphs and table cells in reading order, with list numbers, without deleted or hidden text."""

import re
from dataclasses import replace
from itertools import pairwise

from ..limits import Limits
from ..lines import Box, Cell, Line, Pages
from ..refusals import DocumentTooLarge, UnreadableDocument
from ..restore import clean
from .archive import Archive
from .numbering import Numbering
from .runs import box_texts, is_mark_deleted, run_text
from .xml import Node, Stream, trees

_PARAGRAPH = frozenset({"p"})
_PARTS = frozenset({"p", "tcPr", "trPr"})
_ENDS = re.compile(r"[.;:!?…]\s*$")
COLUMNS_MAX = 200


def read_docx(data: bytes, limits: Limits) -> Pages:
    """Read the main part; page headers, footers and text boxes are kept apart.

    Raises:
        IntakeRefused: Damaged, encrypted, or beyond the limits.
    """
    archive = Archive(data, limits)
    names = set(archive.names())

    def part(name: str, *whole: str) -> list[Node]:
        return trees(archive.chunks(name), frozenset(whole)) if name in names else []

    numbering = Numbering(
        lambda: (part("word/numbering.xml", "abstractNum", "num"), part("word/styles.xml", "style"))
    )
    body = _Body(numbering, limits)
    body.read(archive)
    heads = [_margin(archive, name) for name in sorted(names) if _is_part(name, "header")]
    feet = [_margin(archive, name) for name in sorted(names) if _is_part(name, "footer")]
    boxes = (*(Box(0, head) for head in heads if head), *body.boxes)
    stamps = (*(text for box in boxes for text in box.texts), *(text for foot in feet for text in foot))
    return Pages(tuple(body.lines), stamps, boxes)


def _is_part(name: str, kind: str) -> bool:
    return name.startswith(f"word/{kind}") and name.endswith(".xml")


def _margin(archive: Archive, name: str) -> tuple[str, ...]:
    """The texts of a page header or footer."""
    texts: list[str] = []
    for paragraph in trees(archive.chunks(name), _PARAGRAPH):
        texts += [run_text(paragraph), *(text for box in box_texts(paragraph) for text in box)]
    return _shown(texts)


def _shown(texts: list[str]) -> tuple[str, ...]:
    pieces = (piece.strip() for text in texts for piece in clean(text).split("\n"))
    return tuple(piece for piece in pieces if piece)


class _Table:
    """The table that is open: where its next cell stands, and which cells it has merged."""

    def __init__(self, number: int, first_line: int) -> None:
        self.first_line = first_line
        self._number = number
        self._row = -1
        self._column = self._next = 0
        self._columns = 1
        self._merged: dict[int, tuple[int, int]] = {}
        self._rows: dict[tuple[int, int], int] = {}

    def open_row(self) -> None:
        self._row += 1
        self._column = self._next = 0

    def skip_columns(self, properties: Node) -> None:
        """A row may begin some columns further right."""
        self._next += _count(properties.value("gridBefore"), 0)

    def open_cell(self) -> None:
        self._column, self._columns = self._next, 1
        self._next += 1

    def shape_cell(self, properties: Node) -> None:
        """Take in the cell's properties, which come before its paragraphs."""
        self._columns = _count(properties.value("gridSpan"), 1)
        self._next = self._column + self._columns
        merge = properties.child("vMerge")
        above = self._merged.get(self._column)
        if merge is None:
            self._merged.pop(self._column, None)
        elif merge.attributes.get("val") == "restart" or above is None:
            self._merged[self._column] = self._row, self._column
        else:
            self._rows[above] = self._row - above[0] + 1

    def place(self) -> Cell:
        return Cell(self._number, max(self._row, 0), self._column, self._columns)

    def settled(self, lines: list[Line]) -> list[Line]:
        """Its lines, with the rows that merged cells cover."""
        return [replace(line, cell=self._tall(line.cell)) if line.cell else line for line in lines]

    def _tall(self, cell: Cell) -> Cell:
        return replace(cell, rows=self._rows.get((cell.row, cell.column), 1))


def _count(text: str | None, default: int) -> int:
    return min(int(text), COLUMNS_MAX) if text and text.isascii() and text.isdigit() else default


class _Body:
    """Collects lines while the main part streams by, and knows in which cell it is."""

    def __init__(self, numbering: Numbering, limits: Limits) -> None:
        self.lines: list[Line] = []
        self.boxes: list[Box] = []
        self._numbering = numbering
        self._limits = limits
        self._table: _Table | None = None
        self._depth = 0
        self._tables = 0
        self._paragraphs = 0
        self._gap = True
        self._begun = ""

    def read(self, archive: Archive) -> None:
        Stream(_PARTS, self._part, self._open, self._close).feed(archive.chunks("word/document.xml"))
        if not self._paragraphs:
            raise UnreadableDocument

    def _open(self, name: str) -> None:
        if name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._table = _Table(self._tables, len(self.lines))
                self._tables += 1
        elif self._table and self._depth == 1 and name == "tr":
            self._table.open_row()
        elif self._table and self._depth == 1 and name == "tc":
            self._table.open_cell()

    def _close(self, name: str) -> None:
        if name != "tbl" or not self._depth:
            return
        self._depth -= 1
        if self._table and not self._depth:
            first = self._table.first_line
            self.lines[first:] = self._table.settled(self.lines[first:])
            self._table = None
            self._gap = True

    def _part(self, node: Node) -> None:
        if node.name == "p":
            self._paragraph(node)
        elif self._table and self._depth == 1:
            if node.name == "tcPr":
                self._table.shape_cell(node)
            else:
                self._table.skip_columns(node)

    def _paragraph(self, node: Node) -> None:
        self._paragraphs += 1
        if self._paragraphs > self._limits.paragraphs:
            raise DocumentTooLarge
        texts = (_shown(list(box)) for box in box_texts(node))
        self.boxes += [Box(len(self.lines), box) for box in texts if box]
        label = self._numbering.label(node)
        text = self._begun + clean(run_text(node))
        self._begun = text if is_mark_deleted(node) else ""
        if self._begun:
            return
        place = self._table.place() if self._table else None
        rows = _joined([row.strip() for row in text.split("\n")])
        if label and place and not rows:
            rows, label = [label.strip()], ""
        for row in rows:
            line = Line(label + row, gap=self._gap and place is None, whole=True, cell=place)
            self.lines.append(line)
            label, self._gap = "", False
        self._gap = self._gap or not rows or text.endswith("\n\n")


def _joined(rows: list[str]) -> list[str]:
    """Rows parted by soft breaks; a sentence that only goes on in the next row is put together again."""
    out = [rows[0]] if rows and rows[0] else []
    for before, row in pairwise(rows):
        if row and before and row[0].islower() and not _ENDS.search(before):
            out[-1] += " " + row
        elif row:
            out.append(row)
    return out
