"""What a file of an older register would bring, or has brought, arranged for the eye."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.balance import BalanceReport
from service.domain.balance_file import COLUMNS
from service.domain.balance_plan import Fate, RowReport
from service.domain.balance_rows import SOURCE

DOUBTFUL_SHOWN, READ_SHOWN, NAMES_SHOWN, SOURCES_SHOWN = 200, 5, 50, 10
OF_UNITS = ("leads", "helpers")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What must be mended: the heading of the column, and why, as the office's file has them."""

    heading: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A report as the page shows it; of long lists the beginning, and how many there are.

    Attributes:
        units: How many units get duties.
        first_due: The earliest deadline of what is taken.
        last_due: The latest one.
        names: What is doubtful about the units, and in how many rows; the most frequent first.
        more_names: How many such doubts are not shown.
        doubtful: Rows that are left out, each with its doubts.
        read: Rows that are taken, as they were read.
        sources: Under which sources the register holds what the file brings or brought.
    """

    report: BalanceReport
    unknown_columns: list[str]
    taken: int
    known: int
    refused: int
    units: int
    first_due: date | None
    last_due: date | None
    names: list[tuple[str, int]]
    more_names: int
    doubtful: list[tuple[RowReport, list[Doubt]]]
    read: list[RowReport]
    sources: list[str]


def preview(report: BalanceReport, unknown_columns: list[str]) -> Preview:
    """Return a report arranged."""
    of = {fate: [each for each in report.rows if each.fate is fate] for fate in Fate}
    taken, doubtful = of[Fate.TAKEN], of[Fate.DOUBTFUL]
    due = sorted(each.row.due_on for each in taken if each.row.due_on)
    doubts = [(each, [_doubt(said) for said in each.doubts]) for each in doubtful[:DOUBTFUL_SHOWN]]
    names = _names(doubtful)
    sources = {each.row.source or SOURCE for fate in (Fate.TAKEN, Fate.KNOWN) for each in of[fate]}
    return Preview(
        report=report,
        unknown_columns=unknown_columns,
        taken=len(taken),
        known=len(of[Fate.KNOWN]),
        refused=len(doubtful),
        units=len({code for each in taken for code in each.unit_codes}),
        first_due=due[0] if due else None,
        last_due=due[-1] if due else None,
        names=names[:NAMES_SHOWN],
        more_names=max(0, len(names) - NAMES_SHOWN),
        doubtful=doubts,
        read=taken[:READ_SHOWN],
        sources=sorted(sources)[:SOURCES_SHOWN],
    )


def _doubt(said: str) -> Doubt:
    """Take a doubt apart, which begins with the name of its column."""
    column, _, why = said.partition(": ")
    return Doubt(COLUMNS[column][0], why)


def _names(doubtful: Iterable[RowReport]) -> list[tuple[str, int]]:
    said = [each.partition(": ") for row in doubtful for each in row.doubts]
    return Counter(why for column, _, why in said if column in OF_UNITS).most_common()
