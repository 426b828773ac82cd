"""The values that the taken rows of an older register give to every table; there may be many thousands."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.balance_file import BalanceRow
from service.domain.balance_plan import BalancePlan, Entry
from service.domain.balance_units import Target
from service.domain.commitments import Beside, beside, committed
from service.domain.ids import NIL, new_id
from service.domain.people import Actor
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    Coordination,
    Decision,
    Directive,
    DirectiveState,
    FactText,
    Item,
    Obligation,
    ObligationSource,
    OpeningBalance,
    OpeningRow,
    Submission,
    table,
)
from service.domain.text import fold, shorten

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
submission, coordination, fact_text = table(Submission), table(Coordination), table(FactText)
WRITTEN = (fact_text, directive, item, opening, assignment, obligation, source, submission, coordination)
"""Tables in the order in which they need each other."""


class BalanceRows:
    """Makes values from the entries of a plan.

    Attributes:
        rows: Values by table, in the order in which the tables need each other.
        added: Directive → how many items it gets.
    """

    def __init__(
        self,
        actor: Actor,
        plan: BalancePlan,
        balance: OpeningBalance,
        items: Mapping[UUID, int],
        now: datetime,
    ) -> None:
        """`items`: how many items the directives have by now."""
        self._actor, self._units, self._balance, self._now = actor, plan.units, balance, now
        taken = plan.stored.documents.items()
        self._directives = {key: place.directive_id for key, place in taken if place.directive_id}
        self._items = items
        self._texts: dict[str, Beside] = {}
        self.added: dict[UUID, int] = {}
        self.rows: dict[sa.Table, list[dict[str, Any]]] = {into: [] for into in WRITTEN}

    def add(self, entry: Entry) -> None:
        """Make what one row gives."""
        directive_id = self._directives.get(entry.document_key)
        if directive_id is None:
            directive_id = self._directives[entry.document_key] = self._directive(entry)
        self.added[directive_id] = self.added.get(directive_id, 0) + 1
        number = self._items.get(directive_id, 0) + self.added[directive_id]
        item_id = self._item(entry, directive_id, number)
        self.rows[opening].append(
            {
                "item_id": item_id,
                "register_id": self._actor.register_id,
                "balance_id": self._balance.id,
                "directive_id": directive_id,
                "row": entry.row.number,
                "row_key": entry.row_key,
                "document_key": entry.document_key,
                "facts": {
                    "row": entry.row.number,
                    "basis": self._beside(_basis(entry)),
                    "standing": self._beside(_standing(entry.row)),
                },
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

    def _beside(self, text: str) -> dict[str, str]:
        """Return how a fact speaks of a text, which is put beside; rows that say the same share it."""
        if text not in self._texts:
            self._texts[text] = beside(text)
            self.rows[fact_text].append(self._texts[text]._asdict())
        return committed(self._texts[text])

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
                "issuer_id": self._units.one(row.issuer),
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
            for unit_id in self._units.behind(target):
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
                "assigned_on": max(entry.day, self._units.lives[unit_id].valid_from),
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
