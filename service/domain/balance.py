"""The opening balance: an office begins with the duties of its older register, and nobody is flooded.

A row becomes an item of its document with the duties of its units. What is doubtful is left out and said;
what was taken once is not taken again. Steps of the escalation that lie before the import are recorded as
skipped, and one digest tells each officer what goes on. The number of statements does not depend on the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.balance_file import BalanceRow
from service.domain.balance_plan import BalancePlan, Fate, RowReport, load_stored
from service.domain.balance_rows import BalanceRows
from service.domain.balance_units import BalanceUnits
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue
from service.domain.events.balance import (
    DirectiveTakenOver,
    ObligationTakenOver,
    ObligationTakenOverDone,
    OpeningBalanceEntered,
)
from service.domain.history import know
from service.domain.ids import new_id
from service.domain.lifecycle import State
from service.domain.locks import wait_turn
from service.domain.opening import start_clocks
from service.domain.outbox import emit, emit_all, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.sql import measure_anew
from service.domain.tables import (
    Directive,
    Item,
    Obligation,
    OpeningBalance,
    OpeningRow,
    table,
)
from service.domain.unit_store import write_many

directive, item, opening = table(Directive), table(Item), table(OpeningRow)
obligation = table(Obligation)


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
    report = BalanceReport(plan.reports, len(made.rows[directive]), len(made.rows[obligation]), told)
    fact = OpeningBalanceEntered(
        subject_id=balance.id,
        sha256=sha256,
        rows=balance.rows,
        taken=balance.taken,
        doubtful=report.count(Fate.DOUBTFUL),
    )
    emit(session, fact, actor=actor, at=now)
    return report


def _write(
    session: Session, actor: Actor, plan: BalancePlan, balance: OpeningBalance, *, now: datetime
) -> BalanceRows:
    """Write the rows that are taken, a table at a time."""
    session.add(balance)
    session.flush()
    made = BalanceRows(actor, plan, balance, _items_of(session, plan), now)
    for entry in plan.entries:
        made.add(entry)
    for into, rows in made.rows.items():
        write_many(session, sa.insert(into), rows)
    measure_anew(session.connection(), directive, item, opening, obligation)
    facts = [DirectiveTakenOver(subject_id=id_, items=count) for id_, count in made.added.items()]
    emit_all(session, facts, actor=actor, at=now)
    return made


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
    emit_many(session, ObligationTakenOver, said.where(~is_done), actor=actor, at=now)
    emit_many(session, ObligationTakenOverDone, said.where(is_done), actor=actor, at=now)
    going_on = sa.select(sa.func.count()).select_from(obligation).where(which, ~is_done)
    return session.connection().execute(going_on).scalar_one()
