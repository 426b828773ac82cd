"""What may still be done to an issued directive: which forms its page shows, and what each does when sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from service.domain import changes
from service.domain.afterthoughts import assign_late
from service.domain.changes import Basis, Correction, Removal
from service.domain.deadline_changes import ChangeOrder, change_deadlines
from service.domain.deadlines import DAYS_MAX
from service.domain.errors import InvalidValue
from service.domain.escalation import Pace
from service.domain.occurrences import OccurrenceOrder, record_occurrence
from service.domain.permissions import Action
from service.domain.reading.directive_changes import OpenItem
from service.domain.reading.directives import ItemRow, Whole
from service.domain.tables import ChangeKind
from service.domain.text import cited
from service.web.admin.fields import Filled
from service.web.desk_forms import orders_of, version_of
from service.web.desk_words import naming
from service.web.language import marked
from service.web.visitor import Visitor

TEXT_MAX, NUMBER_MAX, SYMBOL_MAX = 20_000, 40, 80
CORRECTIONS_MAX = 3
"""Places that one form corrects."""

ORDER = ("assign", "deadline", "occurrence", "correct", "amend", "revoke")
"""The deeds in the order in which an office needs them."""

LIKELY = ("occurrence", "assign", "deadline")
"""The first of these that is possible stands open: what is waited for comes first."""


def may_change(visitor: Visitor) -> bool:
    """Return if somebody may do something to an issued directive."""
    return visitor.may(Action.CHANGE_ISSUED) or visitor.may(Action.CHANGE_DEADLINE)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued directive, its items with open duties, and those whose deadline waits for an event."""

    whole: Whole
    open: Mapping[UUID, OpenItem]
    waits: Mapping[UUID, int | None]

    @property
    def ended_by(self) -> ChangeKind | None:
        """Return what ended the directive; None while it is in force."""
        mine = (each for each in self.whole.changes if each.directive_id == self.whole.row.id)
        return next((each.kind for each in mine if each.kind in changes.ENDED), None)

    @property
    def duties(self) -> int:
        """Return how many duties are open."""
        return sum(each.duties for each in self.open.values())

    @property
    def asks_days(self) -> bool:
        """Return if the letter leaves open how long after the event something is due."""
        return any(self.waits[each.id] is None for each in self.waiting())

    def movable(self) -> list[ItemRow]:
        """Return the items whose deadline may be changed: they have open duties that do not come again."""
        return [each for each in self.whole.items if each.id in self.open and self.open[each.id].once]

    def waiting(self) -> list[ItemRow]:
        """Return the items with open duties whose deadline waits for an event."""
        return [each for each in self.whole.items if each.id in self.waits and each.id in self.open]

    def left(self) -> list[ItemRow]:
        """Return the items that were not taken out, nor any above them."""
        out = self._taken_out()
        return [each for each in self.whole.items if not each.is_closing and each.id not in out]

    def givable(self) -> list[ItemRow]:
        """Return the items that further units may get: not followed yet, or with leads of their own."""
        leads = {
            item_id for item_id, orders in self.whole.assignments.items() for o in orders if o.role == "lead"
        }
        return [each for each in self.left() if not each.is_tracked or each.id in leads]

    def _taken_out(self) -> set[UUID]:
        named = {
            part["item"]
            for each in self.whole.changes
            if each.kind is ChangeKind.AMEND and each.directive_id == self.whole.row.id
            for part in each.details
        }
        out: set[UUID] = set()
        for item in self.whole.items:
            if item.locator in named or item.parent_id in out:
                out.add(item.id)
        return out


def possible(visitor: Visitor, issued: Issued) -> list[str]:
    """Return the deeds that a visitor may do now, in the order of the page."""
    found = set()
    if visitor.may(Action.CHANGE_ISSUED) and issued.ended_by is None:
        found = {"correct", "revoke"} | ({"assign"} if issued.givable() else set())
        found |= {"amend"} if issued.left() else set()
    if visitor.may(Action.CHANGE_DEADLINE):
        found |= ({"deadline"} if issued.movable() else set()) | (
            {"occurrence"} if issued.waiting() else set()
        )
    return [deed for deed in ORDER if deed in found]


