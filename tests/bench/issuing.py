"""`issue`: 50 items × 200 units = 10,000 obligations in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.domain.calendar import office_day
from service.domain.history import FIXED
from service.domain.ids import NIL
from service.domain.sql import instant, new_ids
from service.domain.tables import (
    Assignment,
    Directive,
    DirectiveState,
    Event,
    Item,
    Obligation,
    ObligationSource,
    ObligationVersion,
    Outbox,
    Unit,
    Watch,
    table,
)
from tests.bench.data import KEEPER, NOW, draft_directive, office_of
from tests.bench.measure import alternate, compare

ITEMS, GROUP = 50, "xa"
obligation, version, source = table(Obligation), table(ObligationVersion), table(ObligationSource)
watch, event, outbox = table(Watch), table(Event), table(Outbox)
item, unit, assignment, directive = table(Item), table(Unit), table(Assignment), table(Directive)
pair = sa.Table(
    "bench_pair",
    sa.MetaData(),
    sa.Column("id", sa.Uuid(), primary_key=True),
    *(
        sa.Column(name, sa.Uuid())
        for name in ("item_id", "unit_id", "assignment_id", "first_watch", "second_watch")
    ),
    sa.Column("due_on", sa.Date()),
)


def run(database: Database, times: int) -> None:
    """Measure the action beside plain inserts of the same rows."""
    office = office_of(database, NOW)
    serial = count(9000)

    def drafted() -> UUID:
        office.clock.at += timedelta(seconds=1)
        return draft_directive(office, next(serial), group=GROUP, items=ITEMS)

    def product() -> Callable[[], int]:
        draft = drafted()
        return lambda: office.issue(draft, issuer=KEEPER, on=office_day(NOW))

    def limit() -> Callable[[], None]:
        draft = drafted()
        at = office.now()
        _pair(database, draft, at)
        return lambda: _insert(database, draft, office.register_id, at)

    samples = alternate(
        [("service.domain.issue.issue", product), ("INSERT … SELECT of pairs", limit)], times=times
    )
    compare(f"issue, 10,000 obligations, {database.dialect}", samples)
    office.close()


def _pair(database: Database, draft: UUID, at: datetime) -> None:
    """Work out beforehand what the product works out while it issues: pairs, keys and days."""
    pairs = (
        sa.select(
            new_ids(at, item.c.id, unit.c.id).label("id"),
            item.c.id.label("item_id"),
            unit.c.id.label("unit_id"),
            assignment.c.id.label("assignment_id"),
            new_ids(at, item.c.id, unit.c.id).label("first_watch"),
            new_ids(at, item.c.id, unit.c.id).label("second_watch"),
            sa.literal(office_day(NOW) + timedelta(days=300), sa.Date()).label("due_on"),
        )
        .select_from(item.join(assignment, assignment.c.item_id == item.c.id).join(unit, unit.c.kind == "xa"))
        .where(item.c.directive_id == draft)
    )
    with database.write() as session:
        pair.drop(session.connection(), checkfirst=True)
        pair.create(session.connection())
        session.connection().execute(sa.insert(pair).from_select(list(pair.c), pairs))


def _insert(database: Database, draft: UUID, register_id: UUID, at: datetime) -> None:
    """Insert the same rows with nothing to work out."""
    now, day = instant(at), sa.literal(office_day(NOW), sa.Date())
    mine: dict[str, Any] = {"register_id": sa.literal(register_id, sa.Uuid())}
    example = sa.select(watch).limit(1).subquery()
    with database.write() as session:
        connection = session.connection()

        def insert(target: sa.Table, values: dict[str, Any], rows: Any = pair, *where: Any) -> None:
            query = sa.select(*values.values()).select_from(rows).where(*where)
            connection.execute(sa.insert(target).from_select(list(values), query))

        connection.execute(
            sa.update(directive)
            .where(directive.c.id == draft)
            .values(state=DirectiveState.ISSUED, issued_on=office_day(NOW), issued_at=at)
        )
        duty = mine | {
            "id": pair.c.id,
            "directive_id": sa.literal(draft, sa.Uuid()),
            "item_id": pair.c.item_id,
            "unit_id": pair.c.unit_id,
            "period": sa.literal(""),
            "parent_id": sa.literal(NIL, sa.Uuid()),
            "generation": sa.literal(0),
            "version": sa.literal(1),
            "state": sa.literal("assigned"),
            "assigned_on": day,
            "original_due_on": pair.c.due_on,
            "due_on": pair.c.due_on,
        }
        insert(obligation, duty)
        first = {name: duty[name] for name in FIXED} | {
            "obligation_id": pair.c.id,
            "version": sa.literal(1),
            "state": sa.literal("assigned"),
            "original_due_on": pair.c.due_on,
            "due_on": pair.c.due_on,
            "effective_on": day,
            "recorded_from": now,
        }
        insert(version, first)
        insert(source, {"obligation_id": pair.c.id, "assignment_id": pair.c.assignment_id})
        for key, kind in ((pair.c.first_watch, "acknowledgement"), (pair.c.second_watch, "deadline")):
            clock = mine | {
                "id": key,
                "obligation_id": pair.c.id,
                "subject_id": pair.c.id,
                "unit_id": pair.c.unit_id,
                "kind": sa.literal(kind),
                "policy_id": example.c.policy_id,
                "calendar_id": example.c.calendar_id,
                "anchor_on": pair.c.due_on,
                "anchor_at": now,
                "entered_at": now,
                "round": sa.literal(1),
                "next_step": sa.literal(1),
                "occurrence": sa.literal(0),
                "next_action_at": instant(NOW + timedelta(days=300)),
            }
            insert(watch, clock, pair.join(example, sa.true()))
        last = connection.execute(sa.select(sa.func.max(event.c.seq))).scalar_one()
        fact = mine | {
            "kind": sa.literal("obligation.assigned.v1"),
            "subject_id": pair.c.id,
            "payload": sa.literal("{}"),
            "actor_id": sa.literal(NIL, sa.Uuid()),
            "recorded_at": now,
        }
        insert(event, fact)
        insert(outbox, {"seq": event.c.seq}, event, event.c.seq > last)
