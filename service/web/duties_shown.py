"""Duties arranged for the eye: where one comes from, in a few words."""

from service.domain.reading.obligations import ObligationRow
from service.domain.recurrence import in_words
from service.reports.register import code_of
from service.web.visitor import Visitor


def origin(row: ObligationRow) -> str:
    """Return the document of a duty, the place in it, and the period: "12/UBND-VP, mục 3, tháng 5/2024"."""
    code = code_of(row.number, row.symbol) or row.subject
    parts = [code, f"mục {row.locator}", *([in_words(row.period)] if row.period else [])]
    return ", ".join(parts)


def in_register(visitor: Visitor) -> str:
    """Return the end of an address of the API that names the register, for whoever may choose one."""
    return f"?register={visitor.row.register_code}" if visitor.row.registers > 1 else ""
