"""PDF with a text layer: glyphs by their place on the page -> laid-out text and ruled tables.

What an office stamps on after signing (number, day, signature note) are annotations; a page is flattened
first so that they are read where they are seen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..grid import Grid, GridCell, Row, continue_over_page, lines_of_grid
from ..limits import Limits
from ..lines import Line, Pages
from ..proposal import Finding
from ..refusals import DocumentTooLarge, EncryptedDocument, ScannedDocument, UnreadableDocument
from ..restore import clean
from .columns import ends_table, has_heading, with_tables
from .glyphs import Piece, is_unmapped, pieces_of, turn_of
from .layout import Scale, finer, lay_out, rows_of, scale_of
from .rulings import Ruled, ruled_tables, same_columns
from .scans import recognise
from .text import PAGE_NUMBER, lines_of

FILLED_MIN = 0.3
"""Share of a table's rows that have text in more than one cell."""


@dataclass(slots=True)
class RuledGrid:
    """A table on a page, with the edges that tell whether the next page's table goes on with it."""

    columns: list[float]
    grid: Grid


@dataclass(slots=True)
class Flow:
    """The document so far: laid-out text and tables by turns."""

    parts: list[str | RuledGrid] = field(default_factory=list)

    def add(self, page: Sequence[str | RuledGrid]) -> None:
        """Append a page; a table that goes on from the page before is joined to it."""
        opening = "\n\f"
        for part in page:
            last = self._last_table()
            if isinstance(part, RuledGrid):
                if last and opening and same_columns(last.columns, part.columns):
                    del self.parts[self.parts.index(last) + 1 :]
                    continue_over_page(last.grid, part.grid)
                else:
                    self.parts.append(part)
                opening = ""
            elif self.parts and isinstance(self.parts[-1], str):
                self.parts[-1] += opening + part if opening else "\n" + part
                opening = "" if not _is_page_number(part) else opening
            else:
                self.parts.append(opening + part)
                opening = "" if not _is_page_number(part) else opening

    def _last_table(self) -> RuledGrid | None:
        """The table that ends the flow, page numbers aside."""
        for part in reversed(self.parts):
            if isinstance(part, RuledGrid):
                return part
            if not _is_page_number(part):
                return None
        return None

    def lines(self, limits: Limits) -> Iterator[Line]:
        """All lines in reading order."""
        tables = count()
        begun = False
        for part in self.parts:
            if isinstance(part, str):
                yield from with_tables(lines_of(part, limits, begun=begun), tables)
            else:
                yield from lines_of_grid(part.grid, next(tables))
            begun = True


def _is_page_number(text: str) -> bool:
    return all(not row.strip("\f ") or PAGE_NUMBER.match(row.strip("\f")) for row in text.split("\n"))