def likely(deeds: Sequence[str]) -> str:
    """Return the deed that stands open."""
    return next((deed for deed in LIKELY if deed in deeds), "")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent about one directive, to be carried out or `only_looks` at what that would do."""

    visitor: Visitor
    session: Session
    directive_id: UUID
    only_looks: bool

    @property
    def said(self) -> Filled:
        """Return what was written."""
        return Filled(self.visitor.form)

    def to_directive(self) -> dict[str, Any]:
        """Return what every action takes."""
        return {"version": version_of(self.visitor.form), "now": self.visitor.now}

    def items(self) -> list[str]:
        """Return the items that were ticked.

        Raises:
            InvalidValue: None is.
        """
        chosen = self.visitor.form.getlist("item")
        if not chosen:
            raise InvalidValue(field="chosen", detail="no item")
        return chosen

    def document(self) -> tuple[str, str, date | None]:
        """Return number, symbol and day of a document outside the register, as far as they were written."""
        said = self.said
        return said.line("number", NUMBER_MAX), said.line("symbol", SYMBOL_MAX), said.day("issued_on")

    def source(self) -> tuple[UUID | None, str, str, date | None]:
        """Return the document that a change rests on: one of the register, or one outside it.

        Raises:
            InvalidValue: Neither is named, or both are.
        """
        number, symbol, day = self.document()
        chosen = self.said.id("basis_id") if self.said.line("basis_id") else None
        is_outside = bool(number or symbol) and day is not None
        if is_outside == (chosen is not None) or (chosen and (number or symbol or day)):
            raise InvalidValue(field="basis", detail="one of the register, or number or symbol and day")
        return chosen, number, symbol, day

    def basis(self) -> Basis:
        """Return why the directive changes, and since when."""
        reason = self.said.needed("reason", TEXT_MAX)
        return Basis(*self.source(), self.said.needed_day("effective_on"), reason)

    def require_understood(self) -> None:
        """Return if it is only looked at, or said to be understood as what cannot be taken back.

        Raises:
            InvalidValue: It is not.
        """
        if not (self.only_looks or self.said.ticked("understood")):
            raise InvalidValue(field="understood", detail="not ticked")


def _assign(sent: Sent) -> int:
    return assign_late(
        sent.session,
        sent.visitor.actor,
        sent.directive_id,
        sent.said.needed("item"),
        sent.basis(),
        orders=orders_of(sent.visitor.form, naming(sent.visitor, sent.session)),
        **sent.to_directive(),
    )


def _deadline(sent: Sent) -> int:
    basis_id, number, symbol, day = sent.source()
    order = ChangeOrder(
        items=sent.items(),
        due_on=sent.said.needed_day("due_on"),
        basis_directive_id=basis_id,
        basis="" if basis_id else cited("", number, symbol, day),
        reason=sent.said.line("reason", TEXT_MAX),
    )
    done = change_deadlines(sent.session, sent.visitor.actor, sent.directive_id, order, **sent.to_directive())
    return done.obligations


def _occurrence(sent: Sent) -> int:
    said = sent.said
    number, symbol, day = sent.document()
    document = {"number": number, "symbol": symbol, "issued_on": day.isoformat() if day else None}
    order = OccurrenceOrder(
        name=said.needed("event"),
        happened_on=said.needed_day("happened_on"),
        document=document if any(document.values()) else None,
        items=sent.items(),
        days=said.number("days", 0, DAYS_MAX) if said.line("days") else None,
        pace=Pace.WORKING_DAYS if said.line("pace") == Pace.WORKING_DAYS else Pace.DAYS,
    )
    done = record_occurrence(
        sent.session, sent.visitor.actor, sent.directive_id, order, **sent.to_directive()
    )
    return done.obligations


def _correct(sent: Sent) -> int:
    said, found = sent.said, list[Correction]()
    for number in range(CORRECTIONS_MAX):
        wrong, right = (said.line(f"{name}.{number}", TEXT_MAX) for name in ("wrong", "right"))
        if bool(wrong) != bool(right):
            raise InvalidValue(field="wrong", detail="one of both is missing")
        if wrong:
            found.append(Correction(said.line(f"place.{number}") or None, wrong, right))
    if not found:
        raise InvalidValue(field="wrong", detail="nothing is written")
    return changes.correct(
        sent.session, sent.visitor.actor, sent.directive_id, sent.basis(), found, **sent.to_directive()
    )


def _amend(sent: Sent) -> int:
    basis, gone = sent.basis(), [Removal(item, superseded_by=None) for item in sent.items()]
    sent.require_understood()
    return changes.amend(
        sent.session, sent.visitor.actor, sent.directive_id, basis, gone, **sent.to_directive()
    )


def _revoke(sent: Sent) -> int:
    basis = sent.basis()
    sent.require_understood()
    return changes.revoke(sent.session, sent.visitor.actor, sent.directive_id, basis, **sent.to_directive())


@dataclass(frozen=True, slots=True)
class Deed:
    """What a form does to how many duties; what is said of it when it is done, and when it is only seen."""

    act: Callable[[Sent], int]
    done: str
    would: str


DEEDS: Mapping[str, Deed] = {
    "assign": Deed(
        _assign,
        marked("Đã giao bổ sung. Số nhiệm vụ mới: %(count)s."),
        marked("Số nhiệm vụ mới sẽ được giao: %(count)s."),
    ),
    "deadline": Deed(
        _deadline,
        marked("Đã đổi thời hạn. Số nhiệm vụ đổi hạn: %(count)s."),
        marked("Số nhiệm vụ sẽ đổi hạn: %(count)s."),
    ),
    "occurrence": Deed(
        _occurrence,
        marked("Đã ghi nhận sự việc. Số nhiệm vụ bắt đầu tính hạn: %(count)s."),
        marked("Số nhiệm vụ sẽ bắt đầu tính hạn: %(count)s."),
    ),
    "correct": Deed(
        _correct,
        marked("Đã ghi đính chính. Lời văn đã ký giữ nguyên, đính chính đứng bên cạnh."),
        marked("Đính chính không làm nhiệm vụ nào thay đổi."),
    ),
    "amend": Deed(
        _amend,
        marked("Đã ghi việc bỏ mục. Số nhiệm vụ thu hồi: %(count)s."),
        marked("Số nhiệm vụ sẽ bị thu hồi: %(count)s."),
    ),
    "revoke": Deed(
        _revoke,
        marked("Đã ghi việc bãi bỏ văn bản. Số nhiệm vụ thu hồi: %(count)s."),
        marked("Số nhiệm vụ sẽ bị thu hồi: %(count)s."),
    ),
}
