"""Which rows of an older register are taken, which are known already, and which a person must look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.balance_file import BalanceRow
from service.domain.balance_units import BalanceUnits, Meant
from service.domain.balance_words import NamedDocument, Standing
from service.domain.tables import Directive, OpeningRow, table
from service.domain.text import fold

directive, opening = table(Directive), table(OpeningRow)


class Fate(StrEnum):
    """What becomes of a row; a doubtful one can be mended in the file and imported again."""

    TAKEN = "taken"
    KNOWN = "known"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """What became of a row, how it was read, and what is doubtful about it, in Vietnamese."""

    row: BalanceRow
    fate: Fate
    unit_codes: tuple[str, ...]
    doubts: tuple[str, ...]


class Entry(NamedTuple):
    """A row that is taken: whom it names, and the keys of its document and of itself."""

    row: BalanceRow
    document: NamedDocument
    day: date
    standing: Standing
    leads: Meant
    helpers: Meant
    document_key: str
    row_key: str


class Place(NamedTuple):
    """A document that was taken: its directive, or None while that is yet to be made, and its day."""

    directive_id: UUID | None
    day: date | None


@dataclass(slots=True)
class Stored:
    """What the register holds: documents and rows taken before, and the numbers of other directives.

    `numbers` are (number, folded symbol, year) → folded issuers.
    """

    documents: dict[str, Place]
    rows: set[str]
    numbers: dict[tuple[str, str, int | None], set[str]]


def load_stored(session: Session, register_id: UUID, rows: Iterable[BalanceRow]) -> Stored:
    """Read what the register holds, in three queries."""
    connection = session.connection()
    own = opening.c.register_id == register_id
    taken = (
        sa.select(opening.c.document_key, opening.c.directive_id, directive.c.signed_on)
        .join(directive, directive.c.id == opening.c.directive_id)
        .where(own)
        .distinct()
    )
    documents = {key: Place(id_, day) for key, id_, day in connection.execute(taken)}
    known = set(connection.execute(sa.select(opening.c.row_key).where(own)).scalars())
    wanted = {row.document.number for row in rows if row.document and row.document.number}
    named = (directive.c.number, directive.c.symbol, directive.c.year, directive.c.issuer_key)
    others = sa.select(*named).where(
        directive.c.register_id == register_id,
        directive.c.number.in_(wanted),
        ~sa.exists().where(own, opening.c.directive_id == directive.c.id),
    )
    numbers: dict[tuple[str, str, int | None], set[str]] = {}
    for number, symbol, year, issuer in connection.execute(others):
        numbers.setdefault((number, fold(symbol or ""), year), set()).add(issuer)
    return Stored(documents, known, numbers)


@dataclass(slots=True)
class BalancePlan:
    """Takes rows one by one; what was taken counts for the rows below."""

    units: BalanceUnits
    stored: Stored
    entries: list[Entry] = field(default_factory=list)
    reports: list[RowReport] = field(default_factory=list)

    def take(self, row: BalanceRow) -> None:
        """Take a row, or say what is doubtful about it."""
        leads = self.units.meant("leads", row.leads, row.day)
        helpers = self.units.meant("helpers", row.helpers, row.day)
        doubts = [*row.doubts, *leads.doubts, *helpers.doubts]
        fate = Fate.DOUBTFUL
        if row.document and row.day and row.standing and not doubts:
            document_key = _document_key(row.document, row.issuer, row.day)
            doubts += self._conflicts(row, row.document, row.day, document_key)
            doubts += self._too_early(leads, row.standing)
            if not doubts:
                row_key = _row_key(document_key, row, leads)
                keys = (document_key, row_key)
                fate = self._enter(Entry(row, row.document, row.day, row.standing, leads, helpers, *keys))
        codes = tuple(self.units.lives[id_].code for id_ in leads.units)
        self.reports.append(RowReport(row=row, fate=fate, unit_codes=codes, doubts=tuple(doubts)))

    def _enter(self, entry: Entry) -> Fate:
        if entry.row_key in self.stored.rows:
            return Fate.KNOWN
        self.stored.rows.add(entry.row_key)
        self.stored.documents.setdefault(entry.document_key, Place(None, entry.day))
        self.entries.append(entry)
        return Fate.TAKEN

    def _conflicts(
        self, row: BalanceRow, document: NamedDocument, day: date, document_key: str
    ) -> Sequence[str]:
        """Doubt a number that stands for another directive, or for the same one with another day."""
        place = self.stored.documents.get(document_key)
        if place is not None and place.day != day:
            return [f"day: văn bản này ở dòng khác có ngày {place.day:%d/%m/%Y}"]
        key = (document.number or "", fold(document.symbol or ""), day.year)
        issuers = self.stored.numbers.get(key, set())
        if issuers and (not row.issuer or issuers & {"", fold(row.issuer)}):
            return ["document: văn bản đã có trong sổ: giao bổ sung ở văn bản đó"]
        return []

    def _too_early(self, leads: Meant, standing: Standing) -> Sequence[str]:
        """Doubt what a unit is said to have done before it existed."""
        if standing.done_on is None:
            return []
        lives = [self.units.lives[id_] for id_ in leads.units]
        return [
            f"leads: {life.name} thành lập sau ngày hoàn thành"
            for life in lives
            if life.valid_from > standing.done_on
        ]


def _document_key(document: NamedDocument, issuer: str, day: date) -> str:
    """Return what is the same for all rows of a document: its number and year, or its words and day."""
    if document.number:
        return _digest(fold(issuer), document.number, fold(document.symbol or ""), str(day.year))
    return _digest("", "", fold(document.doc_type), day.isoformat())


def _row_key(document_key: str, row: BalanceRow, leads: Meant) -> str:
    return _digest(document_key, fold(row.text), *sorted(str(target.id) for target in leads.targets))


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
