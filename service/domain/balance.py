"""The opening balance: an office begins with the duties of its older register, and nobody is flooded.

A row becomes an item of its document with the duties of its units. What is doubtful is left out and said;
what was taken once is not taken again. Steps of the escalation that lie before the import are recorded as
skipped, and one digest tells each officer what goes on. The number of statements does not depend on the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.balance_file import BalanceRow
from service.domain.balance_plan import BalancePlan, Entry, Fate, RowReport, load_stored
from service.domain.balance_units import BalanceUnits, Target
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue
from service.domain.events.balance import (
    DirectiveCarriedOver,
    ObligationCarriedOver,
    ObligationCarriedOverDone,
    OpeningBalanceEntered,
)
from service.domain.history import know
from service.domain.ids import NIL, new_id
from service.domain.lifecycle import State
from service.domain.locks import wait_turn
from service.domain.opening import start_clocks
from service.domain.outbox import emit, emit_all, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.sql import measure_anew
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    Coordination,
    Decision,
    Directive,
    DirectiveState,
    Item,
    Obligation,
    ObligationSource,
    OpeningBalance,
    OpeningRow,
    Submission,
    table,
)
from service.domain.text import fold, shorten
from service.domain.unit_store import write_many

SUBJECT_MAX = 200
"""Characters of the first row that stand as the subject where the register has none."""

SOURCE = "sổ cũ"
"""The source of a directive whose register names none."""

BLANK_DIRECTIVE: dict[str, Any] = {
    "version": 1,
    "state": DirectiveState.ISSUED,
    "parent_body": "",
    "place": "",
    "urgency": "thường",
    "field": "",
    "addressees": [],
    "basis": [],
    "recipients": [],
    "signer": {},
    "findings": [],
}
TRACKED_ITEM: dict[str, Any] = {
    "is_task": True,
    "is_tracked": True,
    "is_closing": False,
    "text_alone": False,
    "key_task": False,
    "field": "",
    "mentions": [],
}

directive, item, opening = table(Directive), table(Item), table(OpeningRow)
assignment, obligation, source = table(Assignment), table(Obligation), table(ObligationSource)
submission, coordination = table(Submission), table(Coordination)
WRITTEN = (directive, item, opening, assignment, obligation, source, submission, coordination)
"""Tables in the order in which they need each other."""


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """What an import did, row by row and in sum; `told` duties are open ones that their officers hear of."""

    rows: list[RowReport]
    directives: int
    obligations: int
    told: int

    def count(self, fate: Fate) -> int:
        """Return how many rows have a fate."""
        return sum(row.fate is fate for row in self.rows)


def enter_balance(
    session: Session, actor: Actor, rows: Sequence[BalanceRow], *, sha256: str, now: datetime
) -> BalanceReport:
    """Take over the rows of an older register that are certain; of the others, say why they are not.

    Args:
        session: The caller's transaction.
        actor: Who imports.
        rows: As read from the file.
        sha256: Of the file, as the journal keeps it.
        now: The present instant.

    Raises:
        InvalidValue: The file has no row.
    """
    actor.require(Action.ENTER_BALANCE)
    if not rows:
        raise InvalidValue(field="file", detail="không có dòng nhiệm vụ nào")
    wait_turn(session.connection(), f"{actor.register_id} opening balance")
    units = BalanceUnits(session, actor.register_id, office_day(now))
    plan = BalancePlan(units, load_stored(session, actor.register_id, rows))
    for row in rows:
        plan.take(row)
    balance = OpeningBalance(
        id=new_id(now),
        register_id=actor.register_id,
        sha256=sha256,
        rows=len(rows),
        taken=len(plan.entries),
        entered_by=actor.principal_id,
        entered_at=now,
    )
    made = _write(session, actor, plan, balance, now=now)
    told = _open(session, actor, balance, now=now)
    report = BalanceReport(plan.reports, made.directives, made.obligations, told)
    fact = OpeningBalanceEntered(
        subject_id=balance.id,
        sha256=sha256,
        rows=balance.rows,
        taken=balance.taken,
        doubtful=report.count(Fate.DOUBTFUL),
    )
    emit(session, fact, actor=actor, at=now)
    return report


@dataclass(slots=True)
class _Made:
    """What was written."""

    directives: int
    obligations: int


def _write(
    session: Session, actor: Actor, plan: BalancePlan, balance: OpeningBalance, *, now: datetime
) -> _Made:
    """Write the rows that are taken, a table at a time."""
    session.add(balance)
    session.flush()
    writer = _Writer(actor, plan, balance, now)
    counts = _items_of(session, plan)
    for entry in plan.entries:
        directive_id = writer.directive_of(entry)
        counts[directive_id] = counts.get(directive_id, 0) + 1
        writer.add(entry, directive_id, counts[directive_id])
    for into, rows in writer.rows.items():
        write_many(session, sa.insert(into), rows)
    measure_anew(session.connection(), directive, item, opening, obligation)
    facts = [DirectiveCarriedOver(subject_id=id_, items=count) for id_, count in writer.items.items()]
    emit_all(session, facts, actor=actor, at=now)
    return _Made(len(writer.rows[directive]), len(writer.rows[obligation]))


def _items_of(session: Session, plan: BalancePlan) -> dict[UUID, int]:
    """Return how many items the directives have that earlier imports made and that get more."""
    keys = {entry.document_key for entry in plan.entries}
    ids = [place.directive_id for key, place in plan.stored.documents.items() if key in keys]
    counted = (
        sa.select(item.c.directive_id, sa.func.count())
        .where(item.c.directive_id.in_([id_ for id_ in ids if id_ is not None]))
        .group_by(item.c.directive_id)
    )
    return dict(session.connection().execute(counted).all())


class _Writer:
    """Makes the rows of every table from the entries of a plan, as values: there may be many thousands.

    `items` are directive → how many items it gets.
    """

    def __init__(self, actor: Actor, plan: BalancePlan, balance: OpeningBalance, now: datetime) -> None:
        self._actor, self._plan, self._balance, self._now = actor, plan, balance, now
        self._made: dict[str, UUID] = {}
        self.items: dict[UUID, int] = {}
        self.rows: dict[sa.Table, list[dict[str, Any]]] = {into: [] for into in WRITTEN}

    def directive_of(self, entry: Entry) -> UUID:
        """Return the directive of an entry, made now or by an earlier import."""
        known = self._plan.stored.documents[entry.document_key].directive_id
        known = known or self._made.get(entry.document_key)
        if known is None:
            known = self._made[entry.document_key] = self._directive(entry)
        return known

    def add(self, entry: Entry, directive_id: UUID, number: int) -> None:
        """Make what one row gives."""
        item_id = self._item(entry, directive_id, number)
        self.items[directive_id] = self.items.get(directive_id, 0) + 1
        self.rows[opening].append(
            {
                "item_id": item_id,
                "register_id": self._actor.register_id,
                "balance_id": self._balance.id,
                "directive_id": directive_id,
                "row": entry.row.number,
                "row_key": entry.row_key,
                "document_key": entry.document_key,
                "facts": {"row": entry.row.number, "basis": _basis(entry), "standing": _standing(entry.row)},
            }
        )
        by_unit = self._assign(item_id, entry.leads.targets, AssignmentRole.LEAD)
        self._assign(item_id, entry.helpers.targets, AssignmentRole.COORDINATE)
        for unit_id, named in by_unit.items():
            duty_id = self._oblige(entry, directive_id, item_id, unit_id)
            self.rows[source] += [{"obligation_id": duty_id, "assignment_id": id_} for id_ in named]
        self.rows[coordination] += [
            {
                "id": new_id(self._now),
                "register_id": self._actor.register_id,
                "item_id": item_id,
                "unit_id": unit_id,
            }
            for unit_id in entry.helpers.units
            if unit_id not in by_unit
        ]

    def _directive(self, entry: Entry) -> UUID:
        row, document, id_ = entry.row, entry.document, new_id(self._now)
        subject = row.subject or shorten(row.text, SUBJECT_MAX)
        self.rows[directive].append(
            BLANK_DIRECTIVE
            | {
                "id": id_,
                "register_id": self._actor.register_id,
                "doc_type": document.doc_type,
                "number": document.number,
                "symbol": document.symbol,
                "year": entry.day.year,
                "issuer_key": fold(row.issuer),
                "issuing_body": row.issuer,
                "issuer_id": self._plan.units.one(row.issuer),
                "subject": subject,
                "folded": fold(f"{document.number or ''} {document.symbol or ''} {subject}"),
                "signed_on": entry.day,
                "issued_on": entry.day,
                "source": row.source or SOURCE,
                "text": document.written,
                "made_at": self._now,
                "issued_at": self._now,
            }
        )
        return id_

    def _item(self, entry: Entry, directive_id: UUID, number: int) -> UUID:
        id_, row = new_id(self._now), entry.row
        self.rows[item].append(
            TRACKED_ITEM
            | {
                "id": id_,
                "register_id": self._actor.register_id,
                "directive_id": directive_id,
                "position": number,
                "label": row.label or str(number),
                "locator": str(number),
                "text": row.text,
                "folded": fold(row.text),
                "deadline": row.deadline,
                "due_on": row.due_on,
                "units_from_id": id_,
            }
        )
        return id_

    def _assign(
        self, item_id: UUID, targets: Sequence[Target], role: AssignmentRole
    ) -> dict[UUID, list[UUID]]:
        """Name units and groups for an item; return unit → assignments."""
        by_unit: dict[UUID, list[UUID]] = {}
        for target in targets:
            id_, is_unit = new_id(self._now), target.kind == "unit"
            ids = {"unit_id": target.id if is_unit else None, "group_id": None if is_unit else target.id}
            self.rows[assignment].append({"id": id_, "item_id": item_id, "role": role} | ids)
            for unit_id in self._plan.units.behind(target):
                by_unit.setdefault(unit_id, []).append(id_)
        return by_unit

    def _oblige(self, entry: Entry, directive_id: UUID, item_id: UUID, unit_id: UUID) -> UUID:
        """Give a unit its duty, from the day of the document or else its own first day."""
        id_, standing = new_id(self._now), entry.standing
        self.rows[obligation].append(
            {
                "id": id_,
                "register_id": self._actor.register_id,
                "directive_id": directive_id,
                "item_id": item_id,
                "unit_id": unit_id,
                "period": "",
                "parent_id": NIL,
                "generation": 0,
                "version": 1,
                "state": standing.state,
                "assigned_on": max(entry.day, self._plan.units.lives[unit_id].valid_from),
                "original_due_on": entry.row.due_on,
                "due_on": entry.row.due_on,
                "done_on": standing.done_on,
                "percent": standing.percent,
                "reported_on": standing.done_on,
            }
        )
        if standing.done_on is not None:
            self._submit(id_, entry.row, standing.done_on)
        return id_

    def _submit(self, duty_id: UUID, row: BalanceRow, done_on: date) -> None:
        """Keep what showed that a duty was done, as accepted."""
        self.rows[submission].append(
            {
                "id": new_id(self._now),
                "obligation_id": duty_id,
                "text": _standing(row),
                "document": row.evidence,
                "submitted_on": done_on,
                "submitted_by": self._actor.principal_id,
                "submitted_at": self._now,
                "decision": Decision.ACCEPTED,
                "comment": "",
                "decided_by": self._actor.principal_id,
                "decided_at": self._now,
            }
        )


def _basis(entry: Entry) -> str:
    """Return the document in words."""
    document, issuer = entry.document, entry.row.issuer
    named = document.doc_type or "Văn bản"
    if document.number:
        named += f" số {document.number}/{document.symbol}"
    return f"{named} ngày {entry.day:%d/%m/%Y}" + (f" của {issuer}" if issuer else "")


def _standing(row: BalanceRow) -> str:
    """Return what the older register says of how the duty stands."""
    said = [row.status or "không ghi tình trạng", *([f"ghi chú: {row.note}"] if row.note else [])]
    return "; ".join(said)


def _open(session: Session, actor: Actor, balance: OpeningBalance, *, now: datetime) -> int:
    """Start the clocks and write the journal of the duties of an import; return how many go on."""
    mine = sa.select(opening.c.item_id).where(opening.c.balance_id == balance.id)
    which = obligation.c.item_id.in_(mine)
    since = sa.func.coalesce(obligation.c.done_on, obligation.c.assigned_on)
    know(session, which, effective_on=since, now=now)
    start_clocks(session, which, now=now)
    said = (
        sa.select(obligation.c.id, opening.c.facts)
        .join(opening, opening.c.item_id == obligation.c.item_id)
        .where(opening.c.balance_id == balance.id)
    )
    is_done = obligation.c.state == State.ACCEPTED
    emit_many(session, ObligationCarriedOver, said.where(~is_done), actor=actor, at=now)
    emit_many(session, ObligationCarriedOverDone, said.where(is_done), actor=actor, at=now)
    going_on = sa.select(sa.func.count()).select_from(obligation).where(which, ~is_done)
    return session.connection().execute(going_on).scalar_one()
