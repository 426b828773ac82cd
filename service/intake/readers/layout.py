"""Runs of text by their place on the page -> laid-out text: lines on a grid of letters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .glyphs import LINE_DRIFT, Piece

COLUMN_GAP = 3.0
"""Space in widths of a letter from which two pieces on a line stand in different columns."""
WIDE_GAP = 1.5
"""Space in widths of a letter that shows as two spaces, between narrow columns or words of a full line."""
PARAGRAPH_GAP = 1.7
FINE = 0.6
"""Part of a letter's width that tables without rules are laid out by, so that no column is pushed aside."""
COLUMNS_MAX = 400


@dataclass(frozen=True, slots=True)
class Scale:
    """A page's left margin, the width of its usual letter, and the usual step from line to line."""

    margin: float
    letter: float
    step: float


def finer(scale: Scale) -> Scale:
    """The scale for tables without rules."""
    return replace(scale, letter=scale.letter * FINE)


def scale_of(pieces: Sequence[Piece]) -> Scale:
    """Measure the text of a page."""
    letters = sum(len(piece.text) for piece in pieces)
    letter = max(sum(piece.right - piece.left for piece in pieces) / max(letters, 1), 1.0)
    margin = min((piece.left for piece in pieces), default=0.0)
    steps = sorted(a[0].base - b[0].base for a, b in pairwise(rows_of(pieces)))
    return Scale(margin, letter, steps[len(steps) // 2] if steps else 0.0)


def lay_out(pieces: Sequence[Piece], scale: Scale) -> str:
    """Set the pieces on a grid of letters, top to bottom, columns kept apart by runs of spaces."""
    out: list[str] = []
    before: float | None = None
    for row in rows_of(pieces):
        if before is not None and before - row[0].base > PARAGRAPH_GAP * scale.step:
            out.append("")
        out.append(_set(row, scale))
        before = row[0].base
    return "\n".join(out)


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces on one line together, lines from the top, pieces from the left."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        if rows and rows[-1][0].base - piece.base < LINE_DRIFT * max(piece.height, rows[-1][0].height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _set(row: Sequence[Piece], scale: Scale) -> str:
    text = ""
    right = scale.margin
    for piece in row:
        bare = piece.text.strip()
        column = min(round((piece.left - scale.margin) / scale.letter), COLUMNS_MAX)
        if not text or piece.left - right > COLUMN_GAP * scale.letter:
            text += " " * max(column - len(text), 3 if text else 0) + bare
        elif piece.left - right > WIDE_GAP * scale.letter:
            text += " " * max(column - len(text), 2) + bare
        else:
            text += " " + bare
        right = max(right, piece.right)
    return text
