"""The glyphs of a PDF page -> runs of text on one baseline, each within one cell of a ruled table."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import pi
from typing import Any

import pypdfium2.raw as pdfium

from .rulings import Ruled, Turn
from .symbols import PRIVATE, drawn

WORD_GAP = 0.22
"""Space between glyphs, in parts of the glyph's height, from which they are two words."""
PIECE_GAP = 0.8
LINE_DRIFT = 0.45
LINE_BREAK_HYPHEN = 2
UNMAPPED_MAX = 0.2
"""Share of glyphs without a character from which a page counts as one without text."""
WORDS_MIN = 12
"""Fewer words tell nothing about a page."""
_WORD = re.compile(r"^[(\[\"'“‘-]*(?:[^\W\d_]+|[\d.,/%-]+|[\w&]+(?:[-/.&][\w&]+)+)[.,;:)\]!?\"'”’/…-]*$")
SAMPLE = 400
"""Glyphs that are asked about themselves to know about the page."""

CellKey = tuple[int, int, int]
"""Table on the page, row, column."""


@dataclass(slots=True)
class Piece:
    """A run of glyphs on one baseline; lengths in points, y upwards."""

    text: str
    left: float
    right: float
    base: float
    height: float
    cell: CellKey | None = None


def turn_of(page: Any, text_page: Any) -> Turn:
    """How the page is turned for its reader: by its own entry, or because its text runs sideways."""
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    quarters = pdfium.FPDFPage_GetRotation(page)
    if quarters % 2:
        width, height = height, width
    count = pdfium.FPDFText_CountChars(text_page)
    step = max(count // SAMPLE, 1)
    ways = Counter(
        _quarters(text_page, index) for index in range(0, count, step) if _is_shown(text_page, index)
    )
    usual = ways.most_common(1)[0][0] if ways else 0
    return Turn(usual if usual else quarters if not ways else 0, width, height)


def _quarters(text_page: Any, index: int) -> int:
    angle = pdfium.FPDFText_GetCharAngle(text_page, index)
    return int(-round(angle / (pi / 2)) % 4)


def _is_shown(text_page: Any, index: int) -> bool:
    return bool(pdfium.FPDFText_GetUnicode(text_page, index) > 32)


def is_unmapped(text_page: Any) -> bool:
    """Whether the page's fonts do not tell which characters their glyphs are."""
    count = pdfium.FPDFText_CountChars(text_page)
    asked = range(0, count, max(count // SAMPLE, 1))
    lost = sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in asked)
    if lost > UNMAPPED_MAX * len(asked):
        return True
    words = text_page.get_text_range(0, min(count, SAMPLE * 10), errors="ignore").split()
    return len(words) >= WORDS_MIN and sum(bool(_WORD.match(word)) for word in words) < len(words) / 2


def pieces_of(text_page: Any, turn: Turn, tables: Sequence[Ruled]) -> Iterator[Piece]:
    """Join glyphs that follow each other closely, in the order of the content stream."""
    piece: Piece | None = None
    spaced = False
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        glyph = _glyph(text_page, index, turn)
        if glyph is None:
            spaced = True
            continue
        if tables:
            glyph.cell = _cell_of(glyph, tables)
        if piece and piece.cell == glyph.cell and _follows(piece, glyph):
            wide = glyph.left - piece.right > WORD_GAP * max(piece.height, glyph.height)
            piece.text += (" " if spaced or wide else "") + glyph.text
            piece.right = max(piece.right, glyph.right)
        else:
            if piece:
                yield piece
            piece = glyph
        spaced = False
    if piece:
        yield piece


def _cell_of(glyph: Piece, tables: Sequence[Ruled]) -> CellKey | None:
    x, y = (glyph.left + glyph.right) / 2, glyph.base + glyph.height / 4
    for number, table in enumerate(tables):
        if table.bottom <= y <= table.top:
            place = table.cell_at(x, y)
            if place is not None:
                return number, *place
    return None


def _glyph(text_page: Any, index: int, turn: Turn) -> Piece | None:
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    if code == LINE_BREAK_HYPHEN:
        code = ord("-")
    if code <= 32 or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
        return None
    text = drawn(code) if PRIVATE <= code <= PRIVATE + 0xFF else chr(code)
    if not text or text.isspace():
        return None
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    height = max(pdfium.FPDFText_GetFontSize(text_page, index), 1.0)
    if not turn.quarters:
        return Piece(text, box.left, max(box.right, box.left), y.value, height)
    (x0, _), (x1, _) = turn.point(box.left, box.bottom), turn.point(box.right, box.top)
    _, base = turn.point(x.value, y.value)
    return Piece(text, min(x0, x1), max(x0, x1), base, height)


def _follows(piece: Piece, glyph: Piece) -> bool:
    same_line = abs(piece.base - glyph.base) < LINE_DRIFT * max(piece.height, glyph.height)
    return same_line and -0.5 * piece.height < glyph.left - piece.right < PIECE_GAP * piece.height
