"""Text boxes and page headers: what belongs to the letterhead or the foot goes into the flow.

Some offices set the letterhead in two text boxes, or in the header of the first page; the same places hold
stamps, page numbers and notes of signatures, which stay outside.
"""

from collections.abc import Sequence
from dataclasses import replace

from . import marks
from .lines import Box, Cell, Line, Pages
from .restore import canonical

BOX_TABLE, BOX_COLUMN = -100, 100
"""Boxes count as tables and columns of their own, apart from all others."""
OPENING_LINES = 6
NAME_LETTERS_MIN = 6

_FORM = (marks.NATION, marks.MOTTO, marks.PLACE_DATE)
_FORM_OPENS = (marks.NUMBER, marks.REGARDING, marks.RECIPIENTS, marks.SIGNING, marks.POST)
_STAMPS = (marks.SECRET_STAMP, marks.URGENT_STAMP)


def settle(pages: Pages) -> Pages:
    """Put the boxes that are part of the document's form among its lines."""
    opens = any(marks.NATION.search(canonical(text)) for box in pages.boxes for text in box.texts)
    seen: set[tuple[str, ...]] = set()
    chosen: list[Box] = []
    for box in pages.boxes:
        if box.texts not in seen and (_is_form(box) or (opens and _is_name(box))):
            seen.add(box.texts)
            chosen.append(box)
    if not chosen:
        return pages
    return replace(pages, lines=tuple(_placed(pages.lines, chosen)))


def _is_form(box: Box) -> bool:
    texts = [canonical(text) for text in box.texts]
    return any(form.search(text) for form in _FORM for text in texts) or any(
        form.match(text) for form in _FORM_OPENS for text in texts
    )


def _is_name(box: Box) -> bool:
    """The name of the issuing body in a box of its own, beside that of the nation's name."""
    text = canonical(box.texts[0])
    stamped = any(form.match(text) for form in _STAMPS)
    return (
        box.at < OPENING_LINES and marks.is_capitals(text) and len(text) >= NAME_LETTERS_MIN and not stamped
    )


def _placed(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    out: list[Line] = []
    position = 0
    for number, box in enumerate(boxes):
        out += lines[position : box.at]
        position = max(position, box.at)
        for row, text in enumerate(box.texts):
            place = Cell(BOX_TABLE - number, row, BOX_COLUMN + number)
            out.append(Line(text, whole=True, cell=place))
    return [*out, *lines[position:]]
