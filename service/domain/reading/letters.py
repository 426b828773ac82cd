"""Letters to units that are late: what was written, to whom, about what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.letter_rules import LetterKind
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import Directive, Item, Letter, LetterDuty, Obligation, Unit, table

letter, letter_duty, obligation = table(Letter), table(LetterDuty), table(Obligation)
item, directive, unit = table(Item), table(Directive), table(Unit)


class LetterRow(NamedTuple):
    """A letter; number, symbol and day are None until it was signed."""

    id: UUID
    version: int
    kind: LetterKind
    cut_off: date
    made_by: UUID
    made_at: datetime
    number: str | None
    symbol: str | None
    issued_on: date | None


class NamedDuty(NamedTuple):
    """A duty that a letter names, with its deadline and lateness as the letter has them."""

    letter_id: UUID
    obligation_id: UUID
    due_on: date
    days_late: int
    unit_id: UUID
    unit_code: str
    unit_name: str
    subordinate: bool
    doc_type: str
    number: str | None
    symbol: str | None
    signed_on: date | None
    locator: str
    text: str


class UnitOfLetter(NamedTuple):
    """A unit that a letter goes to, and how many of its duties are named."""

    id: UUID
    code: str
    name: str
    duties: int


_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=letter.c.id.type)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
LETTERS = List(
    sa.select(*(letter.c[name] for name in LetterRow._fields)).where(
        letter.c.register_id == visibility.REGISTER
    ),
    {"id": letter.c.id == _ID, "after_id": letter.c.id > sa.bindparam("after_id")},
    [letter.c.id],
)
_named = letter_duty.join(obligation, obligation.c.id == letter_duty.c.obligation_id).join(
    unit, unit.c.id == obligation.c.unit_id
)
DUTIES = (
    sa.select(
        letter_duty.c.letter_id,
        letter_duty.c.obligation_id,
        letter_duty.c.due_on,
        letter_duty.c.days_late,
        unit.c.id,
        unit.c.code,
        unit.c.name,
        unit.c.subordinate,
        directive.c.doc_type,
        directive.c.number,
        directive.c.symbol,
        sa.func.coalesce(directive.c.signed_on, directive.c.issued_on),
        item.c.locator,
        item.c.text,
    )
    .select_from(
        _named.join(item, item.c.id == obligation.c.item_id).join(
            directive, directive.c.id == obligation.c.directive_id
        )
    )
    .where(letter_duty.c.letter_id == _ID)
    .order_by(unit.c.name_folded, letter_duty.c.due_on, letter_duty.c.obligation_id)
)
UNITS = (
    sa.select(letter_duty.c.letter_id, unit.c.id, unit.c.code, unit.c.name, sa.func.count())
    .select_from(_named)
    .where(letter_duty.c.letter_id.in_(_IDS))
    .group_by(letter_duty.c.letter_id, unit.c.id, unit.c.code, unit.c.name, unit.c.name_folded)
    .order_by(unit.c.name_folded, unit.c.id)
)


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[LetterRow], UUID | None]:
    """Return letters of the actor's register in the order in which they were drafted."""
    actor.require(Action.VIEW_LETTERS)
    rows, last = LETTERS.page(connection, {"after_id": after}, visibility.names(actor), limit)
    return [LetterRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, letter_id: UUID) -> LetterRow:
    """Return one letter.

    Raises:
        NotFound: The register has no such letter.
    """
    actor.require(Action.VIEW_LETTERS)
    rows, _ = LETTERS.page(connection, {"id": letter_id}, visibility.names(actor), 1)
    if not rows:
        raise NotFound(what="letter")
    return LetterRow._make(rows[0])


def duties(connection: Connection, letter_id: UUID) -> list[NamedDuty]:
    """Return what a visible letter names, unit by unit, those due longest first."""
    return [NamedDuty._make(row) for row in connection.execute(DUTIES, {"id": letter_id})]


def units(connection: Connection, letter_ids: Sequence[UUID]) -> Mapping[UUID, list[UnitOfLetter]]:
    """Return to whom visible letters go."""
    found: dict[UUID, list[UnitOfLetter]] = defaultdict(list)
    for letter_id, *values in connection.execute(UNITS, {"ids": list(letter_ids)}):
        found[letter_id].append(UnitOfLetter._make(values))
    return found
