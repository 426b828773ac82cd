"""Passing duties on: another unit, or the same one under another item, goes on with them (R20).

Both duties show where they came from and went.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.delegation import parts_end
from service.domain.ending import close_around
from service.domain.escalation import Outcome, WatchKind
from service.domain.events.base import Event
from service.domain.events.obligations import ObligationAssigned, ObligationReopened, ObligationSentBack
from service.domain.events.transfers import ObligationInherited, ObligationTransferred
from service.domain.history import remember_many
from service.domain.ids import new_id
from service.domain.lifecycle import LAW, OPEN, Move, State
from service.domain.opening import open_duties
from service.domain.outbox import emit_many, put_beside
from service.domain.people import Actor
from service.domain.sql import insert_from, json_text, new_ids
from service.domain.tables import Event as EventRow
from service.domain.tables import (
    Obligation,
    ObligationSource,
    Outbox,
    Predecessor,
    Reminder,
    Submission,
    SubmissionFile,
    Suspension,
    Unit,
    table,
)
from service.domain.watching import begin_round, stop_all

obligation, link, source = table(Obligation), table(Predecessor), table(ObligationSource)
suspension = table(Suspension)
submission, submission_file, unit = table(Submission), table(SubmissionFile), table(Unit)
reminder, event, outbox = table(Reminder), table(EventRow), table(Outbox)

PASSED_ON = (ObligationTransferred, ObligationInherited)
MAY_PASS = sorted(LAW[Move.TRANSFER][0])
ASKS_TO_WORK = (ObligationAssigned.kind, ObligationSentBack.kind, ObligationReopened.kind)
"""Facts that a unit need not hear any more once the duty is another's."""


def pass_on(
    session: Session,
    actor: Actor,
    heirs: sa.Subquery,
    *,
    on: date,
    basis: str,
    due_on: date | None = None,
    afresh: bool = False,
    facts: tuple[type[Event], type[Event]] = PASSED_ON,
    now: datetime,
) -> int:
    """Give open duties to other units or items, however many, in a fixed number of statements.

    Duties of one item, period and parent that go to one unit become one duty with the earliest of their
    days; a unit that has such a duty already, and open, takes them into it. What all predecessors had handed
    in waits for acceptance at the successor, what was suspended stays so; otherwise the new unit has yet to
    say that it received the duty. A duty of the unit itself, or one that is not open, is left alone. Parts
    that were handed on end with the duty; a part that is itself passed on stays a part.

    Args:
        session: The caller's transaction.
        actor: Who passes them on.
        heirs: Rows `obligation_id`, `unit_id`; the same whenever they are asked for in this transaction.
            Where the duties go to an item of another directive also `directive_id`, `item_id`, the `due_on`
            that it sets, and 1 as `by_event` if its day is counted from an event. Otherwise a null as
            `due_on` keeps the earliest day that held.
        on: The day from which the new units have them.
        basis: Why, in words: a decision's number, or a reason.
        due_on: The day until which the new units have time; None keeps the earliest that held.
        afresh: The new unit begins anew: nothing that was handed in or suspended holds for it.
        facts: What the journals of the old duty and of the new one say.
        now: The present instant.

    Returns:
        How many duties were passed on.
    """
    connection = session.connection()
    session.flush()
    duties = sa.select(heirs.c.obligation_id)
    connection.execute(sa.select(obligation.c.id).where(obligation.c.id.in_(duties)).with_for_update()).all()
    going = sa.select(heirs.c.obligation_id).join(obligation, _passing(heirs)).correlate(None)
    parts_end(session, actor, obligation.c.id.in_(going), now=now)
    act_id = new_id(now)
    _join(connection, heirs, act_id=act_id)
    _succeed(connection, heirs, act_id=act_id, on=on, due_on=due_on, now=now)
    passed = sa.and_(link.c.predecessor_id.in_(duties), link.c.act_id == act_id)
    _copy_sources(connection, passed)
    begun = obligation.c.id.in_(sa.select(link.c.obligation_id).where(passed, ~link.c.joined))
    open_duties(session, actor, begun, effective_on=on, now=now)
    if not afresh:
        _go_on_waiting(session, passed, on=on, now=now)
        _go_on_pausing(session, passed, on=on, now=now)
    _tell(session, actor, passed, basis, facts, now=now)
    return _close(session, actor, passed, on=on, now=now)