def read_pdf(data: bytes, limits: Limits) -> Pages:
    """Read every page's text.

    Raises:
        IntakeRefused: Damaged, encrypted, without any text, or beyond the limits.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise (EncryptedDocument if "password" in str(error).lower() else UnreadableDocument) from error
    try:
        pages = _pages(document, limits)
        blank = [index for index, page in enumerate(pages) if not page]
        recognised = recognise(document, blank, limits)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument from error
    finally:
        document.close()
    for index, text in recognised.items():
        pages[index] = [text]
    empty = tuple(index + 1 for index in blank if index not in recognised)
    if len(empty) == len(pages):
        raise ScannedDocument
    flow = Flow()
    for page in pages:
        flow.add(page)
    findings = (_recognised(sorted(recognised)),) if recognised else ()
    return Pages(tuple(flow.lines(limits)), pages_empty=empty, findings=findings)


def _recognised(pages: Sequence[int]) -> Finding:
    numbers = ", ".join(str(index + 1) for index in pages)
    message = f"Trang {numbers} là ảnh chụp, chữ do máy nhận dạng nên có thể sai; cần đối chiếu với bản gốc."
    return Finding("text-recognised", "warning", message, "text")


def _pages(document: Any, limits: Limits) -> list[list[str | RuledGrid]]:
    if not 0 < len(document) <= limits.pages:
        raise DocumentTooLarge if len(document) else UnreadableDocument
    document.init_forms()
    pages: list[list[str | RuledGrid]] = []
    size = 0
    in_table = False
    for index in range(len(document)):
        page = list(_in_bands(*_page(document, index), in_table=in_table))
        in_table = _has_open_table(page, in_table=in_table)
        size += sum(map(_size, page))
        if size > limits.text_characters:
            raise DocumentTooLarge
        pages.append(page)
    return pages


def _size(part: str | RuledGrid) -> int:
    if isinstance(part, str):
        return len(part)
    return sum(len(text) for row in part.grid.rows for cell in row.values() for text in cell.texts)


def _page(document: Any, index: int) -> tuple[list[Piece], list[Ruled]]:
    """The page with its annotations; empty when only annotations bear text, as on a stamped scan."""
    if not _bears_text(document, index):
        return [], []
    page = document[index]
    text_page = page.get_textpage()
    try:
        turn = turn_of(page, text_page)
        tables = ruled_tables(page, turn)
        pieces = [piece for piece in pieces_of(text_page, turn, tables) if piece.text.strip()]
    finally:
        text_page.close()
        page.close()
    return pieces, tables


def _bears_text(document: Any, index: int) -> bool:
    """Whether the page itself has text that its fonts can tell; it is flattened for the reading."""
    page = document[index]
    text_page = page.get_textpage()
    found = pdfium.FPDFText_CountChars(text_page) > 0 and not is_unmapped(text_page)
    shown = found and any(
        pdfium.FPDFText_GetUnicode(text_page, i) > 32 for i in range(pdfium.FPDFText_CountChars(text_page))
    )
    text_page.close()
    if shown:
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return shown


def _in_bands(
    pieces: Sequence[Piece], tables: Sequence[Ruled], *, in_table: bool
) -> Iterator[str | RuledGrid]:
    """The text above, between and below the tables, and the tables; frames around text are none."""
    framed = {number for number, table in enumerate(tables) if not _is_table(pieces, number)}
    for piece in pieces:
        if piece.cell and piece.cell[0] in framed:
            piece.cell = None
    outside = [piece for piece in pieces if piece.cell is None]
    scale = scale_of(outside)
    for number, table in enumerate(tables):
        above = [piece for piece in outside if piece.base >= table.bottom]
        if above:
            outside = [piece for piece in outside if piece.base < table.bottom]
            yield _laid_out(above, scale, in_table=False)
        inside = [piece for piece in pieces if piece.cell and piece.cell[0] == number]
        if inside:
            yield RuledGrid(table.columns, _grid(inside, table))
    if outside:
        yield _laid_out(outside, scale, in_table=in_table and not tables)


def _is_table(pieces: Sequence[Piece], number: int) -> bool:
    """Whether enough of its rows have text in more than one cell."""
    filled: dict[int, set[int]] = {}
    for piece in pieces:
        if piece.cell and piece.cell[0] == number:
            filled.setdefault(piece.cell[1], set()).add(piece.cell[2])
    return sum(len(cells) > 1 for cells in filled.values()) > FILLED_MIN * len(filled)


def _laid_out(pieces: Sequence[Piece], scale: Scale, *, in_table: bool) -> str:
    """The text; on a finer scale where a table without rules begins or goes on."""
    text = clean(lay_out(pieces, scale))
    if in_table or has_heading(text):
        return clean(lay_out(pieces, finer(scale)))
    return text


def _has_open_table(page: Sequence[str | RuledGrid], *, in_table: bool) -> bool:
    """Whether a table without rules reaches the end of the page."""
    last = page[-1] if page else ""
    return isinstance(last, str) and (in_table or has_heading(last)) and not ends_table(last)


def _grid(pieces: Sequence[Piece], table: Ruled) -> Grid:
    by_cell: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        if piece.cell:
            by_cell.setdefault(piece.cell[1:], []).append(piece)
    rows: list[Row] = [{} for _ in table.rows[1:]]
    for (row, column), inside in by_cell.items():
        texts = [_line(line) for line in rows_of(inside)]
        columns, covered = table.spans[row, column]
        rows[row][column] = GridCell(texts, columns, covered)
    return Grid(rows)


def _line(pieces: Sequence[Piece]) -> str:
    return re.sub(r"\s+", " ", clean(" ".join(piece.text.strip() for piece in pieces))).strip()
