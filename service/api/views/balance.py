"""What an import of an older register did, row by row."""

from datetime import date

from typing_extensions import TypedDict

from service.domain.balance import BalanceReport
from service.domain.balance_plan import Fate, RowReport
from service.domain.lifecycle import State


class BalanceRowView(TypedDict):
    """A row as it was read. `row` is as a spreadsheet counts it; `doubts` say what to mend, in Vietnamese.

    A doubtful row is left out; mended, it can be imported again. A known one was taken before.
    """

    row: int
    label: str
    fate: Fate
    document: str
    issued_on: date | None
    text: str
    units: list[str]
    due_on: date | None
    state: State | None
    done_on: date | None
    doubts: list[str]


class BalanceView(TypedDict):
    """What an import did: counts of rows, of what they gave, and every row; `told` are open duties.

    `unknown_columns` are headings that were not read.
    """

    taken: int
    known: int
    doubtful: int
    directives: int
    obligations: int
    told: int
    rows: list[BalanceRowView]
    unknown_columns: list[str]


def balance_view(report: BalanceReport, unknown_columns: list[str]) -> BalanceView:
    """Return the report."""
    return {
        "taken": report.count(Fate.TAKEN),
        "known": report.count(Fate.KNOWN),
        "doubtful": report.count(Fate.DOUBTFUL),
        "directives": report.directives,
        "obligations": report.obligations,
        "told": report.told,
        "rows": [_row_view(each) for each in report.rows],
        "unknown_columns": unknown_columns,
    }


def _row_view(each: RowReport) -> BalanceRowView:
    row = each.row
    return {
        "row": row.number,
        "label": row.label,
        "fate": each.fate,
        "document": row.document.written if row.document else "",
        "issued_on": row.day,
        "text": row.text,
        "units": list(each.unit_codes),
        "due_on": row.due_on,
        "state": row.standing.state if row.standing else None,
        "done_on": row.standing.done_on if row.standing else None,
        "doubts": list(each.doubts),
    }
