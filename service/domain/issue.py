"""Issue: the act that makes a draft binding and gives every unit its duty, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.deadlines import DeadlineRules, Rule, checked, due_minute, first_day, rule_of
from service.domain.directives import change_identity, find_directive, require_draft
from service.domain.errors import DirectiveIncomplete, DueBeforeAssigned, ItemsWithoutLead
from service.domain.events.directives import DirectiveIssued
from service.domain.expansion import units_of
from service.domain.ids import NIL, new_id
from service.domain.items import Tree
from service.domain.lifecycle import State
from service.domain.opening import open_duties
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.readiness import holders, load_tree, nobody_answers, undecided
from service.domain.recut_refusals import ItemsUndecided
from service.domain.series import begin_all, give_periods, give_to_leads, open_given, sets_deadline
from service.domain.sql import insert_from, new_ids
from service.domain.tables import (
    Assignment,
    AssignmentRole,
    Coordination,
    Directive,
    DirectiveState,
    Item,
    Obligation,
    ObligationSource,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Term,
    Unit,
    Waiver,
    table,
)
from service.domain.units import unit_by_code
from service.domain.workdays import WorkingDays, deadline_rules

item, assignment, obligation = table(Item), table(Assignment), table(Obligation)
source, coordination = table(ObligationSource), table(Coordination)
period = table(SeriesPeriod)
series, member, term = table(Series), table(SeriesUnit), table(Term)
EVERYTHING: sa.ColumnElement[bool] = sa.true()
ONCE = sa.or_(
    assignment.c.due_on.is_not(None),
    item.c.due_on.is_not(None),
    sa.exists().where(term.c.item_id == item.c.id),
    ~sa.exists().where(series.c.item_id == item.c.id),
)
"""A lead has one duty of the item: it has a day, waits for an event, or does not come again."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A directive that binds: how many obligations it made, how many have a deadline, how many are told."""

    directive: Directive
    obligations: int
    dated: int
    told: int