def _aim(heirs: sa.Subquery, name: str) -> sa.ColumnElement[Any]:
    """Return where a duty goes on: what the heirs say of it, or else as it was."""
    return heirs.c[name] if name in heirs.c else obligation.c[name]


def _same_duty(one: Any, heirs: sa.Subquery) -> sa.ColumnElement[bool]:
    """Return the condition that a duty is of the item, period and parent in which another is to go on."""
    return sa.and_(
        one.c.item_id == _aim(heirs, "item_id"),
        one.c.period == obligation.c.period,
        one.c.parent_id == obligation.c.parent_id,
    )


def _passing(heirs: sa.Subquery) -> sa.ColumnElement[bool]:
    moves = sa.or_(obligation.c.unit_id != heirs.c.unit_id, obligation.c.item_id != _aim(heirs, "item_id"))
    return sa.and_(obligation.c.id == heirs.c.obligation_id, obligation.c.state.in_(MAY_PASS), moves)


def _join(connection: sa.Connection, heirs: sa.Subquery, *, act_id: UUID) -> None:
    """Link what goes to a unit that has the same duty, open, and keeps it."""
    held, other = obligation.alias("held"), obligation.alias("other")
    leaving = sa.select(heirs.alias("leaving").c.obligation_id)

    def kept(duty: Any) -> sa.ColumnElement[bool]:
        return sa.and_(
            duty.c.unit_id == heirs.c.unit_id,
            _same_duty(duty, heirs),
            duty.c.state.in_(sorted(OPEN)),
            duty.c.id.not_in(leaving),
        )

    newer = sa.exists().where(kept(other), other.c.generation > held.c.generation)
    values = _links(held.c.id, obligation.c.id, joined=True, act_id=act_id)
    rows = (
        sa.select(*values.values())
        .select_from(heirs)
        .join(obligation, _passing(heirs))
        .join(held, kept(held))
        .where(~newer)
    )
    connection.execute(sa.insert(link).from_select(list(values), rows))


def _links(
    obligation_id: sa.ColumnElement[UUID],
    predecessor_id: sa.ColumnElement[UUID],
    *,
    joined: bool,
    act_id: UUID,
) -> dict[str, sa.ColumnElement[Any]]:
    return {
        "obligation_id": obligation_id,
        "predecessor_id": predecessor_id,
        "joined": sa.literal(joined),
        "act_id": sa.literal(act_id, sa.Uuid()),
    }


