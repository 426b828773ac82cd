"""A directive takes the place of another: open duties are carried over, end or stay, item by item (R4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.changes import Basis, Removal, amend, close, in_force, record, withdraw_open
from service.domain.deadline_changes import days_given_later
from service.domain.deadlines import Start
from service.domain.errors import InvalidValue, UnknownReference
from service.domain.escalation import WatchKind
from service.domain.events.deadlines import DueDayMoved
from service.domain.events.directives import DirectiveReplaced
from service.domain.events.transfers import ObligationCarriedOver, ObligationReplaced
from service.domain.history import remember_many
from service.domain.ids import NIL
from service.domain.items import Tree
from service.domain.lifecycle import HELD, WORKING, State
from service.domain.outbox import emit_many, put_beside
from service.domain.people import Actor
from service.domain.readiness import load_tree
from service.domain.series import end_all, series
from service.domain.sql import json_text
from service.domain.tables import (
    ChangeKind,
    DirectiveChange,
    Item,
    ItemOutcome,
    Obligation,
    ObligationVersion,
    Predecessor,
    ReplacedItem,
    Term,
    table,
)
from service.domain.transfer import pass_on
from service.domain.watching import begin_round, stop_kind

obligation, history, item = table(Obligation), table(ObligationVersion), table(Item)
link, replaced, into = table(Predecessor), table(ReplacedItem), table(Item).alias("into")
term = table(Term)


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What becomes of the open duties of an item and of all below it; `into` is an item of the new directive.

    A decision about an item below outranks that of the item above.
    """

    item: str
    outcome: ItemOutcome
    into: str | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A directive that the one being issued replaces, why, and what becomes of its items."""

    directive_id: UUID
    reason: str
    decisions: Sequence[ItemDecision]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A directive that the one being issued takes items out of, and why."""

    directive_id: UUID
    reason: str
    removals: Sequence[Removal]


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many open duties a replacement withdrew, carried over and kept.

    `waiting` of the first two had been handed in and were not answered.
    """

    withdrawn: int
    carried_over: int
    kept: int
    waiting: int


def replace(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    basis: Basis,
    decisions: Sequence[ItemDecision],
    *,
    version: int | None,
    now: datetime,
) -> Replaced:
    """Let a later document take the directive's place; what no decision names ends.

    A duty that is carried over ends, and goes on in the unit's duty of the new item, or in one that is made
    for it, begun anew: with the new item's day, with the one that is counted from an event, or else with the
    old one. Both journals say so.

    Raises:
        DirectiveNotInForce: It is a draft, or was replaced or revoked.
        UnknownReference: The basis, an item or an item of the basis is not in the register.
        InvalidValue: The basis makes no sense, an item is decided twice, or duties would go on under an item
            that is not tracked.
    """
    directive = in_force(session, actor, directive_id, version=version)
    tree = load_tree(session, directive)
    fates = _fates(session, tree, basis, decisions)
    details = [{"item": each.item, "outcome": str(each.outcome), "into": each.into} for each in decisions]
    change, named = record(session, actor, directive, ChangeKind.REPLACE, basis, details=details, now=now)
    session.add_all(
        ReplacedItem(change_id=change.id, item_id=item_id, outcome=outcome, into_id=into_id)
        for item_id, (outcome, into_id) in fates.items()
    )
    session.flush()
    of_directive = series.c.directive_id == directive.id
    end_all(session, of_directive, on=change.effective_on, change_id=change.id)
    mine = obligation.c.directive_id == directive.id
    kept = obligation.c.item_id.in_(_decided(change, ItemOutcome.KEEP))
    waiting = _count(session, mine, ~kept, obligation.c.state == State.SUBMITTED)
    moved = days_given_later(session, basis.directive_id) if basis.directive_id else {}
    carried_over = _carry_over(session, actor, change, f"{basis.reason} (theo {named})", moved, now=now)
    result = Replaced(
        withdrawn=withdraw_open(session, actor, sa.and_(mine, ~kept), basis, named, now=now),
        carried_over=carried_over,
        kept=_count(session, mine, kept, obligation.c.state.in_(HELD), obligation.c.parent_id == NIL),
        waiting=waiting,
    )
    fact = DirectiveReplaced(
        subject_id=directive.id,
        change_id=change.id,
        basis=named,
        withdrawn=result.withdrawn,
        carried_over=result.carried_over,
        kept=result.kept,
    )
    close(session, actor, directive, fact, result.withdrawn, now=now)
    return result


def supersede(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    replacements: Sequence[Replacement],
    amendments: Sequence[Amendment],
    *,
    issued_on: date,
    now: datetime,
) -> tuple[list[Replaced], list[int]]:
    """Let a directive that was just issued replace and amend others, from its day of issue.

    Returns:
        What each replacement did, and how many open duties each amendment withdrew.

    Raises what `replace` and `changes.amend` raise.
    """

    def basis(reason: str) -> Basis:
        return Basis(directive_id, "", "", None, issued_on, reason)

    done = [
        replace(session, actor, each.directive_id, basis(each.reason), each.decisions, version=None, now=now)
        for each in replacements
    ]
    withdrawn = [
        amend(session, actor, each.directive_id, basis(each.reason), each.removals, version=None, now=now)
        for each in amendments
    ]
    return done, withdrawn


def _fates(
    session: Session, tree: Tree, basis: Basis, decisions: Sequence[ItemDecision]
) -> dict[UUID, tuple[ItemOutcome, UUID | None]]:
    """Return what becomes of the duties of every tracked item."""
    items = {each.locator: each for each in tree.items}
    names = [decision.item for decision in decisions]
    missing = sorted(set(names) - items.keys())
    if missing:
        raise UnknownReference(field="items", codes=missing)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValue(field="items", detail=f"decided twice: {', '.join(twice)}")
    heirs = _new_items(session, basis, [decision.into for decision in decisions if decision.into])
    said = {
        items[decision.item].id: (decision.outcome, heirs[decision.into] if decision.into else None)
        for decision in decisions
    }
    ends = (ItemOutcome.END, None)
    return {each.id: tree.nearest(each, said) or ends for each in tree.tracked()}


def _new_items(session: Session, basis: Basis, names: Sequence[str]) -> Mapping[str, UUID]:
    """Return the items of the new directive under which duties go on."""
    if not names:
        return {}
    rows = session.exec(select(Item).where(Item.directive_id == basis.directive_id))
    found = {row.locator: row for row in rows}
    missing = sorted(set(names) - found.keys())
    if missing:
        raise UnknownReference(field="into", codes=missing)
    untracked = sorted({name for name in names if not found[name].is_tracked})
    if untracked:
        raise InvalidValue(field="into", detail=f"nobody follows {', '.join(untracked)}: it is not tracked")
    return {name: found[name].id for name in names}


def _decided(change: DirectiveChange, outcome: ItemOutcome) -> sa.Select[tuple[UUID]]:
    """Return the items with one outcome."""
    return sa.select(replaced.c.item_id).where(
        replaced.c.change_id == change.id, replaced.c.outcome == outcome.value
    )


def _count(session: Session, *which: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(obligation).where(*which)
    return int(session.connection().execute(query).scalar_one())


def _carry_over(
    session: Session,
    actor: Actor,
    change: DirectiveChange,
    reason: str,
    moved: Mapping[str, date],
    *,
    now: datetime,
) -> int:
    """Pass every open duty of the items that are carried over on to the same unit, under the new item.

    Its day is that of the new item as it holds now: a later document may have `moved` it. An item whose day
    is counted from an event says how the day comes, so that no old day holds under it.
    """
    cases = {locator: sa.literal(day, sa.Date()) for locator, day in moved.items()}
    due_on = sa.case(cases, value=into.c.locator, else_=into.c.due_on) if cases else into.c.due_on
    by_event = sa.exists().where(term.c.item_id == into.c.id, term.c.start == Start.EVENT)
    pairs = (
        sa.select(
            obligation.c.id.label("obligation_id"),
            obligation.c.unit_id,
            into.c.directive_id,
            into.c.id.label("item_id"),
            due_on.label("due_on"),
            sa.case((by_event, 1), else_=0).label("by_event"),
        )
        .join(replaced, replaced.c.item_id == obligation.c.item_id)
        .join(into, into.c.id == replaced.c.into_id)
        .where(replaced.c.change_id == change.id, obligation.c.parent_id == NIL)
    )
    facts = (ObligationReplaced, ObligationCarriedOver)
    heirs, on = pairs.subquery("heirs"), change.effective_on
    count = pass_on(session, actor, heirs, on=on, basis=reason, afresh=True, facts=facts, now=now)
    _keep_days(session, actor, change, pairs.where(due_on.is_(None), ~by_event), reason, now=now)
    return count


def _keep_days(
    session: Session,
    actor: Actor,
    change: DirectiveChange,
    pairs: sa.Select[Any],
    reason: str,
    *,
    now: datetime,
) -> None:
    """Let the old day hold for duties that others went on in: the items of these pairs set none."""
    undated = pairs.subquery("undated")
    joined = sa.and_(link.c.joined, link.c.predecessor_id.in_(sa.select(undated.c.obligation_id)))
    before = obligation.alias("before")

    def first(column: str) -> sa.ScalarSelect[date]:
        return (
            sa.select(sa.func.min(before.c[column]))
            .join(link, link.c.predecessor_id == before.c.id)
            .where(link.c.obligation_id == obligation.c.id, joined)
            .correlate(obligation)
            .scalar_subquery()
        )

    takes = sa.and_(
        obligation.c.id.in_(sa.select(link.c.obligation_id).where(joined)), obligation.c.state.in_(WORKING)
    )
    moved = sa.update(obligation).where(takes, obligation.c.due_on.is_(None), first("due_on").is_not(None))
    session.connection().execute(
        moved.values(
            due_on=first("due_on"),
            original_due_on=first("original_due_on"),
            version=obligation.c.version + 1,
        )
    )
    session.expire_all()
    known = sa.exists().where(
        history.c.obligation_id == obligation.c.id, history.c.version == obligation.c.version
    )
    changed = sa.and_(takes, ~known)
    stop_kind(session, WatchKind.SILENCE, changed, now=now)
    begin_round(session, WatchKind.DEADLINE, changed, now=now)
    rest = {"change_id": str(change.id), "basis": put_beside(session, reason), "reason": ""}
    said = json_text(sa.cast(obligation.c.due_on, sa.Text), "due_on", rest)
    facts = sa.select(obligation.c.id, said).where(changed)
    emit_many(session, DueDayMoved, facts, actor=actor, at=now)
    remember_many(session, changed, effective_on=change.effective_on, now=now)
