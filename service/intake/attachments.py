"""A document and the files that came with it -> one sequence of lines; the files are its annexes."""

from collections.abc import Iterator
from dataclasses import replace

from .blocks import build
from .floats import settle
from .letterhead import refuse_secret
from .lines import Attached, Line, Pages, Zone
from .restore import canonical
from .tables import ANNEX_OPENS
from .zones import arrange


def assembled(pages: Pages) -> list[Line]:
    """The document's lines by zone, then those of each attachment.

    Raises:
        SecretDocument: An attachment bears a stamp of secrecy.
    """
    lines = arrange(settle(pages).lines)
    for attached in pages.attached:
        _, blocks = build(arrange(settle(attached.pages).lines))
        refuse_secret(blocks, attached.pages.stamps)
        if attached.repeats:
            continue
        lines += _as_annex(attached, 1 + max((line.cell.table for line in lines if line.cell), default=0))
    return lines


def _as_annex(attached: Attached, tables: int) -> Iterator[Line]:
    """The file's lines; its name stands for the heading of an annex that it does not have itself."""
    lines = attached.pages.lines
    if not any(ANNEX_OPENS.match(canonical(line.text)) for line in lines[:5]):
        yield Line(f"Phụ lục: {attached.name}", page=True, whole=True, zone=Zone.ANNEX)
    for line in lines:
        cell = (
            replace(line.cell, table=line.cell.table + tables) if line.cell and line.cell.table >= 0 else None
        )
        yield replace(line, cell=cell, zone=Zone.ANNEX)