def _succeed(
    connection: sa.Connection,
    heirs: sa.Subquery,
    *,
    act_id: UUID,
    on: date,
    due_on: date | None,
    now: datetime,
) -> None:
    """Make the new duties, one for each item, unit, period and parent, and link what goes on in them."""
    earlier = obligation.alias("earlier")
    generation = sa.select(sa.func.coalesce(sa.func.max(earlier.c.generation) + 1, 0)).where(
        earlier.c.unit_id == heirs.c.unit_id, _same_duty(earlier, heirs)
    )
    linked, into = link.alias("linked"), obligation.alias("into")
    joined = (
        sa.select(linked.c.predecessor_id, into.c.unit_id)
        .join(into, into.c.id == linked.c.obligation_id)
        .where(linked.c.act_id == act_id, linked.c.joined)
    )  # worked out once and not once a duty: the links are being filled meanwhile
    goes_alone = sa.tuple_(obligation.c.id, heirs.c.unit_id).not_in(joined)
    names = ("register_id", "directive_id", "item_id", "unit_id", "period", "parent_id")
    identity = {name: _aim(heirs, name) for name in names}
    key = new_ids(now, *list(identity.values())[2:])
    given = sa.func.max(heirs.c.due_on) if "due_on" in heirs.c else sa.literal(due_on, sa.Date())
    keeps = sa.func.max(heirs.c.by_event) == 0 if "by_event" in heirs.c else sa.true()

    def day(name: str) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(given, sa.case((keeps, sa.func.min(obligation.c[name]))))

    values = {
        "id": key,
        **identity,
        "generation": generation.scalar_subquery(),
        "version": sa.literal(1),
        "state": sa.literal(State.ASSIGNED.value),
        "assigned_on": sa.literal(on, sa.Date()),
        "original_due_on": day("original_due_on"),
        "due_on": day("due_on"),
        "delegator_id": obligation.c.delegator_id,
    }
    passing = sa.select(heirs).join(obligation, _passing(heirs)).where(goes_alone)
    insert_from(
        connection,
        obligation,
        values,
        passing.with_only_columns(*values.values()).group_by(*identity.values(), obligation.c.delegator_id),
    )
    links = _links(key, obligation.c.id, joined=False, act_id=act_id)
    connection.execute(sa.insert(link).from_select(list(links), passing.with_only_columns(*links.values())))


def _copy_sources(connection: sa.Connection, passed: sa.ColumnElement[bool]) -> None:
    """Let the successors name the assignments that their predecessors came from."""
    named = source.alias("named")
    has_it = sa.exists().where(
        named.c.obligation_id == link.c.obligation_id, named.c.assignment_id == source.c.assignment_id
    )
    rows = (
        sa.select(link.c.obligation_id, source.c.assignment_id)
        .join(source, source.c.obligation_id == link.c.predecessor_id)
        .where(passed, ~has_it)
        .distinct()
    )
    connection.execute(sa.insert(source).from_select(["obligation_id", "assignment_id"], rows))


def _all_were(passed: sa.ColumnElement[bool], state: State) -> sa.Select[tuple[UUID]]:
    """Return the new duties whose predecessors all stand in one state."""
    before = obligation.alias("before")
    return (
        sa.select(link.c.obligation_id)
        .join(before, before.c.id == link.c.predecessor_id)
        .where(passed, ~link.c.joined)
        .group_by(link.c.obligation_id)
        .having(sa.func.sum(sa.case((before.c.state == state.value, 0), else_=1)) == 0)
    )


def _go_on_waiting(session: Session, passed: sa.ColumnElement[bool], *, on: date, now: datetime) -> None:
    """Let what was handed in wait for acceptance at the successor, if every predecessor had handed in.

    The submissions are copied: those of the predecessors stay what they were, without an answer.
    """
    connection, before = session.connection(), obligation.alias("before")
    ready = _all_were(passed, State.SUBMITTED)
    key = new_ids(now, link.c.obligation_id, submission.c.id)
    kept = ("text", "document", "submitted_on", "submitted_by", "submitted_at", "comment")
    values = {"id": key, "obligation_id": link.c.obligation_id, **{n: submission.c[n] for n in kept}}
    waiting = (
        sa.select(link)
        .join(submission, submission.c.obligation_id == link.c.predecessor_id)
        .where(passed, link.c.obligation_id.in_(ready), submission.c.decision.is_(None))
    )
    copied = insert_from(connection, submission, values, waiting.with_only_columns(*values.values()))
    if not copied:
        return
    proof = waiting.join(submission_file, submission_file.c.submission_id == submission.c.id)
    files = proof.with_only_columns(key, submission_file.c.file_id)
    connection.execute(sa.insert(submission_file).from_select(["submission_id", "file_id"], files))
    last = (
        sa.select(sa.func.max(before.c.done_on))
        .join(link, link.c.predecessor_id == before.c.id)
        .where(passed, link.c.obligation_id == obligation.c.id)
        .scalar_subquery()
    )
    begun = obligation.c.id.in_(ready)
    stop_all(session, begun, now=now)
    _change(session, begun, on=on, now=now, state=State.SUBMITTED.value, done_on=last)
    begin_round(session, WatchKind.ACCEPTANCE, begun, now=now)


