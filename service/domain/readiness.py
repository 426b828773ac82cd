"""What is missing before a directive can be issued, and what looks wrong (R1, R5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.chains import HOLDS
from service.domain.deadlines import due_day
from service.domain.directives import find_directive
from service.domain.errors import InvalidValue
from service.domain.expansion import units_of
from service.domain.items import Tree
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.implementing import proposals
from service.domain.recurrence import MONTHS, begin_of, is_settled, periods, recurrence_of
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    Directive,
    Implementation,
    Item,
    Waiver,
    table,
)
from service.domain.text import cited
from service.domain.workdays import WorkingDays, deadline_rules

WITHOUT_LEAD = "items-without-lead"
assignment, items, link = table(Assignment), table(Item), table(Implementation)
origin = items.alias("origin")

PERIODS_SHOWN = 4
"""Periods of a rule that are looked through for those in which nothing is due."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a directive cannot be issued. `item` is a locator; None for the directive itself."""

    code: str
    item: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Warning:
    """What looks wrong; a person may wave it through with a reason, which is kept."""

    code: str
    item: str | None
    detail: str
    waived: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a directive can be issued."""

    ready: bool
    blockers: list[Blocker]
    warnings: list[Warning]


def report(session: Session, actor: Actor, directive_id: UUID, *, today: date) -> Readiness:
    """Return what keeps a directive from being issued on its date (or today), and what looks wrong."""
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=None)
    tree = load_tree(session, directive)
    issued_on = directive.issued_on or today
    blockers = [Blocker("subject-missing", None, "no subject")] if not directive.subject else []
    for item in nobody_answers(session, directive, tree, issued_on):
        blockers.append(Blocker(WITHOUT_LEAD, item.locator, "no unit answers for it"))
    waived = set(session.exec(select(Waiver.code).where(Waiver.directive_id == directive.id)))
    blockers += undecided(tree)
    doubts, unreadable = _doubts(session, directive, tree, issued_on)
    blockers += unreadable
    found = [*_findings(directive), *doubts, *_unlinked(session, actor, directive)]
    warnings = [Warning(code, item, detail, code in waived) for code, item, detail in found]
    return Readiness(not blockers, blockers, warnings)


def load_tree(session: Session, directive: Directive) -> Tree:
    """Return the items of a directive."""
    return Tree(session.exec(select(Item).where(Item.directive_id == directive.id)).all())


def holders(session: Session, tree: Tree) -> dict[UUID, UUID]:
    """Return, for every item, the item whose lead assignments hold for it: itself or an ancestor (R2)."""
    ids = [item.id for item in tree.items]
    with_lead = select(Assignment.item_id).where(
        col(Assignment.item_id).in_(ids), col(Assignment.role) == AssignmentRole.LEAD
    )
    own = {item_id: item_id for item_id in session.exec(with_lead)}
    found = ((item.id, tree.nearest(item, own)) for item in tree.items)
    return {item_id: holder for item_id, holder in found if holder is not None}


def nobody_answers(session: Session, directive: Directive, tree: Tree, day: date) -> list[Item]:
    """Return the items for which no unit would answer if the directive were issued on a day (R1)."""
    pairs = units_of(session, directive.id, day)
    alive = (
        sa.select(assignment.c.item_id)
        .join(pairs, pairs.c.assignment_id == assignment.c.id)
        .where(assignment.c.role == AssignmentRole.LEAD)
        .distinct()
    )
    answered = set(session.connection().execute(alive).scalars())
    by_item = holders(session, tree)
    lost = {item.id for item in tree.tracked() if by_item.get(item.id) not in answered}
    lost |= {item.id for item in tree.uncovered()}
    return [item for item in tree.items if item.id in lost]


def undecided(tree: Tree) -> list[Blocker]:
    """Return what a person has yet to decide of items that were split or joined."""
    units = [
        Blocker("units-undecided", item.locator, "split or joined: who answers for it is not clear")
        for item in tree.items
        if item.units_undecided
    ]
    deadlines = [
        Blocker("deadline-undecided", item.locator, "; ".join(_written(item.deadline_choices)))
        for item in tree.items
        if item.deadline_choices
    ]
    return units + deadlines


def _written(readings: list[dict[str, Any]]) -> Iterator[str]:
    """Give readings in the words of the document, or by their kind and day."""
    for reading in readings:
        yield str(reading.get("text") or reading.get("iso") or reading.get("kind") or "none")


def _findings(directive: Directive) -> Iterator[tuple[str, str | None, str]]:
    for finding in directive.findings:
        if finding.get("severity") != "info":
            yield finding["code"], finding.get("where"), finding.get("message", "")


Doubt = tuple[str, str | None, str]
"""Code, item, detail."""


def _doubts(
    session: Session, directive: Directive, tree: Tree, issued_on: date
) -> tuple[list[Doubt], list[Blocker]]:
    """Return the warnings that depend on the registry and the calendar of today, and the items whose
    deadline nobody could count."""
    assigned = set(
        session.exec(
            select(Assignment.item_id).where(col(Assignment.item_id).in_([i.id for i in tree.items]))
        )
    )
    calendar = WorkingDays(session, directive.register_id)
    rules = deadline_rules(session, directive.register_id)
    above = _origin_days(session, directive)
    doubts, unreadable = list[Doubt](), list[Blocker]()
    for item in tree.items:
        if item.id not in assigned and not item.is_closing:
            doubts += _doubts_of_mentions(item)
        try:
            doubts += _doubts_of_rules(item, issued_on)
            due_on = due_day(
                item.deadline,
                signed_on=directive.signed_on,
                issued_on=issued_on,
                add=calendar.after,
                rules=rules,
            )
        except InvalidValue as refused:
            unreadable.append(Blocker("deadline-unreadable", item.locator, refused.detail))
            continue
        if due_on is not None:
            doubts += _doubts_of_day(item, due_on, issued_on, calendar, tree.nearest(item, above))
    return doubts, unreadable


def _doubts_of_mentions(item: Item) -> Iterator[Doubt]:
    """Give the warnings about units that the text names and nobody has assigned."""
    for mention in item.mentions:
        names = ", ".join(candidate["name"] for candidate in mention["candidates"])
        if not mention["candidates"]:
            yield "recipient-unknown", item.locator, mention["unit"]
        elif not mention["certain"]:
            yield "recipient-ambiguous", item.locator, f"{mention['unit']}: {names}"


def _doubts_of_day(
    item: Item, due_on: date, issued_on: date, calendar: WorkingDays, origin_due_on: date | None
) -> Iterator[Doubt]:
    """Give the warnings about a due day."""
    if due_on < issued_on:
        yield "deadline-before-issue", item.locator, due_on.isoformat()
    elif calendar.is_off(due_on):
        yield "deadline-on-day-off", item.locator, due_on.isoformat()
    if origin_due_on is not None and due_on > origin_due_on:
        yield "deadline-after-origin", item.locator, f"{due_on.isoformat()} > {origin_due_on.isoformat()}"


def _origin_days(session: Session, directive: Directive) -> dict[UUID, date]:
    """Return, for every item that carries out others, the first day on which one of those is due."""
    query = (
        sa.select(items.c.id, sa.func.min(origin.c.due_on).label("due_on"))
        .join(link, link.c.item_id == items.c.id)
        .join(origin, origin.c.id == link.c.origin_id)
        .where(items.c.directive_id == directive.id, HOLDS, origin.c.due_on.is_not(None))
        .group_by(items.c.id)
    )
    return {row.id: row.due_on for row in session.connection().execute(query)}


def _unlinked(session: Session, actor: Actor, directive: Directive) -> Iterator[tuple[str, str | None, str]]:
    """Give the directives that the basis names and a register holds, while nothing is linked to them."""
    for row, _ in proposals(session.connection(), actor, directive.id, directive.basis):
        yield "origin-not-linked", None, cited(row.doc_type, row.number, row.symbol, row.issued_on)


def _doubts_of_rules(item: Item, issued_on: date) -> Iterator[Doubt]:
    """Give the warnings about the rules by which an item comes again."""
    for reading in (item.deadline, *item.more_deadlines):
        if reading.get("kind") != "recurring":
            continue
        if not is_settled(reading):
            yield "recurrence-unsettled", item.locator, str(reading.get("text") or "")
            continue
        rule = recurrence_of(reading.get("rule"))
        year = islice(periods(rule, begin_of(rule, issued_on)), PERIODS_SHOWN)
        skipped = [each.key for each in year if each.named is None] if rule.freq in MONTHS else []
        if skipped:
            yield "recurrence-skips", item.locator, ", ".join(skipped)