def issue(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    *,
    issuer_code: str,
    issued_on: date,
    number: str | None,
    waive: Sequence[tuple[str, str]],
    version: int | None,
    now: datetime,
) -> Issued:
    """Issue a draft: expand its groups as of the issue date and make the obligations.

    Args:
        session: The caller's transaction.
        actor: Who issues.
        directive_id: The draft.
        issuer_code: The unit that issues it.
        issued_on: Day of issue; may lie in the past, then no reminder of that past is sent.
        number: Its number, if it has one by now.
        waive: Warnings waved through: (code, reason).
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        ItemsWithoutLead: An item would have nobody who answers for it (R1); names every such item.
        ItemsUndecided: An item was split or joined and waits for a decision; names every such item.
        DirectiveIncomplete: It has no subject.
        DueBeforeAssigned: A deadline lies before the issue date and nobody waived that.
        DirectiveNotDraft: It was issued before.
    """
    actor.require(Action.ISSUE_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    issuer = unit_by_code(session, issuer_code, issued_on, field="issuer_code")
    if not directive.subject:
        raise DirectiveIncomplete(missing=["subject"])
    checked(issued_on)
    tree = load_tree(session, directive)
    _require_answers(session, directive, tree, issued_on)
    _settle_items(session, directive, tree, issued_on, waived={code for code, _ in waive})
    begun = begin_all(session, actor, tree, on=issued_on, now=now)
    _bind(session, directive, issuer, issued_on=issued_on, number=number, now=now)
    _waive(session, actor, directive, waive, now=now)
    once = oblige(session, directive, issued_on, now=now)
    count = once + give_periods(session, begun, series.c.directive_id == directive.id, now=now)
    fact = DirectiveIssued(
        subject_id=directive.id,
        issuer_id=issuer.id,
        issued_on=issued_on,
        obligations=count,
        waivers=[{"code": code, "reason": reason} for code, reason in waive],
    )
    emit(session, fact, actor=actor, at=now)
    made = obligation.c.directive_id == directive.id
    open_duties(session, actor, sa.and_(made, obligation.c.period == ""), effective_on=issued_on, now=now)
    open_given(session, actor, period.c.series_id.in_([one.id for one in begun]), now=now)
    dated = sa.select(sa.func.count()).where(made, obligation.c.due_on.is_not(None))
    return Issued(directive, count, session.connection().execute(dated).scalar_one(), told=count)


def _require_answers(session: Session, directive: Directive, tree: Tree, issued_on: date) -> None:
    """Refuse while nobody would answer for an item, or a person has yet to say who does or by when (R1)."""
    lost = nobody_answers(session, directive, tree, issued_on)
    if lost:
        raise ItemsWithoutLead(items=[found.locator for found in lost])
    if waiting := undecided(tree):
        raise ItemsUndecided(items=list(dict.fromkeys(each.item or "" for each in waiting)))


def _settle_items(
    session: Session, directive: Directive, tree: Tree, issued_on: date, *, waived: set[str]
) -> None:
    """Write on each item the day that holds for it and the item whose units hold for it (R2)."""
    calendar = WorkingDays(session, directive.register_id)
    rules = deadline_rules(session, directive.register_id)
    read = {
        row.id: rule_of(row.deadline, signed_on=directive.signed_on, issued_on=issued_on, rules=rules)
        for row in tree.items
    }
    own = {row.id: read[row.id] for row in tree.items if sets_deadline(row)}
    ends = {row.id: due_minute(row.deadline) for row in tree.items if row.id in own}
    units_from = holders(session, tree)
    early = []
    for row in tree.items:
        rule = tree.nearest(row, own)
        row.due_on = first_day(rule, issued_on=issued_on, add=calendar.after, rules=rules)
        row.due_minute = tree.nearest(row, ends)
        row.units_from_id = units_from.get(row.id)
        if row.is_tracked and rule is not None and rule.is_counted():
            session.add(_term(directive, row, rule, rules))
        if row.is_tracked and row.due_on is not None and row.due_on < issued_on:
            early.append(row.locator)
    if early and "deadline-before-issue" not in waived:
        raise DueBeforeAssigned(items=early, issued_on=issued_on)
    session.flush()


def _term(directive: Directive, row: Item, rule: Rule, rules: DeadlineRules) -> Term:
    return Term(
        item_id=row.id,
        directive_id=directive.id,
        start=rule.start,
        pace=rule.pace,
        days=rule.days,
        rolls=rule.rolls,
        from_on=rule.from_on,
        deemed_days=rules.receipt_deemed_days,
    )


def _bind(
    session: Session,
    directive: Directive,
    issuer: Unit,
    *,
    issued_on: date,
    number: str | None,
    now: datetime,
) -> None:
    directive.state = DirectiveState.ISSUED
    directive.issuer_id = issuer.id
    directive.issued_on = issued_on
    directive.issued_at = now
    directive.number = number or directive.number
    directive.version += 1
    change_identity(session, directive)
    session.flush()


def _waive(
    session: Session, actor: Actor, directive: Directive, waive: Sequence[tuple[str, str]], *, now: datetime
) -> None:
    for code, reason in waive:
        row = Waiver(
            id=new_id(now),
            directive_id=directive.id,
            code=code,
            reason=reason,
            waived_by=actor.principal_id,
            waived_at=now,
        )
        session.add(row)
    session.flush()


def oblige(
    session: Session,
    directive: Directive,
    issued_on: date,
    *,
    given: sa.ColumnElement[bool] = EVERYTHING,
    now: datetime,
) -> int:
    """Make obligations, their sources and coordinations, each in one statement.

    Who leads an item that comes again is from now on in its series; the duties of its periods are given
    by `give_periods`. `given` is a condition on item and assignment that leaves out what has its duties
    already.
    """
    connection = session.connection()
    pairs = units_of(session, directive.id, issued_on)
    tracked = sa.and_(item.c.directive_id == directive.id, item.c.is_tracked, given)
    leads = sa.and_(assignment.c.item_id == item.c.units_from_id, assignment.c.role == AssignmentRole.LEAD)
    due_on = sa.func.min(sa.func.coalesce(assignment.c.due_on, item.c.due_on))
    duty_id = new_ids(now, item.c.id, pairs.c.unit_id)
    duties = {
        "id": duty_id,
        "register_id": sa.literal(directive.register_id, sa.Uuid()),
        "directive_id": sa.literal(directive.id, sa.Uuid()),
        "item_id": item.c.id,
        "unit_id": pairs.c.unit_id,
        "period": sa.literal(""),
        "parent_id": sa.literal(NIL, sa.Uuid()),
        "generation": sa.literal(0),
        "version": sa.literal(1),
        "state": sa.literal(State.ASSIGNED.value),
        "assigned_on": sa.literal(issued_on, sa.Date()),
        "original_due_on": due_on,
        "due_on": due_on,
    }
    rows = (
        sa.select(*duties.values())
        .select_from(item)
        .join(assignment, leads)
        .join(pairs, pairs.c.assignment_id == assignment.c.id)
        .where(tracked, ONCE)
        .group_by(item.c.id, pairs.c.unit_id)
    )
    count = insert_from(connection, obligation, duties, rows)
    _name_sources(connection, pairs, duty_id, sa.and_(given, ONCE))
    give_to_leads(session, directive, pairs, issued_on, given=given)
    _name_coordinators(connection, directive, pairs, given, now=now)
    return count


def _name_sources(
    connection: sa.Connection,
    pairs: sa.CTE,
    duty_id: sa.ColumnElement[UUID],
    given: sa.ColumnElement[bool],
) -> None:
    """Write where each duty came from.

    `duty_id` is the expression that made the keys; it makes the same ones again, without a join.
    """
    named = (
        sa.select(duty_id, assignment.c.id)
        .select_from(pairs)
        .join(assignment, assignment.c.id == pairs.c.assignment_id)
        .join(item, item.c.units_from_id == assignment.c.item_id)
        .where(item.c.is_tracked, assignment.c.role == AssignmentRole.LEAD, given)
    )
    connection.execute(sa.insert(source).from_select(["obligation_id", "assignment_id"], named))


def _name_coordinators(
    connection: sa.Connection,
    directive: Directive,
    pairs: sa.CTE,
    given: sa.ColumnElement[bool],
    *,
    now: datetime,
) -> None:
    """Write who coordinates: once an item and unit, and not where the unit leads (R12)."""
    leads = sa.or_(
        sa.exists().where(obligation.c.item_id == item.c.id, obligation.c.unit_id == pairs.c.unit_id),
        sa.exists().where(
            series.c.item_id == item.c.id,
            member.c.series_id == series.c.id,
            member.c.unit_id == pairs.c.unit_id,
        ),
    )
    helping = (
        sa.select(
            new_ids(now, item.c.id, pairs.c.unit_id),
            sa.literal(directive.register_id, sa.Uuid()),
            item.c.id,
            pairs.c.unit_id,
        )
        .select_from(item)
        .join(assignment, assignment.c.item_id == item.c.units_from_id)
        .join(pairs, pairs.c.assignment_id == assignment.c.id)
        .where(
            item.c.directive_id == directive.id,
            item.c.is_tracked,
            assignment.c.role == AssignmentRole.COORDINATE,
            ~leads,
            given,
        )
        .group_by(item.c.id, pairs.c.unit_id)
    )
    connection.execute(
        sa.insert(coordination).from_select(["id", "register_id", "item_id", "unit_id"], helping)
    )