def _go_on_pausing(session: Session, passed: sa.ColumnElement[bool], *, on: date, now: datetime) -> None:
    """Keep suspended what was suspended at every predecessor, since the last of them was."""
    paused = _all_were(passed, State.SUSPENDED)
    turn = sa.func.row_number().over(partition_by=link.c.obligation_id, order_by=suspension.c.id.desc())
    last = (
        sa.select(link.c.obligation_id, suspension.c.id.label("suspension_id"), turn.label("turn"))
        .join(suspension, suspension.c.obligation_id == link.c.predecessor_id)
        .where(passed, link.c.obligation_id.in_(paused), suspension.c.resumed_on.is_(None))
        .subquery("last")
    )
    kept = ("reason", "suspended_on", "suspended_by", "suspended_at")
    values = {
        "id": new_ids(now, last.c.obligation_id),
        "obligation_id": last.c.obligation_id,
        "stood": sa.literal(State.ASSIGNED.value),
        **{name: suspension.c[name] for name in kept},
    }
    rows = (
        sa.select(*values.values())
        .join(last, last.c.suspension_id == suspension.c.id)
        .where(last.c.turn == 1)
    )
    insert_from(session.connection(), suspension, values, rows)
    begun = obligation.c.id.in_(paused)
    stop_all(session, begun, now=now)
    _change(session, begun, on=on, now=now, state=State.SUSPENDED.value)


def _tell(
    session: Session,
    actor: Actor,
    passed: sa.ColumnElement[bool],
    basis: str,
    facts: tuple[type[Event], type[Event]],
    *,
    now: datetime,
) -> None:
    """Write in both journals where the duty went and where it came from, and on which basis."""
    rest = {"basis": put_beside(session, basis)}
    sides = ((link.c.predecessor_id, link.c.obligation_id), (link.c.obligation_id, link.c.predecessor_id))
    for kind, (subject, other) in zip(facts, sides, strict=True):
        values = json_text(unit.c.name, "unit", rest)
        subjects = (
            sa.select(subject, values)
            .select_from(link)
            .join(obligation, obligation.c.id == other)
            .join(unit, unit.c.id == obligation.c.unit_id)
            .where(passed)
        )
        emit_many(session, kind, subjects, actor=actor, at=now)


def _close(session: Session, actor: Actor, passed: sa.ColumnElement[bool], *, on: date, now: datetime) -> int:
    """End what was passed on: its clocks, its reminders that are due, and what its unit waits to hear."""
    connection, ended = session.connection(), sa.select(link.c.predecessor_id).where(passed)
    close_around(session, actor, obligation.c.id.in_(ended), State.TRANSFERRED, now=now)
    connection.execute(
        sa.update(reminder)
        .where(reminder.c.outcome == sa.literal_column("'due'"), reminder.c.obligation_id.in_(ended))
        .values(outcome=Outcome.NOT_NEEDED.value)
    )
    unheard = (
        sa.select(event.c.seq)
        .join(outbox, outbox.c.seq == event.c.seq)
        .where(event.c.kind.in_(ASKS_TO_WORK), event.c.subject_id.in_(ended))
    )
    connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(unheard)))
    closed = {"state": State.TRANSFERRED.value, "done_on": None}
    _change(session, obligation.c.id.in_(ended), on=on, now=now, **closed)
    count = sa.select(sa.func.count(link.c.predecessor_id.distinct())).where(passed)
    return int(connection.execute(count).scalar_one())


def _change(
    session: Session, which: sa.ColumnElement[bool], *, on: date, now: datetime, **values: Any
) -> None:
    """Change the duties of a condition and keep what was known."""
    changed = sa.update(obligation).where(which).values(version=obligation.c.version + 1, **values)
    session.connection().execute(changed)
    session.expire_all()
    remember_many(session, which, effective_on=on, now=now)
