"""PDF with a text layer: glyphs by their place on the page -> laid-out text, then read as text is.

What an office stamps on after signing (number, day, signature note) are annotations; a page is flattened
first so that they are read where they are seen.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..limits import Limits
from ..lines import Pages
from ..refusals import DocumentTooLarge, EncryptedDocument, ScannedDocument, UnreadableDocument
from ..restore import clean
from .text import lines_of

WORD_GAP = 0.22
"""Space between glyphs, in parts of the glyph's height, from which they are two words."""
COLUMN_GAP = 3.0
"""Space in widths of a letter from which two pieces on a line stand in different columns."""
PIECE_GAP = 0.8
LINE_DRIFT = 0.45
PARAGRAPH_GAP = 1.7
LINE_BREAK_HYPHEN = 2
COLUMNS_MAX = 400


@dataclass(slots=True)
class Piece:
    """A run of glyphs on one baseline; lengths in points, y upwards."""

    text: str
    left: float
    right: float
    base: float
    height: float


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
        texts = _page_texts(document, limits)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument from error
    finally:
        document.close()
    if not any(text.strip() for text in texts):
        raise ScannedDocument
    empty = tuple(number for number, text in enumerate(texts, 1) if not text.strip())
    return Pages(tuple(lines_of("\n\f".join(texts), limits)), pages_empty=empty)


def _page_texts(document: Any, limits: Limits) -> list[str]:
    if not 0 < len(document) <= limits.pages:
        raise DocumentTooLarge if len(document) else UnreadableDocument
    document.init_forms()
    texts: list[str] = []
    for index in range(len(document)):
        texts.append(clean(_page_text(document, index)))
        if sum(map(len, texts)) > limits.text_characters:
            raise DocumentTooLarge
    return texts


def _page_text(document: Any, index: int) -> str:
    """The page's text with its annotations; empty when only annotations bear text, as on a stamped scan."""
    page = document[index]
    if not any(piece.text.strip() for piece in _pieces(page)):
        page.close()
        return ""
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    page = document[index]
    text = lay_out(list(_pieces(page)))
    page.close()
    return text


def _pieces(page: Any) -> Iterator[Piece]:
    """Join glyphs that follow each other closely, in the order of the content stream."""
    text_page = page.get_textpage()
    piece: Piece | None = None
    spaced = False
    for index in range(text_page.count_chars()):
        glyph = _glyph(text_page, index)
        if glyph is None:
            spaced = True
            continue
        if piece and _follows(piece, glyph):
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
    text_page.close()


def _glyph(text_page: Any, index: int) -> Piece | None:
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    if code == LINE_BREAK_HYPHEN:
        code = ord("-")
    if code <= 32 or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or chr(code).isspace():
        return None
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    height = max(pdfium.FPDFText_GetFontSize(text_page, index), 1.0)
    return Piece(chr(code), box.left, max(box.right, box.left), y.value, height)


def _follows(piece: Piece, glyph: Piece) -> bool:
    same_line = abs(piece.base - glyph.base) < LINE_DRIFT * max(piece.height, glyph.height)
    return same_line and -0.5 * piece.height < glyph.left - piece.right < PIECE_GAP * piece.height


def lay_out(pieces: list[Piece]) -> str:
    """Set the pieces on a grid of letters, top to bottom, columns kept apart by runs of spaces."""
    pieces = [piece for piece in pieces if piece.text.strip()]
    if not pieces:
        return ""
    letters = sum(len(piece.text) for piece in pieces)
    letter = max(sum(piece.right - piece.left for piece in pieces) / letters, 1.0)
    margin = min(piece.left for piece in pieces)
    rows = _rows(pieces)
    steps = sorted(a[0].base - b[0].base for a, b in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 0.0
    out: list[str] = []
    before: float | None = None
    for row in rows:
        if before is not None and before - row[0].base > PARAGRAPH_GAP * usual:
            out.append("")
        out.append(_set(row, margin, letter))
        before = row[0].base
    return "\n".join(out)


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        if rows and rows[-1][0].base - piece.base < LINE_DRIFT * max(piece.height, rows[-1][0].height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _set(row: list[Piece], margin: float, letter: float) -> str:
    text = ""
    right = margin
    for piece in row:
        bare = piece.text.strip()
        column = min(round((piece.left - margin) / letter), COLUMNS_MAX)
        if not text or piece.left - right > COLUMN_GAP * letter:
            text += " " * max(column - len(text), 3 if text else 0) + bare
        else:
            text += " " + bare
        right = max(right, piece.right)
    return text
