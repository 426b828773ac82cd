"""What a later document does to an issued directive: corrects, amends or revokes it (R4).

The text that was signed never changes. Open duties follow, all of a directive in a few statements; what was
done stays done. Every change names its legal basis, and every duty that ends says it in its journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.delegation import parts_end
from service.domain.directives import find_directive
from service.domain.ending import close_around
from service.domain.errors import DirectiveNotInForce, InvalidValue, UnknownReference
from service.domain.events.base import Event
from service.domain.events.directives import (
    Corrected,
    DirectiveAmended,
    DirectiveCorrected,
    DirectiveRevoked,
)
from service.domain.events.obligations import ObligationWithdrawn
from service.domain.history import remember_many
from service.domain.ids import new_id
from service.domain.items import Tree
from service.domain.lifecycle import LAW, Move, State
from service.domain.outbox import emit, emit_many, put_beside
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.readiness import load_tree
from service.domain.series import end_all, series
from service.domain.tables import (
    ChangeKind,
    Directive,
    DirectiveChange,
    DirectiveState,
    Item,
    Obligation,
    ObligationVersion,
    table,
)
from service.domain.tables import Event as EventRow
from service.domain.text import cited

obligation, history, event = table(Obligation), table(ObligationVersion), table(EventRow)

ENDED = {ChangeKind.REPLACE: "replaced", ChangeKind.REVOKE: "revoked"}
WITHDRAWABLE, _ = LAW[Move.WITHDRAW]


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a directive changes: a directive of the register, or a document outside it, and since when."""

    directive_id: UUID | None
    number: str
    symbol: str
    issued_on: date | None
    effective_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A slip of the pen: where it stands (None: in the directive itself), as it is and as it should be."""

    item: str | None
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Removal:
    """An item that is taken out, and the item of the basis directive that stands for it, if one does."""

    item: str
    superseded_by: str | None


def correct(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    basis: Basis,
    corrections: Sequence[Correction],
    *,
    version: int | None,
    now: datetime,
) -> int:
    """Record corrections beside the text (đính chính); no duty changes. Return 0 withdrawn duties.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        UnknownReference: An item or the basis is not in the register.
        InvalidValue: A wrong phrase does not stand where it is said to, or the basis makes no sense.
    """
    directive = in_force(session, actor, directive_id, version=version)
    items = {item.locator: item for item in load_tree(session, directive).items}
    _require_known("corrections", [c.item for c in corrections if c.item is not None], items)
    for each in corrections:
        text = f"{directive.subject}\n{directive.text}" if each.item is None else items[each.item].text
        if each.wrong not in text:
            raise InvalidValue(field="corrections", detail=f"the text does not say: {each.wrong}")
    details = [{"item": each.item, "wrong": each.wrong, "right": each.right} for each in corrections]
    change, named = record(session, actor, directive, ChangeKind.CORRECT, basis, details=details, now=now)
    said = [Corrected(item=each.item or "", wrong=each.wrong, right=each.right) for each in corrections]
    fact = DirectiveCorrected(subject_id=directive.id, change_id=change.id, basis=named, corrections=said)
    return close(session, actor, directive, fact, 0, now=now)


def amend(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    basis: Basis,
    removals: Sequence[Removal],
    *,
    version: int | None,
    now: datetime,
) -> int:
    """Take items out, with all below them; return how many open duties that withdrew.

    What is added, or stands instead, is an item of the amending directive, which gives its own duties.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        UnknownReference: An item, a superseding item or the basis is not in the register.
        InvalidValue: An item was taken out before, or the basis makes no sense.
    """
    directive = in_force(session, actor, directive_id, version=version)
    tree = load_tree(session, directive)
    items = {item.locator: item for item in tree.items}
    wanted = [removal.item for removal in removals]
    _require_known("take_out", wanted, items)
    again = sorted(set(wanted) & taken_out(session, directive))
    if again:
        raise InvalidValue(field="take_out", detail=f"taken out before: {', '.join(again)}")
    _require_superseding(session, basis, removals)
    details = [{"item": each.item, "superseded_by": each.superseded_by} for each in removals]
    change, named = record(session, actor, directive, ChangeKind.AMEND, basis, details=details, now=now)
    gone = _with_all_below(tree, [items[locator] for locator in wanted])
    which = sa.and_(obligation.c.directive_id == directive.id, obligation.c.item_id.in_(gone))
    end_all(session, series.c.item_id.in_(gone), on=basis.effective_on, change_id=change.id)
    count = withdraw_open(session, actor, which, basis, named, now=now)
    fact = DirectiveAmended(
        subject_id=directive.id, change_id=change.id, basis=named, items=wanted, withdrawn=count
    )
    return close(session, actor, directive, fact, count, now=now)


def revoke(
    session: Session, actor: Actor, directive_id: UUID, basis: Basis, *, version: int | None, now: datetime
) -> int:
    """End the directive; return how many open duties that withdrew.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        UnknownReference: The basis is not in the register.
        InvalidValue: The basis makes no sense.
    """
    directive = in_force(session, actor, directive_id, version=version)
    change, named = record(session, actor, directive, ChangeKind.REVOKE, basis, details=[], now=now)
    of_directive = series.c.directive_id == directive.id
    end_all(session, of_directive, on=basis.effective_on, change_id=change.id)
    count = withdraw_open(session, actor, obligation.c.directive_id == directive.id, basis, named, now=now)
    fact = DirectiveRevoked(subject_id=directive.id, change_id=change.id, basis=named, withdrawn=count)
    return close(session, actor, directive, fact, count, now=now)


def in_force(session: Session, actor: Actor, directive_id: UUID, *, version: int | None) -> Directive:
    """Return an issued directive that the actor may change, locked.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
    """
    actor.require(Action.CHANGE_ISSUED)
    directive = find_directive(session, actor, directive_id, version=version)
    if directive.state is not DirectiveState.ISSUED:
        raise DirectiveNotInForce(state=directive.state)
    ended = select(DirectiveChange.kind).where(
        DirectiveChange.directive_id == directive.id, col(DirectiveChange.kind).in_(ENDED)
    )
    kind = session.exec(ended).first()
    if kind is not None:
        raise DirectiveNotInForce(state=ENDED[ChangeKind(kind)])
    return directive


def record(
    session: Session,
    actor: Actor,
    directive: Directive,
    kind: ChangeKind,
    basis: Basis,
    *,
    details: list[dict[str, Any]],
    now: datetime,
) -> tuple[DirectiveChange, str]:
    """Keep a change with its basis; return it and the basis in words."""
    if basis.effective_on > office_day(now):
        raise InvalidValue(field="effective_on", detail="lies in the future; enter the change on its day")
    if directive.issued_on is not None and basis.effective_on < directive.issued_on:
        raise InvalidValue(field="effective_on", detail="lies before the directive was issued")
    document, named = _named(session, actor, directive, basis)
    change = DirectiveChange(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        kind=kind,
        basis_id=basis.directive_id,
        document=document,
        effective_on=basis.effective_on,
        reason=basis.reason,
        details=details,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(change)
    session.flush()
    return change, named


def _named(
    session: Session, actor: Actor, directive: Directive, basis: Basis
) -> tuple[dict[str, Any] | None, str]:
    """Return the outside document of a basis, if it is one, and the basis in words."""
    if basis.directive_id is None:
        day = basis.issued_on.isoformat() if basis.issued_on else None
        document = {"number": basis.number, "symbol": basis.symbol, "issued_on": day}
        return document, cited("", basis.number, basis.symbol, basis.issued_on)
    found = session.get(Directive, basis.directive_id)
    if found is None or found.register_id != actor.register_id:
        raise UnknownReference(field="basis", codes=[str(basis.directive_id)])
    if found.id == directive.id or found.state is not DirectiveState.ISSUED:
        raise InvalidValue(field="basis", detail="is not another issued directive")
    dated = found.signed_on or found.issued_on
    return None, cited(found.doc_type, found.number, found.symbol, dated)


def _require_known(field: str, wanted: Sequence[str], items: dict[str, Item]) -> None:
    missing = sorted(set(wanted) - items.keys())
    if missing:
        raise UnknownReference(field=field, codes=missing)


def _require_superseding(session: Session, basis: Basis, removals: Sequence[Removal]) -> None:
    wanted = {removal.superseded_by for removal in removals if removal.superseded_by}
    query = select(Item.locator).where(Item.directive_id == basis.directive_id, col(Item.locator).in_(wanted))
    there = set(session.exec(query))
    missing = sorted(wanted - there)
    if missing:
        raise UnknownReference(field="superseded_by", codes=missing)


def taken_out(session: Session, directive: Directive) -> set[str]:
    """Return the items that were taken out, without those below them."""
    earlier = select(DirectiveChange).where(
        DirectiveChange.directive_id == directive.id, DirectiveChange.kind == ChangeKind.AMEND
    )
    return {part["item"] for change in session.exec(earlier) for part in change.details}


def _with_all_below(tree: Tree, tops: Sequence[Item]) -> list[UUID]:
    ids = {top.id for top in tops}
    return [item.id for item in tree.items if any(step.id in ids for step in tree.lineage(item))]


def withdraw_open(
    session: Session,
    actor: Actor,
    which: sa.ColumnElement[bool],
    basis: Basis,
    named: str,
    *,
    now: datetime,
) -> int:
    """Withdraw every open duty of a condition, in the same few statements however many, and return how many.

    Parts that were handed on end with them, also those for which the condition does not hold.
    """
    connection = session.connection()
    is_open = sa.and_(which, obligation.c.state.in_(WITHDRAWABLE))
    subjects = sa.select(obligation.c.id).where(is_open)
    count = len(connection.execute(subjects.order_by(obligation.c.id).with_for_update()).all())
    reason = put_beside(session, f"{basis.reason} (theo {named})")
    said = sa.literal({"reason": reason}, event.c.payload.type)
    emit_many(session, ObligationWithdrawn, subjects.add_columns(said), actor=actor, at=now)
    close_around(session, actor, is_open, State.WITHDRAWN, now=now)
    taken = sa.update(obligation).where(is_open)
    connection.execute(taken.values(state=State.WITHDRAWN, done_on=None, version=obligation.c.version + 1))
    known = sa.exists().where(
        history.c.obligation_id == obligation.c.id, history.c.version == obligation.c.version
    )
    remember_many(session, sa.and_(which, ~known), effective_on=basis.effective_on, now=now)
    session.expire_all()
    parts_end(session, actor, sa.and_(which, obligation.c.state == State.WITHDRAWN), now=now)
    return count


def close(
    session: Session, actor: Actor, directive: Directive, fact: Event, count: int, *, now: datetime
) -> int:
    """Count the directive on and record what happened to it; return the count of duties concerned."""
    directive.version += 1
    session.flush()
    emit(session, fact, actor=actor, at=now)
    return count
